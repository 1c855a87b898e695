//! New code brought into a file: imports where the others are and none of them twice, declarations at
//! the end of the file, class or module that they belong to, in its indentation. Only whole new lines
//! come of it.

mod imports;
mod place;
mod rename;
mod scope;
mod settle;

use std::collections::HashSet;
use std::ops::Range;

use super::changes::{Edge, LineEdit, applied, of_region, top};
use crate::actions::answer;
use crate::actions::here::MARK;
use crate::document::language::Language;
use crate::document::line_ending::{LineEnding, normalise};
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::parse_queue::parse_now;
use crate::document::text::Text;

pub(in crate::actions) use self::place::{imports, imports_inside, is_import, quoted};
use self::scope::{Item, Kind, Scope};
use self::settle::{Settling, Spot};

/// Where new code goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// With the tests of the file: in its module of tests, its class.
    Tests {
        /// The code that is tested is in the same file.
        beside_code: bool,
    },
    /// At the top level, below the line with this byte.
    Below(ByteOffset),
}

/// The edits by which `code` (LF) becomes a part of a file; none where all of it is there already, or
/// the language has no tree. Parses: not for the message path.
#[must_use]
pub fn edits(text: &Text, code: &str, language: Language, at: At) -> Vec<LineEdit> {
    let old = normalise(&text.whole());
    if old.trim_start_matches(MARK).trim().is_empty() {
        return whole(text, code);
    }
    let (Some(target), Some((code, new))) = (read(&old, language), new_code(code, language)) else {
        return below(text, &old, code, at);
    };
    let beside = language.id() == "rust" && at == (At::Tests { beside_code: true });
    if beside && let Some(opened) = opened(&old, &target) {
        let opened = Text::from(opened.as_str());
        let made = applied(&opened, &edits(&opened, &code, language, at));
        let all = ByteRange::new(ByteOffset(0), text.end());
        return of_region(text, all, &made.whole());
    }
    let empty = |scope: &Scope| scope.items.is_empty() && scope.imports.is_empty();
    let holder = target.items.iter().find_map(is_tests).filter(|_| beside);
    if holder.is_some_and(empty)
        && !code.contains("super::")
        && !new.items.iter().any(|item| is_tests(item).is_some())
    {
        // A module sees nothing of what is around it by itself.
        return edits(text, &format!("use super::*;\n\n{code}"), language, at);
    }
    let mut settling = Settling::new(&old, &code, language);
    match at {
        At::Below(byte) => {
            let line = text.line_of(byte);
            settling.imports(&new, &target, None);
            settling.items(&new, Spot::below(line, &old));
            let surplus = surplus(&old, line, language, &new);
            let mut edits = to_edits(text, settling.finish());
            edits.extend(surplus.map(|lines| gone(text, lines)));
            return edits;
        }
        At::Tests { beside_code } => tests(&mut settling, &new, &target, beside_code),
    }
    to_edits(text, settling.finish())
}

/// The text with an empty module of tests, or one on a line, opened: what comes in needs lines of its own.
fn opened(old: &str, target: &Scope) -> Option<String> {
    let mut lines: Vec<String> = old.split('\n').map(ToOwned::to_owned).collect();
    let closed = |item: &&Item| {
        let name = item.name.as_ref().map(|(name, _)| name.as_str());
        item.group.is_none() && matches!(name, Some("tests" | "test"))
    };
    let item = target.items.iter().find(closed)?;
    let line = lines.get_mut(item.lines.end.checked_sub(1)?)?;
    let (head, rest) = line.split_once('{')?;
    let (body, tail) = rest.rsplit_once('}')?;
    if !head.contains("mod ") || !tail.trim().is_empty() {
        return None;
    }
    let blanks = " ".repeat(answer::depth(line));
    let body = body.trim();
    let inside = if body.is_empty() { String::new() } else { format!("\n{blanks}    {body}") };
    *line = format!("{head}{{{inside}\n{blanks}}}");
    Some(lines.join("\n"))
}

