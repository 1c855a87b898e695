//! The files that places are drawn from: code that people wrote, as the project keeps it.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::draw::Draw;
use crate::document::language::Language;
use crate::indexing::code;

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
    /// There were more than are looked at.
    pub more: bool,
}

/// The code in a folder: what its ignore rules leave, without secrets, generated files, copies and
/// what is no code. Where there is too much, a part that the seed draws.
///
/// Reads the folder; to be cancelled by `go_on`, which gets how many files have been read.
#[must_use]
pub fn find(root: &Path, draw: &mut Draw, mut go_on: impl FnMut(usize) -> bool) -> Found {
    let mut names = Vec::new();
    let mut found = Found::default();
    let walk = WalkBuilder::new(root)
        .add_custom_ignore_filename(".foretypeignore")
        .max_filesize(Some(code::LARGEST))
        .build();
    for entry in walk {
        let Ok(entry) = entry else {
            found.unreadable += 1;
            continue;
        };
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let path = entry.into_path();
        let Some(language) = code::language(&path).filter(|_| is_file) else { continue };
        if names.len() == MOST_NAMES || !go_on(0) {
            found.more = true;
            break;
        }
        names.push((path, language));
    }
    // The order of a folder is the file system's.
    names.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    draw.shuffle(&mut names);
    let mut texts = HashSet::new();
    let mut bytes = 0;
    for (path, language) in names {
        if found.sources.len() == MOST_FILES || bytes > MOST_BYTES || !go_on(found.sources.len()) {
            found.more = true;
            break;
        }
        match code::read(&path) {
            Err(_) => found.unreadable += 1,
            Ok(None) => {}
            Ok(Some(text)) if !texts.insert(digest(&text)) => {}
            Ok(Some(text)) => {
                bytes += text.len();
                let name = path.strip_prefix(root).unwrap_or(&path);
                let name = name.to_string_lossy().replace('\\', "/");
                found.sources.push(Source { path, name, language, text });
            }
        }
    }
    found.sources.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    found
}

fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
