//! Go.

use tree_sitter::Node;

use super::{Enter, New, Reader, Role, ScopeKind};
use crate::retrieval::names::Name;
use crate::retrieval::symbol::Kind;

pub(super) const ROLES: &[(&str, Role)] = &[
    ("identifier", Role::Mention),
    ("type_identifier", Role::Mention),
    ("field_identifier", Role::Mention),
    ("package_identifier", Role::Mention),
    ("comment", Role::Skip),
    ("interpreted_string_literal", Role::Skip),
    ("raw_string_literal", Role::Skip),
    ("package_clause", Role::On(package)),
    ("function_declaration", Role::On(function)),
    ("method_declaration", Role::On(function)),
    ("method_elem", Role::On(interface_method)),
    ("type_spec", Role::On(type_spec)),
    ("type_alias", Role::On(type_spec)),
    ("const_spec", Role::On(value)),
    ("var_spec", Role::On(value)),
    ("field_declaration", Role::On(field)),
    ("import_spec", Role::On(import)),
];

fn exported(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_uppercase)
}

fn package(reader: &mut Reader<'_>, node: Node) -> Enter {
    if let Some(name) = node.named_child(0) {
        reader.package = reader.str(name).into();
    }
    Enter::Skip
}

fn function(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    let outer = reader.scope.owner;
    let mut kind = Kind::Function;
    if let Some(receiver) = node.child_by_field_name("receiver") {
        kind = Kind::Method;
        let text = reader.str(receiver);
        let text = text.split('[').next().unwrap_or(text);
        let of = text.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).find(|w| !w.is_empty());
        reader.scope.owner = of.map_or(Name::NONE, |of| reader.name_of(of));
    }
    let public = exported(reader.str(name));
    let symbol = reader.define(New::of(kind, node, name).public(public));
    if let Some(result) = node.child_by_field_name("result") {
        reader.types_of_last(reader.str(result));
    }
    let enter = reader.body(symbol);
    reader.scope.owner = outer;
    enter
}

fn interface_method(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.scope.kind == ScopeKind::Type {
        let public = exported(reader.str(name));
        let symbol = reader.define(New::of(Kind::Method, node, name).public(public));
        if let Some(result) = node.child_by_field_name("result") {
            reader.types_of_last(reader.str(result));
        }
        return reader.body(symbol);
    }
    Enter::Into
}

fn type_spec(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let Some(of) = node.child_by_field_name("type") else { return Enter::Into };
    let kind = match of.kind() {
        "struct_type" => Kind::Class,
        "interface_type" => Kind::Interface,
        _ => Kind::Alias,
    };
    let public = exported(reader.str(name));
    let mut new = New::of(kind, node, name).public(public);
    let small = node.end_byte() - node.start_byte() < 200 || kind == Kind::Alias;
    if !small {
        let text = reader.str(node);
        new.end = new.start + text.find('{').unwrap_or(text.len());
    }
    let symbol = reader.define(new);
    reader.prepend_signature("type ");
    if small && kind == Kind::Class {
        reader.scope_shown(symbol);
    }
    if kind == Kind::Alias {
        reader.types_of_last(reader.str(of));
    }
    let owner = reader.name(name);
    reader.members(symbol, owner)
}

fn value(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let public = exported(reader.str(name));
    let symbol = reader.define(New::of(Kind::Constant, node, name).public(public));
    if let Some(of) = node.child_by_field_name("type") {
        reader.types_of_last(reader.str(of));
    }
    reader.body(symbol)
}

fn field(reader: &mut Reader<'_>, node: Node) -> Enter {
    if reader.scope.kind != ScopeKind::Type {
        return Enter::Into;
    }
    let of = node.child_by_field_name("type");
    match (node.child_by_field_name("name"), of) {
        (Some(name), _) => {
            let public = exported(reader.str(name));
            reader.define(New::of(Kind::Field, node, name).public(public));
            if let Some(of) = of {
                reader.types_of_last(reader.str(of));
            }
        }
        // An embedded type gives its members.
        (None, Some(of)) => {
            let owner = reader.scope.owner;
            let text = reader.str(of);
            if let Some(parent) = super::signature::types(text, reader.source.family()).last() {
                let parent = reader.name_of(parent);
                reader.parents.push((owner, parent));
            }
        }
        _ => {}
    }
    Enter::Into
}

fn import(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(path) = node.child_by_field_name("path") else { return Enter::Skip };
    let path: Box<str> = reader.str(path).trim_matches(['"', '`']).into();
    let alias = match node.child_by_field_name("name") {
        Some(name) if name.kind() == "package_identifier" => reader.name(name),
        Some(name) if name.kind() == "dot" => Name::GLOB,
        _ => reader.names.add(path.rsplit('/').next().unwrap_or(&path)),
    };
    let name = if alias == Name::GLOB { Name::GLOB } else { Name::NONE };
    reader.import(&path, name, alias, false);
    Enter::Skip
}
