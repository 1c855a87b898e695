//! What code in a language without a syntax tree declares, opens and closes, as far as its words and
//! brackets tell.

use std::collections::HashSet;

use super::{Place, indent};
use crate::document::language::Language;
use crate::document::words::tokens;

/// Languages with brackets that are always closed.
const BRACKETS: [&str; 17] = [
    "ruby", "php", "perl", "lua", "swift", "kotlin", "scala", "groovy", "csharp", "dart", "elixir",
    "julia", "r", "zig", "nim", "crystal", "fsharp",
];
/// Words that a name follows.
const DECLARE: [&str; 14] = [
    "def",
    "class",
    "module",
    "function",
    "func",
    "fun",
    "fn",
    "sub",
    "interface",
    "trait",
    "struct",
    "enum",
    "defmodule",
    "defp",
];

/// Those of them that are no functions.
const TYPES: [&str; 7] = ["class", "module", "interface", "trait", "struct", "enum", "defmodule"];
/// Languages whose functions stand in braces, mostly.
const BRACES: [&str; 7] = ["php", "perl", "swift", "kotlin", "csharp", "dart", "zig"];

/// Whether code that is to stand for a region does not declare what that did.
pub(super) fn loses(region: &str, code: &str, language: Language) -> bool {
    programs(language) && !declared(region, language).is_subset(&declared(code, language))
}

/// Whether code is a function in another language, that declares the same.
pub(super) fn foreign(region: &str, code: &str, language: Language) -> bool {
    BRACES.contains(&language.id())
        && programs(language)
        && region.contains('{')
        && !declared(region, language).is_empty()
        && !code.contains(['{', '='])
}

/// Whether code leaves more open than what it stands for, or less. A fix, or what the user asks for, may
/// close what the file leaves open.
pub(super) fn unbalanced(place: &Place<'_>, code: &str) -> bool {
    let language = place.language;
    if !programs(language) {
        return false;
    }
    let (own, new) = (balance(place.region, language), balance(code, language));
    if own == new {
        return false;
    }
    let rest = [place.before, place.after].map(|text| balance(text, language));
    let [above, below] = rest;
    let around = || above.iter().zip(&below).map(|(above, below)| above + below);
    let better = around()
        .zip(own.iter().zip(&new))
        .all(|(around, (own, new))| own == new || (around + new).abs() < (around + own).abs());
    !(better && (place.fixes || !place.keeps_words))
}

pub(super) fn programs(language: Language) -> bool {
    language.grammar().is_none() && BRACKETS.contains(&language.id())
}

fn declared(code: &str, language: Language) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut function = None;
    for (depth, line) in bare(code, language).into_iter().filter(|(_, line)| !line.is_empty()) {
        function = function.filter(|outer| depth > *outer);
        // What stands in a function is its own affair.
        if function.is_some() {
            continue;
        }
        let tokens: Vec<&str> = tokens(&line).collect();
        for (at, token) in tokens.iter().enumerate() {
            let called = at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|c| *c == ".");
            let other = match language.id() {
                "elixir" => *token == "fn",
                "groovy" => *token == "def",
                _ => false,
            };
            if called || other || !DECLARE.contains(token) {
                continue;
            }
            let rest = tokens.get(at + 1..).unwrap_or_default();
            let own = |word: &&&str| !matches!(**word, "self" | ".");
            let name = rest.iter().find(own);
            let is_name = |name: &&&str| name.starts_with(|c: char| c.is_alphabetic() || c == '_');
            found.extend(name.filter(is_name).map(|name| (*name).to_owned()));
            if !TYPES.contains(token) {
                function = Some(depth);
            }
        }
    }
    found
}

/// Brackets that are opened and not closed, by kind, and blocks.
fn balance(code: &str, language: Language) -> [isize; 4] {
    let mut open = [0; 4];
    for (_, line) in bare(code, language) {
        for c in line.chars() {
            let pairs = [('(', ')'), ('[', ']'), ('{', '}')];
            for ((opens, closes), count) in pairs.into_iter().zip(&mut open) {
                *count += isize::from(c == opens) - isize::from(c == closes);
            }
        }
        let tokens: Vec<&str> = tokens(&line).collect();
        let [.., blocks] = &mut open;
        *blocks += match language.id() {
            "ruby" | "crystal" => ruby(&line, &tokens),
            "lua" => {
                let count = |words: &[&str]| {
                    let found = tokens.iter().filter(|token| words.contains(token));
                    isize::try_from(found.count()).unwrap_or(0)
                };
                count(&["function", "if", "do"]) - count(&["end"])
            }
            _ => 0,
        };
    }
    open
}

