//! An action, from the place it was asked for at to the edits or the words that come of it.

use std::sync::Arc;

use super::answer::{self, AnswerError, Given, Place};
use super::changes::{Edge, LineEdit, applied, of_region};
use super::files::Changes;
use super::offers::Finding;
use super::parse::parses_worse;
use super::prompts::{PromptError, Prompts};
use super::rebase::{Touched, rebase};
use super::subject::{Subject, SubjectError};
use super::task::{Task, Use};
use crate::backend::error::BackendError;
use crate::chat;
use crate::completion::silence::Silence;
use crate::document::line_ending::{LineEnding, normalise};
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::workspace::Snapshot;
use crate::workspace::edit_log::Revision;
use crate::workspace::session::Session;

/// What is to be done, and where.
#[derive(Clone, Debug)]
pub struct Order {
    /// What.
    pub task: Task,
    /// The document.
    pub uri: DocumentUri,
    /// Its state when the action was offered.
    pub revision: Revision,
    /// The code that it is about, in bytes of that state.
    pub target: ByteRange,
    /// What was selected.
    pub selection: ByteRange,
    /// What is wrong there.
    pub findings: Vec<Finding>,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// Edits of the files as they are now.
    Edits(Changes),
    /// Words to show.
    Words(String),
}

/// Why nothing came of it. No text of the user's or a model's is in here.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// The document is closed.
    #[error("the document is not open any more")]
    Closed,
    /// The document is not as it was when the action was offered.
    #[error("the document has changed since; ask for its actions again")]
    Changed,
    /// The edit would break the syntax.
    #[error("the answer would break the code's syntax, so nothing was done; ask again")]
    Broken,
    /// Nobody may or can be asked.
    #[error("{0}")]
    Silent(Silence),
    /// The model did not answer.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// What it answered cannot be used.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// The prompt cannot be made.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// There is nothing to ask about.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// The user changed the same lines.
    #[error(transparent)]
    Touched(#[from] Touched),
}

/// Asks the model for chat and makes of its answer what the task wants; `show` gets the text as it
/// comes. Dropping the future closes the connection.
///
/// # Errors
/// Why nothing came of it; then nothing has been changed.
pub async fn act(
    session: &Arc<Session>,
    order: &Order,
    show: impl FnMut(&str),
) -> Result<Outcome, ActionError> {
    let then = session.workspace(|workspace| {
        let current = workspace.log().revision(&order.uri);
        Some((workspace.snapshot(&order.uri)?, current?))
    });
    let (then, current) = then.ok_or(ActionError::Closed)?;
    if current != order.revision {
        return Err(ActionError::Changed);
    }
    session.check_sending(&then).await.map_err(ActionError::Silent)?;
    let settings = session.settings(then.root.as_deref());
    let chain = session.chat_chain(&settings).map_err(ActionError::Silent)?;
    let subject = Subject::new(&then, &order.task, order.target, order.selection)?
        .with(&then.document.text, &order.findings);
    let prompt = {
        let folder = Prompts::folder(session.services.paths.config_file.as_deref());
        let (name, values) = (order.task.prompt().to_owned(), subject.values.clone());
        let made = tokio::task::spawn_blocking(move || {
            Prompts::read(folder.as_deref())?.render(&name, &values)
        });
        made.await.map_err(|_| ActionError::Changed)??
    };
    let answer = chat::answer(&chain, &prompt, show).await?;
    if let Some(broken) = answer.broken {
        return Err(broken.into());
    }
    let given = Given { text: &answer.text, finish: answer.finish };
    if order.task.answer() == Use::Show {
        return Ok(Outcome::Words(answer::words(given)?));
    }
    let edits = edits(given, &order.task, &then, subject.region)?;
    let (grammar, text) = (then.document.language.grammar(), then.document.text.clone());
    if let Some(grammar) = grammar {
        let after = applied(&text, &edits);
        let worse = tokio::task::spawn_blocking(move || parses_worse(grammar, &text, &after));
        if worse.await.unwrap_or(true) {
            return Err(ActionError::Broken);
        }
    }
    let now = session.workspace(|workspace| {
        let since = workspace.log().since(&order.uri, order.revision);
        Some((workspace.snapshot(&order.uri)?, since))
    });
    let (now, since) = now.ok_or(ActionError::Closed)?;
    let since = since.ok_or(ActionError::Changed)?;
    let edits = rebase(&edits, &then.document.text, &since, &now.document.text)?;
    Ok(Outcome::Edits(Changes::here(&now, edits)))
}

/// The edits that an answer comes to.
fn edits(
    given: Given<'_>,
    task: &Task,
    then: &Snapshot,
    region: ByteRange,
) -> Result<Vec<LineEdit>, AnswerError> {
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
        return Ok(of_region(text, region, &answer::rewritten(given, &place)?));
    }
    let code = answer::written(given, &place)?;
    Ok(vec![below(text, region.end, &code)])
}

/// New lines below the one that ends at `at`.
fn below(text: &Text, at: ByteOffset, code: &str) -> LineEdit {
    let ending = LineEnding::at_line(text, text.line_of(at), LineEnding::of(text));
    let text = format!("{}{}", ending.as_str(), ending.apply(code));
    LineEdit { range: ByteRange::empty(at), text, edges: (Edge::End, Edge::End) }
}
