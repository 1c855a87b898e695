//! The files that places are drawn from: code that people wrote, as the project keeps it.

use std::path::{Path, PathBuf};

use super::copies::Copies;
use super::draw::Draw;
use crate::code;
use crate::document::language::Language;
use crate::guard::walk;

/// Most files that are looked at by name.
const MOST_NAMES: usize = 500_000;
/// Most files, and most bytes of them, that are read.
const MOST_FILES: usize = 4_000;
const MOST_BYTES: usize = 128 * 1024 * 1024;

/// A file as it is drawn from.
pub struct Source {
    /// Its place.
    pub path: PathBuf,
    /// Its path in the folder.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// Its text.
    pub text: String,
}

/// What was found.
#[derive(Default)]
pub struct Found {
    /// What can be drawn from.
    pub sources: Vec<Source>,
    /// Files that could not be read.
    pub unreadable: usize,
    /// Files that are [copies](super::copies) of those.
    pub copies: usize,
    /// There were more than are looked at.
    pub more: bool,
}

/// The code in a folder: what its ignore rules leave, without secrets, generated files, copies and
/// what is no code. Where there is too much, a part that the seed draws.
///
/// Reads the folder; to be cancelled by `go_on`, which gets how many files have been read.
#[must_use]
pub fn find(root: &Path, draw: &mut Draw, mut go_on: impl FnMut(usize) -> bool) -> Found {
    let mut found = Found::default();
    let mut names = names(root, &mut found, || go_on(0));
    draw.shuffle(&mut names);
    let mut copies = Copies::default();
    let mut bytes = 0;
    for (path, language) in names {
        if found.sources.len() == MOST_FILES || bytes > MOST_BYTES || !go_on(found.sources.len()) {
            found.more = true;
            break;
        }
        match source(root, path, language) {
            Err(_) => found.unreadable += 1,
            Ok(Some(source)) if copies.keep(source.language, &source.text) => {
                bytes += source.text.len();
                found.sources.push(source);
            }
            // Empty ones are no loss.
            Ok(Some(source)) => found.copies += usize::from(!source.text.trim().is_empty()),
            Ok(None) => {}
        }
    }
    found.sources.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    found
}

/// The paths of the code in a folder, in their order; what is secret by its name is left out.
///
/// Reads the folder; to be cancelled by `go_on`.
#[must_use]
pub fn names(
    root: &Path,
    found: &mut Found,
    mut go_on: impl FnMut() -> bool,
) -> Vec<(PathBuf, Language)> {
    let mut names = Vec::new();
    for entry in walk(root, code::LARGEST) {
        let Ok(entry) = entry else {
            found.unreadable += 1;
            continue;
        };
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let path = entry.into_path();
        let Some(language) = code::language(&path).filter(|_| is_file) else { continue };
        if names.len() == MOST_NAMES || !go_on() {
            found.more = true;
            break;
        }
        names.push((path, language));
    }
    // The order of a folder is the file system's.
    names.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    names
}

/// Reads a file; none where nobody wrote it by hand.
///
/// # Errors
/// If it cannot be read or is too large.
pub fn source(root: &Path, path: PathBuf, language: Language) -> std::io::Result<Option<Source>> {
    let Some(text) = code::read(&path)? else { return Ok(None) };
    let name = path.strip_prefix(root).unwrap_or(&path);
    let name = name.to_string_lossy().replace('\\', "/");
    Ok(Some(Source { path, name, language, text }))
}
