//! Google Gemini's `generateContent` (ai.google.dev/api/generate-content; errors after
//! google.rpc.Status).

use serde_json::{Value, json};

use super::{End, Format, PROMPT_TOKENS, Wire, word};

/// Stop, length and filter in its words.
const REASONS: [&str; 3] = ["STOP", "MAX_TOKENS", "SAFETY"];

/// `…:streamGenerateContent` and `…:generateContent`.
pub struct Generate;

impl Format for Generate {
    fn token(&self, wire: &Wire, candidate: usize, text: &str, sent: usize) -> Vec<u8> {
        let mut event = answer(wire, vec![spoken(candidate, json!({"text": text}))]);
        event["usageMetadata"] = usage(sent);
        data(&event)
    }

    fn thought(&self, wire: &Wire, text: &str) -> Vec<u8> {
        let part = json!({"text": text, "thought": true});
        data(&answer(wire, vec![spoken(0, part)]))
    }

    fn ending(&self, wire: &Wire, end: &End) -> Vec<u8> {
        if end.reason == "content_filter" && end.sent == 0 {
            // A prompt that is refused has no candidate at all.
            let mut event = answer(wire, Vec::new());
            event["promptFeedback"] = json!({"blockReason": "SAFETY"});
            event["usageMetadata"] = usage(0);
            return data(&event);
        }
        let mut events = Vec::new();
        for index in 0..end.candidates.max(1) {
            let mut last = spoken(index, json!({"text": ""}));
            last["finishReason"] = json!(word(end.reason, REASONS));
            let mut event = answer(wire, vec![last]);
            event["usageMetadata"] = usage(end.sent);
            events.extend(data(&event));
        }
        events
    }

    fn whole(&self, wire: &Wire, texts: &[String], end: &End) -> Value {
        let candidates = texts.iter().enumerate().map(|(index, text)| {
            let mut candidate = spoken(index, json!({"text": text}));
            candidate["finishReason"] = json!(word(end.reason, REASONS));
            candidate
        });
        let mut answer = answer(wire, candidates.collect());
        answer["usageMetadata"] = usage(end.sent);
        answer
    }

    fn error(&self, _: &Wire, status: u16, message: &str) -> Value {
        // A wrong key is an invalid argument.
        let code = if status == 401 { 400 } else { status };
        let reason = if status == 401 { "API_KEY_INVALID" } else { "" };
        json!({"error": {"code": code, "message": message, "status": kind(code), "details": [
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason,
                "domain": "googleapis.com"}]}})
    }

    fn error_event(&self, wire: &Wire, message: &str) -> Vec<u8> {
        data(&self.error(wire, 503, message))
    }

    fn malformed(&self) -> Vec<u8> {
        b"data: {\"candidates\": [{\"content\": {\"parts\": [{\"te\r\n\r\n".to_vec()
    }
}

/// Its lines end with CR LF.
fn data(value: &Value) -> Vec<u8> {
    format!("data: {value}\r\n\r\n").into_bytes()
}

fn answer(wire: &Wire, candidates: Vec<Value>) -> Value {
    let mut answer = json!({"modelVersion": wire.model, "responseId": format!("r{}", wire.id)});
    if !candidates.is_empty() {
        answer["candidates"] = json!(candidates);
    }
    answer
}

fn spoken(index: usize, part: Value) -> Value {
    json!({"content": {"parts": [part], "role": "model"}, "index": index})
}

fn usage(sent: usize) -> Value {
    json!({"promptTokenCount": PROMPT_TOKENS, "candidatesTokenCount": sent,
        "totalTokenCount": PROMPT_TOKENS + sent})
}

fn kind(status: u16) -> &'static str {
    match status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        408 | 504 => "DEADLINE_EXCEEDED",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        _ => "INTERNAL",
    }
}
