//! The text's last lines: what stands below anyway is not said twice.

use super::Draft;
use crate::completion::shape::around::{Around, Closed, width};
use crate::completion::shape::lines;
use crate::completion::shape::scan::Inside;

/// Cuts where the text begins to say what follows.
pub(in crate::completion) fn cut(draft: &mut Draft, around: &Around) {
    if !around.at_end()
        && !around.rest.trim().chars().all(|c| matches!(c, ')' | ']' | '}' | ';' | ','))
    {
        return;
    }
    let below: Vec<&str> =
        around.below.iter().map(|line| line.trim_end()).filter(|line| !line.is_empty()).collect();
    let Some(next) = below.first() else { return };
    let mut at = 0;
    let mut cut = None;
    for (index, line) in draft.text.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let body = line.trim_end();
        if body.trim().is_empty() {
            continue;
        }
        let whole = match index {
            0 if around.is_blank() => format!("{}{body}", around.before),
            0 => continue,
            _ => body.to_owned(),
        };
        let before = draft.text.get(..start).unwrap_or("");
        if !is_open_at(before, around) || is_lacking(before, body, around) {
            continue;
        }
        let left: Vec<&str> = draft
            .text
            .get(at..)
            .unwrap_or("")
            .split('\n')
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
            .collect();
        let end = lines::is_end_tag(&whole) || lines::is_end_word(&whole);
        let lacking = around.level().is_some_and(|line| lines::opens_body(line, around.language));
        let tag = end && !lacking && index == 0 && left.is_empty() && whole.trim() == next.trim();
        let all = whole == *next && left.iter().zip(below.iter().skip(1)).all(|(a, b)| a == b);
        let first = whole == *next && is_significant(&whole);
        let alike = left.is_empty() && resembles(&whole, next);
        if (all && left.len() < below.len()) || first || alike || tag {
            cut = Some(start);
            break;
        }
    }
    if let Some(at) = cut {
        draft.text.truncate(at);
        let end = draft.text.trim_end().len();
        draft.text.truncate(end);
    }
}

/// Whether the text could end there: its own brackets are closed, or what follows closes them.
fn is_open_at(before: &str, around: &Around) -> bool {
    let mut scan = around.scan.clone();
    let base = scan.open().len();
    scan.feed(before, |_, _| {});
    let own = scan.open().len().saturating_sub(base);
    let code = scan.inside() == Inside::Code || scan.inside() == around.scan.inside();
    code && (own == 0 || own == around.strays.len())
}

/// Whether a line begins with a closer that nothing below is.
fn is_lacking(before: &str, line: &str, around: &Around) -> bool {
    let Some(closer) = line.trim_start().chars().next() else { return false };
    let mut scan = around.scan.clone();
    scan.feed(before, |_, _| {});
    let open = scan.open().iter().rposition(|open| open.closer() == closer);
    open.and_then(|at| around.closed.get(at)) == Some(&Closed::Nowhere)
}

/// A line that does not stand twice by chance.
fn is_significant(line: &str) -> bool {
    line.chars().filter(|c| c.is_alphanumeric()).count() >= 6
}

/// Whether two lines say the same thing: leave the block, give the same name a value, declare the
/// same.
fn resembles(line: &str, next: &str) -> bool {
    if width(line) != width(next) {
        return false;
    }
    let (line, next) = (line.trim(), next.trim());
    let leaves = |line: &str| {
        matches!(lines::first_word(line), "return" | "raise" | "throw") && !line.starts_with('}')
    };
    if leaves(line) && leaves(next) && lines::first_word(line) == lines::first_word(next) {
        return true;
    }
    let bare = |line: &str| line.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    if is_significant(line) && bare(line) == bare(next) {
        return true;
    }
    if line.starts_with('<') {
        return false;
    }
    match (assigned(line), assigned(next)) {
        (Some(a), Some(b)) => a == b && similar(line, next),
        _ => false,
    }
}

/// The name that a line gives a value to.
fn assigned(line: &str) -> Option<&str> {
    let (name, value) = line.split_once('=')?;
    let plain = !value.starts_with(['=', '>', '~'])
        && !name.ends_with(['!', '<', '>', '=', '+', '-', '*', '/', '|', '&']);
    let name = name.split(": ").next().unwrap_or(name).trim();
    let name = name.rsplit(' ').next().unwrap_or(name);
    (plain && !name.is_empty() && !name.contains(['(', '"', '<'])).then_some(name)
}

/// Whether most of two lines is the same.
fn similar(a: &str, b: &str) -> bool {
    let head = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let tail = a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b).count();
    let longest = a.chars().count().max(b.chars().count());
    (head + tail) * 10 >= longest * 6
}

/// A line alone that stands directly above already says nothing new.
pub(in crate::completion) fn cut_above(draft: &mut Draft, around: &Around) {
    let text = draft.text.trim();
    let same = around.previous().is_some_and(|line| line.trim() == text);
    let repeats = around.is_blank() && around.at_end() && same;
    if repeats
        && is_significant(text)
        && !text.ends_with(',')
        && !text.starts_with(['<', '-', '|', '*'])
    {
        draft.text.clear();
    }
}
