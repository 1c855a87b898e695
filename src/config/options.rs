//! Options as written, one value of [`Options`] per layer: everything may be
//! absent. The comments on the fields are the reference's and the schema's texts.

mod action;
mod context;
mod hover;
mod index;
mod model;
mod purpose;
mod workspace;

use std::collections::BTreeMap;

use schemars::JsonSchema;

pub use self::action::ActionOptions;
pub use self::context::ContextOptions;
pub use self::hover::HoverOptions;
pub use self::index::{IndexOptions, SharedOptions};
pub use self::model::ModelOptions;
pub use self::purpose::{ChatOptions, CompletionOptions};
pub use self::workspace::WorkspaceOptions;

use super::parse;
use super::read::{Reader, Report};
use super::tree::Entry;
use super::values::LogLevel;

/// A value on which trust rests: absent, good, or bad with the reason, so that a
/// bad one is never silently replaced by an earlier layer's.
pub(crate) type Checked<T> = Option<Result<T, String>>;

/// Every key that foretype understands. The same keys are read from the user's
/// `config.toml`, from the client's `initializationOptions` and
/// `workspace/didChangeConfiguration` (section `foretype`) and, if they only
/// narrow, from a workspace's `.foretype.toml`.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(title = "foretype", deny_unknown_fields)]
pub struct Options {
    /// Whether foretype does anything at all.
    #[schemars(extend("default" = true))]
    pub enabled: Option<bool>,
    /// The models that may be used, each under a name of your choice.
    #[schemars(default)]
    pub models: BTreeMap<String, ModelOptions>,
    /// Suggestions while typing.
    #[schemars(default)]
    pub completion: CompletionOptions,
    /// What a model is shown besides the file at hand, for suggestions.
    #[schemars(default)]
    pub context: ContextOptions,
    /// Conversations: `foretype ask`, and an editor's own questions.
    #[schemars(default)]
    pub chat: ChatOptions,
    /// What is shown where the mouse rests on a name.
    #[schemars(default)]
    pub hover: HoverOptions,
    /// The index of code by what it means: for chat and actions.
    #[schemars(default)]
    pub index: IndexOptions,
    /// The model that is built in: it completes from the code of the workspace itself.
    #[schemars(default)]
    pub workspace: WorkspaceOptions,
    /// Code actions of yours, each under a name of your choice. Only the user's own file and the editor's
    /// settings can have them.
    #[schemars(default)]
    pub actions: BTreeMap<String, ActionOptions>,
    /// Models that nobody had to configure.
    #[schemars(default)]
    pub discovery: DiscoveryOptions,
    /// The log.
    #[schemars(default)]
    pub log: LogOptions,
    /// Traces and metrics for a collector of yours. Only the user's own file can have it.
    #[schemars(default)]
    pub telemetry: TelemetryOptions,
}

/// Traces and metrics for a collector of yours, by OpenTelemetry's protocol: times, tokens, models,
/// errors, and never any text. It needs a program built with the feature `otlp`. Only the user's own
/// file can have it.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TelemetryOptions {
    /// The collector's address for OTLP over HTTP, such as `"http://127.0.0.1:4318"`; `/v1/traces` and
    /// `/v1/metrics` are appended.
    #[schemars(with = "String")]
    pub otlp_endpoint: Option<String>,
}

/// Models that nobody had to configure.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DiscoveryOptions {
    /// Whether to look for a local llama.cpp or Ollama server when no model is configured.
    #[schemars(extend("default" = true))]
    pub enabled: Option<bool>,
}

/// The log.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LogOptions {
    /// How much it says. Below `trace` there is never code, a prompt or a key in it.
    #[schemars(extend("default" = "info"))]
    pub level: Option<LogLevel>,
}

impl Options {
    /// Reads one layer.
    pub(crate) fn read(entries: Vec<Entry>, report: &mut Report) -> Self {
        let mut options = Self::default();
        let mut top = Reader::new(String::new(), "", entries, report);
        options.enabled = top.switch("enabled");
        let models = &mut options.models;
        top.tables("models", "models.*", |name, table| {
            if let Some((name, model)) = ModelOptions::read(name, table) {
                models.insert(name, model);
            }
        });
        if let Some(table) = top.table("completion") {
            options.completion = CompletionOptions::read(table);
        }
        if let Some(table) = top.table("context") {
            options.context = ContextOptions::read(table);
        }
        if let Some(table) = top.table("chat") {
            options.chat = ChatOptions::read(table);
        }
        let actions = &mut options.actions;
        top.tables("actions", "actions.*", |name, table| {
            if let Some((name, action)) = ActionOptions::read(name, table) {
                actions.insert(name, action);
            }
        });
        if let Some(table) = top.table("hover") {
            options.hover = HoverOptions::read(table);
        }
        if let Some(table) = top.table("index") {
            options.index = IndexOptions::read(table);
        }
        if let Some(table) = top.table("workspace") {
            options.workspace = WorkspaceOptions::read(table);
        }
        if let Some(mut table) = top.table("discovery") {
            options.discovery.enabled = table.switch("enabled");
            table.finish();
        }
        if let Some(mut table) = top.table("log") {
            options.log.level = table.take("level", parse::word);
            table.finish();
        }
        if let Some(mut table) = top.table("telemetry") {
            options.telemetry.otlp_endpoint = table.take("otlp_endpoint", super::endpoint::parse);
            table.finish();
        }
        top.finish();
        options
    }
}
