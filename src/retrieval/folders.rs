//! The symbols of a session's workspace folders, and the one who feeds them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::RwLock;

use super::extract::Extractor;
use super::index::Index;
use super::index::manifests::Manifests;
use super::live::SharedIndex;
use super::source::Source;
use crate::code::{LARGEST, text};
use crate::guard::walk;

/// At most that many files of a folder are read; the rest of larger ones is left out.
const MOST_FILES: usize = 50_000;

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
    /// What was read, by a digest of its text.
    read: HashMap<PathBuf, u64>,
}

impl Feeder {
    /// For these folders.
    #[must_use]
    pub fn new(folders: Arc<Folders>) -> Self {
        Self { folders, extractor: Extractor::default(), read: HashMap::new() }
    }

    /// A file has this text now; `None` where it is gone or must not be used. What it had already
    /// costs nothing.
    pub fn take(&mut self, file: &Path, text: Option<&str>) {
        let Some((index, below)) = self.folders.of(file) else { return };
        let Some((source, text)) = Source::from_path(&below).zip(text) else {
            if self.read.remove(file).is_some() {
                index.remove(&below);
            }
            return;
        };
        let stamp = stamp(text);
        let known = self.read.get(file) == Some(&stamp);
        if known || (self.read.len() >= MOST_FILES && !self.read.contains_key(file)) {
            return;
        }
        match self.extractor.read(&below, source, text, &index.names()) {
            Some(symbols) => index.replace(symbols),
            None => index.remove(&below),
        }
        self.read.insert(file.to_path_buf(), stamp);
    }

    /// All files were read: what else is known is gone.
    pub fn keep(&mut self, files: &HashSet<PathBuf>) {
        let gone: Vec<PathBuf> =
            self.read.keys().filter(|file| !files.contains(*file)).cloned().collect();
        for file in gone {
            self.take(&file, None);
        }
    }

    /// Finds the manifests of a folder, and takes up what they say. Reads the folder.
    pub fn find_manifests(&self, root: &Path) {
        let name = |path: &Path| {
            path.file_name().is_some_and(|name| Manifests::reads(&name.to_string_lossy()))
        };
        let found = walk(root, LARGEST).flatten().map(ignore::DirEntry::into_path);
        let texts: Vec<(PathBuf, String)> = found
            .filter(|path| name(path))
            .filter_map(|path| Some((path.clone(), text(&path).ok()??)))
            .collect();
        self.manifests(root, texts.iter().map(|(file, text)| (file.as_path(), text.as_str())));
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
}

fn stamp(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
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
        feeder.keep(&HashSet::from(["/w/inner/b.py".into()]));
        assert_eq!(paths(&folders, "/w"), [""; 0]);
        assert_eq!(folders.files(), 1);
        feeder.take(Path::new("/w/inner/b.py"), None);
        assert_eq!(folders.files(), 0);
        folders.set_roots(&["/w".into()]);
        assert!(folders.index(Path::new("/w/inner")).is_none());
    }
}
