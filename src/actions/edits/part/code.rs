//! What some code declares: functions and types, by lines, with what is written on them.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use crate::actions::answer;
use crate::actions::edits::merge;
use crate::actions::here::nodes::{self, Class};
use crate::document::language::{Grammar, Language};
use crate::document::parse_queue::parse_now;
use crate::document::text::Text;

/// Nodes in nodes that are looked into: a stack has an end.
const DEEPEST: usize = 1_000;

/// A function or a type in some code; lines counted from 0.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) name: String,
    /// Its lines, decorators and `export` included.
    pub(super) rows: Range<usize>,
    /// The line with its name.
    pub(super) named: usize,
    /// The first of the lines of comments and attributes right above it.
    pub(super) head: usize,
    /// The lines of its docstring, and the first of what it holds where that has a line of its own.
    pub(super) doc: Option<Range<usize>>,
    pub(super) body: Option<usize>,
    is_type: bool,
    /// What it holds is functions, and nothing else.
    plain: bool,
    pub(super) inner: Vec<Declared>,
}

/// Some code and what it declares.
pub(super) struct Code {
    pub(super) declared: Vec<Declared>,
    /// Its import statements.
    pub(super) imports: Vec<String>,
    /// It has nothing besides but comments.
    pub(super) alone: bool,
}

impl Code {
    pub(super) fn read(code: &str, language: Language) -> Option<Self> {
        let grammar = language.grammar()?;
        let (tree, text, shift) = parsed(code, grammar)?;
        let lines: Vec<&str> = code.lines().collect();
        let mut root = tree.root_node();
        if shift > 0 {
            let class = root.named_child(0)?;
            root = class.child_by_field_name("body")?;
        }
        let mut declared = Vec::new();
        read(root, None, 0, &Source { text: &text, lines: &lines, shift }, &mut declared);
        let (mut alone, mut imports, mut cursor) = (true, Vec::new(), root.walk());
        for node in root.named_children(&mut cursor) {
            let own = text.get(node.byte_range()).unwrap_or("").trim();
            if !holds_declarations(node) && merge::is_import(own, language) {
                imports.push(own.to_owned());
            } else {
                alone &= holds_declarations(node);
            }
        }
        Some(Self { declared, imports, alone })
    }

    /// All of them, the inner ones as well.
    pub(super) fn all(&self) -> Vec<&Declared> {
        fn each<'a>(list: &'a [Declared], found: &mut Vec<&'a Declared>) {
            for one in list {
                found.push(one);
                each(&one.inner, found);
            }
        }
        let mut found = Vec::new();
        each(&self.declared, &mut found);
        found
    }

    pub(super) fn is_outermost(&self, name: &str) -> bool {
        self.declared.iter().any(|own| own.name == name)
    }

    /// What an answer is about: its declarations, if it is nothing else. Of a type with fewer members than
    /// the region's has, and none of its own, those members.
    pub(super) fn answered<'a>(&'a self, region: &Self) -> Option<Vec<&'a Declared>> {
        if !self.alone || self.declared.is_empty() {
            return None;
        }
        let known = region.all();
        let mut found = Vec::new();
        for one in &self.declared {
            let same =
                known.iter().find(|own| own.name == one.name && own.is_type == one.is_type)?;
            let of = |inner: &Declared| same.inner.iter().any(|own| own.name == inner.name);
            let fewer = one.is_type
                && one.plain
                && !one.inner.is_empty()
                && one.inner.len() < same.inner.len()
                && one.inner.iter().all(of);
            if fewer {
                found.extend(&one.inner);
            } else {
                found.push(one);
            }
        }
        Some(found)
    }
}

/// A tree of code, the text that it is of, and the lines that were put above it: methods by themselves
/// are no program in some languages.
pub(super) fn parsed(code: &str, grammar: Grammar) -> Option<(Tree, String, usize)> {
    let plain = dedented(code);
    let tree = parse_now(grammar, &Text::from(plain.as_str()))?;
    let classes =
        matches!(grammar, Grammar::Java | Grammar::JavaScript | Grammar::TypeScript | Grammar::Tsx);
    if classes && tree.root_node().has_error() {
        let wrapped = format!("class Wrapped {{\n{plain}\n}}\n");
        let inside = parse_now(grammar, &Text::from(wrapped.as_str()))?;
        if !inside.root_node().has_error() {
            return Some((inside, wrapped, 1));
        }
    }
    Some((tree, plain, 0))
}

