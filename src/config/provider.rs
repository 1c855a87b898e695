//! The providers: a wire format plus defaults. What a provider can do is decided where its wire
//! formats are; here stands what the configuration needs to know of it. Besides them a table can name the
//! model that is built in.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::resolve::WORKSPACE;
use super::values::{Word, words};

words! {
    /// Who runs a model, and so what its server speaks.
    Provider {
        /// `/v1/completions` and `/v1/chat/completions`, as OpenAI defined them and many servers
        /// have them.
        OpenAiCompatible = "openai-compatible",
        /// llama.cpp's own server: `/infill`, `/completion`.
        LlamaCpp = "llama-cpp",
        /// Ollama's own API: `/api/generate`, `/api/chat`.
        Ollama = "ollama",
        /// OpenAI.
        OpenAi = "openai",
        /// Azure OpenAI: deployments in the address, `api-version` in the query.
        AzureOpenAi = "azure-openai",
        /// Anthropic: `/v1/messages`.
        Anthropic = "anthropic",
        /// Google Gemini: `streamGenerateContent`.
        Gemini = "gemini",
        /// Mistral: `/v1/fim/completions` for Codestral.
        Mistral = "mistral",
        /// DeepSeek: `/beta/completions` fills in the middle.
        DeepSeek = "deepseek",
        /// Hugging Face's router and inference endpoints.
        HuggingFace = "hugging-face",
        /// Text Generation Inference: `/generate_stream`.
        Tgi = "tgi",
        /// vLLM.
        Vllm = "vllm",
        /// LM Studio.
        LmStudio = "lm-studio",
        /// A LiteLLM gateway.
        LiteLlm = "litellm",
        /// OpenRouter.
        OpenRouter = "openrouter",
        /// Groq.
        Groq = "groq",
        /// Together AI.
        Together = "together",
        /// Fireworks AI.
        Fireworks = "fireworks",
    }
}

/// Who answers for a model's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// A server, of this provider.
    Server(Provider),
    /// Nobody but this program: the embedded model of the workspace under another name.
    Workspace,
}

impl Runner {
    /// The words that the configuration has for it.
    pub(crate) fn words() -> impl Iterator<Item = &'static str> + Clone {
        Provider::EVERY.iter().map(|provider| provider.word()).chain([WORKSPACE])
    }
}

impl JsonSchema for Runner {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Runner".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": Self::words().collect::<Vec<_>>() })
    }
}

impl Provider {
    /// Where its server listens when the user does not say; no slash, `/v1` or `/api` at its end.
    #[must_use]
    pub const fn default_url(self) -> Option<&'static str> {
        Some(match self {
            Self::OpenAiCompatible | Self::AzureOpenAi | Self::Tgi => return None,
            Self::LlamaCpp => "http://127.0.0.1:8080",
            Self::Ollama => "http://127.0.0.1:11434",
            Self::OpenAi => "https://api.openai.com",
            Self::Anthropic => "https://api.anthropic.com",
            Self::Gemini => "https://generativelanguage.googleapis.com",
            Self::Mistral => "https://api.mistral.ai",
            Self::DeepSeek => "https://api.deepseek.com",
            Self::HuggingFace => "https://router.huggingface.co",
            Self::Vllm => "http://127.0.0.1:8000",
            Self::LmStudio => "http://127.0.0.1:1234",
            Self::LiteLlm => "http://127.0.0.1:4000",
            Self::OpenRouter => "https://openrouter.ai/api",
            Self::Groq => "https://api.groq.com/openai",
            Self::Together => "https://api.together.xyz",
            Self::Fireworks => "https://api.fireworks.ai/inference",
        })
    }

    /// The environment variable that its users keep its key in. It is read only where the user's
    /// configuration names the provider and leaves its address as it is.
    #[must_use]
    pub const fn usual_key(self) -> Option<&'static str> {
        Some(match self {
            Self::OpenAi => "OPENAI_API_KEY",
            Self::AzureOpenAi => "AZURE_OPENAI_API_KEY",
            Self::Anthropic => "ANTHROPIC_API_KEY",
            Self::Gemini => "GEMINI_API_KEY",
            Self::Mistral => "MISTRAL_API_KEY",
            Self::DeepSeek => "DEEPSEEK_API_KEY",
            Self::HuggingFace => "HF_TOKEN",
            Self::OpenRouter => "OPENROUTER_API_KEY",
            Self::Groq => "GROQ_API_KEY",
            Self::Together => "TOGETHER_API_KEY",
            Self::Fireworks => "FIREWORKS_API_KEY",
            Self::OpenAiCompatible
            | Self::LlamaCpp
            | Self::Ollama
            | Self::Tgi
            | Self::Vllm
            | Self::LmStudio
            | Self::LiteLlm => return None,
        })
    }

    /// Whether a request must name a model: these servers have one of their own.
    #[must_use]
    pub const fn needs_model(self) -> bool {
        !matches!(self, Self::LlamaCpp | Self::Tgi)
    }
}
