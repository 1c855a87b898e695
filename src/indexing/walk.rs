//! The files of a workspace in the order in which they matter: those near open files first, then the
//! most recently changed.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ignore::WalkBuilder;

use super::code;

/// Most files that are looked at by name.
const MOST: usize = 500_000;

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walked {
    /// The files, those that matter most first.
    pub files: Vec<PathBuf>,
    /// Folders and files that could not be looked at.
    pub unreadable: usize,
    /// There were more than are looked at.
    pub more: bool,
}

/// All code in folders, as their ignore rules leave it. Links are not followed. `go_on` is asked at
/// every file; `None` where it said no. Reads the folders.
pub fn walk(roots: &[PathBuf], open: &[PathBuf], mut go_on: impl FnMut() -> bool) -> Option<Walked> {
    let mut walked = Walked::default();
    let mut found: Vec<(usize, std::cmp::Reverse<SystemTime>, PathBuf)> = Vec::new();
    for root in roots {
        let walk = WalkBuilder::new(root)
            .add_custom_ignore_filename(".foretypeignore")
            .max_filesize(Some(code::LARGEST))
            .build();
        for entry in walk {
            if !go_on() {
                return None;
            }
            let Ok(entry) = entry else {
                walked.unreadable += 1;
                continue;
            };
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            if !is_file || code::language(entry.path()).is_none() {
                continue;
            }
            if found.len() == MOST {
                walked.more = true;
                break;
            }
            let changed = entry.metadata().ok().and_then(|it| it.modified().ok());
            let changed = std::cmp::Reverse(changed.unwrap_or(SystemTime::UNIX_EPOCH));
            let path = entry.into_path();
            let far = open.iter().map(|other| distance(other, &path)).min().unwrap_or(0);
            found.push((far, changed, path));
        }
    }
    found.sort_unstable();
    found.dedup_by(|one, other| one.2 == other.2);
    walked.files = found.into_iter().map(|(.., path)| path).collect();
    Some(walked)
}

/// The files beside a file, and beside its folder: what can be read at once.
#[must_use]
pub fn neighbours(roots: &[PathBuf], file: &Path, most: usize) -> Vec<PathBuf> {
    let Some(folder) = file.parent() else { return Vec::new() };
    if !roots.iter().any(|root| folder.starts_with(root)) {
        return Vec::new();
    }
    let inside = |folder: &&Path| roots.iter().any(|root| folder.starts_with(root));
    let mut files = Vec::new();
    for folder in folder.ancestors().take(2).filter(inside) {
        let walk = WalkBuilder::new(folder)
            .add_custom_ignore_filename(".foretypeignore")
            .max_filesize(Some(code::LARGEST))
            .max_depth(Some(2))
            .build();
        for entry in walk.flatten().take(most * 4) {
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            if is_file && code::language(entry.path()).is_some() {
                files.push(entry.into_path());
            }
        }
    }
    files.sort_by_key(|path| distance(file, path));
    files.dedup();
    files.truncate(most);
    files
}

/// Folders to go up and down from one file to another.
fn distance(from: &Path, to: &Path) -> usize {
    let folders = |path: &Path| path.components().count();
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    folders(from) + folders(to) - 2 * shared.min(folders(from).min(folders(to)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_near_and_the_new_come_first() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_path_buf();
        for name in ["a/one.rs", "a/two.rs", "b/c/far.rs", "b/old.rs", "target/x.rs", "x.bin"] {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "fn main() {}\n").unwrap();
        }
        std::fs::write(root.join(".foretypeignore"), "target/\n").unwrap();
        let roots = [root.clone()];
        let names = |open: &[PathBuf]| -> Vec<String> {
            let files = walk(&roots, open, || true).unwrap().files;
            let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().display().to_string();
            files.iter().map(|path| name(path).replace('\\', "/")).collect()
        };
        let near = names(&[root.join("a/one.rs")]);
        assert_eq!(near[..2], ["a/one.rs", "a/two.rs"]);
        assert_eq!(near.len(), 4);
        assert!(walk(&roots, &[], || false).is_none());
        let beside = neighbours(&roots, &root.join("a/one.rs"), 10);
        assert!(beside.starts_with(&[root.join("a/one.rs"), root.join("a/two.rs")]), "{beside:?}");
        // Nothing outside of the workspace is read.
        assert!(neighbours(&roots, Path::new("/elsewhere/a.rs"), 10).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_circle_of_links_ends() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.rs"), "fn main() {}\n").unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
        let walked = walk(&[folder.path().to_path_buf()], &[], || true).unwrap();
        assert_eq!(walked.files.len(), 1);
    }
}
