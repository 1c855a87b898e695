//! The names that hold at a place, by the syntax tree: locals, parameters, what stands around it,
//! imports.
//!
//! It is no compiler's resolution. A name that is missing or one too many costs a worse guess, so the
//! languages are read by one table, and a stale tree that was moved along is good enough.

use std::collections::HashSet;

use tree_sitter::{Node, Tree};

use super::offset::{ByteOffset, ByteRange};
use super::text::Text;
use table::{BINDINGS, CLASSES, HOLDERS, IMPORTS, ITEMS, NESTED, OTHER, PATTERNS};

pub(crate) mod table;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

/// Most names that are given.
const MOST: usize = 160;
/// Most nodes that are looked at: what is beyond them is far away.
const MOST_NODES: usize = 6_000;
/// How deep the tree is looked into.
const DEPTH: usize = 200;
/// Longer names (bytes) are data.
const LONGEST: usize = 64;

/// The names at a place, the nearest first.
#[must_use]
pub fn names(tree: &Tree, text: &Text, at: ByteOffset) -> Vec<String> {
    let path = path(tree, text, at);
    let python = tree.root_node().kind() == "module";
    let known = HashSet::new();
    let mut reader = Reader { text, at: at.0, python, names: Vec::new(), known, looked: 0 };
    for (depth, node) in path.iter().enumerate().rev() {
        let inner = path.get(depth + 1).map(Node::id);
        reader.around(*node);
        let mut cursor = node.walk();
        let before = node.named_children(&mut cursor);
        let before = before.take_while(|child| child.start_byte() < at.0);
        let before: Vec<Node<'_>> = before.filter(|child| Some(child.id()) != inner).collect();
        // What a class has is named by way of the class.
        let class = node.parent().is_some_and(|parent| CLASSES.contains(&parent.kind()));
        let before = if class { Vec::new() } else { before };
        for child in before.into_iter().rev() {
            reader.declared(child, 0);
        }
    }
    // A file's functions and types are known above their place too.
    let mut cursor = tree.walk();
    for child in tree.root_node().named_children(&mut cursor) {
        if child.start_byte() >= at.0 {
            reader.item_below(child);
        }
    }
    reader.names
}

/// The nodes around a place, from the root to the innermost.
fn path<'t>(tree: &'t Tree, text: &Text, at: ByteOffset) -> Vec<Node<'t>> {
    let row = text.line_start(text.line_of(at)).0;
    // Where indentation makes the blocks, a block ends with its last statement: a line below it
    // belongs to it if it is as deep.
    let python = tree.root_node().kind() == "module";
    let (inside, deep) =
        if python { (last_word(text, at), indentation(text, at)) } else { (at.0, usize::MAX) };
    let before = inside.saturating_sub(1);
    let mut cursor = tree.walk();
    let mut path = Vec::new();
    for _ in 0..DEPTH {
        let node = cursor.node();
        if node.start_byte() > before || node.end_byte() < inside {
            break;
        }
        let left = node.kind() == "block" && node.end_byte() < row;
        if left && node.start_position().column > deep {
            break;
        }
        path.push(node);
        if cursor.goto_first_child_for_byte(before).is_none() {
            break;
        }
    }
    path
}

/// Bytes of blanks before the code of the cursor's line.
fn indentation(text: &Text, at: ByteOffset) -> usize {
    let start = text.line_start(text.line_of(at));
    let line = text.slice(ByteRange::new(start, at));
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// The end of the last word before a place, not far above it.
fn last_word(text: &Text, at: ByteOffset) -> usize {
    let start = text.floor(ByteOffset(at.0.saturating_sub(2_000)));
    let near = text.slice(ByteRange::new(start, at));
    start.0 + near.trim_end().len()
}

struct Reader<'a> {
    text: &'a Text,
    at: usize,
    python: bool,
    names: Vec<String>,
    known: HashSet<String>,
    looked: usize,
}

