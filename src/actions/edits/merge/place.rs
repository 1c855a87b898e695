//! Import statements by themselves: what is one, and the place in a file where they belong.

use std::ops::Range;

use tree_sitter::Node;

use super::scope::{self, Scope};
use super::settle::Settling;
use super::{read, to_edits};
use crate::actions::edits::changes::LineEdit;
use crate::document::language::{Grammar, Language};
use crate::document::line_ending::normalise;
use crate::document::offset::ByteRange;
use crate::document::parse_queue::parse_now;
use crate::document::text::Text;

/// Whether some code is one import statement, or says the package, and nothing else. Parses it.
pub(in crate::actions) fn is_import(code: &str, language: Language) -> bool {
    let Some(grammar) = language.grammar() else { return false };
    let Some(tree) = parse_now(grammar, &Text::from(code)) else { return false };
    if tree.root_node().has_error() {
        return false;
    }
    let scope = scope::read(tree.root_node(), code, language);
    scope.items.is_empty() && scope.imports.len() + usize::from(scope.package.is_some()) == 1
}

/// The lines of code that stand in a string or a comment of several lines. Parses it.
pub(in crate::actions) fn quoted(code: &str, language: Language) -> Vec<Range<usize>> {
    let tree = language.grammar().and_then(|grammar| parse_now(grammar, &Text::from(code)));
    let Some(tree) = tree else { return Vec::new() };
    let (mut found, mut waiting) = (Vec::new(), vec![tree.root_node()]);
    while let Some(node) = waiting.pop() {
        let rows = node.start_position().row..node.end_position().row + 1;
        let kind = node.kind();
        if kind.contains("string") || kind.contains("comment") {
            // Code may stand before it on its first line.
            found.extend((rows.len() > 1).then_some(rows.start + 1..rows.end));
        } else if rows.len() > 1 {
            let mut cursor = node.walk();
            waiting.extend(node.children(&mut cursor));
        }
    }
    found
}

/// The edits by which import statements come to those of a file that hold at a range of it, none of them
/// twice. Parses: not for the message path.
pub(in crate::actions) fn imports(
    text: &Text,
    statements: &[String],
    language: Language,
    at: ByteRange,
) -> Vec<LineEdit> {
    if statements.is_empty() {
        return Vec::new();
    }
    let old = normalise(&text.whole());
    let code = statements.join("\n");
    let (Some(target), Some(new)) = (target(&old, language), read(&code, language)) else {
        return Vec::new();
    };
    let line = text.line_of(at.start);
    let scopes = modules(&target, line, language);
    let Some((own, outer)) = scopes.split_last() else { return Vec::new() };
    let mut settling = Settling::new(&old, &code, language);
    let sees_outer = settling.says(own, "super::*");
    let seen: Vec<&Scope> = outer.last().copied().filter(|_| sees_outer).into_iter().collect();
    settling.missing(&new, own, &seen, Some(line));
    to_edits(text, settling.finish())
}

/// The modules around a line, the file first.
fn modules(file: &Scope, line: usize, language: Language) -> Vec<&Scope> {
    let mut found = vec![file];
    while let Some(last) = found.last()
        && language.id() == "rust"
    {
        let inner = last.items.iter().filter_map(|item| item.group.as_ref());
        let around = inner.map(|(_, scope)| &**scope).find(|scope| scope.lines.contains(&line));
        match around {
            Some(scope) => found.push(scope),
            None => break,
        }
    }
    found
}

/// The scope of a file that has its imports: in C often what a guard is around.
fn target(text: &str, language: Language) -> Option<Scope> {
    let tree = parse_now(language.grammar()?, &Text::from(text))?;
    let root = tree.root_node();
    let scope = scope::read(root, text, language);
    if !matches!(language.grammar(), Some(Grammar::C | Grammar::Cpp)) || !scope.imports.is_empty() {
        return Some(scope);
    }
    let mut cursor = root.walk();
    let guard = root.named_children(&mut cursor).find(|node| node.kind() == "preproc_ifdef");
    Some(guard.map_or(scope, |guard| scope::read_guarded(guard, text, language)))
}

/// Whether the lines of a range stand in a function, and functions of the file import for themselves.
/// Parses: not for the message path.
pub(in crate::actions) fn imports_inside(text: &Text, at: ByteRange, language: Language) -> bool {
    // Elsewhere it is no custom.
    if language.id() != "rust" {
        return false;
    }
    let writes = (0..text.line_count()).any(|line| {
        let line = text.line(line);
        line.starts_with([' ', '\t']) && line.trim_start().starts_with("use ")
    });
    if !writes {
        return false;
    }
    let Some(tree) = parse_now(Grammar::Rust, text) else { return false };
    let in_a_block = |node: Node<'_>| {
        let mut above = node.parent();
        std::iter::from_fn(|| {
            let node = above?;
            above = node.parent();
            Some(node)
        })
        .any(|node| node.kind() == "block")
    };
    let end = at.start.0.max(at.end.0.saturating_sub(1));
    let own = tree.root_node().descendant_for_byte_range(first(text, at), end);
    let own = own.is_some_and(|node| node.kind() == "block" || in_a_block(node));
    let mut waiting = vec![tree.root_node()];
    while own && let Some(node) = waiting.pop() {
        if node.kind() == "use_declaration" {
            if in_a_block(node) {
                return true;
            }
            continue;
        }
        let mut cursor = node.walk();
        waiting.extend(node.named_children(&mut cursor));
    }
    false
}

/// The first byte of a range that is no blank.
fn first(text: &Text, at: ByteRange) -> usize {
    let code = text.slice(at);
    at.start.0 + code.len() - code.trim_start().len()
}
