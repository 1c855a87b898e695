//! From options to settings: defaults filled in, names looked up, and each model
//! either usable or set aside with the reason.

mod index;
mod model;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::defaults;
use super::merge::Merged;
use super::options::Options;
use super::problem::{Layer, Place, Problem, Severity, clip, join_key, nearest};
use super::settings::{
    ActionAnswer, ActionPrompt, ActionSettings, Auto, ChatSettings, CompletionSettings,
    ContextSettings, Debounce, HoverMode, HoverSettings, LogLevel, Menu, ModelChoice,
    ModelSettings, Settings, Waits, WorkspaceSettings,
};
use crate::context::snippet::Origin;

/// The name of the model of a local server that was found.
pub const LOCAL: &str = "local";

/// The name of the embedded model of the workspace.
pub const WORKSPACE: &str = "workspace";

/// Why the embedded model serves nothing else.
const COMPLETES: &str = "the model of the workspace completes only";

/// Resolves what the layers come to; what is found on the way goes to its problems.
pub(crate) fn settings(merged: &mut Merged, refuse_commands: bool) -> Settings {
    let options = std::mem::take(&mut merged.options);
    let mut resolving = Resolving {
        merged,
        models: BTreeMap::new(),
        unusable: BTreeMap::new(),
        embedded: BTreeSet::new(),
        embeds: options.index.model.clone(),
    };
    for (name, model) in &options.models {
        match resolving.model(name, model, &options, refuse_commands) {
            Ok(Some(settings)) => {
                resolving.models.insert(name.clone(), Arc::new(settings));
            }
            Ok(None) => {
                resolving.embedded.insert(name.clone());
            }
            Err(reason) => {
                resolving.unusable.insert(name.clone(), reason);
            }
        }
    }
    let discovery = options.discovery.enabled.unwrap_or(true);
    let completion = resolving.completion(&options, discovery);
    let chat = ChatSettings {
        model: resolving.chat_model(options.chat.model.as_deref(), &completion.model, discovery),
        fallback: resolving.fallback("chat.fallback", options.chat.fallback.as_deref()),
        max_output_tokens: chat_output_tokens(&options),
        language: options.chat.language.clone(),
        context: options.chat.context.unwrap_or(true),
        instructions: options.chat.instructions.unwrap_or(true),
        staged: options.chat.staged.unwrap_or(true),
        waits: chat_waits(&options),
    };
    let actions = resolving.actions(&options);
    let hover = HoverSettings {
        mode: options.hover.mode.unwrap_or(HoverMode::Auto),
        wait: ms(options.hover.wait_ms, defaults::DEFAULT_HOVER_WAIT_MS),
    };
    let context = context(&options);
    let index = resolving.index(&options, refuse_commands);
    Settings {
        enabled: options.enabled.unwrap_or(true),
        completion,
        context,
        chat,
        hover,
        index,
        workspace: WorkspaceSettings {
            tokens: options.workspace.max_tokens.unwrap_or(defaults::DEFAULT_WORKSPACE_TOKENS),
            dependencies: options.workspace.dependencies.unwrap_or(false),
        },
        actions,
        discovery,
        log_level: options.log.level.unwrap_or(LogLevel::Info),
        otlp_endpoint: options.telemetry.otlp_endpoint.filter(|_| resolving.has_telemetry()),
        models: resolving.models,
        unusable: resolving.unusable,
        embedded: resolving.embedded,
    }
}

/// Only what has earned its tokens in a measurement is on by itself.
fn context(options: &Options) -> ContextSettings {
    let own = &options.context;
    let on = |(origin, switch): (Origin, Option<bool>)| {
        switch.unwrap_or(origin == Origin::Definitions).then_some(origin)
    };
    ContextSettings {
        enabled: own.enabled.unwrap_or(true),
        tokens: own.tokens.unwrap_or(defaults::DEFAULT_SNIPPET_TOKENS),
        sources: own.switches().into_iter().filter_map(on).collect(),
    }
}

/// The name, if there is exactly one.
fn only<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = names.next()?;
    names.next().is_none().then_some(name)
}

struct Resolving<'a> {
    merged: &'a mut Merged,
    models: BTreeMap<String, Arc<ModelSettings>>,
    unusable: BTreeMap<String, String>,
    /// The names that tables give to the embedded model.
    embedded: BTreeSet<String>,
    /// The model that makes vectors, which writes nothing.
    embeds: Option<String>,
}

