//! Where a prompt is frozen. Prefix and suffix stay byte for byte the same while the user types;
//! what is typed since follows the format's middle token, so that consecutive prompts share
//! nearly all of their beginning and a local model's cache holds.

use std::sync::{Arc, OnceLock};

use super::region::Region;
use crate::context::sources::scope;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::document::{DocumentSnapshot, Edit};
use crate::guard::Redacted;

/// When this much (bytes) has been typed since, the anchor moves on.
const MAX_TYPED: usize = 1_500;
/// On a line with more than this before the cursor (bytes), the anchor stands in the line.
const MAX_BACK: usize = 400;
/// What part of the window the imports and the scopes around may take that it would leave out.
const HEAD: usize = 8;
/// Window beginnings move in steps of this many bytes, so that they rarely move.
const STEP: usize = 2_048;

/// A frozen prompt's place, with its texts.
#[derive(Clone)]
pub struct Anchor {
    region: Region,
    prefix: Arc<Frozen>,
    suffix: Arc<Frozen>,
    windows: Windows,
}

/// A frozen text (LF line breaks), and what the guard made of it: that is worked out once, not for
/// every key.
#[derive(Default)]
pub struct Frozen {
    text: String,
    redacted: OnceLock<Redacted>,
}

impl Frozen {
    /// The text itself.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What `redact` makes of it; called at most once.
    pub fn redacted(&self, redact: impl FnOnce(&str) -> Redacted) -> &Redacted {
        self.redacted.get_or_init(|| redact(&self.text))
    }
}

impl From<String> for Frozen {
    fn from(text: String) -> Self {
        Self { text, redacted: OnceLock::new() }
    }
}

/// How much of the document goes into a prompt, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Before the cursor.
    pub prefix: usize,
    /// After the cursor.
    pub suffix: usize,
}

/// Windows that were smaller than this part of what they may be by now are taken anew.
const GROWN: usize = 3;

impl Windows {
    /// Whether texts of these windows serve where there is room for others: room that was found while
    /// somebody types is used from the next place on, for a prompt that begins otherwise is read anew.
    const fn serves(self, other: Self) -> bool {
        const fn within(small: usize, large: usize) -> bool {
            small <= large && large <= small.saturating_mul(GROWN)
        }
        within(self.prefix, other.prefix) && within(self.suffix, other.suffix)
    }
}

/// The three parts of a prompt that come from the document itself, LF line breaks.
#[derive(Clone, Default)]
pub struct Parts {
    /// Frozen text before.
    pub prefix: Arc<Frozen>,
    /// What was typed since.
    pub middle: String,
    /// Frozen text after.
    pub suffix: Arc<Frozen>,
}

impl Anchor {
    /// Freezes the text around the cursor.
    #[must_use]
    pub fn new(text: &Text, at: ByteOffset, windows: Windows) -> Self {
        let start = frozen_end(text, at);
        let from = window_start(text, start, windows.prefix);
        Self::with(text, at, windows, clean(text, from, start))
    }

    /// The same; of what the window leaves out before the cursor, the file's imports and the first lines
    /// of what stands around the cursor stay, as far as the tree knows.
    #[must_use]
    pub fn of(document: &DocumentSnapshot, at: ByteOffset, windows: Windows) -> Self {
        let text = &document.text;
        let start = frozen_end(text, at);
        let tree = document.tree.as_ref().and_then(|tree| tree.tree());
        if start.0 <= windows.prefix || tree.is_none() {
            return Self::new(text, at, windows);
        }
        let room = windows.prefix / HEAD;
        let from = window_start(text, start, windows.prefix - room);
        // The comments that something is left out take some of it.
        let head = scope::head(text, tree, document.language, from, at, room * 3 / 4);
        if head.is_empty() {
            return Self::new(text, at, windows);
        }
        Self::with(text, at, windows, head + &clean(text, from, start))
    }

    fn with(text: &Text, at: ByteOffset, windows: Windows, prefix: String) -> Self {
        let start = frozen_end(text, at);
        let to = window_end(text, at, windows.suffix);
        Self {
            region: Region { start, tail: text.len() - at.0 },
            prefix: Arc::new(prefix.into()),
            suffix: Arc::new(clean(text, at, to).into()),
            windows,
        }
    }

