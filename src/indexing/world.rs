//! What the model sees: an index and what is newer than it, as they were at one moment.

use std::fmt;
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
        /// What is not in it.
        left_out: LeftOut,
    },
    /// The user ended it; there is what was there by then.
    Cancelled,
}

/// Files of code that the index does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// There was no room for them.
    pub no_room: usize,
    /// They are larger than [`LARGEST`](crate::code::LARGEST).
    pub too_large: usize,
    /// They could not be read.
    pub unreadable: usize,
    /// Nobody wrote them: generated, minified, or no text.
    pub not_written: usize,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.no_room, "without room"),
            (self.too_large, "over 1 MiB"),
            (self.unreadable, "that cannot be read"),
            (self.not_written, "that nobody wrote"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(files, _)| *files > 0)
            .map(|(files, why)| format!("{files} {why}"))
            .collect();
        if parts.is_empty() {
            return f.write_str("no file is left out");
        }
        write!(f, "files left out: {}", parts.join(", "))
    }
}
