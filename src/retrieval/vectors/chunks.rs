//! Files in chunks: whole functions and their like where the syntax tree is there, else paragraphs;
//! of a size that small embedding models read.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use tree_sitter::Node;

use super::{Chunk, ContentHash, Piece, Scope};
use crate::document::language::Language;
use crate::document::parse_queue::parse_now;
use crate::document::text::Text;
use crate::guard::{hidden, redact};

/// Most lines of a chunk.
const MOST_LINES: usize = 40;
/// Most bytes of one: some 500 tokens, which is what many embedding models take.
const MOST_BYTES: usize = 1_600;
/// Deeper nodes are not looked into.
const DEEPEST: usize = 64;

/// A file's chunks, in their order; blank ones are left out. `path` is the file's in its repository.
///
/// Parses the file: not for the message path.
#[must_use]
pub fn pieces(scope: &Arc<Scope>, path: &str, language: Language, text: &str) -> Vec<Piece> {
    let starts = starts(language, text, &lines(text));
    cut(scope, &path.into(), text, packed(&starts, &lines(text)))
}

/// The same along rows that are known already.
#[must_use]
pub fn cut(scope: &Arc<Scope>, path: &Arc<str>, text: &str, rows: Vec<Range<usize>>) -> Vec<Piece> {
    let lines = lines(text);
    let secrets: Vec<Range<usize>> = hidden(text).into_iter().map(|(range, _)| range).collect();
    let piece = |rows: Range<usize>| {
        let (first, last) = (lines.get(rows.start)?, lines.get(rows.end.checked_sub(1)?)?);
        let range = without_halves(first.start..last.end, &secrets);
        let text = redact(text.get(range)?).keep_start(MOST_BYTES);
        let chunk = Chunk {
            scope: Arc::clone(scope),
            path: Arc::clone(path),
            first_line: u32::try_from(rows.start + 1).ok()?,
            last_line: u32::try_from(rows.end).ok()?,
            hash: ContentHash::of(&text),
        };
        text.as_str().contains(char::is_alphanumeric).then_some(Piece { chunk, text })
    };
    rows.into_iter().filter_map(piece).collect()
}

