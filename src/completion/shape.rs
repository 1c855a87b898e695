//! From a model's raw text to what is shown, in one pure function: the opening, the stop rule, the
//! polish. The engine does the same on the stream; the command line, the tests and `eval` do it on
//! whole texts.

pub mod around;
mod closing;
mod items;
pub(in crate::completion) mod lines;
mod opening;
mod parsed;
pub(in crate::completion) mod polish;
mod prose;
mod reindent;
mod scan;
mod skeleton;
pub mod stop;
mod unit;

use std::sync::Arc;

use self::around::Cursor;
use self::polish::polish;
use self::stop::StopRule;
use super::candidate::{Candidate, Polished};
use super::silence::Silence;
use super::trigger::{self, Extent, Trigger};
use crate::document::DocumentSnapshot;
use crate::document::line_ending::normalise;
use crate::document::offset::ByteOffset;
use crate::prompt::special_tokens;

/// Why a model's text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The model had no more to say, or is still at it.
    Itself,
    /// Its budget ran out.
    Length,
}

/// What a raw text comes to.
pub struct Shaped {
    /// The edit, or why there is none.
    pub result: Result<Polished, Silence>,
    /// The rules that changed something, in their order.
    pub rules: Vec<&'static str>,
    /// How much of the raw text was looked at before it was complete, in bytes.
    pub read: usize,
}

/// A cursor, for [`Shaper::shape`].
pub struct Shaper {
    rule: StopRule,
    one_line: bool,
}

impl Shaper {
    /// For a request at `at`.
    ///
    /// # Errors
    /// Why nothing would be asked there.
    pub fn new(
        document: &DocumentSnapshot,
        at: ByteOffset,
        trigger: Trigger,
        max_lines: usize,
    ) -> Result<Self, Silence> {
        let language = document.language;
        let extent = trigger::check(document, at, trigger)?;
        let cursor = Cursor::new(document.clone(), at, language);
        let rule = StopRule::new(extent, Arc::new(cursor), max_lines);
        Ok(Self { rule, one_line: extent == Extent::Line })
    }

    /// What is shown of a raw text that comes in pieces of `chunk` bytes.
    #[must_use]
    pub fn shape(&self, raw: &str, chunk: usize, ended: Ended) -> Shaped {
        let mut read = 0;
        while read < raw.len() {
            read = (read + chunk.max(1)).min(raw.len());
            while !raw.is_char_boundary(read) {
                read += 1;
            }
            let so_far = raw.get(..read).unwrap_or(raw);
            let tail = special_tokens::possible_leak_tail(so_far);
            let visible = so_far.get(..so_far.len() - tail).unwrap_or("");
            let visible = normalise(visible.strip_suffix('\r').unwrap_or(visible));
            let opened = self.rule.open(visible, false);
            if let Some(end) = self.rule.complete(&opened.text) {
                let text = opened.text.get(..end).unwrap_or("").to_owned();
                return self.polish(text, opened.rules, read);
            }
            if opened.over {
                return self.polish(opened.text, opened.rules, read);
            }
        }
        let opened = self.rule.open(normalise(raw), true);
        let end = self.rule.complete(&opened.text);
        let mut text = opened.text;
        // Half a character at the end tells that the text was cut off there.
        let half = text.trim_end().ends_with('\u{fffd}');
        let cut_off = end.is_none() && !opened.over && (ended == Ended::Length || half);
        if let Some(end) = end {
            text.truncate(end);
        }
        self.polish_cut(text, opened.rules, raw.len(), cut_off)
    }

    /// The polish alone, of a text that is complete. Doing it twice is doing it once.
    ///
    /// # Errors
    /// Why nothing is shown.
    pub fn fit(&self, text: &str) -> Result<Polished, Silence> {
        self.polish(text.to_owned(), Vec::new(), text.len()).result
    }

    /// Where a growing text is complete.
    #[must_use]
    pub const fn rule(&self) -> &StopRule {
        &self.rule
    }

    fn polish(&self, text: String, rules: Vec<&'static str>, read: usize) -> Shaped {
        self.polish_cut(text, rules, read, false)
    }

    fn polish_cut(
        &self,
        mut text: String,
        mut rules: Vec<&'static str>,
        read: usize,
        cut_off: bool,
    ) -> Shaped {
        if self.one_line
            && let Some(end) = lines::first_line(&text)
        {
            text.truncate(end);
        }
        let cursor = self.rule.cursor();
        let outcome = polish(Candidate { at: cursor.at(), text }, cursor.around(), cut_off, false);
        rules.extend(outcome.rules);
        Shaped { result: outcome.result, rules, read }
    }
}

/// The rule that ends a text at a model's own markers.
pub(super) const SPECIAL_TOKENS: &str = "special-tokens";

/// Where the cursor is, in some prompts.
const CURSORS: [&str; 3] = ["<|cursor|>", "<CURSOR>", "<|user_cursor|>"];

/// The text up to the first special token, those at its beginning left out; whether there was one.
fn until_leak(mut text: String, ended: bool) -> (String, bool) {
    // The cursor's mark ends nothing.
    for mark in CURSORS {
        if text.contains(mark) {
            text = text.replace(mark, "");
        }
    }
    let lead = special_tokens::leading(&text);
    text.drain(..lead);
    let leaked = ended || special_tokens::first_leak(&text).is_some();
    let leak = leaked.then(|| special_tokens::first_leak_of_whole(&text)).flatten();
    if let Some(at) = leak {
        text.truncate(at);
    }
    (text, leak.is_some())
}
