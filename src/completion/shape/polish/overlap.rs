//! Words that the cursor's line goes on with: the text's end does not say them again.

use super::Draft;
use crate::completion::shape::around::{Around, Closed};
use crate::document::words::is_word;

/// Cuts from the text's end what the rest of the line begins with.
pub(in crate::completion) fn cut(draft: &mut Draft, around: &Around) {
    let rest = around.rest.get(draft.over..).unwrap_or("").trim_end();
    if rest.is_empty() {
        return;
    }
    if contains_all(draft, around, rest) {
        return;
    }
    let text = draft.text.trim_end();
    let blanks = rest.len() - rest.trim_start().len();
    let found = (1..=rest.len())
        .rev()
        .filter_map(|len| rest.get(..len))
        .filter(|start| !start.trim().is_empty())
        .flat_map(|start| [start, start.get(blanks..).unwrap_or("")])
        .find(|start| {
            !start.trim().is_empty() && text.ends_with(start) && at_boundary(text, start, rest)
        });
    let Some(overlap) = found.map(str::len) else { return };
    let kept = text.len() - overlap;
    let before = text.get(..kept).unwrap_or("");
    let angle = text.get(kept..).is_some_and(|overlap| overlap.trim_start().starts_with('>'));
    if !is_fit(before, text, around) || (angle && opens_angle(before)) {
        return;
    }
    draft.text.truncate(kept);
}

/// The text's own brackets are as well closed without its end as with it, and so are those before it
/// that nothing behind closes.
fn is_fit(before: &str, text: &str, around: &Around) -> bool {
    let (base, left) = (around.scan.open().len(), around.after(before).open().len());
    let whole = around.after(text).open().len();
    let lacking = around.closed.get(whole.min(base)..left.min(base)).unwrap_or_default();
    let own = left.saturating_sub(base);
    (own == 0 || own == around.strays.len()) && !lacking.contains(&Closed::Nowhere)
}

/// Whether a type's arguments are open: more `<` than `>`, arrows and comparisons aside.
fn opens_angle(text: &str) -> bool {
    let plain = text.replace("->", "").replace("=>", "").replace(" < ", "").replace(" > ", "");
    plain.matches('<').count() > plain.matches('>').count()
}

/// Words are not parted.
fn at_boundary(text: &str, overlap: &str, rest: &str) -> bool {
    let kept = text.get(..text.len() - overlap.len()).unwrap_or("");
    let parted = |left: Option<char>, right: Option<char>| {
        !(left.is_some_and(is_word) && right.is_some_and(is_word))
    };
    let after = rest.trim_start().get(overlap.trim_start().len()..).unwrap_or("");
    parted(kept.chars().last(), overlap.chars().next())
        && parted(overlap.chars().last(), after.chars().next())
}

/// Where the text says the whole rest of the line and goes on, it stands in its place.
fn contains_all(draft: &mut Draft, around: &Around, rest: &str) -> bool {
    let whole = rest.trim();
    let mut left = draft.text.chars();
    let closers = whole.chars().all(|c| matches!(c, '>' | '"' | '\'' | ')' | '/'));
    let said = whole.chars().all(|c| left.any(|d| c == d));
    if closers && said && draft.over == 0 && whole.len() > 1 && !draft.text.contains('\n') {
        let text = draft.text.trim_end();
        if !text.ends_with(whole) && text.chars().last() == whole.chars().last() {
            draft.over = around.rest.trim_end().len();
            return true;
        }
    }
    let words = whole.chars().filter(|c| is_word(*c)).count();
    if words < 3 || draft.over > 0 || draft.text.contains('\n') {
        return false;
    }
    let text = draft.text.trim_end();
    let Some(at) = text.rfind(whole) else { return false };
    let end = at + whole.len();
    let parted =
        |a: Option<char>, b: Option<char>| !(a.is_some_and(is_word) && b.is_some_and(is_word));
    let left = parted(text.get(..at).and_then(|t| t.chars().last()), whole.chars().next());
    let right = parted(whole.chars().last(), text.get(end..).and_then(|t| t.chars().next()));
    if end == text.len() || !left || !right {
        return false;
    }
    draft.over = around.rest.trim_end().len();
    true
}
