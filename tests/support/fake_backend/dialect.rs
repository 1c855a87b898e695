//! How each API writes an answer: events of a stream, a whole answer, errors.
//!
//! OpenAI: platform.openai.com/docs/api-reference (completions, chat). llama.cpp:
//! tools/server/README.md. Ollama: docs/api.md.

use serde_json::{Map, Value, json};

/// Tokens every prompt is said to have.
pub const PROMPT_TOKENS: usize = 100;

/// The wire format of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `…/completions`, server-sent events.
    Completions,
    /// `…/chat/completions` and `…/fim/completions`, server-sent events.
    Chat,
    /// `/infill` and `/completion`, server-sent events.
    LlamaCpp,
    /// `/api/generate`, a JSON object a line.
    Ollama,
}

impl Dialect {
    /// The dialect spoken at `path`, if any.
    pub fn of(path: &str) -> Option<Self> {
        match path {
            "/infill" | "/completion" => Some(Self::LlamaCpp),
            "/api/generate" => Some(Self::Ollama),
            _ if path.ends_with("/chat/completions") || path.ends_with("/fim/completions") => {
                Some(Self::Chat)
            }
            _ if path.ends_with("/completions") => Some(Self::Completions),
            _ => None,
        }
    }
}

/// One answer's format, with what the request asked of it.
#[derive(Clone, Debug)]
pub struct Wire {
    dialect: Dialect,
    model: String,
    id: usize,
    usage: bool,
    /// Whether the answer is a stream.
    pub streamed: bool,
    /// How many candidates are asked for.
    pub wanted: usize,
}

impl Wire {
    /// The format for the `id`th request, by its body.
    pub fn new(dialect: Dialect, id: usize, body: &Value) -> Self {
        let many = matches!(dialect, Dialect::Completions | Dialect::Chat);
        let wanted = body["n"].as_u64().filter(|_| many).unwrap_or(1);
        Self {
            dialect,
            model: body["model"].as_str().unwrap_or("fake").to_owned(),
            id,
            usage: body["stream_options"]["include_usage"] == json!(true),
            streamed: body["stream"].as_bool().unwrap_or(dialect == Dialect::Ollama),
            wanted: usize::try_from(wanted).unwrap_or(1),
        }
    }

