//! What the syntax tree says of a cursor: the block around it. A stale tree, moved along with the edits since, is good enough; without
//! one, text and indentation decide alone.

use super::shape::around::width;
use crate::document::DocumentSnapshot;
use crate::document::offset::ByteOffset;

/// How deep the tree is looked into.
const MAX_DEPTH: usize = 512;

/// A cursor's surroundings in the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Indentation (columns) of the line that opens the block around the cursor. What stands no
    /// deeper is not part of that block.
    pub block: Option<usize>,
}

impl Scope {
    /// Looks at the snapshot's tree.
    #[must_use]
    pub fn at(document: &DocumentSnapshot, at: ByteOffset) -> Self {
        let Some(tree) = document.tree.as_ref().and_then(|tree| tree.tree()) else {
            return Self::default();
        };
        let before = at.0.saturating_sub(1);
        let row = document.text.line_of(at);
        let mut scope = Self::default();
        // From the root to the smallest node at the cursor; the innermost block counts.
        let mut cursor = tree.walk();
        let mut opened = None;
        for depth in 0..MAX_DEPTH {
            let node = cursor.node();
            let here = node.start_byte() <= before && node.end_byte() >= at.0;
            if !here {
                break;
            }
            let kind = node.kind();
            let start = node.start_position().row;
            if is_block(kind) {
                // A block is opened by what it is the body of.
                let line = if depth > 1 { opened.unwrap_or(start) } else { start };
                if line < row {
                    scope.block = Some(width(&document.text.line(line)));
                }
            }
            opened = Some(start);
            if cursor.goto_first_child_for_byte(before).is_none() {
                break;
            }
        }
        scope
    }
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
    async fn the_tree_tells_blocks() {
        for (language, source, block) in [
            ("rust", "fn a() {\n    $0\n}\n", Some(0)),
            ("rust", "impl A {\n    fn a() {\n        b();\n$0\n    }\n}\n", Some(4)),
            ("rust", "impl A {\n    fn a() {}\n\n    $0\n}\n", Some(0)),
            ("rust", "fn a() {\n    // b $0\n}\n", Some(0)),
            ("rust", "fn a() {\n    b(\"c $0 d\");\n}\n", Some(0)),
            ("rust", "fn a() {\n    b(\"c\"$0);\n}\n", Some(0)),
            ("rust", "$0\nfn a() {}\n", None),
            ("python", "def a():\n    b()\n    $0\n    c()\n", Some(0)),
            ("python", "def a():\n    \"\"\"b\n    $0\n    \"\"\"\n", Some(0)),
            ("javascript", "class A {\n  b() {\n    $0\n  }\n}\n", Some(2)),
            ("go", "func a() {\n\tif b {\n\t\t$0\n\t}\n}\n", Some(4)),
            ("c", "int a(void) {\n  $0\n}\n", Some(0)),
        ] {
            assert_eq!(scope(language, source).await, Scope { block }, "{source}");
        }
    }
}
