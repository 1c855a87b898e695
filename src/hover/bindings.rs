//! Which nodes of a syntax tree give a name, and where it holds.

use tree_sitter::Node;

use crate::actions::here::nodes::{self, Class};
use crate::document::language::Grammar;
use crate::document::names::table::BINDINGS;
use crate::document::offset::{ByteOffset, ByteRange};

/// What a declared name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A function, type, constant, field: what has a place of its own.
    Item(Class),
    /// A variable or parameter.
    Variable,
    /// A name that an import brings.
    Import,
}

/// Stands for the node's own children in [`BINDINGS`].
const CHILDREN: &str = "";
/// Stands for whatever is in the node.
const ALL: &str = "*";

/// What gives names besides [`BINDINGS`].
const MORE: &[(&str, &str)] = &[
    // Rust
    ("closure_parameters", CHILDREN),
    // Python
    ("parameters", CHILDREN),
    ("lambda_parameters", CHILDREN),
    // JavaScript, TypeScript
    ("formal_parameters", ALL),
    ("property_signature", "name"),
    ("enum_assignment", "name"),
    ("enum_body", CHILDREN),
    // Go
    ("variadic_parameter_declaration", "name"),
    // Java
    ("inferred_parameters", CHILDREN),
    ("lambda_expression", "parameters"),
    ("enum_constant", "name"),
    // C, C++
    ("optional_parameter_declaration", "declarator"),
    ("structured_binding_declarator", CHILDREN),
    ("enumerator", "name"),
    ("preproc_def", "name"),
    ("preproc_function_def", "name"),
    ("preproc_params", CHILDREN),
];

/// The same for what imports name.
const IMPORTS: &[(&str, &str)] = &[
    ("use_as_clause", "alias"),
    ("aliased_import", "alias"),
    ("import_specifier", "name"),
    ("import_specifier", "alias"),
    ("import_clause", CHILDREN),
    ("namespace_import", CHILDREN),
    ("import_spec", "name"),
];

/// Nodes that stand for themselves where they are named among [`MORE`]: members and constants.
const MEMBERS: &[&str] = &[
    "property_signature",
    "enum_assignment",
    "enum_body",
    "enum_constant",
    "enumerator",
    "preproc_def",
    "preproc_function_def",
];

/// Where a name holds that is given inside.
const SCOPES: &[&str] = &[
    "block",
    "statement_block",
    "compound_statement",
    "function_body",
    "constructor_body",
    "closure_expression",
    "match_arm",
    "for_expression",
    "if_expression",
    "while_expression",
    "arrow_function",
    "function_expression",
    "generator_function",
    "catch_clause",
    "for_statement",
    "for_in_statement",
    "enhanced_for_statement",
    "try_with_resources_statement",
    "for_range_loop",
    "func_literal",
    "lambda",
    "lambda_expression",
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
];

/// A name that is given.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub(super) kind: Kind,
    /// The name.
    pub(super) name: ByteRange,
    /// What gives it: the declaration, the statement, the parameter.
    pub(super) node: ByteRange,
    /// Where it holds.
    pub(super) scope: ByteRange,
    /// It is a member of this type, by the type's bytes.
    pub(super) of_type: Option<ByteRange>,
    /// The function has a body, the type its members.
    pub(super) whole: bool,
}