impl Resolving<'_> {
    /// Whether this program can export any; if not, that is said.
    fn has_telemetry(&mut self) -> bool {
        let key = "telemetry.otlp_endpoint";
        if cfg!(not(feature = "otlp")) {
            let message = "this program was built without OpenTelemetry";
            let remedy = "build it with `--features otlp`, or remove the key";
            self.warning(key, message.to_owned(), remedy);
        }
        cfg!(feature = "otlp")
    }

    fn completion(&mut self, options: &Options, discovery: bool) -> CompletionSettings {
        let own = &options.completion;
        let mut enabled = own.enabled.unwrap_or(true);
        let mut blocked = |key: &str, list: &Option<Result<Vec<String>, String>>| match list {
            Some(Ok(list)) => list.clone(),
            Some(Err(_)) => {
                // What should be blocked is not known.
                enabled = false;
                let places = self.merged.origins.get(key).cloned().unwrap_or_default();
                let off = "completion.enabled".to_owned();
                self.merged.origins.insert(off, places);
                Vec::new()
            }
            None => Vec::new(),
        };
        let disabled_languages = blocked("completion.disabled_languages", &own.disabled_languages);
        let ignore = blocked("completion.ignore", &own.ignore);
        CompletionSettings {
            enabled,
            model: self.completion_model(own.model.as_deref(), discovery),
            // It costs nothing, and is there when nothing else is.
            fallback: match own.fallback.as_deref() {
                None => vec![WORKSPACE.to_owned()],
                written => self.fallback("completion.fallback", written),
            },
            instant: own.instant.unwrap_or(false),
            debounce: own.debounce_ms.unwrap_or(Debounce::Auto),
            debounce_at_least: Duration::ZERO,
            speculate: own.speculate.unwrap_or(Auto::Auto),
            menu: own.menu.unwrap_or(Menu::Auto),
            block_after: ms(own.block_after_ms, defaults::DEFAULT_BLOCK_AFTER_MS),
            max_lines: own.max_lines.unwrap_or(defaults::DEFAULT_MAX_LINES),
            candidates: own.candidates.unwrap_or(defaults::DEFAULT_CANDIDATES),
            disabled_languages,
            ignore,
            waits: completion_waits(options),
        }
    }

    /// The user's own actions; one that cannot be asked for is left out.
    fn actions(&mut self, options: &Options) -> BTreeMap<String, Arc<ActionSettings>> {
        let mut actions = BTreeMap::new();
        for (name, own) in &options.actions {
            let Some(prompt) = own.prompt.as_deref() else {
                let remedy = "write what the model is asked, or a template's name";
                self.lacks(&join_key("actions", name), "has no `prompt`", remedy);
                continue;
            };
            let answer = own.answer.unwrap_or(ActionAnswer::Show);
            let usual = match answer {
                ActionAnswer::Show => "foretype.custom",
                ActionAnswer::Replace | ActionAnswer::Insert => "refactor.rewrite.custom",
            };
            let action = ActionSettings {
                name: name.clone(),
                enabled: own.enabled.unwrap_or(true),
                title: own.title.clone().unwrap_or_else(|| name.clone()),
                prompt: ActionPrompt::new(prompt),
                answer,
                kind: own.kind.clone().unwrap_or_else(|| usual.to_owned()),
                languages: own.languages.clone().unwrap_or_default(),
                place: own.place,
            };
            actions.insert(name.clone(), Arc::new(action));
        }
        actions
    }

    fn completion_model(&mut self, written: Option<&str>, discovery: bool) -> ModelChoice {
        let key = "completion.model";
        match written {
            Some(name) => self.written(key, name, discovery),
            None => match only(self.that_write()) {
                Some(name) => self.choose(name),
                None if self.that_write().next().is_some() => {
                    let names: Vec<String> = self.that_write().map(clip).collect();
                    let message = format!(
                        "there are several models ({}), and none is chosen",
                        clip(&names.join(", "))
                    );
                    let remedy = "set it to the name of one of them";
                    self.problem(key, message.clone(), remedy.into());
                    ModelChoice::None(message)
                }
                None if discovery => ModelChoice::Auto,
                None => ModelChoice::Workspace(WORKSPACE.to_owned()),
            },
        }
    }

    fn chat_model(
        &mut self,
        written: Option<&str>,
        completes: &ModelChoice,
        discovery: bool,
    ) -> ModelChoice {
        let key = "chat.model";
        let choice = match written {
            Some(name) => self.written(key, name, discovery),
            // What completes may answer too.
            None => match (only(self.that_talk()), completes) {
                (Some(name), _) => return self.choose(name),
                (None, ModelChoice::Auto | ModelChoice::Workspace(_)) => completes.clone(),
                (None, _) => return ModelChoice::None(self.without_chat()),
            },
        };
        if !matches!(choice, ModelChoice::Workspace(_)) {
            return choice;
        }
        if written.is_some() {
            self.problem(key, COMPLETES.to_owned(), "name another model".to_owned());
        }
        ModelChoice::None(format!("{COMPLETES}; configure a model for chat"))
    }

    /// Why nobody answers conversations, and what to write.
    fn without_chat(&self) -> String {
        let names: Vec<&str> = self.that_talk().collect();
        match names.first() {
            Some(first) => format!(
                "`chat.model` is not set; write `model = \"{first}\"` under `[chat]` in config.toml (your models: {})",
                names.join(", ")
            ),
            None => "`chat.model` is not set, and there is no model for it; write one into config.toml, or run `foretype config init`".to_owned(),
        }
    }

    /// A model by its name, or whichever server is found.
    fn written(&mut self, key: &str, name: &str, discovery: bool) -> ModelChoice {
        // What a found server is called where the model in use is shown.
        let found = name == LOCAL && discovery && !self.defined().any(|name| name == LOCAL);
        match name {
            _ if found => ModelChoice::Auto,
            WORKSPACE if !self.is_defined(WORKSPACE) => ModelChoice::Workspace(name.to_owned()),
            "auto" if discovery => ModelChoice::Auto,
            "auto" => {
                let message = "`auto` looks for a local server, which `discovery.enabled` forbids";
                self.problem(key, message.into(), "allow it or name a model".into());
                ModelChoice::None(message.to_owned())
            }
            _ => self.named(key, name),
        }
    }

    fn named(&mut self, key: &str, name: &str) -> ModelChoice {
        if !self.defined().any(|known| known == name) {
            let (message, remedy) = self.unknown(name);
            self.problem(key, message.clone(), remedy);
            return ModelChoice::None(message);
        }
        self.choose(name)
    }

    fn choose(&self, name: &str) -> ModelChoice {
        match self.unusable.get(name) {
            Some(reason) => {
                ModelChoice::None(format!("model `{}` cannot be used: {reason}", clip(name)))
            }
            None if self.embedded.contains(name) => ModelChoice::Workspace(name.to_owned()),
            None => ModelChoice::Named(name.to_owned()),
        }
    }

    fn fallback(&mut self, key: &str, written: Option<&[String]>) -> Vec<String> {
        let mut names = Vec::new();
        for name in written.unwrap_or_default() {
            let built_in =
                self.embedded.contains(name) || (name == WORKSPACE && !self.is_defined(WORKSPACE));
            let completes = key == "completion.fallback";
            if self.models.contains_key(name) || (built_in && completes) {
                names.push(name.clone());
            } else if built_in {
                self.problem(key, COMPLETES.to_owned(), format!("take `{}` out", clip(name)));
            } else if !self.unusable.contains_key(name) {
                let (message, remedy) = self.unknown(name);
                self.problem(key, message, remedy);
            }
        }
        names
    }

    fn unknown(&self, name: &str) -> (String, String) {
        let remedy = match nearest(name, self.defined()) {
            Some(near) => format!("did you mean `{}`?", clip(near)),
            None => format!("add a table `[{}]`", join_key("models", name)),
        };
        (format!("there is no model `{}`", clip(name)), remedy)
    }

    fn is_defined(&self, name: &str) -> bool {
        self.defined().any(|known| known == name)
    }

    fn defined(&self) -> impl Iterator<Item = &str> {
        let tables = self.models.keys().chain(self.unusable.keys());
        tables.chain(&self.embedded).map(String::as_str)
    }

    fn that_write(&self) -> impl Iterator<Item = &str> {
        self.defined().filter(|name| self.embeds.as_deref() != Some(*name))
    }

    fn that_talk(&self) -> impl Iterator<Item = &str> {
        self.that_write().filter(|name| !self.embedded.contains(*name))
    }

    fn lacks(&mut self, section: &str, what: &str, remedy: &str) -> String {
        self.problem(section, what.to_owned(), remedy.to_owned());
        what.to_owned()
    }

    fn problem(&mut self, key: &str, message: String, remedy: String) {
        self.add(Severity::Error, key, message, remedy);
    }

    fn warning(&mut self, key: &str, message: String, remedy: &str) {
        self.add(Severity::Warning, key, message, remedy.to_owned());
    }

    fn add(&mut self, severity: Severity, key: &str, message: String, remedy: String) {
        let place = self.merged.origins.get(key).and_then(|places| places.last());
        self.merged.problems.push(Problem {
            place: place.cloned().unwrap_or_else(|| Place::of(Layer::Default)),
            key: key.to_owned(),
            severity,
            message,
            remedy,
        });
    }
}

