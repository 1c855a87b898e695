//! Settings as resolved: every value there and within its bounds, every model
//! usable. Nothing in here shows a secret in `Debug`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::api_key::{ApiKey, KeySource};
use super::resolve::WORKSPACE;
pub use super::values::{
    ActionAnswer, ActionPlace, Api, Auto, Caps, Debounce, Effort, HoverMode, Limits, LogLevel,
    Menu, Price, Provider, Runner,
};
use crate::context::snippet::Origin;

/// What holds for a session, or for the documents under one root.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Whether foretype does anything at all.
    pub enabled: bool,
    /// The models that can be used, by name.
    pub models: BTreeMap<String, Arc<ModelSettings>>,
    /// The models that are configured but cannot be used, by name, with the reason.
    pub unusable: BTreeMap<String, String>,
    /// The names that tables give to the embedded model of the workspace.
    pub embedded: BTreeSet<String>,
    /// Suggestions while typing.
    pub completion: CompletionSettings,
    /// What a suggestion's prompt shows of the workspace.
    pub context: ContextSettings,
    /// Explanations and edits.
    pub chat: ChatSettings,
    /// What a hover shows.
    pub hover: HoverSettings,
    /// The index of code by what it means.
    pub index: IndexSettings,
    /// The embedded model of the workspace.
    pub workspace: WorkspaceSettings,
    /// The user's own actions, by name.
    pub actions: BTreeMap<String, Arc<ActionSettings>>,
    /// Whether a local server may be looked for.
    pub discovery: bool,
    /// How much the log says.
    pub log_level: LogLevel,
    /// The collector that traces and metrics go to.
    pub otlp_endpoint: Option<String>,
}

/// An action of the user's own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActionSettings {
    /// Its name in the configuration.
    pub name: String,
    /// Whether it is offered.
    pub enabled: bool,
    /// What it is called.
    pub title: String,
    /// What the model is asked.
    pub prompt: ActionPrompt,
    /// What its answer is used for.
    pub answer: ActionAnswer,
    /// Its kind (LSP 3.17, "CodeActionKind").
    pub kind: String,
    /// Language ids; empty: all.
    pub languages: Vec<String>,
    /// What it is about, if that is said.
    pub place: Option<ActionPlace>,
}

/// What the model is asked by an action of the user's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ActionPrompt {
    /// A template, by its name.
    Template(String),
    /// The task itself, with the templates' variables.
    Text(String),
}

impl ActionPrompt {
    /// A text of one word is a template's name.
    #[must_use]
    pub fn new(written: &str) -> Self {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if written.chars().all(plain) {
            Self::Template(written.to_owned())
        } else {
            Self::Text(written.to_owned())
        }
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Template(text) | Self::Text(text) => text,
        }
    }
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
    /// Which API is asked.
    pub api: Api,
    /// Azure's `api-version`.
    pub api_version: Option<String>,
    /// Said to the model before everything else, in chat.
    pub system: Option<String>,
    /// How long it may think.
    pub reasoning: Effort,
    /// More fields of the request's body; they replace ours.
    pub extra_body: serde_json::Map<String, serde_json::Value>,
    /// Certificates, where the system's do not do.
    pub tls: Tls,
    /// How much of it may be used at a time.
    pub limits: Limits,
    /// How much of it may be used in all.
    pub caps: Caps,
    /// Longest time to connect.
    pub connect_timeout: Duration,
    /// Longest answer of chat, tokens; less than the window.
    pub chat_output_tokens: u32,
    /// How long its suggestions may take.
    pub completion_waits: Waits,
    /// How long its answers in chat may take.
    pub chat_waits: Waits,
}

impl ModelSettings {
    /// What its server calls it, for everybody may have another name for it in the configuration; the
    /// provider's name where it has none.
    #[must_use]
    pub fn called(&self) -> &str {
        match self.model.as_str() {
            "" => self.provider.as_str(),
            model => model,
        }
    }

    /// How long an answer may take.
    #[must_use]
    pub const fn waits(&self, purpose: Purpose) -> Waits {
        match purpose {
            Purpose::Completion => self.completion_waits,
            Purpose::Chat | Purpose::Index => self.chat_waits,
        }
    }
}

