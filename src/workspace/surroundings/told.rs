//! What the editor's tools say is wrong with a document, as far as clients hand it on: with each question
//! for code actions, for the lines it is about.

use crate::actions::edits::forward::forward;
use crate::context::need::{Diagnostic, Severity};
use crate::document::Edit;
use crate::document::offset::ByteRange;
use crate::document::text::Text;
use crate::workspace::edit_log::Revision;

/// So many of one document are remembered, the ones told last.
const MOST: usize = 100;

/// A diagnostic by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where, in bytes.
    pub range: ByteRange,
    /// What.
    pub message: String,
    /// How bad.
    pub severity: Severity,
    /// Its rule.
    pub code: Option<String>,
    /// Who says so.
    pub source: Option<String>,
}

/// What has been told of one document.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// The state of the text that the places are of.
    pub revision: Revision,
    found: Vec<Finding>,
}

impl Told {
    /// Of some lines this is all there is now. `since`: what was done to the text since it was told
    /// something the last time, `None` where that is not known; `text` is the one it is told of.
    pub(super) fn tell(
        &mut self,
        since: Option<&[Edit]>,
        revision: Revision,
        text: &Text,
        asked: ByteRange,
        found: Vec<Finding>,
    ) {
        let (first, last) = (text.line_of(asked.start), text.line_of(asked.end));
        let mut known = self.moved(since);
        known.retain(|known| {
            let (from, to) = (text.line_of(known.range.start), text.line_of(known.range.end));
            (to < first || from > last) && !found.contains(known)
        });
        known.extend(found);
        let surplus = known.len().saturating_sub(MOST);
        known.drain(..surplus);
        *self = Self { revision, found: known };
    }

    /// Where it is by now; what was touched since is told no more.
    pub(super) fn now(&self, since: Option<&[Edit]>, text: &Text) -> Vec<Diagnostic> {
        let line = |at| u32::try_from(text.line_of(at)).unwrap_or(u32::MAX);
        let of = |found: Finding| Diagnostic {
            lines: (line(found.range.start), line(found.range.end)),
            message: found.message,
            severity: found.severity,
            code: found.code,
            source: found.source,
        };
        self.moved(since).into_iter().map(of).collect()
    }

    /// Where it is by now, in bytes; what was touched since is told no more.
    pub(super) fn moved(&self, since: Option<&[Edit]>) -> Vec<Finding> {
        let Some(since) = since else { return Vec::new() };
        let moved = |found: &Finding| {
            Some(Finding { range: forward(found.range, since)?, ..found.clone() })
        };
        self.found.iter().filter_map(moved).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::offset::ByteOffset;

    fn range(start: usize, end: usize) -> ByteRange {
        ByteRange::new(ByteOffset(start), ByteOffset(end))
    }

    fn found(start: usize, end: usize, message: &str) -> Finding {
        let (code, source) = (None, None);
        let message = message.to_owned();
        Finding { range: range(start, end), message, severity: Severity::Error, code, source }
    }

    fn told(told: &Told, since: Option<&[Edit]>, text: &Text) -> Vec<(u32, String)> {
        told.now(since, text).into_iter().map(|it| (it.lines.0, it.message)).collect()
    }

    #[test]
    fn the_last_word_on_some_lines_counts_and_goes_with_them() {
        let text = Text::from("one\ntwo\nthree\n");
        let mut all = Told::default();
        all.tell(Some(&[]), Revision(1), &text, range(0, 3), vec![found(0, 3, "a")]);
        all.tell(Some(&[]), Revision(1), &text, range(8, 13), vec![found(8, 13, "c")]);
        assert_eq!(told(&all, Some(&[]), &text), [(0, "a".into()), (2, "c".into())]);
        // A line comes in above the last one; then the first one is mended.
        let edit = Edit {
            range: range(4, 4),
            removed: String::new(),
            inserted: "new\n".into(),
            len_before: text.len(),
        };
        let mut after = text.clone();
        after.replace(edit.range, &edit.inserted);
        let since = [edit];
        assert_eq!(told(&all, Some(&since), &after), [(0, "a".into()), (3, "c".into())]);
        all.tell(Some(&since), Revision(2), &after, range(0, 0), Vec::new());
        assert_eq!(told(&all, Some(&[]), &after), [(3, "c".into())]);
        // What is changed, or of a text that is not known any more, is told no more.
        let typed = Edit {
            range: range(13, 14),
            removed: "h".into(),
            inserted: "H".into(),
            len_before: after.len(),
        };
        assert!(told(&all, Some(&[typed]), &after).is_empty());
        assert!(told(&all, None, &after).is_empty());
    }

    #[test]
    fn there_are_not_too_many() {
        let text = Text::from("x\n".repeat(400).as_str());
        let mut all = Told::default();
        for line in 0..400 {
            let at = range(2 * line, 2 * line + 1);
            let new = vec![found(2 * line, 2 * line + 1, &line.to_string())];
            all.tell(Some(&[]), Revision(1), &text, at, new);
        }
        let told = told(&all, Some(&[]), &text);
        assert_eq!((told.len(), told.first().map(|it| it.0)), (MOST, Some(300)));
    }
}