/// The blank lines around a blank line that are too many once something stands above them.
fn surplus(old: &str, line: usize, language: Language, new: &Scope) -> Option<Range<usize>> {
    let lines: Vec<&str> = old.split('\n').collect();
    if new.items.is_empty() || !lines.get(line).is_some_and(|line| line.trim().is_empty()) {
        return None;
    }
    let above = Spot::below(line, old).below?;
    let next = (above + 1..lines.len())
        .find(|row| lines.get(*row).is_some_and(|line| !line.trim().is_empty()));
    let wanted = if language.id() == "python" { 2 } else { 1 };
    let (blanks, wanted) = match next {
        Some(next) => (next - above - 1, wanted),
        // What the last line ends with is no line.
        None => ((lines.len() - 1).saturating_sub(above + 1), 0),
    };
    let surplus = blanks.checked_sub(wanted).filter(|surplus| *surplus > 0)?;
    Some(above + 1..above + 1 + surplus)
}

/// Lines taken out.
fn gone(text: &Text, lines: Range<usize>) -> LineEdit {
    let range = ByteRange::new(text.line_start(lines.start), text.line_start(lines.end));
    LineEdit { range, text: String::new(), edges: (Edge::Start, Edge::Start) }
}

/// Tests go into the module or class that holds the others.
fn tests(settling: &mut Settling<'_>, new: &Scope, target: &Scope, beside_code: bool) {
    let module = |scope: &Scope| scope.items.iter().find_map(|item| is_tests(item).cloned());
    // One of another name.
    let other = |settling: &Settling<'_>| {
        let own = |item: &&Item| item.group.is_some() && settling.is_for_tests(item);
        let item = target.items.iter().find(own)?;
        item.group.as_ref().map(|(_, inner)| inner.as_ref().clone())
    };
    match settling.language.id() {
        "rust" => {
            let inner = module(new);
            let new = inner.as_ref().unwrap_or(new);
            match (beside_code, module(target).or_else(|| other(settling))) {
                (false, _) => settling.merge(new, target),
                (true, Some(tests)) => settling.merge(new, &tests),
                (true, None) => settling.module(new, target),
            }
        }
        "java" => {
            let class = |scope: &Scope| {
                scope
                    .items
                    .iter()
                    .find_map(|item| item.group.as_ref().map(|(_, inner)| inner.clone()))
            };
            settling.imports(new, target, None);
            match (class(new), class(target)) {
                (Some(new), Some(target)) => settling.merge(&new, &target),
                (None, Some(target)) => settling.merge(new, &target),
                _ => settling.merge(new, target),
            }
        }
        _ => settling.merge(new, target),
    }
}

/// A module of tests (The Rust Programming Language, "Test Organization").
fn is_tests(item: &Item) -> Option<&Scope> {
    let (name, inner) = item.group.as_ref()?;
    matches!(name.as_str(), "tests" | "test").then_some(inner.as_ref())
}

/// The names that a file declares at its top. Parses it.
pub(in crate::actions) fn declared(text: &str, language: Language) -> HashSet<String> {
    let scope = read(text, language).unwrap_or_default();
    let named =
        scope.items.into_iter().filter(|item| item.kind != Kind::Main && is_tests(item).is_none());
    named.filter_map(|item| Some(item.name?.0)).collect()
}

/// Code without what it declares under names that are known, and in Go without the imports that only that
/// has used: they would be errors. Parses it.
pub(in crate::actions) fn without(
    code: &str,
    language: Language,
    known: &HashSet<String>,
) -> String {
    let Some(scope) = read(code, language) else { return code.to_owned() };
    let mut lines: Vec<Option<&str>> = code.split('\n').map(Some).collect();
    let mut dropped = false;
    for item in &scope.items {
        let rows = item.lines.clone();
        let text: Vec<&str> =
            lines.get(rows.clone()).into_iter().flatten().copied().flatten().collect();
        let text = text.join("\n");
        let defines = item.kind == Kind::Declared || text.contains('{') || language.id() == "rust";
        let is = item.name.as_ref().is_some_and(|(name, _)| known.contains(name));
        if !is || !defines || is_tests(item).is_some() || is_test(item, &text, language) {
            continue;
        }
        dropped = true;
        let blank = |row: &usize| {
            lines.get(*row).copied().flatten().is_some_and(|line| line.trim().is_empty())
        };
        let below = (rows.end..lines.len()).take_while(blank).count();
        for line in lines.get_mut(rows.start..rows.end + below).into_iter().flatten() {
            *line = None;
        }
    }
    if !dropped {
        return code.to_owned();
    }
    if language.id() == "go" {
        let rest: String = lines.iter().flatten().map(|line| format!("{line}\n")).collect();
        for row in scope.imports.iter().cloned().flatten() {
            let Some(line) = lines.get_mut(row) else { continue };
            if line
                .and_then(imports::go_name)
                .is_some_and(|name| !rest.contains(&format!("{name}.")))
            {
                *line = None;
            }
        }
    }
    let text: Vec<&str> = lines.into_iter().flatten().collect();
    let text = text.join("\n");
    format!("{}{}", text.trim_end(), if code.ends_with('\n') { "\n" } else { "" })
}

