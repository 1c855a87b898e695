//! JavaScript and TypeScript.

use tree_sitter::Node;

use super::{Enter, New, Reader, Role, Scope, ScopeKind};
use crate::retrieval::names::Name;
use crate::retrieval::symbol::Kind;

mod modules;

pub(super) use modules::finish;
use modules::{export, exported, import, required};

pub(super) const ROLES: &[(&str, Role)] = &[
    ("identifier", Role::Mention),
    ("type_identifier", Role::Mention),
    ("property_identifier", Role::Mention),
    ("private_property_identifier", Role::Mention),
    ("shorthand_property_identifier", Role::Mention),
    ("shorthand_property_identifier_pattern", Role::Mention),
    ("comment", Role::Skip),
    ("string_fragment", Role::Skip),
    ("function_declaration", Role::On(function)),
    ("generator_function_declaration", Role::On(function)),
    ("function_signature", Role::On(function)),
    ("class_declaration", Role::On(class)),
    ("abstract_class_declaration", Role::On(class)),
    ("interface_declaration", Role::On(class)),
    ("enum_declaration", Role::On(class)),
    ("type_alias_declaration", Role::On(alias)),
    ("method_definition", Role::On(member)),
    ("method_signature", Role::On(member)),
    ("abstract_method_signature", Role::On(member)),
    ("public_field_definition", Role::On(member)),
    ("field_definition", Role::On(member)),
    ("property_signature", Role::On(member)),
    ("enum_assignment", Role::On(member)),
    ("internal_module", Role::On(namespace)),
    ("module", Role::On(namespace)),
    ("variable_declarator", Role::On(variable)),
    ("assignment_expression", Role::On(assignment)),
    ("arrow_function", Role::On(inner_function)),
    ("function_expression", Role::On(inner_function)),
    ("generator_function", Role::On(inner_function)),
    ("export_statement", Role::On(export)),
    ("import_statement", Role::On(import)),
];

fn inner_function(reader: &mut Reader<'_>, _: Node) -> Enter {
    if reader.scope.kind == ScopeKind::Body {
        Enter::Into
    } else {
        reader.body(reader.scope.symbol)
    }
}

fn function(reader: &mut Reader<'_>, node: Node) -> Enter {
    let before = reader.before.take();
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let new = New::of(Kind::Function, node, name).public(before.is_some());
    let symbol = reader.define(new.from(before.unwrap_or(node.start_byte())));
    result_types(reader, node);
    reader.body(symbol)
}

fn result_types(reader: &mut Reader<'_>, node: Node) {
    if let Some(result) = node.child_by_field_name("return_type") {
        reader.types_of_last(reader.str(result));
    }
}

fn class(reader: &mut Reader<'_>, node: Node) -> Enter {
    let before = reader.before.take();
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let kind = match node.kind() {
        "interface_declaration" => Kind::Interface,
        "enum_declaration" => Kind::Enum,
        _ => Kind::Class,
    };
    let start = before.unwrap_or(node.start_byte());
    let mut new = New::of(kind, node, name).public(before.is_some()).from(start);
    let small = kind != Kind::Class && node.end_byte() - node.start_byte() < 200;
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
        if matches!(child.kind(), "class_heritage" | "extends_type_clause") {
            let text = reader.str(child);
            for parent in super::signature::types(text, reader.source.family()).take(4) {
                let parent = reader.name_of(parent);
                reader.parents.push((owner, parent));
            }
        }
    }
    reader.members(symbol, owner)
}

fn alias(reader: &mut Reader<'_>, node: Node) -> Enter {
    let before = reader.before.take();
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let new = New::of(Kind::Alias, node, name).public(before.is_some());
    let symbol = reader.define(new.from(before.unwrap_or(node.start_byte())));
    let Some(value) = node.child_by_field_name("value") else { return Enter::Into };
    reader.types_of_last(reader.str(value));
    // `type A = { … }` has members like an interface.
    if value.kind() == "object_type" {
        if value.end_byte() - value.start_byte() < 130 {
            reader.scope_shown(symbol);
        }
        let owner = reader.name(name);
        return reader.members(symbol, owner);
    }
    reader.body(symbol)
}

fn member(reader: &mut Reader<'_>, node: Node) -> Enter {
    let named = node.child_by_field_name("name").or_else(|| node.child_by_field_name("property"));
    let Some(name) = named else { return Enter::Into };
    if reader.scope.kind != ScopeKind::Type {
        return if reader.in_body() { Enter::Into } else { reader.body(reader.scope.symbol) };
    }
    let kind = match node.kind() {
        "method_definition" | "method_signature" | "abstract_method_signature" => Kind::Method,
        "enum_assignment" => Kind::Variant,
        _ => Kind::Field,
    };
    let text = reader.str(node);
    let hidden = text.starts_with("private") || text.starts_with('#');
    let mut new = New::of(kind, node, name).public(!hidden);
    let value = node.child_by_field_name("value");
    let inner = value.and_then(|value| value.child_by_field_name("body"));
    if let Some(body) = inner {
        new.end = body.start_byte();
    }
    let symbol = reader.define(new);
    result_types(reader, node);
    let of = node.child_by_field_name("type").or(value.filter(|v| v.kind() == "new_expression"));
    if let Some(of) = of {
        reader.types_of_last(reader.str(of));
    }
    reader.body(symbol)
}

