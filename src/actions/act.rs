//! An action, from the place it was asked for at to the edits or the words that come of it.

use std::sync::Arc;

use super::answer::{self, AnswerError, Given};
use super::edits::check::{Asked, LOST, Made, NOTHING_NEW, is_json, wrong};
use super::edits::files::Changes;
use super::edits::forward::shrunk;
use super::edits::kept;
use super::edits::merge::{self, At};
use super::edits::on_disk::OnDisk;
use super::edits::rebase::rebase;
use super::edits::rewrite::made;
use super::fitting::{Fitted, fitted};
use super::here::Here;
use super::knowledge::Knowledge;
use super::order::Order;
use super::outcome::{ActionError, CUT_OFF, Heard, Outcome, Part, Reviewed, Words, broke_off};
use super::prompts::{Prompts, Values};
use super::review::remarks;
use super::subject::Subject;
use super::task::{Task, Use};
use super::testing::Tests;
use crate::backend::FinishReason;
use crate::backend::endpoint::Endpoint;
use crate::chat;
use crate::completion::completer::LlmCompleter;
use crate::completion::silence::Silence;
use crate::document::language::Language;
use crate::document::offset::ByteRange;
use crate::document::text::Text;
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
    hear: impl FnMut(Heard<'_>),
) -> Result<Outcome, ActionError> {
    let mut limit = None;
    let outcome = acted(session, order, hear, &mut limit).await;
    match (outcome, limit) {
        (Err(ActionError::Answer(AnswerError::CutOff)), Some((tokens, model))) => {
            Err(ActionError::CutOff(tokens, model))
        }
        (outcome, _) => outcome,
    }
}

