//! Which models a hover may ask: a mouse that rests on code must not cost money by itself.

use std::sync::Arc;

use crate::catalogue;
use crate::completion::completer::LlmCompleter;
use crate::config::{HoverMode, ModelSettings, Provider};

/// The models of a chain that a hover may ask.
#[must_use]
pub fn may_be_asked(mode: HoverMode, chain: Vec<Arc<LlmCompleter>>) -> Vec<Arc<LlmCompleter>> {
    match mode {
        HoverMode::On => chain,
        // A paid one is not passed over for the next: the user chose it.
        HoverMode::Auto => {
            chain.into_iter().take_while(|model| !is_paid(&model.endpoint().model)).collect()
        }
        HoverMode::Cached | HoverMode::Off => Vec::new(),
    }
}

/// Whether a model's answers cost money, as far as one can know: it has a price, or its provider sells
/// them and nobody says that this one is free.
#[must_use]
pub fn is_paid(model: &ModelSettings) -> bool {
    match catalogue::price(model) {
        Some((price, _)) => price.input > 0.0 || price.output > 0.0,
        None => sells(model.provider),
    }
}

/// Whether it is a service, and no server that its users run themselves.
const fn sells(provider: Provider) -> bool {
    !matches!(
        provider,
        Provider::LlamaCpp
            | Provider::Ollama
            | Provider::OpenAiCompatible
            | Provider::Tgi
            | Provider::Vllm
            | Provider::LmStudio
            | Provider::LiteLlm
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::Layers;

    #[test]
    fn who_is_paid() {
        for (model, paid) in [
            (r#"{"provider": "llama-cpp"}"#, false),
            (r#"{"provider": "ollama", "model": "qwen"}"#, false),
            (r#"{"provider": "openai-compatible", "url": "http://gateway", "model": "x"}"#, false),
            (r#"{"provider": "litellm", "model": "x", "price": {"input": 1, "output": 0}}"#, true),
            (r#"{"provider": "litellm", "model": "x", "price": {"input": 0, "output": 2}}"#, true),
            (r#"{"provider": "anthropic", "model": "claude-sonnet-4-5"}"#, true),
            (r#"{"provider": "openai", "model": "of-tomorrow"}"#, true),
            (r#"{"provider": "groq", "model": "x"}"#, true),
            (r#"{"provider": "groq", "model": "x", "price": {"input": 0, "output": 0}}"#, false),
        ] {
            let written = format!(r#"{{"models": {{"m": {model}}}}}"#);
            let mut layers = Layers::default();
            layers.set_initialization(Some(&serde_json::from_str(&written).unwrap()));
            let settings = layers.resolve().settings;
            assert_eq!(is_paid(settings.models.get("m").unwrap()), paid, "{model}");
        }
    }
}
