//! The wire formats, one file each. A model is reached by one of them for suggestions and by one
//! for chat.

pub mod anthropic;
pub(crate) mod concede;
pub(crate) mod effort;
pub mod gemini;
pub mod hole;
pub mod llama_cpp;
pub mod mistral_fim;
pub mod models;
pub mod ollama;
pub mod ollama_chat;
pub(crate) mod ollama_loading;
pub mod openai_chat;
pub mod openai_completions;
pub mod openai_responses;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod sample;
pub mod table;
pub mod tgi;
pub(crate) mod thoughts;
pub(crate) mod turns;

use std::sync::Arc;

use futures::future::BoxFuture;

use super::endpoint::Endpoint;
use super::error::BackendError;
use super::{Ask, Backend, ChatAsk, Deltas, Facts, FimAsk};

/// A wire format that fills in the middle.
pub trait FimWire: Send + Sync {
    /// Begins an answer.
    fn fill(&self, ask: FimAsk) -> Deltas;
}

/// A wire format that answers conversations.
pub trait ChatWire: Send + Sync {
    /// Begins an answer.
    fn answer(&self, ask: ChatAsk) -> Deltas;

    /// Begins several different answers; a wire format that has no way to ask for them gives one.
    fn answers(&self, ask: ChatAsk, _candidates: u8) -> Deltas {
        self.answer(ask)
    }
}

/// How a server is asked about itself.
pub trait ProbeWire: Send + Sync {
    /// A cheap request that opens a connection.
    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>>;
}

/// One model's wire formats.
struct Wires {
    fim: Arc<dyn FimWire>,
    chat: Option<Arc<dyn ChatWire>>,
    probe: Arc<dyn ProbeWire>,
    endpoint: Arc<Endpoint>,
}

impl Backend for Wires {
    fn stream(&self, ask: Ask) -> Deltas {
        match (ask, &self.chat) {
            (Ask::Fim(ask), _) => self.fim.fill(ask),
            (Ask::Chat(ask), Some(chat)) => chat.answer(ask),
            (Ask::Chat(_), None) => {
                let error = BackendError::NoChat(self.endpoint.name());
                Box::pin(futures::stream::once(std::future::ready(Err(error))))
            }
        }
    }

    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        self.probe.probe()
    }
}

/// The backend of an endpoint.
#[must_use]
pub fn connect(endpoint: Arc<Endpoint>) -> Arc<dyn Backend> {
    let table::Row { fim, chat, probe } = table::row(&endpoint);
    Arc::new(Wires { fim, chat, probe, endpoint })
}
