//! C and C++.

use tree_sitter::Node;

use super::{Enter, New, Reader, Role, Scope, ScopeKind};
use crate::retrieval::names::Name;
use crate::retrieval::symbol::Kind;

pub(super) const ROLES: &[(&str, Role)] = &[
    ("identifier", Role::Mention),
    ("type_identifier", Role::Mention),
    ("field_identifier", Role::Mention),
    ("namespace_identifier", Role::Mention),
    ("comment", Role::Skip),
    ("string_literal", Role::Skip),
    ("raw_string_literal", Role::Skip),
    ("function_definition", Role::On(function)),
    ("declaration", Role::On(declaration)),
    ("field_declaration", Role::On(declaration)),
    ("type_definition", Role::On(type_definition)),
    ("alias_declaration", Role::On(alias)),
    ("struct_specifier", Role::On(class)),
    ("union_specifier", Role::On(class)),
    ("class_specifier", Role::On(class)),
    ("enum_specifier", Role::On(class)),
    ("enumerator", Role::On(enumerator)),
    ("namespace_definition", Role::On(namespace)),
    ("preproc_def", Role::On(macro_definition)),
    ("preproc_function_def", Role::On(macro_definition)),
    ("preproc_include", Role::On(include)),
];

/// The name inside nested declarators, and whether it is a function's.
fn declared<'t>(node: Node<'t>) -> Option<(Node<'t>, bool)> {
    let (mut at, mut function) = (node, false);
    for _ in 0..12 {
        match at.kind() {
            "function_declarator" => function = true,
            "identifier" | "field_identifier" | "type_identifier" | "destructor_name"
            | "operator_name" => return Some((at, function)),
            "qualified_identifier" => {
                at = at.child_by_field_name("name")?;
                continue;
            }
            _ => {}
        }
        at = at.child_by_field_name("declarator").or_else(|| {
            let wraps = matches!(at.kind(), "reference_declarator" | "parenthesized_declarator");
            at.named_child(0).filter(|_| wraps)
        })?;
    }
    None
}

/// `Owner` of `Owner::name`.
fn qualifier<'a>(reader: &Reader<'a>, name: Node) -> Option<&'a str> {
    let before = reader.text.get(..name.start_byte())?.trim_end().strip_suffix("::")?;
    let start = before.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    before.get(start..).filter(|owner| !owner.is_empty())
}

fn function(reader: &mut Reader<'_>, node: Node) -> Enter {
    let declarator = node.child_by_field_name("declarator");
    let Some((name, _)) = declarator.and_then(declared) else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let outer = reader.scope.owner;
    let qualifier = qualifier(reader, name);
    if let Some(owner) = qualifier {
        reader.scope.owner = reader.name_of(owner);
    }
    let method = qualifier.is_some() || reader.scope.kind == ScopeKind::Type;
    let kind = if method { Kind::Method } else { Kind::Function };
    let public = !reader.str(node).starts_with("static");
    let symbol = reader.define(New::of(kind, node, name).public(public));
    if let Some(result) = node.child_by_field_name("type") {
        reader.types_of_last(reader.str(result));
    }
    let enter = reader.body(symbol);
    reader.scope.owner = outer;
    enter
}

/// A prototype, a global, a member.
fn declaration(reader: &mut Reader<'_>, node: Node) -> Enter {
    if reader.in_body() {
        return Enter::Into;
    }
    let declarator = node.child_by_field_name("declarator");
    let Some((name, function)) = declarator.and_then(declared) else { return Enter::Into };
    let member = reader.scope.kind == ScopeKind::Type;
    let kind = match (member, function) {
        (true, true) => Kind::Method,
        (true, false) => Kind::Field,
        (false, true) => Kind::Function,
        (false, false) => Kind::Constant,
    };
    // A struct defined in passing is its own definition.
    let of = node.child_by_field_name("type");
    let inner = of.is_some_and(|of| of.child_by_field_name("body").is_some());
    let public = !reader.str(node).starts_with("static");
    if !inner {
        reader.define(New::of(kind, node, name).public(public));
        if let Some(of) = of {
            reader.types_of_last(reader.str(of));
        }
    }
    Enter::Into
}

fn type_definition(reader: &mut Reader<'_>, node: Node) -> Enter {
    let declarator = node.child_by_field_name("declarator");
    let Some((name, _)) = declarator.and_then(declared) else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let of = node.child_by_field_name("type");
    let body = of.and_then(|of| of.child_by_field_name("body"));
    let kind = if body.is_some() { Kind::Class } else { Kind::Alias };
    let mut new = New::of(kind, node, name);
    let small = node.end_byte() - node.start_byte() < 200;
    if let Some(body) = body.filter(|_| !small) {
        new.end = body.start_byte();
    }
    let symbol = reader.define(new);
    if body.is_some_and(|_| !small) {
        let name = reader.str(name);
        reader.append_signature(&format!(" {{ … }} {name}"));
    }
    let owner = reader.name(name);
    if body.is_some() {
        if small {
            reader.scope_shown(symbol);
        }
        return reader.members(symbol, owner);
    }
    if let Some(of) = of {
        reader.types_of_last(reader.str(of));
    }
    Enter::Into
}

fn alias(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if !reader.in_body() {
        reader.define(New::of(Kind::Alias, node, name));
        if let Some(of) = node.child_by_field_name("type") {
            reader.types_of_last(reader.str(of));
        }
    }
    Enter::Into
}

fn class(reader: &mut Reader<'_>, node: Node) -> Enter {
    let (name, body) = (node.child_by_field_name("name"), node.child_by_field_name("body"));
    let (Some(name), Some(_)) = (name, body) else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let kind = if node.kind() == "enum_specifier" { Kind::Enum } else { Kind::Class };
    let mut new = New::of(kind, node, name);
    let small = node.end_byte() - node.start_byte() < 200;
    if small {
        new.end = node.end_byte();
    }
    let symbol = reader.define(new);
    if small {
        reader.scope_shown(symbol);
    }
    let owner = reader.name(name);
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        if child.kind() == "base_class_clause" {
            let words = ["public", "private", "protected", "virtual"];
            for parent in super::signature::types(reader.str(child), reader.source.family()) {
                if !words.contains(&parent) {
                    let parent = reader.name_of(parent);
                    reader.parents.push((owner, parent));
                }
            }
        }
    }
    reader.members(symbol, owner)
}

fn enumerator(reader: &mut Reader<'_>, node: Node) -> Enter {
    if let Some(name) = node.child_by_field_name("name")
        && !reader.in_body()
    {
        reader.define(New::of(Kind::Variant, node, name));
    }
    Enter::Into
}

fn namespace(reader: &mut Reader<'_>, _: Node) -> Enter {
    let scope = reader.scope;
    Enter::Scope(Scope { owner: Name::NONE, kind: ScopeKind::Module, ..scope })
}

fn macro_definition(reader: &mut Reader<'_>, node: Node) -> Enter {
    if let Some(name) = node.child_by_field_name("name") {
        let mut new = New::of(Kind::Macro, node, name);
        if let Some(value) = node.child_by_field_name("value")
            && value.end_byte() - value.start_byte() > 40
        {
            new.end = value.start_byte();
        }
        reader.define(new);
    }
    Enter::Into
}

fn include(reader: &mut Reader<'_>, node: Node) -> Enter {
    if let Some(path) = node.child_by_field_name("path") {
        let path = reader.str(path).trim_matches(['"', '<', '>']);
        let (name, alias) = (Name::GLOB, Name::GLOB);
        reader.import(path, name, alias, true);
    }
    Enter::Skip
}
