//! Backends: the servers that run a model. One file per wire format; every one streams, reports
//! usage, and is cancelled by dropping its stream, which closes the connection.

pub mod discovery;
pub mod endpoint;
pub mod error;
pub mod health;
pub mod http;
pub mod json;
pub mod llama_cpp;
pub mod ollama;
pub mod openai_compatible;
pub mod sse;
pub mod stream;

use std::sync::Arc;

use futures::stream::BoxStream;

use self::endpoint::Endpoint;
use self::error::BackendError;
use crate::config::settings::Provider;
use crate::prompt::Fitted;

/// What is asked of a backend.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The prompt, redacted and fitted.
    pub prompt: Fitted,
    /// How many different answers are wanted; a backend may give fewer.
    pub candidates: u8,
    /// Only one line is wanted: a short answer is enough.
    pub one_line: bool,
}

/// A piece of a stream.
#[derive(Clone, PartialEq, Eq)]
pub enum Delta {
    /// More text of the candidate with that index.
    Text {
        /// Candidate, from 0.
        index: usize,
        /// The text, as it came.
        text: String,
    },
    /// The end of the candidate with that index.
    Finished {
        /// Candidate, from 0.
        index: usize,
        /// Why it ended.
        reason: FinishReason,
    },
    /// What it cost; comes at most once.
    Usage(Usage),
}

impl std::fmt::Debug for Delta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text { index, text } => write!(f, "Text({index}, {} bytes)", text.len()),
            Self::Finished { index, reason } => write!(f, "Finished({index}, {reason:?})"),
            Self::Usage(usage) => usage.fmt(f),
        }
    }
}

/// Why a model stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// End of text or a stop string.
    Stop,
    /// The output budget ran out.
    Length,
    /// Something else: a filter, a server's limit.
    Other,
}

/// Tokens of a finished stream, as far as the server says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the answer.
    pub output_tokens: Option<u64>,
    /// Prompt tokens that the server took from its cache.
    pub cached_tokens: Option<u64>,
}

/// A server that runs a model.
pub trait Backend: Send + Sync {
    /// Begins an answer. Dropping the stream closes the connection.
    fn stream(&self, ask: Ask) -> BoxStream<'static, Result<Delta, BackendError>>;

    /// A cheap request that opens a connection and tells whether the server is there.
    fn probe(&self) -> futures::future::BoxFuture<'static, Result<Facts, BackendError>>;
}

/// What a server says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Context window, tokens.
    pub context_tokens: Option<u32>,
    /// The model it serves.
    pub model: Option<String>,
    /// Whether the model can fill in the middle, where the server tells.
    pub fim: Option<bool>,
    /// Whether the model is in memory, where the server tells.
    pub loaded: Option<bool>,
    /// How many requests it works on at once, where it tells.
    pub slots: Option<u32>,
    /// All models the server lists.
    pub models: Vec<String>,
}

/// The backend of an endpoint.
#[must_use]
pub fn connect(endpoint: Arc<Endpoint>) -> Arc<dyn Backend> {
    match endpoint.model.provider {
        Provider::OpenAiCompatible => Arc::new(openai_compatible::OpenAiCompatible::new(endpoint)),
        Provider::LlamaCpp => Arc::new(llama_cpp::LlamaCpp::new(endpoint)),
        Provider::Ollama => Arc::new(ollama::Ollama::new(endpoint)),
    }
}