    /// Whether the anchor survives an edit.
    #[must_use]
    pub const fn survives(&self, edit: &Edit) -> bool {
        self.region.survives(edit)
    }

    /// The prompt's parts for a cursor, if the anchor still serves: the cursor stands at the end
    /// of what was typed, with nothing behind it but what an editor closes by itself.
    #[must_use]
    pub fn parts(&self, text: &Text, at: ByteOffset, windows: Windows) -> Option<Parts> {
        let (middle, after) = self.region.split(text, at)?;
        let closed = after.chars().all(|c| matches!(c, ')' | ']' | '}' | '"' | '\'' | '`'));
        if !self.windows.serves(windows) || middle.len() > MAX_TYPED || !closed {
            return None;
        }
        Some(Parts { prefix: Arc::clone(&self.prefix), middle, suffix: Arc::clone(&self.suffix) })
    }
}

/// Up to where the text before the cursor is frozen: its line's beginning, in a very long line a word's.
fn frozen_end(text: &Text, at: ByteOffset) -> ByteOffset {
    let line_start = text.line_start(text.line_of(at));
    let start = if at.0 - line_start.0 > MAX_BACK { word_start(text, at) } else { line_start };
    start.max(mark_end(text)).min(at)
}

/// Where the text begins after its byte order mark.
fn mark_end(text: &Text) -> ByteOffset {
    let mark = text.char_after(ByteOffset(0)).filter(|c| *c == '\u{feff}');
    ByteOffset(mark.map_or(0, char::len_utf8))
}

/// The nearest beginning of a word some way back from the cursor, for very long lines.
fn word_start(text: &Text, at: ByteOffset) -> ByteOffset {
    let from = text.floor(ByteOffset(at.0.saturating_sub(80)));
    let back = text.slice(ByteRange::new(from, at));
    let offset = back.find(char::is_whitespace).unwrap_or(0);
    ByteOffset(from.0 + offset)
}

/// A line's beginning about `window` bytes before `start`, in steps, so that the window's
/// beginning stays where it is while the cursor moves on.
fn window_start(text: &Text, start: ByteOffset, window: usize) -> ByteOffset {
    if start.0 <= window {
        return ByteOffset(0);
    }
    let step = STEP.min(window / 4).max(1);
    let from = (start.0 - window).div_ceil(step) * step;
    let line = text.line_of(ByteOffset(from));
    let next = text.line_start(line + 1);
    // On a line longer than the window there is no such beginning.
    if next < start { next } else { text.floor(ByteOffset(from)) }
}

fn window_end(text: &Text, at: ByteOffset, window: usize) -> ByteOffset {
    if text.len() - at.0 <= window {
        return text.end();
    }
    let to = ByteOffset(at.0 + window);
    let line_start = text.line_start(text.line_of(to));
    if line_start > at { line_start } else { text.floor(to) }
}

