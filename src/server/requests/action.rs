//! The command `foretype.action`: does what a code action offered, and tells how it goes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};

use super::hover;
use super::mending::{self, Fix, Told};
use super::{at_place, code_action};
use crate::actions::act::{ActionError, Heard, Order, Outcome, Reviewed, act};
use crate::actions::changes::{of_region, whole_lines};
use crate::actions::files::Changes;
use crate::actions::here::Here;
use crate::actions::review::Remark;
use crate::actions::task::{Task, Use};
use crate::document::offset::ByteRange;
use crate::document::uri::DocumentUri;
use crate::server::client::Level;
use crate::server::explanation::{Explanation, Sofar};
use crate::server::progress::Work;
use crate::server::workspace_edit::workspace_edit;
use crate::server::{Server, remarks};

/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// Runs the command: the edit is handed to the client to apply, words are shown.
pub(crate) async fn handle(server: &Server, data: Value, token: Option<Value>) -> Result<Value> {
    let task = data.get("task").and_then(Value::as_str).unwrap_or("").to_owned();
    let uri = DocumentUri::new(data.get("uri").and_then(Value::as_str).unwrap_or(""));
    let before = if task == "fix" { mending::ask(server, &uri, false).await } else { None };
    match done(server, data, token).await? {
        Done::Edits(changes, fix) => {
            if hand_over(server, &format!("foretype: {task}"), &changes).await
                && let (Some(before), Some(fix)) = (before, fix)
            {
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
    if !left.here.is_empty() && fix.tries < 2 {
        let uri = &left.now.document.uri;
        let Some((now, revision)) = code_action::parsed(server, uri).await else { return Ok(()) };
        if revision != left.revision {
            return Ok(());
        }
        let function = Here::new(&now.document, fix.lines).function;
        let order = Order {
            task: Task::Fix,
            uri: uri.clone(),
            revision,
            target: function.map_or(fix.lines, |function| function.range),
            selection: ByteRange::empty(fix.lines.start),
            findings: std::mem::take(&mut left.here),
            words: String::new(),
            earlier: Some(fix.earlier.clone()),
        };
        let Done::Edits(changes, second) = perform(server, &order, None).await? else {
            return Ok(());
        };
        if !hand_over(server, "foretype: fix", &changes).await {
            return Ok(());
        }
        let Some(second) = second else { return Ok(()) };
        let Some(still) = mending::left(server, &second, before).await else { return Ok(()) };
        left = still;
    }
    if let Some(words) = left.words() {
        let message = format!("foretype: after the fix there is still an error in {words}");
        server.client.show(Level::Warning, &message);
    }
    Ok(())
}

/// Has the client make changes; false where it did not.
async fn hand_over(server: &Server, title: &str, changes: &Changes) -> bool {
    match edit(server, changes) {
        Some(edit) => apply(server, title, edit, changes).await,
        None => false,
    }
}

/// The edit that an order comes to; none where nothing came of it, which the user has been told.
pub(super) async fn edit_of(server: &Server, data: Value) -> Result<Option<Value>> {
    Ok(match done(server, data, None).await? {
        Done::Edits(changes, _) => edit(server, &changes),
        Done::Shown(_) | Done::Nothing => None,
    })
}

/// Does what a code action's data asks for.
async fn done(server: &Server, data: Value, token: Option<Value>) -> Result<Done> {
    if let Some(id) = data.get("remark").and_then(Value::as_u64) {
        let uri = DocumentUri::new(data.get("uri").and_then(Value::as_str).unwrap_or(""));
        let changes = remedy(server, &uri, id);
        return Ok(changes.map_or(Done::Nothing, |changes| Done::Edits(changes, None)));
    }
    let again = data.get("again").and_then(Value::as_u64);
    let mut order = at_place::order(server, data).await?;
    order.earlier = again.and_then(|id| mending::earlier(server, id));
    perform(server, &order, token).await
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
    let work = Work::begin_here(server, token, &format!("foretype: {}", order.task)).await;
    let explanation = Explanation::new(server, order);
    let shows = order.task.answer() == Use::Show;
    let mut sofar = Sofar::new(shows && !explanation.has_page());
    let mut told = None::<Instant>;
    let acting = act(&server.session, order, |heard| {
        let Heard::Text(text) = heard else {
            sofar = Sofar::new(false);
            work.report("the answer breaks the syntax; trying again");
            return;
        };
        sofar.add(text);
        explanation.add(text);
        if told.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            told = Some(Instant::now());
            work.report(&sofar.message());
        }
    });
    let done = tokio::select! {
        done = acting => done,
        () = work.cancelled.cancelled() => return Err(Error::request_cancelled()),
    };
    match done {
        Ok(Outcome::Words(words)) => {
            if order.task == Task::Explain {
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
            // Before the message: Helix clears its message line when progress ends.
            drop(work);
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
    let Reviewed { now, revision, region, remarks } = reviewed;
    if remarks.is_empty() {
        server.client.show(Level::Info, "foretype: the review found nothing");
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

/// The edit for the client; where it cannot do that, the user is told.
fn edit(server: &Server, changes: &Changes) -> Option<Value> {
    let edit = workspace_edit(&server.features(), changes);
    edit.map_err(|unable| server.client.show(Level::Warning, &format!("foretype: {unable}"))).ok()
}

/// Has the client apply an edit, and show the other file that it is of; where it does not apply it,
/// the user is told.
async fn apply(server: &Server, title: &str, edit: Value, changes: &Changes) -> bool {
    let Err(why) = server.client.apply(title, edit).await else {
        if let Some(other) = changes.elsewhere().filter(|_| server.features().show_document) {
            let params = json!({ "uri": other.as_str(), "external": false, "takeFocus": true });
            if let Ok(params) = serde_json::from_value(params) {
                let _ = server.client.requests().show_document(params).await;
            }
        }
        return true;
    };
    let message = format!("{title}: the editor did not apply the change ({why}); ask again");
    server.client.show(Level::Warning, &message);
    false
}
