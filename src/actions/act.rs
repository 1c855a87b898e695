//! An action, from the place it was asked for at to the edits or the words that come of it.

use std::sync::Arc;

use super::answer::{self, AnswerError, Given, Place};
use super::changes::{Edge, LineEdit, of_region};
use super::check::{Made, OnDisk, broken};
use super::files::Changes;
use super::forward::shrunk;
use super::merge::{self, At};
use super::offers::Finding;
use super::prompts::{PromptError, Prompts};
use super::rebase::{Touched, rebase};
use super::review::{Remark, remarks};
use super::subject::{Subject, SubjectError};
use super::task::{Task, Use};
use super::testing::Tests;
use crate::backend::error::BackendError;
use crate::chat;
use crate::completion::silence::Silence;
use crate::document::line_ending::{LineEnding, normalise};
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::prompt::ChatPrompt;
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
    /// What the user said themselves; empty mostly.
    pub words: String,
    /// A fix that did not do.
    pub earlier: Option<Earlier>,
}

/// A fix that was applied and left something wrong.
#[derive(Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The lines that it changed, as they were before.
    pub code: String,
    /// What it was to mend.
    pub said: Vec<String>,
}

impl std::fmt::Debug for Earlier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Earlier({} bytes)", self.code.len())
    }
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// Edits of the files as they are now.
    Edits(Changes),
    /// Words to show.
    Words(Words),
    /// What a review found in the document as it is now; what has been touched since is left out.
    Remarks(Reviewed),
}

/// What a review found.
#[derive(Debug)]
pub struct Reviewed {
    /// The document as it is now.
    pub now: Snapshot,
    /// Its state.
    pub revision: Revision,
    /// What was reviewed, as far as it is left.
    pub region: ByteRange,
    /// The faults, in the order of the text.
    pub remarks: Vec<Remark>,
}

/// Words, and what they answer: a conversation can go on from there.
#[derive(Debug)]
pub struct Words {
    /// As the model said them.
    pub text: String,
    /// What it was asked.
    pub prompt: ChatPrompt,
}

/// Why nothing came of it. No text of the user's or a model's is in here.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// The document is closed.
    #[error("the document is not open any more")]
    Closed,
    /// The code is not as it was when the action was offered.
    #[error("that code has changed since it was offered; ask for its actions again")]
    Changed,
    /// The file cannot be written to.
    #[error(
        "{0} is read-only, so nothing was done; make it writable, or save it under another name, and ask again"
    )]
    ReadOnly(String),
    /// The file was deleted.
    #[error("{0} has been deleted meanwhile, so nothing was done")]
    Deleted(String),
    /// The edit would break the syntax, and so would the second one.
    #[error(
        "both answers would break the code's syntax, so nothing was done; ask again, or choose another model for `chat.model`"
    )]
    Broken,
    /// There is no file beside which its tests could be.
    #[error("its tests go into a file of their own, and it is in none yet; save it first")]
    Unsaved,
    /// Something is the matter with a file.
    #[error("{file}: {why}")]
    File {
        /// Which, as its project has it.
        file: String,
        /// What, and what to do.
        why: &'static str,
    },
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

/// What is heard of an action under way.
#[derive(Clone, Copy)]
pub enum Heard<'a> {
    /// More of the model's text.
    Text(&'a str),
    /// The answer was of no use, and the model is asked once more.
    Again,
}