fn chat_output_tokens(options: &Options) -> u32 {
    options.chat.max_output_tokens.unwrap_or(defaults::DEFAULT_CHAT_OUTPUT_TOKENS)
}

fn completion_waits(options: &Options) -> Waits {
    let own = &options.completion;
    Waits {
        first_token: ms(own.first_token_timeout_ms, defaults::DEFAULT_FIRST_TOKEN_TIMEOUT_MS),
        idle: ms(own.idle_timeout_ms, defaults::DEFAULT_IDLE_TIMEOUT_MS),
        total: ms(own.total_timeout_ms, defaults::DEFAULT_TOTAL_TIMEOUT_MS),
    }
}

fn chat_waits(options: &Options) -> Waits {
    let own = &options.chat;
    Waits {
        first_token: ms(own.first_token_timeout_ms, defaults::DEFAULT_CHAT_FIRST_TOKEN_TIMEOUT_MS),
        idle: ms(own.idle_timeout_ms, defaults::DEFAULT_CHAT_IDLE_TIMEOUT_MS),
        total: ms(own.total_timeout_ms, defaults::DEFAULT_CHAT_TOTAL_TIMEOUT_MS),
    }
}

fn ms(written: Option<Duration>, default: u32) -> Duration {
    written.unwrap_or(Duration::from_millis(u64::from(default)))
}
