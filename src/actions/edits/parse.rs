//! Whether a document parses as well with an edit as without it.

use tree_sitter::{Node, Tree};

use crate::document::TREE_LIMIT;
use crate::document::language::Grammar;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::parse_queue::parse_now;
use crate::document::text::Text;

/// Most errors that are told.
const TOLD: usize = 5;
/// Characters of the text that an error is about.
const QUOTED: usize = 60;

/// A place that does not parse. Its text is the user's or a model's: for prompts alone.
#[derive(Clone, PartialEq, Eq)]
pub struct SyntaxFault {
    /// Its line, from 0.
    pub line: usize,
    /// What the parser finds there: `unexpected …`, `… is missing`.
    pub what: String,
}

impl std::fmt::Debug for SyntaxFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SyntaxFault(line {})", self.line)
    }
}

/// What does not parse in a text's tree, in the order of the text: that in `near` alone if there is any. Of
/// the text only what `own` has is quoted: the rest may be kept from models.
#[must_use]
pub fn faults(
    tree: &Tree,
    text: &Text,
    near: ByteRange,
    own: impl Fn(&str) -> bool,
) -> Vec<SyntaxFault> {
    let mut nodes = Vec::new();
    each(tree.root_node(), |node| nodes.push(node));
    nodes.sort_by_key(Node::start_byte);
    let inside =
        |node: &&Node<'_>| node.start_byte() <= near.end.0 && node.end_byte() >= near.start.0;
    let mut told: Vec<_> = nodes.iter().filter(inside).collect();
    if told.is_empty() {
        told = nodes.iter().collect();
    }
    told.into_iter().take(TOLD).map(|node| fault(*node, text, &own)).collect()
}

fn fault(node: Node<'_>, text: &Text, own: impl Fn(&str) -> bool) -> SyntaxFault {
    let line = text.line_of(ByteOffset(node.start_byte()));
    if node.is_missing() {
        return SyntaxFault { line, what: format!("`{}` is missing", node.kind()) };
    }
    let range = ByteRange::new(ByteOffset(node.start_byte()), ByteOffset(node.end_byte()));
    let code = text.slice(range);
    let quoted: String = code.trim().lines().next().unwrap_or("").chars().take(QUOTED).collect();
    let what = if quoted.is_empty() {
        "unexpected end".into()
    } else if own(&quoted) {
        format!("unexpected `{quoted}`")
    } else {
        "it cannot be read from here on".into()
    };
    SyntaxFault { line, what }
}

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
pub(super) fn count(root: Node<'_>) -> usize {
    let mut errors = 0;
    each(root, |_| errors += 1);
    errors
}

fn each<'tree>(root: Node<'tree>, mut take: impl FnMut(Node<'tree>)) {
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        if !node.has_error() {
            continue;
        }
        if node.is_error() || node.is_missing() {
            take(node);
        }
        let mut cursor = node.walk();
        waiting.extend(node.children(&mut cursor));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
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

    #[test]
    fn faults_say_where_and_what() {
        let told = |source: &str| -> Vec<(usize, String)> {
            let text = Text::from(source);
            let all = ByteRange::new(ByteOffset(0), text.end());
            let tree = parse_now(Grammar::Rust, &text).unwrap();
            let found = faults(&tree, &text, all, |quoted| quoted != "%");
            found.into_iter().map(|fault| (fault.line, fault.what)).collect()
        };
        assert_eq!(told("fn f() {\n    1\n}\n"), []);
        assert_eq!(told("fn f() {\n    g(1;\n}\n"), [(1, "`)` is missing".to_owned())]);
        assert_eq!(told("fn f() {\n    1 @@ 2\n}\n"), [(1, "unexpected `@@ 2`".to_owned())]);
        let kept = [(1, "it cannot be read from here on".to_owned())];
        assert_eq!(told("fn f() {\n    1 % % 3\n}\n"), kept);
        let shown = format!("{:?}", SyntaxFault { line: 3, what: "secret".into() });
        assert_eq!(shown, "SyntaxFault(line 3)");
    }
}
