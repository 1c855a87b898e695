//! A declaration as one line, and the types it names.

use crate::retrieval::source::Family;
use crate::retrieval::symbol::Kind;

/// Longer signatures (bytes) are cut at a word.
const LONGEST: usize = 320;

/// Longer values of constants and aliases are cut.
const LONGEST_VALUE: usize = 140;

/// The text of a declaration's head with comments gone, blanks and line breaks each one blank, and
/// nothing at the end that only opens a body.
pub(super) fn clean(head: &str, kind: Kind) -> String {
    let limit = match kind {
        Kind::Constant | Kind::Alias | Kind::Field | Kind::Variant => LONGEST_VALUE,
        _ => LONGEST,
    };
    let mut line = String::with_capacity(head.len().min(limit + 8));
    let mut rest = head;
    let mut gap = false;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = skip_comment(rest) {
            rest = after;
            gap = true;
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap {
            gap = false;
            let opens = line.ends_with(['(', '[', '<']);
            if matches!(c, ')' | ']' | '>') && line.ends_with(',') {
                line.pop();
            }
            if !line.is_empty()
                && !opens
                && !matches!(c, ')' | ']' | ',' | ';')
                && !line.ends_with('.')
            {
                line.push(' ');
            }
        }
        line.push(c);
        if line.len() > limit {
            cut(&mut line);
            return line;
        }
    }
    let kept = line.trim_end_matches(['{', ':', ';', '=', ' ', ',']);
    let arrow = kept.strip_suffix("=>").or_else(|| line.trim_end().strip_suffix("=>"));
    let kept = arrow.unwrap_or(kept).trim_end().len();
    line.truncate(kept);
    line
}

fn cut(line: &mut String) {
    let end =
        line.rfind([' ', ',', '(']).filter(|at| *at > line.len() / 2).unwrap_or(line.len() - 1);
    let end = (0..=end).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    line.truncate(end);
    line.push('…');
}

/// What follows a comment that the text begins with. `#` is left: it begins comments only in
/// Python, where nothing but parameters can hold one.
fn skip_comment(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix("/*") {
        return Some(rest.find("*/").and_then(|at| rest.get(at + 2..)).unwrap_or(""));
    }
    if text.starts_with("//") || text.starts_with("# ") {
        return Some(text.find('\n').and_then(|at| text.get(at..)).unwrap_or(""));
    }
    None
}

/// Type names in a piece of code, in order: where case tells, the capitalised identifiers, else all
/// that no language has built in.
pub(super) fn types(text: &str, family: Family) -> impl Iterator<Item = &str> {
    let by_case = !matches!(family, Family::Go | Family::C);
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
        .filter(move |word| {
            let Some(first) = word.chars().next() else { return false };
            if by_case {
                first.is_uppercase()
            } else {
                (first.is_alphabetic() || first == '_') && !BUILT_IN.contains(word)
            }
        })
        .take(12)
        .filter(|word| !WRAPPERS.contains(word))
}

/// Lower-case words that stand where Go and C have types.
const BUILT_IN: &[&str] = &[
    "auto",
    "bool",
    "byte",
    "chan",
    "char",
    "class",
    "complex128",
    "complex64",
    "const",
    "double",
    "enum",
    "error",
    "extern",
    "float",
    "float32",
    "float64",
    "func",
    "inline",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "interface",
    "long",
    "map",
    "rune",
    "short",
    "signed",
    "size_t",
    "static",
    "std",
    "string",
    "struct",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uintptr",
    "union",
    "unsigned",
    "virtual",
    "void",
    "volatile",
];

/// Types that only hold another one.
const WRAPPERS: &[&str] = &[
    "Any",
    "Arc",
    "Array",
    "Awaitable",
    "Box",
    "Callable",
    "Cell",
    "Cow",
    "Dict",
    "Err",
    "Iterable",
    "Iterator",
    "List",
    "Map",
    "Mutex",
    "None",
    "Ok",
    "Optional",
    "Option",
    "Pin",
    "Promise",
    "Rc",
    "Record",
    "RefCell",
    "Result",
    "Set",
    "Some",
    "String",
    "Tuple",
    "Type",
    "Union",
    "Vec",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_becomes_one_line() {
        for (head, line) in [
            (
                "pub fn read(\n    &self,\n    at: usize, // where\n) -> T\n{",
                "pub fn read(&self, at: usize) -> T",
            ),
            ("def read(self, *,\n         at=0):", "def read(self, *, at=0)"),
            ("const f = async (a: A) =>", "const f = async (a: A)"),
            ("class A(B):", "class A(B)"),
        ] {
            assert_eq!(clean(head, Kind::Function), line);
        }
    }

    #[test]
    fn a_long_value_is_cut_at_a_word() {
        let cut = clean(&format!("LIST = [{}]", "word, ".repeat(100)), Kind::Constant);
        assert!(cut.ends_with("word,…") || cut.ends_with("word…"), "{cut}");
        assert!(cut.len() < 150);
    }
}
