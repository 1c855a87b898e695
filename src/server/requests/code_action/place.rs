//! What the client points at: a range, a selection, its diagnostics there.

use serde_json::Value;
use tower_lsp::gen_lsp_types as lsp;

use crate::actions::offers::Finding;
use crate::context::need::Severity;
use crate::document::offset::{ByteRange, Encoding};
use crate::document::text::Text;
use crate::document::words::is_word;
use crate::server::convert;
use crate::workspace::surroundings::told;

/// Bytes of the longest selection that may be a single word.
const WORD: usize = 128;

/// What of a selection is meant: a single character is a cursor with a width, and where moving selects
/// so is a single word.
pub(super) fn meant(text: &Text, range: ByteRange, by_moving: bool) -> ByteRange {
    if range.end.0 - range.start.0 > WORD {
        return range;
    }
    let selected = text.slice(range);
    let moved = by_moving && selected.trim().chars().all(is_word);
    let cursor = selected.chars().nth(1).is_none() || moved;
    if cursor { ByteRange::empty(range.start) } else { range }
}

pub(in crate::server::requests) fn bytes(
    text: &Text,
    range: lsp::Range,
    encoding: Encoding,
) -> ByteRange {
    let byte = |position| text.byte_of(convert::position(position), encoding);
    ByteRange::new(byte(range.start), byte(range.end))
}

/// A diagnostic, for suggestions near it.
pub(super) fn told(value: &Value, finding: &Finding) -> Option<told::Finding> {
    let severity = match value.get("severity").and_then(Value::as_u64) {
        None | Some(1) => Severity::Error,
        Some(2) => Severity::Warning,
        Some(3) => Severity::Information,
        Some(_) => Severity::Hint,
    };
    let Finding { range, message, code, source } = finding.clone();
    (!message.is_empty()).then_some(told::Finding { range, message, severity, code, source })
}

/// A diagnostic; its code may be a number (LSP 3.17, "Diagnostic").
pub(in crate::server::requests) fn finding(
    value: &Value,
    text: &Text,
    encoding: Encoding,
) -> Option<Finding> {
    let range = serde_json::from_value(value.get("range")?.clone()).ok()?;
    let string = |key: &str| value.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    let number = || value.get("code").and_then(Value::as_i64).map(|code| code.to_string());
    Some(Finding {
        range: bytes(text, range, encoding),
        message: string("message")?,
        code: string("code").or_else(number),
        source: string("source"),
    })
}
