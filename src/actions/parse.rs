//! Whether a document parses as well with an edit as without it.

use tree_sitter::Node;

use crate::document::TREE_LIMIT;
use crate::document::language::Grammar;
use crate::document::parse_queue::parse_now;
use crate::document::text::Text;

/// Whether `after` has more syntax errors than `before`. Parses both: not for the message path.
#[must_use]
pub fn parses_worse(grammar: Grammar, before: &Text, after: &Text) -> bool {
    if before.len().max(after.len()) > TREE_LIMIT {
        return false;
    }
    let errors = |text| errors(grammar, text);
    matches!((errors(before), errors(after)), (Some(before), Some(after)) if after > before)
}

/// Syntax errors of a text, and what is missing in it. Parses it: not for the message path.
#[must_use]
pub fn errors(grammar: Grammar, text: &Text) -> Option<usize> {
    parse_now(grammar, text).map(|tree| count(tree.root_node()))
}

/// Errors and what is missing in a tree.
fn count(root: Node<'_>) -> usize {
    let mut errors = 0;
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        if !node.has_error() {
            continue;
        }
        errors += usize::from(node.is_error() || node.is_missing());
        let mut cursor = node.walk();
        waiting.extend(node.children(&mut cursor));
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_more_errors_are_worse() {
        let worse = |before: &str, after: &str| {
            parses_worse(Grammar::Rust, &Text::from(before), &Text::from(after))
        };
        assert!(!worse("fn f() {}", "fn f() { g() }"));
        assert!(worse("fn f() {}", "fn f() { g( }"));
        assert!(worse("fn f() {}", "fn f() {"));
        assert!(!worse("fn f() { g( }", "fn f() { h( }"));
        assert!(!worse("fn f() { g( }", "fn f() { g() }"));
    }
}
