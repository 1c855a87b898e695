//! OpenAI-compatible servers: `POST /v1/completions`, streamed
//! (<https://platform.openai.com/docs/api-reference/completions>; vLLM, llama.cpp and gateways
//! speak the same). The prompt is in the model family's fill-in-the-middle format, or prompt and
//! suffix where the server takes them apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::{BoxFuture, FutureExt, TryFutureExt};
use futures::stream::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{FimWire, ProbeWire};
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::judge::Complaint;
use crate::backend::stream::{Cut, Patience, Pieces, Wire};
use crate::backend::{Delta, Deltas, Facts, FimAsk, FinishReason, Usage, stream};
use crate::config::settings::Purpose;
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
        let suffix = matches!(template, Template::Suffix);
        Self { endpoint, format, suffix, usage: Arc::new(AtomicBool::new(true)) }
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
        body
    }
}

impl FimWire for OpenAiCompletions {
    fn fill(&self, ask: FimAsk) -> Deltas {
        let (endpoint, usage) = (Arc::clone(&self.endpoint), Arc::clone(&self.usage));
        let mut body = self.body(&ask);
        async move {
            let path = "/v1/completions";
            if usage.load(Ordering::Relaxed) {
                set(&mut body, "stream_options", json!({ "include_usage": true }));
            }
            let patience = endpoint.patience(Purpose::Completion);
            let mut sent = endpoint.post(Purpose::Completion, path, &body).await;
            // Servers refuse what they do not know or do not want: once more with less.
            for extra in ["stream_options", "n"] {
                let had = body.as_object_mut().is_some_and(|body| body.contains_key(extra));
                if !(had && matches!(sent, Err(BackendError::Refused(..)))) {
                    continue;
                }
                remove(&mut body, extra);
                sent = endpoint.post(Purpose::Completion, path, &body).await;
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

impl ProbeWire for OpenAiCompletions {
    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        let endpoint = Arc::clone(&self.endpoint);
        let fim = self.suffix || self.format.is_some();
        async move {
            let list = endpoint.ask("/v1/models", None).await?;
            let models: Vec<String> = list
                .get("data")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|model| Some(model.get("id")?.as_str()?.to_owned()))
                .collect();
            let facts = Facts {
                // vLLM and llama.cpp tell the context window here.
                context_tokens: context_of(&list, &endpoint.model.model),
                model: models.iter().find(|id| **id == endpoint.model.model).cloned(),
                fim: Some(fim),
                loaded: None,
                models,
                slots: None,
            };
            *endpoint.facts.lock() = Some(facts.clone());
            Ok(facts)
        }
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

fn context_of(list: &Value, model: &str) -> Option<u32> {
    let listed = list.get("data")?.as_array()?;
    let entry =
        listed.iter().find(|entry| entry.get("id").and_then(Value::as_str) == Some(model))?;
    let told = entry.get("max_model_len").or_else(|| entry.pointer("/meta/n_ctx"))?;
    told.as_u64()?.try_into().ok()
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

#[derive(Deserialize)]
struct TokenCounts {
    #[serde(default)]
    prompt_tokens: Option<u64>,
    #[serde(default)]
    completion_tokens: Option<u64>,
    #[serde(default)]
    prompt_tokens_details: Option<Cached>,
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
            if let Some(reason) = finish_reason {
                into.push(Delta::Finished { index, reason: self::finish_reason(&reason) });
            }
        }
        if let Some(usage) = self.usage {
            into.push(Delta::Usage(Usage {
                prompt_tokens: usage.prompt_tokens,
                output_tokens: usage.completion_tokens,
                cached_tokens: usage.prompt_tokens_details.and_then(|cached| cached.cached_tokens),
            }));
        }
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
