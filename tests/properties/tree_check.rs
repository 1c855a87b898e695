//! What must hold for every tree, fresh or stale, over the text it belongs to.

use tree_sitter::{Point, Tree, TreeCursor};

/// A text and where its rows begin, as tree-sitter counts: rows end at LF, columns are bytes.
struct Rows<'a> {
    text: &'a str,
    starts: Vec<usize>,
    name: &'a str,
}

/// Every node lies within the text and on its lines, and in its parent.
pub fn check(tree: &Tree, text: &str, name: &str) {
    let after_lf = text.match_indices('\n').map(|(lf, _)| lf + 1);
    let starts = std::iter::once(0).chain(after_lf).collect();
    Rows { text, starts, name }.walk(&mut tree.walk(), 0, text.len());
}

impl Rows<'_> {
    fn walk(&self, cursor: &mut TreeCursor, from: usize, to: usize) {
        let (node, name) = (cursor.node(), self.name);
        let (start, end) = (node.start_byte(), node.end_byte());
        assert!(start <= end, "{name}: {node:?} {start}..{end}");
        assert!(from <= start && end <= to, "{name}: {node:?} {start}..{end} leaves its parent");
        for (at, got) in [(start, node.start_position()), (end, node.end_position())] {
            assert_eq!(got, self.point(at), "{name}: {node:?} at {at}");
            assert!(self.text.is_char_boundary(at), "{name}: {node:?} splits a char at {at}");
        }
        if cursor.goto_first_child() {
            loop {
                self.walk(cursor, start, end);
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
            cursor.goto_parent();
        }
    }

    fn point(&self, at: usize) -> Point {
        let row = self.starts.partition_point(|start| *start <= at) - 1;
        Point { row, column: at - self.starts[row] }
    }
}
