//! Messages that make no sense are told of once, and leave the document as it was.

use serde_json::{Value, json};

use super::assert_same;
use crate::support::editor::{Doc, Editor};
use crate::support::fake_backend::FakeBackend;

const SOURCE: &str = "fn a() {\n    let 😀 = $0\n}\n";

fn range(from: (i64, i64), to: (i64, i64)) -> Value {
    let place = |(line, character)| json!({ "line": line, "character": character });
    json!({ "start": place(from), "end": place(to) })
}

/// Lets a case loose on an open document, twice, and asserts what every case wants.
async fn check(name: &str, words: &[&str], send: impl Fn(&Editor, &mut Doc)) {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let mut doc = editor.open("a.rs", "rust", SOURCE);
    send(&editor, &mut doc);
    send(&editor, &mut doc);
    editor.settle().await;
    let log = editor.log();
    assert_eq!(log.len(), 1, "{name}: {log:?}");
    assert!(words.iter().all(|word| log[0].contains(word)), "{name}: {log:?}");
    assert!(!log[0].contains("let"), "{name}: no text of the document is told");
    assert_same(&editor, &backend, &doc, name).await;
    doc.type_text("f(");
    assert_same(&editor, &backend, &doc, name).await;
    editor.finish().await;
}

#[tokio::test]
async fn changes_that_lie_nowhere() {
    for (name, changes, words) in [
        (
            "a line past the end",
            json!([{ "range": range((99, 0), (99, 1)), "text": "x" }]),
            ["a.rs", "past the end"],
        ),
        (
            "the largest line there is",
            json!([{ "range": range((4_294_967_295, 0), (4_294_967_295, 9)), "text": "x" }]),
            ["a.rs", "past the end"],
        ),
        (
            "inverted lines",
            json!([{ "range": range((2, 0), (1, 0)), "text": "x" }]),
            ["a.rs", "before its start"],
        ),
        (
            "inverted columns",
            json!([{ "range": range((1, 3), (1, 2)), "text": "x" }]),
            ["a.rs", "before its start"],
        ),
        (
            "the second of three",
            json!([
                { "range": range((0, 0), (0, 0)), "text": "x" },
                { "range": range((77, 0), (77, 0)), "text": "y" },
                { "range": range((0, 0), (0, 0)), "text": "z" },
            ]),
            ["a.rs", "past the end"],
        ),
        (
            "the last, after the whole text",
            json!([{ "text": "short" }, { "range": range((3, 0), (3, 0)), "text": "y" }]),
            ["a.rs", "past the end"],
        ),
    ] {
        check(name, &words, |_, doc| doc.send_changes(changes.clone())).await;
    }
}

#[tokio::test]
async fn params_that_are_none() {
    let change = |doc: &Doc, version: Value, changes: Value| {
        let document = json!({ "uri": doc.uri, "version": version });
        json!({ "textDocument": document, "contentChanges": changes })
    };
    let all = range((0, 0), (0, 0));
    for (name, version, changes) in [
        ("no list", json!(7), json!(5)),
        ("no text", json!(7), json!([{ "range": all }])),
        ("a text that is a number", json!(7), json!([{ "text": 3 }])),
        ("a range that is a text", json!(7), json!([{ "range": "0:0", "text": "x" }])),
        ("an empty range", json!(7), json!([{ "range": {}, "text": "x" }])),
        ("half a range", json!(7), json!([{ "range": { "start": all["start"] }, "text": "x" }])),
        ("below zero", json!(7), json!([{ "range": range((-1, 0), (0, 0)), "text": "x" }])),
        ("a version that is a text", json!("7"), json!([{ "text": "x" }])),
        ("one of two", json!(7), json!([{ "range": all, "text": "x" }, null])),
    ] {
        check(name, &["textDocument/didChange", "params"], |editor, doc| {
            let params = change(doc, version.clone(), changes.clone());
            editor.notify("textDocument/didChange", params);
        })
        .await;
    }
    for method in [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didSave",
        "notebookDocument/didOpen",
        "notebookDocument/didChange",
        "notebookDocument/didClose",
        "workspace/didChangeWorkspaceFolders",
        "workspace/didRenameFiles",
        "workspace/didChangeWatchedFiles",
        "foretype/event",
    ] {
        for params in [json!({}), json!({ "textDocument": 3 }), json!([])] {
            check(method, &[method, "params"], |editor, _| editor.notify(method, params.clone()))
                .await;
        }
    }
}

#[tokio::test]
async fn documents_that_are_not_open() {
    let uri = "file:///nowhere/b.rs";
    let document = json!({ "uri": uri, "version": 3 });
    for (method, params) in [
        (
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "text": "x" }] }),
        ),
        ("textDocument/didClose", json!({ "textDocument": document })),
    ] {
        check(method, &[uri, "not open"], |editor, _| editor.notify(method, params.clone())).await;
    }
}

#[tokio::test]
async fn versions_only_grow() {
    let first = range((0, 0), (0, 0));
    for (name, version) in [("late", -3), ("none yet", 0), ("duplicate", 1)] {
        let change = json!([{ "range": first, "text": "x" }]);
        check(name, &["a.rs", "version"], |_, doc| doc.send_changes_as(version, change.clone()))
            .await;
    }
}

#[tokio::test]
async fn a_client_without_versions_is_served() {
    for version in [Value::Null, json!(0)] {
        let backend = FakeBackend::start().await;
        backend.answer("");
        let editor = Editor::open_with(&backend).await;
        let uri = editor.uri("a.rs");
        let item = json!({ "uri": uri, "languageId": "rust", "version": 0, "text": "let a = " });
        editor.notify("textDocument/didOpen", json!({ "textDocument": item }));
        for text in ["let b = ", "let c = "] {
            let document = json!({ "uri": uri, "version": version });
            let params = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
            editor.notify("textDocument/didChange", params);
        }
        let doc = editor.doc(&uri, "let c = $0");
        assert_same(&editor, &backend, &doc, "no versions").await;
        editor.finish().await;
    }
}

#[tokio::test]
async fn opened_twice_the_newer_text_counts() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let _old = editor.open("a.rs", "rust", "let old = $0");
    let mut doc = editor.open("a.rs", "rust", "let new = $0");
    assert_same(&editor, &backend, &doc, "opened twice").await;
    doc.type_text("f(");
    assert_same(&editor, &backend, &doc, "typed").await;
    editor.logged(&["a.rs", "opened twice"]).await;
    assert_eq!(editor.log().len(), 1);
    editor.finish().await;
}

#[tokio::test]
async fn closed_means_silent() {
    let backend = FakeBackend::start().await;
    backend.answer(crate::support::fake_backend::Reply::hang());
    let editor = Editor::open_with(&backend).await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    let waiting = editor.request_suggestion(&doc);
    let call = backend.next_call().await;
    let again = editor.doc(&doc.uri, "let a = $0");
    doc.close();
    assert_eq!(waiting.code().await, -32800);
    call.closed().await;
    super::assert_silent(&editor, &backend, &again, "closed").await;
    editor.status_is("idle", "not open").await;
    editor.finish().await;
}
