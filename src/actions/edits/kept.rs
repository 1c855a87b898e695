//! What must still be there once an action is done: an answer that parses may have lost the very code
//! that it was asked about, or say it twice.

mod fresh;
mod left_out;
mod same;
mod seen;

use std::collections::HashMap;

use tree_sitter::{Node, Tree};

pub(in crate::actions) use self::fresh::nothing_new;
use self::left_out::left_out;
use self::same::changed_code;
use self::seen::{is_seen, modules};
use super::check::Trees;
use crate::actions::here::nodes::{self, Class};
use crate::actions::prompts::FaultValue;
use crate::actions::task::{Intent, Task};
use crate::document::language::{Grammar, Language};
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::parse_queue::parse_now;
use crate::document::text::Text;

/// Nodes in nodes that are looked into: a stack has an end.
const DEEPEST: usize = 1_000;
/// Most faults that are told.
const TOLD: usize = 5;
/// An answer, and what came of it.
pub(in crate::actions) struct Outcome<'a> {
    /// What was asked for.
    pub(in crate::actions) task: &'a Task,
    /// The language.
    pub(in crate::actions) language: Language,
    /// Both texts' trees, where there are any.
    pub(in crate::actions) trees: Option<&'a Trees>,
    /// The text before, and the lines that it was about.
    pub(in crate::actions) before: &'a Text,
    pub(in crate::actions) region: ByteRange,
    /// Where what is to be mended was found, and whether it says that the code is of no use.
    pub(in crate::actions) found: &'a [(ByteRange, bool)],
    /// The text with the edits.
    pub(in crate::actions) after: &'a Text,
    /// The lines that were written.
    pub(in crate::actions) code: &'a str,
    /// The code of the answer as the model gave it.
    pub(in crate::actions) given: &'a str,
}

/// What is wrong with it. Parses the answer: not for the message path.
pub(in crate::actions) fn faults(of: &Outcome<'_>) -> Vec<FaultValue> {
    let mut faults = left_out(of);
    if let Some(trees) = of.trees {
        faults.extend(changed_code(of, &trees.before, &trees.after));
        faults.extend(lost_or_doubled(of, trees));
    }
    faults.truncate(TOLD);
    faults
}

/// A declaration: what it stands in, and its name.
type Declared = (String, String);

/// Where a declaration stands, and what it is.
struct Spot {
    /// What it stands in and its own head, parameters included.
    head: String,
    /// There is something in its body.
    holds: bool,
    node: ByteRange,
    name: ByteRange,
}

impl Spot {
    /// What was found at its name, or about all of it.
    fn found<'a>(
        &self,
        found: &'a [(ByteRange, bool)],
    ) -> impl Iterator<Item = &'a (ByteRange, bool)> {
        let name = self.name;
        found.iter().filter(move |(at, _)| {
            (at.start <= name.start && name.end <= at.end) || at.start == name.start
        })
    }
}

