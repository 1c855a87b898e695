//! An answer as edits of the document that it is for.

use super::answer::{self, AnswerError, Given, Place};
use super::changes::{Edge, LineEdit, of_region};
use super::check::Made;
use super::outcome::ActionError;
use super::task::{Task, Use};
use crate::document::line_ending::{LineEnding, normalise};
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::workspace::Snapshot;

/// What an answer comes to; away from the messages' way, as answers and files may be long.
pub(super) async fn made(
    given: Given<'_>,
    task: &Task,
    then: &Snapshot,
    region: ByteRange,
) -> Result<Made, ActionError> {
    let (text, finish) = (given.text.to_owned(), given.finish);
    let (task, then) = (task.clone(), then.clone());
    let making = tokio::task::spawn_blocking(move || {
        read(Given { text: &text, finish }, &task, &then, region)
    });
    Ok(making.await.map_err(|_| AnswerError::Unreadable)??)
}

fn read(
    given: Given<'_>,
    task: &Task,
    then: &Snapshot,
    region: ByteRange,
) -> Result<Made, AnswerError> {
    let text = &then.document.text;
    let part = |from, to| normalise(&text.slice(ByteRange::new(from, to)));
    let inserts = task.answer() == Use::Insert;
    let (start, end) = if inserts { (region.end, region.end) } else { (region.start, region.end) };
    let mut before = part(ByteOffset(0), start);
    if inserts {
        before.push('\n');
    }
    let (lines, after) = (part(start, end), part(end, text.end()));
    let place = Place {
        language: then.document.language,
        before: &before,
        region: &lines,
        after: &after,
        may_vanish: *task == Task::Fix,
    };
    if !inserts {
        let code = answer::rewritten(given, &place)?;
        let line = text.line_of(region.start);
        return Ok(Made { edits: of_region(text, region, &code), code, line });
    }
    let code = answer::written(given, &place)?;
    let line = text.line_of(region.end) + 1;
    Ok(Made { edits: vec![below(text, region.end, &code)], code, line })
}

/// New lines below the one that ends at `at`.
fn below(text: &Text, at: ByteOffset, code: &str) -> LineEdit {
    let ending = LineEnding::at_line(text, text.line_of(at), LineEnding::of(text));
    let text = format!("{}{}", ending.as_str(), ending.apply(code));
    LineEdit { range: ByteRange::empty(at), text, edges: (Edge::End, Edge::End) }
}
