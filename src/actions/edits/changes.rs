//! A rewritten region as the smallest set of line edits; lines that stay are not touched, nor are
//! their endings.

use super::line_diff::{self, Hunk};
use crate::actions::here::MARK;
use crate::document::line_ending::LineEnding;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;

/// What a boundary of an edit is to the line there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The line's first byte.
    Start,
    /// The end of its text, before the line break.
    End,
}

/// Whole lines of a snapshot and what is to stand there.
#[derive(Clone, PartialEq, Eq)]
pub struct LineEdit {
    /// What is replaced, in bytes of the snapshot; empty for new lines.
    pub range: ByteRange,
    /// The new text, in the document's line endings.
    pub text: String,
    /// Where the range begins and ends.
    pub edges: (Edge, Edge),
}

impl std::fmt::Debug for LineEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LineEdit({:?}, +{} bytes)", self.range, self.text.len())
    }
}

/// Where a line's text begins: a byte order mark is none of it (Unicode, "Byte Order Mark").
pub(in crate::actions) fn start_of(text: &Text, line: usize) -> ByteOffset {
    let start = text.line_start(line);
    let marked = start.0 == 0 && text.char_after(start) == Some(MARK);
    if marked { ByteOffset(MARK.len_utf8()) } else { start }
}

/// Where a text begins, as [`start_of`] its first line.
pub(in crate::actions) fn top(text: &Text) -> ByteOffset {
    start_of(text, 0)
}

/// The whole lines that a range touches, without the last one's break. A range that ends at a line's
/// beginning does not touch that line.
#[must_use]
pub fn whole_lines(text: &Text, range: ByteRange) -> ByteRange {
    let first = text.line_of(range.start);
    let mut last = text.line_of(range.end);
    if last > first && text.line_start(last) == range.end {
        last -= 1;
    }
    ByteRange::new(start_of(text, first), text.line_end(last))
}

/// The edits by which the lines of a region (see [`whole_lines`]) become `new`, which has LF. Where
/// nothing is left the lines go with their breaks. A byte order mark stays where it is.
#[must_use]
pub fn of_region(text: &Text, region: ByteRange, new: &str) -> Vec<LineEdit> {
    let new = new.strip_prefix(MARK).unwrap_or(new);
    // Blanks at a line's end are no change, unless there is no other.
    let edits = between(text, region, new, (str::trim_end, start_of));
    if edits.is_empty() { between(text, region, new, (|line| line, start_of)) } else { edits }
}

/// As [`of_region`], for blanks at the ends of lines and byte order marks as well.
pub(in crate::actions) fn exactly(text: &Text, region: ByteRange, new: &str) -> Vec<LineEdit> {
    between(text, region, new, (|line| line, Text::line_start))
}

/// What of a line is compared, and where it begins.
type Sight = (fn(&str) -> &str, fn(&Text, usize) -> ByteOffset);

fn between(text: &Text, region: ByteRange, new: &str, (sight, start): Sight) -> Vec<LineEdit> {
    let (first, last) = (text.line_of(region.start), text.line_of(region.end));
    let line = |line| text.slice(ByteRange::new(start(text, line), text.line_end(line)));
    let old: Vec<_> = (first..=last).map(line).collect();
    let vanishes = new.is_empty() && old.iter().any(|line| !line.is_empty());
    let new: Vec<&str> = if vanishes { Vec::new() } else { new.split('\n').collect() };
    let seen: Vec<&str> = old.iter().map(|line| sight(line)).collect();
    let then: Vec<&str> = new.iter().map(|line| sight(line)).collect();
    let hunks = line_diff::hunks(&seen, &then);
    let edit = |hunk| edit(text, (first, last), &new, (hunk, start));
    hunks.iter().filter_map(edit).collect()
}

fn edit(
    text: &Text,
    (first, last): (usize, usize),
    new: &[&str],
    (hunk, start_of): (&Hunk, fn(&Text, usize) -> ByteOffset),
) -> Option<LineEdit> {
    let lines = new.get(hunk.new.clone())?;
    let (from, to) = (first + hunk.old.start, first + hunk.old.end);
    let default = LineEnding::of(text);
    let ending = |line: usize| LineEnding::at_line(text, line, default).as_str();
    let edit =
        |start, end, text, edges| Some(LineEdit { range: ByteRange::new(start, end), text, edges });
    if hunk.old.is_empty() {
        if from <= last {
            let at = start_of(text, from);
            let text = lines.iter().flat_map(|line| [*line, ending(from)]).collect();
            return edit(at, at, text, (Edge::Start, Edge::Start));
        }
        let at = text.line_end(last);
        let text = lines.iter().flat_map(|line| [ending(from), *line]).collect();
        return edit(at, at, text, (Edge::End, Edge::End));
    }
    if lines.is_empty() {
        if to < text.line_count() {
            let (start, end) = (start_of(text, from), text.line_start(to));
            return edit(start, end, String::new(), (Edge::Start, Edge::Start));
        }
        let end = text.line_end(to - 1);
        return match from.checked_sub(1) {
            Some(above) => edit(text.line_end(above), end, String::new(), (Edge::End, Edge::End)),
            None => edit(start_of(text, 0), end, String::new(), (Edge::Start, Edge::End)),
        };
    }
    let mut made = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            // Each line keeps the break of the one whose place it takes.
            let above = (from + index - 1).min(to - 1);
            let own = ByteRange::new(text.line_end(above), text.line_start(above + 1));
            let own = text.slice(own);
            made.push_str(if above + 1 < to && !own.is_empty() { &own } else { ending(from) });
        }
        made.push_str(line);
    }
    if text.is_empty() {
        made.push_str(default.as_str());
    }
    edit(start_of(text, from), text.line_end(to - 1), made, (Edge::Start, Edge::End))
}

