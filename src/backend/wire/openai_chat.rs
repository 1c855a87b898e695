//! OpenAI's chat completions: `POST /v1/chat/completions`, streamed
//! (<https://platform.openai.com/docs/api-reference/chat-streaming>), and whoever speaks the same:
//! local servers, gateways, most vendors.

mod event;
mod request;

use std::sync::Arc;

use super::ChatWire;
use super::concede::{Asked, Forms};
use super::path::{Path, path};
use super::thoughts::Thoughts;
use crate::backend::endpoint::Endpoint;
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
        let [one, several] = &self.forms;
        let taken = if candidates > 1 { several } else { one };
        let forms = request::forms(&self.endpoint.model, &ask, candidates);
        let asked = Asked { purpose: ask.purpose, path: self.path.clone(), forms };
        let endpoint = Arc::clone(&self.endpoint);
        taken.stream(&self.endpoint, asked, move |pieces, name, patience| {
            through(Thoughts::of(&endpoint, ask.purpose), pieces, name, patience)
        })
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