fn clean(text: &Text, from: ByteOffset, to: ByteOffset) -> String {
    let part = crate::document::line_ending::normalise(&text.slice(ByteRange::new(from, to)));
    match part.strip_prefix('\u{feff}') {
        Some(rest) if from.0 == 0 => rest.to_owned(),
        _ => part,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const WINDOWS: Windows = Windows { prefix: 8_000, suffix: 2_000 };

    fn insert(text: &mut Text, at: usize, with: &str) -> Edit {
        let range = ByteRange::empty(ByteOffset(at));
        let len_before = text.len();
        text.replace(range, with);
        Edit { range, removed: String::new(), inserted: with.into(), len_before }
    }

    #[test]
    fn typing_keeps_prefix_and_suffix() {
        let mut text = Text::from("fn a() {\n    \n}\n");
        let anchor = Anchor::new(&text, ByteOffset(13), WINDOWS);
        let first = anchor.parts(&text, ByteOffset(13), WINDOWS).unwrap();
        assert_eq!(
            (first.prefix.text(), first.middle.as_str(), first.suffix.text()),
            ("fn a() {\n", "    ", "\n}\n")
        );
        for (i, c) in "let x = f(".chars().enumerate() {
            assert!(anchor.survives(&insert(&mut text, 13 + i, &c.to_string())));
        }
        insert(&mut text, 23, ")");
        let then = anchor.parts(&text, ByteOffset(23), WINDOWS).unwrap();
        assert!(
            Arc::ptr_eq(&then.prefix, &first.prefix) && Arc::ptr_eq(&then.suffix, &first.suffix)
        );
        assert_eq!(then.middle, "    let x = f(");
    }

    #[test]
    fn is_left_by_edits_elsewhere_and_by_the_cursor() {
        let mut text = Text::from("a\nb\nc\n");
        let anchor = Anchor::new(&text, ByteOffset(3), WINDOWS);
        assert!(!anchor.survives(&insert(&mut text, 0, "x")));
        let mut text = Text::from("a\nb\nc\n");
        assert!(!anchor.survives(&insert(&mut text, 4, "x")));
        assert!(anchor.parts(&Text::from("a\nb\nc\n"), ByteOffset(0), WINDOWS).is_none());
    }

    #[test]
    fn moves_on_when_much_was_typed() {
        let mut text = Text::from("a\n");
        let anchor = Anchor::new(&text, ByteOffset(2), WINDOWS);
        insert(&mut text, 2, &"x".repeat(MAX_TYPED + 1));
        assert!(anchor.parts(&text, text.end(), WINDOWS).is_none());
    }

    #[test]
    fn the_window_begins_at_lines_and_rarely_moves() {
        let text = Text::from("0123456789 abcdef\n".repeat(2_000).as_str());
        let mut starts = std::collections::BTreeSet::new();
        for line in 1_000..1_100 {
            let at = text.line_start(line);
            let start = window_start(&text, at, WINDOWS.prefix);
            assert!(
                at.0 - start.0 <= WINDOWS.prefix && at.0 - start.0 >= WINDOWS.prefix - STEP - 40
            );
            assert_eq!(text.char_before(start), Some('\n'));
            starts.insert(start);
        }
        assert!(starts.len() <= 3, "{starts:?}");
    }

    #[tokio::test]
    async fn imports_and_what_stands_around_stay_where_the_window_is_too_small() {
        let body = "        let value = compute(index);\n".repeat(800);
        let source = format!(
            "use a::b;\n\nimpl Store {{\n    fn go(&self) {{\n{body}        $0\n    }}\n}}\n"
        );
        let at = ByteOffset(source.find("$0").unwrap());
        let document =
            crate::document::Document::open("untitled:a", "rust", 1, &source.replace("$0", ""));
        document.syntax().unwrap().when_fresh().await.unwrap();
        let snapshot = document.snapshot();
        let parts = Anchor::of(&snapshot, at, WINDOWS).parts(&snapshot.text, at, WINDOWS).unwrap();
        let prefix = parts.prefix.text();
        let head =
            "use a::b;\n// ...\nimpl Store {\n    fn go(&self) {\n        // ...\n        let";
        assert!(prefix.starts_with(head) && prefix.len() <= WINDOWS.prefix, "{}", prefix.len());
        // A line further down, it still begins alike.
        let mut text = snapshot.text.clone();
        let _ = insert(&mut text, at.0, "next();\n        ");
        let at = ByteOffset(at.0 + "next();\n        ".len());
        let moved = crate::document::Document::open("untitled:a", "rust", 1, &text.whole());
        moved.syntax().unwrap().when_fresh().await.unwrap();
        let again = Anchor::of(&moved.snapshot(), at, WINDOWS).parts(&text, at, WINDOWS).unwrap();
        assert!(again.prefix.text().starts_with(prefix));
        // What fits whole is whole, and without a tree the text alone counts.
        let wide = Windows { prefix: 100_000, suffix: 100 };
        let whole = Anchor::of(&snapshot, ByteOffset(at.0 - 16), wide);
        assert!(!whole.prefix.text().contains("// ..."));
        let none = crate::document::DocumentSnapshot { tree: None, ..snapshot.clone() };
        let at = ByteOffset(at.0 - 16);
        let bare = Anchor::of(&none, at, WINDOWS).parts(&none.text, at, WINDOWS).unwrap();
        assert!(bare.prefix.text().starts_with("        let value"));
    }

    #[test]
    fn a_byte_order_mark_and_crlf_stay_out() {
        let text = Text::from("\u{feff}a\r\nb\r\n");
        let anchor = Anchor::new(&text, text.end(), WINDOWS);
        let parts = anchor.parts(&text, text.end(), WINDOWS).unwrap();
        assert_eq!(parts.prefix.text(), "a\nb\n");
    }
}
