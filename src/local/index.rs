//! The index of a workspace: built once from its files, immutable, shared.

use super::dialect::Dialect;
use super::lexer::{Kind, Token, lex};
use super::segment::{Cell, MAX_TOKENS, Packed, Segment};
use super::vocabulary::{FILE, Id, Vocabulary, is_line};
use crate::sealed::Sum;

/// Bounds of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Tokens; what does not fit is left out, so the nearest files should come first. Never more
    /// than 2²⁴ − 1.
    pub tokens: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { tokens: 8_000_000 }
    }
}

/// One file of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// As it was given.
    pub path: String,
    /// The place before its first token.
    pub start: u32,
    /// The checksum of its text, to tell whether it is still the same.
    pub stamp: u64,
}

/// Words, tokens and suffix arrays of a workspace's files.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(super) vocabulary: Vocabulary,
    pub(super) segment: Segment,
    pub(super) files: Vec<File>,
    /// Files that had no room.
    pub(super) left_out: usize,
}

impl Index {
    /// Reads the files in their order until the limit is reached.
    pub fn build<P: Into<String>, T: AsRef<str>>(
        files: impl IntoIterator<Item = (P, T)>,
        limits: Limits,
    ) -> Index {
        let mut builder = Builder::new(limits);
        for (path, text) in files {
            builder.add(path, text.as_ref());
        }
        builder.finish()
    }

    /// Tokens in it.
    pub fn tokens(&self) -> usize {
        self.segment.len()
    }

    /// Its tokens and their order.
    pub fn segment(&self) -> &Segment {
        &self.segment
    }

    /// Files in it.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// How many files had no room.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Bytes of memory it holds.
    pub fn bytes(&self) -> usize {
        let files = self.files.iter().map(|file| file.path.capacity() + size_of::<File>());
        self.vocabulary.bytes() + self.segment.bytes() + files.sum::<usize>()
    }

    /// The number of the file with a place in it.
    pub fn file_at(&self, at: u32) -> usize {
        self.files.partition_point(|file| file.start <= at).saturating_sub(1)
    }

    /// The places of a file by its path: from its beginning to the next one's.
    pub fn places_of(&self, path: &str) -> Option<std::ops::Range<u32>> {
        let number = self.files.iter().position(|file| file.path == path)?;
        let start = self.files.get(number)?.start;
        let end = self.files.get(number + 1).map_or(self.segment.len() as u32, |file| file.start);
        Some(start..end)
    }

    /// The places of every line with the same tokens as this one, its end included.
    pub fn places_of_line(&self, line: &str, dialect: Dialect) -> Vec<std::ops::Range<u32>> {
        let mut ids: Vec<Option<Id>> = Vec::new();
        lex(line.trim(), dialect, |token| {
            if token.kind != Kind::Line {
                ids.push(self.vocabulary.get(token.text));
            }
        });
        let Some(mut context) = ids.into_iter().collect::<Option<Vec<Id>>>() else {
            return Vec::new();
        };
        context.reverse();
        let len = context.len() as u32;
        if len == 0 {
            return Vec::new();
        }
        let mut places: Vec<_> = (self.segment.all(&context))
            .filter(|&at| {
                let before = self.segment.before(at - len, 1);
                let after = self.segment.cell(at).map_or(FILE, |cell| cell.id);
                (before == FILE || is_line(before)) && (after == FILE || is_line(after))
            })
            .map(|at| at - len..at + 1)
            .collect();
        places.sort_by_key(|range| range.start);
        places
    }
}

/// An index under way.
#[derive(Debug, Default)]
pub struct Builder {
    limit: usize,
    vocabulary: Vocabulary,
    cells: Vec<Packed>,
    counts: Vec<u32>,
    known: Vec<File>,
    left_out: usize,
}

impl Builder {
    /// An empty one.
    pub fn new(limits: Limits) -> Builder {
        Builder { limit: limits.tokens.min(MAX_TOKENS), ..Builder::default() }
    }

    /// Reads a file, if it has room.
    pub fn add<P: Into<String>>(&mut self, path: P, text: &str) {
        let (path, start) = (path.into(), self.cells.len());
        if start >= self.limit {
            self.left_out += 1;
            return;
        }
        let (cells, vocabulary) = (&mut self.cells, &mut self.vocabulary);
        cells.push(Cell { id: FILE, space: false }.packed());
        lex(text, Dialect::of(&path), |token: Token<'_>| {
            let id = vocabulary.insert(token.text, token.kind);
            cells.push(Cell { id, space: token.space }.packed());
        });
        if cells.len() > self.limit {
            // Half a file would only match itself.
            cells.truncate(start);
            self.left_out += 1;
            return;
        }
        self.counts.resize(vocabulary.len(), 0);
        for cell in cells.get(start..).unwrap_or_default() {
            if let Some(count) = self.counts.get_mut(Packed::id(cell.get()) as usize) {
                *count += 1;
            }
        }
        let stamp = stamp_of(text.as_bytes());
        self.known.push(File { path, start: start as u32, stamp });
    }

    /// Whether next to nothing has room any more.
    pub fn is_full(&self) -> bool {
        self.left_out > 0 && self.cells.len() >= self.limit - self.limit / NEARLY
    }

    /// Counts files that were not even read.
    pub fn leave_out(&mut self, files: usize) {
        self.left_out += files;
    }

    /// Sorts what was read.
    pub fn finish(self) -> Index {
        let Builder { mut vocabulary, cells, counts, known, left_out, .. } = self;
        let enough = common_from(cells.len());
        vocabulary.set_common(|id| counts.get(id as usize).is_some_and(|&n| n >= enough));
        vocabulary.shrink();
        let segment = Segment::of(cells, |id| vocabulary.class(id));
        Index { vocabulary, segment, files: known, left_out }
    }
}

/// An index of which all but this part is taken is full.
const NEARLY: usize = 100;

/// What [`File::stamp`] is of a text's bytes; never 0.
pub fn stamp_of(text: &[u8]) -> u64 {
    Sum::of(text).max(1)
}

/// From how many occurrences on a word is common, by the tokens of its workspace.
fn common_from(tokens: usize) -> u32 {
    (tokens / 2000).max(8) as u32
}
