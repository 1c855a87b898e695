//! The command `foretype.action`: does what a code action offered, and tells how it goes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};

use super::code_action::Data;
use crate::actions::act::{ActionError, Order, Outcome, act};
use crate::actions::files::Changes;
use crate::server::client::Level;
use crate::server::progress::Work;
use crate::server::workspace_edit::workspace_edit;
use crate::server::{Server, explanation};

/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// What the data of a code action asks for.
pub(super) fn order(data: Value) -> Result<Order> {
    let data: Option<Data> = serde_json::from_value(data).ok();
    data.and_then(Data::order).ok_or_else(|| {
        Error::invalid_params("foretype.action takes the data of one of foretype's code actions")
    })
}

/// Runs the command: the edit is handed to the client to apply, words are shown.
pub(crate) async fn handle(server: &Server, data: Value, token: Option<Value>) -> Result<Value> {
    let order = order(data)?;
    match perform(server, &order, token).await? {
        Some(Outcome::Edits(changes)) => {
            if let Some(edit) = edit(server, &changes) {
                apply(server, &format!("foretype: {}", order.task), edit, &changes).await;
            }
        }
        Some(Outcome::Words(_)) | None => {}
    }
    Ok(Value::Null)
}

/// The edit that an order comes to; none where nothing came of it, which the user has been told.
pub(super) async fn edit_of(server: &Server, order: Order) -> Result<Option<Value>> {
    let outcome = perform(server, &order, None).await?;
    Ok(match outcome {
        Some(Outcome::Edits(changes)) => edit(server, &changes),
        Some(Outcome::Words(_)) | None => None,
    })
}

/// Does it, with progress that can be cancelled. What goes wrong is a message to the user.
async fn perform(server: &Server, order: &Order, token: Option<Value>) -> Result<Option<Outcome>> {
    let work = Work::begin_here(server, token, &format!("foretype: {}", order.task)).await;
    let (mut chars, mut told) = (0, None::<Instant>);
    let page = explanation::Page::new(server, order);
    let acting = act(&server.session, order, |text| {
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

/// The edit for the client; where it cannot do that, the user is told.
fn edit(server: &Server, changes: &Changes) -> Option<Value> {
    let edit = workspace_edit(&server.features(), changes);
    edit.map_err(|unable| server.client.show(Level::Warning, &format!("foretype: {unable}"))).ok()
}

/// Has the client apply an edit, and show the other file that it is of; where it does not apply it,
/// the user is told.
async fn apply(server: &Server, title: &str, edit: Value, changes: &Changes) {
    let Ok(edit) = serde_json::from_value(edit) else { return };
    let applied = server.client.requests().apply_edit(edit).await;
    let why = match applied {
        Ok(result) if result.applied => {
            if let Some(other) = changes.elsewhere().filter(|_| server.features().show_document) {
                let params = json!({ "uri": other.as_str(), "external": false, "takeFocus": true });
                if let Ok(params) = serde_json::from_value(params) {
                    let _ = server.client.requests().show_document(params).await;
                }
            }
            return;
        }
        Ok(result) => result.failure_reason.unwrap_or_else(|| "no reason was given".into()),
        Err(error) => error.message.into_owned(),
    };
    let message = format!("{title}: the editor did not apply the change ({why}); ask again");
    server.client.show(Level::Warning, &message);
}
