//! A file in windows, each with the identifiers in it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// Lines of a window, and how far the next one begins behind it.
const ROWS: u32 = 20;
const STEP: u32 = 10;
/// Windows with fewer identifiers say nothing.
const FEWEST: usize = 4;
/// A longer line (bytes) is data, and its window is none.
const LONGEST_LINE: usize = 400;

/// A file in windows.
pub(super) struct FileWindows {
    pub(super) path: Arc<str>,
    pub(super) digest: u64,
    text: String,
    /// Where each line begins, and the end.
    starts: Vec<u32>,
    pub(super) windows: Vec<Window>,
}

pub(super) struct Window {
    pub(super) rows: Range<u32>,
    /// Each once, as [`token`] has them.
    pub(super) tokens: Box<[u32]>,
}

impl FileWindows {
    /// Tells whether a text is the same.
    pub(super) fn digest(text: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        hasher.finish()
    }

    pub(super) fn of(path: &str, text: &str, digest: u64) -> Self {
        let mut starts = vec![0_u32];
        let mut rows: Vec<(Vec<u32>, bool)> = Vec::new();
        for line in text.split_inclusive('\n') {
            let mut tokens = Vec::new();
            let short = line.len() <= LONGEST_LINE;
            if short {
                for_each_token(line, |word| tokens.push(token(word)));
            }
            rows.push((tokens, short));
            let end = starts.last().copied().unwrap_or(0) as usize + line.len();
            starts.push(u32::try_from(end).unwrap_or(u32::MAX));
        }
        let mut file =
            Self { path: path.into(), digest, text: text.to_owned(), starts, windows: Vec::new() };
        let count = u32::try_from(rows.len()).unwrap_or(0);
        let mut start = 0;
        while start < count {
            let end = (start + ROWS).min(count);
            let window = rows.get(start as usize..end as usize).unwrap_or(&[]);
            let mut tokens: Vec<u32> =
                window.iter().flat_map(|(tokens, _)| tokens.iter().copied()).collect();
            tokens.sort_unstable();
            tokens.dedup();
            if tokens.len() >= FEWEST && window.iter().all(|(_, short)| *short) {
                let rows = file.trimmed(start..end);
                file.windows.push(Window { rows, tokens: tokens.into() });
            }
            if end == count {
                break;
            }
            start += STEP;
        }
        file
    }

    /// Lines as they stand there.
    pub(super) fn text(&self, rows: &Range<u32>) -> &str {
        let at = |row: u32| self.starts.get(row as usize).copied().unwrap_or(0) as usize;
        self.text.get(at(rows.start)..at(rows.end)).unwrap_or("")
    }

    /// Without blank lines at its edges, and without the end of what stands above it.
    fn trimmed(&self, mut rows: Range<u32>) -> Range<u32> {
        let blank = |row: u32| self.text(&(row..row + 1)).trim().is_empty();
        let ends = |row: u32| {
            let line = self.text(&(row..row + 1)).trim();
            line.chars().all(|c| "})];,".contains(c)) || line == "end"
        };
        while rows.start < rows.end && ends(rows.start) {
            rows.start += 1;
        }
        while rows.end > rows.start && blank(rows.end - 1) {
            rows.end -= 1;
        }
        rows
    }
}

/// An identifier as a number (FNV-1a; Fowler, Noll and Vo).
pub(super) fn token(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Calls `each` with the identifiers of a line; one letter says nothing.
pub(super) fn for_each_token(line: &str, mut each: impl FnMut(&str)) {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    for word in line.split(|c| !inside(c)) {
        if word.len() > 1 && !word.starts_with(|c: char| c.is_ascii_digit()) {
            each(word);
        }
    }
}
