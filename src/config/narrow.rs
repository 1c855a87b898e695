//! What a workspace's own file can do. Anybody can write one and have others open
//! the folder, so it can take away but never add: nothing here makes code go to a
//! place, or a program run, that the user did not name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::layers::{Origins, Written};
use super::problem::{Fault, Place, Problem, Severity, clip, join_key};
use super::resolve::WORKSPACE;
use super::settings::{Debounce, HoverMode, ModelChoice, Settings};

/// Whether a workspace's file may have this key, in the table whose full name with
/// the models' names left out is `table`.
pub(crate) fn allows(table: &str, key: &str) -> bool {
    match table {
        // Of tables without an allowed key, every key is reported by itself.
        "" => true,
        "completion" => matches!(
            key,
            "enabled" | "model" | "fallback" | "debounce_ms" | "disabled_languages" | "ignore"
        ),
        // All of it can only be turned down.
        "context" => true,
        "chat" => {
            matches!(key, "model" | "fallback" | "context" | "instructions" | "staged")
        }
        "hover" => key == "mode",
        "models.*" => key == "max_output_tokens",
        "actions.*" => key == "enabled",
        _ => false,
    }
}

/// The fault of a key that it may not have.
pub(crate) fn forbidden(key: &str) -> Fault {
    Fault::new(format!("a workspace cannot set `{key}`"), "move it to your user configuration")
}

/// Applies a workspace's options to the user's settings.
pub(crate) fn narrow(
    settings: &mut Settings,
    Written { options, report }: &Written,
    origins: &mut Origins,
    problems: &mut Vec<Problem>,
) {
    let (base, places) = (&report.base, &report.origins);
    let mut apply = Narrowing { base, places, origins, problems };
    apply.switch("enabled", &mut settings.enabled, options.enabled);

    let own = &options.completion;
    let completion = &mut settings.completion;
    apply.switch("completion.enabled", &mut completion.enabled, own.enabled);
    for (key, written, list) in [
        (
            "completion.disabled_languages",
            &own.disabled_languages,
            &mut completion.disabled_languages,
        ),
        ("completion.ignore", &own.ignore, &mut completion.ignore),
    ] {
        match written {
            Some(Ok(more)) => {
                let new: Vec<_> = more.iter().filter(|item| !list.contains(item)).collect();
                if !new.is_empty() {
                    apply.joins(key);
                }
                list.extend(new.into_iter().cloned().collect::<Vec<_>>());
            }
            // What should be blocked is not known.
            Some(Err(_)) => {
                completion.enabled = false;
                let place = apply.place(key);
                apply.origins.insert("completion.enabled".to_owned(), vec![place]);
            }
            None => {}
        }
    }
    match own.debounce_ms {
        Some(Debounce::Fixed(wait)) => {
            let now = match completion.debounce {
                Debounce::Fixed(now) => now,
                Debounce::Auto => completion.debounce_at_least,
            };
            if wait > now {
                completion.debounce_at_least = wait;
                if matches!(completion.debounce, Debounce::Fixed(_)) {
                    completion.debounce = Debounce::Fixed(wait);
                }
                apply.joins("completion.debounce_ms");
            } else if wait < now {
                apply.refuse("completion.debounce_ms", "can only raise it");
            }
        }
        Some(Debounce::Auto) if completion.debounce != Debounce::Auto => {
            apply.refuse("completion.debounce_ms", "can only raise it");
        }
        Some(Debounce::Auto) | None => {}
    }

    let named = |name: &str| {
        settings.models.contains_key(name).then(|| ModelChoice::Named(name.to_owned()))
    };
    // The embedded one asks nobody.
    let completes = |name: &str| {
        let built_in = name == WORKSPACE || settings.embedded.contains(name);
        named(name).or_else(|| built_in.then(|| ModelChoice::Workspace(name.to_owned())))
    };
    apply.pick("completion", &mut completion.model, own.model.as_deref(), completes);
    apply.shorten("completion", &mut completion.fallback, own.fallback.as_deref());
    let chat = &mut settings.chat;
    apply.pick("chat", &mut chat.model, options.chat.model.as_deref(), named);
    apply.shorten("chat", &mut chat.fallback, options.chat.fallback.as_deref());
    apply.switch("chat.context", &mut chat.context, options.chat.context);
    apply.switch("chat.instructions", &mut chat.instructions, options.chat.instructions);
    apply.switch("chat.staged", &mut chat.staged, options.chat.staged);

    let (context, own) = (&mut settings.context, &options.context);
    apply.switch("context.enabled", &mut context.enabled, own.enabled);
    for (origin, switch) in own.switches() {
        let mut on = context.sources.contains(&origin);
        apply.switch(&join_key("context", origin.name()), &mut on, switch);
        if !on {
            context.sources.remove(&origin);
        }
    }
    match own.tokens {
        Some(tokens) if tokens < context.tokens => {
            context.tokens = tokens;
            apply.replaces("context.tokens");
        }
        Some(tokens) if tokens > context.tokens => {
            apply.refuse("context.tokens", "can only lower it");
        }
        _ => {}
    }

    apply.quiet(&mut settings.hover.mode, options.hover.mode);

    for (name, own) in &options.actions {
        // What the user does not have is off already.
        if let Some(action) = settings.actions.get_mut(name) {
            let key = join_key(&join_key("actions", name), "enabled");
            let mut enabled = action.enabled;
            apply.switch(&key, &mut enabled, own.enabled);
            Arc::make_mut(action).enabled = enabled;
        }
    }

    for (name, own) in &options.models {
        let section = join_key("models", name);
        let Some(model) = settings.models.get_mut(name) else {
            if !settings.unusable.contains_key(name) {
                apply.problem(&section, forbidden(&section));
            }
            continue;
        };
        let key = join_key(&section, "max_output_tokens");
        match own.max_output_tokens {
            Some(tokens) if tokens < model.max_output_tokens => {
                Arc::make_mut(model).max_output_tokens = tokens;
                apply.replaces(&key);
            }
            Some(tokens) if tokens > model.max_output_tokens => {
                apply.refuse(&key, "can only lower it");
            }
            _ => {}
        }
    }
}

