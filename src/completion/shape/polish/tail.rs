//! The text's last lines: what stands below anyway is not said twice.

use super::Draft;
use crate::completion::shape::around::{Around, Closed, width};
use crate::completion::shape::lines;
use crate::completion::shape::scan::Inside;
use crate::document::words::is_word;

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
        let tag = end
            && left.is_empty()
            && match index {
                0 => !lacking && whole.trim() == next.trim(),
                _ => closes_alike(&whole, next),
            };
        let all = whole == *next && left.iter().zip(below.iter().skip(1)).all(|(a, b)| a == b);
        let first = whole == *next
            && lines::is_significant(&whole)
            && goes_on_alike(&whole, &left, below.get(1..).unwrap_or_default(), around);
        let above = before.lines().rev().find(|line| !line.trim().is_empty());
        let above = above.filter(|_| before.contains('\n')).or(around.previous()).unwrap_or("");
        // Where a row of such lines stands, one more may be meant.
        let row =
            says_alike(above, &whole) || below.get(1).is_some_and(|two| says_alike(next, two));
        let said = says_alike(&whole, next) && !row;
        let alike = left.is_empty() && (said || resembles(&whole, next));
        // Where it stands several times running, once more may be meant.
        let run = whole == *next && left.is_empty() && below.get(1) == Some(next);
        if run && lines::is_significant(&whole) {
            break;
        }
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
    let (scan, base) = (around.after(before), around.scan.open().len());
    let own = scan.open().len().saturating_sub(base);
    let code = scan.inside() == Inside::Code || scan.inside() == around.scan.inside();
    code && (own == 0 || own == around.strays.len())
}

/// Whether two lines close a block by the same word or tag, the second with something behind it perhaps.
fn closes_alike(line: &str, next: &str) -> bool {
    let behind = next.trim().strip_prefix(line.trim());
    let end = lines::is_end_tag(line);
    behind.is_some_and(|left| left.is_empty() || (!end && !left.starts_with(is_word)))
        && width(line) == width(next)
}

/// Whether what the lines open ends alike too, where that is a call: the next call may well begin as
/// this one does. Below them `left` and `below`.
fn goes_on_alike(line: &str, left: &[&str], below: &[&str], around: &Around) -> bool {
    let code = lines::code_of(line, around.language);
    if !code.ends_with(['(', '[', ',']) {
        return true;
    }
    let same = left.iter().zip(below).take_while(|(a, b)| a == b).count();
    let ended = |line: &&&str| width(line) <= width(code);
    let end = left.iter().position(|line| ended(&line)).map_or(left.len(), |end| end + 1);
    same >= end.min(below.len())
}

/// Whether a line begins with a closer that nothing below is.
fn is_lacking(before: &str, line: &str, around: &Around) -> bool {
    let Some(closer) = line.trim_start().chars().next() else { return false };
    let scan = around.after(before);
    let open = scan.open().iter().rposition(|open| open.closer() == closer);
    open.and_then(|at| around.closed.get(at)) == Some(&Closed::Nowhere)
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
    if lines::is_significant(line) && bare(line) == bare(next) {
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

/// Whether two statements differ in the words of a string alone: the same said in other words.
fn says_alike(line: &str, next: &str) -> bool {
    let (a, b) = (line.trim(), next.trim());
    let shortest = a.len().min(b.len());
    if width(line) != width(next) || a == b || shortest < 12 || !a.ends_with([';', ')']) {
        return false;
    }
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum()
    };
    let head = same(&mut a.chars().zip(b.chars()));
    let tail = same(&mut a.chars().rev().zip(b.chars().rev())).min(shortest - head);
    let quoted = |line: &str| {
        let (left, right) = (line.get(..head), line.get(line.len() - tail..));
        let odd = |text: Option<&str>| {
            let text = text.unwrap_or("");
            ['"', '\'', '`'].iter().any(|quote| text.matches(*quote).count() % 2 == 1)
        };
        odd(left) && odd(right)
    };
    // Most of it is the same, a word of it at least.
    (head + tail) * 4 >= a.len().max(b.len()) * 3 && quoted(a) && quoted(b)
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
    // Where it stands there twice already, a third may be meant.
    let mut above = around.above.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
    let run = above.next() == above.next();
    let repeats = around.is_blank() && around.at_end() && same && !run;
    if repeats
        && lines::is_significant(text)
        && !text.ends_with(',')
        && !text.starts_with(['<', '-', '|', '*'])
    {
        draft.text.clear();
    }
}
