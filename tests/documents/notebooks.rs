//! Notebooks: a cell's prompt sees the earlier cells of its language, in the order they stand.

use serde_json::{Value, json};

use super::{assert_silent, prompt};
use crate::support::editor::{Doc, Editor};
use crate::support::fake_backend::FakeBackend;

/// An open notebook: its cells in the order the editor shows them.
struct Notebook<'a> {
    editor: &'a Editor,
    uri: String,
    version: i32,
}

impl<'a> Notebook<'a> {
    /// Opens one with cells of (name, language, source).
    fn open(editor: &'a Editor, name: &str, cells: &[(&str, &str, &str)]) -> (Self, Vec<Doc>) {
        let notebook = Self { editor, uri: editor.uri(name), version: 1 };
        let docs: Vec<Doc> =
            cells.iter().map(|(name, _, source)| notebook.cell(name, source)).collect();
        let params = json!({
            "notebookDocument": {
                "uri": notebook.uri, "notebookType": "jupyter-notebook", "version": 1,
                "cells": docs.iter().map(cell).collect::<Vec<_>>(),
            },
            "cellTextDocuments": items(&docs, cells),
        });
        editor.notify("notebookDocument/didOpen", params);
        (notebook, docs)
    }

    fn cell(&self, name: &str, source: &str) -> Doc {
        let path = self.uri.trim_start_matches("file://");
        self.editor.doc(&format!("vscode-notebook-cell:{path}#{name}"), source)
    }

    fn change(&mut self, cells: Value) {
        self.version += 1;
        let params = json!({
            "notebookDocument": { "uri": self.uri, "version": self.version },
            "change": { "cells": cells },
        });
        self.editor.notify("notebookDocument/didChange", params);
    }

    /// Replaces cells by new ones.
    fn splice(&mut self, start: usize, closed: &[&Doc], cells: &[(&str, &str, &str)]) -> Vec<Doc> {
        let docs: Vec<Doc> =
            cells.iter().map(|(name, _, source)| self.cell(name, source)).collect();
        let array = json!({
            "start": start, "deleteCount": closed.len(),
            "cells": docs.iter().map(cell).collect::<Vec<_>>(),
        });
        let closed: Vec<Value> = closed.iter().map(|doc| doc.identifier()).collect();
        let opened = items(&docs, cells);
        self.change(
            json!({ "structure": { "array": array, "didOpen": opened, "didClose": closed } }),
        );
        docs
    }

    /// Puts open cells in another order.
    fn reorder(&mut self, count: usize, order: &[&Doc]) {
        let cells: Vec<Value> = order.iter().map(|doc| cell(doc)).collect();
        let array = json!({ "start": 0, "deleteCount": count, "cells": cells });
        self.change(json!({ "structure": { "array": array } }));
    }

    fn close(self, docs: &[&Doc]) {
        let cells: Vec<Value> = docs.iter().map(|doc| doc.identifier()).collect();
        let params = json!({ "notebookDocument": { "uri": self.uri }, "cellTextDocuments": cells });
        self.editor.notify("notebookDocument/didClose", params);
    }
}

fn cell(doc: &Doc) -> Value {
    json!({ "kind": 2, "document": doc.uri })
}

fn items(docs: &[Doc], cells: &[(&str, &str, &str)]) -> Vec<Value> {
    let item = |(doc, (_, language, _)): (&Doc, &(&str, &str, &str))| json!({ "uri": doc.uri, "languageId": language, "version": 1, "text": doc.text() });
    docs.iter().zip(cells).map(item).collect()
}

const CELLS: [(&str, &str, &str); 4] = [
    ("one", "python", "import one\n"),
    ("note", "markdown", "# A title"),
    ("two", "python", "two = 2"),
    ("three", "python", "three = $0"),
];

