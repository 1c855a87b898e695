//! How a model's suggestions are made: by provider, by `api`, and by what its name tells.

use crate::config::settings::{Api, ModelSettings, Provider};
use crate::prompt::template::Template;

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
