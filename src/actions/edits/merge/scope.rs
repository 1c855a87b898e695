//! A file taken apart: imports, declarations, and the classes and modules that hold further ones. All
//! by lines, counted from 0.

use std::ops::Range;

use tree_sitter::Node;

use crate::document::language::Language;

/// Classes in classes that are looked into.
const DEEPEST: usize = 6;

/// The inside of a file, a class, a module.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Its lines, without those that open and close it.
    pub(super) lines: Range<usize>,
    /// The line that says which package it is.
    pub(super) package: Option<Range<usize>>,
    pub(super) imports: Vec<Range<usize>>,
    pub(super) items: Vec<Item>,
    /// The line below the comments, directives and doc strings that it begins with.
    pub(super) head: usize,
}

/// A declaration or statement, with the comments and attributes above it.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) lines: Range<usize>,
    /// Its name, and where that stands in its lines joined by line feeds.
    pub(super) name: Option<(String, Range<usize>)>,
    pub(super) kind: Kind,
    /// What it holds, under the name that says whether two are the same.
    pub(super) group: Option<(String, Box<Scope>)>,
}

/// What matters of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A function or a class.
    Declared,
    /// What runs a file by itself: `main`, `if __name__ == "__main__"`.
    Main,
    Other,
}

/// Takes a tree apart. `text` has LF.
pub(super) fn read(root: Node<'_>, text: &str, language: Language) -> Scope {
    let lines = 0..text.split('\n').count();
    inside(root, lines, &Source { text, language }, 0)
}

/// Takes apart what stands between the lines of a guard (`#ifndef NAME`, `#define NAME`, …, `#endif`).
pub(super) fn read_guarded(guard: Node<'_>, text: &str, language: Language) -> Scope {
    let rows = guard.start_position().row..guard.end_position().row;
    let mut scope = inside(guard, rows.clone(), &Source { text, language }, 0);
    let defined =
        text.split('\n').nth(rows.start + 1).is_some_and(|line| line.starts_with("#define "));
    scope.head = rows.start + 1 + usize::from(defined);
    scope
}

struct Source<'a> {
    text: &'a str,
    language: Language,
}

impl Source<'_> {
    fn of(&self, node: Node<'_>) -> &str {
        self.text.get(node.byte_range()).unwrap_or("")
    }
}

fn inside(node: Node<'_>, lines: Range<usize>, source: &Source<'_>, depth: usize) -> Scope {
    let mut scope = Scope { head: lines.start, lines, ..Scope::default() };
    let mut next = scope.lines.start;
    let mut cursor = node.walk();
    let mut heading = true;
    let children: Vec<_> = node.children(&mut cursor).collect();
    for child in children {
        if !child.is_named() && matches!(child.kind(), "{" | "}") {
            continue;
        }
        let rows = rows(child, source);
        // What follows on the same line belongs to what is before it.
        if rows.start < next {
            let end = rows.end.max(next);
            if let Some(last) = scope.items.last_mut().filter(|last| last.lines.end == next) {
                last.lines.end = end;
            }
            next = end;
            continue;
        }
        if heading && is_heading(child, source, &scope) {
            scope.head = rows.end;
            next = rows.end;
            continue;
        }
        if is_attached(child) {
            continue;
        }
        heading = false;
        if is_package(child) {
            scope.head = rows.end;
            scope.package = Some(rows.clone());
        } else if is_import(child, source) {
            scope.imports.push(rows.clone());
        } else {
            let start = first_line(next, rows.start, source.text);
            scope.items.push(item(child, start..rows.end, source, depth));
        }
        next = rows.end;
    }
    scope
}

/// A node's lines. Some nodes take the line break with them.
fn rows(node: Node<'_>, source: &Source<'_>) -> Range<usize> {
    let end = node.end_position();
    let own = source.of(node).trim_end_matches('\n');
    let taken = source.of(node).len() - own.len();
    node.start_position().row..end.row + 1 - taken.min(end.row)
}

/// The first line from `from` that says something.
fn first_line(from: usize, to: usize, text: &str) -> usize {
    let blank = |line: &&str| line.trim().is_empty();
    from + text.split('\n').skip(from).take(to.saturating_sub(from)).take_while(blank).count()
}

fn is_comment(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "comment" | "line_comment" | "block_comment" | "hash_bang_line" | "shebang"
    )
}

/// What belongs to the declaration below it.
fn is_attached(node: Node<'_>) -> bool {
    is_comment(node) || node.kind() == "attribute_item"
}

