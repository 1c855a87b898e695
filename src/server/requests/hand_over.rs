//! Handing an edit to the editor: once more where its user typed while the edit was on its way.

use std::time::Duration;

use serde_json::{Value, json};

use super::mending::{self, Fix};
use crate::actions::edits::changes::{LineEdit, applied};
use crate::actions::edits::files::{Changes, FileChange, FileEdit};
use crate::actions::edits::rebase::rebase;
use crate::actions::outcome::ActionError;
use crate::document::Edit;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::server::Server;
use crate::server::client::Level;
use crate::server::workspace_edit::workspace_edit;
use crate::workspace::Snapshot;
use crate::workspace::edit_log::Revision;

/// How often an edit is sent again.
const AGAIN: u32 = 5;
/// What was typed is told of by then, also by an editor that gathers keys first.
const TOLD: Duration = Duration::from_millis(200);

/// The edit for the client; where it cannot do that, the user is told.
pub(super) fn edit(server: &Server, changes: &Changes) -> Option<Value> {
    let features = server.features();
    let tell = |why: String| {
        server.client.show(Level::Warning, &format!("foretype: {why}"));
        None
    };
    // Without versions nobody would see that the text is another one by now.
    let is_open = |file: &FileChange| match file {
        FileChange::Edit(edit) => state(server, &DocumentUri::new(&edit.uri)).is_some(),
        _ => false,
    };
    if !features.document_changes && changes.files.iter().any(is_open) {
        return tell(ActionError::NoVersions.to_string());
    }
    match workspace_edit(&features, changes) {
        Ok(edit) => Some(edit),
        Err(unable) => tell(unable.to_string()),
    }
}

/// Has the client make changes; false where it did not, which the user has been told. The fix that they
/// are, if any, is kept in step.
pub(super) async fn hand_over(
    server: &Server,
    title: &str,
    mut changes: Changes,
    mut fix: Option<&mut Fix>,
) -> bool {
    let mut base = Base::of(server, &changes);
    let mut again = 0;
    loop {
        let Some(edit) = edit(server, &changes) else { return false };
        let Err(why) = server.client.apply(title, edit).await else { break };
        let moved = match &base {
            Some(base) if again < AGAIN => base.moved(server).await,
            _ => Ok(None),
        };
        match moved {
            Ok(Some((moved, now))) => {
                if let Some(fix) = fix.as_deref_mut() {
                    mending::moved(server, fix, &moved, now.revision);
                }
                changes.files = vec![FileChange::Edit(moved)];
                base = Some(now);
                again += 1;
            }
            Ok(None) => {
                let message =
                    format!("{title}: the editor did not apply the change ({why}); ask again");
                server.client.show(Level::Warning, &message);
                return false;
            }
            Err(error) => {
                server.client.show(Level::Warning, &format!("foretype: {error}"));
                return false;
            }
        }
    }
    if let Some(other) = changes.elsewhere().filter(|_| server.features().show_document) {
        let params = json!({ "uri": other.as_str(), "external": false, "takeFocus": true });
        if let Ok(params) = serde_json::from_value(params) {
            let _ = server.client.requests().show_document(params).await;
        }
    }
    true
}

/// What the edit of an open document was made for.
struct Base {
    uri: DocumentUri,
    /// The text of the edits.
    text: Text,
    edits: Vec<LineEdit>,
    version: i32,
    /// The state that has this text; `None` where the document had another one by the time it was sent.
    revision: Option<Revision>,
}

impl Base {
    /// Of changes of a single document: where there are more of them, some may have been made.
    fn of(server: &Server, changes: &Changes) -> Option<Self> {
        let [FileChange::Edit(edit)] = changes.files.as_slice() else { return None };
        let uri = DocumentUri::new(&edit.uri);
        let (now, revision) = state(server, &uri)?;
        let version = edit.version.unwrap_or(now.document.version);
        let revision = Some(revision).filter(|_| now.document.text == edit.text);
        let (text, edits) = (edit.text.clone(), edit.edits.clone());
        Some(Self { uri, text, edits, version, revision })
    }

    /// The edit for the text as it is now; nothing where that is the one it was made for.
    async fn moved(&self, server: &Server) -> Result<Option<(FileEdit, Self)>, ActionError> {
        let (mut now, mut current) = state(server, &self.uri).ok_or(ActionError::Closed)?;
        if !self.is_other(&now, current) {
            tokio::time::sleep(TOLD).await;
            (now, current) = state(server, &self.uri).ok_or(ActionError::Closed)?;
        }
        if !self.is_other(&now, current) {
            return Ok(None);
        }
        let text = now.document.text.clone();
        if text == applied(&self.text, &self.edits) {
            // It says that it did not, and did.
            return Ok(None);
        }
        let since = self.revision.and_then(|then| {
            server.session.workspace(|workspace| {
                let log = workspace.log();
                (log.revision(&self.uri) == Some(current)).then(|| log.since(&self.uri, then))?
            })
        });
        let since = since.unwrap_or_else(|| vec![between(&self.text, &text)]);
        let edits = rebase(&self.edits, &self.text, &since, &text)?;
        let (version, revision) = (now.document.version, Some(current));
        let base = Self { uri: self.uri.clone(), text, edits: edits.clone(), version, revision };
        Ok(Some((FileEdit::open(&now, edits), base)))
    }

    fn is_other(&self, now: &Snapshot, current: Revision) -> bool {
        self.revision != Some(current)
            && (now.document.version != self.version || now.document.text != self.text)
    }
}

fn state(server: &Server, uri: &DocumentUri) -> Option<(Snapshot, Revision)> {
    server
        .session
        .workspace(|workspace| Some((workspace.snapshot(uri)?, workspace.log().revision(uri)?)))
}

/// One text in the place of another, where nobody knows how it came to that.
fn between(then: &Text, now: &Text) -> Edit {
    let all = |text: &Text| ByteRange::new(ByteOffset(0), text.end());
    Edit {
        range: all(then),
        removed: then.slice(all(then)).into_owned(),
        inserted: now.slice(all(now)).into_owned(),
        len_before: then.len(),
    }
}
