//! What an answer repeats of the place that it goes to: a comment that it was to stand below, the function
//! around it. It would stand there twice.

use crate::actions::answer;
use crate::actions::offers::instruct::MARK;
use crate::document::language::Language;

/// The new lines of an answer that goes below a comment: without the comment, where the answer repeats it,
/// and without what stands around it. As it is where it repeats nothing, or says more above the comment
/// than stands there. `columns`: how deep the new lines stand.
pub(super) fn once(
    code: String,
    (before, comment, after): (&str, &str, &str),
    language: Language,
    columns: usize,
) -> String {
    let lines: Vec<&str> = code.lines().collect();
    let Some(from) = repeated(&lines, before, comment) else { return code };
    let rest = lines.get(from..).unwrap_or_default();
    let rest = rest.get(..rest.len() - below(rest, after)).unwrap_or_default();
    let rest = answer::dedented(rest).join("\n");
    let around = format!("{before}{comment}{after}");
    answer::laid(rest.trim_matches('\n'), &around, language, columns)
}

/// Code without the comments of the region that asked for it: done, they say nothing any more. `words`: what
/// was asked.
pub(super) fn without_instruction(
    code: String,
    region: &str,
    words: &str,
    language: Language,
) -> String {
    let signs = ['/', '*', '#', '-', ';', '%', '<', '!', ' ', '\t', '>'];
    let marks = [language.line_comment(), language.block_comment().map(|(open, _)| open)];
    let asks = |line: &&str| {
        let line = line.trim();
        let is_comment = marks.into_iter().flatten().any(|mark| line.starts_with(mark));
        let said = line.trim_matches(signs);
        let head = said.get(..MARK.len()).filter(|head| head.eq_ignore_ascii_case(MARK));
        let said = head.and_then(|head| said.get(head.len()..)).map(str::trim);
        let asked = said.is_some_and(|said| !said.is_empty() && words.contains(said));
        is_comment && asked && region.lines().any(|own| own.trim() == line)
    };
    if !code.lines().any(|line| asks(&line)) {
        return code;
    }
    code.lines().filter(|line| !asks(line)).collect::<Vec<_>>().join("\n")
}

/// How many lines at its beginning stand above the new ones already.
fn repeated(lines: &[&str], before: &str, comment: &str) -> Option<usize> {
    let says = |line: &&str| !line.trim().is_empty();
    let own: Vec<&str> = comment.lines().map(str::trim).filter(says).collect();
    let known = |line: &&str| before.lines().any(|above| above.trim() == line.trim());
    let is_own = |window: &[&str]| window.iter().map(|line| line.trim()).eq(own.iter().copied());
    if !own.is_empty()
        && let Some(at) = lines.windows(own.len()).position(is_own)
    {
        let head = lines.get(..at).unwrap_or_default();
        return head.iter().filter(|line| says(line)).all(known).then_some(at + own.len());
    }
    // The function without the comment.
    let depth = answer::depth(comment.lines().find(says)?);
    let shallow = |line: &&str| says(line) && answer::depth(line) < depth;
    let header = before.lines().rev().find(shallow)?;
    let first = lines.iter().position(says)?;
    let inner = lines.get(first + 1..)?.iter().find(|line| says(line))?;
    let head = lines.get(first)?;
    let deeper = answer::depth(inner) > answer::depth(head);
    (head.trim() == header.trim() && deeper).then_some(first + 1)
}

/// How many lines at its end stand below the new ones already.
fn below(lines: &[&str], after: &str) -> usize {
    let says = |line: &&str| !line.trim().is_empty();
    let after: Vec<&str> = after.lines().map(str::trim).filter(says).collect();
    let is_after = |count: &usize| {
        let tail = lines.get(lines.len() - count..).unwrap_or_default();
        let tail: Vec<&str> = tail.iter().map(|line| line.trim()).filter(says).collect();
        !tail.is_empty() && after.starts_with(&tail)
    };
    (1..=lines.len()).rev().find(is_after).unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_does_not_come_twice() {
        let around = ("def sub(a, b):\n", "    # multiply", "\n    pass\n\n\ndef f():\n    pass\n");
        let brace = ("fn sub() -> u8 {\n", "    // two", "\n}\n");
        for (id, place, code, want) in [
            ("python", around, "    return a * b", "    return a * b"),
            ("python", around, "    # multiply\n    return a * b", "    return a * b"),
            (
                "python",
                around,
                "    def sub(a, b):\n        # multiply\n        if a:\n            return a * b",
                "    if a:\n        return a * b",
            ),
            (
                "python",
                around,
                "    def sub(a, b):\n        return a * b\n        pass",
                "    return a * b",
            ),
            (
                "python",
                around,
                "    def inner(a):\n        # multiply\n        return a",
                "    def inner(a):\n        # multiply\n        return a",
            ),
            ("rust", brace, "    fn sub() -> u8 {\n        // two\n        2\n    }", "    2"),
            ("rust", brace, "    if a {\n        2\n    }", "    if a {\n        2\n    }"),
        ] {
            let language = Language::from_id(id).unwrap();
            assert_eq!(once(code.to_owned(), place, language, 4), want, "{code}");
        }
    }
}
