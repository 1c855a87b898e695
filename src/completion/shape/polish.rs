//! Makes a candidate fit the text around it: rules in a fixed order, each a small function over the
//! draft and the cursor's surroundings. None looks at a clock. Polishing what is polished changes
//! nothing.

mod closers;
mod empty;
mod half;
mod overlap;
mod repeats;
mod rewrites;
mod syntax;
mod tail;
#[cfg(test)]
mod tests;
mod unclosed;

use super::around::Around;
use crate::completion::candidate::{Candidate, Polished, TextEdit};
use crate::completion::shape::SPECIAL_TOKENS;
use crate::completion::silence::Silence;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::prompt::special_tokens;

/// A text on its way through the rules.
pub(in crate::completion) struct Draft {
    /// What is inserted.
    pub(in crate::completion) text: String,
    /// How much of the rest of the cursor's line it replaces, in bytes of the LF text.
    pub(in crate::completion) over: usize,
    /// The model's budget ran out over it.
    pub(in crate::completion) cut_off: bool,
}

/// The rule that parses.
pub(in crate::completion) const PARSES: &str = "parses-worse";

/// One rule: its name in explanations, and what it does.
type Rule = (&'static str, fn(&mut Draft, &Around));

/// The rules in their order. First what is no code at all goes, then what repeats, then the seam
/// to what follows; the end is trimmed last.
const RULES: [Rule; 14] = [
    (SPECIAL_TOKENS, |draft, _| cut_leak(&mut draft.text)),
    ("broken-characters", |draft, _| cut_broken(&mut draft.text)),
    ("talk", empty::cut_talk),
    ("repetition", |draft, _| repeats::cut(draft)),
    ("half-line", half::cut),
    ("says-nothing", empty::drop),
    ("repeats-below", tail::cut),
    ("repeats-above", tail::cut_above),
    ("rewrites-line", rewrites::replace),
    ("closers", closers::fit),
    ("overlap", overlap::cut),
    ("unclosed", unclosed::close),
    (PARSES, syntax::cut),
    ("trailing-blanks", |draft, around| trim_end(draft, around)),
];

/// What became of a candidate, and which rules changed it.
pub(in crate::completion) struct Outcome {
    /// The result.
    pub(in crate::completion) result: Result<Polished, Silence>,
    /// Names of the rules that changed something, in their order.
    pub(in crate::completion) rules: Vec<&'static str>,
}

/// Polishes a candidate. `parsed` says that the document has been parsed with the text in it before.
pub(in crate::completion) fn polish(
    candidate: Candidate,
    around: &Around,
    cut_off: bool,
    parsed: bool,
) -> Outcome {
    let Candidate { at, text } = candidate;
    let mut draft = Draft { text, over: 0, cut_off };
    let mut rules = Vec::new();
    // As the last rule left it: renewed where one has changed something.
    let mut known = (draft.text.clone(), draft.over);
    for (name, rule) in RULES {
        if parsed && name == PARSES {
            continue;
        }
        rule(&mut draft, around);
        if (known.0.as_str(), known.1) != (draft.text.as_str(), draft.over) {
            rules.push(name);
            known.0.clone_from(&draft.text);
            known.1 = draft.over;
        }
    }
    let Draft { text, over, .. } = draft;
    if text.trim().is_empty() {
        return Outcome { result: Err(Silence::Nothing), rules };
    }
    let range = ByteRange::new(at, ByteOffset(at.0 + over));
    if over == text.len() && around.rest.get(..over) == Some(text.as_str()) {
        return Outcome { result: Err(Silence::Nothing), rules };
    }
    Outcome { result: Ok(Polished { edits: vec![TextEdit { range, text }] }), rules }
}

/// Cuts at the first special token or end-of-text marker.
fn cut_leak(text: &mut String) {
    if let Some(at) = special_tokens::first_leak(text) {
        text.truncate(at);
    }
}

/// Half a character at the end, and what is none anywhere.
fn cut_broken(text: &mut String) {
    if text.contains('\r') {
        *text = crate::document::line_ending::normalise(text);
    }
    text.truncate(text.trim_end_matches(['\u{fffd}', '\0']).len());
}

/// Drops blanks and line breaks at the end, but for the blank that parts the text from a word.
fn trim_end(draft: &mut Draft, around: &Around) {
    let rest = around.rest.get(draft.over..).unwrap_or("");
    let kept = draft.text.trim_end().len();
    let blanks = draft.text.get(kept..).unwrap_or("");
    let blanks = blanks.to_owned();
    let next = rest.chars().next();
    let parts = next.is_some_and(|c| {
        !c.is_whitespace() && !matches!(c, ')' | ']' | '}' | '>' | ';' | ',' | '.' | ':')
    });
    let breaks = blanks.contains('\n');
    // A closer that the editor set goes onto its own line, as the text wants it.
    let closer = next.is_some_and(|c| matches!(c, ')' | ']' | '}'));
    // `{ a }` has a blank on either side.
    let line = format!("{}{}", around.before, draft.text.get(..kept).unwrap_or(""));
    let inner = line.rsplit('\n').next().and_then(|line| line.rsplit_once('{'));
    let pads = next == Some('}') && inner.is_some_and(|(_, inner)| inner.starts_with(' '));
    let tail: String = match () {
        () if breaks && closer => blanks,
        () if !breaks && (parts || pads) => blanks.chars().take(1).collect(),
        () => String::new(),
    };
    draft.text.truncate(kept);
    draft.text.push_str(&tail);
}
