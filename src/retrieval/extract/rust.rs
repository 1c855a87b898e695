//! Rust.

mod modules;

use tree_sitter::{Node, Range as TreeRange};

use super::{Enter, New, Reader, Role, Scope, ScopeKind};
use crate::retrieval::names::Name;
use crate::retrieval::symbol::Kind;

pub(super) const ROLES: &[(&str, Role)] = &[
    ("identifier", Role::Mention),
    ("type_identifier", Role::Mention),
    ("field_identifier", Role::Mention),
    ("shorthand_field_identifier", Role::Mention),
    ("line_comment", Role::Skip),
    ("block_comment", Role::Skip),
    ("string_literal", Role::Skip),
    ("raw_string_literal", Role::Skip),
    ("function_item", Role::On(function)),
    ("function_signature_item", Role::On(function)),
    ("struct_item", Role::On(type_item)),
    ("union_item", Role::On(type_item)),
    ("enum_item", Role::On(type_item)),
    ("trait_item", Role::On(type_item)),
    ("type_item", Role::On(value)),
    ("associated_type", Role::On(value)),
    ("const_item", Role::On(value)),
    ("static_item", Role::On(value)),
    ("field_declaration", Role::On(field)),
    ("enum_variant", Role::On(variant)),
    ("impl_item", Role::On(implementation)),
    ("mod_item", Role::On(module)),
    ("macro_definition", Role::On(macro_definition)),
    ("macro_invocation", Role::On(macro_call)),
    ("use_declaration", Role::On(imports)),
];

fn is_public(reader: &Reader<'_>, node: Node) -> bool {
    // A trait's items are as public as the trait.
    reader.scope.open || reader.str(node).starts_with("pub")
}

fn function(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let method = reader.scope.kind == ScopeKind::Type;
    let kind = if method { Kind::Method } else { Kind::Function };
    let public = is_public(reader, node);
    let symbol = reader.define(New::of(kind, node, name).public(public));
    if let Some(result) = node.child_by_field_name("return_type") {
        reader.types_of_last(reader.str(result));
    }
    reader.body(symbol)
}

fn type_item(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let kind = match node.kind() {
        "enum_item" => Kind::Enum,
        "trait_item" => Kind::Interface,
        _ => Kind::Class,
    };
    let public = is_public(reader, node);
    let mut new = New::of(kind, node, name).public(public);
    // A tuple struct's body is its signature.
    let small = node.end_byte() - node.start_byte() < 200 && kind != Kind::Interface;
    let tuple =
        node.child_by_field_name("body").is_some_and(|body| body.kind().starts_with("ordered"));
    if small || tuple {
        new.end = node.end_byte();
    }
    let symbol = reader.define(new);
    let owner = reader.name(name);
    if kind == Kind::Interface
        && let Some(bounds) = node.child_by_field_name("bounds")
    {
        add_parents(reader, owner, reader.str(bounds));
    }
    let open = kind == Kind::Interface;
    if small {
        // Members are kept for their types.
        reader.scope_shown(symbol);
    }
    Enter::Scope(Scope { symbol, owner, kind: ScopeKind::Type, open })
}

fn add_parents<'a>(reader: &mut Reader<'a>, owner: Name, text: &'a str) {
    for parent in super::signature::types(text, reader.source.family()).take(6) {
        let parent = reader.name_of(parent);
        reader.parents.push((owner, parent));
    }
}

fn value(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.in_body() {
        return Enter::Into;
    }
    let alias = matches!(node.kind(), "type_item" | "associated_type");
    // Each type's `type Output = …` is nothing to look for.
    if alias && reader.scope.kind == ScopeKind::Type && !reader.scope.open {
        return Enter::Into;
    }
    let kind = if alias { Kind::Alias } else { Kind::Constant };
    let public = is_public(reader, node);
    let symbol = reader.define(New::of(kind, node, name).public(public));
    if let Some(of) = node.child_by_field_name("type") {
        reader.types_of_last(reader.str(of));
    }
    reader.body(symbol)
}

fn field(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.scope.kind == ScopeKind::Type {
        let public = is_public(reader, node);
        reader.define(New::of(Kind::Field, node, name).public(public));
        if let Some(of) = node.child_by_field_name("type") {
            reader.types_of_last(reader.str(of));
        }
    }
    Enter::Into
}

fn variant(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    if reader.scope.kind == ScopeKind::Type {
        let mut new = New::of(Kind::Variant, node, name);
        new.end = node.end_byte();
        let symbol = reader.define(new);
        return reader.body(symbol);
    }
    Enter::Into
}

fn implementation(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(of) = node.child_by_field_name("type") else { return Enter::Into };
    let text = reader.str(of);
    let head = text.split('<').next().unwrap_or(text);
    let Some(name) = super::signature::types(head, reader.source.family()).last() else {
        return Enter::Into;
    };
    let owner = reader.name_of(name);
    let mut open = false;
    if let Some(interface) = node.child_by_field_name("trait") {
        let text = reader.str(interface);
        let head = text.split('<').next().unwrap_or(text);
        if let Some(parent) = head.rsplit("::").next() {
            let parent = reader.name_of(parent.trim());
            reader.parents.push((owner, parent));
        }
        open = true;
    }
    if reader.in_body() {
        return Enter::Into;
    }
    Enter::Scope(Scope { symbol: u32::MAX, owner, kind: ScopeKind::Type, open })
}

