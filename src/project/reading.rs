//! Files and folders of a project, read within bounds.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A larger manifest (bytes) is none.
const MANIFEST: u64 = 512 * 1024;
/// Entries of one folder that are looked at.
const ENTRIES: usize = 4_096;
/// Entries below a folder that are looked at.
const WALKED: usize = 20_000;
/// Folders that hold what others wrote, or what a tool made.
const FOREIGN: [&str; 13] = [
    "node_modules",
    "target",
    "dist",
    "build",
    "out",
    "vendor",
    "venv",
    "env",
    "__pycache__",
    "bower_components",
    "coverage",
    "third_party",
    "site-packages",
];

/// A whole text file of at most so many bytes.
pub(crate) fn whole(file: &Path, limit: u64) -> Option<String> {
    let found = std::fs::metadata(file).ok()?;
    if !found.is_file() || found.len() > limit {
        return None;
    }
    let mut bytes = Vec::new();
    // It may grow while it is read.
    File::open(file).ok()?.take(limit + 1).read_to_end(&mut bytes).ok()?;
    if bytes.len() as u64 > limit {
        return None;
    }
    let text = String::from_utf8(bytes).ok()?;
    Some(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned))
}

/// The beginning of a text file, up to a line's end.
pub(crate) fn beginning(file: &Path, limit: u64) -> Option<String> {
    if !std::fs::metadata(file).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(file).ok()?.take(limit).read_to_end(&mut bytes).ok()?;
    let cut = bytes.len() as u64 == limit;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let end = if cut { text.rfind('\n').map_or(0, |at| at + 1) } else { text.len() };
    text.get(..end).map(ToOwned::to_owned)
}

/// A manifest's text.
pub(crate) fn manifest(file: &Path) -> Option<String> {
    whole(file, MANIFEST)
}

/// The nearest folder's file of that name that can be read.
pub(crate) fn nearest(folders: &[&Path], name: &str) -> Option<(PathBuf, String)> {
    folders.iter().find_map(|folder| {
        let file = folder.join(name);
        Some((file.clone(), manifest(&file)?))
    })
}

/// The names of the files in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().take(ENTRIES).flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let mut names: Vec<String> =
        files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// The files below a folder, the nearer ones first; hidden and foreign folders and links are left
/// out.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders, mut seen) = (Vec::new(), vec![folder.to_path_buf()], 0);
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        let entries = std::fs::read_dir(&folder).into_iter().flatten().take(ENTRIES).flatten();
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            seen += 1;
            if seen > WALKED {
                return files;
            }
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_file() {
                files.push(entry.path());
            } else if kind.is_dir() && !name.starts_with('.') && !FOREIGN.contains(&&*name) {
                folders.push(entry.path());
            }
        }
    }
    files
}

/// A file's name without its folder.
pub(crate) fn name(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A file's name without its folder and its last ending.
pub(crate) fn stem(file: &Path) -> String {
    file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        std::fs::write(at("a.txt"), "\u{feff}ab\ncd\n").unwrap();
        assert_eq!(whole(&at("a.txt"), 100).as_deref(), Some("ab\ncd\n"));
        assert_eq!(whole(&at("a.txt"), 4), None);
        assert_eq!(beginning(&at("a.txt"), 8).as_deref(), Some("\u{feff}ab\n"));
        std::fs::write(at("b.bin"), [0xff, 0xfe]).unwrap();
        assert_eq!(
            (whole(&at("b.bin"), 9), whole(home.path(), 9), whole(&at("x"), 9)),
            (None, None, None)
        );
        // A sparse file of many megabytes.
        File::create(at("big")).unwrap().set_len(500 << 20).unwrap();
        assert_eq!(manifest(&at("big")), None);
        assert_eq!(beginning(&at("big"), 10).as_deref(), Some(""));
        std::fs::create_dir_all(at("sub/node_modules/x")).unwrap();
        std::fs::create_dir_all(at("sub/.git")).unwrap();
        for file in ["sub/c.txt", "sub/node_modules/x/d.txt", "sub/.git/e.txt"] {
            std::fs::write(at(file), "x").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(home.path(), at("sub/loop")).unwrap();
        let files: Vec<String> = below(home.path()).iter().map(|file| name(file)).collect();
        assert_eq!(files, ["a.txt", "b.bin", "big", "c.txt"]);
        assert_eq!(names(home.path()), ["a.txt", "b.bin", "big"]);
    }
}
