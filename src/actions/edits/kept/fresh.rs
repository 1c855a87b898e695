//! What an answer has that was not there before.

use tree_sitter::{Node, Tree};

use super::{Outcome, declarations};
use crate::actions::here::nodes::{self, Class};
use crate::actions::prompts::FaultValue;
use crate::actions::task::{Intent, Task};
use crate::document::text::Text;

/// What was to become a function of its own and did not.
pub(in crate::actions) fn nothing_new(of: &Outcome<'_>) -> Option<FaultValue> {
    if *of.task != Task::Refactor(Intent::Extract) {
        return None;
    }
    // Without a tree nobody knows of functions, and nothing is offered to be one.
    let trees = of.trees?;
    let names = |tree: &Tree, text: &Text| {
        let mut found = Vec::new();
        declarations(tree.root_node(), text, "", 0, &mut found);
        found.into_iter().map(|(_, (_, name))| name).collect::<Vec<_>>()
    };
    let old = names(&trees.before, of.before);
    let new = names(&trees.after, of.after).into_iter().any(|name| !old.contains(&name));
    let count = |tree: &Tree| functions(tree.root_node());
    let none = !new && count(&trees.after) <= count(&trees.before);
    let what = "there is no new function: what was selected is to be in one, and called".to_owned();
    none.then_some(FaultValue { line: 0, what })
}

/// Functions in a tree, also those without a name.
fn functions(node: Node<'_>) -> usize {
    let (mut count, mut waiting) = (0, vec![node]);
    while let Some(node) = waiting.pop() {
        let kind = node.kind();
        count += usize::from(
            matches!(nodes::class(node), Some(Class::Function | Class::Type))
                || kind.contains("lambda")
                || matches!(kind, "closure_expression" | "arrow_function" | "func_literal")
                || matches!(
                    kind,
                    "function_expression" | "macro_definition" | "preproc_function_def"
                ),
        );
        let mut cursor = node.walk();
        waiting.extend(node.named_children(&mut cursor));
    }
    count
}
