//! Who plays: the providers, each for what it can do.

use serde_json::{Value, json};

use crate::support::fake_backend::Server;

/// What is asked of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Completion,
    Chat,
}

/// A provider and a purpose.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub provider: &'static str,
    pub purpose: Purpose,
    /// The vendor whose errors it speaks.
    pub server: Server,
    /// Which of its APIs.
    pub api: &'static str,
    /// The model's name, which tells its format.
    pub model: &'static str,
}

/// Provider, vendor, `api`, model.
type Row = (&'static str, Server, &'static str, &'static str);

const CODER: &str = "qwen2.5-coder:1.5b";

/// Every provider, and those that have several APIs by each of them.
const ROWS: [Row; 24] = [
    ("openai-compatible", Server::Any, "auto", CODER),
    // No format is known for it: a marked hole in a conversation.
    ("openai-compatible", Server::Any, "auto", "some-model"),
    ("llama-cpp", Server::LlamaCpp, "auto", CODER),
    ("ollama", Server::Ollama, "auto", CODER),
    ("ollama", Server::Ollama, "chat", "qwen3:8b"),
    ("openai", Server::OpenAi, "auto", "gpt-4.1-mini"),
    ("openai", Server::OpenAi, "responses", "gpt-5-mini"),
    ("openai", Server::OpenAi, "completions", "gpt-3.5-turbo-instruct"),
    ("azure-openai", Server::Azure, "auto", "my-deployment"),
    ("azure-openai", Server::Azure, "responses", "my-deployment"),
    ("anthropic", Server::Anthropic, "auto", "claude-sonnet-4-5"),
    ("gemini", Server::Gemini, "auto", "gemini-2.5-flash"),
    ("mistral", Server::Mistral, "auto", "codestral-latest"),
    ("mistral", Server::Mistral, "chat", "mistral-small-latest"),
    ("deepseek", Server::Any, "auto", "deepseek-chat"),
    ("hugging-face", Server::HuggingFace, "auto", "Qwen/Qwen2.5-Coder-32B"),
    ("tgi", Server::Tgi, "auto", "bigcode/starcoder2-3b"),
    ("vllm", Server::Vllm, "auto", CODER),
    ("lm-studio", Server::OpenAi, "auto", CODER),
    ("litellm", Server::LiteLlm, "auto", CODER),
    ("openrouter", Server::OpenRouter, "auto", "anthropic/claude-sonnet-4.5"),
    ("groq", Server::OpenAi, "auto", "llama-3.3-70b-versatile"),
    ("together", Server::OpenAi, "auto", CODER),
    ("fireworks", Server::OpenAi, "auto", CODER),
];

/// Everyone.
pub fn cast() -> Vec<Part> {
    let mut parts = Vec::new();
    for (provider, server, api, model) in ROWS {
        let part = |purpose| Part { provider, purpose, server, api, model };
        parts.extend([Purpose::Completion, Purpose::Chat].map(part));
    }
    parts
}

impl Part {
    /// Its model, at this address; with little patience, where it is to be tried.
    pub fn settings(self, url: &str, patient: bool) -> Value {
        let time = if patient { 10_000 } else { 250 };
        json!({
            "provider": self.provider, "url": url, "model": self.model, "api": self.api,
            "first_token_timeout_ms": time, "idle_timeout_ms": time, "total_timeout_ms": 20_000,
        })
    }
}