impl Reader<'_> {
    /// What a node that stands around the place names in it.
    fn around(&mut self, node: Node<'_>) {
        let field = |name| node.child_by_field_name(name);
        if let Some(name) = field("name").filter(|_| ITEMS.contains(&node.kind())) {
            self.add(name);
        }
        if matches!(node.kind(), "impl_item" | "trait_item") {
            self.insert("Self".to_owned());
        }
        if matches!(node.kind(), "class_body" | "class_declaration") {
            self.insert("this".to_owned());
        }
        self.bound(node);
    }

    /// What a node that stands before the place names after it.
    fn declared(&mut self, node: Node<'_>, depth: usize) {
        self.looked += 1;
        if self.names.len() >= MOST || self.looked > MOST_NODES || depth > 8 {
            return;
        }
        let kind = node.kind();
        if let Some(name) = node.child_by_field_name("name").filter(|_| ITEMS.contains(&kind)) {
            return self.add(name);
        }
        if IMPORTS.contains(&kind) {
            return self.leaves(node, 0);
        }
        if HOLDERS.contains(&kind) || (self.python && NESTED.contains(&kind)) {
            self.bound(node);
            let mut cursor = node.walk();
            let children: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
            for child in children.into_iter().rev() {
                match child.kind() {
                    "identifier" | "self" => self.add(child),
                    _ => self.declared(child, depth + 1),
                }
            }
            return;
        }
        self.bound(node);
    }

    /// The names that a node gives to values, with their types.
    fn bound(&mut self, node: Node<'_>) {
        let all = BINDINGS.iter().chain(PATTERNS);
        for (_, field) in all.filter(|(kind, _)| *kind == node.kind()) {
            let mut cursor = node.walk();
            let named: Vec<Node<'_>> = match node.named_child(0).filter(|_| field.is_empty()) {
                Some(first) => vec![first],
                None => node.children_by_field_name(field, &mut cursor).collect(),
            };
            // A first child may go on past the cursor, what a field binds does not.
            for pattern in named {
                if field.is_empty() || pattern.end_byte() <= self.at {
                    self.leaves(pattern, 0);
                }
            }
        }
    }

    /// Every name of a pattern.
    fn leaves(&mut self, node: Node<'_>, depth: usize) {
        self.looked += 1;
        if self.looked > MOST_NODES || depth > 8 {
            return;
        }
        if node.named_child_count() == 0 {
            return self.add(node);
        }
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        let other: Vec<usize> =
            OTHER.iter().filter_map(|it| Some(node.child_by_field_name(it)?.id())).collect();
        for child in children.into_iter().filter(|child| !other.contains(&child.id())) {
            self.leaves(child, depth + 1);
        }
    }

    fn item_below(&mut self, node: Node<'_>) {
        self.looked += 1;
        if self.names.len() >= MOST || self.looked > MOST_NODES {
            return;
        }
        let wraps = matches!(node.kind(), "export_statement" | "decorated_definition");
        let inner = node.named_child(node.named_child_count().saturating_sub(1) as u32);
        let node = inner.filter(|_| wraps).unwrap_or(node);
        if let Some(name) = node.child_by_field_name("name")
            && ITEMS.contains(&node.kind())
        {
            self.add(name);
        }
    }

    fn add(&mut self, node: Node<'_>) {
        let named = node.kind().ends_with("identifier") || node.kind().ends_with("_pattern");
        let length = node.end_byte().saturating_sub(node.start_byte());
        if (named || matches!(node.kind(), "self" | "this")) && (1..=LONGEST).contains(&length) {
            let (start, end) = (ByteOffset(node.start_byte()), ByteOffset(node.end_byte()));
            let name = self.text.slice(ByteRange::new(start, end)).into_owned();
            self.insert(name);
        }
    }

    fn insert(&mut self, name: String) {
        if self.names.len() < MOST && self.known.insert(name.clone()) {
            self.names.push(name);
        }
    }
}