fn module(reader: &mut Reader<'_>, node: Node) -> Enter {
    let Some(name) = node.child_by_field_name("name") else { return Enter::Into };
    let public = is_public(reader, node);
    if node.child_by_field_name("body").is_none() {
        let path = modules::file(reader, node);
        let name = reader.name(name);
        reader.import(path.as_deref().unwrap_or("self"), name, name, public);
        return Enter::Skip;
    }
    if reader.in_body() {
        return Enter::Into;
    }
    let symbol = reader.define(New::of(Kind::Module, node, name).public(public));
    Enter::Scope(Scope { symbol, owner: Name::NONE, kind: ScopeKind::Module, open: false })
}

fn macro_definition(reader: &mut Reader<'_>, node: Node) -> Enter {
    if let Some(name) = node.child_by_field_name("name") {
        let mut new = New::of(Kind::Macro, node, name);
        // Its first pattern shows how it is called.
        let text = reader.str(node);
        new.end = new.start + text.find("=>").unwrap_or(text.len()).min(160);
        while !reader.text.is_char_boundary(new.end) {
            new.end -= 1;
        }
        reader.define(new);
    }
    Enter::Into
}

/// `cfg_feature! { pub fn … }`: what is wrapped is read like the rest.
fn macro_call(reader: &mut Reader<'_>, node: Node) -> Enter {
    if reader.in_body() {
        return Enter::Into;
    }
    let count = node.child_count();
    let tokens = count.checked_sub(1).and_then(|last| node.child(last));
    if let Some(tokens) = tokens.filter(|tokens| tokens.kind() == "token_tree") {
        let text = reader.str(tokens);
        let items = ["fn ", "struct ", "enum ", "trait ", "impl", "mod ", "use ", "const "];
        if text.starts_with('{') && items.iter().any(|item| text.contains(item)) {
            let (mut from, mut to) = (tokens.start_position(), tokens.end_position());
            from.column += 1;
            to.column = to.column.saturating_sub(1);
            let range = TreeRange {
                start_byte: tokens.start_byte() + 1,
                end_byte: tokens.end_byte().saturating_sub(1),
                start_point: from,
                end_point: to,
            };
            reader.wrapped.push((reader.scope, range));
        }
    }
    Enter::Into
}

fn imports(reader: &mut Reader<'_>, node: Node) -> Enter {
    let public = reader.str(node).starts_with("pub");
    if let Some(tree) = node.child_by_field_name("argument") {
        import_tree(reader, tree, "", public, 0);
    }
    Enter::Skip
}

fn import_tree(reader: &mut Reader<'_>, node: Node, path: &str, public: bool, depth: usize) {
    if depth > 12 {
        return;
    }
    let join = |path: &str, more: &str| {
        let more = more.replace(char::is_whitespace, "");
        if path.is_empty() { more } else { format!("{path}::{more}") }
    };
    let push = |reader: &mut Reader<'_>, path: &str, name, alias| {
        reader.import(path, name, alias, public);
    };
    match node.kind() {
        "use_list" => {
            let mut cursor = node.walk();
            for child in node.named_children(&mut cursor) {
                import_tree(reader, child, path, public, depth + 1);
            }
        }
        "scoped_use_list" => {
            let more = node.child_by_field_name("path").map_or("", |path| reader.str(path));
            let path = if more.is_empty() { path.to_owned() } else { join(path, more) };
            if let Some(list) = node.child_by_field_name("list") {
                import_tree(reader, list, &path, public, depth + 1);
            }
        }
        "use_wildcard" => {
            let more = node.named_child(0).map_or("", |path| reader.str(path));
            let path = if more.is_empty() { path.to_owned() } else { join(path, more) };
            push(reader, &path, Name::GLOB, Name::GLOB);
        }
        "use_as_clause" => {
            let (Some(what), Some(alias)) =
                (node.child_by_field_name("path"), node.child_by_field_name("alias"))
            else {
                return;
            };
            let alias = reader.name(alias);
            let (path, name) = split(reader, what, path, &join);
            push(reader, &path, name, alias);
        }
        "self" => {
            // `use a::b::{self}` is `use a::b`.
            let (path, last) = path.rsplit_once("::").unwrap_or(("", path));
            let name = reader.names.add(last);
            push(reader, path, name, name);
        }
        "identifier" | "scoped_identifier" | "crate" | "super" => {
            let (path, name) = split(reader, node, path, &join);
            push(reader, &path, name, name);
        }
        _ => {}
    }
}

fn split<'a>(
    reader: &mut Reader<'a>,
    node: Node,
    path: &str,
    join: &impl Fn(&str, &str) -> String,
) -> (String, Name) {
    let text: &'a str = reader.str(node);
    match text.rsplit_once("::") {
        Some((more, last)) => (join(path, more), reader.name_of(last.trim())),
        None => (path.to_owned(), reader.name_of(text)),
    }
}
