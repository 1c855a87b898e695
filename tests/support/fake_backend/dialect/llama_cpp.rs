//! llama.cpp's own paths (its tools/server/README.md).

use serde_json::{Value, json};

use super::{End, Format, PROMPT_TOKENS, Wire, data, word};

/// `/infill` and `/completion`.
pub struct Own;

impl Format for Own {
    fn token(&self, _: &Wire, _: usize, text: &str, sent: usize) -> Vec<u8> {
        data(&json!({
            "index": 0, "content": text, "tokens": [], "stop": false, "id_slot": 0,
            "tokens_predicted": sent, "tokens_evaluated": PROMPT_TOKENS,
        }))
    }

    fn thought(&self, _: &Wire, _: &str) -> Vec<u8> {
        Vec::new()
    }

    fn ending(&self, wire: &Wire, end: &End) -> Vec<u8> {
        data(&last(wire, "", end))
    }

    fn whole(&self, wire: &Wire, texts: &[String], end: &End) -> Value {
        last(wire, &texts[0], end)
    }

    fn error(&self, _: &Wire, status: u16, message: &str) -> Value {
        error(status, message)
    }
}

/// The last object, which alone is a whole answer too.
fn last(wire: &Wire, text: &str, end: &End) -> Value {
    let (sent, reason) = (end.sent, word(end.reason, ["eos", "limit", "eos"]));
    json!({"index": 0, "content": text, "tokens": [], "id_slot": 0, "stop": true,
        "model": wire.model, "tokens_predicted": sent, "tokens_evaluated": PROMPT_TOKENS,
        "truncated": false, "stop_type": reason, "stopping_word": "",
        "tokens_cached": PROMPT_TOKENS + sent,
        "timings": {"cache_n": 0, "prompt_n": PROMPT_TOKENS, "predicted_n": sent}})
}

/// Its form of an error.
pub fn error(status: u16, message: &str) -> Value {
    json!({"error": {"code": status, "message": message, "type": super::openai::kind(status)}})
}
