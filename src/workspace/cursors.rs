//! Whether the changes of one `didChange` come from one cursor or from several.

use crate::document::Change;
use crate::document::offset::{Encoding, Position};

/// Several changes at once that do not go on from each other: several cursors, or a format. An
/// editor that gathers keys sends many changes of one cursor, each where the last one ended. On
/// neighbouring lines an editor also indents or trims by itself; there only the same change twice
/// counts.
pub(super) fn several_cursors(changes: &[Change], encoding: Encoding) -> bool {
    let many = changes.len() > 2;
    changes.windows(2).any(|pair| match pair {
        [first, second] => !goes_on(first, second, encoding) && (many || apart(first, second)),
        _ => false,
    })
}

/// Whether the second change touches what the first one left.
fn goes_on(first: &Change, second: &Change, encoding: Encoding) -> bool {
    let (Some((start, _)), Some((from, to))) = (first.range, second.range) else { return true };
    let end = end_of(start, &first.text, encoding);
    let within = |position: Position| start <= position && position <= end;
    within(from) || within(to)
}

/// Where a text that was put at `start` ends.
fn end_of(start: Position, text: &str, encoding: Encoding) -> Position {
    let text = crate::document::line_ending::normalise(text);
    let (lines, last) = match text.rsplit_once('\n') {
        Some((before, last)) => (before.matches('\n').count() + 1, last),
        None => (0, text.as_str()),
    };
    let units = u32::try_from(encoding.units(last)).unwrap_or(u32::MAX);
    let column = if lines == 0 { start.column.saturating_add(units) } else { units };
    Position::new(start.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX)), column)
}

fn apart(first: &Change, second: &Change) -> bool {
    let (Some(a), Some(b)) = (first.range, second.range) else { return false };
    if b.0.line > a.1.line + 1 || b.1.line + 1 < a.0.line {
        return true;
    }
    let one_line = a.0.line == a.1.line && b.0.line == b.1.line;
    let span = a.1.column.saturating_sub(a.0.column);
    let same = first.text == second.text && b.1.column.saturating_sub(b.0.column) == span;
    let reach = u32::try_from(first.text.len()).unwrap_or(u32::MAX).max(span);
    let apart = a.0.line != b.0.line || a.0.column.abs_diff(b.0.column) > reach;
    one_line && same && apart && !first.text.contains(['\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change: (line, start column, end column, text).
    type Row = (u32, u32, u32, &'static str);

    #[test]
    fn tells_one_cursor_from_several() {
        for (name, rows, want) in [
            ("one key", &[(0, 3, 3, "a")][..], false),
            (
                "keys gathered",
                &[(0, 3, 3, "a"), (0, 4, 4, "b"), (0, 5, 5, "ü"), (0, 6, 6, "d")],
                false,
            ),
            ("backspaces gathered", &[(0, 5, 6, ""), (0, 4, 5, ""), (0, 3, 4, "")], false),
            ("typed and taken back", &[(0, 3, 3, "ab"), (0, 4, 5, ""), (0, 4, 4, "c")], false),
            (
                "a new line and its indentation",
                &[(0, 9, 9, "\n"), (1, 0, 0, "    "), (1, 4, 4, "x")],
                false,
            ),
            (
                "pairs closed by the editor",
                &[(0, 3, 3, "("), (0, 4, 4, ")"), (0, 4, 4, "x")],
                false,
            ),
            ("the line above is trimmed", &[(0, 9, 9, "\n    "), (0, 5, 9, "")], false),
            ("two cursors on a line", &[(0, 9, 9, "a"), (0, 3, 3, "a")], true),
            ("two cursors on neighbouring lines", &[(1, 3, 3, "a"), (0, 3, 3, "a")], true),
            ("two cursors far apart", &[(9, 3, 3, "a"), (0, 3, 3, "a")], true),
            ("three cursors", &[(2, 3, 3, "a"), (1, 3, 3, "a"), (0, 3, 3, "a")], true),
            ("a format", &[(4, 0, 2, ""), (3, 0, 2, ""), (1, 5, 6, " ")], true),
        ] {
            let change = |row: &Row| Change {
                range: Some((Position::new(row.0, row.1), Position::new(row.0, row.2))),
                text: row.3.to_owned(),
            };
            let changes: Vec<Change> = rows.iter().map(change).collect();
            assert_eq!(several_cursors(&changes, Encoding::Utf16), want, "{name}");
        }
    }
}
