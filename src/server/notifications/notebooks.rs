//! `notebookDocument/*`: cells are documents; a notebook is their order.

use serde::Deserialize;
use serde_json::Value;
use tower_lsp::gen_lsp_types as lsp;

use super::documents::{self, Changes};
use crate::document::uri::DocumentUri;
use crate::server::{Server, Wire};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Open {
    notebook_document: Notebook,
    #[serde(default)]
    cell_text_documents: Vec<lsp::TextDocumentItem>,
}

#[derive(Deserialize)]
struct Notebook {
    uri: String,
    #[serde(default)]
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
struct Cell {
    document: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    notebook_document: Notebook,
    change: Event,
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    cells: Option<CellChanges>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CellChanges {
    #[serde(default)]
    structure: Option<Structure>,
    #[serde(default)]
    text_content: Vec<TextContent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Structure {
    array: Splice,
    #[serde(default)]
    did_open: Vec<lsp::TextDocumentItem>,
    #[serde(default)]
    did_close: Vec<lsp::TextDocumentIdentifier>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Splice {
    start: usize,
    delete_count: usize,
    #[serde(default)]
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
struct TextContent {
    document: documents::Versioned,
    changes: Vec<documents::ContentChange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Close {
    notebook_document: Notebook,
    #[serde(default)]
    cell_text_documents: Vec<lsp::TextDocumentIdentifier>,
}

/// A notebook was opened.
pub(crate) async fn did_open(server: &Server, params: Wire<Open>) {
    let Some(Open { notebook_document, cell_text_documents }) =
        params.noted(server, "notebookDocument/didOpen")
    else {
        return;
    };
    // Which file a cell is of decides whether it may be completed.
    let Notebook { uri, cells } = notebook_document;
    server.session.workspace(|workspace| {
        workspace.notebooks().open(DocumentUri::new(&uri), keys(&cells));
    });
    for cell in cell_text_documents {
        documents::open(server, cell);
    }
}

/// A notebook was changed.
pub(crate) async fn did_change(server: &Server, params: Wire<Change>) {
    let Some(Change { notebook_document, change }) =
        params.noted(server, "notebookDocument/didChange")
    else {
        return;
    };
    let Some(cells) = change.cells else { return };
    if let Some(Structure { array, did_open, did_close }) = cells.structure {
        let notebook = DocumentUri::new(&notebook_document.uri);
        let known = server.session.workspace(|workspace| {
            let insert = keys(&array.cells);
            workspace.notebooks().splice(&notebook, array.start, array.delete_count, insert)
        });
        if !known {
            let message = format!("{notebook} is not open; the change of its cells was ignored");
            server.client.warn_once(&message, message.clone());
        }
        for cell in did_open {
            documents::open(server, cell);
        }
        for cell in did_close {
            documents::close(server, cell.uri.as_ref());
        }
    }
    for TextContent { document, changes } in cells.text_content {
        documents::change(server, Changes { text_document: document, content_changes: changes });
    }
}

/// A notebook was closed.
pub(crate) async fn did_close(server: &Server, params: Wire<Close>) {
    let Some(Close { notebook_document, cell_text_documents }) =
        params.noted(server, "notebookDocument/didClose")
    else {
        return;
    };
    let notebook = DocumentUri::new(&notebook_document.uri);
    server.session.workspace(|workspace| workspace.notebooks().close(&notebook));
    for cell in cell_text_documents {
        documents::close(server, cell.uri.as_ref());
    }
}

/// A notebook was saved: nothing to do.
pub async fn did_save(_: &Server, _: Value) {}

fn keys(cells: &[Cell]) -> Vec<DocumentUri> {
    cells.iter().map(|cell| DocumentUri::new(&cell.document)).collect()
}
