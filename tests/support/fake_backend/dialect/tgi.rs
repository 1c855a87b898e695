//! Text Generation Inference's own paths
//! (huggingface.github.io/text-generation-inference, the OpenAPI description).

use serde_json::{Value, json};

use super::{End, Format, PROMPT_TOKENS, Wire, word};

/// `/generate_stream` and `/generate`.
pub struct Generate;

impl Format for Generate {
    fn token(&self, _: &Wire, _: usize, text: &str, sent: usize) -> Vec<u8> {
        data(&json!({"index": sent, "token": token(text, false), "generated_text": null,
            "details": null}))
    }

    fn thought(&self, _: &Wire, _: &str) -> Vec<u8> {
        Vec::new()
    }

    fn keep_alive(&self) -> Vec<u8> {
        b":\n\n".to_vec()
    }

    /// Its last token is a special one, and the whole text comes once more beside it.
    fn ending(&self, _: &Wire, end: &End) -> Vec<u8> {
        data(&json!({"index": end.sent + 1, "token": token("<|endoftext|>", true),
            "generated_text": "all of it", "details": details(end)}))
    }

    fn whole(&self, _: &Wire, texts: &[String], end: &End) -> Value {
        json!({"generated_text": texts[0], "details": details(end)})
    }

    fn error(&self, _: &Wire, status: u16, message: &str) -> Value {
        let kind = match status {
            424 | 500 => "generation",
            429 => "overloaded",
            503 => "unhealthy",
            _ => "validation",
        };
        json!({"error": message, "error_type": kind})
    }

    fn error_event(&self, wire: &Wire, message: &str) -> Vec<u8> {
        data(&self.error(wire, 500, message))
    }

    fn malformed(&self) -> Vec<u8> {
        b"data:{\"index\":1,\"token\":{\"te\n\n".to_vec()
    }
}

/// No blank after the colon.
fn data(value: &Value) -> Vec<u8> {
    format!("data:{value}\n\n").into_bytes()
}

fn token(text: &str, special: bool) -> Value {
    json!({"id": 7, "text": text, "logprob": -0.1, "special": special})
}

fn details(end: &End) -> Value {
    json!({"finish_reason": word(end.reason, ["eos_token", "length", "stop_sequence"]),
        "generated_tokens": end.sent, "input_length": PROMPT_TOKENS, "seed": null})
}
