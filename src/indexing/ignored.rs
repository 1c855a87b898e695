//! What `completion.ignore` keeps out of the index.

use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use super::Reach;
use crate::guard::globs;

/// The patterns of each folder of the workspace, ready to be asked.
#[derive(Default)]
pub(super) struct Ignored(Vec<(PathBuf, Gitignore)>);

impl Ignored {
    pub(super) fn of(reach: &Reach) -> Self {
        let some = reach.ignore.iter().filter(|(_, patterns)| !patterns.is_empty());
        Self(some.map(|(root, patterns)| (root.clone(), globs(Some(root), patterns))).collect())
    }

    /// Whether the patterns of the innermost folder that holds a file name it.
    pub(super) fn has(&self, file: &Path) -> bool {
        let holds = self.0.iter().filter(|(root, _)| file.starts_with(root));
        let innermost = holds.max_by_key(|(root, _)| root.as_os_str().len());
        innermost.is_some_and(|(root, ignore)| {
            let below = file.strip_prefix(root).unwrap_or(file);
            ignore.matched_path_or_any_parents(below, false).is_ignore()
        })
    }
}
