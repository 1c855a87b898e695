//! Whether a request is worth answering at all, and how much of an answer it may get.

use super::silence::Silence;
use crate::backend::Priority;
use crate::document::DocumentSnapshot;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::words::is_word;
use crate::guard::inside_private_key;

/// Over this size (bytes) a document is not completed.
pub const MAX_DOCUMENT: usize = 10 * 1024 * 1024;
/// On a longer line (bytes; characters where it matters) nothing is completed.
const MAX_LINE_CHARS: usize = 2_000;

/// Why the editor asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// The user pressed a key for it.
    Invoked,
    /// The editor asks by itself while the user types.
    Automatic,
}

impl Trigger {
    /// Who goes first.
    #[must_use]
    pub const fn priority(self) -> Priority {
        match self {
            Self::Invoked => Priority::Invoked,
            Self::Automatic => Priority::Fresh,
        }
    }
}

/// How much text an answer may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// The rest of one line.
    Line,
    /// A block: several lines, as the code around asks.
    Block,
}

/// Decides from the document alone.
///
/// # Errors
/// The reason for saying nothing.
pub fn check(
    document: &DocumentSnapshot,
    at: ByteOffset,
    trigger: Trigger,
) -> Result<Extent, Silence> {
    let text = &document.text;
    if text.len() > MAX_DOCUMENT {
        return Err(Silence::DocumentTooLarge);
    }
    let line = text.line_of(at);
    let (start, end) = (text.line_start(line), text.line_end(line));
    let chars = text.char_of(end).0 - text.char_of(start).0;
    if chars > MAX_LINE_CHARS {
        return Err(Silence::LineTooLong);
    }
    if inside_private_key((0..=line).rev().map(|line| text.line(line))) {
        return Err(Silence::Blocked(
            "the cursor is inside a private key, which is never sent".into(),
        ));
    }
    if trigger == Trigger::Automatic {
        if document.several_cursors {
            return Err(Silence::SeveralCursors);
        }
        // Before a word whole ones may be put, as `await` is; half a word is the user's own.
        let inside = |c: Option<char>| c.is_some_and(is_word);
        if inside(text.char_after(at)) && inside(text.char_before(at)) {
            return Err(Silence::InsideWord);
        }
    }
    let after = text.slice(ByteRange::new(at, end));
    let extent = extent(&after);
    Ok(extent)
}

/// In the middle of a line only its rest is written; closers that an editor set are its end.
pub(super) fn extent(after: &str) -> Extent {
    let after = after.trim();
    if after.chars().all(is_closer) { Extent::Block } else { Extent::Line }
}

fn is_closer(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '>' | '"' | '\'' | '`' | ';' | ',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn at_mark(source: &str, trigger: Trigger) -> Result<Extent, Silence> {
        let at = source.find("$0").unwrap_or(source.len());
        let document = Document::open("untitled:a", "rust", 1, &source.replacen("$0", "", 1));
        let document = document.snapshot();
        check(&document, ByteOffset(at), trigger)
    }

    #[test]
    fn says_how_much_or_why_not() {
        let long = "x".repeat(MAX_LINE_CHARS);
        let too_long = format!("{long}y$0\n");
        let umlauts = format!("{}$0\n", "ä".repeat(MAX_LINE_CHARS));
        for (source, automatic, invoked) in [
            ("$0", Ok(Extent::Block), Ok(Extent::Block)),
            ("fn a() {\n    $0\n}", Ok(Extent::Block), Ok(Extent::Block)),
            ("fn a() {$0\n}", Ok(Extent::Block), Ok(Extent::Block)),
            ("fn a() { $0 }", Ok(Extent::Block), Ok(Extent::Block)),
            ("let a = $0", Ok(Extent::Block), Ok(Extent::Block)),
            ("f($0);", Ok(Extent::Block), Ok(Extent::Block)),
            ("f($0, b);", Ok(Extent::Line), Ok(Extent::Line)),
            ("def a():$0", Ok(Extent::Block), Ok(Extent::Block)),
            ("struct A { a:$0", Ok(Extent::Block), Ok(Extent::Block)),
            ("le$0t", Err(Silence::InsideWord), Ok(Extent::Line)),
            ("$0_x", Ok(Extent::Line), Ok(Extent::Line)),
            ("a = $0b(1)", Ok(Extent::Line), Ok(Extent::Line)),
            ("le$0 t", Ok(Extent::Line), Ok(Extent::Line)),
            (&too_long, Err(Silence::LineTooLong), Err(Silence::LineTooLong)),
            (&umlauts, Ok(Extent::Block), Ok(Extent::Block)),
        ] {
            let name: String = source.chars().take(40).collect();
            assert_eq!(at_mark(source, Trigger::Automatic), automatic, "automatic {name}");
            assert_eq!(at_mark(source, Trigger::Invoked), invoked, "invoked {name}");
        }
    }
}
