//! A document that changes its name keeps what was under way and what was suggested.

use serde_json::json;

use super::assert_same;
use crate::support::editor::{Doc, Editor};
use crate::support::fake_backend::{FakeBackend, Reply};

fn rename(editor: &Editor, from: &str, to: &str) {
    let (old, new) = (editor.uri(from), editor.uri(to));
    let files = json!([{ "oldUri": old, "newUri": new }]);
    editor.notify("workspace/didRenameFiles", json!({ "files": files }));
}

/// The document under its new name.
fn moved(editor: &Editor, doc: &Doc, to: &str) -> Doc {
    let mut moved = editor.doc(&editor.uri(to), &doc.source());
    moved.version = doc.version;
    moved
}

/// Types on through a suggestion that was made before the rename: no new request.
async fn typed_through(editor: &Editor, backend: &FakeBackend, mut doc: Doc, name: &str) {
    doc.type_text("al");
    assert_eq!(editor.suggestion(&doc).await.insert_text, "pha(beta);", "{name}");
    assert_eq!(backend.requests().len(), 1, "{name}");
}

#[tokio::test]
async fn a_suggestion_survives_the_rename_of_a_file_and_of_a_folder() {
    for (name, from, to, opened, now) in [
        ("a file", "src/a.rs", "src/b.rs", "src/a.rs", "src/b.rs"),
        ("a folder", "src", "lib", "src/deep/a.rs", "lib/deep/a.rs"),
        ("a blank in it", "a b", "c d", "a b/a.rs", "c d/a.rs"),
    ] {
        let backend = FakeBackend::start().await;
        backend.answer("alpha(beta);");
        let editor = Editor::open_with(&backend).await;
        let doc = editor.open(opened, "rust", "let a = $0");
        let other = editor.open("srcs/a.rs", "rust", "let other = $0");
        editor.suggestion(&doc).await;
        rename(&editor, from, to);
        typed_through(&editor, &backend, moved(&editor, &doc, now), name).await;
        assert_same(&editor, &backend, &other, "a name that only begins alike").await;
        editor.finish().await;
    }
}

#[tokio::test]
async fn a_generation_survives_the_rename() {
    let backend = FakeBackend::start().await;
    backend.script([Reply::text("alpha(beta);").gated()]);
    let editor = Editor::open_with(&backend).await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    let _waiting = editor.request_suggestion(&doc);
    let call = backend.next_call().await;
    call.send("alp").await;
    rename(&editor, "a.rs", "b.rs");
    let mut doc = moved(&editor, &doc, "b.rs");
    doc.type_text("al");
    let pending = editor.request_suggestion(&doc);
    call.send("ha(beta);").await;
    call.finish().await;
    assert_eq!(pending.suggestions().await[0].insert_text, "pha(beta);");
    assert_eq!(backend.requests().len(), 1);
    editor.finish().await;
}

#[tokio::test]
async fn closed_and_opened_under_another_name_is_a_rename() {
    let backend = FakeBackend::start().await;
    backend.answer("alpha(beta);");
    let editor = Editor::open_with(&backend).await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    editor.suggestion(&doc).await;
    let text = doc.close();
    let doc = editor.open("b.rs", "rust", &text);
    typed_through(&editor, &backend, doc, "close and open").await;
    editor.finish().await;
}

#[tokio::test]
async fn another_text_under_another_name_is_no_rename() {
    let backend = FakeBackend::start().await;
    backend.answer("alpha(beta);");
    let editor = Editor::open_with(&backend).await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    editor.suggestion(&doc).await;
    doc.close();
    let doc = editor.open("b.rs", "rust", "let b = $0");
    editor.suggestion(&doc).await;
    assert_eq!(backend.requests().len(), 2);
    editor.finish().await;
}

/// Editors differ in which they send first.
#[tokio::test]
async fn told_both_ways_in_either_order_nothing_is_wrong() {
    for told_first in [true, false] {
        let backend = FakeBackend::start().await;
        backend.answer("alpha(beta);");
        let editor = Editor::open_with(&backend).await;
        let doc = editor.open("a.rs", "rust", "let a = $0");
        editor.suggestion(&doc).await;
        if told_first {
            rename(&editor, "a.rs", "b.rs");
        }
        let text = doc.close();
        let doc = editor.open("b.rs", "rust", &text);
        if !told_first {
            rename(&editor, "a.rs", "b.rs");
        }
        typed_through(&editor, &backend, doc, &format!("told first: {told_first}")).await;
        editor.settle().await;
        assert!(editor.log().is_empty(), "told first {told_first}: {:?}", editor.log());
        editor.finish().await;
    }
}

#[tokio::test]
async fn the_language_follows_the_name() {
    let backend = FakeBackend::start().await;
    backend.answer("x");
    let options = json!({ "completion": { "disabled_languages": ["python"] } });
    let editor = Editor::builder().with(&backend).options(options).open().await;
    let doc = editor.open("a.txt", "plaintext", "a = $0");
    rename(&editor, "a.txt", "a.py");
    let doc = moved(&editor, &doc, "a.py");
    super::assert_silent(&editor, &backend, &doc, "python").await;
    rename(&editor, "a.py", ".env");
    let doc = moved(&editor, &doc, ".env");
    super::assert_silent(&editor, &backend, &doc, "a secret file by now").await;
    editor.status_is("off", "").await;
    editor.finish().await;
}