struct Narrowing<'a> {
    base: &'a Place,
    places: &'a BTreeMap<String, Place>,
    origins: &'a mut Origins,
    problems: &'a mut Vec<Problem>,
}

impl Narrowing<'_> {
    fn switch(&mut self, key: &str, now: &mut bool, written: Option<bool>) {
        match (*now, written) {
            (true, Some(false)) => {
                *now = false;
                self.replaces(key);
            }
            (false, Some(true)) => self.refuse(key, "cannot turn on what is off"),
            _ => {}
        }
    }

    /// A hover can be made to ask less.
    fn quiet(&mut self, now: &mut HoverMode, written: Option<HoverMode>) {
        let asks = |mode| match mode {
            HoverMode::Off => 0,
            HoverMode::Cached => 1,
            HoverMode::Auto => 2,
            HoverMode::On => 3,
        };
        match written {
            Some(mode) if asks(mode) < asks(*now) => {
                *now = mode;
                self.replaces("hover.mode");
            }
            Some(mode) if asks(mode) > asks(*now) => {
                self.refuse("hover.mode", "can only turn it down");
            }
            _ => {}
        }
    }

    /// Picks among the models that are there.
    fn pick(
        &mut self,
        section: &str,
        now: &mut ModelChoice,
        written: Option<&str>,
        choice: impl Fn(&str) -> Option<ModelChoice>,
    ) {
        let key = join_key(section, "model");
        match (written, written.and_then(choice)) {
            (Some("auto"), _) if *now == ModelChoice::Auto => {}
            (Some(name), Some(choice)) if name != "auto" => {
                *now = choice;
                self.replaces(&key);
            }
            (Some(name), _) => {
                let message = format!(
                    "a workspace can only pick a model that you have configured, and `{}` is none that can be used",
                    clip(name)
                );
                self.problem(&key, Fault::new(message, "configure it in your user configuration"));
            }
            (None, _) => {}
        }
    }

    /// Keeps, of the models to fall back to, those that are written.
    fn shorten(&mut self, section: &str, now: &mut Vec<String>, written: Option<&[String]>) {
        let Some(written) = written else { return };
        let key = join_key(section, "fallback");
        if written.iter().any(|name| !now.contains(name)) {
            self.refuse(&key, "can only take names out of it");
        }
        let before = now.len();
        now.retain(|name| written.contains(name));
        if now.len() < before {
            self.replaces(&key);
        }
    }

    fn refuse(&mut self, key: &str, what: &str) {
        let message = format!("a workspace {what}");
        self.problem(key, Fault::new(message, "change it in your user configuration"));
    }

    fn problem(&mut self, key: &str, fault: Fault) {
        self.problems.push(Problem {
            place: self.place(key),
            key: key.to_owned(),
            severity: Severity::Error,
            message: fault.message,
            remedy: fault.remedy,
        });
    }

    fn replaces(&mut self, key: &str) {
        let place = self.place(key);
        self.origins.insert(key.to_owned(), vec![place]);
    }

    fn joins(&mut self, key: &str) {
        let place = self.place(key);
        self.origins.entry(key.to_owned()).or_default().push(place);
    }

    fn place(&self, key: &str) -> Place {
        let known = self.places.get(key).cloned();
        known.unwrap_or_else(|| self.base.clone())
    }
}
