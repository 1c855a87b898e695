//! Ollama: `POST /api/generate`, one JSON object per line
//! (<https://github.com/ollama/ollama/blob/main/docs/api.md>). With a known family the prompt is
//! rendered here and sent `raw`, so that what was typed follows the middle token; else Ollama's own
//! template takes prompt and suffix.
//!
//! Ollama stops loading a model when the client that asked for it leaves, so loading is one
//! detached request that typing never cancels.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::{BoxFuture, FutureExt, TryFutureExt};
use futures::stream::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

use super::openai_completions::{finish_reason, set, stops, temperature, template, text};
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

/// How long Ollama keeps an idle model unless told otherwise.
const DEFAULT_KEEP_ALIVE: Duration = Duration::from_secs(5 * 60);
/// After a failed load, this long until the next try.
const FAILED_LOAD_PAUSE: Duration = Duration::from_secs(10);

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
            let before = format!("{}{}", prompt.prefix.as_str(), prompt.middle.as_str());
            set(&mut body, "prompt", json!(before));
            set(&mut body, "suffix", json!(prompt.suffix.as_str()));
        } else {
            set(&mut body, "prompt", json!(text(self.format.as_ref(), &ask.prompt)));
            set(&mut body, "raw", json!(true));
        }
        if let Some(keep) = &model.keep_alive {
            set(&mut body, "keep_alive", keep_alive_value(keep));
        }
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
            *endpoint.facts.lock() = Some(facts.clone());
            Ok(facts)
        }
        .boxed()
    }
}

async fn is_loaded(endpoint: &Endpoint) -> Result<bool, BackendError> {
    let running = endpoint.ask("/api/ps", None).await?;
    Ok(entry(&running, &endpoint.model.model).is_some())
}

/// Loads the model with one request that nothing cancels and no time-out ends.
fn warm_up(endpoint: Arc<Endpoint>) {
    if !endpoint.health.begin_loading() {
        return;
    }
    tokio::spawn(async move {
        let mut body = json!({ "model": endpoint.model.model, "stream": false });
        // With nothing to complete, zero is the order to unload.
        let stays = |keep: &&String| keep_alive(keep) != Some(Duration::ZERO);
        if let Some(keep) = endpoint.model.keep_alive.as_ref().filter(stays) {
            set(&mut body, "keep_alive", keep_alive_value(keep));
        }
        if let Some(tokens) = endpoint.model.context_tokens {
            set(&mut body, "options", json!({ "num_ctx": tokens }));
        }
        match endpoint.post_patiently("/api/generate", &body).await {
            Ok(_) => {
                keep(&endpoint);
                endpoint.health.set(Readiness::Ready);
            }
            Err(error) => {
                tracing::warn!(model = %endpoint.model.name, "the model could not be loaded: {error}");
                let until = Instant::now() + error.quiet_for().unwrap_or(FAILED_LOAD_PAUSE);
                endpoint.health.keep_until(Some(until));
                endpoint.health.set(Readiness::Quiet(until, error.to_string()));
            }
        }
    });
}

/// Notes until when the model stays in memory.
fn keep(endpoint: &Endpoint) {
    let time = match endpoint.model.keep_alive.as_deref() {
        None => Some(DEFAULT_KEEP_ALIVE),
        Some(text) => keep_alive(text),
    };
    endpoint.health.keep_until(time.map(|time| Instant::now() + time));
}

/// A Go duration or seconds as Ollama reads them; `None` for "for good" (negative).
fn keep_alive(text: &str) -> Option<Duration> {
    let text = text.trim();
    if text.starts_with('-') {
        return None;
    }
    if let Ok(seconds) = text.parse::<f64>() {
        return Some(Duration::from_secs_f64(seconds.clamp(0.0, 1e9)));
    }
    let (mut total, mut number, mut unit) = (0.0, String::new(), String::new());
    for c in text.chars().chain(['0']) {
        if (c.is_ascii_digit() || c == '.') && !unit.is_empty() {
            let scale = match unit.as_str() {
                "h" => 3_600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 0.001,
                _ => return Some(DEFAULT_KEEP_ALIVE),
            };
            total += number.parse::<f64>().unwrap_or(0.0) * scale;
            number.clear();
            unit.clear();
        }
        if c.is_ascii_digit() || c == '.' { number.push(c) } else { unit.push(c) }
    }
    Some(Duration::from_secs_f64(total.clamp(0.0, 1e9)))
}

/// Ollama takes a bare number as seconds only where it is a JSON number.
fn keep_alive_value(text: &str) -> Value {
    text.trim().parse::<i64>().map_or_else(|_| json!(text), |seconds| json!(seconds))
}

fn names(list: &Value) -> Vec<String> {
    let models = list.get("models").and_then(Value::as_array).into_iter().flatten();
    models.filter_map(|model| Some(model.get("name")?.as_str()?.to_owned())).collect()
}

fn entry<'a>(list: &'a Value, wanted: &str) -> Option<&'a Value> {
    list.get("models")?.as_array()?.iter().find(|model| {
        ["name", "model"].iter().any(|key| {
            model.get(*key).and_then(Value::as_str).is_some_and(|name| same_model(name, wanted))
        })
    })
}

/// `qwen` and `qwen:latest` are one model.
fn same_model(a: &str, b: &str) -> bool {
    let bare = |name: &str| name.strip_suffix(":latest").unwrap_or(name).to_ascii_lowercase();
    bare(a) == bare(b)
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
            let reason = self.done_reason.as_deref().map_or(FinishReason::Stop, finish_reason);
            into.push(Delta::Finished { index: 0, reason });
            into.push(Delta::Usage(Usage {
                prompt_tokens: self.prompt_eval_count,
                output_tokens: self.eval_count,
                cached_tokens: None,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keep_alive_is_read_as_ollama_does() {
        for (text, seconds) in [
            ("5m", Some(300.0)),
            ("1h30m", Some(5_400.0)),
            ("90", Some(90.0)),
            ("0", Some(0.0)),
            ("-1", None),
            ("1.5s", Some(1.5)),
            ("500ms", Some(0.5)),
        ] {
            assert_eq!(keep_alive(text), seconds.map(Duration::from_secs_f64), "{text}");
        }
    }

    #[test]
    fn latest_is_the_same_model() {
        assert!(same_model("qwen2.5-coder", "qwen2.5-coder:latest"));
        assert!(!same_model("qwen2.5-coder:1.5b", "qwen2.5-coder:7b"));
    }
}
