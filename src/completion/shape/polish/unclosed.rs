//! A call that the model left open by an oversight is closed.

use super::Draft;
use crate::completion::shape::around::Around;
use crate::completion::shape::lines;
use crate::completion::shape::scan::Inside;

/// As many closers are forgotten, not more.
const FORGOTTEN: usize = 3;

/// Closes the brackets that the last line of a finished text leaves open and nothing below closes.
pub(in crate::completion) fn close(draft: &mut Draft, around: &Around) {
    if draft.cut_off || draft.over > 0 || !around.strays.is_empty() || !around.at_end() {
        return;
    }
    let text = draft.text.trim_end();
    if text.is_empty() || around.in_text() || lines::goes_on(text, around.language) {
        return;
    }
    let last = text.rfind('\n').map_or(0, |at| at + 1);
    let mut scan = around.scan.clone();
    scan.feed(text.get(..last).unwrap_or(""), |_, _| {});
    let base = scan.open().len();
    scan.feed(text.get(last..).unwrap_or(""), |_, _| {});
    let open = scan.open().get(base..).unwrap_or_default();
    let calls = !open.is_empty() && open.iter().all(|open| matches!(open.bracket, '(' | '['));
    if scan.inside() != Inside::Code || !calls || open.len() > FORGOTTEN {
        return;
    }
    let closers: String = open.iter().rev().map(|open| open.closer()).collect();
    draft.text.truncate(draft.text.trim_end().len());
    draft.text.push_str(&closers);
}
