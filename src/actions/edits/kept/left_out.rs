//! What of the code an answer does not repeat: a comment stands for it, or the answer ends before it.

use super::Outcome;
use crate::actions::answer;
use crate::actions::edits::line_diff;
use crate::actions::prompts::FaultValue;
use crate::actions::task::{Intent, Task};

/// What stands in a comment in the place of code.
const INSTEAD: [&str; 10] = [
    "existing",
    "rest of",
    "unchanged",
    "remain",
    "same as",
    "omitted",
    "as before",
    "other ",
    "previous",
    "code here",
];
/// Lines that may go for nothing.
const LITTLE: usize = 3;
/// Last lines that say nothing, as a function ends without them as well.
const IDLE: [&str; 7] =
    ["return", "return;", "return None", "return nil", "return null;", "pass", "continue"];

/// The faults of an answer by its lines.
pub(super) fn left_out(of: &Outcome<'_>) -> Vec<FaultValue> {
    let before = of.before.slice(of.region);
    let mark = of.language.line_comment().unwrap_or("#");
    let block = of.language.block_comment().map_or("", |(open, _)| open);
    let elides = |line: &str| {
        let line = line.trim();
        let comment = line.starts_with(mark) || (!block.is_empty() && line.starts_with(block));
        let lower = line.to_lowercase();
        // Three dots are a statement of Python.
        let dots = line.contains("...") || line.contains('…');
        let says = line.chars().any(char::is_alphanumeric);
        dots && (comment && (!says || INSTEAD.iter().any(|word| lower.contains(word))))
            && !before.contains(line)
    };
    let lines = of.code.lines().enumerate().filter(|(_, line)| elides(line));
    let fault = |(number, _): (usize, &str)| FaultValue {
        line: number + 1,
        what: "a comment stands for code that is left out; write all of it".to_owned(),
    };
    let mut faults: Vec<FaultValue> = lines.map(fault).collect();
    faults.extend(opens_nothing(of, &before));
    faults.extend(ends_early(of, &before));
    faults
}

/// A last line that begins a block, with nothing in it: Python's parser here takes it.
fn opens_nothing(of: &Outcome<'_>, before: &str) -> Option<FaultValue> {
    let opens = |text: &str| text.trim_end().ends_with(':');
    let what = "the last line begins a block, and nothing is in it; write all of the code";
    (of.language.by_indentation() && opens(of.code) && !opens(before))
        .then(|| FaultValue { line: of.code.lines().count(), what: what.to_owned() })
}

/// An answer that is the code but for its last lines was cut off, mostly.
fn ends_early(of: &Outcome<'_>, before: &str) -> Option<FaultValue> {
    let whole = match of.task {
        Task::Refactor(intent) => {
            !matches!(intent, Intent::Words | Intent::Extract | Intent::Split)
        }
        Task::Optimise | Task::Fix => true,
        _ => false,
    };
    let says = |line: &&str| !line.trim().is_empty();
    let old: Vec<&str> = before.lines().map(str::trim).filter(says).collect();
    let new: Vec<&str> = of.code.lines().map(str::trim).filter(says).collect();
    let hunks = line_diff::hunks(&old, &new);
    if whole && let Some(fault) = hollow(of, before) {
        return Some(fault);
    }
    let last = hunks.last().filter(|last| last.old.end == old.len() && last.new.is_empty())?;
    let tail = old.get(last.old.clone())?;
    let changed: usize = hunks.iter().map(|hunk| hunk.new.len()).sum();
    let gone = tail.iter().filter(|line| answer::says_something(line)).count();
    let idle = tail.len() == 1 && tail.iter().all(|line| IDLE.contains(line));
    // What is found there may be to go.
    let start = of.region.end.0.saturating_sub(tail_bytes(before, tail.len()));
    let found = of.found.iter().any(|(at, _)| at.end.0 >= start && at.start <= of.region.end);
    let what = "it ends before the code does: the last lines are left out; write all of it";
    (whole && gone > 0 && !idle && !found && changed * 3 <= new.len())
        .then(|| FaultValue { line: 0, what: what.to_owned() })
}