/// `limit` becomes the tokens of an answer that was cut off, and who gave it.
async fn acted(
    session: &Arc<Session>,
    order: &Order,
    mut hear: impl FnMut(Heard<'_>),
    limit: &mut Option<(u64, String)>,
) -> Result<Outcome, ActionError> {
    let (then, order) = begin(session, order)?;
    session.check_sending(&then).await.map_err(ActionError::Silent)?;
    let settings = session.settings(then.root.as_deref());
    let chain = session.chat_chain(&settings).map_err(ActionError::Silent)?;
    // Tests may come into another file; that one is looked at where it is found.
    let here = order.task.answer().edits() && order.task != Task::Tests;
    let file = Some(&then).filter(|_| here);
    if file.is_some() && !order.able.versions {
        return Err(ActionError::NoVersions);
    }
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
        let (Fitted { prompt, shown }, chain) =
            prompt(session, &order.task, &subject, &chain).await?;
        let part = part(&then.document.text, subject.region, shown);
        let answer = chat::answer_with_pauses(&chain, &prompt, |heard| {
            hear(match heard {
                chat::Heard::Text(text) => Heard::Text(text),
                chat::Heard::Waiting(why) => Heard::Waiting(why),
            });
        });
        let answer = answer.await?;
        // What a review had found by then is of use.
        if let Some(broken) = answer.broken.clone().filter(|_| order.task.answer() != Use::Mark) {
            return Err(broken.into());
        }
        *limit = cut_off(&answer, &chain);
        let given = Given { text: &answer.text, finish: answer.finish };
        match order.task.answer() {
            Use::Show => {
                let cut = answer.finish == Some(FinishReason::Length);
                let text = answer::words(given)?;
                return Ok(Outcome::Words(Words { text, cut, part, prompt }));
            }
            Use::Mark => {
                return reviewed(session, &order, &then, (subject.region, part), answer).await;
            }
            Use::Replace | Use::Insert => {}
        }
        let (broken, why) = match &tests {
            Some(tests) => match tests.settle(session, &order.uri, given).await? {
                Ok(changes) => return Ok(Outcome::Edits(changes)),
                Err(wrong) => wrong,
            },
            None => {
                let made = match order.task {
                    Task::Boilerplate(_) => joined(given, &then, subject.region).await?,
                    _ => made(given, &order, &then, subject.region).await?,
                };
                let asked = kept::applies(&order.task).then(|| Asked {
                    task: order.task.clone(),
                    region: subject.region,
                    found: order.findings.iter().map(|it| (it.range, it.says_unused())).collect(),
                    given: answer::alone(given, then.document.language).unwrap_or_default(),
                });
                let document = &then.document;
                match wrong(document.language, &document.text, &made, asked).await {
                    None => break made.edits,
                    Some((faults, why)) => ((made.code, faults), why),
                }
            }
        };
        if !first {
            return Err(cause(&broken.0, why, then.document.language));
        }
        (subject.values.tried, subject.values.faults) = broken;
        first = false;
        hear(Heard::Again(why));
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

/// What of a region was read: so many of its lines; nothing where that is all of it.
fn part(text: &Text, region: ByteRange, shown: usize) -> Option<Part> {
    let first = text.line_of(region.start) + 1;
    let last = text.line_of(region.end) + 1;
    (shown > 0).then(|| Part { first, shown: (first + shown - 1).min(last), last })
}

/// Why two answers in a row did not do: what the second one is, where that can be told.
fn cause(code: &str, why: &str, wanted: Language) -> ActionError {
    if let Some(refused) = answer::refused(code) {
        return refused.into();
    }
    if why == LOST {
        return ActionError::Lost;
    }
    if why == NOTHING_NEW {
        return AnswerError::NoFunction.into();
    }
    if is_json(code) && !wanted.id().starts_with("json") {
        return AnswerError::OtherLanguage { got: "JSON", wanted: wanted.name() }.into();
    }
    ActionError::Broken
}

/// The tokens of an answer that was ended by their number, and the model's name.
fn cut_off(answer: &chat::Answer, chain: &[Arc<LlmCompleter>]) -> Option<(u64, String)> {
    if answer.finish != Some(FinishReason::Length) {
        return None;
    }
    let model = chain.iter().find(|model| model.endpoint().model.name == answer.model)?;
    let said = answer.usage.as_ref().and_then(|usage| usage.output_tokens);
    let most = || u64::from(model.endpoint().chat_output_tokens());
    Some((said.unwrap_or_else(most), answer.model.clone()))
}

/// What a review found, where it is now.
async fn reviewed(
    session: &Session,
    order: &Order,
    then: &Snapshot,
    (mut region, part): (ByteRange, Option<Part>),
    mut answer: chat::Answer,
) -> Result<Outcome, ActionError> {
    let document = then.document.clone();
    if let Some(part) = part {
        // Of the rest nothing is known, so what was found there before stays.
        region.end = document.text.line_end(part.shown - 1);
    }
    let broken = answer.broken.take();
    let length = answer.finish == Some(FinishReason::Length);
    let cut = match &broken {
        Some(why) => Some(broke_off(&why.to_string())),
        None => length.then(|| CUT_OFF.to_owned()),
    };
    let reading = tokio::task::spawn_blocking(move || {
        remarks(Given { text: &answer.text, finish: answer.finish }, &document, region)
    });
    let read = reading.await.map_err(|_| AnswerError::Unreadable)?;
    // Half of a review that names nothing does not say that there is nothing.
    let some = read.as_ref().is_ok_and(|remarks| !remarks.is_empty());
    if let Some(broken) = broken.filter(|_| !some) {
        return Err(broken.into());
    }
    let mut remarks = read?;
    if length && !some {
        return Err(AnswerError::CutOff.into());
    }
    let now = session.workspace(|workspace| {
        let (snapshot, log) = (workspace.snapshot(&order.uri)?, workspace.log());
        Some((snapshot, log.revision(&order.uri)?, log.since(&order.uri, order.revision)))
    });
    let (now, revision, since) = now.ok_or(ActionError::Closed)?;
    let since = since.ok_or(ActionError::Changed)?;
    remarks.retain_mut(|remark| remark.follow(&since, &now.document.text));
    let region = shrunk(region, &since);
    Ok(Outcome::Remarks(Reviewed { now, revision, region, remarks, cut, part }))
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
    let mut order = order.ok_or(ActionError::Changed)?;
    if order.task == Task::Fix && order.earlier.is_none() {
        // When it was offered the tree may have been older than the text.
        let found = order.findings.first().map(|finding| finding.range);
        let function = found.and_then(|found| Here::new(&then.document, found).function);
        order.target = function.map_or(order.target, |function| function.range);
    }
    Ok((then, order))
}

/// What the model is told, and the models that it fits whole; the user's templates are read anew each
/// time.
async fn prompt(
    session: &Session,
    task: &Task,
    subject: &Subject,
    chain: &[Arc<LlmCompleter>],
) -> Result<(Fitted, Vec<Arc<LlmCompleter>>), ActionError> {
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
            if let Some(fitted) = fitted(values.clone(), cuts, render, fits)? {
                let all = chain.iter().filter(|model| chat::fits(model, &fitted.prompt));
                let all = all.cloned().collect();
                return Ok((fitted, all));
            }
        }
        let first = chain.first().map(|model| model.endpoint());
        let limit =
            |it: &Arc<Endpoint>| ActionError::TooLong(it.model.name.clone(), it.context_tokens());
        Err(first.map_or(ActionError::Silent(Silence::NoModel), limit))
    });
    made.await.map_err(|_| ActionError::Changed)?
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
