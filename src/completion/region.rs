//! A stretch of a document whose surroundings are known to be unchanged: where a prompt was
//! frozen, or where a suggestion stands. Edits inside make it grow or shrink; any other edit
//! ends it.

use crate::document::Edit;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;

/// Everything before `start` and the last `tail` bytes are as they were when the region was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Where the region begins, in bytes.
    pub start: ByteOffset,
    /// How many bytes follow the region.
    pub tail: usize,
}

impl Region {
    /// The region from `start` to `end` in a text of `len` bytes.
    #[must_use]
    pub const fn new(start: ByteOffset, end: ByteOffset, len: usize) -> Self {
        Self { start, tail: len.saturating_sub(end.0) }
    }

    /// An empty region at `at`.
    #[must_use]
    pub const fn at(at: ByteOffset, len: usize) -> Self {
        Self::new(at, at, len)
    }

    /// Whether the region survives an edit: it lies wholly inside.
    #[must_use]
    pub const fn survives(self, edit: &Edit) -> bool {
        edit.range.start.0 >= self.start.0 && edit.range.end.0 + self.tail <= edit.len_before
    }

    /// One past the region's last byte in a text of `len` bytes; `None` if it does not fit.
    #[must_use]
    pub fn end(self, len: usize) -> Option<ByteOffset> {
        len.checked_sub(self.tail).filter(|end| *end >= self.start.0).map(ByteOffset)
    }

    /// Whether `at` lies inside or at an edge, in a text of `len` bytes.
    #[must_use]
    pub fn holds(self, at: ByteOffset, len: usize) -> bool {
        at >= self.start && self.end(len).is_some_and(|end| at <= end)
    }

    /// The region's text before and after `at`, line breaks as LF.
    #[must_use]
    pub fn split(self, text: &Text, at: ByteOffset) -> Option<(String, String)> {
        let end = self.end(text.len())?;
        if !self.holds(at, text.len()) {
            return None;
        }
        let part = |from, to| {
            let range = ByteRange::new(from, to);
            crate::document::line_ending::normalise(&text.slice(range))
        };
        Some((part(self.start, at), part(at, end)))
    }

    /// Length in bytes in a text of `len` bytes.
    #[must_use]
    pub fn len(self, len: usize) -> usize {
        self.end(len).map_or(0, |end| end.0 - self.start.0)
    }

    /// Whether nothing lies inside, in a text of `len` bytes.
    #[must_use]
    pub fn is_empty(self, len: usize) -> bool {
        self.len(len) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, inserted: &str, len_before: usize) -> Edit {
        Edit {
            range: ByteRange::new(ByteOffset(start), ByteOffset(end)),
            removed: String::new(),
            inserted: inserted.into(),
            len_before,
        }
    }

    #[test]
    fn only_edits_inside_are_survived() {
        let region = Region::new(ByteOffset(4), ByteOffset(6), 10);
        for (start, end, survives) in [
            (4, 4, true),
            (6, 6, true),
            (4, 6, true),
            (3, 4, false),
            (6, 7, false),
            (0, 0, false),
            (10, 10, false),
        ] {
            assert_eq!(region.survives(&edit(start, end, "x", 10)), survives, "{start}..{end}");
        }
    }

    #[test]
    fn splits_at_the_cursor() {
        let text = Text::from("fn a(\r\n)b");
        let region = Region::new(ByteOffset(3), ByteOffset(8), text.len());
        assert_eq!(region.split(&text, ByteOffset(5)), Some(("a(".into(), "\n)".into())));
        assert_eq!(region.split(&text, ByteOffset(2)), None);
        assert_eq!(region.split(&text, ByteOffset(9)), None);
    }
}
