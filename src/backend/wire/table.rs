//! Which wire formats serve a model: by provider, by `api`, and by what the model's name tells.

use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

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
use super::{ChatWire, FimWire, ProbeWire};
use crate::backend::endpoint::Endpoint;
use crate::config::settings::{Api, ModelSettings, Provider};
use crate::prompt::template::Template;

/// Azure's newest version that is no preview
/// (<https://learn.microsoft.com/azure/ai-services/openai/api-version-deprecation>).
const AZURE_VERSION: &str = "2024-10-21";

/// A model's wire formats.
pub(super) struct Row {
    /// For suggestions.
    pub(super) fim: Arc<dyn FimWire>,
    /// For conversations.
    pub(super) chat: Option<Arc<dyn ChatWire>>,
    /// For questions about the server.
    pub(super) probe: Arc<dyn ProbeWire>,
}

/// How a model makes a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The server has an API that takes prefix and suffix.
    Server,
    /// By the raw format of its family, or by the configured one.
    Format,
    /// By text completion with prompt and suffix apart.
    Suffix,
    /// By a conversation about a marked hole.
    Hole,
    /// By text completion that sees only what stands before the cursor.
    Prefix,
}

/// How a model's suggestions are made, as far as its settings tell.
#[must_use]
pub fn way(model: &ModelSettings) -> Way {
    use Provider as P;
    let template = Template::parse(&model.template).unwrap_or_default();
    let known = template.format(&model.model).is_some();
    let told = template != Template::Auto;
    let name = model.model.to_ascii_lowercase();
    let text = match template {
        Template::Suffix => Way::Suffix,
        _ if known => Way::Format,
        _ => Way::Prefix,
    };
    match (model.provider, model.api) {
        (_, Api::Chat | Api::Responses) | (P::Anthropic | P::Gemini | P::Groq, _) => Way::Hole,
        (P::LlamaCpp | P::Ollama, _) => Way::Server,
        (P::Mistral, Api::Auto) if !name.contains("codestral") => Way::Hole,
        (P::DeepSeek, Api::Auto) if name.contains("reasoner") => Way::Hole,
        (P::Mistral | P::DeepSeek, _) => Way::Server,
        (P::Tgi, Api::Auto) if model.model.is_empty() && !told => Way::Format,
        (_, Api::Completions) => text,
        // Its hosts put a raw prompt into a chat template, or have no text completion at all.
        (P::OpenAi | P::AzureOpenAi | P::OpenRouter, Api::Auto) if !told => Way::Hole,
        (P::HuggingFace, Api::Auto) if !told && is_router(model) => Way::Hole,
        (_, Api::Auto) if told || known => text,
        (_, Api::Auto) => Way::Hole,
    }
}

/// Hugging Face's router has conversations only; its endpoints are servers of their own.
fn is_router(model: &ModelSettings) -> bool {
    Provider::HuggingFace.default_url() == Some(model.url.as_str())
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
            let wire = Arc::new(Ollama::new(at()));
            let chat: Arc<dyn ChatWire> = Arc::new(OllamaChat::new(at()));
            let fim = match way {
                Way::Hole => Arc::new(Hole::new(Arc::clone(&chat))) as _,
                _ => Arc::clone(&wire) as _,
            };
            return Row { fim, chat: Some(chat), probe: wire };
        }
        P::LlamaCpp => {
            let wire = Arc::new(LlamaCpp::new(at()));
            let chat: Arc<dyn ChatWire> = Arc::new(OpenAiChat::new(at()));
            let fim = match way {
                Way::Hole => Arc::new(Hole::new(Arc::clone(&chat))) as _,
                _ => Arc::clone(&wire) as _,
            };
            return Row { fim, chat: Some(chat), probe: wire };
        }
        P::Tgi => {
            let wire = Arc::new(Tgi::new(at()));
            let chat: Arc<dyn ChatWire> = Arc::new(OpenAiChat::new(at()));
            let fim = match way {
                Way::Hole => Arc::new(Hole::new(Arc::clone(&chat))) as _,
                _ => Arc::clone(&wire) as _,
            };
            return Row { fim, chat: Some(chat), probe: wire };
        }
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
    Row { fim, chat: Some(chat), probe }
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

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// Text completions.
    Completions,
    /// Chat completions.
    Chat,
    /// Responses.
    Responses,
    /// Embeddings.
    Embeddings,
    /// The list of models.
    Models,
}

/// A path of OpenAI's API, as a provider has it; to be appended to the model's address.
pub(crate) fn path(model: &ModelSettings, path: Path) -> String {
    let name = match path {
        Path::Completions => "/completions",
        Path::Chat => "/chat/completions",
        Path::Responses => "/responses",
        Path::Embeddings => "/embeddings",
        Path::Models => "/models",
    };
    match (model.provider, path) {
        // <https://api-docs.deepseek.com/guides/fim_completion>
        (Provider::DeepSeek, Path::Completions) => "/beta/completions".to_owned(),
        (Provider::DeepSeek, _) => name.to_owned(),
        (Provider::AzureOpenAi, _) => azure(model, path, name),
        _ => format!("/v1{name}"),
    }
}

/// Azure's three forms: the resource's address with deployments in the path, a deployment's own
/// address, and the newer API whose address ends in `/openai/v1`
/// (<https://learn.microsoft.com/azure/ai-services/openai/reference>).
fn azure(model: &ModelSettings, path: Path, name: &str) -> String {
    let version = model.api_version.as_deref();
    // `/v1` at the end of an address is never kept.
    if model.url.ends_with("/openai") {
        let version = version.map(|version| format!("?api-version={version}")).unwrap_or_default();
        return format!("/v1{name}{version}");
    }
    let version = version.unwrap_or(AZURE_VERSION);
    if model.url.contains("/openai/deployments/") {
        return format!("{name}?api-version={version}");
    }
    match path {
        Path::Completions | Path::Chat | Path::Embeddings => {
            let deployment = utf8_percent_encode(&model.model, UNRESERVED);
            format!("/openai/deployments/{deployment}{name}?api-version={version}")
        }
        Path::Responses | Path::Models => format!("/openai{name}?api-version={version}"),
    }
}

/// RFC 3986, section 2.3.
const UNRESERVED: &percent_encoding::AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests;