/// The text with the edits made.
#[must_use]
pub fn applied(text: &Text, edits: &[LineEdit]) -> Text {
    let mut text = text.clone();
    for edit in edits.iter().rev() {
        text.replace(edit.range, &edit.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole of `text` between `[` and `]` becomes `new`: the text afterwards, and how many bytes
    /// were replaced by how many in each edit.
    fn change(text: &str, new: &str) -> (String, Vec<(String, String)>) {
        let start = text.find('[').map_or(0, |at| at);
        let plain = text.replacen('[', "", 1);
        let end = plain.find(']').unwrap_or(plain.len());
        let plain = plain.replacen(']', "", 1);
        let rope = Text::from(plain.as_str());
        let range = whole_lines(&rope, ByteRange::new(ByteOffset(start), ByteOffset(end)));
        let edits = of_region(&rope, range, new);
        let after = applied(&rope, &edits);
        let all = after.whole().into_owned();
        let old = |edit: &LineEdit| rope.slice(edit.range).into_owned();
        (all, edits.iter().map(|edit| (old(edit), edit.text.clone())).collect())
    }

    #[test]
    fn only_lines_that_change_are_touched() {
        for (text, new, want, edits) in [
            ("a\n[b\nc\nd]\ne\n", "b\nx\nd", "a\nb\nx\nd\ne\n", vec![("c", "x")]),
            ("[b\nc]\n", "a\nb\nc", "a\nb\nc\n", vec![("", "a\n")]),
            ("[b\nc]", "b\nc\nd", "b\nc\nd", vec![("", "\nd")]),
            ("[b\nc]\n", "b", "b\n", vec![("c\n", "")]),
            ("[b\nc]", "b", "b", vec![("\nc", "")]),
            ("[b]", "", "", vec![("b", "")]),
            ("a\n[b]\nc", "", "a\nc", vec![("b\n", "")]),
            ("a\n[b]", "", "a", vec![("\nb", "")]),
            ("", "a\nb", "a\nb\n", vec![("", "a\nb\n")]),
            // Line endings and blanks stay as they are.
            ("[a\r\nb\r\nc]\r\n", "a\nx\ny\nc", "a\r\nx\r\ny\r\nc\r\n", vec![("b", "x\r\ny")]),
            ("[a\r\nb]", "a\nb\nc", "a\r\nb\r\nc", vec![("", "\r\nc")]),
            ("[a\r\nb\nc]\n", "x\ny\nc", "x\r\ny\nc\n", vec![("a\r\nb", "x\r\ny")]),
            ("[a\rb]\r", "a\nc", "a\rc\r", vec![("b", "c")]),
            ("[a  \nb]\n", "a\nc", "a  \nc\n", vec![("b", "c")]),
            ("[a  \nb]\n", "a\nb", "a\nb\n", vec![("a  ", "a")]),
            ("[🎉\nü]\n", "🎉\nö", "🎉\nö\n", vec![("ü", "ö")]),
            ("[a\nb]\n", "a\nb", "a\nb\n", vec![]),
            // So does a byte order mark.
            ("\u{feff}[a\nb]\n", "x\nb", "\u{feff}x\nb\n", vec![("a", "x")]),
            ("\u{feff}[a\nb]\n", "\u{feff}x\nb", "\u{feff}x\nb\n", vec![("a", "x")]),
            ("\u{feff}[a\nb]\n", "x\na\nb", "\u{feff}x\na\nb\n", vec![("", "x\n")]),
            ("\u{feff}[a]\nb\n", "", "\u{feff}b\n", vec![("a\n", "")]),
            ("\u{feff}[a]", "", "\u{feff}", vec![("a", "")]),
        ] {
            let (after, made) = change(text, new);
            assert_eq!(after, want, "{text:?} → {new:?}");
            let made: Vec<_> = made.iter().map(|(old, new)| (&**old, &**new)).collect();
            assert_eq!(made, edits, "{text:?} → {new:?}");
        }
    }

    #[test]
    fn a_selection_takes_the_lines_it_touches() {
        let text = Text::from("ab\ncd\nef");
        for (from, to, want) in [(0, 0, (0, 2)), (1, 4, (0, 5)), (1, 3, (0, 2)), (4, 8, (3, 8))] {
            let range = whole_lines(&text, ByteRange::new(ByteOffset(from), ByteOffset(to)));
            assert_eq!((range.start.0, range.end.0), want, "{from}..{to}");
        }
    }
}
