//! The index as it is now, for readers that never wait for those who change it for long.

use std::sync::Arc;

use parking_lot::RwLock;
use tokio::sync::watch;

use super::index::Index;
use super::index::manifests::Manifests;
use super::names::Names;
use super::symbol::FileSymbols;

/// Holds the newest index. Readers take a snapshot, which stays as it is; a change takes the lock for
/// about a tenth of a millisecond a file. Files are read before, without the lock.
#[derive(Default)]
pub struct SharedIndex {
    now: RwLock<Index>,
    changed: watch::Sender<()>,
}

impl SharedIndex {
    /// The index as of now.
    #[must_use]
    pub fn snapshot(&self) -> Index {
        self.now.read().clone()
    }

    /// Whether nothing is in it yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.now.read().is_empty()
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.now.read().len()
    }

    /// The names that a file's symbols must be of.
    #[must_use]
    pub fn names(&self) -> Arc<Names> {
        Arc::clone(self.now.read().names())
    }

    /// Wakes when a file has changed.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Puts a whole index in place of the one there was.
    pub fn put(&self, index: Index) {
        *self.now.write() = index;
        self.changed.send_replace(());
    }

    /// Puts a file in, in place of what its path had. Its names must be those of this index.
    pub fn replace(&self, file: FileSymbols) {
        self.now.write().replace(file);
        self.changed.send_replace(());
    }

    /// Takes a file out, if it is in.
    pub fn remove(&self, path: &str) -> bool {
        let is_in = self.now.read().id(path).is_some();
        if is_in {
            self.now.write().remove(path);
            self.changed.send_replace(());
        }
        is_in
    }

    /// The stamp of the text that a file was read from.
    #[must_use]
    pub fn stamp(&self, path: &str) -> Option<u64> {
        let now = self.now.read();
        Some(now.file(now.id(path)?)?.stamp)
    }

    /// Says what the workspace's manifests say.
    pub fn set_manifests(&self, manifests: Manifests) {
        self.now.write().set_manifests(manifests);
    }
}