/// What the last node of a path gives a name to; `None` where it only uses one.
pub(super) fn binding(path: &[Node<'_>], grammar: Grammar) -> Option<Binding> {
    let (leaf, above) = path.split_last()?;
    let (at, kind, node) = above.iter().enumerate().rev().take(8).find_map(|(at, node)| {
        if nodes::class(*node).is_some_and(|class| names_item(class, *node, *leaf)) {
            return Some((at, Kind::Item(nodes::class(*node)?), *node));
        }
        let is_parent = at + 1 == above.len();
        let listed = |table: &[(&str, &str)]| {
            let of_kind = table.iter().filter(|(kind, _)| *kind == node.kind());
            of_kind.into_iter().any(|(_, field)| holds(*node, field, *leaf, is_parent))
        };
        if node.kind() == "type_spec" && named_by(*node, *leaf) {
            return Some((at, Kind::Item(Class::Type), *node));
        }
        // `const f = () => …`: the statement outside is the function's declaration.
        let outer = at.checked_sub(1).and_then(|outer| above.get(outer));
        if outer.is_some_and(|outer| {
            nodes::class(*outer) == Some(Class::Function) && named_by(*outer, *leaf)
        }) {
            return None;
        }
        if (listed(BINDINGS) || listed(MORE)) && is_plain(path, at) {
            let member = MEMBERS.contains(&node.kind());
            let kind = if member { Kind::Item(Class::Item) } else { Kind::Variable };
            return Some((at, kind, *node));
        }
        listed(IMPORTS).then_some((at, Kind::Import, *node))
    })?;
    let outer = above.get(..at)?;
    let mut kind = kind;
    let mut given = node;
    if kind == Kind::Variable {
        for parent in outer.iter().rev().take(3) {
            match nodes::class(*parent) {
                // `private int count = 0;`: the declaration is the field.
                Some(Class::Item) => (kind, given) = (Kind::Item(Class::Item), *parent),
                Some(Class::Statement) if !SCOPES.contains(&parent.kind()) => given = *parent,
                Some(_) => break,
                None => {}
            }
        }
    }
    // `self.size = 0` makes an attribute.
    let attribute = above.last().is_some_and(|parent| parent.kind() == "attribute");
    if attribute && kind == Kind::Variable {
        kind = Kind::Item(Class::Item);
    }
    if kind == Kind::Import && node.kind() != "import_spec" {
        let statement = |node: &&Node<'_>| nodes::class(**node) == Some(Class::Statement);
        given = outer.iter().rev().find(statement).copied().unwrap_or(given);
    }
    let of_type = outer
        .iter()
        .rev()
        .take_while(|node| attribute || nodes::class(**node) != Some(Class::Function))
        .find(|node| nodes::class(**node) == Some(Class::Type) && node.id() != given.id())
        .map(|node| bytes(*node));
    Some(Binding {
        kind,
        name: bytes(*leaf),
        node: given.child_by_field_name("body").map_or_else(
            || bytes(given),
            |body| ByteRange::new(bytes(given).start, bytes(body).start),
        ),
        scope: scope(outer, kind, grammar),
        of_type,
        whole: node.child_by_field_name("body").is_some(),
    })
}

fn names_item(class: Class, node: Node<'_>, leaf: Node<'_>) -> bool {
    matches!(class, Class::Function | Class::Type | Class::Item)
        && node.kind() != "impl_item"
        && named_by(node, leaf)
}

/// Whether a node's name ends with that leaf: `Store::len` is named `len`.
fn named_by(node: Node<'_>, leaf: Node<'_>) -> bool {
    nodes::name(node).is_some_and(|name| {
        name.end_byte() == leaf.end_byte() && name.start_byte() <= leaf.start_byte()
    })
}

fn holds(node: Node<'_>, field: &str, leaf: Node<'_>, is_parent: bool) -> bool {
    if field == CHILDREN || field == ALL {
        return is_parent || field == ALL;
    }
    let mut cursor = node.walk();
    node.children_by_field_name(field, &mut cursor)
        .any(|child| child.start_byte() <= leaf.start_byte() && leaf.end_byte() <= child.end_byte())
}

/// Whether nothing between a binding and its name makes a use of it: a type in a pattern, the index
/// of what is assigned to, the size of an array.
fn is_plain(path: &[Node<'_>], at: usize) -> bool {
    let Some(leaf) = path.last() else { return false };
    let names = ["identifier", "field_identifier", "property_identifier"];
    let shorthand =
        leaf.kind().starts_with("shorthand_") || leaf.kind() == "private_property_identifier";
    if !names.contains(&leaf.kind()) && !shorthand {
        return false;
    }
    let between = path.get(at + 1..path.len() - 1).unwrap_or_default();
    between.iter().zip(path.get(at + 2..).unwrap_or_default()).all(|(parent, child)| {
        let field = |name| parent.child_by_field_name(name).is_some_and(|of| of.id() == child.id());
        match parent.kind() {
            "attribute" => field("attribute"),
            "subscript" | "subscript_expression" | "call" | "call_expression" => false,
            "member_expression" | "selector_expression" | "field_expression" => false,
            "index_expression" => false,
            "pair_pattern" => field("value"),
            _ => !["type", "size", "value", "right", "parameters"].into_iter().any(field),
        }
    })
}

fn scope(outer: &[Node<'_>], kind: Kind, grammar: Grammar) -> ByteRange {
    let holds = |node: &&Node<'_>| {
        let class = nodes::class(**node);
        if class == Some(Class::Function) || node.kind() == "lambda" {
            return true;
        }
        match kind {
            // Of a type or a module: it can be named from outside.
            Kind::Item(_) | Kind::Import => class == Some(Class::Type) || node.kind() == "mod_item",
            // A name in Python holds in all of its function.
            Kind::Variable if grammar == Grammar::Python => node.kind().ends_with("comprehension"),
            Kind::Variable => SCOPES.contains(&node.kind()),
        }
    };
    let found = outer.iter().rev().find(holds).or_else(|| outer.first());
    found.map_or_else(ByteRange::default, |node| bytes(*node))
}

pub(super) fn bytes(node: Node<'_>) -> ByteRange {
    ByteRange::new(ByteOffset(node.start_byte()), ByteOffset(node.end_byte()))
}
