//! OpenAI-compatible servers: `POST /v1/completions`, streamed
//! (<https://platform.openai.com/docs/api-reference/completions>; vLLM, llama.cpp and gateways
//! speak the same). The prompt is in the model family's fill-in-the-middle format, or prompt and
//! suffix where the server takes them apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::TryFutureExt;
use futures::stream::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

use super::FimWire;
use super::table::{Path, path};
use super::turns::extend;
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::judge::Complaint;
use crate::backend::stream::{Cut, Patience, Pieces, Wire};
use crate::backend::{Delta, Deltas, FimAsk, FinishReason, Usage, stream};
use crate::config::settings::{Provider, Purpose};
use crate::prompt::FittedFim;
use crate::prompt::fim::FimFormat;
use crate::prompt::template::Template;

/// vLLM refuses more stop strings than this; the rest is applied on our side.
pub(crate) const MAX_STOPS: usize = 4;
/// Different answers need some chance.
pub(crate) const VARIED: f64 = 0.6;

/// The wire format.
pub struct OpenAiCompletions {
    endpoint: Arc<Endpoint>,
    path: String,
    format: Option<FimFormat>,
    suffix: bool,
    /// The server takes `stream_options`; cleared where it goes without only.
    usage: Arc<AtomicBool>,
}

impl OpenAiCompletions {
    /// For an endpoint.
    #[must_use]
    pub fn new(endpoint: Arc<Endpoint>) -> Self {
        let (template, format) = template(&endpoint);
        // DeepSeek's takes them apart, whatever the model is called.
        let apart = endpoint.model.provider == Provider::DeepSeek && template == Template::Auto;
        let suffix = matches!(template, Template::Suffix) || apart;
        let format = format.filter(|_| !apart);
        let path = path(&endpoint.model, Path::Completions);
        Self { endpoint, path, format, suffix, usage: Arc::new(AtomicBool::new(true)) }
    }

    fn body(&self, ask: &FimAsk) -> Value {
        let mut body = json!({
            "model": self.endpoint.model.model,
            "prompt": text(self.format.as_ref(), &ask.prompt),
            "max_tokens": ask.prompt.max_output_tokens(),
            "temperature": temperature(&self.endpoint, ask),
            "stream": true,
        });
        if self.suffix {
            set(&mut body, "suffix", json!(ask.prompt.prompt().suffix.as_str()));
        }
        let stops = stops(&self.endpoint, self.format.as_ref());
        if !stops.is_empty() {
            set(&mut body, "stop", json!(stops));
        }
        if ask.candidates > 1 {
            set(&mut body, "n", json!(ask.candidates));
        }
        extend(&mut body, &self.endpoint.model.extra_body);
        body
    }
}

impl FimWire for OpenAiCompletions {
    fn fill(&self, ask: FimAsk) -> Deltas {
        let (endpoint, usage) = (Arc::clone(&self.endpoint), Arc::clone(&self.usage));
        let path = self.path.clone();
        let mut body = self.body(&ask);
        async move {
            if usage.load(Ordering::Relaxed) {
                set(&mut body, "stream_options", json!({ "include_usage": true }));
            }
            let patience = endpoint.patience(Purpose::Completion);
            let mut sent = endpoint.post(Purpose::Completion, &path, &body).await;
            // Servers refuse what they do not know or do not want: once more with less.
            for extra in ["stream_options", "n"] {
                let had = body.as_object_mut().is_some_and(|body| body.contains_key(extra));
                if !(had && matches!(sent, Err(BackendError::Refused(..)))) {
                    continue;
                }
                remove(&mut body, extra);
                sent = endpoint.post(Purpose::Completion, &path, &body).await;
                if extra == "stream_options" && sent.is_ok() {
                    usage.store(false, Ordering::Relaxed);
                }
            }
            let response = sent?;
            let name = endpoint.name();
            Ok::<_, BackendError>(parse(stream::pieces(response), name, patience))
        }
        .try_flatten_stream()
        .boxed()
    }
}

/// The template of an endpoint and, with it, the model family's format.
pub(crate) fn template(endpoint: &Endpoint) -> (Template, Option<FimFormat>) {
    let template = Template::parse(&endpoint.model.template).unwrap_or_default();
    let format = template.format(&endpoint.model.model);
    (template, format)
}

