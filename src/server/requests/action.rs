//! The command `foretype.action`: does what a code action offered, and tells how it goes.

use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};

use super::hand_over::{edit, hand_over};
use super::hover;
use super::mending::{self, Fix, Told};
use super::under_way::{self, UnderWay};
use super::{at_place, code_action};
use crate::actions::act::act;
use crate::actions::edits::changes::{of_region, whole_lines};
use crate::actions::edits::files::Changes;
use crate::actions::here::Here;
use crate::actions::order::{Able, Order};
use crate::actions::outcome::{ActionError, Heard, Outcome, Reviewed};
use crate::actions::review::Remark;
use crate::actions::task::{Task, Use};
use crate::document::offset::ByteRange;
use crate::document::uri::DocumentUri;
use crate::server::client::Level;
use crate::server::explanation::{Explanation, Sofar};
use crate::server::progress::{Pace, Work};
use crate::server::{Server, remarks};

/// Most of what the tools say that a second try is told.
const FINDINGS: usize = 8;

/// Runs the command: the edit is handed to the client to apply, words are shown.
pub(crate) async fn handle(server: &Server, data: Value, token: Option<Value>) -> Result<Value> {
    let is_fix = data.get("task").and_then(Value::as_str) == Some("fix");
    let uri = DocumentUri::new(data.get("uri").and_then(Value::as_str).unwrap_or(""));
    let before = if is_fix { mending::ask(server, &uri, false).await } else { None };
    let asked = Asked { data, token, by_command: true, told: before.as_ref() };
    let (done, title, under_way) = done(server, asked).await?;
    match done {
        Done::Edits(changes, mut fix) => {
            let made = hand_over(server, &title, changes, fix.as_mut()).await;
            drop(under_way);
            if made && let (Some(before), Some(fix)) = (before, fix) {
                look_again(server, &fix, &before).await?;
            }
            Ok(Value::Null)
        }
        Done::Shown(what) => Ok(what),
        Done::Nothing => Ok(Value::Null),
    }
}

/// What an order came to.
enum Done {
    /// Edits of files; of a fix, what there is to remember.
    Edits(Changes, Option<Fix>),
    /// Words, which have been shown: what the client is told of that.
    Shown(Value),
    /// Nothing, and the user has been told why.
    Nothing,
}

/// A fix is applied: where the user's tools still find something wrong it is tried once more.
async fn look_again(server: &Server, fix: &Fix, before: &Told) -> Result<()> {
    let looking = Work::begin_here(server, None, "foretype: what the tools say of the fix").await;
    let left = tokio::select! {
        left = mending::left(server, fix, before) => left,
        () = looking.cancelled.cancelled() => None,
    };
    drop(looking);
    let Some(mut left) = left else { return Ok(()) };
    if left.words().is_some() && fix.tries < 2 {
        let uri = &left.now.document.uri;
        let Some((now, revision)) = code_action::parsed(server, uri).await else { return Ok(()) };
        if revision != left.revision {
            return Ok(());
        }
        let function = Here::new(&now.document, fix.lines).function;
        let findings = left.here.iter().chain(&left.elsewhere).take(FINDINGS).cloned().collect();
        let order = Order {
            task: Task::Fix,
            uri: uri.clone(),
            revision,
            target: function.map_or(fix.lines, |function| function.range),
            selection: ByteRange::empty(fix.lines.start),
            findings,
            words: String::new(),
            earlier: Some(fix.earlier.clone()),
            able: able(server),
        };
        if let Done::Edits(changes, mut second) = perform(server, &order, None).await?
            && hand_over(server, "foretype: fix", changes, second.as_mut()).await
        {
            let Some(second) = second else { return Ok(()) };
            let Some(still) = mending::left(server, &second, before).await else { return Ok(()) };
            left = still;
        }
    }
    if let Some(words) = left.words() {
        let message = format!("foretype: after the fix there is still an error in {words}");
        server.client.show(Level::Warning, &message);
    }
    Ok(())
}

/// The edit that an order comes to; none where nothing came of it, which the user has been told.
pub(super) async fn edit_of(server: &Server, data: Value) -> Result<Option<Value>> {
    let asked = Asked { data, token: None, by_command: false, told: None };
    let (done, _, _under_way) = done(server, asked).await?;
    Ok(match done {
        Done::Edits(changes, _) => edit(server, &changes),
        Done::Shown(_) | Done::Nothing => None,
    })
}

/// What the client can do with an edit.
pub(super) fn able(server: &Server) -> Able {
    let features = server.features();
    Able { creates: features.create_files, versions: features.document_changes }
}

/// What a client asks for.
struct Asked<'a> {
    data: Value,
    token: Option<Value>,
    /// The edit is for us to hand over; else it is answered.
    by_command: bool,
    /// What its tools say of the document of a fix.
    told: Option<&'a Told>,
}

