//! Hugging Face's Text Generation Inference: `POST /generate_stream` with the rendered prompt
//! (<https://huggingface.github.io/text-generation-inference/>), `GET /info` about itself. A model
//! that is not known to fill in the middle is asked by the server's chat completions.

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt, TryFutureExt};
use futures::stream::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{finish_reason, set, stops, temperature, template, text};
use super::hole::Hole;
use super::openai_chat::OpenAiChat;
use super::turns::extend;
use super::{FimWire, ProbeWire};
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::judge::Complaint;
use crate::backend::stream::{self, Cut, Patience, Pieces, Wire};
use crate::backend::{Delta, Deltas, Facts, FimAsk, FinishReason, Usage};
use crate::config::settings::Purpose;
use crate::prompt::fim::FimFormat;
use crate::prompt::template::{Template, format_for_model};

/// The wire format.
pub struct Tgi {
    endpoint: Arc<Endpoint>,
    format: Option<FimFormat>,
    /// The server's model decides: nothing was said of it.
    ask: bool,
    hole: Arc<Hole>,
}

impl Tgi {
    /// For an endpoint.
    #[must_use]
    pub fn new(endpoint: Arc<Endpoint>) -> Self {
        let (template, format) = template(&endpoint);
        let ask = template == Template::Auto && format.is_none() && endpoint.model.model.is_empty();
        let hole = Arc::new(Hole::new(Arc::new(OpenAiChat::new(Arc::clone(&endpoint)))));
        Self { endpoint, format, ask, hole }
    }
}

fn body(endpoint: &Endpoint, format: Option<&FimFormat>, ask: &FimAsk) -> Value {
    let mut parameters = json!({
        "max_new_tokens": ask.prompt.max_output_tokens(),
        "return_full_text": false,
    });
    // Zero is refused; without it the likeliest token is taken.
    let temperature = temperature(endpoint, ask);
    if temperature > 0.0 {
        set(&mut parameters, "temperature", json!(temperature));
        set(&mut parameters, "do_sample", json!(true));
    }
    let stops = stops(endpoint, format);
    if !stops.is_empty() {
        set(&mut parameters, "stop", json!(stops));
    }
    let mut body = json!({ "inputs": text(format, &ask.prompt), "parameters": parameters });
    extend(&mut body, &endpoint.model.extra_body);
    body
}

/// The format of the model that the server says it has.
async fn format_of_server(endpoint: &Endpoint) -> Result<Option<FimFormat>, BackendError> {
    let known = endpoint.facts.lock().as_ref().map(|facts| facts.model.clone());
    let model = match known {
        Some(model) => model,
        None => info(endpoint).await?.model,
    };
    Ok(model.as_deref().and_then(format_for_model))
}

async fn info(endpoint: &Endpoint) -> Result<Facts, BackendError> {
    let info = endpoint.ask("/info", None).await?;
    let number = |key: &str| info.get(key).and_then(Value::as_u64);
    let context = number("max_total_tokens").and_then(|n| n.try_into().ok()).filter(|n| *n > 0);
    let model = info.get("model_id").and_then(Value::as_str).map(str::to_owned);
    let (template, format) = template(endpoint);
    let format = format.or_else(|| model.as_deref().and_then(format_for_model));
    let facts = Facts {
        context_tokens: context,
        fim: Some(format.is_some() || template == Template::Suffix),
        models: model.clone().into_iter().collect(),
        model,
        loaded: Some(true),
        slots: None,
    };
    Ok(endpoint.told(facts))
}

impl FimWire for Tgi {
    fn fill(&self, ask: FimAsk) -> Deltas {
        let (endpoint, hole) = (Arc::clone(&self.endpoint), Arc::clone(&self.hole));
        let (format, unknown) = (self.format.clone(), self.ask);
        async move {
            let format = match unknown {
                true => format_of_server(&endpoint).await?,
                false => format,
            };
            if unknown && format.is_none() {
                return Ok(hole.fill(ask));
            }
            let patience = endpoint.patience(Purpose::Completion);
            let body = body(&endpoint, format.as_ref(), &ask);
            let response = endpoint.post(Purpose::Completion, "/generate_stream", &body).await?;
            let name = endpoint.name();
            Ok::<_, BackendError>(parse(stream::pieces(response), name, patience))
        }
        .try_flatten_stream()
        .boxed()
    }
}

impl ProbeWire for Tgi {
    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        let endpoint = Arc::clone(&self.endpoint);
        async move { info(&endpoint).await }.boxed()
    }
}

/// Reads an answer.
#[must_use]
pub fn parse(pieces: Pieces, name: String, patience: Patience) -> Deltas {
    stream::read::<Event>(pieces, Cut::Events, name, patience)
}

/// One event of the stream; its `index` counts tokens. What is not named is skipped.
#[derive(Deserialize)]
struct Event {
    /// A message; its `error_type` says no more than its words.
    #[serde(default)]
    error: Option<Complaint>,
    #[serde(default)]
    token: Option<Token>,
    /// The whole text, at the end.
    #[serde(default)]
    generated_text: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    details: Option<Details>,
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    text: String,
    #[serde(default)]
    special: bool,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    finish_reason: Option<String>,
    #[serde(default)]
    generated_tokens: Option<u64>,
    #[serde(default)]
    input_length: Option<u64>,
}

impl Wire for Event {
    fn complaint(&self) -> Option<&Complaint> {
        self.error.as_ref()
    }

    fn deltas(self, into: &mut Vec<Delta>) {
        if let Some(token) = self.token.filter(|token| !token.special && !token.text.is_empty()) {
            into.push(Delta::Text { index: 0, text: token.text });
        }
        if self.generated_text.is_none() && self.details.is_none() {
            return;
        }
        let reason = self.details.as_ref().and_then(|details| details.finish_reason.as_deref());
        let reason = reason.map_or(FinishReason::Stop, finish_reason);
        into.push(Delta::Finished { index: 0, reason });
        if let Some(details) = self.details {
            into.push(Delta::Usage(Usage {
                prompt_tokens: details.input_length,
                output_tokens: details.generated_tokens,
                cached_tokens: None,
            }));
        }
    }
}
