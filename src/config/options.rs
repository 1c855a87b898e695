//! Options as written, one value of [`Options`] per layer: everything may be
//! absent. The comments on the fields are the reference's and the schema's texts.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;

use super::api_key::{ApiKey, KeySource, is_header_text};
use super::problem::{Fault, clip};
use super::read::{Reader, Report, expected};
use super::tree::{Entry, Value};
use super::values::{Auto, Debounce, LogLevel, Menu, Price, Provider, TemplateText};
use super::{defaults, endpoint, parse};

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
    /// Explanations and edits. Kept for a later version.
    #[schemars(default)]
    pub chat: PurposeOptions,
    /// Models that nobody had to configure.
    #[schemars(default)]
    pub discovery: DiscoveryOptions,
    /// The log.
    #[schemars(default)]
    pub log: LogOptions,
}

/// A model and the server that it runs on.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ModelOptions {
    /// What the server speaks. Required.
    #[schemars(with = "Option<Provider>")]
    pub provider: Checked<Provider>,
    /// The server's address, with or without `/v1`. `llama-cpp` and `ollama` have
    /// their usual local one as the default; `openai-compatible` needs one.
    #[schemars(with = "Option<String>", extend("examples" = ["http://127.0.0.1:8012"]))]
    pub url: Checked<String>,
    /// The model's name at the server. Required for `openai-compatible` and `ollama`.
    #[schemars(with = "Option<String>", extend("examples" = ["qwen2.5-coder:1.5b"]))]
    pub model: Checked<String>,
    /// How prefix and suffix become a prompt: `auto` goes by the model's name,
    /// `suffix` leaves it to the server, a name chooses a fill-in-the-middle format,
    /// and any text with `{prefix}` and `{suffix}` in it is a format of your own.
    #[schemars(with = "Option<TemplateText>", extend("default" = "auto"))]
    pub template: Option<String>,
    /// Texts that end an answer, besides the template's own.
    #[schemars(extend("default" = []))]
    pub stop: Option<Vec<String>>,
    /// Size of the model's window in tokens, where the server does not tell.
    #[schemars(range(min = *defaults::CONTEXT_TOKENS.start(), max = *defaults::CONTEXT_TOKENS.end()))]
    pub context_tokens: Option<u32>,
    /// Longest answer in tokens.
    #[schemars(
        range(min = *defaults::MAX_OUTPUT_TOKENS.start(), max = *defaults::MAX_OUTPUT_TOKENS.end()),
        extend("default" = defaults::DEFAULT_MAX_OUTPUT_TOKENS)
    )]
    pub max_output_tokens: Option<u32>,
    /// Sampling temperature; the server's own when not given.
    #[schemars(range(min = *defaults::TEMPERATURE.start(), max = *defaults::TEMPERATURE.end()))]
    pub temperature: Option<f64>,
    /// Where the key comes from: `{ env = "NAME" }`, `{ command = ["pass", "show", "key"] }`
    /// or `{ keyring = "name" }`. The key itself is accepted, but better kept outside.
    /// It is sent to this model's address only.
    #[schemars(with = "Option<KeySource>")]
    pub api_key: Checked<KeySource>,
    /// More headers for this model's requests. Their values are kept as secret as keys.
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    pub headers: Checked<BTreeMap<String, ApiKey>>,
    /// How long Ollama keeps the model in memory after a request.
    #[schemars(extend("examples" = ["30m"]))]
    pub keep_alive: Option<String>,
    /// What the model costs, in USD per million tokens.
    pub price: Option<Price>,
    /// Longest time to connect, in ms.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end()),
        extend("default" = defaults::DEFAULT_CONNECT_TIMEOUT_MS)
    )]
    pub connect_timeout_ms: Option<Duration>,
    /// Longest time to the first token, in ms.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end()),
        extend("default" = defaults::DEFAULT_FIRST_TOKEN_TIMEOUT_MS)
    )]
    pub first_token_timeout_ms: Option<Duration>,
    /// Longest time between two tokens, in ms.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end()),
        extend("default" = defaults::DEFAULT_IDLE_TIMEOUT_MS)
    )]
    pub idle_timeout_ms: Option<Duration>,
}