/// Does what a code action's data asks for, under a title. It is under way until the edits have been
/// handed over.
async fn done(server: &Server, asked: Asked<'_>) -> Result<(Done, String, Option<UnderWay>)> {
    let Asked { data, token, by_command, told } = asked;
    let refuse = |why: &str| {
        server.client.show(Level::Warning, &format!("foretype: {why}"));
        Ok((Done::Nothing, String::new(), None))
    };
    if let Some(id) = data.get("remark").and_then(Value::as_u64) {
        let uri = DocumentUri::new(data.get("uri").and_then(Value::as_str).unwrap_or(""));
        let changes = remedy(server, &uri, id);
        let done = changes.map_or(Done::Nothing, |changes| Done::Edits(changes, None));
        return Ok((done, "foretype: fix".to_owned(), None));
    }
    let again = data.get("again").and_then(Value::as_u64);
    let mut order = at_place::order(server, data, told).await?;
    let words = order.task.words();
    if by_command && order.task.answer().edits() && !server.features().apply_edit {
        return refuse(&ActionError::NoEdits.to_string());
    }
    let Some(under_way) = under_way::begin(server, &order) else {
        let why = format!("“{words}” is under way there already; wait for it, or cancel it");
        return refuse(&why);
    };
    if order.task == Task::Fix {
        // What is around the finding is looked for in the text as it is.
        let _ = code_action::parsed(server, &order.uri).await;
    }
    order.earlier = again.and_then(|id| mending::earlier(server, id));
    let done = perform(server, &order, token).await?;
    Ok((done, format!("foretype: {words}"), Some(under_way)))
}

/// The edit that a review proposed itself for what it found: no model is asked again.
fn remedy(server: &Server, uri: &DocumentUri, id: u64) -> Option<Changes> {
    let found = remarks::one(server, uri, id);
    let Some((now, Some(fix), range)) = found.map(|(now, remark)| (now, remark.fix, remark.range))
    else {
        server.client.show(Level::Warning, &format!("foretype: {}", ActionError::Changed));
        return None;
    };
    let text = &now.document.text;
    Some(Changes::here(&now, of_region(text, whole_lines(text, range), &fix)))
}

/// Does it, with progress that can be cancelled. What goes wrong is a message to the user.
async fn perform(server: &Server, order: &Order, token: Option<Value>) -> Result<Done> {
    let closed = server.under_way.until_closed(&order.uri);
    let title = format!("foretype: {}", order.task.words());
    let work = Work::begin_here(server, token, &title).await;
    if order.earlier.is_some() {
        let said = order.findings.first().map_or("", |finding| finding.message.trim());
        let said = said.lines().next().unwrap_or("");
        work.report(&format!("the first fix left an error; trying again: {said}"));
    }
    let mut explanation = Explanation::new(server, order);
    let shows = order.task.answer() == Use::Show;
    let mut sofar = Sofar::new(shows && !explanation.has_page());
    let mut pace = Pace::default();
    let acting = act(&server.session, order, |heard| {
        let text = match heard {
            Heard::Text(text) => text,
            Heard::Waiting(why) => {
                work.report(why);
                return;
            }
            Heard::Again(why) => {
                sofar = Sofar::new(false);
                work.report(&format!("{why}; trying again"));
                return;
            }
        };
        sofar.add(text);
        explanation.add(text);
        if pace.is_due() {
            work.report(&sofar.message());
        }
    });
    let done = tokio::select! {
        done = acting => done,
        () = work.cancelled.cancelled() => return Err(Error::request_cancelled()),
        // The connection is closed with it, and nothing is asked a second time.
        () = closed.cancelled() => Err(ActionError::Closed),
    };
    match done {
        Ok(Outcome::Words(words)) => {
            if order.task == Task::Explain && !words.cut && words.part.is_none() {
                hover::remember(server, order, &words.text).await;
            }
            Ok(Done::Shown(explanation.finish(words, work).await))
        }
        Ok(Outcome::Remarks(reviewed)) => {
            drop(work);
            tell(server, reviewed);
            Ok(Done::Nothing)
        }
        Ok(Outcome::Edits(changes)) => {
            let fix = mending::remember(server, order, &changes);
            Ok(Done::Edits(changes, fix))
        }
        Err(error) => {
            tracing::info!(task = %order.task, "no action: {error}");
            let left = explanation.broke_off(&error, sofar.text());
            // Before the message: Helix clears its message line when progress ends.
            drop(work);
            if let Some(left) = left {
                server.client.show(Level::Info, &left);
            }
            let level = match error {
                ActionError::Backend(_) | ActionError::Prompt(_) => Level::Error,
                _ => Level::Warning,
            };
            server.client.show(level, &format!("foretype: {error}"));
            Ok(Done::Nothing)
        }
    }
}

/// Shows what a review found: as diagnostics, or in a message where there are none.
fn tell(server: &Server, reviewed: Reviewed) {
    let Reviewed { now, revision, region, remarks, cut, part } = reviewed;
    if let Some(cut) = &cut {
        let message = format!(
            "foretype: these are not all findings of the review. {cut} Review less at a time to see the rest"
        );
        server.client.show(Level::Warning, &message);
    }
    if let Some(part) = part {
        server.client.show(Level::Warning, &format!("foretype: {part}"));
    }
    if remarks.is_empty() {
        let there = part.map(|part| format!(" in lines {}–{}", part.first, part.shown));
        let there = there.unwrap_or_default();
        server.client.show(Level::Info, &format!("foretype: the review found nothing{there}"));
    } else if !server.features().diagnostics {
        let text = &now.document.text;
        let line = |remark: &Remark| {
            let line = text.line_of(remark.range.start) + 1;
            format!("line {line}, {}: {}", remark.category.name(), remark.message)
        };
        let lines: Vec<String> = remarks.iter().map(line).collect();
        server.client.show(Level::Info, &lines.join("\n"));
        return;
    }
    remarks::found(server, &now, revision, region, remarks);
}
