//! A text that says the rest of the line again with more in between stands in its place.

use super::Draft;
use crate::completion::shape::around::Around;
use crate::document::words::is_word;

/// Replaces the rest of the line where the text begins and ends as it does.
pub(in crate::completion) fn replace(draft: &mut Draft, around: &Around) {
    let rest = around.rest.trim_end();
    let body = rest.trim_start();
    let text = draft.text.trim_end();
    if text.contains('\n') || text.len() <= body.len() || !body.chars().any(is_word) {
        return;
    }
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum()
    };
    let head = same(&mut text.chars().zip(body.chars()));
    let tail = same(&mut text.chars().rev().zip(body.chars().rev()));
    let word = body.get(..head).is_some_and(|head| head.chars().any(is_word));
    // All of it at the end is an overlap.
    if word && tail < body.len() && head < body.len() && head + tail >= body.len() {
        draft.over = rest.len();
    }
}
