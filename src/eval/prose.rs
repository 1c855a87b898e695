//! What of a file is written for people: comments and docstrings. Nobody can guess those, and no place is
//! drawn from them.

use std::ops::Range;

use tree_sitter::Node;

use crate::document::language::{Grammar, Language};
use crate::document::parse_queue::parse_now;
use crate::document::text::Text;

/// The bytes of comments and docstrings by a file's syntax tree; none where it has no grammar.
#[derive(Default)]
pub(super) struct Prose(Vec<Range<usize>>);

impl Prose {
    /// Parses.
    pub(super) fn of(language: Language, text: &str) -> Self {
        let mut found = Self::default();
        let Some(grammar) = language.grammar() else { return found };
        let Some(tree) = parse_now(grammar, &Text::from(text)) else { return found };
        let mut cursor = tree.walk();
        loop {
            let node = cursor.node();
            let is_prose = is_prose(grammar, node);
            if is_prose {
                found.0.push(node.byte_range());
            }
            if !is_prose && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return found;
                }
            }
        }
    }

    /// Whether a byte belongs to it.
    pub(super) fn has(&self, at: usize) -> bool {
        let before = self.0.partition_point(|range| range.start <= at);
        before.checked_sub(1).and_then(|last| self.0.get(last)).is_some_and(|it| at < it.end)
    }
}

/// A comment; in Python also a statement that is nothing but a string (PEP 257).
fn is_prose(grammar: Grammar, node: Node<'_>) -> bool {
    let is_string = |node: Node<'_>| matches!(node.kind(), "string" | "concatenated_string");
    node.kind().contains("comment")
        || grammar == Grammar::Python
            && node.kind() == "expression_statement"
            && node.named_child_count() == 1
            && node.named_child(0).is_some_and(is_string)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_docstrings_by_the_tree() {
        for (name, text, prose, code) in [
            (
                "a.py",
                "'''Of a module,\nin two lines.'''\nclass A:\n    r\"\"\"Of a class.\"\"\"\n    name = 'a string'\n\n    def f(self):\n        'Of a ' 'function.'\n        return 1  # behind\n",
                &["Of a module", "in two", "Of a class", "function.", "behind"][..],
                &["class", "name", "a string", "return"][..],
            ),
            (
                "a.rs",
                "//! Top.\nfn f() {} // behind\n/// Doc.\nconst A: &str = \"// none\"; /* within */ const B: u8 = 1;\n",
                &["Top", "behind", "Doc", "within"],
                &["fn f", "// none", "const B"],
            ),
            ("a.go", "package a\n// One.\nvar a = 1\n", &["One"], &["package", "var"]),
            ("a.java", "/** Doc.\n * More. */\nclass A {}\n", &["Doc", "More"], &["class"]),
            ("a.ts", "/* One\n two */\nlet a = 'text';\n", &["two"], &["let", "text"]),
            ("a.c", "int a; // One.\n", &["One"], &["int"]),
            ("a.lua", "-- One.\nlocal a = 1\n", &[], &["One", "local"]),
        ] {
            let found = Prose::of(Language::from_path(name).unwrap(), text);
            for (words, wanted) in [(prose, true), (code, false)] {
                for word in words {
                    assert_eq!(found.has(text.find(word).unwrap()), wanted, "{name}: {word}");
                }
            }
        }
    }
}
