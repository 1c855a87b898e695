//! What an answer comes to, looked at before anyone gets to see it.

use super::changes::{LineEdit, applied};
use super::parse::{faults, parses_worse};
use super::prompts::FaultValue;
use crate::document::offset::ByteRange;
use crate::workspace::Snapshot;

/// What an answer comes to in a snapshot.
#[derive(Debug)]
pub(super) struct Made {
    /// The edits.
    pub(super) edits: Vec<LineEdit>,
    /// The lines that it wrote, with LF.
    pub(super) code: String,
    /// Where they begin once the edits are made: a line, from 0.
    pub(super) line: usize,
}

/// What does not parse with the edits, if that is more than without them.
pub(super) async fn broken(then: &Snapshot, made: &Made) -> Option<Vec<FaultValue>> {
    let grammar = then.document.language.grammar()?;
    let (text, after) = (then.document.text.clone(), applied(&then.document.text, &made.edits));
    let (first, count) = (made.line, made.code.lines().count());
    let looking = tokio::task::spawn_blocking(move || {
        if !parses_worse(grammar, &text, &after) {
            return None;
        }
        let near = ByteRange::new(
            after.line_start(first),
            after.line_end((first + count).saturating_sub(1)),
        );
        let inside = |line: usize| {
            let line = line.checked_sub(first).map(|line| line + 1);
            line.filter(|line| *line <= count).unwrap_or(0)
        };
        let value = |fault: super::parse::SyntaxFault| FaultValue {
            line: inside(fault.line),
            what: fault.what,
        };
        Some(faults(grammar, &after, near).into_iter().map(value).collect())
    });
    // A parser that fails says nothing good of the text.
    looking.await.unwrap_or(Some(Vec::new()))
}
