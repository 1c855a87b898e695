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
    /// The model's name, which tells its format.
    pub model: &'static str,
}

use Purpose::{Chat, Completion};

/// Provider, vendor, model for completion, model for chat.
type Row = (&'static str, Server, Option<&'static str>, Option<&'static str>);

const CODER: Option<&str> = Some("qwen2.5-coder:1.5b");

const ROWS: [Row; 10] = [
    ("openai-compatible", Server::Any, CODER, None),
    ("llama-cpp", Server::LlamaCpp, CODER, None),
    ("ollama", Server::Ollama, CODER, CODER),
    ("anthropic", Server::Anthropic, None, Some("claude-sonnet-4-5")),
    ("gemini", Server::Gemini, None, Some("gemini-2.5-flash")),
    ("vllm", Server::Vllm, CODER, None),
    ("lm-studio", Server::OpenAi, CODER, None),
    ("litellm", Server::LiteLlm, CODER, None),
    ("together", Server::OpenAi, CODER, None),
    ("fireworks", Server::OpenAi, CODER, None),
];

/// Everyone.
pub fn cast() -> Vec<Part> {
    let mut parts = Vec::new();
    for (provider, server, completes, chats) in ROWS {
        let part = |purpose, model| Part { provider, purpose, server, model };
        parts.extend(completes.map(|model| part(Completion, model)));
        parts.extend(chats.map(|model| part(Chat, model)));
    }
    parts
}

impl Part {
    /// Its model, at this address, with little patience.
    pub fn settings(self, url: &str) -> Value {
        json!({
            "provider": self.provider, "url": url, "model": self.model,
            "first_token_timeout_ms": 200, "idle_timeout_ms": 200, "total_timeout_ms": 5_000,
        })
    }
}
