//! What installed packages offer, for each workspace folder: read ahead, as files that import them are
//! worked on.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::retrieval::extract::Extractor;
use crate::retrieval::library::{Homes, Library, find, wanted};
use crate::retrieval::names::Names;
use crate::retrieval::symbol::FileSymbols;

/// The packages of a session's workspace folders.
#[derive(Default)]
pub(super) struct Packages {
    known: Mutex<HashMap<PathBuf, Library>>,
    /// One after the other, so that none is read twice.
    reading: Mutex<()>,
}

impl Packages {
    /// What has been read for a folder, by the names of its index.
    pub(super) fn of(&self, root: &Path, names: &Arc<Names>) -> Option<Library> {
        let known = self.known.lock().get(root).cloned();
        known.filter(|library| Arc::ptr_eq(library.index().names(), names))
    }

    /// Reads the packages that a file imports, those that have not been looked for; of what `may_read`
    /// refuses nothing. It blocks, up to a second for each.
    pub(super) fn learn(
        &self,
        root: &Path,
        file: &FileSymbols,
        names: &Arc<Names>,
        may_read: impl Fn(&Path) -> bool,
    ) {
        let _turn = self.reading.lock();
        let mut library = self.of(root, names).unwrap_or_else(|| Library::new(Arc::clone(names)));
        let new: Vec<String> = wanted(file).into_iter().filter(|key| !library.knows(key)).collect();
        if new.is_empty() {
            return;
        }
        let (homes, mut extractor) = (Homes::of_environment(), Extractor::default());
        let path = root.join(&*file.path);
        let folders: Vec<&Path> =
            path.ancestors().skip(1).take_while(|folder| folder.starts_with(root)).collect();
        for key in new {
            match find(&key, file.source.family(), &folders, &homes) {
                Some(package) if may_read(&package.folder) => {
                    library.add(&mut extractor, &package);
                }
                _ => library.add_missing(&key),
            }
            // What is there can be used while the rest is read.
            self.known.lock().insert(root.to_path_buf(), library.clone());
        }
    }
}
