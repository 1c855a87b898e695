//! llama.cpp's own server: `POST /infill`, and `/completion` where the model has no
//! fill-in-the-middle tokens (llama.cpp, tools/server/README.md).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt, TryFutureExt};
use futures::stream::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{finish_reason, set, stops, temperature, template, text};
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

/// The server stops a line's answer after this long, a block's after the other (ms): a bound on
/// what a slow machine spends on one suggestion. It acts only once a line break was generated.
const MAX_PREDICT_LINE_MS: u32 = 3_000;
const MAX_PREDICT_BLOCK_MS: u32 = 12_000;
/// How often a loading server is asked whether it is done.
const LOADING_POLL: Duration = Duration::from_millis(250);

/// The wire format.
#[derive(Clone)]
pub struct LlamaCpp {
    endpoint: Arc<Endpoint>,
    format: Option<FimFormat>,
    /// A template was named: `/completion` with it, whatever the server knows.
    named: bool,
    /// The server has said that its model cannot fill in.
    no_infill: Arc<AtomicBool>,
}

impl LlamaCpp {
    /// For an endpoint.
    #[must_use]
    pub fn new(endpoint: Arc<Endpoint>) -> Self {
        let (template, format) = template(&endpoint);
        let named = matches!(template, Template::Named(_));
        Self { endpoint, format, named, no_infill: Arc::new(AtomicBool::new(false)) }
    }

    fn common(&self, ask: &FimAsk) -> Value {
        let limit = if ask.one_line { MAX_PREDICT_LINE_MS } else { MAX_PREDICT_BLOCK_MS };
        let mut body = json!({
            "n_predict": ask.prompt.max_output_tokens(),
            "t_max_predict_ms": limit,
            "cache_prompt": true,
            "temperature": temperature(&self.endpoint, ask),
            "stream": true,
        });
        let stops = stops(&self.endpoint, if self.named { self.format.as_ref() } else { None });
        if !stops.is_empty() {
            set(&mut body, "stop", json!(stops));
        }
        // The server refuses more than it has slots.
        let slots = self.endpoint.facts.lock().as_ref().and_then(|facts| facts.slots).unwrap_or(1);
        if ask.candidates > 1 && slots > 1 {
            set(&mut body, "n", json!(u32::from(ask.candidates).min(slots)));
        }
        body
    }

    fn infill(&self, ask: &FimAsk) -> Value {
        let mut body = self.common(ask);
        let prompt = ask.prompt.prompt();
        let extra: Vec<Value> = prompt
            .files
            .iter()
            .map(|file| json!({ "filename": file.path, "text": file.text.as_str() }))
            .collect();
        set(&mut body, "input_extra", json!(extra));
        set(&mut body, "input_prefix", json!(prompt.prefix.as_str()));
        set(&mut body, "input_suffix", json!(prompt.suffix.as_str()));
        set(&mut body, "prompt", json!(prompt.middle.as_str()));
        extend(&mut body, &self.endpoint.model.extra_body);
        body
    }

    fn completion(&self, ask: &FimAsk) -> Value {
        let mut body = self.common(ask);
        set(&mut body, "prompt", json!(text(self.format.as_ref(), &ask.prompt)));
        extend(&mut body, &self.endpoint.model.extra_body);
        body
    }
}

impl FimWire for LlamaCpp {
    fn fill(&self, ask: FimAsk) -> Deltas {
        let this = self.clone();
        async move {
            let endpoint = &this.endpoint;
            let patience = endpoint.patience(Purpose::Completion);
            let plain = this.named || this.no_infill.load(Ordering::Relaxed);
            let mut response = match plain {
                false => endpoint.post(Purpose::Completion, "/infill", &this.infill(&ask)).await,
                true => {
                    endpoint.post(Purpose::Completion, "/completion", &this.completion(&ask)).await
                }
            };
            if !plain && matches!(response, Err(BackendError::NoInfill(_))) {
                this.no_infill.store(true, Ordering::Relaxed);
                response =
                    endpoint.post(Purpose::Completion, "/completion", &this.completion(&ask)).await;
            }
            if matches!(response, Err(BackendError::Loading(_))) {
                warm_up(Arc::clone(endpoint), this.named.then_some(true));
            }
            let name = endpoint.name();
            Ok::<_, BackendError>(parse(stream::pieces(response?), name, patience))
        }
        .try_flatten_stream()
        .boxed()
    }
}

