//! Which nodes give names; nine languages in one table, for no two of them mean different things by
//! one kind.

/// Nodes that give names to values, and the field that they stand in; an empty one stands for what is right
/// in the node.
pub(crate) const BINDINGS: &[(&str, &str)] = &[
    // Rust
    ("let_declaration", "pattern"),
    ("let_condition", "pattern"),
    ("parameter", "pattern"),
    ("for_expression", "pattern"),
    ("match_arm", "pattern"),
    // Python
    ("assignment", "left"),
    ("named_expression", "name"),
    ("for_in_clause", "left"),
    ("typed_parameter", ""),
    ("default_parameter", "name"),
    ("typed_default_parameter", "name"),
    ("list_splat_pattern", ""),
    ("dictionary_splat_pattern", ""),
    ("as_pattern_target", ""),
    // JavaScript, TypeScript
    ("variable_declarator", "name"),
    ("required_parameter", "pattern"),
    ("optional_parameter", "pattern"),
    ("assignment_pattern", "left"),
    ("rest_pattern", ""),
    ("arrow_function", "parameter"),
    ("catch_clause", "parameter"),
    ("for_in_statement", "left"),
    // Go, and Python's `for`
    ("short_var_declaration", "left"),
    ("range_clause", "left"),
    ("for_statement", "left"),
    ("var_spec", "name"),
    ("const_spec", "name"),
    ("parameter_declaration", "name"),
    // Java
    ("formal_parameter", "name"),
    ("catch_formal_parameter", "name"),
    ("enhanced_for_statement", "name"),
    ("resource", "name"),
    // C, C++
    ("init_declarator", "declarator"),
    ("parameter_declaration", "declarator"),
    ("declaration", "declarator"),
    ("for_range_loop", "declarator"),
];

/// More of them, of which the first child alone is looked at.
pub(super) const PATTERNS: &[(&str, &str)] =
    &[("self_parameter", ""), ("object_pattern", ""), ("array_pattern", "")];

/// Declarations that have a name of their own.
pub(super) const ITEMS: &[&str] = &[
    "function_item",
    "struct_item",
    "enum_item",
    "union_item",
    "trait_item",
    "const_item",
    "static_item",
    "type_item",
    "mod_item",
    "macro_definition",
    "function_definition",
    "class_definition",
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
    "abstract_class_declaration",
    "interface_declaration",
    "enum_declaration",
    "type_alias_declaration",
    "record_declaration",
    "type_spec",
    "method_declaration",
    "class_specifier",
    "struct_specifier",
];

/// What imports name: every word of them.
pub(super) const IMPORTS: &[&str] =
    &["use_declaration", "import_statement", "import_from_statement", "import_declaration"];

/// What only holds nodes that give names.
pub(super) const HOLDERS: &[&str] = &[
    "ERROR",
    "expression_statement",
    "decorated_definition",
    "export_statement",
    "lexical_declaration",
    "variable_declaration",
    "local_variable_declaration",
    "var_declaration",
    "const_declaration",
    "type_declaration",
    "parameters",
    "lambda_parameters",
    "formal_parameters",
    "inferred_parameters",
    "closure_parameters",
    "parameter_list",
    "let_chain",
    "function_declarator",
    "statement_list",
];

/// Statements whose names hold after them too, in Python.
pub(super) const NESTED: &[&str] = &[
    "block",
    "if_statement",
    "else_clause",
    "elif_clause",
    "for_statement",
    "while_statement",
    "with_statement",
    "with_clause",
    "with_item",
    "as_pattern",
    "try_statement",
    "except_clause",
    "finally_clause",
];

/// Fields of patterns and imports that use names and give none.
pub(super) const OTHER: &[&str] =
    &["type", "value", "right", "size", "arguments", "path", "module_name", "source"];

/// Whose members have to be named with what they are members of.
pub(super) const CLASSES: &[&str] = &["impl_item", "trait_item", "class_definition"];
