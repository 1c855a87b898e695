//! The places of a text where a name may be declared. A look into the tree costs microseconds, and a
//! name may stand in a file ten thousand times: what stands before it tells of most that they only use
//! it.

use memchr::memmem;

use crate::document::language::Grammar;
use crate::document::offset::ByteRange;

/// Places around the cursor in the function that it is in.
const IN_FUNCTION: usize = 150;
/// Places in the whole file: its first ones, and those nearest to the cursor.
const FIRST: usize = 60;
const NEAREST: usize = 60;

/// Where a name stands in a part of a source, the nearest to an offset, whatever stands before it.
pub(super) fn near(source: &str, name: &str, at: usize, part: ByteRange) -> Vec<usize> {
    let Some(text) = source.get(part.as_range()) else { return Vec::new() };
    let at = at.clamp(part.start.0, part.end.0) - part.start.0;
    let (before, after) = text.as_bytes().split_at(at);
    let above = memmem::rfind_iter(before, name).take(IN_FUNCTION);
    let below = memmem::find_iter(after, name).map(|found| found + at).take(IN_FUNCTION / 3);
    let all = above.chain(below).map(|found| found + part.start.0);
    all.filter(|found| is_whole_word(source, *found, name)).collect()
}

/// Where a name may be declared in a source: the first places, and the nearest to an offset.
pub(super) fn likely(source: &str, name: &str, at: usize, grammar: Grammar) -> Vec<usize> {
    let fits = |found: &usize| {
        *found == at || is_whole_word(source, *found, name) && may_declare(source, *found, grammar)
    };
    let all: Vec<usize> = memmem::find_iter(source.as_bytes(), name).filter(fits).collect();
    let nearest = all.partition_point(|found| *found < at);
    let from = nearest.saturating_sub(NEAREST).max(FIRST);
    let mut some: Vec<usize> = all.iter().take(FIRST).copied().collect();
    some.extend(all.iter().take(nearest + NEAREST).skip(from));
    some
}

/// Where a name stands first in a text.
pub(super) fn first(source: &str, name: &str) -> Option<usize> {
    memmem::find_iter(source.as_bytes(), name).find(|at| is_whole_word(source, *at, name))
}

/// Whether what stands before a place lets a declaration of something that lasts stand there:
/// parameters and the like are looked for with [`near`].
fn may_declare(source: &str, at: usize, grammar: Grammar) -> bool {
    let line = source.get(..at).unwrap_or("");
    let line = line.get(line.rfind('\n').map_or(0, |end| end + 1)..).unwrap_or("");
    let before = line.trim_end();
    let Some(last) = before.chars().next_back() else { return true };
    let typed = matches!(grammar, Grammar::C | Grammar::Cpp | Grammar::Java);
    match last {
        ':' => grammar == Grammar::Cpp,
        '*' | '&' => matches!(grammar, Grammar::C | Grammar::Cpp),
        '>' => typed && !before.ends_with("->"),
        // Python's attributes are made where they are given a value.
        '.' => grammar == Grammar::Python && before.ends_with("self."),
        '=' | '!' | '(' | '[' | '<' | '+' | '-' | '/' | '|' | '?' | '%' | '^' | '"' | '\''
        | '@' => false,
        _ => {
            let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
            !matches!(
                word.unwrap_or(""),
                "return"
                    | "new"
                    | "await"
                    | "in"
                    | "not"
                    | "if"
                    | "and"
                    | "or"
                    | "is"
                    | "else"
                    | "throw"
                    | "throws"
                    | "extends"
                    | "implements"
                    | "instanceof"
                    | "typeof"
                    | "yield"
                    | "delete"
                    | "case"
                    | "match"
                    | "while"
                    | "dyn"
                    | "impl"
                    | "raise"
            )
        }
    }
}

fn is_whole_word(source: &str, at: usize, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let before = source.get(..at).and_then(|text| text.chars().next_back());
    let after = source.get(at + name.len()..).and_then(|text| text.chars().next());
    source.is_char_boundary(at) && !before.is_some_and(part) && !after.is_some_and(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::offset::ByteOffset;

    #[test]
    fn what_only_uses_a_name_is_passed_over() {
        use Grammar::{C, Cpp, Go, Java, JavaScript, Python, Rust};
        for (grammar, source, want) in [
            (Rust, "fn x() {}\nlet a = x;\nb(x);\nreturn x;\na.x;\nA::x;\n&x", 1),
            (Rust, "struct x;\nimpl x {}\nfn f() -> x {}\nOption<x>", 1),
            (Rust, "enum A { x, y }", 1),
            (Python, "x = 1\nif x:\n  self.x = x\n", 2),
            (Cpp, "int A::x() {}\nint *x;\nList<int> x;\np->x", 3),
            (C, "int *x(void);\ny = *x;", 2),
            (Java, "List<T> x = y;\nnew x();", 1),
            (Go, "func (s *S) x() {}\ns.x()", 1),
            (JavaScript, "const x = 1, xx = 2;\nf`${x}`\n", 2),
        ] {
            assert_eq!(likely(source, "x", 0, grammar).len(), want, "{source}");
        }
    }

    #[test]
    fn of_many_places_the_first_and_the_nearest_are_looked_at() {
        let source = "fn x\n".repeat(1_000);
        let at = 3 + 5 * 500;
        let some = likely(&source, "x", at, Grammar::Rust);
        assert_eq!(some.len(), FIRST + 2 * NEAREST);
        assert!(some.contains(&3) && some.contains(&at) && some.is_sorted());
        assert_eq!(likely("x x x", "x", 2, Grammar::Rust), [0, 2, 4]);
        let part = ByteRange::new(ByteOffset(5), ByteOffset(source.len()));
        let near = near(&source, "x", at, part);
        assert_eq!(near.len(), IN_FUNCTION + IN_FUNCTION / 3);
        assert!(near.contains(&at) && !near.contains(&3));
    }
}
