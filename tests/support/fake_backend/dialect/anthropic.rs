//! Anthropic's messages (docs.anthropic.com: "Messages", "Streaming messages", "Errors").

use serde_json::{Value, json};

use super::{End, Format, PROMPT_TOKENS, Wire, named, word};

/// Stop, length and filter in its words.
const REASONS: [&str; 3] = ["end_turn", "max_tokens", "refusal"];

/// `/v1/messages`.
pub struct Messages;

impl Format for Messages {
    /// The prompt's tokens are told here.
    fn opening(&self, wire: &Wire) -> Vec<u8> {
        let mut message = message(wire, &Value::Null, 1);
        message["content"] = json!([]);
        let mut events = named(&json!({"type": "message_start", "message": message}));
        events.extend(named(&json!({"type": "ping"})));
        events
    }

    fn token(&self, _: &Wire, _: usize, text: &str, sent: usize) -> Vec<u8> {
        let mut events = Vec::new();
        if sent == 1 {
            events.extend(begin(1, &json!({"type": "text", "text": ""})));
        }
        events.extend(delta(1, &json!({"type": "text_delta", "text": text})));
        events
    }

    /// A whole block of thinking.
    fn thought(&self, _: &Wire, text: &str) -> Vec<u8> {
        let mut events = begin(0, &json!({"type": "thinking", "thinking": "", "signature": ""}));
        events.extend(delta(0, &json!({"type": "thinking_delta", "thinking": text})));
        events.extend(delta(0, &json!({"type": "signature_delta", "signature": "c2lnbmVk"})));
        events.extend(named(&json!({"type": "content_block_stop", "index": 0})));
        events
    }

    fn keep_alive(&self) -> Vec<u8> {
        named(&json!({"type": "ping"}))
    }

    /// The answer's tokens are told here.
    fn ending(&self, _: &Wire, end: &End) -> Vec<u8> {
        let mut events = Vec::new();
        if end.sent > 0 {
            events.extend(named(&json!({"type": "content_block_stop", "index": 1})));
        }
        let reason = word(end.reason, REASONS);
        events.extend(named(&json!({"type": "message_delta",
            "delta": {"stop_reason": reason, "stop_sequence": null},
            "usage": {"output_tokens": end.sent}})));
        events.extend(named(&json!({"type": "message_stop"})));
        events
    }

    fn whole(&self, wire: &Wire, texts: &[String], end: &End) -> Value {
        let mut answer = message(wire, &json!(word(end.reason, REASONS)), end.sent);
        answer["content"] = json!([{"type": "text", "text": texts[0]}]);
        answer
    }

    fn error(&self, wire: &Wire, status: u16, message: &str) -> Value {
        json!({"type": "error", "error": {"type": kind(status), "message": message},
            "request_id": format!("req_{}", wire.id)})
    }

    fn error_event(&self, wire: &Wire, message: &str) -> Vec<u8> {
        named(&self.error(wire, 529, message))
    }

    fn malformed(&self) -> Vec<u8> {
        b"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"te\n\n"
            .to_vec()
    }
}

fn begin(index: usize, block: &Value) -> Vec<u8> {
    named(&json!({"type": "content_block_start", "index": index, "content_block": block}))
}

fn delta(index: usize, delta: &Value) -> Vec<u8> {
    named(&json!({"type": "content_block_delta", "index": index, "delta": delta}))
}

fn message(wire: &Wire, reason: &Value, sent: usize) -> Value {
    json!({"id": format!("msg_{}", wire.id), "type": "message", "role": "assistant",
        "model": wire.model, "stop_reason": reason, "stop_sequence": null,
        "usage": {"input_tokens": PROMPT_TOKENS, "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0, "output_tokens": sent}})
}

fn kind(status: u16) -> &'static str {
    match status {
        400 => "invalid_request_error",
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        408 | 504 => "timeout_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        _ => "api_error",
    }
}
