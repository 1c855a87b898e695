//! What the file system said a moment ago: many files are judged one after the other, and the folders
//! that they share are looked at once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::files::Level;

/// Whether a file has one name only, but for links: elsewhere its name on disk may be spelt otherwise.
const ONE_SPELLING: bool = cfg!(target_os = "linux");

/// One look at the file system. What changes while it lives is not seen, so it lives for one gathering.
#[derive(Debug, Default)]
pub struct Glance {
    /// The real path of each folder, where it has one.
    real: Mutex<HashMap<PathBuf, Option<PathBuf>>>,
    /// The ignore files that hold in a folder so many folders below its root.
    levels: Mutex<HashMap<Key, Arc<[Level]>>>,
}

/// Which ignore files of which folder, and how deep it is.
type Key = (Kind, usize, PathBuf);

/// Which ignore files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Those that block.
    Blocking,
    /// Git's.
    Git,
    /// Those of tools that read code.
    Tools,
}

/// What a path leads to.
pub(super) struct Look {
    /// With links resolved; of a file that does not exist yet, its folder's.
    pub(super) real: Option<PathBuf>,
    pub(super) folder: bool,
}

impl Glance {
    /// Looks at a file. What it is itself is asked each time.
    pub(super) fn at(&self, path: &Path) -> Look {
        let (true, Some(parent), Some(name)) = (ONE_SPELLING, path.parent(), path.file_name())
        else {
            return Look { real: real_path(path), folder: path.is_dir() };
        };
        match path.symlink_metadata() {
            Ok(about) if about.is_symlink() => {
                Look { real: real_path(path), folder: path.is_dir() }
            }
            about => Look {
                real: self.real(parent).map(|parent| parent.join(name)),
                folder: about.is_ok_and(|about| about.is_dir()),
            },
        }
    }

    /// A folder with links resolved.
    pub(super) fn real(&self, folder: &Path) -> Option<PathBuf> {
        if let Some(known) = self.real.lock().get(folder) {
            return known.clone();
        }
        let real = folder.canonicalize().ok();
        self.real.lock().insert(folder.to_owned(), real.clone());
        real
    }

    /// The ignore files that hold for what lies in a folder so many folders below the root, read by `read`
    /// where they are not known.
    pub(super) fn levels(
        &self,
        kind: Kind,
        depth: usize,
        folder: &Path,
        read: impl FnOnce() -> Vec<Level>,
    ) -> Arc<[Level]> {
        let key = (kind, depth, folder.to_owned());
        if let Some(known) = self.levels.lock().get(&key) {
            return Arc::clone(known);
        }
        let levels: Arc<[Level]> = read().into();
        self.levels.lock().insert(key, Arc::clone(&levels));
        levels
    }
}

/// The path with symbolic links resolved; of a file that does not exist yet, its folder's.
fn real_path(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().or_else(|| {
        let folder = path.parent()?.canonicalize().ok()?;
        Some(folder.join(path.file_name()?))
    })
}
