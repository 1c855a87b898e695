//! Settings as resolved: every value there and within its bounds, every model
//! usable. Nothing in here shows a secret in `Debug`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::api_key::{ApiKey, KeySource};
pub use super::values::{Auto, Debounce, LogLevel, Menu, Price, Provider};

/// What holds for a session, or for the documents under one root.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Whether foretype does anything at all.
    pub enabled: bool,
    /// The models that can be used, by name.
    pub models: BTreeMap<String, Arc<ModelSettings>>,
    /// The models that are configured but cannot be used, by name, with the reason.
    pub unusable: BTreeMap<String, String>,
    /// Suggestions while typing.
    pub completion: CompletionSettings,
    /// Explanations and edits.
    pub chat: PurposeSettings,
    /// Whether a local server may be looked for.
    pub discovery: bool,
    /// How much the log says.
    pub log_level: LogLevel,
}

/// A model that can be used.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelSettings {
    /// Its name in the configuration.
    pub name: String,
    /// What its server speaks.
    pub provider: Provider,
    /// The server's address, to which paths such as `/v1/completions` or
    /// `/api/generate` are appended: no slash, `/v1` or `/api` at its end.
    pub url: String,
    /// Its name at the server; empty only for a provider that does not need it.
    pub model: String,
    /// How a prompt is made, as `prompt::template::Template` reads it without error.
    pub template: String,
    /// Texts that end an answer, besides the template's own.
    pub stop: Vec<String>,
    /// Size of the window in tokens, if it is said.
    pub context_tokens: Option<u32>,
    /// Longest answer in tokens; less than the window.
    pub max_output_tokens: u32,
    /// Sampling temperature, if it is said.
    pub temperature: Option<f64>,
    /// Where the key comes from. It goes to `url` only.
    pub api_key: KeySource,
    /// More headers. They go to `url` only.
    pub headers: BTreeMap<String, ApiKey>,
    /// How long Ollama keeps the model in memory, as Ollama writes durations.
    pub keep_alive: Option<String>,
    /// What it costs.
    pub price: Option<Price>,
    /// Longest time to connect.
    pub connect_timeout: Duration,
    /// Longest time to the first token.
    pub first_token_timeout: Duration,
    /// Longest time between two tokens.
    pub idle_timeout: Duration,
}

/// Which model serves a purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelChoice {
    /// A local server, if one is found.
    Auto,
    /// The model of this name, which is in [`Settings::models`].
    Named(String),
    /// None, and why.
    None(String),
}

/// Suggestions while typing.
#[derive(Debug, Clone, PartialEq)]
pub struct CompletionSettings {
    /// Whether there are any.
    pub enabled: bool,
    /// The model that makes them.
    pub model: ModelChoice,
    /// The models to try after it; each is in [`Settings::models`].
    pub fallback: Vec<String>,
    /// How long an automatic request waits.
    pub debounce: Debounce,
    /// It never waits less than this, however `debounce` is decided.
    pub debounce_at_least: Duration,
    /// Whether to fetch ahead.
    pub speculate: Auto,
    /// Whether the completion menu has them too.
    pub menu: Menu,
    /// How long to wait for a block after its first complete line.
    pub block_after: Duration,
    /// Most lines of one.
    pub max_lines: u32,
    /// How many for an invoked request.
    pub candidates: u32,
    /// Language ids without any.
    pub disabled_languages: Vec<String>,
    /// Globs of files without any, relative to the workspace's root.
    pub ignore: Vec<String>,
}

/// The models for a purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurposeSettings {
    /// The one to use.
    pub model: ModelChoice,
    /// The models to try after it; each is in [`Settings::models`].
    pub fallback: Vec<String>,
}

impl Settings {
    /// The model that a choice means, if it is a configured one.
    pub fn model(&self, choice: &ModelChoice) -> Option<&Arc<ModelSettings>> {
        match choice {
            ModelChoice::Named(name) => self.models.get(name),
            ModelChoice::Auto | ModelChoice::None(_) => None,
        }
    }
}

impl Default for Settings {
    /// What holds when nothing is configured.
    fn default() -> Self {
        super::Layers::default().resolve().settings
    }
}
