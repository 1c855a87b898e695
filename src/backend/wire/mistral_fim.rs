//! Mistral's fill-in-the-middle: `POST /v1/fim/completions`, streamed; its events are those of chat
//! (<https://docs.mistral.ai/api/endpoint/fim>).

use std::sync::Arc;

use futures::future::TryFutureExt;
use futures::stream::StreamExt;
use serde_json::{Value, json};

use super::FimWire;
use super::openai_chat::Event;
use super::openai_completions::{set, stops, temperature};
use super::turns::extend;
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::stream::{self, Cut, Patience, Pieces};
use crate::backend::{Deltas, FimAsk};
use crate::config::settings::Purpose;
use crate::prompt::fim::{FimFormat, FimParts};

/// The wire format.
pub struct MistralFim {
    endpoint: Arc<Endpoint>,
}

impl MistralFim {
    /// For an endpoint.
    #[must_use]
    pub const fn new(endpoint: Arc<Endpoint>) -> Self {
        Self { endpoint }
    }

    fn body(&self, ask: &FimAsk) -> Value {
        let prompt = ask.prompt.prompt();
        let mut body = json!({
            "model": self.endpoint.model.model,
            "prompt": before(ask),
            "suffix": prompt.suffix.as_str(),
            "max_tokens": ask.prompt.max_output_tokens(),
            "temperature": temperature(&self.endpoint, ask),
            "stream": true,
        });
        let stops = stops(&self.endpoint, None);
        if !stops.is_empty() {
            set(&mut body, "stop", json!(stops));
        }
        extend(&mut body, &self.endpoint.model.extra_body);
        body
    }
}

/// Everything before the cursor, other files first, as Codestral was taught: the server puts the
/// suffix before it.
fn before(ask: &FimAsk) -> String {
    let prompt = ask.prompt.prompt();
    let files: Vec<(&str, &str)> =
        prompt.files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let parts = FimParts {
        repo: prompt.repo.as_deref(),
        files: &files,
        path: &prompt.path,
        prefix: prompt.prefix.as_str(),
        suffix: "",
        middle: prompt.middle.as_str(),
    };
    let rendered = FimFormat::Codestral.render(&parts);
    rendered.strip_prefix("[SUFFIX][PREFIX]").unwrap_or(&rendered).to_owned()
}

impl FimWire for MistralFim {
    fn fill(&self, ask: FimAsk) -> Deltas {
        let (endpoint, body) = (Arc::clone(&self.endpoint), self.body(&ask));
        async move {
            let patience = endpoint.patience(Purpose::Completion);
            let path = "/v1/fim/completions";
            let response = endpoint.post(Purpose::Completion, path, &body).await?;
            let name = endpoint.name();
            Ok::<_, BackendError>(parse(stream::pieces(response), name, patience))
        }
        .try_flatten_stream()
        .boxed()
    }
}

/// Reads an answer.
#[must_use]
pub fn parse(pieces: Pieces, name: String, patience: Patience) -> Deltas {
    stream::read::<Event>(pieces, Cut::Events, name, patience)
}
