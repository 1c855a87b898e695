//! What outlives the process, in the cache folder: the embedded model's index, the symbols of each
//! workspace folder, and how the files looked that they were read from.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Reach;
use super::seen::Seen;
use crate::local;
use crate::log::make_private;
use crate::retrieval::folders::{Folders, MOST_FILES};
use crate::retrieval::index;
use crate::sealed::Unusable;

/// Most files kept of each kind; the oldest go first.
const MOST: usize = 20;
/// What is still not whole after that long was left by a process that was killed.
const ABANDONED: Duration = Duration::from_secs(3600);

/// How the names of the files end.
const INDEX: &str = "index";
const SYMBOLS: &str = "symbols";
const SEEN: &str = "seen";
const PART: &str = "part";

/// Where it is kept for what is to be read.
pub struct Kept {
    folder: PathBuf,
    index: PathBuf,
    seen: PathBuf,
    /// By the workspace's folders.
    symbols: Vec<(PathBuf, PathBuf)>,
}

impl Kept {
    /// In that folder.
    #[must_use]
    pub fn new(folder: &Path, reach: &Reach) -> Self {
        let file = |of: u64, ending: &str| folder.join(format!("{of:016x}.{ending}"));
        let symbols = |root: &PathBuf| {
            let of = hash((&reach.roots, root, MOST_FILES));
            (root.clone(), file(of, SYMBOLS))
        };
        Self {
            index: file(hash((&reach.roots, reach.limits.tokens, reach.dependencies)), INDEX),
            seen: file(hash((&reach.roots, reach.dependencies)), SEEN),
            symbols: reach.roots.iter().map(symbols).collect(),
            folder: folder.to_path_buf(),
        }
    }

    /// Reads the embedded model's index; none where there is none that can be used.
    #[must_use]
    pub fn index(&self) -> Option<local::Index> {
        usable(local::Index::read(&self.index))
    }

    /// How the files looked.
    #[must_use]
    pub fn seen(&self) -> Seen {
        usable(Seen::load(&self.seen)).unwrap_or_default()
    }

    /// Reads the symbols of the folders of which none are known; whether that are all of them.
    pub fn read_symbols(&self, folders: &Folders) -> bool {
        let mut all = true;
        for (root, file) in &self.symbols {
            let empty = folders.index(root).is_some_and(|index| index.is_empty());
            match empty.then(|| usable(index::Index::load(file))).flatten() {
                Some(index) => folders.put(root.clone(), index),
                None => all = false,
            }
        }
        all
    }

    /// Keeps the embedded model's index, as far as it can be: a full disk or a folder that cannot be
    /// written only means that it is built anew the next time. So it is of the others.
    pub fn keep_index(&self, index: &local::Index) {
        self.keep(&self.index, INDEX, |file| index.save(file));
    }

    /// Keeps the symbols of every folder.
    pub fn keep_symbols(&self, folders: &Folders) {
        for (root, file) in &self.symbols {
            if let Some(index) = folders.index(root) {
                self.keep(file, SYMBOLS, |file| index.snapshot().save(file));
            }
        }
    }

    /// Keeps how the files looked.
    pub fn keep_seen(&self, seen: &Seen) {
        self.keep(&self.seen, SEEN, |file| seen.save(file));
    }

    fn keep(&self, file: &Path, ending: &str, save: impl FnOnce(&Path) -> io::Result<()>) {
        let kept = make_private(&self.folder).and_then(|()| {
            forget_oldest(&self.folder, file, ending);
            save(file)
        });
        if let Err(error) = kept {
            tracing::warn!("{}", not_kept("the index of the workspace is", file, &error));
        }
    }
}

/// Why something that can be made again is not kept in the cache folder, and what to do.
#[must_use]
pub fn not_kept(what: &str, file: &Path, error: &io::Error) -> String {
    let remedy = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room there",
        ErrorKind::PermissionDenied => "give yourself the right to write there",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "move the file away that stands in the folder's place"
        }
        _ => "see that the folder can be written",
    };
    let file = file.display();
    format!(
        "{what} not kept, and made anew at the next start: {file}: {error}; {remedy}, or set XDG_CACHE_HOME to another folder"
    )
}

fn hash(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

fn usable<T>(read: Result<T, Unusable>) -> Option<T> {
    match read {
        Ok(read) => Some(read),
        Err(Unusable::Unreadable(error)) if error.kind() == ErrorKind::NotFound => None,
        Err(why) => {
            tracing::info!("{why}");
            None
        }
    }
}

/// Makes room for a file of that ending.
fn forget_oldest(folder: &Path, file: &Path, ending: &str) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.path();
        let Ok(at) = entry.metadata().and_then(|of| of.modified()) else { continue };
        let has = |ending: &str| path.extension().is_some_and(|it| it == ending);
        if has(PART) && at.elapsed().is_ok_and(|age| age > ABANDONED) {
            let _ = std::fs::remove_file(&path);
        } else if has(ending) && path != file {
            files.push((at, path));
        }
    }
    files.sort();
    let surplus = (files.len() + 1).saturating_sub(MOST);
    for (_, file) in files.into_iter().take(surplus) {
        let _ = std::fs::remove_file(file);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_kept_says_why_and_what_to_do() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("cache");
        std::fs::write(&place, "").unwrap();
        let file = place.join("a.index");
        let real = std::fs::write(&file, "").unwrap_err();
        for (error, remedy) in [
            (real, "move the file away"),
            (ErrorKind::StorageFull.into(), "make room there"),
            (ErrorKind::PermissionDenied.into(), "the right to write there"),
            (ErrorKind::ReadOnlyFilesystem.into(), "can be written"),
        ] {
            let told = not_kept("the index is", &file, &error);
            assert!(told.starts_with("the index is not kept"), "{told}");
            for part in [&*file.to_string_lossy(), &error.to_string(), remedy, "XDG_CACHE_HOME"] {
                assert!(told.contains(part), "{part}: {told}");
            }
        }
    }
}