fn dedented(code: &str) -> String {
    let lines: Vec<&str> = code.lines().collect();
    let mut text = answer::dedented(&lines).join("\n");
    text.push('\n');
    text
}

struct Source<'a> {
    text: &'a str,
    lines: &'a [&'a str],
    shift: usize,
}

fn read(
    node: Node<'_>,
    wrapper: Option<Node<'_>>,
    depth: usize,
    source: &Source<'_>,
    found: &mut Vec<Declared>,
) {
    if depth > DEEPEST {
        return;
    }
    let mut cursor = node.walk();
    let children: Vec<_> = node.named_children(&mut cursor).collect();
    for child in children {
        let outer = wrapper.filter(|_| nodes::class(node) == Some(Class::Wrapper));
        match nodes::class(child) {
            Some(Class::Wrapper) => read(child, Some(child), depth + 1, source, found),
            Some(class @ (Class::Function | Class::Type)) if child.kind() != "impl_item" => {
                let Some(name) = nodes::name(child) else { continue };
                let whole = outer.unwrap_or(child);
                let row = |row: usize| row.saturating_sub(source.shift);
                let rows = row(whole.start_position().row)..row(whole.end_position().row) + 1;
                let first = nodes::body(child).and_then(|body| body.named_child(0));
                let first =
                    first.filter(|first| first.start_position().row > name.end_position().row);
                let doc = first.filter(|first| {
                    first.kind() == "expression_statement"
                        && first.named_child(0).is_some_and(|only| only.kind() == "string")
                });
                let mut inner = Vec::new();
                read(child, None, depth + 1, source, &mut inner);
                found.push(Declared {
                    name: source.text.get(name.byte_range()).unwrap_or("").to_owned(),
                    named: row(name.start_position().row),
                    head: head(source.lines, rows.start),
                    rows,
                    doc: doc
                        .map(|doc| row(doc.start_position().row)..row(doc.end_position().row) + 1),
                    body: first.map(|first| row(first.start_position().row)),
                    is_type: class == Class::Type,
                    plain: nodes::body(child).is_some_and(|body| {
                        let mut cursor = body.walk();
                        body.named_children(&mut cursor).all(holds_declarations)
                    }),
                    inner,
                });
            }
            _ => read(child, None, depth + 1, source, found),
        }
    }
}

/// Whether a part of code declares something, and is no statement.
fn holds_declarations(node: Node<'_>) -> bool {
    // TypeScript's decorators stand beside a method.
    matches!(
        node.kind(),
        "impl_item" | "attribute_item" | "mod_item" | "namespace_definition" | "decorator"
    ) || matches!(
        nodes::class(node),
        Some(Class::Function | Class::Type | Class::Wrapper | Class::Comment)
    )
}

/// The first of the lines of comments and attributes right above one.
fn head(lines: &[&str], row: usize) -> usize {
    let belongs = |row: &usize| {
        lines.get(*row).is_some_and(|line| is_comment(line.trim()) || is_attribute(line.trim()))
    };
    row - (0..row).rev().take_while(belongs).count()
}

pub(super) fn is_comment(line: &str) -> bool {
    ["//", "/*", "*", "# "].iter().any(|open| line.starts_with(open)) || line == "#"
}

pub(super) fn is_attribute(line: &str) -> bool {
    line.starts_with("#[")
        || line.starts_with("[[")
        || (line.starts_with('@') && line.len() > 1 && !line.starts_with("@interface"))
}

/// The lines of each attribute in some lines; one may have several.
pub(super) fn attributes(lines: &[&str], within: Range<usize>) -> Vec<Range<usize>> {
    let (mut found, mut row) = (Vec::new(), within.start);
    while row < within.end {
        let begins = lines.get(row).is_some_and(|line| is_attribute(line.trim()));
        let mut end = row + 1;
        while begins && end < within.end {
            let text = lines.get(row..end).unwrap_or_default().concat();
            let count = |marks: &[char]| text.matches(marks).count();
            if count(&['(', '[', '{']) <= count(&[')', ']', '}']) {
                break;
            }
            end += 1;
        }
        // A declaration may follow on the same line.
        let alone =
            lines.get(end - 1).is_none_or(|line| !line.trim_end().ends_with(['{', ';', ':']));
        if begins && alone {
            found.push(row..end);
        }
        row = end;
    }
    found
}
