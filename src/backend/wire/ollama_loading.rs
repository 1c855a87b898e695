//! Loading an Ollama model. Ollama stops loading when the client that asked for it leaves, so
//! loading is one detached request that typing never cancels.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::openai_completions::set;
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::health::Readiness;

/// How long Ollama keeps an idle model unless told otherwise.
const DEFAULT_KEEP_ALIVE: Duration = Duration::from_secs(5 * 60);
/// After a failed load, this long until the next try.
const FAILED_LOAD_PAUSE: Duration = Duration::from_secs(10);

pub(crate) async fn is_loaded(endpoint: &Endpoint) -> Result<bool, BackendError> {
    let running = endpoint.ask("/api/ps", None).await?;
    Ok(entry(&running, &endpoint.model.model).is_some())
}

/// Loads the model with one request that nothing cancels and no time-out ends.
pub(crate) fn warm_up(endpoint: Arc<Endpoint>) {
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
pub(crate) fn keep(endpoint: &Endpoint) {
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
pub(crate) fn keep_alive_value(text: &str) -> Value {
    text.trim().parse::<i64>().map_or_else(|_| json!(text), |seconds| json!(seconds))
}

pub(crate) fn entry<'a>(list: &'a Value, wanted: &str) -> Option<&'a Value> {
    list.get("models")?.as_array()?.iter().find(|model| {
        ["name", "model"].iter().any(|key| {
            model.get(*key).and_then(Value::as_str).is_some_and(|name| same_model(name, wanted))
        })
    })
}

/// `qwen` and `qwen:latest` are one model.
pub(crate) fn same_model(a: &str, b: &str) -> bool {
    let bare = |name: &str| name.strip_suffix(":latest").unwrap_or(name).to_ascii_lowercase();
    bare(a) == bare(b)
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
