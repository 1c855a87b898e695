//! What ECMAScript modules and CommonJS take from each other.

use tree_sitter::Node;

use crate::retrieval::extract::{Enter, New, Reader};
use crate::retrieval::names::Name;
use crate::retrieval::symbol::{Import, Kind};

/// `const { a, b: c } = require("./x")` and `const x = require("./x").y`.
pub(super) fn required(reader: &mut Reader<'_>, name: Node, value: Node) -> bool {
    let text = reader.str(value);
    let Some(at) = text.find("require(").filter(|at| *at < 12) else { return false };
    let Some(call) = text.get(at + 8..) else { return false };
    let Some((inside, after)) = call.split_once(')') else { return false };
    let path: Box<str> = inside.trim().trim_matches(['"', '\'', '`']).into();
    let property = after.trim().strip_prefix('.').unwrap_or("");
    let end = property.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(property.len());
    let property = property.get(..end).unwrap_or("");
    let push = |reader: &mut Reader<'_>, name, alias| {
        reader.import(&path, name, alias, false);
    };
    match name.kind() {
        "identifier" => {
            let alias = reader.name(name);
            let what = if property.is_empty() { Name::DEFAULT } else { reader.names.add(property) };
            push(reader, what, alias);
        }
        "object_pattern" => {
            let mut cursor = name.walk();
            for child in name.named_children(&mut cursor) {
                match child.kind() {
                    "shorthand_property_identifier_pattern" => {
                        let name = reader.name(child);
                        push(reader, name, name);
                    }
                    "pair_pattern" => {
                        let (Some(key), Some(value)) =
                            (child.child_by_field_name("key"), child.child_by_field_name("value"))
                        else {
                            continue;
                        };
                        let (key, value) = (reader.name(key), reader.name(value));
                        push(reader, key, value);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
    true
}

/// What `module.exports = …` names.
pub(super) fn exported(reader: &mut Reader<'_>, right: Node) -> Enter {
    match right.kind() {
        "identifier" => {
            let name = reader.name(right);
            reader.import("", name, Name::DEFAULT, true);
        }
        "class" => {
            let Some(name) = right.child_by_field_name("name") else { return Enter::Into };
            let symbol = reader.define(New::of(Kind::Class, right, name));
            let owner = reader.name(name);
            reader.import("", owner, Name::DEFAULT, true);
            return reader.members(symbol, owner);
        }
        "object" => {
            let mut cursor = right.walk();
            for child in right.named_children(&mut cursor) {
                if child.kind() == "pair"
                    && let (Some(key), Some(value)) =
                        (child.child_by_field_name("key"), child.child_by_field_name("value"))
                    && value.kind() == "identifier"
                {
                    let (alias, name) = (reader.name(key), reader.name(value));
                    reader.import("", name, alias, true);
                } else if child.kind() == "method_definition"
                    && let Some(name) = child.child_by_field_name("name")
                {
                    reader.define(New::of(Kind::Function, child, name));
                } else if child.kind() == "pair"
                    && let (Some(key), Some(value)) =
                        (child.child_by_field_name("key"), child.child_by_field_name("value"))
                    && matches!(value.kind(), "function_expression" | "arrow_function")
                {
                    let mut new = New::of(Kind::Function, child, key);
                    if let Some(body) = value.child_by_field_name("body") {
                        new.end = body.start_byte();
                    }
                    reader.define(new);
                }
            }
        }
        _ => {}
    }
    Enter::Into
}

pub(super) fn export(reader: &mut Reader<'_>, node: Node) -> Enter {
    let source = node.child_by_field_name("source");
    let path: Box<str> = source.map_or("", |source| unquoted(reader.str(source))).into();
    let mut cursor = node.walk();
    let mut clause = false;
    for child in node.named_children(&mut cursor) {
        match child.kind() {
            "export_clause" => {
                clause = true;
                specifiers(reader, child, &path, true);
            }
            "namespace_export" => {
                clause = true;
                if let Some(alias) = child.named_child(0) {
                    let alias = reader.name(alias);
                    let name = Name::NONE;
                    reader.import(&path, name, alias, true);
                }
            }
            _ => {}
        }
    }
    if !clause && source.is_some() {
        let (name, alias) = (Name::GLOB, Name::GLOB);
        reader.import(&path, name, alias, true);
    }
    let default = reader.str(node).starts_with("export default");
    let declared = node.child_by_field_name("declaration");
    let named = declared.and_then(|declared| declared.child_by_field_name("name"));
    if default
        && let Some(name) = named.or_else(|| node.child_by_field_name("value"))
        && matches!(name.kind(), "identifier" | "type_identifier")
    {
        let name = reader.name(name);
        let alias = Name::DEFAULT;
        reader.import("", name, alias, true);
    }
    reader.before = declared.map(|_| node.start_byte());
    Enter::Into
}

pub(super) fn import(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(source) = node.child_by_field_name("source") else { return Enter::Into };
    let path: Box<str> = unquoted(reader.str(source)).into();
    let mut cursor = node.walk();
    for clause in node.named_children(&mut cursor).filter(|child| child.kind() == "import_clause") {
        let mut inner = clause.walk();
        for child in clause.named_children(&mut inner) {
            match child.kind() {
                "identifier" => {
                    let alias = reader.name(child);
                    let name = Name::DEFAULT;
                    reader.import(&path, name, alias, false);
                }
                "namespace_import" => {
                    if let Some(alias) = child.named_child(0) {
                        let (alias, name) = (reader.name(alias), Name::NONE);
                        let path = path.clone();
                        reader.import(&path, name, alias, false);
                    }
                }
                "named_imports" => specifiers(reader, child, &path, false),
                _ => {}
            }
        }
    }
    Enter::Skip
}

fn specifiers(reader: &mut Reader<'_>, list: Node, path: &str, reexport: bool) {
    let mut cursor = list.walk();
    for specifier in list.named_children(&mut cursor) {
        let Some(name) = specifier.child_by_field_name("name") else { continue };
        let alias = specifier.child_by_field_name("alias").unwrap_or(name);
        let (name, alias) = (reader.name(name), reader.name(alias));
        reader.import(path, name, alias, reexport);
    }
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\'', '`'])
}

/// What a list at the file's end exports is public.
pub(in crate::retrieval::extract) fn finish(reader: &mut Reader<'_>) {
    let own = |import: &&Import| import.path.is_empty();
    let exported: Vec<Name> = reader.imports.iter().filter(own).map(|import| import.name).collect();
    for symbol in &mut reader.symbols {
        symbol.marks.set_public(symbol.is_public() || exported.contains(&symbol.name));
    }
}
