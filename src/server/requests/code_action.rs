//! `textDocument/codeAction` and `codeAction/resolve`: what can be done here, and doing it.

mod data;
mod item;
mod place;

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

pub(super) use self::data::Data;
use self::item::{to_lsp, unable};
pub(super) use self::place::{bytes, finding};
use self::place::{meant, told};
use super::{action, follow_up, mending};
use crate::actions::offers::{Finding, Wanted, is_wanted, offers};
use crate::actions::outcome::ActionError;
use crate::actions::task::Task;
use crate::document::Document;
use crate::document::syntax::{Syntax, SyntaxTree};
use crate::document::uri::DocumentUri;
use crate::server::capabilities::{CLEAR, CLEAR_KIND, Features};
use crate::server::{Server, Wire, remarks};
use crate::workspace::Snapshot;
use crate::workspace::edit_log::Revision;

/// A tree that is being made is waited for so long: the first one of a large file.
const PARSING: Duration = Duration::from_millis(100);
/// Most diagnostics that are read of a request.
const FINDINGS: usize = 32;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Params {
    text_document: lsp::TextDocumentIdentifier,
    range: lsp::Range,
    #[serde(default)]
    context: Context,
}

#[derive(Default, Deserialize)]
struct Context {
    #[serde(default)]
    diagnostics: Vec<Value>,
    #[serde(default)]
    only: Option<Vec<String>>,
    /// 2: the editor asks by itself (LSP 3.17, "CodeActionTriggerKind").
    #[serde(default, rename = "triggerKind")]
    trigger_kind: Option<u8>,
}

/// Offers; no model is asked, no file is read.
pub(crate) async fn handle(server: &Server, params: Wire<Params>) -> Result<Value> {
    let Params { text_document, range, context } = params.params()?;
    let uri = DocumentUri::new(text_document.uri.as_ref());
    if let Some(follow_ups) = follow_up::offers(server, &uri, context.only.as_deref()) {
        return Ok(follow_ups);
    }
    let Some((snapshot, revision)) = shaped(server, &uri).await else { return Ok(json!([])) };
    let (text, encoding) = (&snapshot.document.text, snapshot.encoding);
    let features = server.features();
    let selection = meant(text, bytes(text, range, encoding), features.selects_by_moving);
    let (own, any) = remarks::at(server, &snapshot, revision, selection);
    let mut raw: Vec<(Value, Finding)> = context
        .diagnostics
        .into_iter()
        .filter(|value| value.get("source").and_then(Value::as_str) != Some(remarks::SOURCE))
        .take(FINDINGS)
        .filter_map(|value| Some((value.clone(), finding(&value, text, encoding)?)))
        .collect();
    let others = raw.len();
    let asked = bytes(text, range, encoding);
    let told = raw.iter().filter_map(|(value, finding)| told(value, finding)).collect();
    server.session.surroundings.tell(&uri, revision, text, asked, told);
    // Ours are known better here, and some clients hand on nobody's.
    raw.extend(own.iter().map(|one| (remarks::diagnostic(&one.remark, &snapshot), one.finding())));
    let findings: Vec<Finding> = raw.iter().map(|(_, finding)| finding.clone()).collect();
    let settings = server.session.settings(snapshot.root.as_deref());
    let allowed = server.session.may_send(&snapshot);
    let chain = allowed.and_then(|()| server.session.chat_chain(&settings).map(|_| ()));
    let unavailable = chain.err().map(|why| format!("foretype: {why}"));
    let only = context.only.unwrap_or_default();
    if unavailable.is_some() && (context.trigger_kind == Some(2) || !features.action_disabled) {
        // Nobody asked, or nobody would see why.
        return Ok(json!([]));
    }
    let customs: Vec<_> = settings.resolved.settings.actions.values().cloned().collect();
    let wanted = Wanted {
        only: &only,
        findings: &findings,
        customs: &customs,
        unavailable: unavailable.as_deref(),
    };
    let mut list = offers(&snapshot.document, selection, &wanted);
    let unsaved = document_is_unsaved(&snapshot);
    for offer in list.iter_mut().filter(|offer| unsaved && offer.task == Task::Tests) {
        offer.disabled.get_or_insert_with(|| format!("foretype: {}", ActionError::Unsaved));
    }
    for offer in &mut list {
        if let Some(why) = unable(&features, &offer.task) {
            offer.disabled.get_or_insert_with(|| format!("foretype: {why}"));
        }
    }
    // Who does not see why something cannot be chosen is not shown it.
    let shown = features.action_disabled && context.trigger_kind != Some(2);
    list.retain(|offer| shown || offer.disabled.is_none());
    let with_fix = |index: usize| {
        let one = own.get(index.checked_sub(others)?)?;
        one.remark.fix.as_ref().map(|_| one.id)
    };
    let mut items: Vec<Value> = Vec::with_capacity(list.len() + 1);
    let fixes = mending::standing(server, &snapshot, revision);
    items.extend(list.iter_mut().map(|offer| {
        let of_fix = |index: usize| {
            let (said, finding) = raw.get(index)?;
            fixes.iter().rfind(|fix| mending::is_left(fix, said, finding, text))
        };
        let again = offer.finding.and_then(of_fix);
        if let Some(fix) = again {
            let word = if fix.tries > 1 { "Fix (two tries did not do):" } else { "Fix again:" };
            offer.title = offer.title.replacen("Fix:", word, 1);
        }
        let uri = snapshot.document.client_uri.to_string();
        let mut data = Data::new(offer, uri, revision, selection, &findings);
        data.remark = offer.finding.and_then(with_fix);
        data.again = again.map(|fix| fix.id);
        let diagnostic = offer.finding.and_then(|index| raw.get(index)).map(|(value, _)| value);
        to_lsp(offer, &data, diagnostic, &features)
    }));
    if any {
        let diagnostics = raw.get(others..).unwrap_or_default();
        items.extend(clearing(&snapshot, diagnostics, &only, &features));
    }
    Ok(Value::Array(items))
}

