//! How far the vectors are.

/// How far the vectors of the workspace are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// No embedding model is chosen.
    #[default]
    Off,
    /// Files are being embedded, where that is needed.
    Embedding {
        /// Files that are done.
        files: usize,
        /// Files that were new or changed.
        of: usize,
    },
    /// All code that is known has its vectors, as far as there is room.
    Ready {
        /// Pieces of code that can be found.
        chunks: usize,
        /// Vectors, one to each content.
        vectors: usize,
        /// There was no room for all.
        full: bool,
    },
    /// It goes on later, for a reason.
    Waiting(String),
    /// The team's index is searched; nothing is made here.
    Shared,
    /// The user ended it.
    Cancelled,
}

impl Stage {
    /// Its name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Embedding { .. } => "embedding",
            Self::Ready { .. } => "ready",
            Self::Waiting(_) => "waiting",
            Self::Shared => "shared",
            Self::Cancelled => "cancelled",
        }
    }
}