/// Suggestions while typing.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CompletionOptions {
    /// Whether there are suggestions.
    #[schemars(extend("default" = true))]
    pub enabled: Option<bool>,
    /// The name of a model, or `auto`: a local server that is already running. Not
    /// needed where only one model is configured, and `auto` where none is.
    #[schemars(extend("examples" = ["qwen"]))]
    pub model: Option<String>,
    /// The names of the models to try, in order, when the first one fails.
    #[schemars(extend("default" = []))]
    pub fallback: Option<Vec<String>>,
    /// How long to wait for the next key before asking the model: `auto` goes by the
    /// rhythm of typing and the model's latency, a number is in ms.
    #[schemars(extend("default" = "auto"))]
    pub debounce_ms: Option<Debounce>,
    /// Whether to fetch the next suggestion ahead: `auto` does so for local models. Kept for a
    /// later version: nothing is fetched ahead yet.
    #[schemars(extend("default" = "auto"))]
    pub speculate: Option<Auto>,
    /// Whether suggestions stand in the completion menu too: `auto` means only in
    /// editors without inline completion.
    #[schemars(extend("default" = "auto"))]
    pub menu: Option<Menu>,
    /// How long to wait for the rest of a block after its first complete line, in ms.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::BLOCK_AFTER_MS.start(), max = *defaults::BLOCK_AFTER_MS.end()),
        extend("default" = defaults::DEFAULT_BLOCK_AFTER_MS)
    )]
    pub block_after_ms: Option<Duration>,
    /// Most lines of a suggestion.
    #[schemars(
        range(min = *defaults::MAX_LINES.start(), max = *defaults::MAX_LINES.end()),
        extend("default" = defaults::DEFAULT_MAX_LINES)
    )]
    pub max_lines: Option<u32>,
    /// How many suggestions to choose from when you ask for one by hand.
    #[schemars(
        range(min = *defaults::CANDIDATES.start(), max = *defaults::CANDIDATES.end()),
        extend("default" = defaults::DEFAULT_CANDIDATES)
    )]
    pub candidates: Option<u32>,
    /// Languages without suggestions.
    #[schemars(with = "Option<Vec<String>>", extend("default" = [], "examples" = [["markdown"]]))]
    pub disabled_languages: Checked<Vec<String>>,
    /// Globs of files without suggestions, besides those in `.foretypeignore`.
    #[schemars(with = "Option<Vec<String>>", extend("default" = [], "examples" = [["**/generated/**"]]))]
    pub ignore: Checked<Vec<String>>,
}

/// A purpose that models are chosen for.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PurposeOptions {
    /// The name of a model.
    pub model: Option<String>,
    /// The names of the models to try, in order, when the first one fails.
    #[schemars(extend("default" = []))]
    pub fallback: Option<Vec<String>>,
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
            if let Some((name, model)) = read_model(name, table) {
                models.insert(name, model);
            }
        });
        if let Some(table) = top.table("completion") {
            options.completion = read_completion(table);
        }
        if let Some(mut table) = top.table("chat") {
            options.chat.model = table.take("model", parse::text);
            options.chat.fallback = table.take("fallback", parse::list);
            table.finish();
        }
        if let Some(mut table) = top.table("discovery") {
            options.discovery.enabled = table.switch("enabled");
            table.finish();
        }
        if let Some(mut table) = top.table("log") {
            options.log.level = table.take("level", parse::word);
            table.finish();
        }
        top.finish();
        options
    }
}

