//! The workspace's files as a source may read them: what the ignore rules leave, and no secrets.

use std::collections::BTreeMap;

/// Reads text files below the workspace folder. It blocks.
pub trait Files: Send + Sync {
    /// A file's text (LF line breaks); `None` where there is none, where it must not be read, and
    /// where it is too large or no text.
    fn text(&self, path: &str) -> Option<String>;
    /// The names in a folder (`""` is the workspace folder) of what may be read, ascending; folders
    /// end with `/`.
    fn names(&self, folder: &str) -> Vec<String>;
}

/// No files: between a key and its answer nothing is read.
pub struct NoFiles;

impl Files for NoFiles {
    fn text(&self, _: &str) -> Option<String> {
        None
    }

    fn names(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

/// Files by path, for tests and for what is held in memory.
impl Files for BTreeMap<String, String> {
    fn text(&self, path: &str) -> Option<String> {
        self.get(path).cloned()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let rests = self.keys().filter_map(|path| path.strip_prefix(&below));
        let mut names: Vec<String> = rests
            .map(|rest| match rest.split_once('/') {
                Some((folder, _)) => format!("{folder}/"),
                None => rest.to_owned(),
            })
            .collect();
        names.sort();
        names.dedup();
        names
    }
}
