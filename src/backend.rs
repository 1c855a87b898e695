//! Backends: the servers that run a model. One file per wire format; every one streams, reports
//! usage, and is cancelled by dropping its stream, which closes the connection.

pub mod account;
pub mod breaker;
pub mod discovery;
pub mod embed;
pub mod endpoint;
pub mod error;
pub mod health;
pub mod http;
pub mod json;
pub mod judge;
mod key;
pub mod limit;
mod meter;
pub mod metered;
pub mod rate_headers;
pub mod retry;
pub mod sse;
pub mod stream;
pub mod tokenizer;
pub mod waits;
pub mod wire;

use std::sync::Arc;

use futures::stream::BoxStream;

use self::endpoint::Endpoint;
use self::error::BackendError;
use crate::config::settings::Purpose;
use crate::prompt::{FittedChat, FittedFim};

/// Who goes first where not all can go at once; the greatest does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Fetched ahead: nobody waits for it.
    Prefetch,
    /// Asked for by the editor itself, while the user types.
    Fresh,
    /// Asked for by the user.
    #[default]
    Invoked,
}

/// What is asked of a backend.
#[derive(Clone, Debug)]
pub enum Ask {
    /// To fill a hole.
    Fim(FimAsk),
    /// To answer a conversation.
    Chat(ChatAsk),
}

impl Ask {
    /// Whose time-outs, limits and costs hold.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        match self {
            Self::Fim(_) => Purpose::Completion,
            Self::Chat(ask) => ask.purpose,
        }
    }

    /// Who goes first.
    #[must_use]
    pub const fn priority(&self) -> Priority {
        match self {
            Self::Fim(ask) => ask.priority,
            Self::Chat(ask) => ask.priority,
        }
    }
}

/// A hole to fill.
#[derive(Clone, Debug)]
pub struct FimAsk {
    /// The prompt, redacted and fitted.
    pub prompt: FittedFim,
    /// How many different answers are wanted; a backend may give fewer.
    pub candidates: u8,
    /// Only one line is wanted: a short answer is enough.
    pub one_line: bool,
    /// Who goes first.
    pub priority: Priority,
}

/// A conversation to answer.
#[derive(Clone, Debug)]
pub struct ChatAsk {
    /// The conversation, redacted and fitted.
    pub prompt: FittedChat,
    /// What the answer is for: chat, or a suggestion that a chat model is asked for.
    pub purpose: Purpose,
    /// Who goes first.
    pub priority: Priority,
}

/// A streamed answer. Dropping it closes the connection.
pub type Deltas = BoxStream<'static, Result<Delta, BackendError>>;

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
    /// What it has cost so far: of several, the last one counts.
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
    /// A content filter.
    Filtered,
    /// The model declined to answer.
    Declined,
    /// It called a tool.
    Tool,
    /// Something else: a server's limit, a failure behind a gateway.
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

impl Usage {
    /// What is known now, with what is newer: servers count prompt and answer in different events.
    #[must_use]
    pub fn merge(self, newer: Self) -> Self {
        Self {
            prompt_tokens: newer.prompt_tokens.or(self.prompt_tokens),
            output_tokens: newer.output_tokens.or(self.output_tokens),
            cached_tokens: newer.cached_tokens.or(self.cached_tokens),
        }
    }
}

/// A server that runs a model.
pub trait Backend: Send + Sync {
    /// Begins an answer. Dropping the stream closes the connection.
    fn stream(&self, ask: Ask) -> Deltas;

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

/// Longest name of a model, in characters.
const LONGEST_NAME: usize = 200;

impl Facts {
    /// With names that can be printed: a server says what it likes.
    #[must_use]
    pub fn shown(mut self) -> Self {
        let shown = |name: String| -> String {
            name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()
        };
        self.model = self.model.map(shown);
        self.models = self.models.into_iter().map(shown).collect();
        self
    }
}

/// The backend of an endpoint.
#[must_use]
pub fn connect(endpoint: Arc<Endpoint>) -> Arc<dyn Backend> {
    wire::connect(endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_models_are_clipped_and_have_no_control_characters() {
        let name = |name: &str| Facts {
            model: Some(name.to_owned()),
            models: vec![name.to_owned()],
            ..Facts::default()
        };
        assert_eq!(name("a\u{1b}[31m\nü\u{9b}").shown(), name("a[31mü"));
        assert_eq!(name(&"ü".repeat(100_000)).shown(), name(&"ü".repeat(LONGEST_NAME)));
    }
}
