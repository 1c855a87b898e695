//! What the syntax tree says at the end of a line, where indentation and brackets leave it open: whether
//! the construct that the text writes is whole, and whether a line can go on with it. Each question is
//! one parse of what stands around the cursor, asked for few lines.

use super::Place;
use super::walk::Walk;
use crate::completion::shape::around::width;
use crate::completion::shape::lines;
use crate::completion::shape::polish::finished;
use crate::document::language::Grammar;
use crate::document::words::is_word;

/// After so many lines what stands below is hardly the rest of the first.
const FILLED_WITHIN: usize = 6;

/// Words by which an expression goes on.
const BINDS: [&str; 12] = [
    "and",
    "as",
    "else",
    "extends",
    "for",
    "if",
    "in",
    "instanceof",
    "is",
    "not",
    "or",
    "satisfies",
];

impl Walk<'_> {
    /// Whether the code is broken without the text and whole with it as it is: what the text leaves open
    /// is closed, or goes on, in what stands below. `own`: it leaves brackets open.
    pub(super) fn is_filled(&self, own: bool) -> bool {
        let Some(parsed) = self.around.parsed.as_ref() else { return false };
        let below = self.around.below.first().filter(|below| !below.trim().is_empty());
        let Some(below) = below.filter(|_| self.lines <= FILLED_WITHIN) else { return false };
        // What goes on in a list stands right of what opens that.
        let list = self.scan.open().last().filter(|open| !own && open.bracket != '{');
        let indent = list.map_or(self.indent.unwrap_or(0), |open| open.indent);
        let inside = width(below) > indent || below.trim_start().starts_with(['}', ')', ']']);
        let text = self.text.get(..self.content).unwrap_or("");
        inside && parsed.errors() > 0 && parsed.with(text, 0) == Some(0)
    }

    /// Whether a whole line cannot follow the last item of the list that the cursor is in: the arguments
    /// of a call, say, with the bracket that closes them behind the cursor.
    pub(super) fn cannot_follow(&self, at: usize, line: &str) -> bool {
        let Some(parsed) = self.around.parsed.as_ref() else { return false };
        let (body, language) = (line.trim(), self.around.language);
        let open = self.scan.open();
        let list = open.last().is_some_and(|open| matches!(open.bracket, '(' | '['));
        let goes_on = body.starts_with(['.', ',', '<', '#', '@', '}', ')', ']', '*', '-', '/'])
            || lines::continues(line, language)
            || lines::is_comment(line, language);
        if self.lines == 0 || open.len() != self.base || !list || goes_on {
            return false;
        }
        let before = self.text.get(..self.content).unwrap_or("");
        let last = before.rsplit('\n').next().unwrap_or("");
        if last.is_empty() || lines::goes_on(last, language) {
            return false;
        }
        let errors = |text: &str| parsed.with(&finished(text, self.around)?, 0);
        let text = |len: usize| self.text.get(..at + len).unwrap_or("");
        let Some(whole) = errors(before) else { return false };
        if whole > 0 && whole > parsed.errors() {
            return false;
        }
        let with = errors(text(line.trim_end().len())).or_else(|| {
            // Of a line that asks for another, its first word alone can be tried.
            let word = body.find(|c: char| !is_word(c)).unwrap_or(body.len());
            let binds = BINDS.contains(&body.get(..word)?);
            let len = line.len() - line.trim_start().len() + word;
            (word > 0 && !binds).then(|| errors(text(len))).flatten()
        });
        with.is_some_and(|with| with > whole)
    }

    /// Whether the text ends in the middle of an expression, though its line could be the last.
    pub(super) fn is_unfinished(&self) -> bool {
        let Some(parsed) = self.around.parsed.as_ref() else { return false };
        let text = self.text.get(..self.content).unwrap_or("");
        parsed.with(text, 0).is_some_and(|errors| errors > 0 && errors >= parsed.errors())
    }

    /// Whether a line that stands further left is a label in the block around the cursor, to which the
    /// text jumps.
    pub(super) fn is_label(&self, at: usize, line: &str, whole: bool) -> bool {
        let Some(parsed) = self.around.parsed.as_ref() else { return false };
        let labels = matches!(parsed.grammar, Grammar::C | Grammar::Cpp | Grammar::Go);
        let label = lines::code_of(line, self.around.language).trim();
        let name = label.strip_suffix(':').unwrap_or(label);
        let before = self.text.get(..at).unwrap_or("");
        let jumps = |goto: &str| {
            let to = goto.trim_start();
            // Half a line may become one.
            if whole {
                to.strip_prefix(name).is_some_and(|left| !left.starts_with(is_word))
            } else {
                to.starts_with(name)
            }
        };
        let used = self.place == Place::Blank && before.split("goto ").skip(1).any(jumps);
        if !labels || !used || (whole && name.len() == label.len()) {
            return false;
        }
        if !whole {
            return true;
        }
        // A label stands before a statement.
        let text = self.text.get(..at + line.trim_end().len()).unwrap_or("");
        parsed.ends_in(&format!("{text};"), "labeled_statement")
    }
}
