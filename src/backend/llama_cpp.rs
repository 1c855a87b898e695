//! llama.cpp's own server: `POST /infill`, and `/completion` where the model has no
//! fill-in-the-middle tokens (llama.cpp, tools/server/README.md).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt, TryFutureExt};
use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use serde_json::{Value, json};

use super::endpoint::Endpoint;
use super::error::BackendError;
use super::health::Readiness;
use super::openai_compatible::{finish_reason, set, stops, temperature, template, text};
use super::{Ask, Backend, Delta, Facts, FinishReason, Usage, stream};
use crate::prompt::fim::FimFormat;
use crate::prompt::template::Template;

/// The server stops a line's answer after this long, a block's after the other (ms): a bound on
/// what a slow machine spends on one suggestion. It acts only once a line break was generated.
const MAX_PREDICT_LINE_MS: u32 = 3_000;
const MAX_PREDICT_BLOCK_MS: u32 = 12_000;
/// How often a loading server is asked whether it is done.
const LOADING_POLL: Duration = Duration::from_millis(250);

/// The wire format.
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

    fn common(&self, ask: &Ask) -> Value {
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

    fn infill(&self, ask: &Ask) -> Value {
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
        body
    }

    fn completion(&self, ask: &Ask) -> Value {
        let mut body = self.common(ask);
        set(&mut body, "prompt", json!(text(self.format.as_ref(), &ask.prompt)));
        body
    }
}

impl Backend for LlamaCpp {
    fn stream(&self, ask: Ask) -> BoxStream<'static, Result<Delta, BackendError>> {
        let (endpoint, no_infill) = (Arc::clone(&self.endpoint), Arc::clone(&self.no_infill));
        let named = self.named;
        let plain = self.named || no_infill.load(Ordering::Relaxed);
        let infill = (!plain).then(|| self.infill(&ask));
        let completion = self.completion(&ask);
        async move {
            let patience = endpoint.patience();
            let first = match &infill {
                Some(body) => endpoint.post("/infill", body).await,
                None => endpoint.post("/completion", &completion).await,
            };
            let response = match first {
                Err(BackendError::NoInfill(_)) if infill.is_some() => {
                    no_infill.store(true, Ordering::Relaxed);
                    endpoint.post("/completion", &completion).await
                }
                other => other,
            };
            if matches!(response, Err(BackendError::Loading(_))) {
                warm_up(Arc::clone(&endpoint), named);
            }
            let events = stream::sse(response?, endpoint.name(), patience);
            let events =
                events.map_ok(|value| futures::stream::iter(deltas(&value).into_iter().map(Ok)));
            Ok::<_, BackendError>(events.try_flatten())
        }
        .try_flatten_stream()
        .boxed()
    }

    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        let (endpoint, named) = (Arc::clone(&self.endpoint), self.named);
        async move {
            let props = match endpoint.ask("/props", None).await {
                Err(BackendError::Loading(name)) => {
                    warm_up(Arc::clone(&endpoint), named);
                    return Err(BackendError::Loading(name));
                }
                other => other?,
            };
            let facts = facts(&props, named);
            *endpoint.facts.lock() = Some(facts.clone());
            Ok(facts)
        }
        .boxed()
    }
}

/// Waits, detached from every request, until the server has loaded its model.
fn warm_up(endpoint: Arc<Endpoint>, named: bool) {
    if !endpoint.health.begin_loading() {
        return;
    }
    tokio::spawn(async move {
        while let Err(BackendError::Loading(_)) = endpoint.ask("/health", None).await {
            tokio::time::sleep(LOADING_POLL).await;
        }
        if let Ok(props) = endpoint.ask("/props", None).await {
            *endpoint.facts.lock() = Some(facts(&props, named));
        }
        endpoint.health.set(Readiness::Ready);
    });
}

/// From `GET /props`.
fn facts(props: &Value, named: bool) -> Facts {
    let context = props
        .pointer("/default_generation_settings/n_ctx")
        .or_else(|| props.get("n_ctx"))
        .and_then(Value::as_u64);
    let model =
        props.get("model_alias").or_else(|| props.get("model_path")).and_then(Value::as_str);
    Facts {
        context_tokens: context.and_then(|n| n.try_into().ok()).filter(|n| *n > 0),
        model: model.map(|path| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()),
        fim: named.then_some(true),
        loaded: Some(true),
        models: Vec::new(),
        slots: props.get("total_slots").and_then(Value::as_u64).and_then(|n| n.try_into().ok()),
    }
}

fn deltas(value: &Value) -> Vec<Delta> {
    let mut deltas = Vec::new();
    let index = value.get("index").and_then(Value::as_u64).unwrap_or(0);
    let index = usize::try_from(index).unwrap_or(0);
    if let Some(text) = value.get("content").and_then(Value::as_str).filter(|text| !text.is_empty())
    {
        deltas.push(Delta::Text { index, text: text.to_owned() });
    }
    if value.get("stop").and_then(Value::as_bool) == Some(true) {
        let reason = value
            .get("stop_type")
            .and_then(Value::as_str)
            .map_or(FinishReason::Stop, finish_reason);
        deltas.push(Delta::Finished { index, reason });
        let count = |key: &str| value.pointer(key).and_then(Value::as_u64);
        deltas.push(Delta::Usage(Usage {
            prompt_tokens: count("/tokens_evaluated"),
            output_tokens: count("/tokens_predicted"),
            cached_tokens: count("/timings/cache_n").or_else(|| count("/tokens_cached")),
        }));
    }
    deltas
}
