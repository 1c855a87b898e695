//! Code that resembles what stands around the cursor: windows of open files, of the file itself where
//! the prompt does not show it, and of the files beside it.
//!
//! Files are cut into windows and their identifiers noted ahead ([`prepare`]); a cursor is then compared
//! with all of them at once, in well under a millisecond: an identifier counts the more the rarer it is
//! in the windows and the nearer it stands to the cursor (BM25 without counts; S. Robertson and H.
//! Zaragoza, "The Probabilistic Relevance Framework", 2009).

use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::context::need::Need;
use crate::context::snippet::{Origin, Shorten, Snippet};
use crate::document::language::Language;
use crate::document::line_ending::normalise;
use crate::prompt::budget::estimate;
use crate::retrieval::source::Source;

mod query;
#[cfg(test)]
mod tests;
mod windows;

use query::Query;
use windows::FileWindows;

/// Files that are looked at: the open ones, then those beside the cursor's.
const FILES: usize = 24;
/// Larger files (bytes) are not.
const LARGEST: usize = 256 * 1024;
/// Windows that are shown, and of one file.
const MOST: usize = 4;
const OF_ONE: usize = 2;
/// The share of what stands around the cursor that a window must have.
const LEAST: f32 = 0.2;

/// Files in windows. A clone costs a few reference counts.
#[derive(Clone, Default)]
pub struct Prepared {
    files: Arc<[Arc<FileWindows>]>,
}

/// The windows that resemble the cursor's surroundings most.
#[must_use]
pub fn similar(need: &Need<'_>, budget: usize) -> Vec<Snippet> {
    similar_in(&prepare(need, &Prepared::default()), need, budget)
}

/// Cuts files into windows, ahead; what was cut `before` and has not changed is taken from there. Reads
/// files beside the cursor's where `need.files` has them.
#[must_use]
pub fn prepare(need: &Need<'_>, before: &Prepared) -> Prepared {
    let (mut files, mut seen) = in_memory(need, before);
    let folder = folder(need.path);
    for name in need.files.names(folder) {
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let language = Language::detect(None, &path, "");
        if path.ends_with('/') || seen.contains(&path) || !alike(need, &path, language) {
            continue;
        }
        if files.len() >= FILES {
            break;
        }
        if let Some(text) = need.files.text(&path).filter(|text| text.len() <= LARGEST) {
            files.push(cut(&path, &text, before));
            seen.insert(path);
        }
    }
    Prepared { files: files.into() }
}

/// The same without reading any file: those beside the cursor's are as they were `before`.
#[must_use]
pub fn prepare_again(need: &Need<'_>, before: &Prepared) -> Prepared {
    let (mut files, seen) = in_memory(need, before);
    let folder = folder(need.path);
    for file in before.files.iter() {
        let language = Language::detect(None, &file.path, "");
        let beside = self::folder(&file.path) == folder && !seen.contains(&*file.path);
        if files.len() < FILES && beside && alike(need, &file.path, language) {
            files.push(Arc::clone(file));
        }
    }
    Prepared { files: files.into() }
}

/// The document and the other open ones, and their paths.
fn in_memory(need: &Need<'_>, before: &Prepared) -> (Vec<Arc<FileWindows>>, HashSet<String>) {
    let mut files: Vec<Arc<FileWindows>> = Vec::new();
    let mut seen = HashSet::from([need.path.to_owned()]);
    if need.text.len() <= LARGEST {
        files.push(cut(need.path, &normalise(&need.text.whole()), before));
    }
    for open in need.open {
        if files.len() < FILES
            && open.text.len() <= LARGEST
            && alike(need, &open.path, open.language)
            && seen.insert(open.path.to_string())
        {
            files.push(cut(&open.path, &normalise(&open.text.whole()), before));
        }
    }
    (files, seen)
}

/// A file in windows.
fn cut(path: &str, text: &str, before: &Prepared) -> Arc<FileWindows> {
    let digest = FileWindows::digest(text);
    let known = before.files.iter().find(|file| &*file.path == path && file.digest == digest);
    known.map_or_else(|| Arc::new(FileWindows::of(path, text, digest)), Arc::clone)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether code of a file could stand in the cursor's.
fn alike(need: &Need<'_>, path: &str, language: Language) -> bool {
    match (Source::from_path(need.path), Source::from_path(path)) {
        (Some(own), Some(other)) => own.family() == other.family(),
        _ => language == need.language,
    }
}

/// The same in files that have been cut into windows.
#[must_use]
pub fn similar_in(prepared: &Prepared, need: &Need<'_>, budget: usize) -> Vec<Snippet> {
    let query = Query::of(need.before, need.after);
    let mut found = query.compare(&prepared.files);
    found.retain(|(score, ..)| *score >= LEAST);
    found.sort_by(|a, b| {
        let place = |file: &FileWindows, rows: &Range<u32>| (Arc::clone(&file.path), rows.start);
        b.0.total_cmp(&a.0).then_with(|| place(a.1, a.2).cmp(&place(b.1, b.2)))
    });
    let mut snippets: Vec<Snippet> = Vec::new();
    let mut left = budget;
    for (score, file, rows) in found {
        if snippets.len() == MOST {
            break;
        }
        let own = &*file.path == need.path && touches(rows, need.shown);
        let same = snippets.iter().filter(|known| known.path == file.path);
        let again =
            same.clone().any(|known| known.lines.as_ref().is_some_and(|it| touches(it, rows)));
        if own || again || same.count() >= OF_ONE {
            continue;
        }
        let text = file.text(rows);
        let size = estimate(text) + estimate(&file.path) + 2;
        if size > left {
            continue;
        }
        left -= size;
        snippets.push(Snippet {
            origin: Origin::Similar,
            path: Arc::clone(&file.path),
            text: text.to_owned(),
            lines: Some(rows.clone()),
            score: score.min(1.0),
            shorten: Shorten::End,
            why: format!("resembles the code at the cursor ({:.0} %)", score.min(1.0) * 100.0)
                .into(),
        });
    }
    snippets
}

fn touches(one: &Range<u32>, other: &Range<u32>) -> bool {
    one.start.max(other.start).cmp(&one.end.min(other.end)) == Ordering::Less
}
