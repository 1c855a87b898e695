//! Of some answers only a part is there: one function of the many that were asked about, or a function
//! without the decorators and attributes that it has. The rest stays as it is.

mod code;

use std::ops::Range;

use tree_sitter::Tree;

use self::code::{Code, Declared, attributes, is_attribute, is_comment};
use crate::actions::answer;
use crate::document::language::Language;

/// The region with the answer's declarations in the place of its own of the same names, and what the answer
/// imports besides, where the answer has only some of them and nothing else; else `None`. Both have LF.
/// Parses: not for the message path.
pub(in crate::actions) fn merged(
    region: &str,
    code: &str,
    language: Language,
) -> Option<(String, Vec<String>)> {
    let (ours, theirs) = (Code::read(region, language)?, Code::read(code, language)?);
    let all = ours.all();
    let answered = theirs.answered(&ours)?;
    let of = |name: &str| {
        let mut same = all.iter().filter(|known| known.name == name);
        same.next().filter(|_| same.next().is_none())
    };
    let lost = |own: &Declared| !answered.iter().any(|it| it.name == own.name);
    if !ours.declared.iter().any(lost) && !answered.iter().any(|it| !ours.is_outermost(&it.name)) {
        return None;
    }
    let mut places = Vec::new();
    for new in &answered {
        places.push((*of(&new.name)?, *new));
    }
    places.sort_by_key(|(own, _)| own.rows.start);
    if places.windows(2).any(|pair| matches!(pair, [a, b] if a.0.rows.end > b.0.head)) {
        return None;
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (region.lines().collect(), code.lines().collect());
    let (mut made, mut next) = (Vec::new(), 0);
    for (own, answer) in places {
        let bare = answer.head == answer.rows.start;
        let from = if bare { own.rows.start } else { own.head };
        made.extend(old.get(next..from)?.iter().map(|line| (*line).to_owned()));
        let lines = new.get(answer.head..answer.rows.end)?.join("\n");
        let columns = old.get(own.rows.start).map_or(0, |line| answer::depth(line));
        made.push(answer::laid(&lines, region, language, columns));
        next = own.rows.end;
    }
    made.extend(old.get(next..)?.iter().map(|line| (*line).to_owned()));
    Some((made.join("\n"), theirs.imports))
}

/// Whether some of what a region declares is not declared in code that came for it; `None` where it
/// declares nothing. Parses both: not for the message path.
pub(in crate::actions) fn loses(region: &str, code: &str, language: Language) -> Option<bool> {
    let ours = Code::read(region, language).filter(|ours| !ours.declared.is_empty())?;
    let Some(theirs) = Code::read(code, language) else { return Some(true) };
    let names = theirs.all();
    Some(ours.declared.iter().any(|own| !names.iter().any(|it| it.name == own.name)))
}

/// The names that some code declares, where it does nothing else but import. Parses: not for the message
/// path.
pub(in crate::actions) fn declares(code: &str, language: Language) -> Option<Vec<String>> {
    let code = Code::read(code, language).filter(|code| code.alone)?;
    let some = !(code.declared.is_empty() && code.imports.is_empty());
    some.then(|| code.declared.into_iter().map(|one| one.name).collect())
}

/// The names of the outermost functions and types of some code. Parses: not for the message path.
pub(in crate::actions) fn outermost(code: &str, language: Language) -> Vec<String> {
    let declared = Code::read(code, language).map(|code| code.declared);
    declared.unwrap_or_default().into_iter().map(|one| one.name).collect()
}

/// A tree of some code, the text that it is of, and how many lines that has more above. Parses: not for
/// the message path.
pub(in crate::actions) fn parsed(code: &str, language: Language) -> Option<(Tree, String, usize)> {
    code::parsed(code, language.grammar()?)
}

/// The name of all that some code declares, and its line from 0. Parses: not for the message path.
pub(super) fn only_name(code: &str, language: Language) -> Option<(String, usize)> {
    match Code::read(code, language)?.declared.as_slice() {
        [one] => Some((one.name.clone(), one.named)),
        _ => None,
    }
}

/// The answer's code with the decorators and attributes that its declarations have in the region, and not
/// in the answer; with `comments` their doc comments as well. Parses both: not for the message path.
pub(in crate::actions) fn with_attributes(
    region: &str,
    code: &str,
    language: Language,
    comments: bool,
) -> Option<String> {
    let says = |line: &str| {
        let line = line.trim();
        let doc = comments && (is_comment(line) || line.contains("\"\"\"") || line.contains("'''"));
        doc || is_attribute(line)
    };
    if !region.lines().any(says) {
        return None;
    }
    let (ours, theirs) = (Code::read(region, language)?, Code::read(code, language)?);
    let (old, new): (Vec<&str>, Vec<&str>) = (region.lines().collect(), code.lines().collect());
    let (own, answered) = (ours.all(), theirs.all());
    let mut missing: Vec<(usize, Vec<String>)> = Vec::new();
    for one in &own {
        let mut same = answered.iter().filter(|it| it.name == one.name);
        let Some(answer) = same.next().filter(|_| same.next().is_none()) else { continue };
        if own.iter().filter(|it| it.name == one.name).count() > 1 {
            continue;
        }
        let has = attributes(&new, answer.head..answer.named);
        let plain = |lines: &[&str]| lines.concat().split_whitespace().collect::<String>();
        let left = attributes(&old, one.head..one.named).into_iter().filter(|attribute| {
            let lines = old.get(attribute.clone()).unwrap_or_default();
            let known = |other: &Range<usize>| {
                plain(new.get(other.clone()).unwrap_or_default()) == plain(lines)
            };
            !has.iter().any(known)
        });
        let mut left: Vec<Range<usize>> = left.collect();
        if comments {
            let said = |lines: &[&str], one: &Declared| {
                let says =
                    |row: &usize| lines.get(*row).is_some_and(|line| is_comment(line.trim()));
                (one.head..one.named).filter(says).collect::<Vec<_>>()
            };
            if said(&new, answer).is_empty() && answer.doc.is_none() {
                let mut lines: Vec<Range<usize>> = Vec::new();
                for row in said(&old, one) {
                    match lines.last_mut().filter(|rows| rows.end == row) {
                        Some(rows) => rows.end += 1,
                        None => lines.push(row..row + 1),
                    }
                }
                left.splice(0..0, lines);
            }
            if let (Some(doc), None, Some(body)) = (&one.doc, &answer.doc, answer.body) {
                let lines = old.get(doc.clone()).unwrap_or_default().join("\n");
                let columns = new.get(body).map_or(0, |line| answer::depth(line));
                missing.push((body, vec![answer::laid(&lines, region, language, columns)]));
            }
        }
        if left.is_empty() {
            continue;
        }
        let comment = |row: &usize| new.get(*row).is_some_and(|line| is_comment(line.trim()));
        let above = answer.head + (answer.head..answer.named).take_while(comment).count();
        let columns = new.get(above).map_or(0, |line| answer::depth(line));
        let lines = left.iter().map(|rows| {
            let lines = old.get(rows.clone()).unwrap_or_default().join("\n");
            answer::laid(&lines, region, language, columns)
        });
        missing.push((above, lines.collect()));
    }
    if missing.is_empty() {
        return None;
    }
    let mut made: Vec<String> = new.iter().map(|line| (*line).to_owned()).collect();
    missing.sort_by_key(|(row, _)| *row);
    for (row, lines) in missing.into_iter().rev() {
        made.splice(row..row, lines);
    }
    Some(made.join("\n"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_the_answer_leaves_out_stays() {
        let two = "/// A.\n#[x]\nfn a() {\n    1\n}\n\nfn b() {}";
        for (id, region, code, want) in [
            (
                "rust",
                two,
                "fn b() {\n    2\n}",
                Some("/// A.\n#[x]\nfn a() {\n    1\n}\n\nfn b() {\n    2\n}"),
            ),
            ("rust", two, "fn a() {}", Some("/// A.\n#[x]\nfn a() {}\n\nfn b() {}")),
            ("rust", two, "/// Better.\nfn a() {}", Some("/// Better.\nfn a() {}\n\nfn b() {}")),
            // All of them, others, or more than declarations.
            ("rust", two, "fn b() {}\n\nfn a() {}", None),
            ("rust", two, "fn c() {}", None),
            ("rust", two, "static X: u8 = 1;\nfn a() {}", None),
            ("rust", two, "use x;\nfn a() {}", Some("/// A.\n#[x]\nfn a() {}\n\nfn b() {}")),
            ("rust", "fn a() {}", "fn a() {\n    1\n}", None),
            (
                "rust",
                "impl S {\n    fn a() {}\n\n    fn b() {}\n}",
                "impl S {\n    fn a() {\n        1\n    }\n}",
                Some("impl S {\n    fn a() {\n        1\n    }\n\n    fn b() {}\n}"),
            ),
            (
                "python",
                "class A:\n    x = 1\n\n    @w\n    def f(self):\n        pass\n\n    def g(self):\n        pass",
                "def g(self):\n    return 1",
                Some(
                    "class A:\n    x = 1\n\n    @w\n    def f(self):\n        pass\n\n    def g(self):\n        return 1",
                ),
            ),
            (
                "python",
                "class A:\n    def f(self):\n        pass\n\n    def g(self):\n        pass",
                "class A:\n    def g(self):\n        return 1",
                Some(
                    "class A:\n    def f(self):\n        pass\n\n    def g(self):\n        return 1",
                ),
            ),
            // One name twice: no telling which.
            (
                "python",
                "class A:\n    def f(self):\n        pass\n\nclass B:\n    def f(self):\n        pass",
                "def f(self):\n    return 1",
                None,
            ),
            (
                "java",
                "class A {\n\tint f() {\n\t\treturn 1;\n\t}\n\n\tint g() {\n\t\treturn 2;\n\t}\n}",
                "int g() {\n    return 3;\n}",
                Some(
                    "class A {\n\tint f() {\n\t\treturn 1;\n\t}\n\n\tint g() {\n\t\treturn 3;\n\t}\n}",
                ),
            ),
            (
                "typescript",
                "export class A {\n  f(): void {}\n  g(): void {}\n}\n\nexport function h() {}",
                "export function h() {\n  return 1;\n}",
                Some(
                    "export class A {\n  f(): void {}\n  g(): void {}\n}\n\nexport function h() {\n  return 1;\n}",
                ),
            ),
            (
                "typescript",
                "export class A {\n  f(): void {}\n  g(): void {}\n}",
                "g(): number {\n  return 1;\n}",
                Some("export class A {\n  f(): void {}\n  g(): number {\n    return 1;\n  }\n}"),
            ),
            (
                "go",
                "func A() {}\n\nfunc B() {}",
                "func B() int {\n\treturn 1\n}",
                Some("func A() {}\n\nfunc B() int {\n\treturn 1\n}"),
            ),
            (
                "c",
                "int a(void) { return 1; }\nint b(void);",
                "int a(void) { return 2; }",
                Some("int a(void) { return 2; }\nint b(void);"),
            ),
        ] {
            let got = merged(region, code, Language::from_id(id).unwrap());
            assert_eq!(got.as_ref().map(|got| got.0.as_str()), want, "{id}: {code}");
            let imports = if code.starts_with("use x;") { &["use x;"][..] } else { &[] };
            assert_eq!(got.map_or_else(Vec::new, |got| got.1), imports, "{id}: {code}");
        }
    }

    #[test]
    fn however_deep() {
        let deep =
            format!("@a\ndef f():\n    return {}1{}", "(".repeat(20_000), ")".repeat(20_000));
        let python = Language::from_id("python").unwrap();
        assert!(merged(&deep, &deep, python).is_none());
        assert!(with_attributes(&deep, &deep, python, true).is_none());
    }

    #[test]
    fn what_is_written_on_a_declaration_stays() {
        for (id, region, code, want) in [
            (
                "python",
                "@a\n@b(\n    1,\n)\ndef f():\n    pass",
                "def f():\n    return 1",
                Some("@a\n@b(\n    1,\n)\ndef f():\n    return 1"),
            ),
            (
                "python",
                "@a\ndef f():\n    pass",
                "@cache\ndef f():\n    return 1",
                Some("@a\n@cache\ndef f():\n    return 1"),
            ),
            ("python", "@a\ndef f():\n    pass", "@a\ndef f():\n    return 1", None),
            (
                "python",
                "    @a\n    def f():\n        pass",
                "    # Why.\n    def f():\n        return 1",
                Some("    # Why.\n    @a\n    def f():\n        return 1"),
            ),
            (
                "rust",
                "/// A.\n#[must_use]\nfn f() {}",
                "/// B.\nfn f() -> u8 {\n    1\n}",
                Some("/// B.\n#[must_use]\nfn f() -> u8 {\n    1\n}"),
            ),
            (
                "java",
                "@Override\npublic int f() {\n    return 1;\n}",
                "public int f() {\n    return 2;\n}",
                Some("@Override\npublic int f() {\n    return 2;\n}"),
            ),
            (
                "java",
                "@Override public int f() {\n    return 1;\n}",
                "public int f() {\n    return 2;\n}",
                None,
            ),
            (
                "typescript",
                "@Component()\nexport class A {\n  @Input()\n  f() {}\n}",
                "export class A {\n  f() {\n    return 1;\n  }\n}",
                Some("@Component()\nexport class A {\n  @Input()\n  f() {\n    return 1;\n  }\n}"),
            ),
            ("python", "def f():\n    pass", "def f():\n    return 1", None),
        ] {
            let got = with_attributes(region, code, Language::from_id(id).unwrap(), false);
            assert_eq!(got.as_deref(), want, "{id}: {code}");
        }
    }

    #[test]
    fn what_is_said_of_a_declaration_stays() {
        for (id, region, code, want) in [
            (
                "rust",
                "    /// Why.\n    /// More.\n    #[inline]\n    fn f() {}",
                "    fn f() {\n        g();\n    }\n\n    fn g() {}",
                Some(
                    "    /// Why.\n    /// More.\n    #[inline]\n    fn f() {\n        g();\n    }\n\n    fn g() {}",
                ),
            ),
            ("rust", "/// Why.\nfn f() {}", "/// Other.\nfn f() {\n    1\n}", None),
            (
                "java",
                "/**\n * Why.\n */\n@Override\npublic int f() {\n    return 1;\n}",
                "public int f() {\n    return 2;\n}",
                Some("/**\n * Why.\n */\n@Override\npublic int f() {\n    return 2;\n}"),
            ),
            (
                "python",
                "@a\ndef f():\n    \"\"\"Why.\n\n    More.\n    \"\"\"\n    return 1",
                "def f():\n    return 2",
                Some("@a\ndef f():\n    \"\"\"Why.\n\n    More.\n    \"\"\"\n    return 2"),
            ),
            ("python", "def f():\n    \"\"\"Why.\"\"\"", "def f(): return 2", None),
            (
                "typescript",
                "/** Why. */\nexport function f() {}",
                "export function f() {\n  return 1;\n}",
                Some("/** Why. */\nexport function f() {\n  return 1;\n}"),
            ),
        ] {
            let got = with_attributes(region, code, Language::from_id(id).unwrap(), true);
            assert_eq!(got.as_deref(), want, "{id}: {code}");
        }
    }
}
