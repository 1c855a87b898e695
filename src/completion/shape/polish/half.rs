//! The end of a text over which the model's budget ran out: back to where it can end.

use super::Draft;
use crate::completion::shape::around::Around;
use crate::completion::shape::lines;
use crate::completion::shape::scan::Inside;

/// Cuts back to the last whole line, and before what is open there if something whole stands before
/// it.
pub(in crate::completion) fn cut(draft: &mut Draft, around: &Around) {
    if !draft.cut_off {
        return;
    }
    // A last line of closers is whole.
    let last = draft.text.rsplit('\n').next().unwrap_or("").trim();
    let closers =
        !last.is_empty() && last.chars().all(|c| matches!(c, ')' | ']' | '}' | ';' | ','));
    if closers && draft.text.contains('\n') {
        draft.text.push('\n');
    }
    let Some(whole) = draft.text.rfind('\n') else { return };
    let mut scan = around.scan.clone();
    let base = scan.open().len();
    let mut at = 0;
    let mut closed = None;
    // Indentation of the line that opened a body without brackets.
    let mut body: Option<usize> = None;
    for line in draft.text.get(..=whole).unwrap_or("").split_inclusive('\n') {
        scan.feed(line, |_, _| {});
        let start = at;
        at += line.len();
        if line.trim().is_empty() {
            continue;
        }
        let columns = crate::completion::shape::around::width(line);
        if body.is_some_and(|opened| columns <= opened) {
            body = None;
        }
        if lines::opens_body(line, around.language) && body.is_none() {
            body = Some(if start == 0 {
                crate::completion::shape::around::width(&around.before)
            } else {
                columns
            });
        }
        let done = scan.inside() == Inside::Code && scan.open().len() <= base && body.is_none();
        if done && !lines::goes_on(line, around.language) {
            closed = Some(start + line.trim_end().len());
        }
    }
    let whole_text = draft.text.get(..whole).unwrap_or("");
    let end =
        closed.or_else(|| (!whole_text.trim().is_empty()).then(|| whole_text.trim_end().len()));
    if let Some(end) = end {
        draft.text.truncate(end);
    }
}
