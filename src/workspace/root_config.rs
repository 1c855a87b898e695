//! What the configuration comes to for one workspace folder, or for what is in none.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::config::Resolved;

/// Settings that hold under a workspace folder.
pub struct RootConfig {
    /// Settings, problems and origins.
    pub resolved: Resolved,
    ignore: Gitignore,
}

impl RootConfig {
    /// For a folder.
    #[must_use]
    pub fn new(root: Option<&Path>, resolved: Resolved) -> Self {
        let ignore = globs(root, &resolved.settings.completion.ignore);
        Self { resolved, ignore }
    }

    /// Whether `completion.ignore` names the file.
    #[must_use]
    pub fn ignores(&self, path: &Path) -> bool {
        let below = path.strip_prefix(self.ignore.path()).unwrap_or(path);
        self.ignore.matched_path_or_any_parents(below, false).is_ignore()
    }
}

fn globs(root: Option<&Path>, patterns: &[String]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(root.unwrap_or(Path::new("")));
    for pattern in patterns {
        if let Err(error) = builder.add_line(None, pattern) {
            tracing::warn!("`completion.ignore`: a pattern was left out: {error}");
        }
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