fn namespace(reader: &mut Reader<'_>, node: Node) -> Enter {
    reader.before = None;
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() || name.kind() == "string" {
        return Enter::Into;
    }
    let symbol = reader.define(New::of(Kind::Module, node, name));
    Enter::Scope(Scope { symbol, owner: Name::NONE, kind: ScopeKind::Module, open: false })
}

fn variable(reader: &mut Reader<'_>, node: Node) -> Enter {
    let before = reader.before;
    let (name, value) = (node.child_by_field_name("name"), node.child_by_field_name("value"));
    let Some(name) = name else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    if let Some(value) = value
        && required(reader, name, value)
    {
        return Enter::Skip;
    }
    if name.kind() != "identifier" {
        return Enter::Into;
    }
    let start = before.unwrap_or_else(|| statement_start(reader.text, node.start_byte()));
    let kind = match value.map(|value| value.kind()) {
        Some("arrow_function" | "function_expression" | "generator_function") => Kind::Function,
        Some("class") => Kind::Class,
        _ => Kind::Constant,
    };
    let mut new = New::of(kind, node, name).public(before.is_some()).from(start);
    if let Some(body) = value.and_then(|value| value.child_by_field_name("body")) {
        new.end = body.start_byte();
    }
    let symbol = reader.define(new);
    if let Some(of) = node.child_by_field_name("type") {
        reader.types_of_last(reader.str(of));
    } else if let Some(value) = value {
        match value.kind() {
            "new_expression" => reader.types_of_last(reader.str(value)),
            "arrow_function" | "function_expression" => result_types(reader, value),
            _ => {}
        }
    }
    if kind == Kind::Class {
        let owner = reader.name(name);
        return reader.members(symbol, owner);
    }
    reader.body(symbol)
}

/// `const` and `export` before a declarator.
fn statement_start(text: &str, at: usize) -> usize {
    let line =
        text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let head = text.get(line..at).unwrap_or("");
    let words =
        head.split_whitespace().all(|w| ["export", "const", "let", "var", "declare"].contains(&w));
    if words { line + (head.len() - head.trim_start().len()) } else { at }
}

/// `exports.a = …`, `A.prototype.b = …`, `module.exports = { a, b }`.
fn assignment(reader: &mut Reader<'_>, node: Node) -> Enter {
    let (Some(left), Some(right)) =
        (node.child_by_field_name("left"), node.child_by_field_name("right"))
    else {
        return Enter::Into;
    };
    if reader.in_body() || left.kind() != "member_expression" {
        return if reader.scope.kind == ScopeKind::Body {
            constructor_field(reader, node, left, right)
        } else {
            Enter::Into
        };
    }
    let text = reader.str(left);
    if text == "module.exports" {
        return exported(reader, right);
    }
    let Some((object, _)) = text.rsplit_once('.') else { return Enter::Into };
    let Some(name) = left.child_by_field_name("property") else { return Enter::Into };
    let function = matches!(right.kind(), "function_expression" | "arrow_function" | "class");
    let owner = object.strip_suffix(".prototype");
    if !(owner.is_some() || ["exports", "module.exports"].contains(&object)) {
        return Enter::Into;
    }
    let kind = match (owner.is_some(), function) {
        (true, _) => Kind::Method,
        (false, true) => Kind::Function,
        (false, false) => Kind::Constant,
    };
    // `exports.a = a` names what is defined elsewhere in the file.
    if kind == Kind::Constant && right.kind() == "identifier" {
        return Enter::Into;
    }
    let mut new = New::of(kind, node, name).public(true);
    if let Some(body) = right.child_by_field_name("body") {
        new.end = body.start_byte();
    }
    let outer = reader.scope.owner;
    if let Some(owner) = owner {
        reader.scope.owner = reader.name_of(owner);
    }
    let symbol = reader.define(new);
    reader.scope.owner = outer;
    if right.kind() == "class" {
        let owner = reader.name(name);
        return reader.members(symbol, owner);
    }
    reader.body(symbol)
}

/// `this.name = value` in a class's methods.
fn constructor_field(reader: &mut Reader<'_>, node: Node, left: Node, right: Node) -> Enter {
    let object = left.child_by_field_name("object");
    let own = object.is_some_and(|object| object.kind() == "this");
    let (true, Some(name)) =
        (own && reader.scope.owner.is_some(), left.child_by_field_name("property"))
    else {
        return Enter::Into;
    };
    let (id, owner) = (reader.name(name), reader.scope.owner);
    let known = |symbol: &super::Symbol| symbol.name == id && symbol.owner == owner;
    if reader.symbols.iter().rev().take(200).any(known) {
        return Enter::Into;
    }
    let inner = reader.scope.symbol;
    let class = reader.container(inner);
    reader.scope.symbol = class;
    reader.define(New::of(Kind::Field, node, name).public(!reader.str(name).starts_with('#')));
    reader.scope.symbol = inner;
    if right.kind() == "new_expression" {
        reader.types_of_last(reader.str(right));
    }
    Enter::Into
}
