//! `selectedCompletionInfo`: the document is completed as if the popup's item were inserted.

use super::support::driver::{Doc, Pending};
use super::*;

/// Asks with the item `text` over the `before` bytes before the cursor selected.
fn ask(doc: &Doc, before: usize, text: &str) -> Pending {
    let range = doc.range(doc.cursor - before..doc.cursor);
    let info = json!({ "range": range, "text": text });
    doc.inline(json!({ "triggerKind": 2, "selectedCompletionInfo": info }))
}

#[tokio::test]
async fn the_item_is_the_beginning_of_what_is_suggested() {
    let (backend, editor) = pair().await;
    backend.answer("(key)\nmore\n");
    let doc = editor.open("untitled:a.rs", "rust", "let a = map.ge$0;\n");
    let items = ask(&doc, 2, "get").items().await;
    assert_eq!(items[0]["insertText"], "get(key)");
    assert_eq!(items[0]["range"], doc.range(doc.cursor - 2..doc.cursor));
    assert_eq!(doc.accepted(&items[0]), "let a = map.get(key);\n");
    let prompt = backend.requests()[0].prompt();
    assert_eq!((prompt.prefix.as_str(), prompt.suffix.as_str()), ("let a = map.get", ";\n"));
}

#[tokio::test]
async fn typing_on_with_the_item_selected_shares_the_generation() {
    let (backend, editor) = pair().await;
    backend.script([Reply::text("(key)").gated()]);
    let mut doc = editor.open("untitled:a.rs", "rust", "let a = map.g$0\n");
    let first = ask(&doc, 1, "get");
    let call = backend.next_call().await;
    doc.type_text("e");
    assert_eq!(first.error().await, -32800);
    let second = ask(&doc, 2, "get");
    assert!(call.release().await);
    assert_eq!(second.texts().await, ["get(key)"]);
    // Finished, it comes from the cache, the item's last letter typed as well.
    doc.type_text("t");
    assert_eq!(ask(&doc, 3, "get").texts().await, ["get(key)"]);
    assert_eq!(backend.requests().len(), 1);
}

#[tokio::test]
async fn a_cancel_or_another_item_closes_the_connection() {
    let (backend, editor) = pair().await;
    backend.answer(Reply::text("(key)").gated());
    let doc = editor.open("untitled:a.rs", "rust", "let a = map.g$0\n");
    let first = ask(&doc, 1, "get");
    let call = backend.next_call().await;
    editor.cancel(&first);
    assert_eq!(first.error().await, -32800);
    call.closed().await;
    let second = ask(&doc, 1, "get");
    let call = backend.next_call().await;
    let third = ask(&doc, 1, "get_mut");
    assert_eq!(second.error().await, -32800);
    call.closed().await;
    let call = backend.next_call().await;
    doc.close();
    assert_eq!(third.error().await, -32800);
    call.closed().await;
}

#[tokio::test]
async fn another_item_is_another_suggestion() {
    let (backend, editor) = pair().await;
    backend.when("map.get_mut", "(other)");
    backend.when("map.get", "(key)");
    let doc = editor.open("untitled:a.rs", "rust", "let a = map.g$0\n");
    assert_eq!(ask(&doc, 1, "get").texts().await, ["get(key)"]);
    assert_eq!(ask(&doc, 1, "get_mut").texts().await, ["get_mut(other)"]);
    assert_eq!(ask(&doc, 1, "get").texts().await, ["get(key)"]);
    assert_eq!(backend.requests().len(), 2);
}

#[tokio::test]
async fn what_does_not_go_on_from_the_text_is_silent() {
    let (backend, editor) = pair().await;
    let doc = editor.open("untitled:a.rs", "rust", "let b = 1;\nlet a = map.ge$0tter\n");
    let line = doc.range(4..doc.cursor);
    let infos = [
        // Over two lines, ending before the cursor, beginning behind it.
        json!({ "range": line, "text": "get" }),
        json!({ "range": doc.range(doc.cursor - 2..doc.cursor - 1), "text": "get" }),
        json!({ "range": doc.range(doc.cursor + 1..doc.cursor + 2), "text": "get" }),
    ];
    for info in infos {
        let context = json!({ "triggerKind": 2, "selectedCompletionInfo": info });
        assert!(doc.inline(context).texts().await.is_empty(), "{info}");
    }
    assert_eq!(backend.requests().len(), 0);
}
