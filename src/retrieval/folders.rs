//! The symbols of a session's workspace folders, and the one who feeds them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::RwLock;

use super::extract::Extractor;
use super::index::Index;
use super::index::manifests::Manifests;
use super::live::SharedIndex;
use super::source::Source;
use crate::code::{stamp_of, text};

/// At most that many files of a folder are known; the rest of larger ones is left out.
pub const MOST_FILES: usize = 50_000;

/// The symbols of each folder. What is asked here waits for nobody who reads files.
#[derive(Default)]
pub struct Folders {
    all: RwLock<BTreeMap<PathBuf, Arc<SharedIndex>>>,
}

impl Folders {
    /// The folders; what is known of those that are no longer among them is forgotten.
    pub fn set_roots(&self, roots: &[PathBuf]) {
        let mut all = self.all.write();
        all.retain(|root, _| roots.contains(root));
        for root in roots {
            all.entry(root.clone()).or_default();
        }
    }

    /// Puts a whole index in, as it was read by someone else.
    pub fn put(&self, root: PathBuf, index: Index) {
        let shared = Arc::clone(self.all.write().entry(root).or_default());
        shared.put(index);
    }

    /// A folder's symbols.
    #[must_use]
    pub fn index(&self, root: &Path) -> Option<Arc<SharedIndex>> {
        self.all.read().get(root).cloned()
    }

    /// Files in all of them.
    #[must_use]
    pub fn files(&self) -> usize {
        self.all.read().values().map(|index| index.len()).sum()
    }

    /// Bytes of memory they take, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let all: Vec<Arc<SharedIndex>> = self.all.read().values().cloned().collect();
        all.iter().map(|index| index.snapshot().bytes()).sum()
    }

    /// The innermost folder that holds a file, and the file's path below it.
    fn of(&self, file: &Path) -> Option<(Arc<SharedIndex>, String)> {
        let all = self.all.read();
        let holds = all.iter().filter(|(root, _)| file.starts_with(root));
        let (root, index) = holds.max_by_key(|(root, _)| root.as_os_str().len())?;
        let below = file.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/");
        Some((Arc::clone(index), below))
    }
}

/// Puts files into the folders' indexes, on one thread.
pub struct Feeder {
    folders: Arc<Folders>,
    extractor: Extractor,
    /// Files that were put in or taken out.
    changes: usize,
    /// Files that had no room, since it was last asked.
    no_room: usize,
}

impl Feeder {
    /// For these folders.
    #[must_use]
    pub fn new(folders: Arc<Folders>) -> Self {
        Self { folders, extractor: Extractor::default(), changes: 0, no_room: 0 }
    }

    /// A file has this text now; `None` where it is gone or must not be used. What it had already
    /// costs nothing.
    pub fn take(&mut self, file: &Path, text: Option<&str>) {
        let Some((index, below)) = self.folders.of(file) else { return };
        let Some((source, text)) = Source::from_path(&below).zip(text) else {
            self.changes += usize::from(index.remove(&below));
            return;
        };
        let (stamp, known) = (stamp_of(text), index.stamp(&below));
        if known == Some(stamp) {
            return;
        }
        if known.is_none() && index.len() >= MOST_FILES {
            self.no_room += 1;
            return;
        }
        self.changes += 1;
        match self.extractor.read(&below, source, text, &index.names()) {
            Some(mut symbols) => {
                symbols.stamp = stamp;
                index.replace(symbols);
            }
            None => {
                index.remove(&below);
            }
        }
    }

    /// Whether nothing of a file with a text of that [stamp](stamp_of) is left to take.
    #[must_use]
    pub fn has(&self, file: &Path, stamp: u64) -> bool {
        let Some((index, below)) = self.folders.of(file) else { return true };
        Source::from_path(&below).is_none() || index.stamp(&below) == Some(stamp)
    }