fn read_model(name: String, mut table: Reader<'_>) -> Option<(String, ModelOptions)> {
    let fault = if name == "auto" {
        "is the word for a server that is found by itself"
    } else if name.trim().is_empty() || name.chars().any(char::is_control) {
        "is no name"
    } else if name.chars().count() > defaults::LONGEST_NAME {
        "is too long"
    } else {
        ""
    };
    if !fault.is_empty() {
        table.refuse(Fault::new(fault, "give the model another name"));
        return None;
    }
    let tokens = |value: &Value| parse::whole(value, &defaults::CONTEXT_TOKENS);
    let output = |value: &Value| parse::whole(value, &defaults::MAX_OUTPUT_TOKENS);
    let temperature = |value: &Value| parse::number(value, &defaults::TEMPERATURE);
    let timeout = |value: &Value| parse::millis(value, &defaults::TIMEOUT_MS);
    let model = ModelOptions {
        provider: table.read("provider", parse::provider),
        url: table.read("url", endpoint::parse),
        model: table.read("model", parse::text),
        template: table.take("template", parse::template),
        stop: table.take("stop", parse::list),
        context_tokens: table.take("context_tokens", tokens),
        max_output_tokens: table.take("max_output_tokens", output),
        temperature: table.take("temperature", temperature),
        api_key: table.read("api_key", KeySource::parse),
        headers: table.read("headers", headers),
        keep_alive: table.take("keep_alive", parse::keep_alive),
        price: table.take("price", parse::price),
        connect_timeout_ms: table.take("connect_timeout_ms", timeout),
        first_token_timeout_ms: table.take("first_token_timeout_ms", timeout),
        idle_timeout_ms: table.take("idle_timeout_ms", timeout),
    };
    if matches!(model.api_key, Some(Ok(KeySource::Literal(_)))) {
        let remedy = "better: { env = \"NAME\" } or { command = [\"pass\", \"show\", \"NAME\"] }";
        table.warn("api_key", Fault::new("the key itself stands here", remedy));
    }
    table.finish();
    Some((name, model))
}

fn read_completion(mut table: Reader<'_>) -> CompletionOptions {
    let block_after = |value: &Value| parse::millis(value, &defaults::BLOCK_AFTER_MS);
    let max_lines = |value: &Value| parse::whole(value, &defaults::MAX_LINES);
    let candidates = |value: &Value| parse::whole(value, &defaults::CANDIDATES);
    let completion = CompletionOptions {
        enabled: table.switch("enabled"),
        model: table.take("model", parse::text),
        fallback: table.take("fallback", parse::list),
        debounce_ms: table.take("debounce_ms", parse::debounce),
        speculate: table.take("speculate", parse::auto),
        menu: table.take("menu", parse::word),
        block_after_ms: table.take("block_after_ms", block_after),
        max_lines: table.take("max_lines", max_lines),
        candidates: table.take("candidates", candidates),
        disabled_languages: table.read("disabled_languages", parse::list),
        ignore: table.read("ignore", parse::globs),
    };
    table.finish();
    completion
}

fn headers(value: &Value) -> Result<BTreeMap<String, ApiKey>, Fault> {
    let wanted = "{ \"X-Name\" = \"value\" }";
    let entries = match value {
        Value::Table(entries) => entries.as_slice(),
        Value::List(items) if items.is_empty() => &[],
        other => return Err(expected(wanted, other)),
    };
    // RFC 9110, 5.1 and 5.6.2.
    let is_name = |name: &str| {
        let sign = |b: u8| b"!#$%&'*+-.^_`|~".contains(&b);
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || sign(b))
    };
    let mut headers = BTreeMap::new();
    for entry in entries {
        match &entry.node.value {
            Value::Text(text) if is_name(&entry.key) && is_header_text(text) => {
                headers.insert(entry.key.clone(), ApiKey::new(text.trim()));
            }
            _ => {
                return Err(Fault::new(
                    format!("has a `{}` that no header can be", clip(&entry.key)),
                    format!("write {wanted}"),
                ));
            }
        }
    }
    Ok(headers)
}
