//! Ollama's own paths (its docs/api.md): a JSON object a line.

use serde_json::{Map, Value, json};

use super::{End, Format, PROMPT_TOKENS, Wire, word};

/// `/api/generate` and `/api/chat`.
pub struct Own;

impl Format for Own {
    fn content_type(&self) -> &'static str {
        "application/x-ndjson"
    }

    fn token(&self, wire: &Wire, _: usize, text: &str, _: usize) -> Vec<u8> {
        line(&answer(wire, text, "", Map::new()))
    }

    fn thought(&self, wire: &Wire, text: &str) -> Vec<u8> {
        line(&answer(wire, "", text, Map::new()))
    }

    fn keep_alive(&self) -> Vec<u8> {
        b"\n".to_vec()
    }

    fn ending(&self, wire: &Wire, end: &End) -> Vec<u8> {
        line(&last(wire, "", end))
    }

    fn whole(&self, wire: &Wire, texts: &[String], end: &End) -> Value {
        last(wire, &texts[0], end)
    }

    fn error(&self, _: &Wire, _: u16, message: &str) -> Value {
        json!({"error": message})
    }

    fn error_event(&self, wire: &Wire, message: &str) -> Vec<u8> {
        line(&self.error(wire, 500, message))
    }

    fn malformed(&self) -> Vec<u8> {
        b"{\"response\":\"x,\n".to_vec()
    }
}

fn line(value: &Value) -> Vec<u8> {
    format!("{value}\n").into_bytes()
}

/// The last object, which alone is a whole answer too.
fn last(wire: &Wire, text: &str, end: &End) -> Value {
    let reason = word(end.reason, ["stop", "length", "stop"]);
    let end = json!({"done_reason": reason, "total_duration": 1, "load_duration": 1,
        "prompt_eval_count": PROMPT_TOKENS, "eval_count": end.sent});
    answer(wire, text, "", end.as_object().cloned().unwrap_or_default())
}

fn answer(wire: &Wire, text: &str, thought: &str, end: Map<String, Value>) -> Value {
    let mut answer = json!({"model": wire.model, "created_at": "2026-01-01T00:00:00Z"});
    if wire.path == "/api/chat" {
        answer["message"] = json!({"role": "assistant", "content": text});
        if !thought.is_empty() {
            answer["message"]["thinking"] = json!(thought);
        }
    } else {
        answer["response"] = json!(text);
        if !thought.is_empty() {
            answer["thinking"] = json!(thought);
        }
    }
    answer["done"] = json!(!end.is_empty());
    for (key, value) in end {
        answer[key.as_str()] = value;
    }
    answer
}
