//! Python.

use tree_sitter::Node;

use super::{Enter, New, Reader, Role, ScopeKind, doc};
use crate::retrieval::names::Name;
use crate::retrieval::symbol::Kind;

pub(super) const ROLES: &[(&str, Role)] = &[
    ("identifier", Role::Mention),
    ("comment", Role::Skip),
    ("string_content", Role::Skip),
    ("function_definition", Role::On(function)),
    ("class_definition", Role::On(class)),
    ("decorated_definition", Role::On(decorated)),
    ("assignment", Role::On(assignment)),
    ("import_statement", Role::On(import)),
    ("import_from_statement", Role::On(import_from)),
    ("future_import_statement", Role::Skip),
];

fn decorated(reader: &mut Reader<'_>, node: Node) -> Enter {
    reader.before = Some(node.start_byte());
    Enter::Into
}

/// Decorators that say how a function is called, to stand before its signature.
fn kept_decorators(text: &str) -> String {
    let mut kept = String::new();
    for line in text.lines().map(str::trim) {
        let known = ["@property", "@cached_property", "@staticmethod", "@classmethod"];
        let setter = line.starts_with('@') && line.ends_with(".setter");
        if known.contains(&line) || setter || line.starts_with("@overload") {
            kept.push_str(line);
            kept.push(' ');
        }
    }
    kept
}

fn function(reader: &mut Reader<'_>, node: Node) -> Enter {
    let decorators = reader.before.take();
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let method = reader.scope.kind == ScopeKind::Type;
    let kind = if method { Kind::Method } else { Kind::Function };
    let text = reader.str(name);
    let public = !text.starts_with('_') || text.starts_with("__");
    let symbol = reader.define(New::of(kind, node, name).public(public));
    if let Some(from) = decorators {
        let kept = kept_decorators(reader.text.get(from..node.start_byte()).unwrap_or(""));
        reader.prepend_signature(&kept);
    }
    if let Some(result) = node.child_by_field_name("return_type") {
        reader.types_of_last(reader.str(result));
    }
    docstring(reader, node, symbol);
    reader.body(symbol)
}

fn class(reader: &mut Reader<'_>, node: Node) -> Enter {
    reader.before = None;
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let public = !reader.str(name).starts_with('_');
    let symbol = reader.define(New::of(Kind::Class, node, name).public(public));
    let owner = reader.name(name);
    if let Some(bases) = node.child_by_field_name("superclasses") {
        let mut cursor = bases.walk();
        for base in bases.named_children(&mut cursor) {
            let text = reader.str(base);
            let text = text.split(['[', '(']).next().unwrap_or(text);
            let last = text.rsplit('.').next().unwrap_or(text).trim();
            if base.kind() != "keyword_argument" && !last.is_empty() {
                let parent = reader.name_of(last);
                reader.parents.push((owner, parent));
            }
        }
    }
    docstring(reader, node, symbol);
    reader.members(symbol, owner)
}

fn docstring(reader: &mut Reader<'_>, node: Node, symbol: u32) {
    let first = node.child_by_field_name("body").and_then(|body| body.named_child(0));
    let string = first.filter(|first| first.kind() == "expression_statement");
    if let Some(string) = string.and_then(|statement| statement.named_child(0))
        && string.kind() == "string"
        && let Some(text) = doc::sentence(reader.str(string))
    {
        reader.document(symbol, &text);
    }
}

/// `NAME = value` of a module or class; `self.name = value` of a method.
fn assignment(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(left) = node.child_by_field_name("left") else { return Enter::Into };
    let of = node.child_by_field_name("type").or_else(|| node.child_by_field_name("right"));
    match reader.scope.kind {
        ScopeKind::Body => {
            if left.kind() == "attribute" && reader.scope.owner.is_some() {
                own_attribute(reader, node, left, of);
            }
        }
        scope => {
            if left.kind() == "identifier" {
                let field = scope == ScopeKind::Type;
                let kind = if field { Kind::Field } else { Kind::Constant };
                let public = !reader.str(left).starts_with('_');
                reader.define(New::of(kind, node, left).public(public));
                value_types(reader, of);
            }
        }
    }
    Enter::Into
}

fn own_attribute(reader: &mut Reader<'_>, node: Node, left: Node, of: Option<Node>) {
    let object = left.child_by_field_name("object").map_or("", |object| reader.str(object));
    let Some(name) = left.child_by_field_name("attribute") else { return };
    if object != "self" {
        return;
    }
    let (id, owner) = (reader.name(name), reader.scope.owner);
    let known = |symbol: &super::Symbol| symbol.name == id && symbol.owner == owner;
    if reader.symbols.iter().rev().take(200).any(known) {
        return;
    }
    let inner = reader.scope.symbol;
    let class = reader.container(inner);
    reader.scope.symbol = class;
    let public = !reader.str(name).starts_with('_');
    let new = New::of(Kind::Field, node, name).public(public).from(left.start_byte());
    reader.define(new);
    reader.scope.symbol = inner;
    value_types(reader, of);
}

/// The annotation's types, or the class whose constructor is called.
fn value_types(reader: &mut Reader<'_>, of: Option<Node>) {
    let Some(of) = of else { return };
    let text = reader.str(of);
    match of.kind() {
        "type" => reader.types_of_last(text),
        "call" => reader.types_of_last(text.split('(').next().unwrap_or("")),
        "identifier" | "attribute" => reader.types_of_last(text),
        _ => {}
    }
}

fn import(reader: &mut Reader<'_>, node: Node) -> Enter {
    let mut cursor = node.walk();
    for child in node.children_by_field_name("name", &mut cursor) {
        let (path, alias) = match child.kind() {
            "aliased_import" => {
                let (Some(path), Some(alias)) =
                    (child.child_by_field_name("name"), child.child_by_field_name("alias"))
                else {
                    continue;
                };
                (reader.str(path), reader.name(alias))
            }
            _ => {
                let path = reader.str(child);
                // `import a.b` binds `a`, but what is used of it is `b`'s.
                (path, reader.name_of(path.rsplit('.').next().unwrap_or(path)))
            }
        };
        reader.import(path, Name::NONE, alias, true);
    }
    Enter::Skip
}

fn import_from(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(module) = node.child_by_field_name("module_name") else { return Enter::Into };
    let path: Box<str> = reader.str(module).replace(char::is_whitespace, "").into();
    let mut cursor = node.walk();
    let mut any = false;
    for child in node.children_by_field_name("name", &mut cursor) {
        any = true;
        let (name, alias) = match child.kind() {
            "aliased_import" => {
                let (Some(name), Some(alias)) =
                    (child.child_by_field_name("name"), child.child_by_field_name("alias"))
                else {
                    continue;
                };
                (reader.name(name), reader.name(alias))
            }
            _ => {
                let name = reader.name_of(reader.str(child));
                (name, name)
            }
        };
        reader.import(&path, name, alias, true);
    }
    if !any {
        let (name, alias) = (Name::GLOB, Name::GLOB);
        reader.import(&path, name, alias, true);
    }
    Enter::Skip
}
