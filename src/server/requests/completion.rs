//! `textDocument/completion`: the same suggestion as an item of the menu, for editors without
//! ghost text. It stands below the language server's items and is never preselected.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

use crate::completion::candidate::Reviewed;
use crate::completion::engine::Outcome;
use crate::completion::lane::Method;
use crate::completion::trigger::Trigger;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::uri::DocumentUri;
use crate::document::words::is_word;
use crate::server::capabilities::ACCEPTED;
use crate::server::{Server, Wire, convert};
use crate::workspace::Snapshot;
use crate::workspace::session::Asked;

/// Longest label, in characters.
const LABEL: usize = 60;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Params {
    text_document: lsp::TextDocumentIdentifier,
    position: lsp::Position,
}

/// Answers the request. Editors send "invoked" for every word typed here, so all of them count as
/// automatic.
pub(crate) async fn handle(server: &Server, params: Wire<Params>) -> Result<Value> {
    let Params { text_document, position } = params.params()?;
    let asked = Asked {
        uri: DocumentUri::new(text_document.uri.as_ref()),
        position: convert::position(position),
        method: Method::Menu,
        trigger: Trigger::Automatic,
        popup: None,
    };
    let as_is = server.features().insert_as_is;
    match server.session.complete(&asked).await {
        (Outcome::Shown(items, _), Some(snapshot)) => {
            let items: Vec<Value> =
                items.iter().map(|item| to_lsp(item, &snapshot, as_is)).collect();
            Ok(json!({ "isIncomplete": true, "items": items }))
        }
        // Superseded ones as well: after an error Helix asks again only when the menu has been
        // closed, and others show the error.
        _ => Ok(json!({ "isIncomplete": true, "items": [] })),
    }
}

fn to_lsp(item: &Reviewed, snapshot: &Snapshot, as_is: bool) -> Value {
    let text = &snapshot.document.text;
    let at = item.edit.range.start;
    let word = word_before(snapshot, at);
    // The menu filters by the word before the cursor, so the item stands for it as well.
    let range = ByteRange::new(ByteOffset(at.0 - word.len()), item.edit.range.end);
    let whole = format!("{word}{}", item.edit.text);
    let shown = whole.trim_start().lines().next().unwrap_or("").trim_end();
    let more = whole.trim().lines().count() > 1;
    let mut label: String = shown.chars().take(LABEL).collect();
    if more || label.len() < shown.len() {
        label.push('…');
    }
    let fence = format!("```{}\n{whole}\n```", snapshot.document.language.id());
    let mut value = json!({
        "label": label,
        "labelDetails": { "description": "foretype" },
        "kind": 1,
        "detail": "foretype",
        "documentation": { "kind": "markdown", "value": fence },
        "sortText": "\u{10ffff}",
        "filterText": if word.is_empty() { shown.to_owned() } else { whole.lines().next().unwrap_or("").to_owned() },
        "preselect": false,
        "insertTextFormat": 1,
        "textEdit": {
            "range": convert::range_to_lsp(text, range, snapshot.encoding),
            "newText": whole,
        },
        "command": { "title": "Accepted", "command": ACCEPTED, "arguments": [item.id] },
    });
    if as_is && let Some(value) = value.as_object_mut() {
        value.insert("insertTextMode".into(), json!(1));
    }
    value
}

/// The word that ends at the cursor.
fn word_before(snapshot: &Snapshot, at: ByteOffset) -> String {
    let text = &snapshot.document.text;
    let start = text.line_start(text.line_of(at));
    let line = text.slice(ByteRange::new(start, at));
    let word = line.char_indices().rev().take_while(|(_, c)| is_word(*c)).last();
    word.and_then(|(from, _)| line.get(from..)).unwrap_or("").to_owned()
}
