//! The document must not parse worse with the text in it than without.

use super::Draft;
use crate::completion::shape::around::{Around, Closed};
use crate::completion::shape::lines;
use crate::completion::shape::parsed::Parsed;
use crate::completion::shape::scan::Inside;
use crate::document::language::Grammar;
use crate::document::words::is_word;

/// So many shorter beginnings are tried.
const TRIES: usize = 8;

/// Cuts the text to its longest beginning of whole lines with which the document parses no worse
/// than without it; to nothing where there is none.
pub(in crate::completion) fn cut(draft: &mut Draft, around: &Around) {
    let Some(parsed) = around.parsed.as_ref() else { return };
    // Directives may stand where the grammar has no place for them.
    let directives = matches!(parsed.grammar, Grammar::C | Grammar::Cpp)
        && draft.text.lines().any(|line| line.trim_start().starts_with('#'));
    if draft.cut_off || directives || around.in_text() || draft.text.trim().is_empty() {
        return;
    }
    if is_fit(draft, around, parsed) {
        return;
    }
    let surer = parsed.surer();
    if surer.as_ref().is_some_and(|surer| is_fit(draft, around, surer)) {
        return;
    }
    let parsed = surer.as_ref().unwrap_or(parsed);
    let ends = draft.text.match_indices('\n').map(|(at, _)| at).rev();
    let ends: Vec<usize> = ends
        .filter(|at| {
            let head = draft.text.get(..*at).unwrap_or("");
            !head.trim().is_empty() && !head.ends_with('\n')
        })
        .take(TRIES)
        .collect();
    let shorter = ends.into_iter().find(|end| {
        let text = draft.text.get(..*end).unwrap_or("").trim_end();
        fits(text, 0, around, parsed)
    });
    match shorter {
        Some(end) => {
            draft.text.truncate(end);
            draft.over = 0;
        }
        None => draft.text.clear(),
    }
}

/// Whether the draft fits. A semicolon that only is not there yet is the user's to type.
fn is_fit(draft: &Draft, around: &Around, parsed: &Parsed) -> bool {
    let text = draft.text.trim_end();
    let parts = around.rest.get(draft.over..).is_some_and(|rest| rest.starts_with(is_word));
    let blank = draft.text.get(..text.len() + 1).filter(|longer| parts && longer.ends_with(' '));
    let text = blank.unwrap_or(text);
    fits(text, draft.over, around, parsed) || fits(&format!("{text};"), draft.over, around, parsed)
}

/// Whether there are no more errors with a text than without.
fn fits(text: &str, over: usize, around: &Around, parsed: &Parsed) -> bool {
    let Some(whole) = finished(text, around) else { return true };
    let Some(errors) = parsed.with(&whole, over).filter(|errors| *errors > 0) else { return true };
    // How a parser counts in text that is broken anyway is half chance.
    let most = parsed.errors();
    errors <= most + usize::from(most > 0)
}

/// The text with what it leaves open closed, as its block goes on behind it; `None` where nothing can
/// be said of it.
pub(in crate::completion::shape) fn finished(text: &str, around: &Around) -> Option<String> {
    let mut scan = around.scan.clone();
    let base = scan.open().len();
    scan.feed(text, |_, _| {});
    let last = text.rsplit('\n').next().unwrap_or("");
    let line =
        if text.contains('\n') { last.to_owned() } else { format!("{}{last}", around.before) };
    if scan.inside() != Inside::Code {
        return None;
    }
    let open = scan.open();
    let own = around.closed.get(around.floor..open.len().min(base)).unwrap_or_default();
    let left = open.get(base.min(open.len())..).unwrap_or_default();
    if own.contains(&Closed::Nowhere) || (left.is_empty() && waits(&line, around)) {
        return None;
    }
    // What follows closes them.
    let strays = around.strays.len();
    if left.is_empty() || left.len() == strays {
        return Some(text.to_owned());
    }
    if waits(&line, around) && !line.trim_end().ends_with('{') {
        return None;
    }
    let closers: String = left.iter().rev().map(|open| open.closer()).collect();
    Some(format!("{text}\n{closers}"))
}

/// Whether a line asks for another.
fn waits(line: &str, around: &Around) -> bool {
    lines::opens_body(line, around.language)
        || lines::goes_on(line, around.language)
        || (around.at_end() && lines::is_header(line) && !line.ends_with([';', '}', ')']))
}
