//! Projects as they were read, for a while: an action does not read a tree of files for each click.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::Project;
use crate::document::language::Language;

/// How long what was read holds where nobody tells of changes.
const HOLDS: Duration = Duration::from_secs(60);
/// Folders that are remembered.
const MANY: usize = 256;

/// A folder and a language.
type Key = (PathBuf, &'static str);

/// What has been read, by folder and language.
#[derive(Default)]
pub struct Projects {
    known: Mutex<HashMap<Key, (Arc<Project>, Instant)>>,
}

impl Projects {
    /// The project of a file. Reads it on a blocking thread, unless it is known.
    pub async fn of(&self, file: &Path, root: Option<&Path>, language: Language) -> Arc<Project> {
        let folder = file.parent().unwrap_or(file).to_path_buf();
        let key = (folder, language.id());
        let known = self.known.lock().get(&key).cloned();
        if let Some((project, at)) = known
            && at.elapsed() < HOLDS
        {
            return project;
        }
        let (file, root) = (file.to_path_buf(), root.map(Path::to_path_buf));
        let read = move || Project::read(&file, root.as_deref(), language);
        let project = Arc::new(tokio::task::spawn_blocking(read).await.unwrap_or_default());
        let mut known = self.known.lock();
        if known.len() >= MANY {
            known.clear();
        }
        known.insert(key, (Arc::clone(&project), Instant::now()));
        project
    }

    /// A manifest has changed.
    pub fn forget(&self) {
        self.known.lock().clear();
    }
}
