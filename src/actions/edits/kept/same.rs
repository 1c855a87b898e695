//! Code that stays as it is, whatever is said of it in comments and docstrings.

use tree_sitter::{Node, Tree};

use super::{DEEPEST, Outcome, bytes};
use crate::actions::here::nodes::{self, Class};
use crate::actions::prompts::FaultValue;
use crate::actions::task::Task;
use crate::document::text::Text;

/// Documenting changes no code.
pub(super) fn changed_code(of: &Outcome<'_>, before: &Tree, after: &Tree) -> Option<FaultValue> {
    if *of.task != Task::Document {
        return None;
    }
    let code = |tree: &Tree, text: &Text| {
        let mut code = Vec::new();
        leaves(tree.root_node(), text, 0, &mut code);
        code
    };
    let what = "the code was changed, and only its documentation was to be".to_owned();
    (code(before, of.before) != code(after, of.after)).then_some(FaultValue { line: 0, what })
}

/// The words of the code, without comments and docstrings.
fn leaves(node: Node<'_>, text: &Text, depth: usize, found: &mut Vec<String>) {
    let is_text = |node: Node<'_>| node.kind() == "string";
    let docstring = node.kind() == "expression_statement"
        && node.named_child_count() == 1
        && node.named_child(0).is_some_and(is_text);
    if docstring || nodes::class(node) == Some(Class::Comment) || node.kind().contains("comment") {
        return;
    }
    if node.child_count() == 0 || depth > DEEPEST {
        let word = text.slice(bytes(node));
        if !word.trim().is_empty() {
            found.push(word.into_owned());
        }
        return;
    }
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        leaves(child, text, depth + 1, found);
    }
}
