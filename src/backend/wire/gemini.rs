//! Google Gemini: `POST /v1beta/models/{model}:streamGenerateContent`, as server-sent events
//! (<https://ai.google.dev/api/generate-content>). The key goes in a header, never in the address.

mod event;
mod request;

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt};
use serde_json::Value;

use self::event::Event;
use super::concede::{Asked, Forms};
use super::{ChatWire, ProbeWire};
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::stream::{self, Cut, Patience, Pieces};
use crate::backend::{ChatAsk, Deltas, Facts};

/// The wire format.
pub struct Gemini {
    endpoint: Arc<Endpoint>,
    forms: Arc<Forms>,
}

impl Gemini {
    /// For an endpoint.
    #[must_use]
    pub fn new(endpoint: Arc<Endpoint>) -> Self {
        Self { endpoint, forms: Arc::default() }
    }
}

/// A model's path; names come with `models/` before them or without.
pub(crate) fn path(model: &str, method: &str) -> String {
    let (folder, name) = match model.strip_prefix("tunedModels/") {
        Some(name) => ("tunedModels", name),
        None => ("models", bare(model)),
    };
    // What else there is could lead out of the path.
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let dots = name.starts_with('.');
    let safe = |c: char| if safe(c) && !(dots && c == '.') { c } else { '-' };
    let name: String = name.chars().map(safe).collect();
    format!("/v1beta/{folder}/{name}{method}")
}

/// The name without the collection it is in; tuned models stay in theirs.
pub(crate) fn bare(model: &str) -> &str {
    model.strip_prefix("models/").unwrap_or(model)
}

impl ChatWire for Gemini {
    fn answer(&self, ask: ChatAsk) -> Deltas {
        let path = path(&self.endpoint.model.model, ":streamGenerateContent?alt=sse");
        let forms = request::forms(&self.endpoint.model, &ask);
        let asked = Asked { purpose: ask.purpose, path, forms };
        self.forms.stream(&self.endpoint, asked, parse)
    }
}

/// Reads an answer.
#[must_use]
pub fn parse(pieces: Pieces, name: String, patience: Patience) -> Deltas {
    stream::read::<Event>(pieces, Cut::Events, name, patience)
}

impl ProbeWire for Gemini {
    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        let endpoint = Arc::clone(&self.endpoint);
        async move {
            let told = endpoint.ask(&path(&endpoint.model.model, ""), None).await?;
            let number = |key: &str| told.get(key)?.as_u64()?.try_into().ok();
            let (input, output): (Option<u32>, Option<u32>) =
                (number("inputTokenLimit"), number("outputTokenLimit"));
            let model = told.get("name").and_then(Value::as_str).map(|name| bare(name).to_owned());
            let facts = Facts {
                // The answer has a limit of its own.
                context_tokens: input.map(|input| input.saturating_add(output.unwrap_or(0))),
                models: model.iter().cloned().collect(),
                model,
                // A chat model: it fills a marked hole.
                fim: Some(true),
                loaded: None,
                slots: None,
            };
            Ok(endpoint.told(facts))
        }
        .boxed()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;