/// An answer that is the code with a lot of its lines gone, and nothing for them: not even a block around
/// the others is.
fn hollow(of: &Outcome<'_>, before: &str) -> Option<FaultValue> {
    let lines = |text: &'_ str| -> Vec<String> {
        let says = text.lines().filter(|line| !line.trim().is_empty());
        says.map(|line| line.trim_end().to_owned()).collect()
    };
    let (old, new) = (lines(before), lines(of.code));
    let old: Vec<&str> = old.iter().map(String::as_str).collect();
    let new: Vec<&str> = new.iter().map(String::as_str).collect();
    let hunks = line_diff::hunks(&old, &new);
    let says = |lines: &[&str]| lines.iter().filter(|line| answer::says_something(line)).count();
    let gone: usize = hunks.iter().filter_map(|hunk| old.get(hunk.old.clone())).map(says).sum();
    let unused = of.found.iter().any(|(_, unused)| *unused);
    let alone = hunks.iter().all(|hunk| hunk.new.is_empty());
    let what = "most of the code is left out, and nothing has come for it; write all of it";
    (alone && !unused && gone > LITTLE && gone * 2 > says(&old))
        .then(|| FaultValue { line: 0, what: what.to_owned() })
}

/// Bytes of the last lines of a text that say something, so many of them.
fn tail_bytes(text: &str, count: usize) -> usize {
    let lines = text.split_inclusive('\n').rev();
    let (mut left, mut bytes) = (count, 0);
    for line in lines {
        if left == 0 {
            break;
        }
        bytes += line.len();
        left -= usize::from(!line.trim().is_empty());
    }
    bytes
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::language::Language;
    use crate::document::offset::{ByteOffset, ByteRange};
    use crate::document::text::Text;

    #[test]
    fn all_of_the_code_is_in_the_answer() {
        let python = "def f(a):\n    b = a\n    c = b\n    return c";
        for (task, id, region, code, found, want) in [
            (Task::Optimise, "python", python, "def f(a):\n    b = a\n    c = b", None, "it ends"),
            (Task::Optimise, "python", python, "def f(a):\n    c = a\n    return c", None, ""),
            (Task::Optimise, "python", python, "def f(a):\n    return a", None, ""),
            (
                Task::Optimise,
                "python",
                python,
                "def f(a):\n    b = a\n    # ...",
                None,
                "a comment",
            ),
            (Task::Optimise, "python", python, "def f(a):", None, "the last line begins"),
            (
                Task::Optimise,
                "python",
                "def f(a):\n    one(a)\n    two(a)\n    three(a)\n    four(a)\n    return a",
                "def f(a):\n    return a",
                None,
                "most of the code",
            ),
            (Task::Fix, "python", python, "def f(a):\n    b = a\n    c = b", Some("return"), ""),
            (
                Task::Fix,
                "python",
                python,
                "def f(a):\n    b = a\n    c = b",
                Some("b = a"),
                "it ends",
            ),
            (
                Task::Refactor(Intent::Words),
                "python",
                python,
                "def f(a):\n    b = a\n    c = b",
                None,
                "",
            ),
            (
                Task::Optimise,
                "python",
                "def f(a):\n    g(a)\n    return None",
                "def f(a):\n    g(a)",
                None,
                "",
            ),
            (
                Task::Optimise,
                "rust",
                "fn f() {\n    g();\n}",
                "fn f() {\n    // …\n}",
                None,
                "a comment",
            ),
            (
                Task::Optimise,
                "rust",
                "fn f() {\n    g();\n}",
                "fn f() {\n    // Waits...\n}",
                None,
                "",
            ),
        ] {
            let before = Text::from(region);
            let at = |needle: &str| {
                let start = region.find(needle).unwrap();
                (ByteRange::new(ByteOffset(start), ByteOffset(start + needle.len())), false)
            };
            let found: Vec<_> = found.into_iter().map(at).collect();
            let of = Outcome {
                task: &task,
                language: Language::from_id(id).unwrap(),
                trees: None,
                before: &before,
                region: ByteRange::new(ByteOffset(0), before.end()),
                found: &found,
                after: &Text::from(code),
                code,
                given: code,
            };
            let said: Vec<_> = left_out(&of).into_iter().map(|fault| fault.what).collect();
            let good = said.iter().any(|said| said.starts_with(want)) || want.is_empty();
            assert!(good && said.is_empty() == want.is_empty(), "{code}: {said:?}");
        }
    }
}
