//! What of a file stays when its middle must go: its imports, and the first lines of what stands
//! around the cursor.
//!
//! A window of text before the cursor begins somewhere in a class or a function. What the cut takes
//! away and the model needs most is which class and function that is, and what the file imports.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use crate::document::language::Language;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;

/// So deep is looked for what stands around the cursor.
const DEPTH: usize = 200;
/// So many parts of the file's top level are looked at for imports.
const TOP: usize = 400;
/// A longer signature (rows) is shown by its first rows.
const ROWS: usize = 12;
/// Longer lines (bytes) are data.
const LONGEST_LINE: usize = 400;

/// Whole rows of a document, in their order, none twice.
type Rows = Vec<Range<usize>>;

/// What stays of the text before `from` for a cursor at `at`: whole lines with LF breaks, a comment
/// where something is left out, at most `most` bytes; empty where nothing is cut. Of too many imports
/// the first stay, of too many scopes the inner ones.
///
/// The tree may be a stale one that has been moved along. The same text, tree and places give the same
/// lines, so that a prompt which is frozen with them stays as it is.
#[must_use]
pub fn head(
    text: &Text,
    tree: Option<&Tree>,
    language: Language,
    from: ByteOffset,
    at: ByteOffset,
    most: usize,
) -> String {
    let Some(tree) = tree else { return String::new() };
    let cut = text.line_of(from);
    let mut left = most;
    // The scopes are the smaller part and say more.
    let mut rows = Rows::new();
    for scope in scopes(text, tree, language, at).into_iter().rev() {
        take(text, &mut rows, &mut left, scope, cut);
    }
    for import in imports(text, tree) {
        take(text, &mut rows, &mut left, import, cut);
    }
    written(text, rows, cut, &gap(language))
}

/// Adds rows that stand before the cut and fit.
fn take(text: &Text, rows: &mut Rows, left: &mut usize, new: Range<usize>, cut: usize) {
    let new = new.start..new.end.min(cut);
    if new.is_empty()
        || new.clone().any(|row| text.line_end(row).0 - text.line_start(row).0 > LONGEST_LINE)
    {
        return;
    }
    let size = text.line_start(new.end).0.saturating_sub(text.line_start(new.start).0);
    if size <= *left {
        *left -= size;
        rows.push(new);
    }
}

/// The rows as text.
fn written(text: &Text, mut rows: Rows, cut: usize, gap: &str) -> String {
    rows.sort_by_key(|range| (range.start, range.end));
    let mut out = String::new();
    let mut next = 0;
    for range in rows {
        let start = range.start.max(next);
        if start >= range.end {
            continue;
        }
        if start > next {
            mark(&mut out, text, start, gap);
        }
        let bytes = ByteRange::new(text.line_start(start), text.line_start(range.end));
        out.push_str(normalise(&text.slice(bytes)).trim_start_matches('\u{feff}'));
        next = range.end;
    }
    if !out.is_empty() && next < cut {
        mark(&mut out, text, cut, gap);
    }
    out
}

/// A comment that something is left out, as deep as the row that follows.
fn mark(out: &mut String, text: &Text, row: usize, gap: &str) {
    if out.is_empty() {
        // What stands at the very top (licences, attributes) is missed by nobody.
        return;
    }
    let line = text.line(row);
    out.push_str(line.get(..depth(&line)).unwrap_or(""));
    out.push_str(gap);
    out.push('\n');
}

fn gap(language: Language) -> String {
    match (language.line_comment(), language.block_comment()) {
        (Some(open), _) => format!("{open} ..."),
        (None, Some((open, close))) => format!("{open} ... {close}"),
        (None, None) => "...".to_owned(),
    }
}

/// The first lines of what encloses a place, the outermost first.
fn scopes(text: &Text, tree: &Tree, language: Language, at: ByteOffset) -> Rows {
    // Where blocks end with their last statement, a line below it belongs to those that it stands
    // deeper than.
    let deepest = language.by_indentation().then(|| depth(&text.line(text.line_of(at))));
    let at = if deepest.is_some() { last_word(text, at) } else { at };
    let mut rows = Rows::new();
    let mut cursor = tree.walk();
    let before = at.0.saturating_sub(1);
    for _ in 0..DEPTH {
        let node = cursor.node();
        if node.start_byte() > before || node.end_byte() < at.0 {
            break;
        }
        let found = signature(text, node, at);
        rows.extend(
            found.filter(|rows| deepest.is_none_or(|it| depth(&text.line(rows.start)) < it)),
        );
        if cursor.goto_first_child_for_byte(before).is_none() {
            break;
        }
    }
    rows
}

