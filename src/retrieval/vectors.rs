//! Vectors of pieces of code, found by what they mean: for chat and actions, never on the way of a
//! key.
//!
//! A [`Chunk`] says where a piece stands, never what stands there: no store holds code. A
//! [`VectorStore`] keeps one vector to each content, however often it occurs. [`flat`] is the one
//! on this machine; a team may share another in PostgreSQL (feature `postgres`).

pub mod chunks;
pub mod file;
pub mod flat;
pub mod fusion;
pub mod push;
pub mod quantised;
pub mod repository;

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use sha2::{Digest, Sha256};

use crate::guard::Redacted;

/// SHA-256 of what is embedded: a chunk's text without its secrets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// Of a text.
    #[must_use]
    pub fn of(text: &Redacted) -> Self {
        Self(Sha256::digest(text.as_str().as_bytes()).into())
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(6).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Where chunks are from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The repository, by a name that all who share it have for it: `github.com/owner/name`.
    pub repository: String,
    /// The branch.
    pub branch: String,
}

/// A piece of code, by its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chunk {
    /// Where it is from.
    pub scope: Arc<Scope>,
    /// Its file in the repository, with `/`.
    pub path: Arc<str>,
    /// Its first line, from 1.
    pub first_line: u32,
    /// Its last line.
    pub last_line: u32,
    /// Of its text.
    pub hash: ContentHash,
}

/// A chunk, and what stands there.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its place.
    pub chunk: Chunk,
    /// Its text; `Debug` shows its length alone.
    pub text: Redacted,
}

/// A chunk that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The chunk.
    pub chunk: Chunk,
    /// The cosine of the angle to what was looked for: 1 for the same direction, -1 for the opposite.
    pub score: f32,
}

/// What a store says to a wish to embed some contents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// Nobody has them: they are the caller's to embed.
    pub ours: Vec<ContentHash>,
    /// Somebody else is embedding them at this moment.
    pub others: Vec<ContentHash>,
}

/// Why a store cannot do what is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Vectors of another length than the store's: they cannot be compared.
    #[error(
        "the index holds vectors of {wanted} numbers, and `{model}` made one of {got}; choose the model that the index was made with, or begin another index"
    )]
    Dimension {
        /// The model that made it.
        model: String,
        /// Numbers of the store's vectors.
        wanted: usize,
        /// Numbers of this one.
        got: usize,
    },
    /// There is no room for more.
    #[error("the index is full: {0}")]
    Full(String),
    /// The shared store's own reasons.
    #[cfg(feature = "postgres")]
    #[error(transparent)]
    Shared(#[from] super::shared::SharedError),
}

/// What keeps vectors and finds the nearest.
pub trait VectorStore: Send + Sync {
    /// Which of these contents have no vector yet.
    fn missing(
        &self,
        hashes: Vec<ContentHash>,
    ) -> BoxFuture<'_, Result<Vec<ContentHash>, StoreError>>;

    /// Which of these contents are still to be embedded, and by whom. What is nobody's becomes the
    /// caller's, for as long as it lives.
    fn claim(&self, hashes: Vec<ContentHash>) -> BoxFuture<'_, Result<Claimed, StoreError>>;

    /// Keeps vectors; those of claimed contents fulfil the claim.
    fn put(&self, vectors: Vec<(ContentHash, Vec<f32>)>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Makes these the chunks of the store's scope, in place of those before.
    fn replace(&self, chunks: Vec<Chunk>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The nearest chunks, the nearest first; the same in the same order for the same store.
    fn nearest<'a>(
        &'a self,
        query: &'a [f32],
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Hit>, StoreError>>;
}
