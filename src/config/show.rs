//! `foretype config show`: what holds, as TOML, each key with its origin.

use std::fmt::Display;
use std::time::Duration;

use serde_json::Value as Json;

use super::api_key::KeySource;
use super::layers::{Origins, Resolved};
use super::options::ContextOptions;
use super::problem::{join_key, quote};
use super::settings::{
    ActionPlace, ActionSettings, Auto, Caps, Debounce, Limits, ModelChoice, ModelSettings, Tls,
    Waits,
};

/// Renders it; secrets are masked.
pub(crate) fn show(resolved: &Resolved) -> String {
    let settings = &resolved.settings;
    let mut page = Page { text: String::new(), section: String::new(), origins: &resolved.origins };
    page.key("enabled", settings.enabled);

    page.open("completion".to_owned());
    let completion = &settings.completion;
    page.key("enabled", completion.enabled);
    page.choice(&completion.model);
    page.key("fallback", list(&completion.fallback));
    page.key("instant", completion.instant);
    page.key(
        "debounce_ms",
        match completion.debounce {
            Debounce::Auto => "\"auto\"".to_owned(),
            Debounce::Fixed(wait) => wait.as_millis().to_string(),
        },
    );
    if completion.debounce == Debounce::Auto && !completion.debounce_at_least.is_zero() {
        let least = completion.debounce_at_least.as_millis();
        page.note(&format!("debounce_ms is at least {least}"));
    }
    page.key(
        "speculate",
        match completion.speculate {
            Auto::Auto => "\"auto\"",
            Auto::On => "true",
            Auto::Off => "false",
        },
    );
    page.key("menu", quote(completion.menu.as_str()));
    page.key("block_after_ms", completion.block_after.as_millis());
    page.key("max_lines", completion.max_lines);
    page.key("candidates", completion.candidates);
    page.key("disabled_languages", list(&completion.disabled_languages));
    page.key("ignore", list(&completion.ignore));
    page.waits(completion.waits);

    page.open("context".to_owned());
    page.key("enabled", settings.context.enabled);
    page.key("tokens", settings.context.tokens);
    for (origin, _) in ContextOptions::default().switches() {
        page.key(origin.name(), settings.context.sources.contains(&origin));
    }

    page.open("chat".to_owned());
    page.choice(&settings.chat.model);
    page.key("fallback", list(&settings.chat.fallback));
    page.key("max_output_tokens", settings.chat.max_output_tokens);
    page.text("language", settings.chat.language.as_deref());
    page.key("context", settings.chat.context);
    page.key("instructions", settings.chat.instructions);
    page.key("staged", settings.chat.staged);
    page.waits(settings.chat.waits);

    page.open("hover".to_owned());
    page.key("mode", quote(settings.hover.mode.as_str()));
    page.key("wait_ms", settings.hover.wait.as_millis());

    if let Some(model) = &settings.index.model {
        page.open("index".to_owned());
        page.key("model", quote(model));
    }
    if let Some(shared) = &settings.index.shared {
        page.open("index.shared".to_owned());
        page.key("url", shared.url.masked());
        if shared.password != KeySource::None {
            page.key("password", shared.password.masked());
        }
        page.tls(&shared.tls);
        page.key("timeout_ms", shared.timeout.as_millis());
    }
    page.open("workspace".to_owned());
    page.key("max_tokens", settings.workspace.tokens);
    page.key("dependencies", settings.workspace.dependencies);

    for action in settings.actions.values() {
        page.action(action);
    }

    page.open("discovery".to_owned());
    page.key("enabled", settings.discovery);

    page.open("log".to_owned());
    page.key("level", quote(settings.log_level.as_str()));

    if let Some(endpoint) = &settings.otlp_endpoint {
        page.open("telemetry".to_owned());
        page.key("otlp_endpoint", quote(endpoint));
    }

    for model in settings.models.values() {
        page.model(model);
    }
    for name in &settings.embedded {
        page.open(join_key("models", name));
        page.key("provider", quote(super::WORKSPACE));
    }
    for (name, reason) in &settings.unusable {
        page.text.push('\n');
        let key = join_key("models", name);
        page.note(&format!("{key} cannot be used: {reason}"));
    }
    page.text
}

struct Page<'a> {
    text: String,
    section: String,
    origins: &'a Origins,
}

