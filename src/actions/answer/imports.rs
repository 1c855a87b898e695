//! Import statements in an answer: they belong to the others of the file, wherever a model wrote them.

use std::ops::Range;

use super::Place;
use super::indent::{dedented, width};
use crate::actions::edits::merge;
use crate::document::language::Language;

/// Most lines of a text that are taken for beginnings of a statement: each is parsed.
const MOST: usize = 300;
/// Lines of the longest statement.
const LONGEST: usize = 80;

/// The lines of the import statements that stand as far out as any line does, in order.
pub(super) fn statements(lines: &[&str], language: Language) -> Vec<Range<usize>> {
    let outermost =
        lines.iter().filter(|line| !line.trim().is_empty()).map(|line| width(line)).min();
    let Some(outermost) = outermost else { return Vec::new() };
    let (mut found, mut at, mut tries) = (Vec::new(), 0, 0);
    while let Some(line) = lines.get(at).filter(|_| tries < MOST) {
        let begins = width(line) == outermost
            && begins(line.trim(), language)
            && !is_conditional(lines.get(..at).unwrap_or_default());
        tries += usize::from(begins);
        match begins.then(|| end(lines, at, language)).flatten() {
            Some(end) => {
                found.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    if !found.is_empty() {
        let quoted = merge::quoted(&lines.join("\n"), language);
        found.retain(|rows| !quoted.iter().any(|quoted| quoted.contains(&rows.start)));
    }
    found
}

/// Whether what an answer imports stays where it is: beside what the region imports itself, or where there
/// is nothing else.
pub(super) fn stay(region: &[&str], place: &Place<'_>) -> bool {
    let blank = |text: &str| text.trim().is_empty();
    let alone = blank(place.before) && blank(place.region) && blank(place.after);
    place.imports_stay || alone || !statements(region, place.language).is_empty()
}

/// The lines of what an answer imports and is to go elsewhere.
pub(super) fn elsewhere(answer: &[&str], place: &Place<'_>) -> Vec<Range<usize>> {
    let region: Vec<&str> = place.region.lines().collect();
    let all = statements(answer, place.language);
    if all.is_empty() || stay(&region, place) { Vec::new() } else { all }
}

/// Lines without some of them and the blank ones below those; and the ones taken out.
pub(super) fn parted<'a>(lines: &[&'a str], taken: &[Range<usize>]) -> (Vec<&'a str>, Vec<String>) {
    let (mut kept, mut next) = (Vec::new(), 0);
    for rows in taken {
        kept.extend(lines.get(next..rows.start).unwrap_or_default());
        let blank = |line: &&&str| line.trim().is_empty();
        let below = lines.get(rows.end..).unwrap_or_default();
        next = rows.end + below.iter().take_while(blank).count();
    }
    kept.extend(lines.get(next..).unwrap_or_default());
    let text = |rows: &Range<usize>| {
        let lines = lines.get(rows.clone()).unwrap_or_default();
        dedented(lines).join("\n")
    };
    (kept, taken.iter().map(text).collect())
}

/// Whether the line below these is there under a condition alone.
fn is_conditional(above: &[&str]) -> bool {
    let starts = |line: &&str, word: &str| line.trim_start().starts_with(word);
    let count = |word: &str| above.iter().filter(|line| starts(line, word)).count();
    let attribute = above.last().is_some_and(|line| starts(line, "#["));
    attribute || count("#if") > count("#endif")
}

/// Whether a line by itself is an import statement.
pub(super) fn is_one(line: &str, language: Language) -> bool {
    begins(line.trim(), language) && end(&[line], 0, language) == Some(1)
}

fn begins(line: &str, language: Language) -> bool {
    let any = |starts: &[&str]| starts.iter().any(|start| line.starts_with(start));
    match language.id() {
        "rust" => any(&["use ", "extern crate "]),
        "python" => any(&["import "]) || (any(&["from "]) && line.contains(" import")),
        "javascript" | "javascriptreact" | "typescript" | "typescriptreact" => {
            any(&["import ", "import{", "import*"])
                || (any(&["const ", "let ", "var "]) && line.contains("require("))
        }
        "go" => any(&["import ", "import(", "package "]),
        "java" => any(&["import ", "package "]),
        "c" | "cpp" => any(&["#include ", "#include<", "#include\""]),
        _ => false,
    }
}

/// The line below the statement that begins at a line.
fn end(lines: &[&str], start: usize, language: Language) -> Option<usize> {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate().skip(start).take(LONGEST) {
        text.push_str(line.trim());
        let ends = may_end(&text, language);
        text.push('\n');
        if ends {
            // To parse every beginning of it would take long where none is one.
            return merge::is_import(&text, language).then_some(at + 1);
        }
    }
    None
}

/// Whether a statement may end with its last line so far.
fn may_end(text: &str, language: Language) -> bool {
    let last = text.rsplit('\n').next().unwrap_or("");
    let plain = last.split(" //").next().unwrap_or("").trim_end();
    let closed = ['(', '{']
        .into_iter()
        .zip([')', '}'])
        .all(|(open, close)| text.matches(open).count() <= text.matches(close).count());
    match language.id() {
        "rust" | "java" => plain.ends_with(';'),
        "python" => closed && !last.ends_with('\\'),
        "c" | "cpp" => !last.ends_with('\\'),
        "go" => closed && (plain.ends_with(['"', '`', ')']) || plain.starts_with("package ")),
        _ => closed && plain.trim_end_matches(';').ends_with(['"', '\'', '`', ')']),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_from_what_looks_like_them() {
        for (id, code, want) in [
            (
                "rust",
                "use a::b;\nuse c::{\n    d,\n    e,\n};\n\nfn f() {\n    use g;\n}",
                vec![(0, 1), (1, 5)],
            ),
            ("rust", "    use a;\n    fn f() {}", vec![(0, 1)]),
            ("rust", "fn f() {}\nuse a;\n", vec![(1, 2)]),
            ("rust", "let s = \"\nuse a;\n\";", vec![]),
            ("python", "import os\nfrom a import (\n    b,\n)\nx = 1", vec![(0, 1), (1, 4)]),
            ("python", "\"\"\"\nimport os\n\"\"\"\n", vec![]),
            ("python", "from a import b, \\\n    c\n", vec![(0, 2)]),
            (
                "typescript",
                "import {\n  a,\n} from \"x\";\nimport \"y\";\nimport(z);\n",
                vec![(0, 3), (3, 4)],
            ),
            ("javascript", "const a = require(\"a\");\nconst b = 1;\n", vec![(0, 1)]),
            ("typescript", "/*\nimport a from \"a\";\n*/\n", vec![]),
            ("go", "import (\n\t\"a\"\n\tb \"c\"\n)\n\nfunc f() {}", vec![(0, 4)]),
            ("java", "import a.B;\n\npublic int f() {\n    return 1;\n}", vec![(0, 1)]),
            ("c", "#include <a.h>\n#include \"b.h\"\nint a;", vec![(0, 1), (1, 2)]),
            ("c", "#ifdef A\n#include <a.h>\n#endif\n#include <b.h>\nint a;", vec![(3, 4)]),
            ("rust", "#[cfg(test)]\nuse a;\nfn f() {}", vec![]),
            ("cpp", "using namespace std;\nint a;", vec![]),
            ("ruby", "require \"a\"", vec![]),
            ("rust", "use a; // Why.\nfn f() {}", vec![(0, 1)]),
            ("rust", "use a::{ // Why.\n    b, // It.\n};\nfn f() {}", vec![(0, 3)]),
            ("rust", "use a\nuse b\nuse c;\n", vec![(2, 3)]),
            ("rust", "", vec![]),
        ] {
            let lines: Vec<&str> = code.lines().collect();
            let rows = statements(&lines, Language::from_id(id).unwrap());
            let rows: Vec<_> = rows.into_iter().map(|rows| (rows.start, rows.end)).collect();
            assert_eq!(rows, want, "{id}: {code}");
        }
    }
}