/// What a file or a class begins with, before all imports and declarations.
fn is_heading(node: Node<'_>, source: &Source<'_>, scope: &Scope) -> bool {
    if !scope.items.is_empty() || !scope.imports.is_empty() {
        return false;
    }
    let text = source.of(node);
    match node.kind() {
        "inner_attribute_item" | "hash_bang_line" | "shebang" => true,
        "expression_statement" => {
            text.starts_with(['"', '\'']) || text.starts_with("r\"") || text.starts_with("r'")
        }
        "preproc_call" => text.starts_with("#pragma once"),
        _ if is_comment(node) => {
            // A comment with a line below it that is not blank belongs there.
            let below = text_below(source.text, node.end_byte());
            text.starts_with("//!") || text.starts_with("#!") || below.trim().is_empty()
        }
        _ => false,
    }
}

fn text_below(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let rest = rest.strip_prefix('\n').unwrap_or(rest);
    rest.split('\n').next().unwrap_or("")
}

fn is_package(node: Node<'_>) -> bool {
    matches!(node.kind(), "package_clause" | "package_declaration")
}

fn is_import(node: Node<'_>, source: &Source<'_>) -> bool {
    match node.kind() {
        "use_declaration"
        | "extern_crate_declaration"
        | "import_statement"
        | "import_from_statement"
        | "future_import_statement"
        | "import_declaration"
        | "preproc_include"
        | "using_declaration" => true,
        "lexical_declaration" | "variable_declaration" => {
            let text = source.of(node);
            text.split_once('=').is_some_and(|(_, value)| value.trim().starts_with("require("))
        }
        _ => false,
    }
}

fn item(node: Node<'_>, lines: Range<usize>, source: &Source<'_>, depth: usize) -> Item {
    let inner = match node.kind() {
        "decorated_definition" => node.child_by_field_name("definition"),
        "export_statement" => node.child_by_field_name("declaration"),
        _ => None,
    };
    let inner = inner.unwrap_or(node);
    let text = source.of(node);
    let name = name(inner, source);
    let is_main =
        text.starts_with("if __name__") || name.is_some_and(|name| source.of(name) == "main");
    let declared = inner.kind().contains("function")
        || inner.kind().contains("class")
        || inner.kind().contains("method");
    let kind = match (is_main, declared) {
        (true, _) => Kind::Main,
        (_, true) => Kind::Declared,
        _ => Kind::Other,
    };
    let start = line_start(source.text, lines.start);
    let name = name.and_then(|name| {
        let at = name.start_byte().checked_sub(start)?..name.end_byte().checked_sub(start)?;
        Some((source.of(name).to_owned(), at))
    });
    let group = (depth < DEEPEST).then(|| group(inner, source, depth)).flatten();
    Item { lines, name, kind, group }
}

/// The byte at which a line begins.
pub(super) fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line).map(str::len).sum()
}

fn name<'t>(node: Node<'t>, source: &Source<'_>) -> Option<Node<'t>> {
    if let Some(name) = node.child_by_field_name("name") {
        return Some(name);
    }
    let mut inner = node.child_by_field_name("declarator")?;
    let mut last = inner;
    for _ in 0..8 {
        match inner.child_by_field_name("declarator") {
            Some(deeper) => (last, inner) = (inner, deeper),
            None => break,
        }
    }
    // `TEST(Suite, Name)` is a function `TEST` to the grammar: its second argument is what differs.
    let parameters = last.child_by_field_name("parameters");
    let macro_call = source.of(inner).chars().all(|c| c.is_ascii_uppercase() || c == '_');
    match parameters.filter(|_| macro_call) {
        Some(parameters) => parameters.named_child(1).or(parameters.named_child(0)),
        None => Some(inner),
    }
}

/// What holds tests of its own, and under which name.
fn group(node: Node<'_>, source: &Source<'_>, depth: usize) -> Option<(String, Box<Scope>)> {
    let (key, body) = match node.kind() {
        "mod_item" | "class_definition" | "class_declaration" => {
            let name = node.child_by_field_name("name")?;
            (source.of(name).to_owned(), node.child_by_field_name("body")?)
        }
        "expression_statement" => {
            let call = node.named_child(0).filter(|call| call.kind() == "call_expression")?;
            let called = call.child_by_field_name("function")?;
            if source.of(called).split('.').next() != Some("describe") {
                return None;
            }
            let arguments = call.child_by_field_name("arguments")?;
            let title = source.of(arguments.named_child(0)?);
            let title = title.trim_matches(['"', '\'', '`']);
            (format!("describe {title}"), arguments.named_child(1)?.child_by_field_name("body")?)
        }
        _ => return None,
    };
    let (first, last) = (body.start_position().row, body.end_position().row);
    let lines = if source.language.id() == "python" {
        let header = node.start_position().row;
        let rows = rows(body, source);
        // Its first line may stand behind the header's colon.
        first_line(header + 1, rows.start, source.text).max(header + 1).min(first)..rows.end
    } else {
        first + 1..last
    };
    let open = lines.start > node.start_position().row && lines.start <= lines.end;
    open.then(|| (key, Box::new(inside(body, lines, source, depth + 1))))
}