impl Page<'_> {
    fn open(&mut self, section: String) {
        self.text.push_str(&format!("\n[{section}]\n"));
        self.section = section;
    }

    fn key(&mut self, key: &str, value: impl Display) {
        let full = join_key(&self.section, key);
        let origin = match self.origins.get(&full) {
            Some(places) if !places.is_empty() => {
                let places: Vec<String> = places.iter().map(ToString::to_string).collect();
                places.join(", ")
            }
            _ => "default".to_owned(),
        };
        let line = format!("{key} = {value}  # {}", one_line(&origin));
        self.text.push_str(&line);
        self.text.push('\n');
    }

    fn text(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.key(key, quote(text));
        }
    }

    fn tls(&mut self, Tls { ca_bundle, client_certificate, client_key }: &Tls) {
        for (key, file) in [
            ("ca_bundle", ca_bundle),
            ("client_certificate", client_certificate),
            ("client_key", client_key),
        ] {
            self.text(key, file.as_ref().map(|file| file.to_string_lossy()).as_deref());
        }
    }

    fn waits(&mut self, waits: Waits) {
        self.key("first_token_timeout_ms", waits.first_token.as_millis());
        self.key("idle_timeout_ms", waits.idle.as_millis());
        self.key("total_timeout_ms", waits.total.as_millis());
    }

    /// A key that is shown only where it is written.
    fn own(&mut self, key: &str, value: impl Display) {
        if self.origins.contains_key(&join_key(&self.section, key)) {
            self.key(key, value);
        }
    }

    fn note(&mut self, text: &str) {
        self.text.push_str(&format!("# {}\n", one_line(text)));
    }

    fn choice(&mut self, choice: &ModelChoice) {
        match choice {
            ModelChoice::Auto => self.key("model", "\"auto\""),
            ModelChoice::Named(name) | ModelChoice::Workspace(name) => {
                self.key("model", quote(name));
            }
            ModelChoice::None(reason) => self.note(&format!("model: none; {reason}")),
        }
    }

    fn action(&mut self, action: &ActionSettings) {
        self.open(join_key("actions", &action.name));
        self.key("enabled", action.enabled);
        self.key("title", quote(&action.title));
        self.key("prompt", quote(action.prompt.as_str()));
        self.key("answer", quote(action.answer.as_str()));
        self.key("kind", quote(&action.kind));
        self.key("languages", list(&action.languages));
        self.text("where", action.place.map(ActionPlace::as_str));
    }

    fn model(&mut self, model: &ModelSettings) {
        self.open(join_key("models", &model.name));
        let ms = |time: Duration| time.as_millis();
        self.key("provider", quote(model.provider.as_str()));
        self.key("url", quote(&model.url));
        if !model.model.is_empty() {
            self.key("model", quote(&model.model));
        }
        self.key("template", quote(&model.template));
        self.key("stop", list(&model.stop));
        if let Some(tokens) = model.context_tokens {
            self.key("context_tokens", tokens);
        }
        self.key("max_output_tokens", model.max_output_tokens);
        if let Some(temperature) = model.temperature {
            self.key("temperature", format!("{temperature:?}"));
        }
        match &model.api_key {
            KeySource::None => {}
            KeySource::Usual(name) => self.note(&format!("api_key: {name}, if it is set")),
            source => self.key("api_key", source.masked()),
        }
        if !model.headers.is_empty() {
            let names: Vec<String> =
                model.headers.keys().map(|name| format!("{} = \"***\"", quote(name))).collect();
            self.key("headers", format!("{{ {} }}", names.join(", ")));
        }
        if let Some(time) = &model.keep_alive {
            self.key("keep_alive", quote(time));
        }
        if let Some(price) = model.price {
            let (input, output) = (Some(price.input), Some(price.output));
            let parts = [("input", input), ("output", output), ("cached", price.cached)];
            self.key("price", braces(parts.map(|(key, part)| (key, part.map(decimal)))));
        }
        self.key("api", quote(model.api.as_str()));
        self.text("api_version", model.api_version.as_deref());
        self.text("system", model.system.as_deref());
        self.key("reasoning", quote(model.reasoning.as_str()));
        if !model.extra_body.is_empty() {
            self.key("extra_body", toml(&model.extra_body.clone().into()));
        }
        self.tls(&model.tls);
        if model.limits != Limits::default() {
            let Limits { requests_per_minute, tokens_per_minute, concurrent } = model.limits;
            let parts = [
                ("requests_per_minute", requests_per_minute),
                ("tokens_per_minute", tokens_per_minute),
                ("concurrent", concurrent),
            ];
            self.key("limits", braces(parts));
        }
        if model.caps != Caps::default() {
            let Caps { cost_per_day, cost_per_month, tokens_per_day, tokens_per_month } =
                model.caps;
            let parts = [
                ("cost_per_day", cost_per_day.map(decimal)),
                ("cost_per_month", cost_per_month.map(decimal)),
                ("tokens_per_day", tokens_per_day.map(|tokens| tokens.to_string())),
                ("tokens_per_month", tokens_per_month.map(|tokens| tokens.to_string())),
            ];
            self.key("caps", braces(parts));
        }
        self.key("connect_timeout_ms", ms(model.connect_timeout));
        // Those that are not the model's own are the purpose's.
        self.own("first_token_timeout_ms", ms(model.completion_waits.first_token));
        self.own("idle_timeout_ms", ms(model.completion_waits.idle));
        self.own("total_timeout_ms", ms(model.completion_waits.total));
    }
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| quote(item)).collect();
    format!("[{}]", items.join(", "))
}

/// A number that TOML reads as one with a fraction.
fn decimal(number: f64) -> String {
    format!("{number:?}")
}

/// A table in braces, of the parts that there are.
fn braces<T: Display, const N: usize>(parts: [(&str, Option<T>); N]) -> String {
    let parts = parts.into_iter().filter_map(|(key, part)| Some(format!("{key} = {}", part?)));
    format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "))
}

/// JSON without nulls as TOML.
fn toml(json: &Json) -> String {
    match json {
        Json::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(key, json)| format!("{} = {}", quote(key), toml(json)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(toml).collect();
            format!("[{}]", items.join(", "))
        }
        Json::String(text) => quote(text),
        Json::Number(number) => match number.as_f64() {
            Some(decimals) if number.is_f64() => decimal(decimals),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
