//! What we tell and ask the editor. Telling never waits: messages are queued in order.

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use tower_lsp::Client;
use tower_lsp::gen_lsp_types as lsp;

use super::transport::{Outbox, notification, send};
use crate::markdown::plain;
use crate::status::Status;

/// The client of one connection.
#[derive(Clone)]
pub struct ClientHandle {
    outbox: Outbox,
    client: Client,
    said: Arc<Mutex<HashSet<String>>>,
}

/// How serious a message is (LSP 3.17, "MessageType").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something is wrong.
    Error = 1,
    /// Something may be wrong.
    Warning = 2,
    /// Good to know.
    Info = 3,
}

/// `workspace/applyEdit` with an edit as it stands: the generated type drops annotations.
enum ApplyEdit {}

impl lsp::Request for ApplyEdit {
    type Params = Value;
    type Result = lsp::ApplyWorkspaceEditResult;
    const METHOD: lsp::LspRequestMethod<'static> = lsp::LspRequestMethod::WorkspaceApplyEdit;
    const MESSAGE_DIRECTION: lsp::MessageDirection = lsp::MessageDirection::ServerToClient;
}

impl ClientHandle {
    pub(super) fn new(outbox: Outbox, client: Client) -> Self {
        Self { outbox, client, said: Arc::default() }
    }

    /// For requests to the client.
    #[must_use]
    pub const fn requests(&self) -> &Client {
        &self.client
    }

    /// Has the client apply an edit, under a name for its list of what can be undone.
    ///
    /// # Errors
    /// Why it did not, as the client says.
    pub async fn apply(&self, label: &str, edit: Value) -> Result<(), String> {
        let params = json!({ "label": label, "edit": edit });
        match self.client.send_request::<ApplyEdit>(params).await {
            Ok(result) if result.applied => Ok(()),
            Ok(result) => {
                Err(result.failure_reason.unwrap_or_else(|| "no reason was given".into()))
            }
            Err(error) => Err(error.message.into_owned()),
        }
    }

    /// Has the client watch files, under an id of ours. One that will not is none the worse.
    pub async fn watch_files(&self, id: &str, globs: &[String]) {
        let watchers: Vec<Value> =
            globs.iter().map(|glob| json!({ "globPattern": glob })).collect();
        let registration = json!({
            "id": id,
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": watchers },
        });
        if let Ok(registration) = serde_json::from_value(registration)
            && let Err(error) = self.client.register_capability(vec![registration]).await
        {
            tracing::debug!("the client does not watch files: {}", error.message);
        }
    }

    /// A line in the editor's log of this server.
    pub fn log(&self, level: Level, message: &str) {
        self.tell("window/logMessage", &json!({ "type": level as u8, "message": message }));
    }

    /// A line in the log, once for each text, and with `notice` a message in front of the user. Only
    /// for what they must act on or should know.
    pub fn say_once(&self, level: Level, message: &str, notice: Option<&str>) {
        if self.first(message) {
            self.log(level, message);
            if let Some(notice) = notice {
                let params = json!({ "type": level as u8, "message": notice });
                self.tell("window/showMessage", &params);
            }
        }
    }

    /// A message in front of the user: the answer to something that they asked for. It may hold a
    /// model's words.
    pub fn show(&self, level: Level, message: &str) {
        let message = plain(message);
        self.tell("window/showMessage", &json!({ "type": level as u8, "message": message }));
    }

    /// A warning in the logs, once for each `key`.
    pub fn warn_once(&self, key: &str, message: String) {
        if self.first(key) {
            tracing::warn!(target: crate::log::TOLD, "{message}");
            self.log(Level::Warning, &message);
        }
    }

    /// The status.
    pub fn status(&self, status: &Status) {
        self.tell("foretype/status", &serde_json::to_value(status).unwrap_or_default());
    }

    /// There is more to suggest in a document than was suggested at once.
    pub fn refresh(&self, uri: &str) {
        self.tell("foretype/refresh", &json!({ "uri": uri }));
    }

    /// A piece of progress or of a result (LSP 3.17, "Progress Support").
    pub fn progress(&self, token: &Value, value: &Value) {
        self.tell("$/progress", &json!({ "token": token, "value": value }));
    }

    /// Our diagnostics of a document, in place of those before.
    pub fn diagnostics(&self, uri: &str, version: Option<i32>, list: &Value) {
        let mut params = json!({ "uri": uri, "diagnostics": list });
        if let (Some(version), Some(params)) = (version, params.as_object_mut()) {
            params.insert("version".into(), version.into());
        }
        self.tell("textDocument/publishDiagnostics", &params);
    }

    fn tell(&self, method: &str, params: &Value) {
        send(&self.outbox, &notification(method, params));
    }

    fn first(&self, key: &str) -> bool {
        let mut said = self.said.lock();
        said.len() < 1_000 && said.insert(key.to_owned())
    }
}
