//! What becomes of a fix: whether the user's tools still find something wrong once it is applied.
//!
//! No server can ask the others for their diagnostics. A client that announces it answers
//! `foretype/diagnostics` with what its tools say; of the others we see no more than what they hand on
//! with `textDocument/codeAction`.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types::{LspRequestMethod, MessageDirection, Request};

use super::code_action::finding;
use crate::actions::edits::changes::{applied, whole_lines};
use crate::actions::edits::files::{Changes, FileChange, FileEdit};
use crate::actions::edits::forward::forward;
use crate::actions::offers::Finding;
use crate::actions::order::{Earlier, Order};
use crate::actions::task::Task;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::server::{Server, remarks};
use crate::workspace::Snapshot;
use crate::workspace::edit_log::Revision;

/// Fixes that are remembered.
const KEPT: usize = 8;
/// Bytes of what stood there before.
const BEFORE: usize = 16 * 1024;
/// How long the user's tools may look at a fix.
const WAIT: Duration = Duration::from_secs(4);
/// How long a client may take beyond that.
const PATIENCE: Duration = Duration::from_secs(1);
/// Tools that look at a file when it is saved: what they say of it before that is old.
const ON_SAVE: [&str; 2] = ["rustc", "clippy"];

/// The fixes that were handed out last.
#[derive(Default)]
pub(crate) struct Fixes {
    list: Mutex<VecDeque<Fix>>,
    next: AtomicU64,
}

/// A fix that was handed out.
#[derive(Clone)]
pub(crate) struct Fix {
    pub(crate) id: u64,
    uri: DocumentUri,
    /// The document's text once it is applied.
    expected: Text,
    /// The state of the text before it; of the one that `lines` are of, once it has been seen.
    revision: Revision,
    seen: bool,
    /// The lines that it wrote.
    pub(crate) lines: ByteRange,
    pub(crate) earlier: Earlier,
    /// How often it has been tried.
    pub(crate) tries: u8,
}

/// Notes that an order's fix is handed out.
pub(crate) fn remember(server: &Server, order: &Order, changes: &Changes) -> Option<Fix> {
    let [FileChange::Edit(edit)] = changes.files.as_slice() else { return None };
    let (first, last) = (edit.edits.first()?, edit.edits.last()?);
    if order.task != Task::Fix || order.findings.is_empty() {
        return None;
    }
    let old = whole_lines(&edit.text, ByteRange::new(first.range.start, last.range.end));
    let lines = written(edit)?;
    let code = if old.len() <= BEFORE { normalise(&edit.text.slice(old)) } else { String::new() };
    let said = order.findings.iter().map(|finding| finding.message.clone()).collect();
    let uri = changes.from.clone();
    let fix = Fix {
        id: server.fixes.next.fetch_add(1, Ordering::Relaxed),
        expected: applied(&edit.text, &edit.edits),
        revision: server.session.workspace(|workspace| workspace.log().revision(&uri))?,
        uri,
        seen: false,
        lines,
        earlier: Earlier { code, said },
        tries: if order.earlier.is_some() { 2 } else { 1 },
    };
    let mut list = server.fixes.list.lock();
    list.push_back(fix.clone());
    while list.len() > KEPT {
        list.pop_front();
    }
    Some(fix)
}

/// A fix is made of another text than it was meant for.
pub(super) fn moved(server: &Server, fix: &mut Fix, edit: &FileEdit, revision: Option<Revision>) {
    let Some(lines) = written(edit) else { return };
    fix.expected = applied(&edit.text, &edit.edits);
    fix.revision = revision.unwrap_or(fix.revision);
    fix.lines = lines;
    let mut list = server.fixes.list.lock();
    // It may have been taken for one that came to nothing.
    list.retain(|other| other.id != fix.id);
    list.push_back(fix.clone());
}

/// The lines that an edit writes, once it is made.
fn written(edit: &FileEdit) -> Option<ByteRange> {
    let (first, last) = (edit.edits.first()?, edit.edits.last()?);
    let grown: usize = edit.edits.iter().map(|edit| edit.text.len()).sum();
    let gone: usize = edit.edits.iter().map(|edit| edit.range.len()).sum();
    let end = (last.range.end.0 + grown).saturating_sub(gone).max(first.range.start.0);
    Some(ByteRange::new(first.range.start, ByteOffset(end)))
}

/// What an earlier fix was, for the next try.
pub(crate) fn earlier(server: &Server, id: u64) -> Option<Earlier> {
    let list = server.fixes.list.lock();
    list.iter().find(|fix| fix.id == id).map(|fix| fix.earlier.clone())
}

/// The fixes whose lines stand in a document as they were written.
pub(crate) fn standing(server: &Server, snapshot: &Snapshot, revision: Revision) -> Vec<Fix> {
    let uri = &snapshot.document.uri;
    let mut list = server.fixes.list.lock();
    if list.iter().all(|fix| fix.uri != *uri) {
        return Vec::new();
    }
    list.retain_mut(|fix| {
        if fix.uri != *uri || fix.revision == revision {
            return true;
        }
        if !fix.seen {
            // The client has done something else with it.
            fix.seen = fix.expected == snapshot.document.text;
            fix.revision = revision;
            return fix.seen;
        }
        let since = server.session.workspace(|workspace| {
            let log = workspace.log();
            (log.revision(uri) == Some(revision)).then(|| log.since(uri, fix.revision))?
        });
        let moved = since.and_then(|since| forward(fix.lines, &since));
        fix.revision = revision;
        fix.lines = moved.unwrap_or(fix.lines);
        moved.is_some()
    });
    list.iter().filter(|fix| fix.uri == *uri && fix.seen).cloned().collect()
}

