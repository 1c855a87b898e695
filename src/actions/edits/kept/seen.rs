//! Where a declaration can be seen from, and the modules that it may stand in.

use tree_sitter::Node;

use super::{Outcome, bytes};
use crate::actions::edits::check::Trees;
use crate::actions::here::nodes::{self, Class};
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::document::words::words;

/// Whether the name of a declaration is used where nothing was rewritten, or may be in other files.
pub(super) fn is_seen(of: &Outcome<'_>, trees: &Trees, range: ByteRange, name: &str) -> bool {
    let mut node =
        trees.before.root_node().named_descendant_for_byte_range(range.start.0, range.end.0);
    node = node.and_then(|node| node.parent());
    let mut local = false;
    while let Some(outer) = node {
        local = local || nodes::class(outer) == Some(Class::Function);
        node = outer.parent();
    }
    let part = |from, to| of.before.slice(ByteRange::new(from, to));
    let says = |text: &str| words(text).any(|word| word == name);
    let (above, below) =
        (part(ByteOffset(0), of.region.start), part(of.region.end, of.before.end()));
    !local || says(&above) || says(&below)
}

/// Modules and namespaces, by their names.
pub(super) fn modules(node: Node<'_>, text: &Text, found: &mut Vec<(ByteRange, String)>) {
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        if matches!(child.kind(), "mod_item" | "namespace_definition" | "internal_module") {
            let name = child.child_by_field_name("name").map(|name| text.slice(bytes(name)));
            found.extend(name.map(|name| (bytes(child), name.into_owned())));
            modules(child.child_by_field_name("body").unwrap_or(child), text, found);
        } else if child.kind() == "declaration_list" {
            modules(child, text, found);
        }
    }
}
