//! The index as it is now, for readers that never wait for those who change it for long.

use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
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
    changes: Mutex<Changes>,
}

/// Which file was changed last, and when one but that: all that is needed to say when any other than a
/// given one was.
#[derive(Default)]
struct Changes {
    path: Arc<str>,
    number: u64,
    another: u64,
}

impl Changes {
    fn note(&mut self, path: &Arc<str>) {
        if self.path != *path {
            self.another = self.number;
            self.path = Arc::clone(path);
        }
        self.number += 1;
    }
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
        self.note(&Arc::default());
    }

    /// Puts a file in, in place of what its path had. Its names must be those of this index.
    pub fn replace(&self, file: FileSymbols) {
        let path = Arc::clone(&file.path);
        self.now.write().replace(file);
        self.note(&path);
    }

    /// Takes a file out, if it is in.
    pub fn remove(&self, path: &str) -> bool {
        let is_in = self.now.read().id(path).is_some();
        if is_in {
            self.now.write().remove(path);
            self.note(&path.into());
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
        self.changes.lock().note(&Arc::default());
    }

    /// A number that grows whenever a file other than this one has changed.
    #[must_use]
    pub fn changes_beside(&self, path: &str) -> u64 {
        let changes = self.changes.lock();
        if *changes.path == *path { changes.another } else { changes.number }
    }

    fn note(&self, path: &Arc<str>) {
        self.changes.lock().note(path);
        self.changed.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_changes_of_one_file_are_none_of_the_others() {
        let index = SharedIndex::default();
        let (own, other): (Arc<str>, Arc<str>) = ("own".into(), "other".into());
        let mut seen = index.changes_beside(&own);
        for (path, grows) in [
            (&own, false),
            (&own, false),
            (&other, true),
            (&other, true),
            (&own, false),
            (&own, false),
            (&other, true),
            (&own, false),
        ] {
            index.note(path);
            let now = index.changes_beside(&own);
            assert_eq!((now > seen, now == seen), (grows, !grows), "{path}: {seen} {now}");
            seen = now;
        }
    }
}
