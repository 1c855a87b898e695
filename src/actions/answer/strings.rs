//! Lines that begin inside of a string: their blanks are what it says, not how the code stands.

use std::ops::Range;

use tree_sitter::Node;

use crate::actions::edits::part;
use crate::document::language::Language;

/// The lines of some code that begin inside of a string, for each of its strings. Docstrings stand as
/// deep as their code does. Parses: not for the message path.
pub(super) fn lines(code: &str, language: Language) -> Vec<Range<usize>> {
    // Most code has none, and then it need not be parsed.
    let may = code.contains('`') || code.contains('"') || code.contains('\'');
    if !may || !code.contains('\n') {
        return Vec::new();
    }
    let Some((tree, text, shift)) = part::parsed(code, language) else { return Vec::new() };
    let (mut found, mut waiting) = (Vec::new(), vec![tree.root_node()]);
    // Rust leaves out the blanks behind a line break that is escaped.
    let escaped = |node: Node<'_>| {
        let kind = language.id() == "rust" && node.kind() == "string_literal";
        kind && text.get(node.byte_range()).is_some_and(|text| text.contains("\\\n"))
    };
    while let Some(node) = waiting.pop() {
        let (first, last) = (node.start_position().row, node.end_position().row);
        if first == last {
            continue;
        }
        if is_string(node) {
            if !is_docstring(node) && !escaped(node) {
                found.push((first + 1).saturating_sub(shift)..(last + 1).saturating_sub(shift));
            }
            continue;
        }
        let mut cursor = node.walk();
        waiting.extend(node.children(&mut cursor));
    }
    found
}

fn is_string(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "string" | "template_string" | "string_literal" | "raw_string_literal" | "text_block"
    )
}

fn is_docstring(node: Node<'_>) -> bool {
    node.kind() == "string"
        && node
            .parent()
            .is_some_and(|up| up.kind() == "expression_statement" && up.named_child_count() == 1)
}

/// The lines of an answer's string as they are to stand in the file, where all of the answer was written
/// at another depth: as those of the region that it repeats, the others moved as these are.
pub(super) fn restored(lines: &[&str], region: &[&str]) -> Vec<String> {
    let same = |line: &str| {
        let says = line.chars().any(char::is_alphanumeric);
        region.iter().find(|own| says && own.trim() == line.trim())
    };
    let by = lines.iter().find_map(|line| same(line).map(|own| Shift::between(line, own)));
    let line = |line: &&str| match (same(line), &by) {
        (Some(own), _) => (*own).to_owned(),
        (None, Some(by)) if !line.trim().is_empty() => by.on(line),
        _ => (*line).to_owned(),
    };
    lines.iter().map(line).collect()
}

/// Blanks that a line has more than another, or less.
enum Shift<'a> {
    More(&'a str),
    Less(&'a str),
}

impl<'a> Shift<'a> {
    fn between(line: &'a str, own: &'a str) -> Self {
        let lead = |line: &str| line.len() - line.trim_start().len();
        let (from, to) = (lead(line), lead(own));
        if to >= from {
            Self::More(own.get(..to - from).unwrap_or(""))
        } else {
            Self::Less(line.get(..from - to).unwrap_or(""))
        }
    }

    fn on(&self, line: &str) -> String {
        match self {
            Self::More(blanks) => format!("{blanks}{line}"),
            Self::Less(blanks) => line.strip_prefix(blanks).unwrap_or(line).to_owned(),
        }
    }
}
