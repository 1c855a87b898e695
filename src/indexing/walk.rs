//! The files of a workspace in the order in which they matter: those near open files first, then the
//! most recently changed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::ignored::Ignored;
use super::seen::{digest, look_of};
use super::world::LeftOut;
use super::{Reach, dependencies};
use crate::code;
use crate::guard;
use crate::project;
use crate::retrieval::index::manifests::Manifests;

/// Most files that are known by name.
const MOST: usize = 500_000;
/// Most folders of open files that nearness is counted from.
const CENTRES: usize = 8;

/// Most manifests.
const MANIFESTS: usize = 5_000;

/// Whether a file says where imports lead.
pub(super) fn is_manifest(file: &Path) -> bool {
    file.file_name().and_then(|name| name.to_str()).is_some_and(Manifests::reads)
}

/// Whether a file says which dependencies there are.
pub(super) fn is_lock(file: &Path) -> bool {
    file.file_name().and_then(|name| name.to_str()).is_some_and(project::is_lock)
}

/// A file of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// By what it is known again without being read, see [`look_of`].
    pub look: Option<u64>,
    changed: SystemTime,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walked {
    found: Vec<Found>,
    /// Files that say where imports lead, by folder of the workspace.
    pub manifests: Vec<(PathBuf, PathBuf)>,
    /// How many of them are the workspace's own; none where all are.
    own: Option<usize>,
    /// What is left out already: [`LeftOut::no_room`] by its name alone.
    pub left_out: LeftOut,
}

/// All code that is to be read, as the ignore rules and `completion.ignore` leave it. Links are not followed. `go_on` is asked
/// at every file, and its error ends it. Reads the folders.
///
/// # Errors
/// That of `go_on`.
pub fn walk<E>(reach: &Reach, mut go_on: impl FnMut() -> Result<(), E>) -> Result<Walked, E> {
    let mut walked = Walked::default();
    let ignored = Ignored::of(reach);
    for root in &reach.roots {
        walked.add(guard::walk(root, u64::MAX), Some(root), &ignored, &mut go_on)?;
    }
    if reach.dependencies {
        walked.own = Some(walked.found.len());
        for folder in reach.roots.iter().flat_map(|root| dependencies::folders(root)) {
            walked.add(guard::walk_ignored(&folder, u64::MAX), None, &ignored, &mut go_on)?;
        }
    }
    Ok(walked)
}

impl Walked {
    fn add<E>(
        &mut self,
        walk: ignore::Walk,
        root: Option<&Path>,
        ignored: &Ignored,
        go_on: &mut impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let left_out = &mut self.left_out;
        let now = SystemTime::now();
        for entry in walk {
            go_on()?;
            let Ok(entry) = entry else {
                left_out.unreadable += 1;
                continue;
            };
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            if let Some(root) = root.filter(|_| is_file && is_manifest(entry.path()))
                && self.manifests.len() < MANIFESTS
            {
                self.manifests.push((root.to_path_buf(), entry.path().to_path_buf()));
            }
            let is_code = is_file && code::language(entry.path()).is_some();
            if !is_code || ignored.has(entry.path()) {
                continue;
            }
            let Ok(of) = entry.metadata() else {
                left_out.unreadable += 1;
                continue;
            };
            if of.len() > code::LARGEST {
                left_out.too_large += 1;
            } else if self.found.len() == MOST {
                left_out.no_room += 1;
            } else {
                let changed = of.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                let look = look_of(&of, now);
                self.found.push(Found { path: entry.into_path(), look, changed });
            }
        }
        Ok(())
    }

    /// The files: those near open ones first, then the most recently changed; dependencies last.
    #[must_use]
    pub fn in_order(self, open: &[PathBuf]) -> Vec<Found> {
        let mut centres: Vec<&Path> = open.iter().filter_map(|file| file.parent()).collect();
        centres.sort_unstable();
        centres.dedup();
        centres.truncate(CENTRES);
        let far = |path: &Path| {
            let folder = path.parent().unwrap_or(path);
            centres.iter().map(|centre| distance(centre, folder)).min().unwrap_or(0)
        };
        let own = self.own.unwrap_or(self.found.len());
        let found = self.found.into_iter().enumerate();
        let mut found: Vec<(bool, usize, Found)> =
            found.map(|(number, found)| (number >= own, far(&found.path), found)).collect();
        found.sort_unstable_by(|(foreign, far, of), (other_foreign, other_far, other)| {
            let near = (foreign, far).cmp(&(other_foreign, other_far));
            near.then(other.changed.cmp(&of.changed)).then_with(|| of.path.cmp(&other.path))
        });
        let mut seen = HashSet::new();
        found.retain(|(.., found)| seen.insert(digest(&found.path)));
        found.into_iter().map(|(.., found)| found).collect()
    }
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
        let walk = guard::walk_near(folder, code::LARGEST, 2);
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

/// Folders to go up and down from one path to another.
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
        let roots = vec![root.clone()];
        let reach = Reach { roots: roots.clone(), ..Reach::default() };
        let names = |open: &[PathBuf]| -> Vec<String> {
            let files = walk(&reach, || Ok::<(), ()>(())).unwrap().in_order(open);
            let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().display().to_string();
            files.iter().map(|found| name(&found.path).replace('\\', "/")).collect()
        };
        let mut near = names(&[root.join("a/one.rs")]);
        let far = near.split_off(2);
        near.sort();
        assert_eq!((near, far.len()), (vec!["a/one.rs".to_owned(), "a/two.rs".to_owned()], 2));
        assert!(walk(&reach, || Err(())).is_err());
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
        let reach = Reach { roots: vec![folder.path().to_path_buf()], ..Reach::default() };
        let walked = walk(&reach, || Ok::<(), ()>(())).unwrap();
        assert_eq!(walked.in_order(&[]).len(), 1);
    }
}
