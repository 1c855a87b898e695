//! A fix that is only the lines that were wrong: a model asked to mend a function often answers with the
//! one line of it that changes.

use std::collections::HashMap;

use super::changes::whole_lines;
use super::{merge, part};
use crate::actions::answer;
use crate::actions::offers::Finding;
use crate::document::language::Language;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::document::words::tokens;

/// Lines that an answer may have more than those that were wrong.
const MORE: usize = 4;

/// The lines that findings are about, where they are fewer than the region's.
pub(super) fn lines(text: &Text, region: ByteRange, findings: &[Finding]) -> Option<ByteRange> {
    let all = spanned(findings)?;
    let own = whole_lines(text, all);
    let inside = region.start <= own.start && own.end <= region.end;
    (inside && says(&part_of(text, own)) < says(&part_of(text, region))).then_some(own)
}

/// Whether code that came for a region is only for some lines of it, and not for those `below` them as well.
pub(super) fn is_one(
    code: &str,
    region: &str,
    (own, below): (&str, &str),
    language: Language,
) -> bool {
    let count = says(code);
    if count == 0 || count > says(own) + MORE {
        return false;
    }
    let lost = part::loses(region, code, language).unwrap_or_else(|| {
        let head = region.lines().find(|line| !line.trim().is_empty()).unwrap_or("").trim();
        count < says(region) && !code.lines().any(|line| line.trim() == head)
    });
    let next = |text: &str, at: usize| -> String {
        text.lines().filter(|line| !line.trim().is_empty()).nth(at).unwrap_or("").to_owned()
    };
    let (more, below) = (next(code, says(own)), next(below, 0));
    let goes_on = answer::says_something(&more) && alike(&more, &below);
    lost && !goes_on && answer::mends(code, own) && alike(code, own)
}

/// Whether a fix may be to take a region away: what is said is about all of it, or that the name which it
/// declares is of no use, or it does nothing but import. Parses: not for the message path.
pub(super) fn may_vanish(
    text: &Text,
    region: ByteRange,
    findings: &[Finding],
    language: Language,
) -> bool {
    let code = part_of(text, region);
    let covers = |all: ByteRange| {
        let rest = |from: ByteOffset, to: ByteOffset| {
            from >= to || text.slice(ByteRange::new(from, to)).trim().is_empty()
        };
        rest(region.start, all.start) && rest(all.end, region.end)
    };
    let named = part::only_name(&code, language);
    // What declares something is more than its lines: an error in one is no word against it.
    let covered = match &named {
        Some(_) => findings.iter().any(|finding| covers(finding.range)),
        None => spanned(findings).is_some_and(|all| covers(whole_lines(text, all))),
    };
    let first = text.line_of(region.start);
    let about = |(name, row): &(String, usize)| {
        findings.iter().filter(|finding| finding.says_unused()).any(|finding| {
            let (start, end) = (finding.range.start, finding.range.end);
            let to_end = text.slice(ByteRange::new(start, region.end.max(start)));
            text.line_of(start) <= first + row
                && first + row <= text.line_of(end)
                && (text.slice(finding.range).contains(name.as_str())
                    || to_end.starts_with(name.as_str()))
        })
    };
    covered || merge::is_import(code.trim(), language) || named.as_ref().is_some_and(about)
}

/// From the first finding to the last.
fn spanned(findings: &[Finding]) -> Option<ByteRange> {
    let start = findings.iter().map(|finding| finding.range.start).min()?;
    let end = findings.iter().map(|finding| finding.range.end).max()?;
    Some(ByteRange::new(start, end.max(start)))
}

fn part_of(text: &Text, range: ByteRange) -> String {
    normalise(&text.slice(range))
}

fn says(code: &str) -> usize {
    code.lines().filter(|line| !line.trim().is_empty()).count()
}

/// Whether half of the words and marks of both are the same.
fn alike(code: &str, own: &str) -> bool {
    let (mut counts, mut all) = (HashMap::<&str, usize>::new(), 0);
    for token in tokens(own) {
        *counts.entry(token).or_default() += 1;
        all += 1;
    }
    let mut shared = 0;
    for token in tokens(code) {
        all += 1;
        if let Some(count) = counts.get_mut(token).filter(|count| **count > 0) {
            *count -= 1;
            shared += 1;
        }
    }
    shared * 4 >= all
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lines_that_were_wrong() {
        let region = "def sub(a, b):\n    x = a\n    y = c\n    return x - y";
        for (code, want) in [
            ("    y = b", true),
            ("y = b", true),
            ("c = b\ny = c", true),
            ("    y = b\n    return x + y", false),
            ("b", false),
            ("pass", false),
            ("...", false),
            ("\"Done\"", false),
            ("# nothing to do", false),
            ("{\"y\": \"b\"}", false),
            ("def fibonacci(n):\n    return n", false),
            ("def sub(a, b):\n    return a - b", false),
            ("", false),
        ] {
            let python = Language::from_id("python").unwrap();
            let own = ("    y = c", "    return x - y");
            assert_eq!(is_one(code, region, own, python), want, "{code}");
        }
    }

    #[test]
    fn what_a_fix_may_take_away() {
        let function = "def sub(a, b):\n    y = c\n    return y";
        for (code, at, message, want) in [
            (function, "c\n", "", false),
            (function, "a, b", "", false),
            (function, "sub", "`sub` is never used", true),
            (function, "sub", "Missing return type", false),
            (function, function, "", true),
            ("def sub(): return c", "sub", "Missing docstring", false),
            ("def sub(): return c", "sub", "redefinition of unused 'sub'", true),
            ("import os", "os", "", true),
            ("from os import (\n    path,\n    sep,\n)", "sep", "", true),
            ("x = [\n    1,\n    c,\n]", "c", "", false),
            ("x = c", "c", "", true),
        ] {
            let text = Text::from(format!("{code}\n").as_str());
            let start = code.find(at.trim_end()).unwrap();
            let start = if at == "c\n" { code.find("c\n").unwrap() } else { start };
            let range = ByteRange::new(ByteOffset(start), ByteOffset(start + at.trim_end().len()));
            let finding = Finding { range, message: message.into(), code: None, source: None };
            let region = ByteRange::new(ByteOffset(0), ByteOffset(code.len()));
            let python = Language::from_id("python").unwrap();
            assert_eq!(
                may_vanish(&text, region, &[finding], python),
                want,
                "{code} {at} {message}"
            );
        }
    }
}
