//! `textDocument/inlineCompletion` (LSP 3.18): ghost text.
//!
//! An empty list, never `null`: Neovim keeps old ghost text for `null`. Every item has a range, an
//! empty one for a pure insertion.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use crate::completion::candidate::Reviewed;
use crate::completion::engine::Outcome;
use crate::completion::lane::Method;
use crate::document::line_ending::normalise;
use crate::document::uri::DocumentUri;
use crate::server::capabilities::ACCEPTED;
use crate::server::{Server, Wire, convert};
use crate::workspace::Snapshot;
use crate::workspace::session::Asked;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Params {
    text_document: lsp::TextDocumentIdentifier,
    position: lsp::Position,
    #[serde(default)]
    context: Context,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    trigger_kind: Option<u32>,
    selected_completion_info: Option<Selected>,
}

#[derive(Deserialize)]
struct Selected {
    range: lsp::Range,
    text: String,
}

/// Answers the request.
pub(crate) async fn handle(server: &Server, params: Wire<Params>) -> Result<Value> {
    let Params { text_document, position, context } = params.params()?;
    let popup = context.selected_completion_info.map(|selected| {
        let Selected { range, text } = selected;
        ((convert::position(range.start), convert::position(range.end)), text)
    });
    let asked = Asked {
        uri: DocumentUri::new(text_document.uri.as_ref()),
        position: convert::position(position),
        method: Method::Inline,
        trigger: server.dialect.trigger(context.trigger_kind),
        popup,
    };
    let lf = server.features().inserts_lf;
    match server.session.complete(&asked).await {
        (Outcome::Shown(items, _), Some(snapshot)) => {
            let items: Vec<Value> = items.iter().map(|item| to_lsp(item, &snapshot, lf)).collect();
            Ok(json!({ "items": items }))
        }
        (Outcome::Superseded, _) => Err(superseded()),
        _ => Ok(json!({ "items": [] })),
    }
}

fn to_lsp(item: &Reviewed, snapshot: &Snapshot, lf: bool) -> Value {
    let range = convert::range_to_lsp(&snapshot.document.text, item.edit.range, snapshot.encoding);
    let text =
        if lf { Cow::Owned(normalise(&item.edit.text)) } else { Cow::Borrowed(&item.edit.text) };
    json!({
        "insertText": text,
        "range": range,
        "command": { "title": "Accepted", "command": ACCEPTED, "arguments": [item.id] },
    })
}

/// -32800: a newer request or a change came first.
fn superseded() -> Error {
    let message = "superseded by a newer request or a change".into();
    Error { code: ErrorCode::RequestCancelled, message, data: None }
}
