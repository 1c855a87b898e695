//! OpenAI's chat completions: `POST /v1/chat/completions`, streamed
//! (<https://platform.openai.com/docs/api-reference/chat-streaming>), and whoever speaks the same:
//! local servers, gateways, most vendors.

mod event;
mod request;

use std::sync::Arc;

use futures::future::TryFutureExt;
use futures::stream::StreamExt;

use super::ChatWire;
use super::concede::Forms;
use super::path::{Path, path};
use super::thoughts::Thoughts;
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::stream::{self, Cut, Patience, Pieces};
use crate::backend::{ChatAsk, Deltas};

pub(crate) use self::event::Event;

/// The wire format.
pub struct OpenAiChat {
    endpoint: Arc<Endpoint>,
    path: String,
    /// For one answer, and for several: what refuses `n` takes the rest.
    forms: [Arc<Forms>; 2],
}

impl OpenAiChat {
    /// For an endpoint.
    #[must_use]
    pub fn new(endpoint: Arc<Endpoint>) -> Self {
        let path = path(&endpoint.model, Path::Chat);
        Self { endpoint, path, forms: <[Arc<Forms>; 2]>::default() }
    }
}

impl ChatWire for OpenAiChat {
    fn answer(&self, ask: ChatAsk) -> Deltas {
        self.answers(ask, 1)
    }

    fn answers(&self, ask: ChatAsk, candidates: u8) -> Deltas {
        let (endpoint, path) = (Arc::clone(&self.endpoint), self.path.clone());
        let [one, several] = &self.forms;
        let forms = Arc::clone(if candidates > 1 { several } else { one });
        async move {
            let bodies = request::forms(&endpoint.model, &ask, candidates);
            let patience = endpoint.patience(ask.purpose);
            let response = forms.post(&endpoint, ask.purpose, &path, &bodies).await?;
            let name = endpoint.name();
            let sieve = Thoughts::of(&endpoint, ask.purpose);
            Ok::<_, BackendError>(through(sieve, stream::pieces(response), name, patience))
        }
        .try_flatten_stream()
        .boxed()
    }
}

/// Reads an answer.
#[must_use]
pub fn parse(pieces: Pieces, name: String, patience: Patience) -> Deltas {
    through(Thoughts::default(), pieces, name, patience)
}

fn through(sieve: Thoughts, pieces: Pieces, name: String, patience: Patience) -> Deltas {
    stream::read_through::<Event>(pieces, Cut::Events, Some(Box::new(sieve)), name, patience)
}
