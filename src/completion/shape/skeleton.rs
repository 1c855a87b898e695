//! What must be read of a document to parse what stands around a cursor: the constructs around it, from
//! the outermost to the innermost, without those of their statements, members and items that are far
//! away. What is left is a text of its own that parses as the whole does there, and costs the same in a
//! file of any length.

use std::ops::Range;

use tree_sitter::{Tree, TreeCursor};

/// How far before and behind the cursor (bytes) all is kept.
const NEAR: usize = 600;
/// What is no longer (bytes) is kept whole.
const SHORT: usize = 300;
/// A longer skeleton (bytes) is none.
const LONGEST: usize = 12 * 1024;
/// So deep is looked, at so many nodes.
const DEPTH: usize = 200;
const NODES: usize = 4_000;

/// The stretches of a text of `len` bytes that make the skeleton at `at`, in their order; `None` where
/// too much would have to be kept. The tree may be a stale one that has been moved along.
pub(super) fn skeleton(tree: &Tree, len: usize, at: usize) -> Option<Vec<Range<usize>>> {
    let near = at.saturating_sub(NEAR)..at.saturating_add(NEAR);
    let mut walk = Walk { near, nodes: 0, left_out: Vec::new() };
    walk.read(&mut tree.walk(), 0)?;
    let mut kept = Vec::new();
    let mut from = 0;
    for gap in walk.left_out {
        if gap.start >= from && gap.end <= len {
            kept.push(from..gap.start);
            from = gap.end;
        }
    }
    kept.push(from..len);
    let whole: usize = kept.iter().map(ExactSizeIterator::len).sum();
    (whole <= LONGEST).then_some(kept)
}

struct Walk {
    near: Range<usize>,
    nodes: usize,
    /// In the order of the text; none within another.
    left_out: Vec<Range<usize>>,
}

impl Walk {
    /// Reads a node that is kept, for what may be left out of it.
    fn read(&mut self, cursor: &mut TreeCursor<'_>, depth: usize) -> Option<()> {
        self.nodes += 1;
        let node = cursor.node();
        if depth > DEPTH || self.nodes > NODES {
            return None;
        }
        if node.byte_range().len() <= SHORT || !cursor.goto_first_child() {
            return Some(());
        }
        let list = depth == 0 || holds_many(node.kind());
        if list && !node.has_error() {
            self.read_list(cursor, depth)?;
        } else {
            self.read_all(cursor, depth, list || node.is_error())?;
        }
        cursor.goto_parent();
        Some(())
    }

