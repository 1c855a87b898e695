//! An action, from the place it was asked for at to the edits or the words that come of it.

use std::sync::Arc;

use super::answer::{self, AnswerError, Given};
use super::changes::applied;
use super::check::{Made, OnDisk, broken};
use super::files::Changes;
use super::fitting::fitted;
use super::forward::shrunk;
use super::kept;
use super::knowledge::Knowledge;
use super::merge::{self, At};
use super::order::Order;
use super::outcome::{ActionError, Heard, Outcome, Reviewed, Words};
use super::prompts::{FaultValue, Prompts, Values};
use super::rebase::rebase;
use super::review::remarks;
use super::rewrite::made;
use super::subject::Subject;
use super::task::{Task, Use};
use super::testing::Tests;
use crate::backend::endpoint::Endpoint;
use crate::chat;
use crate::completion::completer::LlmCompleter;
use crate::completion::silence::Silence;
use crate::document::offset::ByteRange;
use crate::prompt::ChatPrompt;
use crate::workspace::Snapshot;
use crate::workspace::session::Session;

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
    let knowledge = Knowledge::gather(session, &then, &order.task, subject.region).await;
    subject = subject.knowing(knowledge);
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
        let (prompt, chain) = prompt(session, &order.task, &subject, &chain).await?;
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
                    _ => made(given, &order.task, &then, subject.region).await?,
                };
                let wrong = match broken(then.document.language, &then.document.text, &made).await {
                    None => lost(&order.task, &then, subject.region, given, &made).await,
                    wrong => wrong,
                };
                match wrong {
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

/// What the model is told, and the models that it fits whole; the user's templates are read anew each
/// time.
async fn prompt(
    session: &Session,
    task: &Task,
    subject: &Subject,
    chain: &[Arc<LlmCompleter>],
) -> Result<(ChatPrompt, Vec<Arc<LlmCompleter>>), ActionError> {
    let folder = Prompts::folder(session.services.paths.config_file.as_deref());
    let (name, values) = (task.prompt().to_owned(), subject.values.clone());
    let own = match task {
        Task::Custom(own) => Some(Arc::clone(own)),
        _ => None,
    };
    let (chain, cuts) = (chain.to_vec(), !task.answer().edits());
    let made = tokio::task::spawn_blocking(move || {
        let prompts = Prompts::read(folder.as_deref())?;
        let render = |values: &Values| match &own {
            Some(own) => prompts.clone().render_own(own, values.clone()),
            None => prompts.render(&name, values),
        };
        for model in &chain {
            let fits = |prompt: &ChatPrompt| chat::fits(model, prompt);
            if let Some(prompt) = fitted(values.clone(), cuts, render, fits)? {
                let all = chain.iter().filter(|model| chat::fits(model, &prompt)).cloned();
                return Ok((prompt.clone(), all.collect()));
            }
        }
        let first = chain.first().map(|model| model.endpoint());
        let limit =
            |it: &Arc<Endpoint>| ActionError::TooLong(it.model.name.clone(), it.context_tokens());
        Err(first.map_or(ActionError::Silent(Silence::NoModel), limit))
    });
    made.await.map_err(|_| ActionError::Changed)?
}

/// What an answer has lost of the code that it was asked about.
async fn lost(
    task: &Task,
    then: &Snapshot,
    region: ByteRange,
    given: Given<'_>,
    made: &Made,
) -> Option<Vec<FaultValue>> {
    if !kept::applies(task) {
        return None;
    }
    let language = then.document.language;
    let (task, before, code) = (task.clone(), then.document.text.clone(), made.code.clone());
    let after = applied(&before, &made.edits);
    let given = answer::alone(given, language).unwrap_or_default();
    let looking = tokio::task::spawn_blocking(move || {
        kept::faults(&kept::Outcome {
            task: &task,
            language,
            before: &before,
            region,
            after: &after,
            code: &code,
            given: &given,
        })
    });
    looking.await.ok().filter(|faults| !faults.is_empty())
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
