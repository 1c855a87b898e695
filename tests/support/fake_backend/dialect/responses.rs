//! OpenAI's responses (platform.openai.com/docs/api-reference/responses-streaming).

use serde_json::{Value, json};

use super::{End, Format, PROMPT_TOKENS, Wire, named};

/// `…/responses`.
pub struct Responses;

impl Format for Responses {
    fn opening(&self, wire: &Wire) -> Vec<u8> {
        let mut events = Vec::new();
        for (n, kind) in ["response.created", "response.in_progress"].into_iter().enumerate() {
            let response = response(wire, "in_progress");
            events
                .extend(named(&json!({"type": kind, "sequence_number": n, "response": response})));
        }
        events.extend(named(&json!({"type": "response.output_item.added", "sequence_number": 2,
            "output_index": 0, "item": {"id": "msg_0", "type": "message", "status": "in_progress",
                "role": "assistant", "content": []}})));
        events.extend(named(&json!({"type": "response.content_part.added", "sequence_number": 3,
            "item_id": "msg_0", "output_index": 0, "content_index": 0, "part": part("")})));
        events
    }

    fn token(&self, _: &Wire, _: usize, text: &str, sent: usize) -> Vec<u8> {
        named(&json!({"type": "response.output_text.delta", "sequence_number": 3 + sent,
            "item_id": "msg_0", "output_index": 0, "content_index": 0, "delta": text}))
    }

    fn thought(&self, _: &Wire, text: &str) -> Vec<u8> {
        named(&json!({"type": "response.reasoning_summary_text.delta", "sequence_number": 3,
            "item_id": "rs_0", "output_index": 0, "summary_index": 0, "delta": text}))
    }

    fn ending(&self, wire: &Wire, end: &End) -> Vec<u8> {
        let (kind, response) = ended(wire, "", end);
        named(&json!({"type": format!("response.{kind}"), "sequence_number": 4 + end.sent,
            "response": response}))
    }

    fn whole(&self, wire: &Wire, texts: &[String], end: &End) -> Value {
        ended(wire, &texts[0], end).1
    }

    fn error(&self, _: &Wire, status: u16, message: &str) -> Value {
        json!({"error": {"message": message, "type": super::openai::kind(status), "param": null,
            "code": null}})
    }

    fn error_event(&self, wire: &Wire, message: &str) -> Vec<u8> {
        let mut response = response(wire, "failed");
        response["error"] = json!({"code": "server_error", "message": message});
        named(&json!({"type": "response.failed", "sequence_number": 9, "response": response}))
    }

    fn malformed(&self) -> Vec<u8> {
        b"event: response.output_text.delta\ndata: {\"type\":\"response.output_te\n\n".to_vec()
    }
}

/// The last event's kind, and the whole response.
fn ended(wire: &Wire, text: &str, end: &End) -> (&'static str, Value) {
    let status = if end.reason == "stop" { "completed" } else { "incomplete" };
    let mut response = response(wire, status);
    if end.reason != "stop" {
        let reason = if end.reason == "length" { "max_output_tokens" } else { end.reason };
        response["incomplete_details"] = json!({"reason": reason});
    }
    response["output"] = json!([{"id": "msg_0", "type": "message", "status": status,
        "role": "assistant", "content": [part(text)]}]);
    response["usage"] = json!({"input_tokens": PROMPT_TOKENS,
        "input_tokens_details": {"cached_tokens": 0}, "output_tokens": end.sent,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": PROMPT_TOKENS + end.sent});
    (status, response)
}

fn response(wire: &Wire, status: &str) -> Value {
    json!({"id": format!("resp_{}", wire.id), "object": "response", "created_at": 1_700_000_000,
        "status": status, "error": null, "incomplete_details": null, "model": wire.model,
        "output": [], "usage": null})
}

fn part(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": []})
}