/// Blocks that a line of Ruby opens, less those that it ends.
fn ruby(line: &str, tokens: &[&str]) -> isize {
    const OPEN: [&str; 10] =
        ["def", "class", "module", "if", "unless", "while", "until", "case", "begin", "for"];
    let word = |at: usize| tokens.get(at).copied().unwrap_or("");
    let first = OPEN.contains(&word(0));
    // `x = if …`; and a method without an end.
    let valued = tokens.windows(2).any(|pair| matches!(pair, ["=", b] if OPEN.contains(b)));
    let endless = word(0) == "def"
        && line.rfind(')').map_or_else(
            || word(2) == "=",
            |at| line.get(at + 1..).is_some_and(|rest| rest.trim_start().starts_with("= ")),
        );
    let loops = matches!(word(0), "while" | "until" | "for");
    let block = tokens.contains(&"do") && !loops;
    let ends = tokens.iter().enumerate().filter(|(at, token)| {
        let before = at.checked_sub(1).map_or("", word);
        **token == "end" && before != "." && before != ":" && word(at + 1) != ":"
    });
    let opens = usize::from((first && !endless) || valued) + usize::from(block);
    isize::try_from(opens).unwrap_or(0) - isize::try_from(ends.count()).unwrap_or(0)
}

/// Lines without comments and what is quoted, and the columns before them.
fn bare(code: &str, language: Language) -> Vec<(usize, String)> {
    let mark = language.line_comment().unwrap_or("\u{0}");
    let line = |line: &str| {
        let (mut bare, mut rest) = (String::new(), line.trim());
        while let Some(c) = rest.chars().next() {
            if rest.starts_with(mark) {
                break;
            }
            rest = rest.get(c.len_utf8()..).unwrap_or("");
            match rest.find(c).filter(|_| matches!(c, '"' | '\'' | '`')) {
                Some(end) => rest = rest.get(end + c.len_utf8()..).unwrap_or(""),
                None => bare.push(c),
            }
        }
        bare
    };
    code.lines().map(|raw| (indent::width(raw), line(raw))).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_and_what_is_open() {
        let ruby = "class A\n  def add(a, b)\n    a + b\n  end\nend";
        for (id, region, code, lost, torn) in [
            ("ruby", ruby, "class A\n  def add(a, b) = a + b\nend", false, false),
            ("ruby", ruby, "class A\n  def sub(a, b)\n    a - b\n  end\nend", true, false),
            ("ruby", ruby, "def add(a, b)\n  a + b\nend", true, false),
            ("ruby", ruby, "class A\n  def add(a, b)\n    a +\nend", false, true),
            ("ruby", ruby, "class A\n  def add(a, b):\n    return a + b", false, true),
            (
                "ruby",
                ruby,
                "class A\n  # It isn't (hard.\n  def add(*all)\n    all.each do |one|\n      puts \"(\" if one\n    end\n    x = if all then 1 else 2 end\n    while x do\n    end\n  end\nend",
                false,
                false,
            ),
            ("ruby", "def self.a\nend", "def self.a\n  self.class.end\nend", false, false),
            ("php", "function add($a) {\n  return $a;\n}", "def add(a):\n  return a", false, true),
            ("php", "function add($a) {\n}", "function add($a) { f(fn($b) => 1); }", false, false),
            (
                "lua",
                "function f()\n  return 1\nend",
                "function f()\n  if a then b() end\n  for i = 1, 2 do\n  end\n  return 1\nend",
                false,
                false,
            ),
            ("lua", "function f()\nend", "function f()\n  return 1", false, true),
            ("yaml", "a: [1]", "a: [", false, false),
        ] {
            let language = Language::from_id(id).unwrap();
            assert_eq!(loses(region, code, language), lost, "{id}: {code}");
            let place = Place { keeps_words: true, ..Place::new(language, "", region, "") };
            let open = unbalanced(&place, code) || foreign(region, code, language);
            assert_eq!(open, torn, "{id}: {code}");
        }
    }

    #[test]
    fn what_the_file_leaves_open_may_be_closed() {
        let ruby = Language::from_id("ruby").unwrap();
        let region = "  def add(a, b)\n    a + b";
        let closed = "  def add(a, b)\n    a + b\n  end";
        for (before, after, code, fixes, want) in [
            ("class A\n", "\nend", closed, true, false),
            // Nobody asked for it, or it is closed already.
            ("class A\n", "\nend", closed, false, true),
            ("class A\n", "\n  end\nend", closed, true, true),
            ("class A\n", "\nend", "  def add(a, b)\n    (a + b", true, true),
        ] {
            let keeps =
                Place { fixes, keeps_words: true, ..Place::new(ruby, before, region, after) };
            assert_eq!(unbalanced(&keeps, code), want, "{code} {after}");
        }
        // Whatever was asked for, a class has its end.
        let class = format!("class A\n{closed}\nend");
        let place = Place::new(ruby, "", &class, "\n");
        assert!(unbalanced(&place, class.strip_suffix("\nend").unwrap()));
    }
}
