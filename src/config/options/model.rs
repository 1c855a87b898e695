//! The table of a model.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;

use super::Checked;
use crate::config::api_key::{ApiKey, KeySource, is_header_text, is_reference};
use crate::config::problem::{Fault, clip};
use crate::config::read::{Reader, expected};
use crate::config::tree::Value;
use crate::config::values::{Api, Caps, Effort, Limits, Price, Runner, TemplateText};
use crate::config::{defaults, endpoint, parse};

/// A model and the server that it runs on.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ModelOptions {
    /// What the server speaks. Required. `workspace` is no server but the model that is built in, under
    /// the name of this table, which has no other key then.
    #[schemars(with = "Option<Runner>")]
    pub provider: Checked<Runner>,
    /// The server's address, with or without `/v1`. Providers have their own one, or their
    /// usual local one, as the default; `openai-compatible`, `azure-openai` and `tgi` need one.
    #[schemars(with = "Option<String>", extend("examples" = ["http://127.0.0.1:8012"]))]
    pub url: Checked<String>,
    /// The model's name at the server; for `azure-openai`, the deployment's. Required but for
    /// `llama-cpp` and `tgi`.
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
    /// It is sent to this model's address only. Without one, a provider's usual variable
    /// (`OPENAI_API_KEY`, `ANTHROPIC_API_KEY` and so on) is read, if the address is its own.
    #[schemars(with = "Option<KeySource>")]
    pub api_key: Checked<KeySource>,
    /// More headers for this model's requests. Their values are kept as secret as keys.
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    pub headers: Checked<BTreeMap<String, ApiKey>>,
    /// How long Ollama keeps the model in memory after a request.
    #[schemars(extend("examples" = ["30m"]))]
    pub keep_alive: Option<String>,
    /// What the model costs, in USD per million tokens; `cached` is for prompt tokens that the
    /// server took from its cache.
    pub price: Option<Price>,
    /// Longest time to connect, in ms.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end()),
        extend("default" = defaults::DEFAULT_CONNECT_TIMEOUT_MS)
    )]
    pub connect_timeout_ms: Option<Duration>,
    /// Longest time to the first token, in ms; that of the purpose when not given.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end())
    )]
    pub first_token_timeout_ms: Option<Duration>,
    /// Longest time between two tokens, in ms; that of the purpose when not given.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end())
    )]
    pub idle_timeout_ms: Option<Duration>,
    /// Longest time for the whole answer, in ms; that of the purpose when not given.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end())
    )]
    pub total_timeout_ms: Option<Duration>,
    /// Which of the server's APIs is asked: `auto` goes by provider and model, `completions`
    /// are text completions, `chat` fills a marked hole by a conversation, `responses` is
    /// OpenAI's.
    #[schemars(extend("default" = "auto"))]
    pub api: Option<Api>,
    /// Azure's `api-version`.
    #[schemars(extend("examples" = ["2024-10-21"]))]
    pub api_version: Option<String>,
    /// Said to the model before everything else, in chat.
    pub system: Option<String>,
    /// How long a reasoning model may think: `auto` is as little as it can for suggestions,
    /// and its own default for chat.
    #[schemars(extend("default" = "auto"))]
    pub reasoning: Option<Effort>,
    /// More fields of the request's body, as the server's reference has them; they replace
    /// foretype's. No place for keys: `foretype config show` prints it.
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub extra_body: Checked<serde_json::Map<String, serde_json::Value>>,
    /// A PEM file of certificates that are trusted besides the system's.
    #[schemars(with = "Option<String>", extend("examples" = ["~/certificates/company.pem"]))]
    pub ca_bundle: Checked<PathBuf>,
    /// A PEM file with the certificate that is shown to the server, and its private key
    /// unless `client_key` names another file.
    #[schemars(with = "Option<String>")]
    pub client_certificate: Checked<PathBuf>,
    /// A PEM file with the private key of `client_certificate`, without a password.
    #[schemars(with = "Option<String>")]
    pub client_key: Checked<PathBuf>,
    /// How much of it may be used at a time; what is not given is not limited.
    #[schemars(with = "Option<Limits>")]
    pub limits: Checked<Limits>,
    /// How much of it may be used in a day or a month (UTC), by all editors together; cost in
    /// USD, which needs a known price. What is not given is not capped.
    #[schemars(with = "Option<Caps>")]
    pub caps: Checked<Caps>,
}

impl ModelOptions {
    pub(super) fn read(name: String, mut table: Reader<'_>) -> Option<(String, Self)> {
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
        let mut cut = None;
        let address = |value: &Value| {
            let (url, fault) = endpoint::base_of(&endpoint::parse(value)?);
            cut = fault;
            Ok(url)
        };
        let model = Self {
            provider: table.read("provider", parse::runner),
            url: table.read("url", address),
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
            total_timeout_ms: table.take("total_timeout_ms", timeout),
            api: table.take("api", parse::word),
            api_version: table.take("api_version", parse::api_version),
            system: table.take("system", parse::text),
            reasoning: table.take("reasoning", parse::word),
            extra_body: table.read("extra_body", parse::extra_body),
            ca_bundle: table.read("ca_bundle", parse::file),
            client_certificate: table.read("client_certificate", parse::file),
            client_key: table.read("client_key", parse::file),
            limits: table.read("limits", parse::limits),
            caps: table.read("caps", parse::caps),
        };
        if let Some(Ok(KeySource::Literal(key))) = &model.api_key {
            let fault = match is_reference(key) {
                true => Fault::new(
                    "looks like a variable's name, but is sent as the key itself",
                    "write { env = \"NAME\" }",
                ),
                false => Fault::new(
                    "the key itself stands here",
                    "better: { env = \"NAME\" } or { command = [\"pass\", \"show\", \"NAME\"] }",
                ),
            };
            table.warn("api_key", fault);
        }
        if let Some(fault) = cut {
            table.warn("url", fault);
        }
        table.finish();
        Some((name, model))
    }
}

/// What the request itself decides; a second one breaks it (RFC 9112, 6.3).
const OWN_HEADERS: [&str; 5] =
    ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Content-Type"];

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
        if OWN_HEADERS.iter().any(|own| entry.key.eq_ignore_ascii_case(own)) {
            return Err(Fault::new(
                format!("has a `{}`, which foretype sets itself", clip(&entry.key)),
                "remove it; the server's name comes from `url`",
            ));
        }
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