    /// Reads the children one by one, from the first one on. Where something is broken, what has an
    /// error in it is kept: a bracket that is open there may be closed elsewhere.
    fn read_all(&mut self, cursor: &mut TreeCursor<'_>, depth: usize, list: bool) -> Option<()> {
        // What is left out at a stretch.
        let mut run: Option<Range<usize>> = None;
        loop {
            let node = cursor.node();
            let far = node.end_byte() < self.near.start || node.start_byte() > self.near.end;
            if list
                && far
                && node.byte_range().len() > SHORT
                && is_entry(cursor)
                && !node.has_error()
            {
                let start = run.map_or(node.start_byte(), |run| run.start);
                run = Some(start..node.end_byte());
                self.nodes += 1;
            } else {
                self.left_out.extend(run.take());
                self.read(cursor, depth + 1)?;
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        self.left_out.extend(run);
        Some(())
    }

    /// Reads the children of a list, from the first one on: those near the cursor are kept, one at
    /// least.
    fn read_list(&mut self, cursor: &mut TreeCursor<'_>, depth: usize) -> Option<()> {
        // Its brackets and what has a name in it (a condition, the other branch) stay.
        while !is_entry(cursor) {
            if !cursor.goto_next_sibling() {
                return Some(());
            }
        }
        let first = cursor.node().start_byte();
        cursor.goto_parent();
        if cursor.goto_first_child_for_byte(self.near.start).is_none() {
            cursor.goto_last_child();
        }
        // Not the closing bracket alone.
        while !is_entry(cursor) && cursor.goto_previous_sibling() {}
        // The cursor may stand in a long gap before it.
        let until = cursor.node().start_byte().min(self.near.start.max(first));
        if until > first {
            self.left_out.push(first..until);
        }
        loop {
            self.read(cursor, depth + 1)?;
            if !cursor.goto_next_sibling() {
                return Some(());
            }
            if is_entry(cursor) && cursor.node().start_byte() > self.near.end {
                break;
            }
        }
        let from = cursor.node().start_byte();
        cursor.goto_parent();
        cursor.goto_last_child();
        while !is_entry(cursor) && cursor.goto_previous_sibling() {}
        let end = cursor.node().end_byte();
        if end > from {
            self.left_out.push(from..end);
        }
        Some(())
    }
}

/// Whether the child is one of many that are alike.
fn is_entry(cursor: &TreeCursor<'_>) -> bool {
    cursor.node().is_named() && cursor.field_id().is_none()
}

/// Whether a node holds any number of statements, members or entries.
fn holds_many(kind: &str) -> bool {
    kind.ends_with("block")
        || kind.ends_with("_body")
        || kind.ends_with("declaration_list")
        || matches!(
            kind,
            "compound_statement"
                | "statement_list"
                | "enum_variant_list"
                | "enumerator_list"
                | "object_type"
                | "array"
                | "object"
                | "dictionary"
                | "list"
                | "initializer_list"
                | "preproc_if"
                | "preproc_ifdef"
                | "preproc_else"
                | "preproc_elif"
        )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
mod tests {
    use super::*;
    use crate::document::language::Grammar;
    use crate::document::parse_queue::parse_now;
    use crate::document::text::Text;

    /// The skeleton's text with the cursor in it.
    fn skeleton_of(grammar: Grammar, source: &str) -> String {
        let at = source.find("$0").unwrap();
        let plain = source.replacen("$0", "", 1);
        let tree = parse_now(grammar, &Text::from(plain.as_str())).unwrap();
        let kept = skeleton(&tree, plain.len(), at).unwrap();
        let mut out = String::new();
        for part in kept {
            if part.contains(&at) || part.end == at {
                out.push_str(&plain[part.start..at]);
                out.push_str("$0");
                out.push_str(&plain[at..part.end]);
            } else {
                out.push_str(&plain[part]);
            }
        }
        out
    }

    #[test]
    fn keeps_what_is_around_and_leaves_out_what_is_far() {
        let many = |line: &str| line.repeat(200);
        for (grammar, source, want_all, most) in [
            (
                Grammar::Rust,
                format!(
                    "{0}impl Far {{\n{1}    fn near(&self) {{\n        $0\n    }}\n{1}}}\n{0}",
                    many("fn far() { let a = 1; }\n"),
                    many("    fn member(&self) {}\n")
                ),
                &["impl Far {", "fn near(&self) {\n        $0\n    }", "\n}\n"][..],
                2_500,
            ),
            (
                Grammar::Python,
                format!(
                    "{0}class Far:\n{1}    def near(self):\n        $0\n\n{1}\n{0}",
                    many("far = call(1)\n"),
                    many("    member = 1\n")
                ),
                &["class Far:\n", "    def near(self):\n        $0\n"],
                2_500,
            ),
            // Where nothing is far all of it stays.
            (Grammar::C, "int a(void) {\n  $0\n}\n".into(), &["int a(void) {\n  $0\n}\n"], 30),
        ] {
            let got = skeleton_of(grammar, &source);
            for want in want_all {
                assert!(got.contains(want), "{want:?} in {got}");
            }
            assert!(got.len() <= most, "{} bytes: {got}", got.len());
            let tree = parse_now(grammar, &Text::from(got.replacen("$0", "", 1).as_str())).unwrap();
            assert!(!tree.root_node().has_error(), "{grammar:?}: {got}");
        }
    }

    #[test]
    fn what_is_broken_far_away_stays() {
        // The brace that is open there is closed at the end.
        let far = "fn far() { let a = 1; }\n".repeat(200);
        let source = format!("fn open() {{ (\n{far}fn near() {{\n    $0\n}}\n{far}}}\n");
        assert!(skeleton_of(Grammar::Rust, &source).contains("fn open() { ("));
    }
}