/// The bytes of each line, with its end.
pub(crate) fn lines(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let line = |line: &str| {
        let start = at;
        at += line.len();
        start..at
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Of a secret that only begins or ends there, nothing.
fn without_halves(mut range: Range<usize>, secrets: &[Range<usize>]) -> Range<usize> {
    for secret in secrets {
        if secret.start < range.start && range.start < secret.end {
            range.start = secret.end.min(range.end);
        }
        if secret.start < range.end && range.end < secret.end {
            range.end = secret.start.max(range.start);
        }
    }
    range
}

/// The rows on which something begins.
fn starts(language: Language, text: &str, lines: &[Range<usize>]) -> BTreeSet<usize> {
    let tree = language.grammar().and_then(|grammar| parse_now(grammar, &Text::from(text)));
    let mut starts = BTreeSet::new();
    match tree {
        Some(tree) => nodes(tree.root_node(), &mut starts, DEEPEST),
        None => {
            let line = |row: usize| lines.get(row).and_then(|line| text.get(line.clone()));
            let is_blank = |row: usize| line(row).is_none_or(|line| line.trim().is_empty());
            let begins = |row: &usize| !is_blank(*row) && row.checked_sub(1).is_none_or(is_blank);
            starts.extend((0..lines.len()).filter(begins));
        }
    }
    starts
}

/// Adds where the parts of a node begin, and the parts of those that are too long for a chunk.
fn nodes(node: Node<'_>, starts: &mut BTreeSet<usize>, deepest: usize) {
    // What is said of the next node stays with it.
    let mut said = None;
    for child in node.named_children(&mut node.walk()) {
        let (row, end) = (child.start_position().row, child.end_position().row);
        if said.is_none_or(|said| said < row) {
            starts.insert(row);
        }
        let kind = child.kind();
        let belongs = kind.contains("comment") || kind.contains("attribute");
        said = belongs.then_some(end + 1);
        if end - row >= MOST_LINES && deepest > 0 {
            nodes(child, starts, deepest - 1);
        }
    }
}

/// Rows in chunks that begin where something begins, as large as they may be.
pub(crate) fn packed(starts: &BTreeSet<usize>, lines: &[Range<usize>]) -> Vec<Range<usize>> {
    let fits = |rows: &Range<usize>| {
        let bytes = lines.get(rows.clone()).map_or(0, |lines| lines.iter().map(Range::len).sum());
        rows.len() <= 1 || (rows.len() <= MOST_LINES && bytes <= MOST_BYTES)
    };
    let mut chunks = Vec::new();
    let mut from = 0;
    while from < lines.len() {
        let mut to = from + 1;
        while to < lines.len() && fits(&(from..to + 1)) {
            to += 1;
        }
        if to < lines.len() {
            to = starts.range(from + 1..=to).next_back().copied().unwrap_or(to);
        }
        chunks.push(from..to);
        from = to;
    }
    chunks
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn scope() -> Arc<Scope> {
        Arc::new(Scope { repository: "r".into(), branch: "b".into() })
    }

    fn of(path: &str, text: &str) -> Vec<Piece> {
        pieces(&scope(), path, Language::from_path(path).unwrap(), text)
    }

    #[test]
    fn functions_are_not_cut() {
        let function = |name: usize| {
            let body = "    let a = 1;\n".repeat(15);
            format!("/// Says {name}.\n#[must_use]\nfn f{name}() {{\n{body}}}\n\n")
        };
        let text: String = (0..5).map(function).collect();
        let pieces = of("a.rs", &text);
        let rows: Vec<_> =
            pieces.iter().map(|piece| (piece.chunk.first_line, piece.chunk.last_line)).collect();
        // Each is 20 lines with the blank one behind it.
        assert_eq!(rows, [(1, 40), (41, 80), (81, 100)]);
        for piece in &pieces {
            assert!(piece.text.as_str().starts_with("/// Says"), "{}", piece.text.as_str());
            assert_eq!(piece.chunk.hash, ContentHash::of(&piece.text));
            assert!(!format!("{piece:?}").contains("Says"));
        }
    }

    #[test]
    fn every_line_is_in_one_chunk() {
        let long = format!("x = \"{}\"\n", "ü".repeat(3_000));
        let class = format!("class A:\n{}", "    def f(self):\n        return 1\n\n".repeat(60));
        for (path, text) in [
            ("a.py", class.as_str()),
            ("a.py", &long.repeat(3)),
            ("a.rb", &"puts 1\nputs 2\n\n".repeat(100)),
            ("a.rb", &"puts 1\n".repeat(100)),
            ("a.rs", "fn main() {}"),
            ("a.rs", &"fn f( { [ \n".repeat(300)),
        ] {
            let pieces = of(path, text);
            let mut next = 1;
            for Piece { chunk, text } in &pieces {
                assert_eq!(chunk.first_line, next, "{path}");
                assert!((chunk.last_line - chunk.first_line) < 40);
                assert!(text.len() <= MOST_BYTES);
                next = chunk.last_line + 1;
            }
            assert_eq!(next as usize, text.lines().count() + 1, "{path}");
            assert_eq!(
                pieces.iter().map(|piece| &piece.chunk).collect::<Vec<_>>(),
                of(path, text).iter().map(|piece| &piece.chunk).collect::<Vec<_>>()
            );
        }
        assert!(of("a.rs", "").is_empty());
        assert!(of("a.rs", "\n{\n}\n").is_empty());
    }

    #[test]
    fn no_part_of_a_secret_is_in_any() {
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n".repeat(60);
        let (begin, end) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
        let text = format!("# a\nKEY = \"\"\"{begin}\n{body}{end}\"\"\"\n\ndef f():\n    pass\n");
        let pieces = of("a.py", &text);
        assert!(pieces.iter().all(|piece| !piece.text.as_str().contains("MIIEv")));
        assert!(pieces.iter().any(|piece| piece.text.as_str().contains("def f")));
    }
}
