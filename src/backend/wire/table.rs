//! Which wire formats serve a model: by provider, by `api`, and by what the model's name tells.

use std::sync::Arc;

use super::anthropic::Anthropic;
use super::gemini::Gemini;
use super::hole::Hole;
use super::llama_cpp::LlamaCpp;
use super::mistral_fim::MistralFim;
use super::models::Models;
use super::ollama::Ollama;
use super::ollama_chat::OllamaChat;
use super::openai_chat::OpenAiChat;
use super::openai_completions::OpenAiCompletions;
use super::openai_responses::OpenAiResponses;
use super::tgi::Tgi;
use super::way::{Way, way};
use super::{ChatWire, FimWire, ProbeWire};
use crate::backend::endpoint::Endpoint;
use crate::config::settings::{Api, ModelSettings, Provider};

/// A model's wire formats.
pub(super) struct Row {
    /// For suggestions.
    pub(super) fim: Arc<dyn FimWire>,
    /// For conversations.
    pub(super) chat: Arc<dyn ChatWire>,
    /// For questions about the server.
    pub(super) probe: Arc<dyn ProbeWire>,
}

/// The wire formats of an endpoint.
pub(super) fn row(endpoint: &Arc<Endpoint>) -> Row {
    use Provider as P;
    let at = || Arc::clone(endpoint);
    let way = way(&endpoint.model);
    let (chat, probe): (Arc<dyn ChatWire>, Arc<dyn ProbeWire>) = match endpoint.model.provider {
        P::Anthropic => both(Anthropic::new(at())),
        P::Gemini => both(Gemini::new(at())),
        P::Ollama => {
            return own(way, Ollama::new(at()), Arc::new(OllamaChat::new(at())));
        }
        P::LlamaCpp => return own(way, LlamaCpp::new(at()), Arc::new(OpenAiChat::new(at()))),
        P::Tgi => return own(way, Tgi::new(at()), Arc::new(OpenAiChat::new(at()))),
        _ if by_responses(&endpoint.model) => {
            (Arc::new(OpenAiResponses::new(at())), Arc::new(Models::new(at())))
        }
        _ => (Arc::new(OpenAiChat::new(at())), Arc::new(Models::new(at()))),
    };
    let fim: Arc<dyn FimWire> = match (way, endpoint.model.provider) {
        (Way::Hole, _) => Arc::new(Hole::new(Arc::clone(&chat))),
        (_, P::Mistral) => Arc::new(MistralFim::new(at())),
        _ => Arc::new(OpenAiCompletions::new(at())),
    };
    Row { fim, chat, probe }
}

/// A server whose own wire format fills holes and tells of itself.
fn own<W: FimWire + ProbeWire + 'static>(way: Way, wire: W, chat: Arc<dyn ChatWire>) -> Row {
    let wire = Arc::new(wire);
    let fim: Arc<dyn FimWire> = match way {
        Way::Hole => Arc::new(Hole::new(Arc::clone(&chat))),
        _ => Arc::clone(&wire) as _,
    };
    Row { fim, chat, probe: wire }
}

/// One wire format for conversations and questions.
fn both<W: ChatWire + ProbeWire + 'static>(wire: W) -> (Arc<dyn ChatWire>, Arc<dyn ProbeWire>) {
    let wire = Arc::new(wire);
    (Arc::clone(&wire) as _, wire)
}

/// OpenAI serves some models by `/v1/responses` alone
/// (<https://platform.openai.com/docs/models>).
fn by_responses(model: &ModelSettings) -> bool {
    let openai = matches!(model.provider, Provider::OpenAi | Provider::AzureOpenAi);
    let alone = ["codex", "-pro", "deep-research"].iter().any(|part| model.model.contains(part));
    match model.api {
        Api::Responses => true,
        Api::Auto => openai && alone,
        Api::Chat | Api::Completions => false,
    }
}

#[cfg(test)]
mod tests;