#[tokio::test]
async fn a_cell_sees_the_earlier_cells_of_its_language() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let (mut notebook, mut docs) = Notebook::open(&editor, "a.ipynb", &CELLS);
    let seen = prompt(&editor, &backend, &docs[3]).await;
    assert_eq!(seen.prefix, "import one\n\ntwo = 2\n\nthree = ");
    assert_eq!(seen.suffix, "");

    // A cell's text changes.
    let document = json!({ "uri": docs[2].uri, "version": 2 });
    let edit = docs[2].change(0, 3, "TWO");
    notebook.change(json!({ "textContent": [{ "document": document, "changes": [edit] }] }));
    let document = json!({ "uri": docs[3].uri, "version": 2 });
    let edit = docs[3].change(docs[3].text().len(), docs[3].text().len(), "1 + ");
    notebook.change(json!({ "textContent": [{ "document": document, "changes": [edit] }] }));
    docs[3] = notebook.cell("three", "three = 1 + $0");
    let seen = prompt(&editor, &backend, &docs[3]).await;
    assert_eq!(seen.prefix, "import one\n\nTWO = 2\n\nthree = 1 + ");

    // One is put in between, another goes.
    let new = notebook.splice(3, &[], &[("new", "python", "new = $0")]);
    let seen = prompt(&editor, &backend, &new[0]).await;
    assert_eq!(seen.prefix, "import one\n\nTWO = 2\n\nnew = ");
    notebook.splice(0, &[&docs[0]], &[]);
    let last = notebook.splice(4, &[], &[("last", "python", "last = $0")]);
    let seen = prompt(&editor, &backend, &last[0]).await;
    assert_eq!(seen.prefix, "TWO = 2\n\nnew =\n\nthree = 1 +\n\nlast = ");

    // Another order: what comes later is not seen.
    notebook.reorder(5, &[&docs[1], &last[0], &docs[3], &new[0], &docs[2]]);
    docs[3] = notebook.cell("three", "three = $01 + ");
    let seen = prompt(&editor, &backend, &docs[3]).await;
    assert_eq!(seen.prefix, "last =\n\nthree = ");

    notebook.close(&[&docs[1], &docs[2], &docs[3], &new[0], &last[0]]);
    assert_silent(&editor, &backend, &docs[3], "closed").await;
    editor.finish().await;
}

#[tokio::test]
async fn magics_make_a_cell_another_language() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let cells = [
        ("python", "python", "import one"),
        ("bash", "python", "%%bash\necho one"),
        ("bash2", "python", "%%bash\necho $0"),
        ("python2", "python", "two = $0"),
        ("time", "python", "%%time\nthree = $0"),
    ];
    let (_notebook, docs) = Notebook::open(&editor, "a.ipynb", &cells);
    let seen = prompt(&editor, &backend, &docs[2]).await;
    assert_eq!(seen.prefix, "%%bash\necho one\n\n%%bash\necho ");
    let seen = prompt(&editor, &backend, &docs[3]).await;
    assert_eq!(seen.prefix, "import one\n\ntwo = ");
    let seen = prompt(&editor, &backend, &docs[4]).await;
    assert_eq!(seen.prefix, "import one\n\ntwo =\n\n%%time\nthree = ");
    editor.finish().await;
}

#[tokio::test]
async fn nonsense_about_notebooks_harms_nothing() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let (mut notebook, docs) = Notebook::open(&editor, "a.ipynb", &CELLS);
    notebook.splice(999, &[], &[]);
    let array = json!({ "start": 2, "deleteCount": 4_000_000_000_u32, "cells": [cell(&docs[3])] });
    notebook.change(json!({ "structure": { "array": array } }));
    let mut unknown = Notebook { editor: &editor, uri: editor.uri("b.ipynb"), version: 1 };
    unknown.splice(0, &[], &[]);
    editor.logged(&["b.ipynb", "not open"]).await;
    let seen = prompt(&editor, &backend, &docs[3]).await;
    assert_eq!(seen.prefix, "import one\n\nthree = ");
    editor.finish().await;
}

#[tokio::test]
async fn a_notebook_is_a_file_of_its_workspace() {
    for (file, text, name, reason) in [
        (".foretypeignore", "secret.ipynb\n", "secret.ipynb", ".foretypeignore"),
        (".foretype.toml", "enabled = false\n", "a.ipynb", "enabled"),
        (".foretype.toml", "[completion]\nignore = ['*.ipynb']\n", "a.ipynb", "completion.ignore"),
    ] {
        let backend = FakeBackend::start().await;
        let editor = Editor::builder().with(&backend).file(file, text).open().await;
        let (_notebook, docs) = Notebook::open(&editor, name, &CELLS);
        assert_silent(&editor, &backend, &docs[3], text).await;
        editor.status_is("off", reason).await;
        editor.finish().await;
    }
}
