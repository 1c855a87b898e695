//! Ollama's chat: `POST /api/chat`, one JSON object per line
//! (<https://docs.ollama.com/api/chat>, <https://docs.ollama.com/capabilities/thinking>).

use std::sync::Arc;
use std::time::Instant;

use futures::future::TryFutureExt;
use futures::stream::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ChatWire;
use super::body::set;
use super::concede::Forms;
use super::ollama::ended;
use super::ollama_loading::{is_loaded, keep, keep_alive_value, warm_up};
use super::thoughts::Thoughts;
use super::turns::{effort, extend, system, temperature, turns};
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::health::Readiness;
use crate::backend::judge::Complaint;
use crate::backend::stream::{self, Cut, Patience, Pieces, Wire};
use crate::backend::{ChatAsk, Delta, Deltas};
use crate::config::settings::{Effort, ModelSettings, Purpose};
use crate::prompt::Role;

/// The wire format.
pub struct OllamaChat {
    endpoint: Arc<Endpoint>,
    forms: Arc<Forms>,
}

impl OllamaChat {
    /// For an endpoint.
    #[must_use]
    pub fn new(endpoint: Arc<Endpoint>) -> Self {
        Self { endpoint, forms: Arc::default() }
    }
}

impl ChatWire for OllamaChat {
    fn answer(&self, ask: ChatAsk) -> Deltas {
        let (endpoint, forms) = (Arc::clone(&self.endpoint), Arc::clone(&self.forms));
        async move {
            ready(&endpoint, ask.purpose).await?;
            let bodies = self::forms(&endpoint.model, &ask);
            let patience = endpoint.patience(ask.purpose);
            let response = forms.post(&endpoint, ask.purpose, "/api/chat", &bodies).await?;
            keep(&endpoint);
            let name = endpoint.name();
            let sieve = Thoughts::of(&endpoint, ask.purpose);
            Ok::<_, BackendError>(through(sieve, stream::pieces(response), name, patience))
        }
        .try_flatten_stream()
        .boxed()
    }
}

/// A suggestion is not worth waiting for a model that loads; who asked a question waits, as long
/// as for a first token.
async fn ready(endpoint: &Arc<Endpoint>, purpose: Purpose) -> Result<(), BackendError> {
    if endpoint.health.readiness(Instant::now()) == Readiness::Unknown {
        if is_loaded(endpoint).await? {
            endpoint.health.set(Readiness::Ready);
            return Ok(());
        }
        warm_up(Arc::clone(endpoint));
    }
    if endpoint.health.readiness(Instant::now()) != Readiness::Loading {
        return Ok(());
    }
    if purpose == Purpose::Completion {
        return Err(BackendError::Loading(endpoint.name()));
    }
    let mut health = endpoint.health.watch();
    let loaded = health.wait_for(|readiness| *readiness != Readiness::Loading);
    // Where loading failed, the request itself says why.
    match tokio::time::timeout(endpoint.model.waits(purpose).first_token, loaded).await {
        Ok(_) => Ok(()),
        Err(_) => Err(BackendError::Loading(endpoint.name())),
    }
}

/// The request in its forms: a model that cannot think refuses to be told how long.
fn forms(model: &ModelSettings, ask: &ChatAsk) -> Vec<Value> {
    let think = effort(model, ask.purpose).map(|effort| think(&model.model, effort));
    let mut forms = vec![body(model, ask, think.as_ref())];
    if think.is_some() {
        forms.push(body(model, ask, None));
    }
    forms
}

/// `gpt-oss` knows levels only and cannot be kept from thinking.
fn think(model: &str, effort: Effort) -> Value {
    let levels = model.contains("gpt-oss");
    match effort {
        Effort::None | Effort::Minimal if !levels => json!(false),
        Effort::High => json!("high"),
        Effort::Auto | Effort::Medium => json!("medium"),
        Effort::None | Effort::Minimal | Effort::Low => json!("low"),
    }
}

fn body(model: &ModelSettings, ask: &ChatAsk, think: Option<&Value>) -> Value {
    let mut messages = Vec::new();
    let system = system(model, ask);
    if !system.is_empty() {
        messages.push(json!({ "role": "system", "content": system.join("\n\n") }));
    }
    for (role, texts) in turns(ask.prompt.prompt()) {
        let role = if role == Role::User { "user" } else { "assistant" };
        messages.push(json!({ "role": role, "content": texts.join("\n\n") }));
    }
    let mut options = json!({ "num_predict": ask.prompt.max_output_tokens() });
    if let Some(temperature) = temperature(model, ask.purpose) {
        set(&mut options, "temperature", json!(temperature));
    }
    // Another context size than the loaded one makes Ollama load the model again.
    if let Some(tokens) = model.context_tokens {
        set(&mut options, "num_ctx", json!(tokens));
    }
    if !model.stop.is_empty() {
        set(&mut options, "stop", json!(model.stop));
    }
    let mut body =
        json!({ "model": model.model, "messages": messages, "stream": true, "options": options });
    if let Some(think) = think {
        set(&mut body, "think", think.clone());
    }
    if let Some(keep) = &model.keep_alive {
        set(&mut body, "keep_alive", keep_alive_value(keep));
    }
    extend(&mut body, &model.extra_body);
    body
}

/// Reads an answer. A model whose template Ollama does not know thinks in the text itself.
#[must_use]
pub fn parse(pieces: Pieces, name: String, patience: Patience) -> Deltas {
    through(Thoughts::default(), pieces, name, patience)
}

fn through(sieve: Thoughts, pieces: Pieces, name: String, patience: Patience) -> Deltas {
    stream::read_through::<Event>(pieces, Cut::Lines, Some(Box::new(sieve)), name, patience)
}

/// One line of the stream; what is not named is skipped, `thinking` and `tool_calls` too.
#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    error: Option<Complaint>,
    #[serde(default)]
    message: Option<Said>,
    #[serde(default)]
    done: bool,
    #[serde(default)]
    done_reason: Option<String>,
    #[serde(default)]
    prompt_eval_count: Option<u64>,
    #[serde(default)]
    eval_count: Option<u64>,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    content: Option<String>,
}

impl Wire for Event {
    fn complaint(&self) -> Option<&Complaint> {
        self.error.as_ref()
    }

    fn deltas(self, into: &mut Vec<Delta>) {
        let text = self.message.and_then(|message| message.content);
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            into.push(Delta::Text { index: 0, text });
        }
        if self.done {
            into.extend(ended(
                self.done_reason.as_deref(),
                self.prompt_eval_count,
                self.eval_count,
            ));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
