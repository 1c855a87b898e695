//! OpenAI's completions and chat completions, which most servers speak
//! (platform.openai.com/docs/api-reference), with the forms of error that the vendors give them:
//! Azure (learn.microsoft.com, "Azure OpenAI REST API reference"), Mistral (docs.mistral.ai/api),
//! OpenRouter (openrouter.ai/docs, "Errors"), vLLM, Hugging Face's router.

use serde_json::{Value, json};

use super::{End, Format, PROMPT_TOKENS, Wire, data};
use crate::support::fake_backend::server::Server;

/// `…/completions`.
pub struct Completions;

/// `…/chat/completions` and `…/fim/completions`.
pub struct Chat;

impl Format for Completions {
    fn token(&self, wire: &Wire, candidate: usize, text: &str, _: usize) -> Vec<u8> {
        data(&completion(wire, vec![text_choice(candidate, text, None)]))
    }

    fn thought(&self, _: &Wire, _: &str) -> Vec<u8> {
        Vec::new()
    }

    fn ending(&self, wire: &Wire, end: &End) -> Vec<u8> {
        let choice = |index| completion(wire, vec![text_choice(index, "", Some(end.reason))]);
        ending(wire, end, choice, completion(wire, Vec::new()))
    }

    fn whole(&self, wire: &Wire, texts: &[String], end: &End) -> Value {
        let choices = texts.iter().enumerate();
        let choices = choices.map(|(index, text)| text_choice(index, text, Some(end.reason)));
        let mut answer = completion(wire, choices.collect());
        answer["usage"] = usage(end.sent);
        answer
    }

    fn error(&self, wire: &Wire, status: u16, message: &str) -> Value {
        error(wire.server, status, message)
    }
}

impl Format for Chat {
    fn opening(&self, wire: &Wire) -> Vec<u8> {
        let mut opening = Vec::new();
        if wire.server == Server::Azure {
            // The verdict on the prompt comes first, without a choice.
            let mut verdict = chunk(wire, Vec::new());
            verdict["prompt_filter_results"] = json!([{ "prompt_index": 0,
                "content_filter_results": { "hate": { "filtered": false, "severity": "safe" } } }]);
            opening.extend(data(&verdict));
        }
        let delta = json!({"role": "assistant", "content": ""});
        opening.extend(data(&chunk(wire, vec![choice(0, delta, None)])));
        opening
    }

    fn token(&self, wire: &Wire, candidate: usize, text: &str, _: usize) -> Vec<u8> {
        data(&chunk(wire, vec![choice(candidate, json!({"content": text}), None)]))
    }

    /// DeepSeek's field; OpenRouter calls it `reasoning`.
    fn thought(&self, wire: &Wire, text: &str) -> Vec<u8> {
        let field = match wire.server {
            Server::OpenRouter => "reasoning",
            _ => "reasoning_content",
        };
        let delta = json!({"content": null, field: text});
        data(&chunk(wire, vec![choice(0, delta, None)]))
    }

    fn ending(&self, wire: &Wire, end: &End) -> Vec<u8> {
        let last = |index| chunk(wire, vec![choice(index, json!({}), Some(end.reason))]);
        ending(wire, end, last, chunk(wire, Vec::new()))
    }

    fn whole(&self, wire: &Wire, texts: &[String], end: &End) -> Value {
        let choices = texts.iter().enumerate().map(|(index, text)| {
            json!({"index": index, "finish_reason": end.reason,
                "message": {"role": "assistant", "content": text}})
        });
        let mut answer = chunk(wire, choices.collect());
        answer["object"] = json!("chat.completion");
        answer["usage"] = usage(end.sent);
        answer
    }

    fn error(&self, wire: &Wire, status: u16, message: &str) -> Value {
        error(wire.server, status, message)
    }

