//! The earlier cells of a notebook, as text that stands before the current cell.

use crate::document::DocumentSnapshot;
use crate::document::embedded::cell_magic;
use crate::document::language::Language;
use crate::document::line_ending::normalise;
use crate::prompt::special_tokens::strip;

/// At most that many bytes of earlier cells; the nearest stay.
const MAX_BYTES: usize = 16 * 1024;

/// The earlier cells of `language`, in order, a blank line after each.
#[must_use]
pub fn text(cells: &[DocumentSnapshot], current: &DocumentSnapshot, language: Language) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut size = 0;
    for cell in cells.iter().rev().filter(|cell| cell.uri != current.uri) {
        if language_of(cell) != language || cell.text.len() > MAX_BYTES {
            continue;
        }
        let range = crate::document::offset::ByteRange::new(
            crate::document::offset::ByteOffset(0),
            cell.text.end(),
        );
        let source = normalise(&cell.text.slice(range));
        let part = format!("{}\n\n", strip(source.trim_end()));
        size += part.len();
        if size > MAX_BYTES {
            break;
        }
        parts.push(part);
    }
    parts.reverse();
    parts.concat()
}

/// A cell's language: its magic's (`%%bash`), else its document's.
#[must_use]
pub fn language_of(cell: &DocumentSnapshot) -> Language {
    let first = cell.text.line(0);
    if first.starts_with("%%") {
        cell_magic(&first).unwrap_or(cell.language)
    } else {
        cell.language
    }
}
