//! What the index does not know yet, or must not use: open and edited files, and hidden places.

use std::ops::Range;
use std::sync::Arc;

use super::dialect::Dialect;
use super::index::Index;
use super::lexer::lex;
use super::lexicon::Lexicon;
use super::segment::{Cell, Segment};
use super::vocabulary::{FILE, Vocabulary};

/// A file as it is in the editor, instead of as it is in the index.
#[derive(Debug, Clone)]
pub struct Edited {
    pub(super) path: String,
    pub(super) segment: Arc<Segment>,
}

/// Changes over an index. It belongs to one index: numbers of its words are not those of another.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    newer: Vocabulary,
    /// The most recently edited one last.
    edited: Vec<Edited>,
    /// Places of the index that are out of use, sorted, not overlapping.
    hidden: Vec<Range<u32>>,
}

/// Most edited files kept; the index is built anew before there are many.
const MOST_EDITED: usize = 64;
/// Most tokens read of one edited file.
const MOST_TOKENS: usize = 200_000;

impl Overlay {
    /// Puts a file's present text in the place of what the index has of it.
    pub fn edit(&mut self, index: &Index, path: &str, text: &str) {
        self.forget(index, path);
        let mut lexicon = Lexicon::with(&index.vocabulary, std::mem::take(&mut self.newer));
        let mut cells = vec![Cell { id: FILE, space: false }];
        lex(text, Dialect::of(path), |token| {
            if cells.len() < MOST_TOKENS {
                let id = lexicon.insert(token.text, token.kind);
                cells.push(Cell { id, space: token.space });
            }
        });
        let segment = Arc::new(Segment::new(cells, |id| lexicon.class(id)));
        self.newer = lexicon.into_newer();
        if self.edited.len() >= MOST_EDITED {
            self.edited.remove(0);
        }
        self.edited.push(Edited { path: path.to_owned(), segment });
    }

    /// Tokens of its files.
    pub fn tokens(&self) -> usize {
        self.edited.iter().map(|file| file.segment.len()).sum()
    }

    /// The files whose text it has.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.edited.iter().map(|file| file.path.as_str())
    }

    /// Whether it has a file's text.
    pub fn has(&self, path: &str) -> bool {
        self.edited.iter().any(|file| file.path == path)
    }

    /// Drops what both the index and this overlay have of a file.
    pub fn forget(&mut self, index: &Index, path: &str) {
        self.edited.retain(|file| file.path != path);
        self.hide(index.places_of(path));
    }

    /// Hides places of the index.
    pub fn hide(&mut self, places: impl IntoIterator<Item = Range<u32>>) {
        self.hidden.extend(places);
        self.hidden.sort_by_key(|range| range.start);
        self.hidden.dedup_by(|next, kept| {
            let joins = next.start <= kept.end;
            if joins {
                kept.end = kept.end.max(next.end);
            }
            joins
        });
    }

    /// Whether a place of the index is out of use.
    pub fn hides(&self, at: u32) -> bool {
        let after = self.hidden.partition_point(|range| range.start <= at);
        after.checked_sub(1).and_then(|n| self.hidden.get(n)).is_some_and(|range| at < range.end)
    }

    pub(super) fn edited(&self) -> &[Edited] {
        &self.edited
    }

    pub(super) fn newer(&self) -> &Vocabulary {
        &self.newer
    }
}