    pub fn content_type(&self) -> &'static str {
        match self.dialect {
            _ if !self.streamed => "application/json; charset=utf-8",
            Dialect::Ollama => "application/x-ndjson",
            _ => "text/event-stream",
        }
    }

    /// What a stream says before its first token.
    pub fn opening(&self) -> Vec<u8> {
        if self.dialect != Dialect::Chat {
            return Vec::new();
        }
        let delta = json!({"role": "assistant", "content": ""});
        self.event(&self.openai(vec![self.choice(0, Some(delta), "", None)]))
    }

    /// The event of one token, the `sent`th of its request.
    pub fn token(&self, candidate: usize, text: &str, sent: usize) -> Vec<u8> {
        self.event(&match self.dialect {
            Dialect::Completions => self.openai(vec![self.choice(candidate, None, text, None)]),
            Dialect::Chat => {
                let delta = json!({"content": text});
                self.openai(vec![self.choice(candidate, Some(delta), "", None)])
            }
            Dialect::LlamaCpp => json!({
                "index": 0, "content": text, "tokens": [], "stop": false, "id_slot": 0,
                "tokens_predicted": sent, "tokens_evaluated": PROMPT_TOKENS,
            }),
            Dialect::Ollama => self.ollama(text, Map::new()),
        })
    }

    /// What a stream says after its last token, of `sent`.
    pub fn ending(&self, candidates: usize, sent: usize, reason: &str) -> Vec<u8> {
        match self.dialect {
            Dialect::LlamaCpp | Dialect::Ollama => self.event(&self.end("", sent, reason)),
            Dialect::Completions | Dialect::Chat => {
                let mut events = Vec::new();
                for index in 0..candidates.max(1) {
                    let delta = (self.dialect == Dialect::Chat).then(|| json!({}));
                    events.extend(self.event(&self.openai(vec![self.choice(
                        index,
                        delta,
                        "",
                        Some(reason),
                    )])));
                }
                if self.usage {
                    let mut last = self.openai(Vec::new());
                    last["usage"] = usage(sent);
                    events.extend(self.event(&last));
                }
                events.extend_from_slice(b"data: [DONE]\n\n");
                events
            }
        }
    }

    /// An answer that is not a stream.
    pub fn whole(&self, texts: &[String], sent: usize, reason: &str) -> Vec<u8> {
        let first = texts.first().map_or("", String::as_str);
        let answer = match self.dialect {
            Dialect::LlamaCpp | Dialect::Ollama => self.end(first, sent, reason),
            Dialect::Completions | Dialect::Chat => {
                let texts = if texts.is_empty() { &[String::new()] } else { texts };
                let choices = texts.iter().enumerate().map(|(index, text)| match self.dialect {
                    Dialect::Chat => json!({"index": index, "finish_reason": reason,
                        "message": {"role": "assistant", "content": text}}),
                    _ => self.choice(index, None, text, Some(reason)),
                });
                let mut answer = self.openai(choices.collect());
                if self.dialect == Dialect::Chat {
                    answer["object"] = json!("chat.completion");
                }
                answer["usage"] = usage(sent);
                answer
            }
        };
        answer.to_string().into_bytes()
    }

    /// The body of an answer with an error status.
    pub fn error(&self, status: u16, message: &str) -> Value {
        match self.dialect {
            Dialect::Ollama => json!({"error": message}),
            Dialect::LlamaCpp => llama_error(status, message),
            _ => {
                json!({"error": {"message": message, "type": kind(status), "param": null, "code": status}})
            }
        }
    }

    /// An error in the midst of a stream.
    pub fn error_event(&self, message: &str) -> Vec<u8> {
        self.event(&self.error(500, message))
    }

    /// An event that is no JSON.
    pub fn malformed(&self) -> Vec<u8> {
        match self.dialect {
            Dialect::Ollama => b"{\"response\":\"x,\n".to_vec(),
            _ => b"data: {\"choices\":[{\"text\":\"x,\n\n".to_vec(),
        }
    }

    fn event(&self, value: &Value) -> Vec<u8> {
        match self.dialect {
            Dialect::Ollama => format!("{value}\n").into_bytes(),
            _ => format!("data: {value}\n\n").into_bytes(),
        }
    }

    fn openai(&self, choices: Vec<Value>) -> Value {
        let (id, object) = match self.dialect {
            Dialect::Chat => ("chatcmpl", "chat.completion.chunk"),
            _ => ("cmpl", "text_completion"),
        };
        let mut answer = json!({"id": format!("{id}-{}", self.id), "object": object, "created": 1_700_000_000,
            "model": self.model, "choices": choices});
        if self.usage {
            answer["usage"] = Value::Null;
        }
        answer
    }

    fn choice(
        &self,
        index: usize,
        delta: Option<Value>,
        text: &str,
        reason: Option<&str>,
    ) -> Value {
        match delta {
            Some(delta) => json!({"index": index, "delta": delta, "finish_reason": reason}),
            None => {
                json!({"index": index, "text": text, "logprobs": null, "finish_reason": reason})
            }
        }
    }

    /// The last object of llama.cpp or Ollama, which alone is a whole answer too.
    fn end(&self, text: &str, sent: usize, reason: &str) -> Value {
        if self.dialect == Dialect::Ollama {
            let end = json!({"done_reason": reason, "total_duration": 1, "load_duration": 1,
                "prompt_eval_count": PROMPT_TOKENS, "eval_count": sent});
            return self.ollama(text, end.as_object().cloned().unwrap_or_default());
        }
        let reason = if reason == "length" { "limit" } else { "eos" };
        json!({"index": 0, "content": text, "tokens": [], "id_slot": 0, "stop": true, "model": self.model,
            "tokens_predicted": sent, "tokens_evaluated": PROMPT_TOKENS, "truncated": false,
            "stop_type": reason, "stopping_word": "", "tokens_cached": PROMPT_TOKENS + sent,
            "timings": {"cache_n": 0, "prompt_n": PROMPT_TOKENS, "predicted_n": sent}})
    }

    fn ollama(&self, text: &str, end: Map<String, Value>) -> Value {
        let mut answer = json!({"model": self.model, "created_at": "2026-01-01T00:00:00Z",
            "response": text, "done": !end.is_empty()});
        for (key, value) in end {
            answer[key.as_str()] = value;
        }
        answer
    }
}

/// llama.cpp's form of an error.
pub fn llama_error(status: u16, message: &str) -> Value {
    json!({"error": {"code": status, "message": message, "type": kind(status)}})
}

fn usage(sent: usize) -> Value {
    json!({"prompt_tokens": PROMPT_TOKENS, "completion_tokens": sent, "total_tokens": PROMPT_TOKENS + sent})
}

fn kind(status: u16) -> &'static str {
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