/// The bytes of blanks that a line begins with.
fn depth(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// The end of the last word before a place, not far above it.
fn last_word(text: &Text, at: ByteOffset) -> ByteOffset {
    let start = text.floor(ByteOffset(at.0.saturating_sub(2_000)));
    let near = text.slice(ByteRange::new(start, at));
    ByteOffset(start.0 + near.trim_end().len())
}

/// The rows of a node that come before its body; nothing of what has none, or has the cursor before
/// it.
fn signature(text: &Text, node: Node<'_>, at: ByteOffset) -> Option<Range<usize>> {
    let body = ["body", "consequence", "value", "alternative"]
        .iter()
        .filter_map(|field| node.child_by_field_name(field))
        .find(|body| body.start_byte() < at.0 && body.end_byte() >= at.0 && opens(*body))?;
    // A stale tree's rows may be off where its bytes are right.
    let first = text.line_of(ByteOffset(node.start_byte()));
    let begins = ByteOffset(body.start_byte());
    let row = text.line_of(begins);
    let own = text.slice(ByteRange::new(text.line_start(row), begins));
    // The body of a Python block is its first statement, on a row of its own; a brace belongs above.
    let brace = text.char_after(begins).is_some_and(|c| matches!(c, '{' | '[' | '('));
    let end = if own.trim().is_empty() && !brace && row > first { row } else { row + 1 };
    Some(first..end.min(first + ROWS))
}

/// Whether a part of a node is what it opens.
fn opens(body: Node<'_>) -> bool {
    let kind = body.kind();
    kind.ends_with("block")
        || kind.ends_with("body")
        || kind.ends_with("_list")
        || matches!(kind, "compound_statement" | "statement_block" | "else_clause" | "object")
}

/// The imports of a file's top level.
fn imports(text: &Text, tree: &Tree) -> Rows {
    let mut rows = Rows::new();
    let mut cursor = tree.walk();
    if !cursor.goto_first_child() {
        return rows;
    }
    for _ in 0..TOP {
        let node = cursor.node();
        if is_import(text, node) {
            let first = text.line_of(ByteOffset(node.start_byte()));
            // An `#include` ends with its line break.
            let last = text.line_of(ByteOffset(node.end_byte().saturating_sub(1)));
            rows.push(first..last + 1);
        }
        if !cursor.goto_next_sibling() {
            break;
        }
    }
    rows
}

fn is_import(text: &Text, node: Node<'_>) -> bool {
    let says = |words: &[&str]| {
        let end = text.floor(ByteOffset(node.end_byte().min(node.start_byte() + 2_000)));
        let code = text.slice(ByteRange::new(ByteOffset(node.start_byte()), end));
        code.lines().any(|line| words.iter().any(|word| line.trim_start().starts_with(word)))
    };
    match node.kind() {
        "use_declaration"
        | "extern_crate_declaration"
        | "import_statement"
        | "import_from_statement"
        | "future_import_statement"
        | "package_clause"
        | "import_declaration"
        | "package_declaration"
        | "preproc_include"
        | "using_declaration" => true,
        "lexical_declaration" | "variable_declaration" => {
            let end = text.floor(ByteOffset(node.end_byte().min(node.start_byte() + 400)));
            text.slice(ByteRange::new(ByteOffset(node.start_byte()), end)).contains("require(")
        }
        // `if TYPE_CHECKING:`, `try: import …`.
        "if_statement" | "try_statement" => says(&["import ", "from "]),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::parse_queue::parse_now;

    /// The head of a text whose window begins at `|` with the cursor at `$0`.
    fn of(language: &str, source: &str, most: usize) -> String {
        let language = Language::from_id(language).unwrap();
        let (from, whole) = (source.find('|').unwrap(), source.replacen('|', "", 1));
        let (at, whole) = (whole.find("$0").unwrap(), whole.replacen("$0", "", 1));
        let text = Text::from(whole.as_str());
        let tree = parse_now(language.grammar().unwrap(), &text).unwrap();
        let head = || head(&text, Some(&tree), language, ByteOffset(from), ByteOffset(at), most);
        assert_eq!(head(), head());
        head()
    }

    #[test]
    fn imports_and_what_stands_around_stay() {
        for (language, source, want) in [
            (
                "rust",
                "//! Doc.\nuse a::b;\nuse c::{\n    d,\n};\n\nfn far() {}\n\nimpl<T> Store<T>\nwhere\n    T: Copy,\n{\n    fn other() {}\n\n    fn add(\n        &self,\n    ) -> u8 {\n        let a = 1;\n|        let b = 2;\n        $0\n    }\n}\n",
                "use a::b;\nuse c::{\n    d,\n};\n// ...\nimpl<T> Store<T>\nwhere\n    T: Copy,\n{\n    // ...\n    fn add(\n        &self,\n    ) -> u8 {\n        // ...\n",
            ),
            (
                "python",
                "import os\nfrom a import b\n\nif TYPE_CHECKING:\n    from c import D\n\nx = 1\n\nclass A(Base):\n    y = 1\n\n    @property\n    def go(self, x):\n        a = 1\n        for i in x:\n            b = 1\n|            c = 2\n            $0\n",
                "import os\nfrom a import b\n# ...\nif TYPE_CHECKING:\n    from c import D\n# ...\nclass A(Base):\n    # ...\n    def go(self, x):\n        # ...\n        for i in x:\n            # ...\n",
            ),
            (
                "typescript",
                "import { a } from './a';\nconst b = require('b');\n\nexport class C extends D {\n  x = 1;\n  async go(a: string): Promise<void> {\n    let b = 1;\n|    let c = 2;\n    if (a) {\n      $0\n    }\n  }\n}\n",
                "import { a } from './a';\nconst b = require('b');\n// ...\nexport class C extends D {\n  // ...\n  async go(a: string): Promise<void> {\n    // ...\n",
            ),
            (
                "go",
                "package a\n\nimport (\n\t\"fmt\"\n)\n\nvar x = 1\n\nfunc (s *S) Go(a int) error {\n\tb := 1\n|\tc := 2\n\t$0\n}\n",
                "package a\n// ...\nimport (\n\t\"fmt\"\n)\n// ...\nfunc (s *S) Go(a int) error {\n\t// ...\n",
            ),
            (
                "java",
                "package a;\n\nimport b.C;\n\nclass A extends B {\n  int x;\n\n  void go(int a) {\n    int b;\n|    int c;\n    $0\n  }\n}\n",
                "package a;\n// ...\nimport b.C;\n// ...\nclass A extends B {\n  // ...\n  void go(int a) {\n    // ...\n",
            ),
            (
                "c",
                "#include <a.h>\n#include \"b.h\"\n\nint x;\n\nint go(int a)\n{\n    int b;\n|    int c;\n    $0\n}\n",
                "#include <a.h>\n#include \"b.h\"\n// ...\nint go(int a)\n{\n    // ...\n",
            ),
        ] {
            assert_eq!(of(language, source, 2_000), want, "{language}");
        }
    }

    #[test]
    fn what_the_window_has_is_not_said_twice() {
        assert_eq!(of("rust", "|use a::b;\nfn go() {\n    $0\n}\n", 2_000), "");
        // A signature that the cut goes through stays up to it.
        assert_eq!(
            of("rust", "fn go(\n    a: u8,\n|    b: u8,\n) {\n    $0\n}\n", 2_000),
            "fn go(\n    a: u8,\n"
        );
        assert_eq!(of("rust", "use a::b;\n|fn go() {\n    $0\n}\n", 2_000), "use a::b;\n");
    }

    #[test]
    fn scopes_come_before_imports_and_the_bound_is_kept() {
        let uses: String = (0..50).map(|n| format!("use a::b{n};\n")).collect();
        let source =
            format!("{uses}impl A {{\n    fn go() {{\n        a();\n|        $0\n    }}\n}}\n");
        let head = of("rust", &source, 60);
        assert_eq!(
            head,
            "use a::b0;\nuse a::b1;\nuse a::b2;\n// ...\nimpl A {\n    fn go() {\n        // ...\n"
        );
        assert_eq!(of("rust", &source, 18), "    fn go() {\n        // ...\n");
        assert_eq!(of("rust", &source, 0), "");
    }

    #[test]
    fn a_line_below_a_block_belongs_to_what_it_stands_deeper_than() {
        let source = |cursor: &str| {
            format!(
                "class A:\n    def go(\n        self,\n    ):\n        a = 1\n|        for b in c:\n            d()\n\n{cursor}$0\n"
            )
        };
        for (cursor, want) in [
            ("", ""),
            ("    ", "class A:\n        # ...\n"),
            ("        ", "class A:\n    def go(\n        self,\n    ):\n        # ...\n"),
            ("        x = f(", "class A:\n    def go(\n        self,\n    ):\n        # ...\n"),
        ] {
            assert_eq!(of("python", &source(cursor), 500), want, "{cursor:?}");
        }
    }

    #[test]
    fn broken_code_and_none_give_what_there_is() {
        let rust = Language::from_id("rust").unwrap();
        let text = Text::from("use a::b;\r\nimpl A { fn go( { [ \r\nx\r\ny");
        let tree = parse_now(rust.grammar().unwrap(), &text).unwrap();
        let end = text.end();
        assert!(head(&text, Some(&tree), rust, end, end, 500).starts_with("use a::b;\n"));
        assert_eq!(head(&text, None, rust, end, end, 500), "");
    }
}
