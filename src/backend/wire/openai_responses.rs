//! OpenAI's responses: `POST /v1/responses`, streamed
//! (<https://platform.openai.com/docs/api-reference/responses-streaming>). Some models are served
//! by it alone. Nothing is stored at the server.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::ChatWire;
use super::body::set;
use super::concede::{Asked, Forms};
use super::effort::{Thinking, thinking};
use super::path::{Path, path};
use super::turns::{extend, system, temperature, turns};
use crate::backend::endpoint::Endpoint;
use crate::backend::judge::Complaint;
use crate::backend::stream::{self, Cut, Patience, Pieces, Wire};
use crate::backend::{ChatAsk, Delta, Deltas, FinishReason, Usage};
use crate::config::settings::ModelSettings;
use crate::prompt::Role;

/// The wire format.
pub struct OpenAiResponses {
    endpoint: Arc<Endpoint>,
    path: String,
    forms: Arc<Forms>,
}

impl OpenAiResponses {
    /// For an endpoint.
    #[must_use]
    pub fn new(endpoint: Arc<Endpoint>) -> Self {
        let path = path(&endpoint.model, Path::Responses);
        Self { endpoint, path, forms: Arc::default() }
    }
}

impl ChatWire for OpenAiResponses {
    fn answer(&self, ask: ChatAsk) -> Deltas {
        let model = &self.endpoint.model;
        let mut forms = vec![body(model, &ask, true), body(model, &ask, false)];
        forms.dedup();
        let asked = Asked { purpose: ask.purpose, path: self.path.clone(), forms };
        self.forms.stream(&self.endpoint, asked, parse)
    }
}

/// `full`: with what not every model takes.
fn body(model: &ModelSettings, ask: &ChatAsk, full: bool) -> Value {
    let Thinking { fields, room, strict } = thinking(model, ask.purpose);
    let said = turns(ask.prompt.prompt()).into_iter().map(|(role, texts)| {
        let role = if role == Role::User { "user" } else { "assistant" };
        json!({ "role": role, "content": texts.join("\n\n") })
    });
    let mut body = json!({
        "model": model.model,
        "input": said.collect::<Vec<_>>(),
        "max_output_tokens": ask.prompt.max_output_tokens() + room,
        "stream": true,
        "store": false,
    });
    let system = system(model, ask);
    if !system.is_empty() {
        set(&mut body, "instructions", json!(system.join("\n\n")));
    }
    if full {
        let effort = fields.iter().find(|(name, _)| *name == "reasoning_effort");
        if let Some((_, effort)) = effort {
            set(&mut body, "reasoning", json!({ "effort": effort }));
        }
        if let Some(temperature) = temperature(model, ask.purpose).filter(|_| !strict) {
            set(&mut body, "temperature", json!(temperature));
        }
    }
    extend(&mut body, &model.extra_body);
    body
}

/// Reads an answer.
#[must_use]
pub fn parse(pieces: Pieces, name: String, patience: Patience) -> Deltas {
    stream::read::<Event>(pieces, Cut::Events, name, patience)
}

/// One event of the stream; reasoning and tools have types of their own, which are skipped.
#[derive(Deserialize)]
struct Event {
    #[serde(default, rename = "type")]
    kind: String,
    /// A text's, or another type's object.
    #[serde(default)]
    delta: Option<Value>,
    #[serde(default)]
    response: Option<Response>,
    #[serde(default)]
    error: Option<Complaint>,
    /// Of an event of type `error`, as `message` is.
    #[serde(default)]
    code: Option<Complaint>,
    #[serde(default)]
    message: Option<Complaint>,
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    error: Option<Complaint>,
    #[serde(default)]
    incomplete_details: Option<Incomplete>,
    #[serde(default)]
    usage: Option<TokenCounts>,
}

#[derive(Deserialize)]
struct Incomplete {
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
struct TokenCounts {
    #[serde(default)]
    input_tokens: Option<u64>,
    #[serde(default)]
    output_tokens: Option<u64>,
    #[serde(default)]
    input_tokens_details: Option<Cached>,
}

#[derive(Deserialize)]
struct Cached {
    #[serde(default)]
    cached_tokens: Option<u64>,
}

impl Wire for Event {
    fn complaint(&self) -> Option<&Complaint> {
        match self.kind.as_str() {
            "error" => self.error.as_ref().or(self.code.as_ref()).or(self.message.as_ref()),
            "response.failed" => self.response.as_ref()?.error.as_ref(),
            _ => None,
        }
    }

    fn deltas(self, into: &mut Vec<Delta>) {
        let finish = match self.kind.as_str() {
            "response.output_text.delta" => {
                if let Some(Value::String(text)) = self.delta.filter(|text| text != "") {
                    into.push(Delta::Text { index: 0, text });
                }
                return;
            }
            "response.refusal.delta" | "response.refusal.done" => Some(FinishReason::Declined),
            "response.completed" => Some(FinishReason::Stop),
            "response.failed" => Some(FinishReason::Other),
            "response.incomplete" => {
                let details =
                    self.response.as_ref().and_then(|all| all.incomplete_details.as_ref());
                Some(match details.and_then(|details| details.reason.as_deref()) {
                    Some("max_output_tokens") => FinishReason::Length,
                    Some("content_filter") => FinishReason::Filtered,
                    _ => FinishReason::Other,
                })
            }
            _ => None,
        };
        into.extend(finish.map(|reason| Delta::Finished { index: 0, reason }));
        if let Some(usage) = self.response.and_then(|response| response.usage) {
            into.push(Delta::Usage(Usage {
                prompt_tokens: usage.input_tokens,
                output_tokens: usage.output_tokens,
                cached_tokens: usage.input_tokens_details.and_then(|cached| cached.cached_tokens),
            }));
        }
    }
}