impl ProbeWire for LlamaCpp {
    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        let endpoint = Arc::clone(&self.endpoint);
        let refused = self.no_infill.load(Ordering::Relaxed);
        let fim = if self.named { Some(true) } else { refused.then_some(false) };
        async move {
            let props = match endpoint.ask("/props", None).await {
                Err(BackendError::Loading(name)) => {
                    warm_up(Arc::clone(&endpoint), fim);
                    return Err(BackendError::Loading(name));
                }
                other => other?,
            };
            let facts = facts(&props, fim);
            Ok(endpoint.told(facts))
        }
        .boxed()
    }
}

/// Waits, detached from every request, until the server has loaded its model.
fn warm_up(endpoint: Arc<Endpoint>, fim: Option<bool>) {
    if !endpoint.health.begin_loading() {
        return;
    }
    let endpoint = Arc::downgrade(&endpoint);
    tokio::spawn(async move {
        // It ends with the last who could use the model: a configuration may have replaced it.
        let endpoint = loop {
            let Some(endpoint) = endpoint.upgrade() else { return };
            match endpoint.ask("/health", None).await {
                // A server busy with loading may also be slow to say so.
                Err(BackendError::Loading(_) | BackendError::Silent(..)) => drop(endpoint),
                _ => break endpoint,
            }
            tokio::time::sleep(LOADING_POLL).await;
        };
        if let Ok(props) = endpoint.ask("/props", None).await {
            endpoint.told(facts(&props, fim));
        }
        endpoint.health.set(Readiness::Ready);
    });
}

/// From `GET /props`.
fn facts(props: &Value, fim: Option<bool>) -> Facts {
    let context = props
        .pointer("/default_generation_settings/n_ctx")
        .or_else(|| props.get("n_ctx"))
        .and_then(Value::as_u64);
    let model =
        props.get("model_alias").or_else(|| props.get("model_path")).and_then(Value::as_str);
    Facts {
        context_tokens: context.and_then(|n| n.try_into().ok()).filter(|n| *n > 0),
        model: model.map(|path| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()),
        fim,
        loaded: Some(true),
        models: Vec::new(),
        slots: props.get("total_slots").and_then(Value::as_u64).and_then(|n| n.try_into().ok()),
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
    #[serde(default)]
    index: usize,
    #[serde(default)]
    content: String,
    #[serde(default)]
    stop: bool,
    #[serde(default)]
    stop_type: Option<String>,
    #[serde(default)]
    tokens_evaluated: Option<u64>,
    #[serde(default)]
    tokens_predicted: Option<u64>,
    #[serde(default)]
    timings: Option<Timings>,
}

#[derive(Deserialize)]
struct Timings {
    #[serde(default)]
    cache_n: Option<u64>,
}

impl Wire for Event {
    fn complaint(&self) -> Option<&Complaint> {
        self.error.as_ref()
    }

    fn deltas(self, into: &mut Vec<Delta>) {
        let index = self.index;
        if !self.content.is_empty() {
            into.push(Delta::Text { index, text: self.content });
        }
        if self.stop {
            let reason = self.stop_type.as_deref().map_or(FinishReason::Stop, finish_reason);
            into.push(Delta::Finished { index, reason });
            into.push(Delta::Usage(Usage {
                prompt_tokens: self.tokens_evaluated,
                output_tokens: self.tokens_predicted,
                cached_tokens: self.timings.and_then(|timings| timings.cache_n),
            }));
        }
    }
}