fn lost_or_doubled(of: &Outcome<'_>, trees: &Trees) -> Vec<FaultValue> {
    let declared = |tree: &Tree, text: &Text| {
        let mut found = Vec::new();
        declarations(tree.root_node(), text, "", 0, &mut found);
        found
    };
    let (before, after) = (declared(&trees.before, of.before), declared(&trees.after, of.after));
    let there = |name: &str| after.iter().any(|(_, (_, other))| other == name);
    let count = |all: &[(Spot, Declared)], name: &str| {
        all.iter().filter(|(spot, (_, other))| spot.holds && other == name).count()
    };
    let emptied = |name: &str| count(&after, name) < count(&before, name);
    let mut faults = Vec::new();
    let mut say = |what: String| faults.push(FaultValue { line: 0, what });
    let news =
        after.iter().filter(|(_, (_, name))| !before.iter().any(|(_, (_, old))| old == name));
    let mut news = news.count();
    let inside = |range: &ByteRange| of.region.start <= range.start && range.end <= of.region.end;
    let mut end = ByteOffset(0);
    let stays = before.iter().any(|(spot, (_, name))| inside(&spot.node) && there(name));
    for (spot, (_, name)) in before.iter().filter(|(spot, _)| inside(&spot.node)) {
        let range = spot.node;
        // What stands in a declaration is its own affair.
        let outermost = range.start >= end;
        end = end.max(range.end);
        let lost = !there(name) || spot.holds && emptied(name);
        if !outermost || !lost {
            continue;
        }
        // What is found at a name may be mended by another one; by less where it is of no use.
        let found = *of.task == Task::Fix && spot.found(of.found).next().is_some();
        let unused = found && spot.found(of.found).any(|(_, unused)| *unused);
        let own = of.before.slice(of.region);
        let known = |line: &str| own.lines().any(|other| other.trim() == line.trim());
        if unused && of.code.lines().all(known) {
            continue;
        }
        // What the user asks for may be another name, or fewer of them.
        let own_words = matches!(of.task, Task::Refactor(Intent::Words));
        if found || matches!(of.task, Task::Custom(_)) || own_words {
            if there(name) && !found {
                continue;
            }
            if news > 0 {
                news -= 1;
                continue;
            }
            if own_words && stays {
                continue;
            }
        }
        if there(name) {
            say(format!("`{name}` has lost its body, or is declared less often"));
        } else if !matches!(of.task, Task::Refactor(Intent::Rename)) {
            say(format!("`{name}` is not declared any more"));
        } else if is_seen(of, trees, range, name) {
            say(format!("`{name}` is seen outside of the code: it keeps its name"));
        }
    }
    if *of.task != Task::Fix {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        modules(trees.before.root_node(), of.before, &mut old);
        modules(trees.after.root_node(), of.after, &mut new);
        for (_, name) in old.iter().filter(|(range, _)| inside(range)) {
            if !new.iter().any(|(_, other)| other == name) {
                say(format!("`{name}` is not there any more"));
            }
        }
    }
    let given = Text::from(of.given);
    if let Some(tree) = parse_now(trees.grammar, &given) {
        for (_, (_, name)) in &declared(&tree, &given) {
            if !there(name) {
                say(format!(
                    "`{name}` of the answer was not used: it is none of the lines asked for"
                ));
            }
        }
    }
    faults.extend(doubled(trees.grammar, &before, &after));
    faults
}

/// What is declared more than once, and was not; in languages where a name may be declared several times,
/// with the same parameters.
fn doubled(
    grammar: Grammar,
    before: &[(Spot, Declared)],
    after: &[(Spot, Declared)],
) -> Vec<FaultValue> {
    let once =
        matches!(grammar, Grammar::Rust | Grammar::Python | Grammar::JavaScript | Grammar::Go);
    let count = |all: &[(Spot, Declared)]| {
        let mut counts: HashMap<Declared, usize> = HashMap::new();
        for (spot, (within, name)) in all.iter().filter(|(spot, _)| once || spot.holds) {
            let within = if once { within } else { &spot.head };
            *counts.entry((within.clone(), name.clone())).or_default() += 1;
        }
        counts
    };
    let known = count(before);
    let twice = count(after)
        .into_iter()
        .filter(|(one, times)| *times > 1 && *times > known.get(one).copied().unwrap_or(0).max(1));
    let fault = |(one, _): (Declared, usize)| FaultValue {
        line: 0,
        what: format!("`{}` is declared twice", one.1),
    };
    twice.map(fault).collect()
}

/// Functions and types, in the order of the text.
fn declarations(
    node: Node<'_>,
    text: &Text,
    within: &str,
    depth: usize,
    found: &mut Vec<(Spot, Declared)>,
) {
    if depth > DEEPEST {
        return;
    }
    let mut inner = within.to_owned();
    if let Some(Class::Function | Class::Type) = nodes::class(node) {
        let end = nodes::body(node).map_or(node.end_byte(), |body| body.start_byte());
        let head = ByteRange::new(ByteOffset(node.start_byte()), ByteOffset(end));
        let head = text.slice(head).split_whitespace().collect::<Vec<_>>().join(" ");
        inner = format!("{within}/{head}");
        // Implementations of one type are many.
        if let Some(name) = nodes::name(node).filter(|_| node.kind() != "impl_item") {
            let body = nodes::body(node).filter(|body| {
                let mut cursor = body.walk();
                let code = |node: Node<'_>| nodes::class(node) != Some(Class::Comment);
                let says = body.named_children(&mut cursor).any(code);
                says || !matches!(text.slice(bytes(*body)).trim().as_bytes(), [] | [b'{', ..])
            });
            let (head, holds) = (inner.clone(), body.is_some());
            let spot = Spot { head, holds, node: bytes(node), name: bytes(name) };
            let name = text.slice(bytes(name)).into_owned();
            found.push((spot, (within.to_owned(), name)));
        }
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        declarations(child, text, &inner, depth + 1, found);
    }
}

fn bytes(node: Node<'_>) -> ByteRange {
    ByteRange::new(ByteOffset(node.start_byte()), ByteOffset(node.end_byte()))
}