fn read(text: &str, language: Language) -> Option<Scope> {
    let tree = parse_now(language.grammar()?, &Text::from(text))?;
    Some(scope::read(tree.root_node(), text, language))
}

/// An answer's code, taken apart. Methods alone are none of Java.
fn new_code(code: &str, language: Language) -> Option<(String, Scope)> {
    let plain = read(code, language)?;
    let classes = plain.items.iter().any(|item| item.group.is_some());
    if language.id() == "java" && !classes {
        let (imports, body): (Vec<&str>, Vec<&str>) = code
            .lines()
            .partition(|line| line.starts_with("import ") || line.starts_with("package "));
        let wrapped =
            format!("{}\nclass Wrapped {{\n{}\n}}\n", imports.join("\n"), body.join("\n"));
        let scope = read(&wrapped, language)?;
        return Some((wrapped, scope));
    }
    Some((code.to_owned(), plain))
}

/// Lines that come below another one; at the top where there is none.
struct Insertion {
    below: Option<usize>,
    lines: String,
}

fn to_edits(text: &Text, insertions: Vec<Insertion>) -> Vec<LineEdit> {
    let default = LineEnding::of(text);
    let edit = |Insertion { below, lines }: Insertion| {
        let Some(line) = below else {
            let at = ByteRange::empty(top(text));
            let text = format!("{}{}", default.apply(&lines), default.as_str());
            return LineEdit { range: at, text, edges: (Edge::Start, Edge::Start) };
        };
        let at = text.line_end(line.min(text.line_count().saturating_sub(1)));
        let ending = LineEnding::at_line(text, line + 1, default);
        let text = format!("{}{}", ending.as_str(), ending.apply(&lines));
        LineEdit { range: ByteRange::empty(at), text, edges: (Edge::End, Edge::End) }
    };
    insertions.into_iter().map(edit).collect()
}

/// Into a file without any text.
fn whole(text: &Text, code: &str) -> Vec<LineEdit> {
    let ending = LineEnding::of(text);
    let code = ending.apply(code.trim_matches('\n'));
    let text_then = format!("{code}{}", ending.as_str());
    let range = ByteRange::new(top(text), text.end());
    vec![LineEdit { range, text: text_then, edges: (Edge::Start, Edge::End) }]
}

/// Without a tree: as it is.
fn below(text: &Text, old: &str, code: &str, at: At) -> Vec<LineEdit> {
    let last = old.split('\n').count().saturating_sub(1);
    let line = match at {
        At::Below(byte) => text.line_of(byte),
        At::Tests { .. } => last,
    };
    let spot = Spot::below(line, old);
    let lines = format!("\n{}{}", code.trim_matches('\n'), if spot.tight { "\n" } else { "" });
    to_edits(text, vec![Insertion { below: spot.below, lines }])
}

/// Code in an indentation of so many columns, in the style of a text.
fn laid(code: &str, around: &str, language: Language, columns: usize) -> String {
    answer::laid(code, around, language, columns)
}

/// Whether something is but a helper that the target has already.
fn is_test(item: &Item, text: &str, language: Language) -> bool {
    let name = item.name.as_ref().map_or("", |(name, _)| name.as_str());
    match language.id() {
        "rust" => {
            text.contains("test]") || text.contains("[tokio::test") || text.contains("[rstest")
        }
        "java" => text.contains("@Test") || text.contains("@ParameterizedTest"),
        "cpp" if text.trim_start().starts_with("TEST") => true,
        _ => name.to_ascii_lowercase().starts_with("test") && item.kind == Kind::Declared,
    }
}
