//! The wire formats, one file each. A model is reached by one of them for suggestions and by one
//! for chat.

pub mod anthropic;
pub(crate) mod concede;
pub mod gemini;
pub mod llama_cpp;
pub mod ollama;
pub mod ollama_chat;
pub(crate) mod ollama_loading;
pub mod openai_completions;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod sample;
pub(crate) mod turns;

use std::sync::Arc;

use futures::future::BoxFuture;

use super::endpoint::Endpoint;
use super::error::BackendError;
use super::{Ask, Backend, ChatAsk, Deltas, Facts, FimAsk};
use crate::config::settings::Provider;

/// A wire format that fills in the middle.
pub trait FimWire: Send + Sync {
    /// Begins an answer.
    fn fill(&self, ask: FimAsk) -> Deltas;
}

/// A wire format that answers conversations.
pub trait ChatWire: Send + Sync {
    /// Begins an answer.
    fn answer(&self, ask: ChatAsk) -> Deltas;
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
    match endpoint.model.provider {
        Provider::LlamaCpp => {
            one(Arc::new(llama_cpp::LlamaCpp::new(Arc::clone(&endpoint))), endpoint)
        }
        Provider::Ollama => {
            let wire = Arc::new(ollama::Ollama::new(Arc::clone(&endpoint)));
            let chat = Arc::new(ollama_chat::OllamaChat::new(Arc::clone(&endpoint)));
            Arc::new(Wires { fim: Arc::clone(&wire) as _, chat: Some(chat), probe: wire, endpoint })
        }
        Provider::Anthropic => {
            chat(Arc::new(anthropic::Anthropic::new(Arc::clone(&endpoint))), endpoint)
        }
        Provider::Gemini => chat(Arc::new(gemini::Gemini::new(Arc::clone(&endpoint))), endpoint),
        _ => one(
            Arc::new(openai_completions::OpenAiCompletions::new(Arc::clone(&endpoint))),
            endpoint,
        ),
    }
}

fn one<W: FimWire + ProbeWire + 'static>(
    wire: Arc<W>,
    endpoint: Arc<Endpoint>,
) -> Arc<dyn Backend> {
    let fim: Arc<dyn FimWire> = Arc::clone(&wire) as _;
    Arc::new(Wires { fim, chat: None, probe: wire, endpoint })
}

/// A wire format that has conversations alone.
fn chat<W: ChatWire + ProbeWire + 'static>(
    wire: Arc<W>,
    endpoint: Arc<Endpoint>,
) -> Arc<dyn Backend> {
    let fim = Arc::new(NoFim(Arc::clone(&endpoint)));
    Arc::new(Wires { fim, chat: Some(Arc::clone(&wire) as _), probe: wire, endpoint })
}

/// Fills nothing.
struct NoFim(Arc<Endpoint>);

impl FimWire for NoFim {
    fn fill(&self, _: FimAsk) -> Deltas {
        let error = BackendError::NoInfill(self.0.name());
        Box::pin(futures::stream::once(std::future::ready(Err(error))))
    }
}