/// Whether a task's answer is about declarations that must stay.
pub(in crate::actions) const fn applies(task: &Task) -> bool {
    !matches!(task, Task::Boilerplate(_))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn said(
        task: &Task,
        id: &str,
        before: &str,
        region: (usize, usize),
        after: &str,
        code: &str,
    ) -> Vec<String> {
        let (before, after) = (Text::from(before), Text::from(after));
        let region = ByteRange::new(ByteOffset(region.0), ByteOffset(region.1));
        let language = Language::from_id(id).unwrap();
        let trees = Trees::new(language, &before, &after);
        let of = Outcome {
            task,
            language,
            trees: trees.as_ref(),
            before: &before,
            region,
            found: &[(ByteRange::new(ByteOffset(4), ByteOffset(7)), true)],
            after: &after,
            code,
            given: code,
        };
        faults(&of).into_iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn what_was_asked_about_stays() {
        let before = "def add(a):\n    return a\n\ndef sub(a):\n    return a\n";
        let region = (0, 24);
        for (task, after, code, want) in [
            (
                Task::Optimise,
                "def add(a):\n    return +a\n\ndef sub(a):\n    return a\n",
                "def add(a):\n    return +a",
                "",
            ),
            (
                Task::Optimise,
                "def sub(a):\n    return +a\n\ndef sub(a):\n    return a\n",
                "def sub(a):\n    return +a",
                "`add` is not declared any more",
            ),
            (
                Task::Optimise,
                "# no\n\ndef sub(a):\n    return a\n",
                "# no",
                "`add` is not declared any more",
            ),
            (
                Task::Optimise,
                "def add(a):\n    # ... existing code ...\n    pass\n\ndef sub(a):\n    return a\n",
                "def add(a):\n    # ... existing code ...\n    pass",
                "left out",
            ),
            (
                Task::Refactor(Intent::Extract),
                "def add(a):\n    return _x(a)\n\ndef sub(a):\n    return a\n",
                "def add(a):\n    return _x(a)\n\ndef _x(a):\n    return a",
                "`_x` of the answer was not used",
            ),
            (Task::Fix, "def sub(a):\n    return a\n", "", ""),
            (
                Task::Fix,
                "pass\n\ndef sub(a):\n    return a\n",
                "pass",
                "`add` is not declared any more",
            ),
            (
                Task::Document,
                "def add(a):\n    \"\"\"It.\"\"\"\n    return a\n\ndef sub(a):\n    return a\n",
                "def add(a):\n    \"\"\"It.\"\"\"\n    return a",
                "",
            ),
            (
                Task::Document,
                "def add(a):\n    \"\"\"It.\"\"\"\n    return b\n\ndef sub(a):\n    return a\n",
                "def add(a):\n    \"\"\"It.\"\"\"\n    return b",
                "only its documentation",
            ),
        ] {
            let got = said(&task, "python", before, region, after, code);
            let good = if want.is_empty() {
                got.is_empty()
            } else {
                got.iter().any(|it| it.contains(want))
            };
            assert!(good, "{after}: {got:?}");
        }
    }

    #[test]
    fn a_second_declaration_is_one_too_many() {
        let before = "impl A {\n    fn a() {}\n    fn b() {}\n}\nimpl B {\n    fn b() {}\n}\n";
        let doubled = "impl A {\n    fn a() {}\n    fn b() { 1; }\n    fn b() {}\n}\nimpl B {\n    fn b() {}\n}\n";
        let code = "    fn a() {}\n    fn b() { 1; }";
        let got = said(&Task::Optimise, "rust", before, (9, 22), doubled, code);
        assert_eq!(got, ["`b` is declared twice"]);
        // However deep.
        let deep = format!("fn f() {{ {}1{} }}", "(".repeat(20_000), ")".repeat(20_000));
        for task in [Task::Optimise, Task::Document] {
            assert_eq!(said(&task, "rust", &deep, (0, deep.len()), &deep, &deep), [""; 0]);
        }
        // What it stood in is no part of it.
        let inside = "mod m {\n    static A: u8 = 1;\n}\n";
        let got = said(
            &Task::Optimise,
            "rust",
            inside,
            (0, 31),
            "static A: u8 = 1;\n",
            "static A: u8 = 1;",
        );
        assert_eq!(got, ["`m` is not there any more"]);
        // The same name in another place is another thing.
        assert_eq!(
            said(&Task::Optimise, "rust", before, (9, 22), before, "    fn a() {}"),
            [""; 0]
        );
    }
}