    /// Takes out what `is_there` says is gone.
    pub fn keep(&mut self, is_there: impl Fn(&Path) -> bool) {
        for (root, index) in self.folders.all.read().clone() {
            for (_, file) in index.snapshot().files() {
                if !is_there(&root.join(&*file.path)) {
                    self.changes += usize::from(index.remove(&file.path));
                }
            }
        }
    }

    /// How many files were put in or taken out so far.
    #[must_use]
    pub const fn changes(&self) -> usize {
        self.changes
    }

    /// Files that had no room since this was asked last.
    pub fn no_room(&mut self) -> usize {
        std::mem::take(&mut self.no_room)
    }

    /// What the manifests of a folder say: their paths, and their texts.
    pub fn manifests<'a>(&self, root: &Path, texts: impl Iterator<Item = (&'a Path, &'a str)>) {
        let Some(index) = self.folders.index(root) else { return };
        let mut manifests = Manifests::default();
        for (file, text) in texts {
            if let Ok(below) = file.strip_prefix(root) {
                manifests.add(&below.to_string_lossy().replace('\\', "/"), text);
            }
        }
        index.set_manifests(manifests);
    }

    /// Reads manifests of a folder, and takes up what they say.
    pub fn read_manifests<'a>(&self, root: &Path, files: impl Iterator<Item = &'a Path>) {
        let read = |file: &'a Path| Some((file, text(file).ok()??));
        let texts: Vec<(&Path, String)> = files.filter_map(read).collect();
        self.manifests(root, texts.iter().map(|(file, text)| (*file, text.as_str())));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn paths(folders: &Folders, root: &str) -> Vec<String> {
        let index = folders.index(Path::new(root)).unwrap().snapshot();
        let mut paths: Vec<_> = index.files().map(|(_, file)| file.path.to_string()).collect();
        paths.sort();
        paths
    }

    fn defines(folders: &Folders, root: &str, name: &str) -> bool {
        let index = folders.index(Path::new(root)).unwrap().snapshot();
        let name = index.names().get(name);
        name.is_some_and(|name| !index.definitions(name).is_empty())
    }

    #[test]
    fn each_file_goes_to_the_innermost_folder_and_out_again() {
        let folders = Arc::new(Folders::default());
        folders.set_roots(&["/w".into(), "/w/inner".into()]);
        let mut feeder = Feeder::new(Arc::clone(&folders));
        feeder.take(Path::new("/w/a.py"), Some("def alpha(): pass\n"));
        feeder.take(Path::new("/w/inner/b.py"), Some("def beta(): pass\n"));
        feeder.take(Path::new("/elsewhere/c.py"), Some("def gamma(): pass\n"));
        feeder.take(Path::new("/w/d.txt"), Some("def delta(): pass\n"));
        assert_eq!(paths(&folders, "/w"), ["a.py"]);
        assert_eq!(paths(&folders, "/w/inner"), ["b.py"]);
        feeder.take(Path::new("/w/a.py"), Some("def changed(): pass\n"));
        assert!(defines(&folders, "/w", "changed") && !defines(&folders, "/w", "alpha"));
        assert!(feeder.has(Path::new("/w/a.py"), stamp_of("def changed(): pass\n")));
        assert!(!feeder.has(Path::new("/w/a.py"), stamp_of("def alpha(): pass\n")));
        // The same again is no change.
        let changes = feeder.changes();
        feeder.take(Path::new("/w/a.py"), Some("def changed(): pass\n"));
        assert_eq!(feeder.changes(), changes);
        feeder.keep(|file| file == Path::new("/w/inner/b.py"));
        assert_eq!(paths(&folders, "/w"), [""; 0]);
        assert_eq!(folders.files(), 1);
        feeder.take(Path::new("/w/inner/b.py"), None);
        assert_eq!(folders.files(), 0);
        folders.set_roots(&["/w".into()]);
        assert!(folders.index(Path::new("/w/inner")).is_none());
    }
}