/// Whether a diagnostic says that a fix did not do: it is an error, or what was to be mended, in its lines.
pub(crate) fn is_left(fix: &Fix, said: &Value, finding: &Finding, text: &Text) -> bool {
    let (own, lines) = (whole_lines(text, finding.range), whole_lines(text, fix.lines));
    let there = own.start <= lines.end && lines.start <= own.end;
    there && (is_error(said) || fix.earlier.said.contains(&finding.message))
}

fn is_error(said: &Value) -> bool {
    said.get("severity").and_then(Value::as_u64) == Some(1)
}

/// What the user's tools say of a document.
#[derive(Default, Deserialize)]
pub(crate) struct Told {
    #[serde(default)]
    diagnostics: Vec<Value>,
    /// They have said something since the last change.
    #[serde(default)]
    changed: bool,
}

impl Told {
    /// What is said of the lines from `first` to `last`, counted from 0; nothing of ours.
    pub(super) fn of_lines(
        &self,
        snapshot: &Snapshot,
        (first, last): (usize, usize),
    ) -> Vec<Finding> {
        let text = &snapshot.document.text;
        let read =
            self.diagnostics.iter().filter_map(|said| finding(said, text, snapshot.encoding));
        read.filter(|finding| {
            let (start, end) = (text.line_of(finding.range.start), text.line_of(finding.range.end));
            finding.source.as_deref() != Some(remarks::SOURCE) && start <= last && first <= end
        })
        .collect()
    }
}

#[derive(Debug)]
enum Diagnostics {}

impl Request for Diagnostics {
    const METHOD: LspRequestMethod<'static> = LspRequestMethod::Custom("foretype/diagnostics");
    const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
    type Params = Value;
    type Result = Value;
}

/// Asks the client what its tools say of a document, once they have looked at it for so long at most;
/// nothing where it does not say.
pub(crate) async fn ask(server: &Server, uri: &DocumentUri, wait: bool) -> Option<Told> {
    if !server.features().tool_diagnostics {
        return None;
    }
    let of = server.session.workspace(|workspace| workspace.snapshot(uri))?;
    let wait = if wait { WAIT } else { Duration::ZERO };
    let params = json!({
        "textDocument": { "uri": of.document.client_uri.as_ref(), "version": of.document.version },
        "waitMs": u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
    });
    let asked = server.client.requests().send_request::<Diagnostics>(params);
    let answer = tokio::time::timeout(wait + PATIENCE, asked).await.ok()?.ok()?;
    serde_json::from_value(answer).ok()
}

/// What is still wrong after a fix, or wrong because of it.
pub(crate) struct Left {
    pub(crate) now: Snapshot,
    pub(crate) revision: Revision,
    /// In its lines.
    pub(crate) here: Vec<Finding>,
    /// Elsewhere in the file.
    pub(crate) elsewhere: Vec<Finding>,
}

impl Left {
    /// The first of it, in words.
    pub(crate) fn words(&self) -> Option<String> {
        let count = self.here.len() + self.elsewhere.len();
        let first = self.here.first().or(self.elsewhere.first())?;
        let message = first.message.lines().next().unwrap_or("");
        let line = self.now.document.text.line_of(first.range.start) + 1;
        let more = if count > 1 { format!(", and {} more", count - 1) } else { String::new() };
        Some(format!("line {line}: {message}{more}"))
    }
}

/// What the tools say once a fix is applied. `None` where that cannot be known: the client does not say,
/// or the text is another one by now.
pub(crate) async fn left(server: &Server, fix: &Fix, before: &Told) -> Option<Left> {
    let after = ask(server, &fix.uri, true).await?;
    let now = server.session.workspace(|workspace| {
        Some((workspace.snapshot(&fix.uri)?, workspace.log().revision(&fix.uri)?))
    });
    let (now, revision) = now?;
    if now.document.text != fix.expected {
        return None;
    }
    let mut left = Left { now, revision, here: Vec::new(), elsewhere: Vec::new() };
    let text = &left.now.document.text;
    let mut known: Vec<&Value> = before.diagnostics.iter().collect();
    for said in &after.diagnostics {
        let Some(finding) = finding(said, text, left.now.encoding) else { continue };
        if finding.source.as_deref() == Some(remarks::SOURCE) {
            continue;
        }
        let twin = known.iter().position(|old| same(old, said));
        if let Some(twin) = twin {
            known.swap_remove(twin);
        }
        let mended = fix.earlier.said.contains(&finding.message);
        let old = mended && is_old(said, &before.diagnostics, &after);
        if old || !(mended || (is_error(said) && twin.is_none())) {
            continue;
        }
        if is_left(fix, said, &finding, text) {
            left.here.push(finding);
        } else if twin.is_none() {
            left.elsewhere.push(finding);
        }
    }
    Some(left)
}

/// Whether two diagnostics say the same, wherever.
fn same(one: &Value, other: &Value) -> bool {
    ["source", "code", "message"].iter().all(|key| one.get(key) == other.get(key))
}

/// Whether a tool has not looked at the text since: all that it says is as it was before.
fn is_old(said: &Value, before: &[Value], after: &Told) -> bool {
    let source = said.get("source");
    let of = |list: &[Value]| -> Vec<Value> {
        list.iter().filter(|one| one.get("source") == source).cloned().collect()
    };
    let saved = source.and_then(Value::as_str).is_some_and(|source| ON_SAVE.contains(&source));
    (!after.changed || saved) && of(before) == of(&after.diagnostics)
}
