//! What of a folder has been embedded, by what the symbols' index has read.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::retrieval::chunks::rows;
use crate::retrieval::index::Index;
use crate::retrieval::symbol::FileSymbols;
use crate::retrieval::vectors::chunks::cut;
use crate::retrieval::vectors::{Chunk, Piece, Scope};
use crate::workspace::root_config::RootConfig;
use crate::workspace::surroundings::Surroundings;

/// The files whose chunks have their vectors.
#[derive(Default)]
pub(super) struct Known {
    files: HashMap<Arc<str>, (Arc<FileSymbols>, Vec<Chunk>)>,
    /// Chunks of the last session, of files that have not been read again yet.
    before: Vec<Chunk>,
}

impl Known {
    /// With the chunks of the last session.
    pub(super) fn since(before: Vec<Chunk>) -> Self {
        Self { files: HashMap::new(), before }
    }

    /// The files that the index has read anew, in their order; forgets those that are gone, and says
    /// whether any were.
    pub(super) fn stale(&mut self, index: &Index, root: &Path) -> (Vec<Arc<FileSymbols>>, bool) {
        let before = self.files.len() + self.before.len();
        self.files.retain(|path, _| index.id(path).is_some());
        // The index may not have come so far yet.
        self.before
            .retain(|chunk| index.id(&chunk.path).is_some() || root.join(&*chunk.path).exists());
        let gone = self.files.len() + self.before.len() < before;
        let new = |file: &&Arc<FileSymbols>| {
            !self.files.get(&file.path).is_some_and(|(known, _)| Arc::ptr_eq(known, file))
        };
        let mut read: Vec<_> = index.files().map(|(_, file)| file).filter(new).cloned().collect();
        read.sort_by(|a, b| a.path.cmp(&b.path));
        (read, gone)
    }

    /// A file's chunks have their vectors.
    pub(super) fn insert(&mut self, file: Arc<FileSymbols>, chunks: Vec<Chunk>) {
        self.files.insert(Arc::clone(&file.path), (file, chunks));
    }

    /// All chunks.
    pub(super) fn chunks(&mut self) -> Vec<Chunk> {
        self.before.retain(|chunk| !self.files.contains_key(&chunk.path));
        let now = self.files.values().flat_map(|(_, chunks)| chunks);
        now.chain(&self.before).cloned().collect()
    }
}

/// The pieces of files, as they are now; of what must not be told there are none. Reads files: it
/// blocks.
pub(super) fn pieces(
    surroundings: &Surroundings,
    root: &Path,
    config: &Arc<RootConfig>,
    files: &[Arc<FileSymbols>],
) -> Vec<(Arc<FileSymbols>, Vec<Piece>)> {
    let (disk, scope) = (surroundings.disk(root, config), here());
    let read = |file: &Arc<FileSymbols>| {
        let text = surroundings.text_now(&disk, root, &file.path).unwrap_or_default();
        (Arc::clone(file), cut(&scope, &file.path, &text, rows(file, &text)))
    };
    files.iter().map(read).collect()
}

/// A store of one folder needs no name for it.
fn here() -> Arc<Scope> {
    Arc::new(Scope { repository: String::new(), branch: String::new() })
}