/// The prompt as one text; without a format, what stands before the cursor.
pub(crate) fn text(format: Option<&FimFormat>, prompt: &FittedFim) -> String {
    let prompt = prompt.prompt();
    let Some(format) = format else {
        return format!("{}{}", prompt.prefix.as_str(), prompt.middle.as_str());
    };
    let files: Vec<(&str, &str)> =
        prompt.files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    format.render(&crate::prompt::fim::FimParts {
        repo: prompt.repo.as_deref(),
        files: &files,
        path: &prompt.path,
        prefix: prompt.prefix.as_str(),
        suffix: prompt.suffix.as_str(),
        middle: prompt.middle.as_str(),
    })
}

/// At most four stop strings: the user's own, then the family's.
pub(crate) fn stops(endpoint: &Endpoint, format: Option<&FimFormat>) -> Vec<String> {
    let own = endpoint.model.stop.iter().cloned();
    let family = format.map(FimFormat::stops).unwrap_or_default();
    let mut stops: Vec<String> = own.collect();
    for stop in family {
        if !stops.iter().any(|known| known == stop) {
            stops.push(stop.to_owned());
        }
    }
    stops.truncate(MAX_STOPS);
    stops
}

/// As configured; where several answers are wanted, warm enough that they differ.
pub(crate) fn temperature(endpoint: &Endpoint, ask: &FimAsk) -> f64 {
    let configured = endpoint.model.temperature.unwrap_or(0.0);
    if ask.candidates > 1 { configured.max(VARIED) } else { configured }
}

pub(crate) fn set(body: &mut Value, key: &str, value: Value) {
    if let Some(body) = body.as_object_mut() {
        body.insert(key.to_owned(), value);
    }
}

fn remove(body: &mut Value, key: &str) {
    if let Some(body) = body.as_object_mut() {
        body.remove(key);
    }
}

/// Reads an answer.
#[must_use]
pub fn parse(pieces: Pieces, name: String, patience: Patience) -> Deltas {
    stream::read::<Event>(pieces, Cut::Events, name, patience)
}

/// One event of the stream; what is not named is skipped.
#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    error: Option<Complaint>,
    /// Absent or null where a gateway only counts tokens.
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<TokenCounts>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    index: usize,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    finish_reason: Option<String>,
}

/// What was counted, in any of the places where OpenAI-compatible servers say it.
#[derive(Deserialize)]
pub(crate) struct TokenCounts {
    #[serde(default)]
    prompt_tokens: Option<u64>,
    #[serde(default)]
    completion_tokens: Option<u64>,
    #[serde(default)]
    prompt_tokens_details: Option<Cached>,
    /// DeepSeek's place for it.
    #[serde(default)]
    prompt_cache_hit_tokens: Option<u64>,
}

impl From<TokenCounts> for Usage {
    fn from(counts: TokenCounts) -> Self {
        let details = counts.prompt_tokens_details;
        let cached = details.and_then(|details| details.cached_tokens);
        Self {
            prompt_tokens: counts.prompt_tokens,
            output_tokens: counts.completion_tokens,
            cached_tokens: cached.or(counts.prompt_cache_hit_tokens),
        }
    }
}

#[derive(Deserialize)]
struct Cached {
    #[serde(default)]
    cached_tokens: Option<u64>,
}

impl Wire for Event {
    fn complaint(&self) -> Option<&Complaint> {
        self.error.as_ref()
    }

    fn deltas(self, into: &mut Vec<Delta>) {
        for Choice { index, text, finish_reason } in self.choices.into_iter().flatten() {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                into.push(Delta::Text { index, text });
            }
            if let Some(reason) = finish_reason.filter(|reason| !reason.is_empty()) {
                into.push(Delta::Finished { index, reason: self::finish_reason(&reason) });
            }
        }
        into.extend(self.usage.map(|usage| Delta::Usage(usage.into())));
    }
}

/// The finish reasons of the OpenAI, Mistral, TGI, llama.cpp and Ollama dialects.
pub(crate) fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "stop" | "eos" | "word" | "eos_token" | "stop_sequence" => FinishReason::Stop,
        "length" | "limit" | "model_length" => FinishReason::Length,
        "content_filter" => FinishReason::Filtered,
        "refusal" => FinishReason::Declined,
        "tool_calls" | "function_call" => FinishReason::Tool,
        _ => FinishReason::Other,
    }
}
