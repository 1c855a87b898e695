//! The text of one document as a rope, with total conversions between byte offsets and positions.
//!
//! Lines end at LF, CR and CRLF only, as the protocol says (LSP 3.17, "Text Documents").

use std::borrow::Cow;
use std::fmt;

use ropey::Rope;

use super::offset::{ByteOffset, ByteRange, CharOffset, Encoding, Position};

/// A document's text; a clone shares the rope's nodes and costs nanoseconds.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text {
    rope: Rope,
}

/// Why a range of a change makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// The line lies beyond the end of the document.
    #[error("it lies past the end of the document")]
    PastEnd,
    /// The end comes before the start.
    #[error("its end comes before its start")]
    Inverted,
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.rope.len_bytes())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self { rope: Rope::from_str(text) }
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.rope == *other
    }
}

impl Text {
    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of lines; an empty text and one that ends in a line break have an empty last line.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.rope.len_lines()
    }

    /// The end of the text.
    #[must_use]
    pub fn end(&self) -> ByteOffset {
        ByteOffset(self.len())
    }

    /// The rope's chunk that holds byte `at` and the byte at which that chunk begins; an empty
    /// chunk at the end. This is what a parser reads from.
    #[must_use]
    pub fn chunk_at(&self, at: usize) -> &str {
        if at >= self.len() {
            return "";
        }
        let (chunk, start, _, _) = self.rope.chunk_at_byte(at);
        chunk.get(at - start..).unwrap_or("")
    }

    /// Bytes of the line that holds `at`, with its line break.
    #[must_use]
    pub fn line_len(&self, at: ByteOffset) -> usize {
        let line = self.line_of(at);
        self.line_start(line + 1).0 - self.line_start(line).0
    }

    /// Whether a line has more than `limit` bytes. Looks at a line for every `limit` bytes of text.
    #[must_use]
    pub fn has_line_over(&self, limit: usize) -> bool {
        let places = (0..self.len()).step_by(limit.max(1)).map(ByteOffset);
        places.into_iter().any(|at| self.line_len(at) > limit)
    }

    /// Whether a CR without an LF after it stands in a range: a line break for the protocol, but
    /// not for a parser.
    #[must_use]
    pub fn has_lone_cr(&self, range: ByteRange) -> bool {
        let (mut at, end) = (self.floor(range.start).0, range.end.0.min(self.len()));
        while at < end {
            let chunk = self.chunk_at(at).as_bytes();
            let seen = chunk.get(..end - at).unwrap_or(chunk);
            for cr in memchr::memchr_iter(b'\r', seen) {
                let next =
                    chunk.get(cr + 1).or_else(|| self.chunk_at(at + cr + 1).as_bytes().first());
                if next != Some(&b'\n') {
                    return true;
                }
            }
            at += chunk.len();
        }
        false
    }

    /// Row and column (bytes) of a byte offset where only LF ends a row. Reads all text before it.
    #[must_use]
    pub fn row_by_lf(&self, at: ByteOffset) -> (usize, usize) {
        let (mut row, mut start, mut read) = (0, 0, 0);
        while read < at.0.min(self.len()) {
            let chunk = self.chunk_at(read).as_bytes();
            let seen = chunk.get(..at.0 - read).unwrap_or(chunk);
            for lf in memchr::memchr_iter(b'\n', seen) {
                row += 1;
                start = read + lf + 1;
            }
            read += chunk.len();
        }
        (row, at.0.saturating_sub(start))
    }

    /// The nearest char boundary at or before `at`, within the text.
    #[must_use]
    pub fn floor(&self, at: ByteOffset) -> ByteOffset {
        if at.0 >= self.len() {
            return self.end();
        }
        let (chunk, start, _, _) = self.rope.chunk_at_byte(at.0);
        let mut within = at.0 - start;
        while !chunk.is_char_boundary(within) {
            within -= 1;
        }
        ByteOffset(start + within)
    }

    /// Byte → char offset, clamped.
    #[must_use]
    pub fn char_of(&self, at: ByteOffset) -> CharOffset {
        CharOffset(self.rope.byte_to_char(at.0.min(self.len())))
    }

    /// Zero-based line of a byte offset, clamped.
    #[must_use]
    pub fn line_of(&self, at: ByteOffset) -> usize {
        self.rope.byte_to_line(at.0.min(self.len()))
    }

    /// First byte of a line; the text's end for lines past it.
    #[must_use]
    pub fn line_start(&self, line: usize) -> ByteOffset {
        ByteOffset(self.rope.line_to_byte(line.min(self.rope.len_lines())))
    }

    /// One past the line's last byte, its line break left out.
    #[must_use]
    pub fn line_end(&self, line: usize) -> ByteOffset {
        if line >= self.rope.len_lines() {
            return self.end();
        }
        let start = self.rope.line_to_char(line);
        let mut end = self.rope.line_to_char(line + 1);
        if end > start && self.rope.get_char(end - 1) == Some('\n') {
            end -= 1;
        }
        if end > start && self.rope.get_char(end - 1) == Some('\r') {
            end -= 1;
        }
        ByteOffset(self.rope.char_to_byte(end))
    }

    /// The text of a range, clamped to the document and to char boundaries.
    #[must_use]
    pub fn slice(&self, range: ByteRange) -> Cow<'_, str> {
        let (start, end) = (self.floor(range.start), self.floor(range.end));
        self.rope.byte_slice(start.0..end.0.max(start.0)).into()
    }

    /// A line's text without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> Cow<'_, str> {
        self.slice(ByteRange::new(self.line_start(line), self.line_end(line)))
    }

    /// The lines from the text's start up to `at`, with their line breaks; the last one ends there.
    pub fn lines_to(&self, at: ByteOffset) -> impl Iterator<Item = Cow<'_, str>> {
        self.rope.byte_slice(..self.floor(at).0).lines().map(Cow::from)
    }

    /// The char that ends just before `at`.
    #[must_use]
    pub fn char_before(&self, at: ByteOffset) -> Option<char> {
        let index = self.char_of(at).0.checked_sub(1)?;
        self.rope.get_char(index)
    }

    /// The char that begins at `at`.
    #[must_use]
    pub fn char_after(&self, at: ByteOffset) -> Option<char> {
        self.rope.get_char(self.char_of(at).0)
    }

    /// Position → byte offset, clamped: a column past the line's end is its end, a line past the
    /// document's end is the document's end, a column inside a character is its beginning.
    #[must_use]
    pub fn byte_of(&self, position: Position, encoding: Encoding) -> ByteOffset {
        let line = position.line as usize;
        if line >= self.rope.len_lines() {
            return self.end();
        }
        let column = position.column as usize;
        let (start, end) = (self.line_start(line), self.line_end(line));
        let at = match encoding {
            Encoding::Utf8 => start.0.saturating_add(column).min(end.0),
            Encoding::Utf32 => {
                let chars = self.rope.byte_to_char(start.0).saturating_add(column);
                self.rope.char_to_byte(chars.min(self.rope.byte_to_char(end.0)))
            }
            Encoding::Utf16 => {
                let base = self.rope.char_to_utf16_cu(self.rope.byte_to_char(start.0));
                let last = self.rope.char_to_utf16_cu(self.rope.byte_to_char(end.0));
                let units = base.saturating_add(column).min(last);
                self.rope.char_to_byte(self.rope.utf16_cu_to_char(units))
            }
        };
        self.floor(ByteOffset(at))
    }

    /// Byte offset → position, clamped.
    #[must_use]
    pub fn position_of(&self, at: ByteOffset, encoding: Encoding) -> Position {
        let at = self.floor(at);
        let line = self.line_of(at);
        let start = self.line_start(line);
        let column = match encoding {
            Encoding::Utf8 => at.0 - start.0,
            Encoding::Utf32 => self.char_of(at).0 - self.char_of(start).0,
            Encoding::Utf16 => {
                self.rope.char_to_utf16_cu(self.char_of(at).0)
                    - self.rope.char_to_utf16_cu(self.char_of(start).0)
            }
        };
        Position::new(saturate(line), saturate(column))
    }

    /// The byte range of a change.
    ///
    /// # Errors
    /// [`RangeError`] where the range is inverted or begins on a line that does not exist. The
    /// line just after the last one is understood as the document's end (editors send it to
    /// name the whole text), and columns are clamped as the protocol asks.
    pub fn change_range(
        &self,
        start: Position,
        end: Position,
        encoding: Encoding,
    ) -> Result<ByteRange, RangeError> {
        if end < start {
            return Err(RangeError::Inverted);
        }
        if start.line as usize > self.line_count() {
            return Err(RangeError::PastEnd);
        }
        Ok(ByteRange::new(self.byte_of(start, encoding), self.byte_of(end, encoding)))
    }

    /// Replaces a range.
    pub fn replace(&mut self, range: ByteRange, with: &str) {
        let (start, end) = (self.char_of(range.start).0, self.char_of(range.end).0);
        if end > start {
            self.rope.remove(start..end);
        }
        if !with.is_empty() {
            self.rope.insert(start, with);
        }
    }

    /// Whether the bytes before `at` end in `text`, read without copying more than that.
    #[must_use]
    pub fn ends_with_at(&self, at: ByteOffset, text: &str) -> bool {
        at.0.checked_sub(text.len())
            .is_some_and(|start| self.slice(ByteRange::new(ByteOffset(start), at)) == text)
    }
}

fn saturate(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
