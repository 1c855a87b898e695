//! What the model sees: an index and what is newer than it, as they were at one moment.

use std::sync::Arc;

use crate::local::{Index, Overlay};

/// An index and its overlay. Immutable; a newer one takes its place.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Worlds before it: part of the key under which suggestions are remembered.
    pub number: u64,
    /// The index.
    pub index: Arc<Index>,
    /// Open and changed files.
    pub overlay: Overlay,
}

/// How far the index is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Nothing has been asked of it.
    #[default]
    Asleep,
    /// Files are being read: so many of so many (0: not known yet).
    Reading {
        /// Files read.
        files: usize,
        /// Files in all.
        of: usize,
    },
    /// It is complete.
    Ready {
        /// Files in it.
        files: usize,
        /// Tokens in it.
        tokens: usize,
        /// Files that had no room or could not be read.
        left_out: usize,
    },
    /// The user ended it; there is what was there by then.
    Cancelled,
}
