//! Where a module's file lies: `mod name;`, `#[path]` and modules around it
//! (<https://doc.rust-lang.org/reference/items/modules.html#the-path-attribute>).

use tree_sitter::Node;

use super::Reader;

/// The file of a `mod name;`, where it is not simply named so; relative to the file's folder, or, behind
/// `self::`, to the one that the file's modules lie in. Without `.rs` it may be `name.rs` or `name/mod.rs`.
pub(super) fn file(reader: &Reader<'_>, node: Node) -> Option<String> {
    let own = path_attribute(reader, node);
    let is_moved = own.is_some();
    let mut parts = vec![own.unwrap_or_else(|| name(reader, node))];
    let mut from_file = is_moved;
    let mut at = node;
    while let Some(outer) = at.parent() {
        if outer.kind() == "mod_item" {
            let folder = path_attribute(reader, outer);
            from_file = folder.is_some();
            parts.push(folder.unwrap_or_else(|| name(reader, outer)));
        }
        at = outer;
    }
    if parts.len() == 1 && !is_moved {
        return None;
    }
    parts.reverse();
    let path = parts.join("/").replace('\\', "/");
    Some(if from_file { path } else { format!("self::{path}") })
}

fn name<'a>(reader: &Reader<'a>, node: Node) -> &'a str {
    node.child_by_field_name("name").map_or("", |name| reader.str(name))
}

/// What `#[path = "…"]` before an item says.
fn path_attribute<'a>(reader: &Reader<'a>, node: Node) -> Option<&'a str> {
    let before = std::iter::successors(node.prev_sibling(), Node::prev_sibling);
    before
        .take_while(|node| {
            matches!(node.kind(), "attribute_item" | "line_comment" | "block_comment")
        })
        .filter(|node| node.kind() == "attribute_item")
        .find_map(|node| {
            let value = reader.str(node).strip_prefix("#[")?.trim_start().strip_prefix("path")?;
            let value = value.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
            Some(value.split_once('"')?.0)
        })
}
