//! The command `foretype.action`: does what a code action offered, and tells how it goes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};

use super::code_action::Data;
use super::hover;
use crate::actions::act::{ActionError, Order, Outcome, act};
use crate::actions::changes::LineEdit;
use crate::actions::task::{Task, Use};
use crate::server::client::Level;
use crate::server::explanation::{Explanation, Sofar};
use crate::server::progress::Work;
use crate::server::{Server, convert};
use crate::workspace::Snapshot;

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
        Done::Edits(now, edits) => {
            let title = format!("foretype: {}", order.task);
            apply(server, &title, workspace_edit(server, &now, &edits)).await;
            Ok(Value::Null)
        }
        Done::Shown(what) => Ok(what),
        Done::Nothing => Ok(Value::Null),
    }
}

/// What an order came to.
enum Done {
    /// Edits of a document.
    Edits(Snapshot, Vec<LineEdit>),
    /// Words, which have been shown: what the client is told of that.
    Shown(Value),
    /// Nothing, and the user has been told why.
    Nothing,
}

/// The edit that an order comes to; none where nothing came of it, which the user has been told.
pub(super) async fn edit_of(server: &Server, order: Order) -> Result<Option<Value>> {
    Ok(match perform(server, &order, None).await? {
        Done::Edits(now, edits) => Some(workspace_edit(server, &now, &edits)),
        Done::Shown(_) | Done::Nothing => None,
    })
}

/// Does it, with progress that can be cancelled. What goes wrong is a message to the user.
async fn perform(server: &Server, order: &Order, token: Option<Value>) -> Result<Done> {
    let work = Work::begin_here(server, token, &format!("foretype: {}", order.task)).await;
    let explanation = Explanation::new(server, order);
    let shows = order.task.answer() == Use::Show;
    let mut sofar = Sofar::new(shows && !explanation.has_page());
    let mut told = None::<Instant>;
    let acting = act(&server.session, order, |text| {
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
        Ok(Outcome::Edits(now, edits)) => Ok(Done::Edits(now, edits)),
        Err(error) => {
            tracing::info!(task = %order.task, "no action: {error}");
            let level = match error {
                ActionError::Backend(_) | ActionError::Prompt(_) => Level::Error,
                _ => Level::Warning,
            };
            server.client.show(level, &format!("foretype: {error}"));
            Ok(Done::Nothing)
        }
    }
}

/// Has the client apply an edit; where it does not, the user is told.
async fn apply(server: &Server, title: &str, edit: Value) {
    let Ok(edit) = serde_json::from_value(edit) else { return };
    let applied = server.client.requests().apply_edit(edit).await;
    let why = match applied {
        Ok(result) if result.applied => return,
        Ok(result) => result.failure_reason.unwrap_or_else(|| "no reason was given".into()),
        Err(error) => error.message.into_owned(),
    };
    let message = format!("{title}: the editor did not apply the change ({why}); ask again");
    server.client.show(Level::Warning, &message);
}

/// The edits for the client: of the version that they were made for, where it can check that.
fn workspace_edit(server: &Server, now: &Snapshot, edits: &[LineEdit]) -> Value {
    let document = &now.document;
    let inserts_lf = server.features().inserts_lf;
    let edits: Vec<Value> = edits
        .iter()
        .map(|edit| {
            let range = convert::range_to_lsp(&document.text, edit.range, now.encoding);
            let text = if inserts_lf { edit.text.replace("\r\n", "\n") } else { edit.text.clone() };
            json!({ "range": range, "newText": text })
        })
        .collect();
    let uri = document.client_uri.as_ref();
    if !server.features().document_changes {
        return json!({ "changes": { uri: edits } });
    }
    // A client that always sends 0 keeps no versions.
    let version = Some(document.version).filter(|version| *version != 0);
    let document = json!({ "uri": uri, "version": version });
    json!({ "documentChanges": [{ "textDocument": document, "edits": edits }] })
}
