//! Embeddings: texts in, vectors out. An [`Embedder`] is no [`Backend`](super::Backend): it streams
//! nothing, and the model that makes vectors is another one than the model that writes.

mod answer;
mod ask;
pub mod metered;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::{BoxFuture, FutureExt};

use super::Usage;
use super::endpoint::Endpoint;
use super::error::BackendError;
use crate::config::settings::Provider;
use crate::guard::Redacted;

/// What a text is embedded for: some models place a question near its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbedKind {
    /// What is searched with.
    Query,
    /// What is found.
    Passage,
}

/// The vectors of a batch.
#[derive(Clone, PartialEq)]
pub struct Embedded {
    /// One to each text, in the texts' order; all of one dimension and finite.
    pub vectors: Vec<Vec<f32>>,
    /// What it cost.
    pub usage: Usage,
}

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let dimension = self.vectors.first().map_or(0, Vec::len);
        write!(f, "Embedded({} x {dimension}, {:?})", self.vectors.len(), self.usage)
    }
}

/// Why there are no vectors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// The request failed.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The provider makes no vectors, or the server was not started for them.
    #[error(
        "{0} makes no embeddings; start llama.cpp's server with `--embeddings`, or choose a model of another provider for them"
    )]
    NoEmbeddings(String),
    /// More texts than one request may hold.
    #[error("{got} texts are too many for one request to {name}, which takes {most}")]
    TooMany {
        /// The server.
        name: String,
        /// Texts given.
        got: usize,
        /// Texts it takes.
        most: usize,
    },
    /// Servers refuse a text without anything in it.
    #[error("text {0} of the batch is empty; leave it out")]
    EmptyText(usize),
    /// Fewer vectors than texts, or more, or one twice.
    #[error("{name} answered {got} vectors to {wanted} texts; is `model` an embedding model?")]
    Count {
        /// The server.
        name: String,
        /// Texts given.
        wanted: usize,
        /// Vectors that came.
        got: usize,
    },
    /// A vector of another length than those before: they cannot be compared.
    #[error(
        "{name} answered a vector of {got} numbers where {wanted} came before; was the model changed? Index anew"
    )]
    Dimension {
        /// The server.
        name: String,
        /// Numbers of the vectors before.
        wanted: usize,
        /// Numbers of this one.
        got: usize,
    },
    /// A vector without numbers.
    #[error("{0} answered an empty vector; is `model` an embedding model?")]
    EmptyVector(String),
    /// NaN or infinity in a vector.
    #[error(
        "{0} answered a vector with something in it that is no number; try another model or another quantisation of it"
    )]
    NotFinite(String),
}

/// What turns texts into vectors.
pub trait Embedder: Send + Sync {
    /// The vectors of a batch, at most [`Self::max_batch`] texts.
    fn embed(
        &self,
        texts: Vec<Redacted>,
        kind: EmbedKind,
    ) -> BoxFuture<'static, Result<Embedded, EmbedError>>;

    /// Numbers in a vector; `None` before the first answer.
    fn dimension(&self) -> Option<usize>;

    /// Texts that one request takes.
    fn max_batch(&self) -> usize;
}

/// The embedder of an endpoint.
///
/// # Errors
/// [`EmbedError::NoEmbeddings`] where its provider has none.
pub fn connect(endpoint: Arc<Endpoint>) -> Result<Arc<dyn Embedder>, EmbedError> {
    match endpoint.model.provider {
        Provider::Anthropic | Provider::DeepSeek | Provider::Groq => {
            Err(EmbedError::NoEmbeddings(endpoint.name()))
        }
        _ => Ok(Arc::new(Remote { endpoint, known: Arc::default(), plain: Arc::default() })),
    }
}

/// A server's embedder.
struct Remote {
    endpoint: Arc<Endpoint>,
    /// Numbers in a vector, 0 before the first answer.
    known: Arc<AtomicUsize>,
    /// llama.cpp: its own path is asked, not OpenAI's.
    plain: Arc<std::sync::atomic::AtomicBool>,
}

impl Embedder for Remote {
    fn embed(
        &self,
        texts: Vec<Redacted>,
        kind: EmbedKind,
    ) -> BoxFuture<'static, Result<Embedded, EmbedError>> {
        let (endpoint, known) = (Arc::clone(&self.endpoint), Arc::clone(&self.known));
        let (plain, most) = (Arc::clone(&self.plain), self.max_batch());
        async move {
            let name = endpoint.name();
            if texts.len() > most {
                return Err(EmbedError::TooMany { name, got: texts.len(), most });
            }
            if let Some(empty) = texts.iter().position(|text| text.as_str().trim().is_empty()) {
                return Err(EmbedError::EmptyText(empty));
            }
            if texts.is_empty() {
                return Ok(Embedded { vectors: Vec::new(), usage: Usage::default() });
            }
            let answer = ask::ask(&endpoint, &plain, &texts, kind).await?;
            let wanted = known.load(Ordering::Relaxed);
            let embedded = answer.check(&name, texts.len(), wanted)?;
            if let Some(first) = embedded.vectors.first() {
                // Of two first answers one is first.
                let raced =
                    known.compare_exchange(0, first.len(), Ordering::Relaxed, Ordering::Relaxed);
                if let Err(before) = raced
                    && before != first.len()
                {
                    return Err(EmbedError::Dimension { name, wanted: before, got: first.len() });
                }
            }
            Ok(embedded)
        }
        .boxed()
    }

    fn dimension(&self) -> Option<usize> {
        Some(self.known.load(Ordering::Relaxed)).filter(|known| *known > 0)
    }

    fn max_batch(&self) -> usize {
        match self.endpoint.model.provider {
            Provider::OpenAi | Provider::Mistral => 256,
            Provider::Gemini => 100,
            Provider::AzureOpenAi | Provider::Ollama | Provider::LlamaCpp => 64,
            // Text Embeddings Inference takes no more unless told otherwise.
            _ => 32,
        }
    }
}
