//! Ollama: `POST /api/generate`, one JSON object per line
//! (<https://github.com/ollama/ollama/blob/main/docs/api.md>). With a known family the prompt is
//! rendered here and sent `raw`, so that what was typed follows the middle token; else Ollama's own
//! template takes prompt and suffix.

use std::sync::Arc;
use std::time::Instant;

use futures::future::{BoxFuture, FutureExt, TryFutureExt};
use futures::stream::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{finish_reason, set, stops, temperature, template, text};
use super::ollama_loading::{entry, is_loaded, keep, keep_alive_value, same_model, warm_up};
use super::turns::extend;
use super::{FimWire, ProbeWire};
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::health::Readiness;
use crate::backend::judge::Complaint;
use crate::backend::stream::{Cut, Patience, Pieces, Wire};
use crate::backend::{Delta, Deltas, Facts, FimAsk, FinishReason, Usage, stream};
use crate::config::settings::Purpose;
use crate::prompt::fim::FimFormat;
use crate::prompt::template::Template;

/// The wire format.
pub struct Ollama {
    endpoint: Arc<Endpoint>,
    format: Option<FimFormat>,
    suffix: bool,
}

impl Ollama {
    /// For an endpoint.
    #[must_use]
    pub fn new(endpoint: Arc<Endpoint>) -> Self {
        let (template, format) = template(&endpoint);
        // Without a known family Ollama's own template decides.
        let suffix = matches!(template, Template::Suffix) || format.is_none();
        Self { endpoint, format, suffix }
    }

    fn body(&self, ask: &FimAsk) -> Value {
        let prompt = ask.prompt.prompt();
        let model = &self.endpoint.model;
        let mut options = json!({
            "num_predict": ask.prompt.max_output_tokens(),
            "temperature": temperature(&self.endpoint, ask),
        });
        // Another context size than the loaded one makes Ollama load the model again.
        if let Some(tokens) = model.context_tokens {
            set(&mut options, "num_ctx", json!(tokens));
        }
        let stops = stops(&self.endpoint, self.format.as_ref());
        if !stops.is_empty() {
            set(&mut options, "stop", json!(stops));
        }
        let mut body = json!({ "model": model.model, "stream": true, "options": options });
        if self.suffix {
            set(&mut body, "prompt", json!(text(None, &ask.prompt)));
            set(&mut body, "suffix", json!(prompt.suffix.as_str()));
        } else {
            set(&mut body, "prompt", json!(text(self.format.as_ref(), &ask.prompt)));
            set(&mut body, "raw", json!(true));
        }
        if let Some(keep) = &model.keep_alive {
            set(&mut body, "keep_alive", keep_alive_value(keep));
        }
        extend(&mut body, &model.extra_body);
        body
    }
}

impl FimWire for Ollama {
    fn fill(&self, ask: FimAsk) -> Deltas {
        let endpoint = Arc::clone(&self.endpoint);
        let body = self.body(&ask);
        async move {
            let ready = endpoint.health.readiness(Instant::now());
            if ready == Readiness::Unknown && !is_loaded(&endpoint).await? {
                warm_up(Arc::clone(&endpoint));
                return Err(BackendError::Loading(endpoint.name()));
            }
            endpoint.health.set(Readiness::Ready);
            let patience = endpoint.patience(Purpose::Completion);
            let response = endpoint.post(Purpose::Completion, "/api/generate", &body).await?;
            keep(&endpoint);
            let name = endpoint.name();
            Ok::<_, BackendError>(parse(stream::pieces(response), name, patience))
        }
        .try_flatten_stream()
        .boxed()
    }
}

impl ProbeWire for Ollama {
    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        let (endpoint, known_format) = (Arc::clone(&self.endpoint), self.format.is_some());
        async move {
            let tags = endpoint.ask("/api/tags", None).await?;
            let models = names(&tags);
            let running = endpoint.ask("/api/ps", None).await?;
            let wanted = endpoint.model.model.as_str();
            let entry = entry(&running, wanted);
            let loaded = entry.is_some();
            let context = entry.and_then(|entry| entry.get("context_length")?.as_u64());
            let facts = Facts {
                context_tokens: context.and_then(|n| n.try_into().ok()),
                model: models.iter().find(|name| same_model(name, wanted)).cloned(),
                fim: known_format.then_some(true),
                loaded: Some(loaded),
                models,
                slots: None,
            };
            if loaded && endpoint.health.readiness(Instant::now()) == Readiness::Unknown {
                endpoint.health.set(Readiness::Ready);
                keep(&endpoint);
            }
            Ok(endpoint.told(facts))
        }
        .boxed()
    }
}

fn names(list: &Value) -> Vec<String> {
    let models = list.get("models").and_then(Value::as_array).into_iter().flatten();
    models.filter_map(|model| Some(model.get("name")?.as_str()?.to_owned())).collect()
}

/// What the last line of either stream says: why it ended, tokens of prompt and answer.
pub(super) fn ended(reason: Option<&str>, prompt: Option<u64>, output: Option<u64>) -> [Delta; 2] {
    let reason = reason.map_or(FinishReason::Stop, finish_reason);
    let usage = Usage { prompt_tokens: prompt, output_tokens: output, cached_tokens: None };
    [Delta::Finished { index: 0, reason }, Delta::Usage(usage)]
}

/// Reads an answer.
#[must_use]
pub fn parse(pieces: Pieces, name: String, patience: Patience) -> Deltas {
    stream::read::<Event>(pieces, Cut::Lines, name, patience)
}

/// One line of the stream; what is not named is skipped.
#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    error: Option<Complaint>,
    #[serde(default)]
    response: String,
    #[serde(default)]
    done: bool,
    #[serde(default)]
    done_reason: Option<String>,
    #[serde(default)]
    prompt_eval_count: Option<u64>,
    #[serde(default)]
    eval_count: Option<u64>,
}

impl Wire for Event {
    fn complaint(&self) -> Option<&Complaint> {
        self.error.as_ref()
    }

    fn deltas(self, into: &mut Vec<Delta>) {
        if !self.response.is_empty() {
            into.push(Delta::Text { index: 0, text: self.response });
        }
        if self.done {
            into.extend(ended(
                self.done_reason.as_deref(),
                self.prompt_eval_count,
                self.eval_count,
            ));
        }
    }
}
