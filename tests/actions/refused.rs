//! What cannot be done: a clear message, and nothing is changed.

use serde_json::{Value, json};

use super::editor::{edited, messages, offered, start};
use crate::support::editor::{Doc, Editor};
use crate::support::fake_backend::{FakeBackend, Reply};

const SOURCE: &str = "fn len(items: &[u8]) -> usize {\n    return items.len();\n}\n";
const ANSWER: &str = "fn len(items: &[u8]) -> usize {\n    items.len()\n}\n";

fn context() -> Value {
    json!({ "diagnostics": [] })
}

async fn offer(editor: &Editor, doc: &Doc, task: &str) -> Value {
    let at = SOURCE.find("return").unwrap();
    offered(editor, doc, (at, at), &context(), task).await
}

/// Chooses an action; what the user is told. No edit comes of it.
async fn refused(editor: &Editor, item: Value) -> String {
    let before = messages(editor).len();
    let reply = editor.request("codeAction/resolve", item).reply().await;
    assert!(reply["result"].get("edit").is_none(), "{reply}");
    let said = messages(editor).split_off(before);
    assert_eq!(said.len(), 1, "{said:?}");
    said[0].clone()
}

#[tokio::test]
async fn answers_that_are_none() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    for (answer, finish, why) in [
        ("", "stop", "without any text"),
        ("I'm sorry, but I cannot do that.", "stop", "the model refused"),
        ("It is good as it is. Nothing needs to be done here.", "stop", "in words, without code"),
        ("```rust\nfn len(items: &[u8]) -> usi", "length", "was cut off"),
        ("```python\ndef len(items):\n    return 1\n```", "stop", "is in Python"),
        ("```diff\n@@ -1 +1 @@\n-let other = 1;\n+let other = 2;\n```", "stop", "not there"),
        (SOURCE, "stop", "nothing to change"),
        ("```rust\n```", "stop", "answered nothing"),
    ] {
        backend.answer(Reply::text(answer).finish_reason(finish));
        let item = offer(&editor, &doc, "refactor.idiomatic").await;
        let said = refused(&editor, item).await;
        assert!(said.contains(why), "{why}: {said}");
    }
    editor.log();
    editor.finish().await;
}

#[tokio::test]
async fn documents_that_go_away() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let work = |doc: &Doc, item: Value| {
        backend.answer(Reply::text(ANSWER).gated());
        assert!(doc.text() == SOURCE);
        editor.request("codeAction/resolve", item)
    };
    // Closed while the model writes.
    let doc = editor.open("closed.rs", "rust", SOURCE);
    let item = offer(&editor, &doc, "refactor.idiomatic").await;
    let pending = work(&doc, item);
    let call = backend.next_call().await;
    doc.close();
    call.closed().await;
    assert!(pending.reply().await["result"].get("edit").is_none());
    assert!(messages(&editor).pop().unwrap().ends_with("the document is not open any more"));
    // Deleted while the model writes; one that was never saved has nothing to be deleted.
    for saved in [true, false] {
        let name = format!("{saved}.rs");
        if saved {
            editor.write(&name, SOURCE);
        }
        let doc = editor.open(&name, "rust", SOURCE);
        let item = offer(&editor, &doc, "refactor.idiomatic").await;
        let pending = work(&doc, item);
        let call = backend.next_call().await;
        let _ = std::fs::remove_file(editor.path(&name));
        call.release().await;
        let reply = pending.reply().await;
        if saved {
            assert!(reply["result"].get("edit").is_none());
            let said = messages(&editor).pop().unwrap();
            assert_eq!(said, "foretype: true.rs has been deleted meanwhile, so nothing was done");
        } else {
            assert_eq!(edited(&editor, &doc, &reply["result"]["edit"]), ANSWER);
        }
    }
    editor.finish().await;
}

#[tokio::test]
async fn files_that_cannot_be_written() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    let editor = start(&backend).await;
    editor.write("a.rs", SOURCE);
    let mut mode = std::fs::metadata(editor.path("a.rs")).unwrap().permissions();
    mode.set_readonly(true);
    std::fs::set_permissions(editor.path("a.rs"), mode).unwrap();
    let doc = editor.open("a.rs", "rust", SOURCE);
    let item = offer(&editor, &doc, "refactor.idiomatic").await;
    let said = refused(&editor, item).await;
    assert!(
        said.starts_with("foretype: a.rs is read-only, so nothing was done; make it"),
        "{said}"
    );
    assert!(backend.requests().is_empty(), "nobody is asked in vain");
    // What changes nothing is done.
    let item = offer(&editor, &doc, "explain").await;
    let command = &item["command"];
    let run = json!({ "command": command["command"], "arguments": command["arguments"] });
    editor.request("workspace/executeCommand", run).reply().await;
    assert_eq!(backend.requests().len(), 1);
    editor.finish().await;
}

/// Whether a file can be written is asked without opening it: a pipe would keep waiting for a reader.
#[cfg(unix)]
#[tokio::test]
async fn files_are_not_opened_for_writing() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    let editor = start(&backend).await;
    let pipe = editor.path("a.rs");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let doc = editor.open("a.rs", "rust", SOURCE);
    let item = offer(&editor, &doc, "refactor.idiomatic").await;
    let pending = editor.request("codeAction/resolve", item);
    let reply = tokio::time::timeout(std::time::Duration::from_secs(10), pending.reply()).await;
    if reply.is_err() {
        // Lets it go, or the test would not end.
        drop(std::fs::File::open(&pipe));
    }
    assert_eq!(edited(&editor, &doc, &reply.expect("opened")["result"]["edit"]), ANSWER);
    editor.finish().await;
}

/// An editor that can do nothing of what is optional.
#[tokio::test]
async fn a_client_that_can_do_little() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    // But for edits of the versions that it has.
    let can =
        json!({ "workspace": { "applyEdit": true, "workspaceEdit": { "documentChanges": true } } });
    let editor = Editor::builder().with(&backend).no_capabilities().capabilities(can).open().await;
    editor.wire.hold("workspace/applyEdit");
    let doc = editor.open("a.rs", "rust", SOURCE);
    let at = SOURCE.find("return").unwrap();
    let mut item = Value::Null;
    while item.is_null() {
        let all = super::editor::actions(&editor, &doc, (at, at), context()).await;
        assert!(all.iter().all(|item| item["command"].is_string()), "commands alone");
        let is = |item: &&Value| item["arguments"][0]["task"] == "refactor.idiomatic";
        item = all.iter().find(is).cloned().unwrap_or_default();
    }
    for (answer, why) in [
        (json!({ "applied": false, "failureReason": "locked" }), "(locked)"),
        (json!({ "applied": false }), "(no reason was given)"),
        (Value::Null, "did not apply"),
    ] {
        let run = json!({ "command": item["command"], "arguments": item["arguments"] });
        let pending = editor.request("workspace/executeCommand", run);
        let (id, params) = editor.wire.asked("workspace/applyEdit").await;
        let edit = &params["edit"];
        assert_eq!(edit["documentChanges"][0]["textDocument"]["uri"], doc.uri);
        editor.wire.respond(id, answer);
        assert_eq!(pending.reply().await["result"], Value::Null);
        let said = messages(&editor).pop().unwrap();
        assert!(said.contains(why) && said.contains("ask again"), "{said}");
    }
    assert!(editor.wire.questions("window/workDoneProgress/create").is_empty());
    assert!(editor.wire.questions("window/showDocument").is_empty());
    assert!(editor.notifications("$/progress").is_empty());
    editor.log();
    editor.finish().await;
}
