//! The stop rule: where a streamed text is complete, so that the stream can be closed there. It
//! looks at the text so far and at what stands around the cursor, never at a clock, and says the
//! same however the text is cut into pieces.

mod judge;
mod walk;

use std::fmt;
use std::sync::Arc;

use self::walk::Walk;
use super::around::{Around, Cursor};
use super::opening::{self, Opened};
use super::scan::Inside;
use super::{SPECIAL_TOKENS, lines, until_leak};
use crate::completion::trigger::Extent;

/// Decides how far a generation goes.
#[derive(Clone)]
pub struct StopRule {
    /// A line or a block.
    pub extent: Extent,
    cursor: Arc<Cursor>,
    /// At most that many lines.
    max_lines: usize,
}

/// What is written at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The rest of a line.
    Rest,
    /// A comment of whole lines.
    Comment(&'static str),
    /// A string or comment over lines, to its end.
    Text,
    /// Text for people.
    Prose,
    /// Code that goes on from what stands before the cursor on its line.
    Statement,
    /// Code on a line of its own.
    Blank,
}

impl fmt::Debug for StopRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StopRule({:?} in {:?})", self.extent, self.cursor.around().language)
    }
}

impl StopRule {
    /// The rule for a cursor.
    #[must_use]
    pub fn new(extent: Extent, cursor: Arc<Cursor>, max_lines: usize) -> Self {
        Self { extent, cursor, max_lines: max_lines.max(1) }
    }

    /// Reads what stands around the cursor, if that has not been done.
    pub(in crate::completion) fn read_ahead(&self) {
        self.cursor.around();
    }

    /// The cursor.
    #[must_use]
    pub const fn cursor(&self) -> &Arc<Cursor> {
        &self.cursor
    }

    /// The rule at the end of a Rust document of one line.
    #[cfg(test)]
    pub(in crate::completion) fn for_line(extent: Extent, line: &str) -> Self {
        let document = crate::document::Document::open("untitled:a", "rust", 1, line).snapshot();
        let (at, language) = (document.text.end(), document.language);
        Self::new(extent, Arc::new(Cursor::new(document, at, language)), 40)
    }

    /// The text up to the first special token, without what does not belong to it at its beginning;
    /// `ended`: no more will come.
    pub(in crate::completion) fn open(&self, text: String, ended: bool) -> Opened {
        let (text, leaked) = until_leak(text, ended);
        let mut opened = opening::open(&text, self.cursor.around(), ended || leaked);
        if leaked {
            opened.rules.push(SPECIAL_TOKENS);
            opened.over = true;
        }
        opened
    }

    /// Length in bytes of the complete text, once there is enough to tell; `None` while it may
    /// still go on. `text` has LF line breaks.
    #[must_use]
    pub fn complete(&self, text: &str) -> Option<usize> {
        let around = self.cursor.around();
        match place(self.extent, around) {
            Place::Rest => {
                let end = lines::first_line(text)?;
                Some(text.get(..end)?.trim_end().len())
            }
            // After a comment that is whole comes what it says.
            Place::Comment(_) if text.trim_start_matches([' ', '\t']).starts_with('\n') => {
                Walk::new(self, around, text).end()
            }
            Place::Comment(mark) => comment(text, mark, around.before.contains(mark)),
            Place::Prose => super::prose::end(text, around),
            Place::Text => to_end_of_text(text, around),
            Place::Statement | Place::Blank => Walk::new(self, around, text).end(),
        }
    }

    /// Length in bytes of the whole lines so far that can stand by themselves; `None` before the
    /// first. What a block's answer shows while it is still being written.
    #[must_use]
    pub fn presentable(&self, text: &str) -> Option<usize> {
        if let Some(end) = self.complete(text) {
            return Some(end);
        }
        if self.extent == Extent::Line {
            return None;
        }
        let whole = text.get(..text.rfind('\n')?)?;
        let end = whole.trim_end().len();
        // A line that opens something stands better with what follows; show it only if alone.
        let mut best = None;
        let mut at = 0;
        for line in whole.get(..end)?.split('\n') {
            let line_end = at + line.len();
            let body = line.trim_end();
            if !body.is_empty() && !body.ends_with(['{', '(', '[', ',', ':', '\\']) {
                best = Some(at + body.len());
            }
            at = line_end + 1;
        }
        best.or_else(|| (end > 0).then_some(end))
    }
}

/// To the end of the string or comment around the cursor.
fn to_end_of_text(text: &str, around: &Around) -> Option<usize> {
    let mut scan = around.scan.clone();
    lines_of(text).find_map(|(at, line)| {
        scan.feed(line, |_, _| {});
        let over = scan.inside() == Inside::Code && line.ends_with('\n');
        over.then(|| at + line.trim_end().len())
    })
}

fn place(extent: Extent, around: &Around) -> Place {
    if extent == Extent::Line {
        return Place::Rest;
    }
    if super::prose::is_prose(around.language) {
        return Place::Prose;
    }
    match around.scan.inside() {
        Inside::Code => {}
        Inside::HereDocument => return Place::Text,
        Inside::LineComment => {
            let mark = around.language.line_comment().unwrap_or("");
            // A comment of its own may go on; one behind code does not.
            return if around.before.trim_start().starts_with(mark) {
                Place::Comment(mark)
            } else {
                Place::Rest
            };
        }
        // The text may close the string and go on.
        Inside::Text(quote) if !quote.lines || around.unquoted => return Place::Statement,
        Inside::BlockComment(_) | Inside::Text(_) => return Place::Text,
    }
    if around.is_blank() { Place::Blank } else { Place::Statement }
}
/// Lines with their places and line breaks.
fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

/// To the end of a comment of whole lines.
fn comment(text: &str, mark: &str, began: bool) -> Option<usize> {
    let mut end = 0;
    for (at, line) in lines_of(text) {
        let body = line.trim();
        if at == 0 && began {
            end = line.trim_end().len();
            continue;
        }
        if body.starts_with(mark) {
            end = at + line.trim_end().len();
            continue;
        }
        if !line.ends_with('\n') && mark.starts_with(body) {
            return None;
        }
        return Some(end);
    }
    None
}
