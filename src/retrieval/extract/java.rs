//! Java.

use tree_sitter::Node;

use super::{Enter, New, Reader, Role, ScopeKind};
use crate::retrieval::names::Name;
use crate::retrieval::symbol::Kind;

pub(super) const ROLES: &[(&str, Role)] = &[
    ("identifier", Role::Mention),
    ("type_identifier", Role::Mention),
    ("line_comment", Role::Skip),
    ("block_comment", Role::Skip),
    ("string_literal", Role::Skip),
    ("package_declaration", Role::On(package)),
    ("import_declaration", Role::On(import)),
    ("class_declaration", Role::On(class)),
    ("interface_declaration", Role::On(class)),
    ("annotation_type_declaration", Role::On(class)),
    ("enum_declaration", Role::On(class)),
    ("record_declaration", Role::On(class)),
    ("method_declaration", Role::On(method)),
    ("constructor_declaration", Role::On(method)),
    ("annotation_type_element_declaration", Role::On(method)),
    ("field_declaration", Role::On(field)),
    ("constant_declaration", Role::On(field)),
    ("enum_constant", Role::On(constant)),
];

fn package(reader: &mut Reader<'_>, node: Node) -> Enter {
    reader.package = node.named_child(0).map_or("", |name| reader.str(name)).into();
    Enter::Skip
}

fn import(reader: &mut Reader<'_>, node: Node) -> Enter {
    let text = reader.str(node).trim_start_matches("import").trim_end_matches(';').trim();
    let fixed = text.strip_prefix("static ");
    let text = fixed.unwrap_or(text).trim();
    let Some((path, last)) = text.rsplit_once('.') else { return Enter::Skip };
    let name = reader.name_of(last.trim());
    reader.import(path.trim(), name, name, false);
    Enter::Skip
}

/// A declaration's modifiers, annotations left out of its signature.
fn start(reader: &Reader<'_>, node: Node) -> (usize, bool) {
    let modifiers = node.named_child(0).filter(|child| child.kind() == "modifiers");
    let Some(modifiers) = modifiers else { return (node.start_byte(), true) };
    let hidden = reader.str(modifiers).contains("private");
    let mut cursor = modifiers.walk();
    let first = modifiers.children(&mut cursor).find(|child| !child.kind().ends_with("annotation"));
    (first.map_or(modifiers.end_byte(), |first| first.start_byte()), !hidden)
}

fn class(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let kind = match node.kind() {
        "interface_declaration" | "annotation_type_declaration" => Kind::Interface,
        "enum_declaration" => Kind::Enum,
        _ => Kind::Class,
    };
    let (from, public) = start(reader, node);
    let symbol = reader.define(New::of(kind, node, name).from(from).public(public));
    let owner = reader.name(name);
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        if matches!(child.kind(), "superclass" | "super_interfaces" | "extends_interfaces") {
            let text = reader.str(child);
            for parent in super::signature::types(text, reader.source.family()).take(6) {
                let parent = reader.name_of(parent);
                reader.parents.push((owner, parent));
            }
        }
    }
    reader.members(symbol, owner)
}

fn method(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.scope.kind != ScopeKind::Type {
        return Enter::Into;
    }
    let (from, public) = start(reader, node);
    let symbol = reader.define(New::of(Kind::Method, node, name).from(from).public(public));
    if let Some(result) = node.child_by_field_name("type") {
        reader.types_of_last(reader.str(result));
    }
    reader.body(symbol)
}

fn field(reader: &mut Reader<'_>, node: Node) -> Enter {
    if reader.scope.kind != ScopeKind::Type {
        return Enter::Into;
    }
    let Some(declarator) = node.child_by_field_name("declarator") else { return Enter::Into };
    let Some(name) = declarator.child_by_field_name("name") else { return Enter::Into };
    let (from, public) = start(reader, node);
    let symbol = reader.define(New::of(Kind::Field, node, name).from(from).public(public));
    if let Some(of) = node.child_by_field_name("type") {
        reader.types_of_last(reader.str(of));
    }
    reader.body(symbol)
}

fn constant(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.scope.kind == ScopeKind::Type && reader.scope.owner != Name::NONE {
        let symbol = reader.define(New::of(Kind::Variant, node, name));
        return reader.body(symbol);
    }
    Enter::Into
}