/// Whether tests of it would go into a file beside it, and it is none.
fn document_is_unsaved(snapshot: &Snapshot) -> bool {
    snapshot.document.uri.scheme() != "file" && snapshot.document.language.id() != "rust"
}

/// Takes back what reviews found: offered with the fixes of a finding, and as an action on the file where
/// the editor asks for such.
fn clearing(
    snapshot: &Snapshot,
    here: &[(Value, Finding)],
    only: &[String],
    features: &Features,
) -> Option<Value> {
    let title = "Clear foretype's findings in this file";
    let uri = snapshot.document.client_uri.as_ref();
    let command = json!({ "title": title, "command": CLEAR, "arguments": [uri] });
    let quick = !here.is_empty() && is_wanted("quickfix", only);
    let source = !only.is_empty() && is_wanted(CLEAR_KIND, only);
    if !quick && !source {
        return None;
    }
    if !features.action_literals {
        return Some(command);
    }
    let kind = if quick { "quickfix" } else { CLEAR_KIND };
    let diagnostics: Vec<&Value> = here.iter().map(|(value, _)| value).collect();
    Some(json!({ "title": title, "kind": kind, "diagnostics": diagnostics, "command": command }))
}

/// The document with a tree that a key may have made older than its text: what stands where is the same,
/// and nobody waits for a menu while they type. Only the first tree is waited for.
async fn shaped(server: &Server, uri: &DocumentUri) -> Option<(Snapshot, Revision)> {
    let now = look(server, uri)?;
    if now.0.document.tree.is_some() { Some(now) } else { parsed(server, uri).await }
}

fn look(server: &Server, uri: &DocumentUri) -> Option<(Snapshot, Revision)> {
    server
        .session
        .workspace(|workspace| Some((workspace.snapshot(uri)?, workspace.log().revision(uri)?)))
}

/// The document as it was when the request came, with its tree if that is ready in time.
pub(super) async fn parsed(server: &Server, uri: &DocumentUri) -> Option<(Snapshot, Revision)> {
    let (snapshot, revision) = look(server, uri)?;
    if snapshot.document.tree.as_ref().is_some_and(SyntaxTree::is_fresh) {
        return Some((snapshot, revision));
    }
    let fresh = server.session.workspace(|workspace| {
        let syntax = workspace.document(uri).and_then(Document::syntax);
        syntax.map(Syntax::when_fresh)
    });
    if let Some(fresh) = fresh {
        let _ = tokio::time::timeout(PARSING, fresh).await;
    }
    Some(look(server, uri).filter(|(_, now)| *now == revision).unwrap_or((snapshot, revision)))
}

/// Does what was offered: the edit comes back in the action.
pub(crate) async fn resolve(server: &Server, params: Wire<Value>) -> Result<Value> {
    let mut item = params.params()?;
    // Editors have every action resolved; one without data is whole.
    let Some(data) = item.get("data").cloned() else { return Ok(item) };
    let edit = action::edit_of(server, data).await?;
    if let (Some(edit), Some(item)) = (edit, item.as_object_mut()) {
        item.insert("edit".into(), edit);
    }
    Ok(item)
}