/// What a model is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Suggestions while typing.
    Completion,
    /// Explanations, edits and conversations.
    Chat,
    /// Vectors of code, and of what it is searched with.
    Index,
}

impl Purpose {
    /// The name of its table in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completion => "completion",
            Self::Chat => "chat",
            Self::Index => "index",
        }
    }
}

/// Longest waits for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// To the first token.
    pub first_token: Duration,
    /// Between two tokens.
    pub idle: Duration,
    /// From the request to the end.
    pub total: Duration,
}

/// Certificates in PEM files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Tls {
    /// Trusted besides the system's.
    pub ca_bundle: Option<PathBuf>,
    /// Shown to the server: certificate chain and private key.
    pub client_certificate: Option<PathBuf>,
    /// The private key, where it is in a file of its own.
    pub client_key: Option<PathBuf>,
}

/// Which model serves a purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelChoice {
    /// A local server, if one is found.
    Auto,
    /// The model of this name, which is in [`Settings::models`].
    Named(String),
    /// The embedded model of the workspace, under this name; it completes and does nothing else.
    Workspace(String),
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
    /// The models to try after it; each is in [`Settings::models`] or
    /// [`Settings::embedded`], or is [`WORKSPACE`].
    pub fallback: Vec<String>,
    /// Whether the embedded model is asked at once while another one thinks.
    pub instant: bool,
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
    /// How long the models' answers may take that do not say themselves.
    pub waits: Waits,
}

/// What a suggestion's prompt shows of the workspace besides the document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ContextSettings {
    /// Whether it shows any.
    pub enabled: bool,
    /// How much at most, tokens.
    pub tokens: u32,
    /// Where it may come from.
    pub sources: BTreeSet<Origin>,
}

/// Explanations, edits and conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatSettings {
    /// The one to use.
    pub model: ModelChoice,
    /// The models to try after it; each is in [`Settings::models`].
    pub fallback: Vec<String>,
    /// Longest answer, tokens.
    pub max_output_tokens: u32,
    /// The language to answer in, as the user wrote it.
    pub language: Option<String>,
    /// Whether it is told what the code uses.
    pub context: bool,
    /// Whether it is told how the project is written.
    pub instructions: bool,
    /// Whether reviews are told what is staged.
    pub staged: bool,
    /// How long the models' answers may take that do not say themselves.
    pub waits: Waits,
}

/// What a hover shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoverSettings {
    /// Whether a model is asked.
    pub mode: HoverMode,
    /// How long it waits for the model.
    pub wait: Duration,
}

/// The embedded model of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// Most tokens that it knows.
    pub tokens: u32,
    /// Whether it reads the sources of dependencies.
    pub dependencies: bool,
}

/// The index of code by what it means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexSettings {
    /// The model that makes vectors; it is in [`Settings::models`].
    pub model: Option<String>,
    /// The one that a team shares.
    pub shared: Option<SharedSettings>,
}

/// An index in PostgreSQL. `Debug` shows no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedSettings {
    /// Where the database's address comes from.
    pub url: KeySource,
    /// Where the password comes from that is not in the address.
    pub password: KeySource,
    /// Certificates, where the system's do not do.
    pub tls: Tls,
    /// Longest time for a search.
    pub timeout: Duration,
}

impl Settings {
    /// The model that a choice means, if it is a configured one.
    pub fn model(&self, choice: &ModelChoice) -> Option<&Arc<ModelSettings>> {
        match choice {
            ModelChoice::Named(name) => self.models.get(name),
            ModelChoice::Auto | ModelChoice::Workspace(_) | ModelChoice::None(_) => None,
        }
    }

    /// Whether a name means the embedded model of the workspace.
    #[must_use]
    pub fn is_built_in(&self, name: &str) -> bool {
        self.embedded.contains(name) || (name == WORKSPACE && !self.models.contains_key(name))
    }
}

impl Default for Settings {
    /// What holds when nothing is configured.
    fn default() -> Self {
        super::Layers::default().resolve().settings
    }
}