/// Asks the model for chat and makes of its answer what the task wants; `hear` gets the text as it
/// comes. Dropping the future closes the connection.
///
/// # Errors
/// Why nothing came of it; then nothing has been changed.
pub async fn act(
    session: &Arc<Session>,
    order: &Order,
    mut hear: impl FnMut(Heard<'_>),
) -> Result<Outcome, ActionError> {
    let (then, order) = begin(session, order)?;
    session.check_sending(&then).await.map_err(ActionError::Silent)?;
    let settings = session.settings(then.root.as_deref());
    let chain = session.chat_chain(&settings).map_err(ActionError::Silent)?;
    // Tests may come into another file; that one is looked at where it is found.
    let here = order.task.answer().edits() && order.task != Task::Tests;
    let file = Some(&then).filter(|_| here);
    let file = OnDisk::look(file.and_then(|then| then.file.as_deref())).await?;
    let project = session.project(&then).await;
    let mut subject = Subject::new(&then, &order.task, order.target, order.selection)?
        .made_with(&project, &then.document)
        .with(&then.document.text, &order.findings);
    subject.values.words.clone_from(&order.words);
    subject.values.reply_language = session.reply_language(&settings);
    if let Some(earlier) = &order.earlier {
        subject.values.before.clone_from(&earlier.code);
        subject.values.mended.clone_from(&earlier.said);
    }
    let tests = Tests::find(session, &then, &order, &project).await?.map(Arc::new);
    if let Some(tests) = &tests {
        tests.tell(&mut subject.values);
    }
    let mut first = true;
    let edits = loop {
        let prompt = prompt(session, &order.task, &subject).await?;
        let answer = chat::answer(&chain, &prompt, |text| hear(Heard::Text(text))).await?;
        if let Some(broken) = answer.broken {
            return Err(broken.into());
        }
        let given = Given { text: &answer.text, finish: answer.finish };
        match order.task.answer() {
            Use::Show => {
                return Ok(Outcome::Words(Words { text: answer::words(given)?, prompt }));
            }
            Use::Mark => return reviewed(session, &order, &then, subject.region, answer).await,
            Use::Replace | Use::Insert => {}
        }
        let broken = match &tests {
            Some(tests) => match tests.settle(session, &order.uri, given).await? {
                Ok(changes) => return Ok(Outcome::Edits(changes)),
                Err(broken) => broken,
            },
            None => {
                let made = match order.task {
                    Task::Boilerplate(_) => joined(given, &then, subject.region).await?,
                    _ => made(given, &order.task, &then, subject.region)?,
                };
                match broken(then.document.language, &then.document.text, &made).await {
                    None => break made.edits,
                    Some(faults) => (made.code, faults),
                }
            }
        };
        if !first {
            return Err(ActionError::Broken);
        }
        (subject.values.tried, subject.values.faults) = broken;
        first = false;
        hear(Heard::Again);
    };
    file.is_still_there().await?;
    let now = session.workspace(|workspace| {
        let since = workspace.log().since(&order.uri, order.revision);
        Some((workspace.snapshot(&order.uri)?, since))
    });
    let (now, since) = now.ok_or(ActionError::Closed)?;
    let since = since.ok_or(ActionError::Changed)?;
    let edits = rebase(&edits, &then.document.text, &since, &now.document.text)?;
    Ok(Outcome::Edits(Changes::here(&now, edits)))
}

/// What a review found, where it is now.
async fn reviewed(
    session: &Session,
    order: &Order,
    then: &Snapshot,
    region: ByteRange,
    answer: chat::Answer,
) -> Result<Outcome, ActionError> {
    let document = then.document.clone();
    let reading = tokio::task::spawn_blocking(move || {
        remarks(Given { text: &answer.text, finish: answer.finish }, &document, region)
    });
    let mut remarks = reading.await.map_err(|_| AnswerError::Unreadable)??;
    let now = session.workspace(|workspace| {
        let (snapshot, log) = (workspace.snapshot(&order.uri)?, workspace.log());
        Some((snapshot, log.revision(&order.uri)?, log.since(&order.uri, order.revision)))
    });
    let (now, revision, since) = now.ok_or(ActionError::Closed)?;
    let since = since.ok_or(ActionError::Changed)?;
    remarks.retain_mut(|remark| remark.follow(&since, &now.document.text));
    let region = shrunk(region, &since);
    Ok(Outcome::Remarks(Reviewed { now, revision, region, remarks }))
}

/// The document as it is, and the order for it: it may have been made for an older text.
fn begin(session: &Session, order: &Order) -> Result<(Snapshot, Order), ActionError> {
    let (then, current, since) = session
        .workspace(|workspace| {
            let log = workspace.log();
            let (current, since) =
                (log.revision(&order.uri)?, log.since(&order.uri, order.revision));
            Some((workspace.snapshot(&order.uri)?, current, since))
        })
        .ok_or(ActionError::Closed)?;
    let order = since.and_then(|since| order.forward(&since, current));
    Ok((then, order.ok_or(ActionError::Changed)?))
}

/// What the model is told; the user's templates are read anew each time.
async fn prompt(
    session: &Session,
    task: &Task,
    subject: &Subject,
) -> Result<ChatPrompt, ActionError> {
    let folder = Prompts::folder(session.services.paths.config_file.as_deref());
    let (name, values) = (task.prompt().to_owned(), subject.values.clone());
    let own = match task {
        Task::Custom(own) => Some(Arc::clone(own)),
        _ => None,
    };
    let made = tokio::task::spawn_blocking(move || {
        let prompts = Prompts::read(folder.as_deref())?;
        match own {
            Some(own) => prompts.render_own(&own, values),
            None => prompts.render(&name, &values),
        }
    });
    Ok(made.await.map_err(|_| ActionError::Changed)??)
}

/// What an answer comes to that joins the file at a place of the top level.
async fn joined(given: Given<'_>, then: &Snapshot, region: ByteRange) -> Result<Made, ActionError> {
    let language = then.document.language;
    let code = answer::alone(given, language)?;
    let text = then.document.text.clone();
    let joining = tokio::task::spawn_blocking(move || {
        let edits = merge::edits(&text, &code, language, At::Below(region.end));
        Made::joined(&text, code, edits)
    });
    let made = joining.await.map_err(|_| ActionError::Changed)?;
    if made.edits.is_empty() { Err(AnswerError::Unchanged.into()) } else { Ok(made) }
}

/// What an answer comes to.
fn made(
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
