//! What every source of context returns.

use std::sync::Arc;

/// Where a snippet comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// Signatures of what the cursor needs, from other files.
    Definitions,
}

/// A piece of context: text from one file.
#[derive(Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Its source.
    pub origin: Origin,
    /// The file, below the workspace folder, `/` between folders.
    pub path: Arc<str>,
    /// Whole lines, each with its line break.
    pub text: String,
}

impl std::fmt::Debug for Snippet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} of {} ({} bytes)", self.origin, self.path, self.text.len())
    }
}
