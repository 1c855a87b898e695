//! How a connection ends: by the book, without a word, and in the middle of work.

use foretype::server::transport::Ended;
use serde_json::{Value, json};

use crate::support::editor::Editor;
use crate::support::fake_backend::{FakeBackend, Reply};

#[tokio::test]
async fn shutdown_answers_and_then_nothing_but_exit_counts() {
    let backend = FakeBackend::start().await;
    let mut editor = Editor::open_with(&backend).await;
    let doc = editor.open("a.rs", "rust", "fn a() {$0}");
    let reply = editor.request("shutdown", Value::Null).reply().await;
    assert_eq!(reply["result"], Value::Null);
    assert_eq!(editor.request_suggestion(&doc).code().await, -32600);
    assert_eq!(editor.request("shutdown", Value::Null).code().await, -32600);
    assert_eq!(editor.request("initialize", editor.initialize.clone()).code().await, -32600);
    editor.notify("textDocument/didClose", json!({ "textDocument": doc.identifier() }));
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended().await, Ended::Exit { after_shutdown: true });
    assert!(backend.requests().is_empty());
}

#[tokio::test]
async fn exit_without_shutdown_is_told_apart() {
    for initialized in [false, true] {
        let builder = Editor::builder();
        let mut editor = if initialized { builder.open().await } else { builder.connect() };
        editor.notify("exit", Value::Null);
        assert_eq!(editor.ended().await, Ended::Exit { after_shutdown: false });
    }
}

#[tokio::test]
async fn a_shutdown_that_was_refused_is_none() {
    let mut editor = Editor::builder().connect();
    assert_eq!(editor.request("shutdown", Value::Null).code().await, -32002);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended().await, Ended::Exit { after_shutdown: false });
}

#[tokio::test]
async fn what_was_sent_before_exit_is_still_answered() {
    let mut editor = Editor::builder().open().await;
    let asked: Vec<_> =
        (0..100).map(|_| editor.request("workspace/executeCommand", json!({}))).collect();
    let shutdown = editor.request("shutdown", Value::Null);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended().await, Ended::Exit { after_shutdown: true });
    for pending in asked {
        assert_eq!(pending.code().await, -32602);
    }
    assert!(shutdown.reply().await.get("error").is_none());
}

#[tokio::test]
async fn shutdown_answers_what_is_under_way_and_closes_its_connections() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::hang());
    let editor = Editor::open_with(&backend).await;
    let docs: Vec<_> =
        (0..8).map(|n| editor.open(&format!("{n}.rs"), "rust", "let a = $0")).collect();
    let waiting: Vec<_> = docs.iter().map(|doc| editor.request_suggestion(doc)).collect();
    let mut calls = Vec::new();
    for _ in &docs {
        calls.push(backend.next_call().await);
    }
    let shutdown = editor.request("shutdown", Value::Null).reply().await;
    assert!(shutdown.get("error").is_none(), "{shutdown}");
    for pending in waiting {
        assert_eq!(pending.code().await, -32800);
    }
    for call in calls {
        call.closed().await;
    }
    let mut editor = editor;
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended().await, Ended::Exit { after_shutdown: true });
}

#[tokio::test]
async fn the_end_of_the_input_ends_all_work() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::hang());
    let editor = Editor::open_with(&backend).await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    let _waiting = editor.request_suggestion(&doc);
    let call = backend.next_call().await;
    assert_eq!(editor.hang_up().await, Ended::Eof);
    call.closed().await;
}

#[tokio::test]
async fn the_end_inside_a_frame_is_an_end() {
    for bytes in ["Content-Length: 100\r\n\r\n{\"jsonrpc\"", "Content-Le", "\u{feff}"] {
        let editor = Editor::builder().open().await;
        editor.wire.send_raw(bytes.as_bytes());
        assert_eq!(editor.hang_up().await, Ended::Eof, "{bytes:?}");
    }
}

#[tokio::test]
async fn the_connection_is_closed_when_it_has_ended() {
    let editor = Editor::builder().open().await;
    let wire = std::sync::Arc::clone(&editor.wire);
    editor.finish().await;
    assert!(wire.is_over(), "nothing holds the server's end open");
}
