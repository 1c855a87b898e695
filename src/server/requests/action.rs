//! The command `foretype.action`: does what a code action offered, and tells how it goes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};

use super::at_place;
use crate::actions::act::{ActionError, Heard, Order, Outcome, Reviewed, act};
use crate::actions::changes::{of_region, whole_lines};
use crate::actions::files::Changes;
use crate::actions::review::Remark;
use crate::document::uri::DocumentUri;
use crate::server::client::Level;
use crate::server::progress::Work;
use crate::server::workspace_edit::workspace_edit;
use crate::server::{Server, explanation, remarks};

/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// Runs the command: the edit is handed to the client to apply, words are shown.
pub(crate) async fn handle(server: &Server, data: Value, token: Option<Value>) -> Result<Value> {
    let task = data.get("task").and_then(Value::as_str).unwrap_or("").to_owned();
    if let Some(changes) = changes(server, data, token).await?
        && let Some(edit) = edit(server, &changes)
    {
        apply(server, &format!("foretype: {task}"), edit, &changes).await;
    }
    Ok(Value::Null)
}

/// The edit that an order comes to; none where nothing came of it, which the user has been told.
pub(super) async fn edit_of(server: &Server, data: Value) -> Result<Option<Value>> {
    let changes = changes(server, data, None).await?;
    Ok(changes.and_then(|changes| edit(server, &changes)))
}

/// What an order comes to.
async fn changes(server: &Server, data: Value, token: Option<Value>) -> Result<Option<Changes>> {
    if let Some(id) = data.get("remark").and_then(Value::as_u64) {
        let uri = DocumentUri::new(data.get("uri").and_then(Value::as_str).unwrap_or(""));
        return Ok(remedy(server, &uri, id));
    }
    Ok(match perform(server, &at_place::order(server, data).await?, token).await? {
        Some(Outcome::Edits(changes)) => Some(changes),
        Some(Outcome::Words(_) | Outcome::Remarks(_)) | None => None,
    })
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
async fn perform(server: &Server, order: &Order, token: Option<Value>) -> Result<Option<Outcome>> {
    let work = Work::begin_here(server, token, &format!("foretype: {}", order.task)).await;
    let (mut chars, mut told) = (0, None::<Instant>);
    let page = explanation::Page::new(server, order);
    let acting = act(&server.session, order, |heard| {
        let Heard::Text(text) = heard else {
            chars = 0;
            work.report("the answer breaks the syntax; trying again");
            return;
        };
        chars += text.chars().count();
        page.add(text);
        if told.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            told = Some(Instant::now());
            work.report(&format!("{chars} characters"));
        }
    });
    let done = tokio::select! {
        done = acting => done,
        () = work.cancelled.cancelled() => return Err(Error::request_cancelled()),
    };
    drop(work);
    match done {
        Ok(Outcome::Words(words)) => {
            page.finish(&words).await;
            Ok(Some(Outcome::Words(words)))
        }
        Ok(Outcome::Remarks(reviewed)) => {
            tell(server, reviewed);
            Ok(None)
        }
        Ok(outcome) => Ok(Some(outcome)),
        Err(error) => {
            tracing::info!(task = %order.task, "no action: {error}");
            let level = match error {
                ActionError::Backend(_) | ActionError::Prompt(_) => Level::Error,
                _ => Level::Warning,
            };
            server.client.show(level, &format!("foretype: {error}"));
            Ok(None)
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
async fn apply(server: &Server, title: &str, edit: Value, changes: &Changes) {
    let Err(why) = server.client.apply(title, edit).await else {
        if let Some(other) = changes.elsewhere().filter(|_| server.features().show_document) {
            let params = json!({ "uri": other.as_str(), "external": false, "takeFocus": true });
            if let Ok(params) = serde_json::from_value(params) {
                let _ = server.client.requests().show_document(params).await;
            }
        }
        return;
    };
    let message = format!("{title}: the editor did not apply the change ({why}); ask again");
    server.client.show(Level::Warning, &message);
}
