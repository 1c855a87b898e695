//! What the syntax tree says of a cursor: whether it stands in a text (a string, a comment), and
//! the block around it. A stale tree, moved along with the edits since, is good enough; without
//! one, text and indentation decide alone.

use tree_sitter::Node;

use super::stop::width;
use crate::document::DocumentSnapshot;
use crate::document::offset::ByteOffset;

/// How far up the tree is looked.
const MAX_UP: usize = 64;

/// A cursor's surroundings in the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Inside a string or a comment: a line at a time is written there.
    pub in_text: bool,
    /// Indentation (columns) of the line that opens the block around the cursor. What stands no
    /// deeper is not part of that block.
    pub block: Option<usize>,
}

impl Scope {
    /// Looks at the snapshot's tree.
    #[must_use]
    pub fn at(document: &DocumentSnapshot, at: ByteOffset) -> Self {
        let tree = document.tree.as_ref().and_then(|tree| tree.tree());
        let Some(root) = tree.map(tree_sitter::Tree::root_node) else { return Self::default() };
        let before = at.0.saturating_sub(1);
        let Some(node) = root.descendant_for_byte_range(before, at.0) else {
            return Self::default();
        };
        let row = document.text.line_of(at);
        let mut scope = Self::default();
        let up = std::iter::successors(Some(node), Node::parent).take(MAX_UP);
        for node in up {
            let kind = node.kind();
            // At the end of a string its quotes are closed; a line's comment goes on.
            let inside = node.start_byte() < at.0 && at.0 < node.end_byte();
            let comment = kind.contains("comment") && node.end_byte() == at.0;
            if is_text(kind) && (inside || comment) {
                scope.in_text = true;
            }
            if scope.block.is_none() && is_block(kind) && node.start_byte() < at.0 {
                let owner = node.parent().filter(|parent| parent.parent().is_some());
                let opened = owner.unwrap_or(node).start_position().row;
                if opened < row {
                    scope.block = Some(width(&document.text.line(opened)));
                }
            }
        }
        scope
    }
}

fn is_text(kind: &str) -> bool {
    kind.contains("comment")
        || kind.contains("string")
        || matches!(kind, "char_literal" | "character_literal" | "heredoc_body")
}

fn is_block(kind: &str) -> bool {
    kind == "block"
        || kind.ends_with("_block")
        || kind.ends_with("_body")
        || kind.ends_with("declaration_list")
        || matches!(kind, "compound_statement" | "field_declaration_list" | "class_body")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::Document;

    async fn scope(language: &str, source: &str) -> Scope {
        let at = source.find("$0").unwrap();
        let document = Document::open("untitled:a", language, 1, &source.replacen("$0", "", 1));
        document.syntax().unwrap().when_fresh().await.unwrap();
        Scope::at(&document.snapshot(), ByteOffset(at))
    }

    #[tokio::test]
    async fn the_tree_tells_texts_and_blocks() {
        for (language, source, in_text, block) in [
            ("rust", "fn a() {\n    $0\n}\n", false, Some(0)),
            ("rust", "impl A {\n    fn a() {\n        b();\n$0\n    }\n}\n", false, Some(4)),
            ("rust", "impl A {\n    fn a() {}\n\n    $0\n}\n", false, Some(0)),
            ("rust", "fn a() {\n    // b $0\n}\n", true, Some(0)),
            ("rust", "fn a() {\n    b(\"c $0 d\");\n}\n", true, Some(0)),
            ("rust", "fn a() {\n    b(\"c\"$0);\n}\n", false, Some(0)),
            ("rust", "$0\nfn a() {}\n", false, None),
            ("python", "def a():\n    b()\n    $0\n    c()\n", false, Some(0)),
            ("python", "def a():\n    \"\"\"b\n    $0\n    \"\"\"\n", true, Some(0)),
            ("javascript", "class A {\n  b() {\n    $0\n  }\n}\n", false, Some(2)),
            ("go", "func a() {\n\tif b {\n\t\t$0\n\t}\n}\n", false, Some(4)),
            ("c", "int a(void) {\n  $0\n}\n", false, Some(0)),
        ] {
            assert_eq!(scope(language, source).await, Scope { in_text, block }, "{source}");
        }
    }
}
