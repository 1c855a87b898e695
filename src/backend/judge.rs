//! From what a server says of a failure to a typed error: its status, and words that vendors'
//! references give. The words are looked at and never shown: they may repeat the prompt.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::error::BackendError;

/// How long to wait where a server asks for a pause and does not say how long.
const PAUSE: Duration = Duration::from_secs(5);
/// Of a server's message only the beginning (bytes) is looked at: what follows may be the prompt.
const MESSAGE: usize = 600;

/// What a server says of a failure, in lower case: the type, code, status and message of its error
/// object. It has no `Debug`, for the message may repeat the prompt.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Complaint {
    words: String,
    /// The HTTP status that the object names.
    status: Option<u16>,
    /// How long it asks to wait.
    pause: Option<Duration>,
}

impl Complaint {
    /// Of an answer's body, whatever its form.
    #[must_use]
    pub fn of_body(body: &[u8]) -> Self {
        if let Ok(value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_slice(body) {
            return Self::of(&value);
        }
        let mut complaint = Self::default();
        complaint.add(&String::from_utf8_lossy(body));
        complaint
    }

    /// Of an error object, or of what holds one.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let mut complaint = Self::default();
        complaint.gather(value, 0);
        complaint
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.status.is_none()
    }

    /// OpenAI, Mistral, Anthropic: `error.{type,code,message}`; Gemini: `error.{code,status,message}`
    /// with `details[].{reason,retryDelay}`, in an array where it streams; FastAPI: `detail`; TGI and Ollama:
    /// `error` is the message; Responses: `response.error`.
    fn gather(&mut self, value: &Value, depth: u8) {
        match value {
            Value::String(text) => self.add(text),
            Value::Array(items) if depth < 5 => {
                items.iter().take(4).for_each(|item| self.gather(item, depth + 1));
            }
            Value::Object(fields) if depth < 5 => {
                for key in ["code", "status", "status_code", "raw_status_code"] {
                    let number = fields.get(key);
                    // LiteLLM writes numbers as texts.
                    let number =
                        number.and_then(|n| n.as_u64().or_else(|| n.as_str()?.parse().ok()));
                    let number = number.and_then(|number| u16::try_from(number).ok());
                    let number = number.filter(|number| (400..600).contains(number));
                    self.status = self.status.or(number);
                }
                let delay = fields.get("retryDelay").and_then(Value::as_str);
                self.pause = self.pause.or_else(|| delay.and_then(seconds));
                for key in [
                    "type",
                    "error_type",
                    "code",
                    "status",
                    "reason",
                    "message",
                    "error",
                    "detail",
                    "details",
                    "response",
                    "innererror",
                ] {
                    if let Some(value) = fields.get(key) {
                        self.gather(value, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        let mut end = text.len().min(MESSAGE);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.words.push_str(&text.get(..end).unwrap_or_default().to_lowercase());
        self.words.push('\n');
    }

    fn has(&self, any: &[&str]) -> bool {
        any.iter().any(|word| self.words.contains(word))
    }

    /// The error of an answer with a bad status. `pause` is what its headers ask for.
    #[must_use]
    pub fn judge(&self, name: String, status: u16, pause: Option<Duration>) -> BackendError {
        let pause = pause.or(self.pause);
        if let Some(error) = self.by_words(&name, status, pause) {
            return error;
        }
        match (status, pause) {
            (407, _) => BackendError::ProxyLogin(name, status),
            (401, _) => BackendError::Unauthorized(name, status),
            (402, _) => BackendError::NoCredit(name, status),
            (403, _) => BackendError::Forbidden(name, status),
            (404, _) => match self.dialect() {
                Some(remedy) => BackendError::Dialect(name, status, remedy),
                None => BackendError::NotFound(name),
            },
            (405, _) => BackendError::Dialect(name, status, ELSEWHERE),
            (408, _) => BackendError::SentTooSlowly(name, status),
            (413, _) => BackendError::TooLarge(name, status),
            (429, pause) => BackendError::Busy(name, pause.unwrap_or(PAUSE), status),
            (501, _) => BackendError::NoInfill(name),
            (500.., Some(pause)) => BackendError::Busy(name, pause, status),
            (529, _) => BackendError::Overloaded(name, status),
            (502 | 504 | 520..=526, _) => BackendError::Gateway(name, status),
            (503, _) => BackendError::Unavailable(name, status),
            (500.., _) => BackendError::Failed(name, status),
            (300..=399, _) => BackendError::Redirected(name, status),
            _ => BackendError::Refused(name, status),
        }
    }

    /// The error of a complaint inside a stream, whose status was good.
    #[must_use]
    pub fn judge_in_stream(&self, name: &str) -> BackendError {
        let status = self.status.unwrap_or(200);
        match (self.by_words(name, status, self.pause), self.status) {
            (Some(error), _) => error,
            // A bare 500 says no more than that something broke.
            (None, Some(status)) if status != 500 && status != 400 => {
                self.judge(name.to_owned(), status, None)
            }
            _ => BackendError::InStream(name.to_owned()),
        }
    }

    fn by_words(&self, name: &str, status: u16, pause: Option<Duration>) -> Option<BackendError> {
        let name = || name.to_owned();
        if status == 407 {
            return None;
        }
        // llama.cpp while it starts, Hugging Face while an endpoint wakes up.
        if matches!(status, 500.. | 200) && self.has(&["loading model", "is currently loading"]) {
            return Some(BackendError::Loading(name()));
        }
        if self.has(&["infill is not supported"]) {
            return Some(BackendError::NoInfill(name()));
        }
        if self.has(NO_CREDIT) {
            return Some(BackendError::NoCredit(name(), status));
        }
        if self.has(BAD_KEY) {
            return Some(BackendError::Unauthorized(name(), status));
        }
        if self.has(FILTERED) {
            return Some(BackendError::Filtered(name()));
        }
        if self.has(RATE) {
            return Some(BackendError::Busy(name(), pause.unwrap_or(PAUSE), status));
        }
        if self.has(OVERLOADED) {
            return Some(match pause {
                Some(pause) => BackendError::Busy(name(), pause, status),
                None => BackendError::Overloaded(name(), status),
            });
        }
        if status < 500 && self.has(TOO_LONG) {
            return Some(BackendError::TooLong(name(), status));
        }
        if status < 500 && (self.has(NO_MODEL) || self.says_model_is_missing()) {
            return Some(BackendError::UnknownModel(name(), status));
        }
        if self.has(&["unexpected endpoint or method"]) {
            return Some(BackendError::Dialect(name(), status, ELSEWHERE));
        }
        None
    }

    /// Sentences with the model's name in the middle: vLLM's "The model `x` does not exist.",
    /// Ollama's "model 'x' not found", Gemini's "models/x is not found for API version".
    fn says_model_is_missing(&self) -> bool {
        self.words.lines().any(|line| {
            let missing = ["does not exist", "not found", "not exist"];
            let at = missing.iter().filter_map(|word| line.find(word)).min();
            let before = at.and_then(|at| line.get(..at)).unwrap_or("");
            before.contains("model") || before.contains("deployment")
        })
    }

    /// Whose 404 it is, where it can be told.
    fn dialect(&self) -> Option<&'static str> {
        match self.words.trim() {
            // gin's, in which Ollama is written.
            "404 page not found" => Some(
                "if it is Ollama, set `provider = \"ollama\"`; else `url` has a part too many or too few",
            ),
            // FastAPI's: vLLM, LiteLLM and others.
            "not found" => Some(ELSEWHERE),
            _ => None,
        }
    }
}

/// `google.protobuf.Duration` in JSON: seconds with an `s` at the end. Longer than an hour is not
/// obeyed, as with Retry-After.
fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    seconds.is_finite().then(|| Duration::from_secs_f64(seconds.clamp(0.0, 3_600.0)))
}

const ELSEWHERE: &str =
    "it has no such path: check `provider`, `api`, and that `url` has no part too many or too few";

/// OpenAI, Anthropic, DeepSeek, LiteLLM, OpenRouter, Hugging Face.
const NO_CREDIT: &[&str] = &[
    "insufficient_quota",
    "insufficient balance",
    "insufficient credits",
    "credit balance is too low",
    "billing_not_active",
    "billing_hard_limit_reached",
    "billing_error",
    "budget_exceeded",
    "exceeded your monthly included credits",
];
/// Gemini answers 400 to a wrong key.
const BAD_KEY: &[&str] =
    &["invalid_api_key", "api_key_invalid", "api key not valid", "incorrect api key"];
/// Azure OpenAI, OpenAI, OpenRouter, Gemini.
const FILTERED: &[&str] = &[
    "content_filter",
    "content_policy_violation",
    "responsibleaipolicyviolation",
    "content management policy",
    "requires moderation",
    "prohibited_content",
];
const RATE: &[&str] = &[
    "rate_limit",
    "rate limit",
    "rate_limited",
    "too many requests",
    "resource_exhausted",
    "tokens per minute",
];
/// Anthropic, OpenAI, Gemini, TGI.
const OVERLOADED: &[&str] =
    &["overloaded", "server_overload", "slow_down", "model is at capacity", "engine is busy"];
const TOO_LONG: &[&str] = &[
    "context_length_exceeded",
    "exceed_context_size_error",
    "maximum context length",
    "context length",
    "context window",
    "available context size",
    "prompt is too long",
    "prompt too long",
    "input is too long",
    "input token count",
    "string_above_max_length",
    "too many tokens",
    "`inputs` must have less than",
    "`inputs` tokens",
    "max_tokens limit",
    "reduce the length",
];
const NO_MODEL: &[&str] = &[
    "model_not_found",
    "model_not_available",
    "model_not_supported",
    "deploymentnotfound",
    "invalid_model",
    "invalid model",
    "unknown model",
    "no such model",
    "not a valid model",
    "no endpoints found for",
    "model not exist",
    // Anthropic.
    "not_found_error\nmodel: ",
];

/// An error object inside a stream: read whole, whatever its form.
impl<'de> Deserialize<'de> for Complaint {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of(&Value::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests;