    fn error_event(&self, wire: &Wire, message: &str) -> Vec<u8> {
        if wire.server != Server::OpenRouter {
            return data(&self.error(wire, 500, message));
        }
        // Beside a choice that looks whole.
        let mut event = chunk(wire, vec![choice(0, json!({"content": ""}), Some("error"))]);
        event["error"] = json!({"code": "server_error", "message": message});
        data(&event)
    }
}

/// The end of every candidate, usage where it is wanted, and `[DONE]`.
fn ending(wire: &Wire, end: &End, last: impl Fn(usize) -> Value, mut count: Value) -> Vec<u8> {
    let mut events = Vec::new();
    let candidates = end.candidates.max(1);
    for index in 0..candidates {
        let mut last = last(index);
        // Mistral counts unasked, beside the last choice.
        if wire.server == Server::Mistral && index + 1 == candidates {
            last["usage"] = usage(end.sent);
        }
        events.extend(data(&last));
    }
    if wire.usage {
        count["usage"] = usage(end.sent);
        events.extend(data(&count));
    }
    events.extend_from_slice(b"data: [DONE]\n\n");
    events
}

fn completion(wire: &Wire, choices: Vec<Value>) -> Value {
    answer(wire, "cmpl", "text_completion", choices)
}

fn chunk(wire: &Wire, choices: Vec<Value>) -> Value {
    answer(wire, "chatcmpl", "chat.completion.chunk", choices)
}

fn answer(wire: &Wire, id: &str, object: &str, choices: Vec<Value>) -> Value {
    let mut answer = json!({"id": format!("{id}-{}", wire.id), "object": object,
        "created": 1_700_000_000, "model": wire.model, "choices": choices});
    if wire.usage {
        answer["usage"] = Value::Null;
    }
    answer
}

fn text_choice(index: usize, text: &str, reason: Option<&str>) -> Value {
    json!({"index": index, "text": text, "logprobs": null, "finish_reason": reason})
}

fn choice(index: usize, delta: Value, reason: Option<&str>) -> Value {
    json!({"index": index, "delta": delta, "finish_reason": reason})
}

fn usage(sent: usize) -> Value {
    json!({"prompt_tokens": PROMPT_TOKENS, "completion_tokens": sent,
        "total_tokens": PROMPT_TOKENS + sent})
}

fn error(server: Server, status: u16, message: &str) -> Value {
    match (server, status) {
        (Server::Azure, 404) => {
            json!({"error": {"code": "DeploymentNotFound", "message": message}})
        }
        (Server::Azure, _) => json!({"error": {"code": status.to_string(), "message": message}}),
        (Server::Mistral, 401) => json!({"detail": message}),
        (Server::Mistral, 422) => json!({"detail": [
            {"type": "missing", "loc": ["body", "prompt"], "msg": message, "input": null}]}),
        (Server::Mistral, _) => json!({"object": "error", "message": message,
            "type": kind(status), "param": null, "code": null}),
        (Server::OpenRouter, _) => json!({"error": {"code": status, "message": message}}),
        (Server::Vllm, _) => json!({"error": {"message": message, "type": "BadRequestError",
            "param": null, "code": status}}),
        (Server::HuggingFace, _) => json!({"error": message}),
        (Server::LiteLlm, _) => json!({"error": {"message": message, "type": null, "param": null,
            "code": status.to_string()}}),
        _ => json!({"error": {"message": message, "type": kind(status), "param": null,
            "code": word_of(status)}}),
    }
}

/// OpenAI's `code`, where there is one.
fn word_of(status: u16) -> Value {
    match status {
        401 => json!("invalid_api_key"),
        404 => json!("model_not_found"),
        429 => json!("rate_limit_exceeded"),
        _ => Value::Null,
    }
}

/// OpenAI's and llama.cpp's `type`.
pub fn kind(status: u16) -> &'static str {
    match status {
        400 => "invalid_request_error",
        401 => "authentication_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        501 => "not_supported_error",
        503 => "unavailable_error",
        _ => "server_error",
    }
}
