//! Anthropic: `POST /v1/messages`, streamed
//! (<https://platform.claude.com/docs/en/api/messages>,
//! <https://platform.claude.com/docs/en/build-with-claude/streaming>).

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
pub struct Anthropic {
    endpoint: Arc<Endpoint>,
    forms: Arc<Forms>,
}

impl Anthropic {
    /// For an endpoint.
    #[must_use]
    pub fn new(endpoint: Arc<Endpoint>) -> Self {
        Self { endpoint, forms: Arc::default() }
    }
}

impl ChatWire for Anthropic {
    fn answer(&self, ask: ChatAsk) -> Deltas {
        let forms = request::forms(&self.endpoint.model, &ask);
        let asked = Asked { purpose: ask.purpose, path: "/v1/messages".to_owned(), forms };
        self.forms.stream(&self.endpoint, asked, parse)
    }
}

/// Reads an answer.
#[must_use]
pub fn parse(pieces: Pieces, name: String, patience: Patience) -> Deltas {
    stream::read::<Event>(pieces, Cut::Events, name, patience)
}

impl ProbeWire for Anthropic {
    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        let endpoint = Arc::clone(&self.endpoint);
        async move {
            let list = endpoint.ask("/v1/models?limit=1000", None).await?;
            let listed = || list.get("data").and_then(Value::as_array).into_iter().flatten();
            let id = |model: &Value| Some(model.get("id")?.as_str()?.to_owned());
            let wanted = endpoint.model.model.as_str();
            let entry = listed().find(|model| id(model).as_deref() == Some(wanted));
            let window = entry.and_then(|model| model.get("max_input_tokens")?.as_u64());
            let facts = Facts {
                context_tokens: window.and_then(|n| n.try_into().ok()),
                model: entry.and_then(id),
                // A chat model: it fills a marked hole.
                fim: Some(true),
                loaded: None,
                slots: None,
                models: listed().filter_map(id).collect(),
            };
            Ok(endpoint.told(facts))
        }
        .boxed()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;
