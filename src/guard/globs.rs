//! `completion.ignore`.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Patterns as a folder's configuration has them; what is none is left out, and told.
#[must_use]
pub fn globs(root: Option<&Path>, patterns: &[String]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(root.unwrap_or(Path::new("")));
    for pattern in patterns {
        if let Err(error) = builder.add_line(None, pattern) {
            tracing::warn!("`completion.ignore`: a pattern was left out: {error}");
        }
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
