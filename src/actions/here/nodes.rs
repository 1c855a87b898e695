//! What a node of a syntax tree is to an action, whatever the language calls it.

use tree_sitter::{Node, Tree};

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A function or method with a name of its own.
    Function,
    /// A class, struct, enum, interface, trait or implementation.
    Type,
    /// Another declaration that may have a doc comment.
    Item,
    /// What a declaration stands in that belongs to it: decorators, `export`, `template<…>`.
    Wrapper,
    /// A loop, branch or other statement that holds others.
    Branch,
    /// A simple statement.
    Statement,
    /// A comment.
    Comment,
}

/// What a node is; `None` for what only has a place in another.
pub(crate) fn class(node: Node<'_>) -> Option<Class> {
    Some(match node.kind() {
        "function_item"
        | "function_signature_item"
        | "function_definition"
        | "function_declaration"
        | "generator_function_declaration"
        | "function_signature"
        | "method_definition"
        | "method_declaration"
        | "method_signature"
        | "abstract_method_signature"
        | "method_elem"
        | "constructor_declaration"
        | "compact_constructor_declaration" => Class::Function,
        // `const f = () => …`
        "lexical_declaration" | "variable_declaration" => {
            if function_value(node).is_some() {
                Class::Function
            } else {
                Class::Statement
            }
        }
        "struct_item"
        | "enum_item"
        | "union_item"
        | "trait_item"
        | "impl_item"
        | "class_definition"
        | "class_declaration"
        | "abstract_class_declaration"
        | "interface_declaration"
        | "enum_declaration"
        | "record_declaration"
        | "annotation_type_declaration"
        | "type_declaration"
        | "class_specifier"
        | "struct_specifier"
        | "enum_specifier" => {
            // `struct point p`, a use and no definition.
            let names_only =
                node.kind().ends_with("_specifier") && node.child_by_field_name("body").is_none();
            return (!names_only).then_some(Class::Type);
        }
        // C: the prototype of a function.
        "declaration" | "field_declaration" if declares_function(node) => Class::Function,
        "field_declaration" => Class::Item,
        "const_item"
        | "static_item"
        | "type_item"
        | "mod_item"
        | "macro_definition"
        | "type_alias_declaration"
        | "alias_declaration"
        | "type_definition"
        | "namespace_definition"
        | "const_declaration"
        | "public_field_definition"
        | "field_definition"
        | "enum_variant"
        | "concept_definition"
        | "constant_declaration" => Class::Item,
        "decorated_definition" | "export_statement" | "template_declaration" => Class::Wrapper,
        "if_expression"
        | "if_statement"
        | "match_expression"
        | "match_statement"
        | "for_expression"
        | "for_statement"
        | "for_in_statement"
        | "enhanced_for_statement"
        | "for_range_loop"
        | "while_expression"
        | "while_statement"
        | "loop_expression"
        | "do_statement"
        | "switch_statement"
        | "switch_expression"
        | "expression_switch_statement"
        | "type_switch_statement"
        | "select_statement"
        | "try_statement"
        | "try_with_resources_statement"
        | "with_statement"
        | "ternary_expression"
        | "conditional_expression" => Class::Branch,
        "comment" | "line_comment" | "block_comment" => Class::Comment,
        "declaration" | "use_declaration" | "let_declaration" => Class::Statement,
        kind if kind.ends_with("_statement") || kind.ends_with("_declaration") => Class::Statement,
        _ => return None,
    })
}

/// Whether a file has no declaration and no statement but imports.
pub(super) fn declares_nothing(tree: &Tree) -> bool {
    let mut cursor = tree.walk();
    let root = tree.root_node();
    // Files of imports alone are short.
    root.named_child_count() <= 64
        && root.named_children(&mut cursor).all(|node| {
            matches!(
                node.kind(),
                "use_declaration"
                    | "extern_crate_declaration"
                    | "inner_attribute_item"
                    | "import_statement"
                    | "import_from_statement"
                    | "future_import_statement"
                    | "import_declaration"
                    | "package_clause"
                    | "package_declaration"
                    | "preproc_include"
                    | "preproc_call"
                    | "hash_bang_line"
                    | "shebang"
            ) || class(node) == Some(Class::Comment)
        })
}

fn declares_function(node: Node<'_>) -> bool {
    let mut inner = node.child_by_field_name("declarator");
    while let Some(declarator) = inner {
        if declarator.kind() == "function_declarator" {
            return true;
        }
        inner = declarator.child_by_field_name("declarator");
    }
    false
}

/// The function that a `const` or `var` declares.
fn function_value(node: Node<'_>) -> Option<Node<'_>> {
    let declarator = node.named_child(0).filter(|child| child.kind() == "variable_declarator")?;
    let value = declarator.child_by_field_name("value")?;
    matches!(value.kind(), "arrow_function" | "function_expression" | "generator_function")
        .then_some(value)
}

/// A declaration's name.
pub(crate) fn name(node: Node<'_>) -> Option<Node<'_>> {
    if let Some(name) = node.child_by_field_name("name") {
        return Some(name);
    }
    match node.kind() {
        "impl_item" => node.child_by_field_name("type"),
        "type_declaration" => node.named_child(0)?.child_by_field_name("name"),
        "lexical_declaration" | "variable_declaration" => {
            node.named_child(0)?.child_by_field_name("name")
        }
        // C: the name is inside of pointers, parameters and scopes.
        _ => {
            let mut inner = node.child_by_field_name("declarator")?;
            for _ in 0..8 {
                match inner.child_by_field_name("declarator") {
                    Some(deeper) => inner = deeper,
                    None => break,
                }
            }
            Some(inner)
        }
    }
}

/// A function's body; `None` where it is only declared.
pub(crate) fn body(node: Node<'_>) -> Option<Node<'_>> {
    node.child_by_field_name("body").or_else(|| function_value(node)?.child_by_field_name("body"))
}

/// The nodes around a range, from the root to the smallest.
pub(crate) fn path(tree: &Tree, start: usize, end: usize) -> Vec<Node<'_>> {
    let mut cursor = tree.walk();
    let mut path = vec![cursor.node()];
    while cursor.goto_first_child_for_byte(start).is_some() {
        // A child that ends where the range begins is not it.
        while cursor.node().end_byte() <= start && cursor.goto_next_sibling() {}
        let node = cursor.node();
        if node.start_byte() > start || node.end_byte() < end {
            break;
        }
        if node.is_named() {
            path.push(node);
        }
    }
    path
}
