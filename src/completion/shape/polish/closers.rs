//! Closers and quotes: those that stand after the cursor already are not said twice, and none is
//! said that nothing needs.

use super::Draft;
use crate::completion::shape::around::{Around, Closed};
use crate::completion::shape::lines;
use crate::completion::shape::scan::{Event, Inside, Scan};

/// Stands for the string around the cursor among the brackets: it is inside of all of them.
const STRING: usize = usize::MAX;

/// What is needed of the text's closers.
enum Fit {
    /// All of them.
    Whole,
    /// Up to here; the rest of the line or the lines below have the others.
    Until(usize),
    /// All of them, in place of so much of the rest of the line (bytes).
    Over(usize),
    /// All but those between here and there: too many on a line that ends as it should.
    Without(usize, usize),
}

/// Fits the text's closers to those that follow.
pub(in crate::completion) fn fit(draft: &mut Draft, around: &Around) {
    if draft.over > 0 {
        return;
    }
    match look(&draft.text, around) {
        Fit::Whole => {}
        Fit::Until(at) => cut(draft, at),
        Fit::Over(bytes) => draft.over = bytes,
        Fit::Without(from, to) => draft.text.replace_range(from..to, ""),
    }
}

/// Closers of what is open before the cursor: place in bytes, the bracket's number or [`STRING`].
fn closers(text: &str, around: &Around, mut each: impl FnMut(usize, Option<usize>) -> bool) {
    let mut scan: Scan = around.scan.clone();
    let mut base = scan.open().len();
    let mut quoted = matches!(scan.inside(), Inside::Text(_)) && around.unquoted;
    let mut over = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        // `} else {` closes a block and opens its other part in its place.
        let mut ahead = scan.clone();
        ahead.feed(line, |_, _| {});
        let swaps = ahead.open().len() >= base && lines::is_chain(line);
        scan.feed(line, |at, event| {
            if over || swaps {
                return;
            }
            over = !match event {
                Event::Unquotes if quoted => {
                    quoted = false;
                    each(start + at, Some(STRING))
                }
                Event::Closes(to) if to < base => {
                    base = to;
                    each(start + at, Some(to))
                }
                Event::Strays => each(start + at, None),
                _ => true,
            };
        });
        start += line.len();
    }
}

fn look(text: &str, around: &Around) -> Fit {
    let ahead = ahead(around);
    let mut first = None;
    let mut last = 0;
    let mut fit = Fit::Whole;
    closers(text, around, |at, closed| {
        let Some(open) = closed else {
            fit = too_many(text, at);
            return false;
        };
        let place = match around.closed.get(open) {
            _ if open == STRING => Closed::Here,
            Some(place) => *place,
            None => Closed::Nowhere,
        };
        match place {
            Closed::Nowhere => true,
            Closed::Below => {
                fit = Fit::Until(at);
                false
            }
            Closed::Here => {
                let end = ahead.iter().find(|(_, known)| *known == open).map(|(end, _)| *end);
                let Some(end) = end else {
                    // Something else stands before the rest's own.
                    let whole = says_all(text, around.rest.trim_end());
                    let over = around.rest.trim_end().len();
                    fit = if whole { Fit::Over(over) } else { Fit::Until(at) };
                    return false;
                };
                first.get_or_insert(at);
                last = last.max(end);
                true
            }
        }
    });
    let (Some(first), Fit::Whole) = (first, &fit) else {
        return match (first, fit) {
            // What is doubled below comes after closers of the line's own.
            (Some(first), Fit::Until(at)) if ends_line(text, first, at) => Fit::Until(first),
            (_, fit) => fit,
        };
    };
    let tail = text.get(first..).unwrap_or("").trim_end();
    if around.rest.trim().starts_with(tail) {
        return Fit::Until(first);
    }
    // What the text opens behind them the rest closes in their place.
    let mut scan = around.scan.clone();
    let mut base = scan.open().len();
    scan.feed(text, |_, event| {
        if let Event::Closes(to) = event {
            base = base.min(to);
        }
    });
    let own = scan.open().get(base..).unwrap_or_default();
    let own: String = own.iter().rev().map(|open| open.closer()).collect();
    let replaced = around.rest.get(..last).unwrap_or("");
    match replaced.strip_suffix(own.as_str()).map_or(last, str::len) {
        0 => Fit::Whole,
        over => Fit::Over(over),
    }
}

/// Whether the rest is nothing but closers, and the text has all of them and ends as it does.
fn says_all(text: &str, rest: &str) -> bool {
    let mut left = text.chars();
    rest.chars().all(|c| is_closer(c) || c == ';')
        && text.trim_end().chars().last() == rest.chars().last()
        && rest.chars().all(|c| left.any(|d| c == d))
}

/// Whether nothing but closers stands between two places.
fn ends_line(text: &str, from: usize, to: usize) -> bool {
    text.get(from..to).is_some_and(|between| {
        between.chars().all(|c| c.is_whitespace() || is_closer(c) || c == ';')
    })
}

/// The closers that the rest of the line begins with: where each ends (bytes), and what it closes.
fn ahead(around: &Around) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut clean = 0;
    let rest = around.rest.as_str();
    closers(rest, around, |at, closed| {
        let between = rest.get(clean..at).unwrap_or("");
        let plain = between.chars().all(|c| c.is_whitespace());
        let Some(open) = closed.filter(|_| plain) else { return false };
        clean = at + rest.get(at..).and_then(|left| left.chars().next()).map_or(1, char::len_utf8);
        found.push((clean, open));
        true
    });
    found
}

/// A closer that nothing needs: the line does without it where it ends as it should behind, else
/// the text ends before it.
fn too_many(text: &str, at: usize) -> Fit {
    let left = text.get(at..).unwrap_or("");
    let run: usize = left.chars().take_while(|c| matches!(c, ')' | ']')).map(char::len_utf8).sum();
    let behind = left.get(run..).unwrap_or("").trim_end();
    if run > 0 && matches!(behind, ";" | ",") {
        return Fit::Without(at, at + run);
    }
    Fit::Until(at)
}

const fn is_closer(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '"' | '\'' | '`' | '>')
}

/// Cuts the text there. A closer that would stand on a line of its own gets it, if it is on the
/// cursor's line now; else the line's blanks go too.
fn cut(draft: &mut Draft, at: usize) {
    let head = draft.text.get(..at).unwrap_or("");
    let own_line =
        head.contains('\n') && head.rsplit('\n').next().is_some_and(|l| l.trim().is_empty());
    draft.text.truncate(at);
    if !own_line {
        let end = draft.text.trim_end().len();
        // A blank before the rest's own closer stays as the model wrote it.
        if draft.text.trim().is_empty() {
            draft.text.truncate(end);
        }
    }
}
