//! `textDocument/didOpen`, `didChange`, `didClose`, `didSave`.

use serde::Deserialize;
use tower_lsp::gen_lsp_types as lsp;

use crate::document::uri::DocumentUri;
use crate::document::{Change, Document};
use crate::server::{Server, Wire, convert, remarks};
use crate::workspace::Nonsense;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Open {
    text_document: lsp::TextDocumentItem,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Changes {
    pub(super) text_document: Versioned,
    pub(super) content_changes: Vec<ContentChange>,
}

/// A document and, where the client keeps one, its version.
#[derive(Deserialize)]
pub(super) struct Versioned {
    pub(super) uri: String,
    #[serde(default)]
    pub(super) version: Option<i32>,
}

/// One change. The generated type would take a change with a broken range for a change of the
/// whole text; this one refuses it.
#[derive(Deserialize)]
pub(super) struct ContentChange {
    #[serde(default)]
    range: Option<lsp::Range>,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Close {
    text_document: lsp::TextDocumentIdentifier,
}

/// A document was opened.
pub(crate) async fn did_open(server: &Server, params: Wire<Open>) {
    if let Some(Open { text_document }) = params.noted(server, "textDocument/didOpen") {
        open(server, text_document);
    }
}

pub(super) fn open(server: &Server, item: lsp::TextDocumentItem) {
    let id = serde_json::to_value(&item.language_id).unwrap_or_default();
    let id = id.as_str().unwrap_or("");
    let document = Document::open(item.uri.as_ref(), id, item.version, &item.text);
    // Opened twice it is another text.
    remarks::clear(server, document.uri());
    server.talks.opened(document.uri());
    report(server, server.session.open(document));
}

/// A document was changed.
pub(crate) async fn did_change(server: &Server, params: Wire<Changes>) {
    if let Some(changes) = params.noted(server, "textDocument/didChange") {
        change(server, changes);
    }
}

pub(super) fn change(server: &Server, changes: Changes) {
    let uri = DocumentUri::new(&changes.text_document.uri);
    let list: Vec<Change> = changes
        .content_changes
        .into_iter()
        .map(|change| convert::change(change.range, change.text))
        .collect();
    let version = changes.text_document.version.unwrap_or(0);
    report(server, server.session.change(&uri, version, &list));
    remarks::follow(server, &uri);
}

/// A document was closed.
pub(crate) async fn did_close(server: &Server, params: Wire<Close>) {
    if let Some(Close { text_document }) = params.noted(server, "textDocument/didClose") {
        close(server, text_document.uri.as_ref());
    }
}

pub(super) fn close(server: &Server, uri: &str) {
    let uri = DocumentUri::new(uri);
    remarks::clear(server, &uri);
    server.talks.closed(&uri);
    server.under_way.closed(&uri);
    report(server, server.session.close(&uri));
}

/// A document was saved: it may be one that steers us.
pub(crate) async fn did_save(server: &Server, params: Wire<Close>) {
    if let Some(Close { text_document }) = params.noted(server, "textDocument/didSave") {
        super::workspace::saved(server, text_document.uri.as_ref());
    }
}

fn report(server: &Server, nonsense: impl IntoIterator<Item = Nonsense>) {
    for nonsense in nonsense {
        server.client.warn_once(&nonsense.topic(), nonsense.to_string());
    }
}
