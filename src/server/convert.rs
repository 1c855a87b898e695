//! LSP types ⇄ ours.

use tower_lsp::gen_lsp_types as lsp;

use crate::document::Change;
use crate::document::offset::{ByteRange, Encoding, Position};
use crate::document::text::Text;

/// A position.
#[must_use]
pub const fn position(position: lsp::Position) -> Position {
    Position::new(position.line, position.character)
}

/// A byte range as the client counts.
#[must_use]
pub fn range_to_lsp(text: &Text, range: ByteRange, encoding: Encoding) -> lsp::Range {
    let convert = |at| {
        let position = text.position_of(at, encoding);
        lsp::Position { line: position.line, character: position.column }
    };
    lsp::Range { start: convert(range.start), end: convert(range.end) }
}

/// One change of a `didChange`; without a range it is the whole text.
#[must_use]
pub fn change(range: Option<lsp::Range>, text: String) -> Change {
    Change { range: range.map(|range| (position(range.start), position(range.end))), text }
}
