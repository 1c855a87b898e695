//! What happens while an edit, or an answer, is on its way: keys, the same action again, an end before
//! its time.

use serde_json::{Value, json};

use super::editor::{edited, messages, offered, start};
use crate::support::editor::{Doc, Editor, Pending};
use crate::support::fake_backend::{FakeBackend, Reply};

const SOURCE: &str = "fn first() {}\n\nfn len(items: &[u8]) -> usize {\n    return items.len();\n}\n\nfn last() {}\n";
const ANSWER: &str = "```rust\nfn len(items: &[u8]) -> usize {\n    items.len()\n}\n```";

/// Has an action done by its command.
async fn run(editor: &Editor, doc: &Doc, task: &str) -> Pending {
    let at = doc.text().find("return").unwrap();
    let item = offered(editor, doc, (at, at), &json!({ "diagnostics": [] }), task).await;
    let data = item.get("data").unwrap_or(&item["command"]["arguments"][0]);
    let params = json!({ "command": "foretype.action", "arguments": [data] });
    editor.request("workspace/executeCommand", params)
}

/// The editor is at a newer version by the time the edit comes, and refuses it.
async fn refuse(editor: &Editor, doc: &mut Doc, key: impl FnOnce(&mut Doc)) {
    let (id, params) = editor.wire.asked("workspace/applyEdit").await;
    edited(editor, doc, &params["edit"]);
    key(doc);
    editor.wire.respond(id, json!({ "applied": false, "failureReason": "it is older" }));
}

#[tokio::test]
async fn keys_in_flight_lose_no_answer() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    let editor = start(&backend).await;
    editor.wire.hold("workspace/applyEdit");
    for keys in [1, 5] {
        let mut doc = editor.open(&format!("{keys}.rs"), "rust", SOURCE);
        let pending = run(&editor, &doc, "refactor.idiomatic").await;
        for _ in 0..keys {
            refuse(&editor, &mut doc, |doc| doc.replace(0, 0, "// 🎉\n")).await;
        }
        let want = doc.text().replace("return items.len();", "items.len()");
        let (id, params) = editor.wire.asked("workspace/applyEdit").await;
        let text = edited(&editor, &doc, &params["edit"]);
        assert_eq!(text, want);
        doc.set_text(&text);
        editor.wire.respond(id, json!({ "applied": true }));
        pending.reply().await;
        assert!(messages(&editor).is_empty());
    }
    assert_eq!(backend.requests().len(), 2, "the model is not asked again");
    editor.finish().await;
}

#[tokio::test]
async fn an_edit_that_cannot_come_is_told() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    let editor = start(&backend).await;
    editor.wire.hold("workspace/applyEdit");
    // Somebody who types without end; a key in the very line; an editor that just does not.
    for (tries, key, why) in [
        (6, Some((0, "x")), "the editor did not apply the change (it is older); ask again"),
        (1, Some((SOURCE.find("return").unwrap(), "x")), "you changed the same lines"),
        (1, None, "the editor did not apply the change (it is older); ask again"),
    ] {
        let mut doc = editor.open(&format!("{}.rs", why.len() + tries), "rust", SOURCE);
        let pending = run(&editor, &doc, "refactor.idiomatic").await;
        for _ in 0..tries {
            refuse(&editor, &mut doc, |doc| {
                if let Some((at, key)) = key {
                    doc.replace(at, at, key);
                }
            })
            .await;
        }
        assert_eq!(pending.reply().await["result"], Value::Null);
        let said = messages(&editor).pop().unwrap();
        assert!(said.contains(why), "{said}");
        doc.close();
    }
    assert_eq!(messages(&editor).len(), 3);
    editor.finish().await;
}

#[tokio::test]
async fn an_action_is_done_once_at_a_time() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let mut doc = editor.open("a.rs", "rust", SOURCE);
    let context = json!({ "diagnostics": [] });
    for round in 0..2 {
        backend.answer(Reply::text(ANSWER).gated());
        let at = doc.text().find("return").unwrap();
        let item = offered(&editor, &doc, (at, at), &context, "refactor.idiomatic").await;
        let first = editor.request("codeAction/resolve", item);
        let call = backend.next_call().await;
        // Asked for where it is by now.
        doc.replace(0, 0, "// x\n");
        let at = doc.text().find("return").unwrap();
        let item = offered(&editor, &doc, (at, at), &context, "refactor.idiomatic").await;
        let second = editor.request("codeAction/resolve", item).reply().await;
        assert!(second["result"].get("edit").is_none(), "{second}");
        let said = messages(&editor).pop().unwrap();
        assert_eq!(
            said,
            "foretype: “make idiomatic” is under way there already; wait for it, or cancel it"
        );
        // Another one may be.
        backend.answer("It counts.");
        run(&editor, &doc, "explain").await.reply().await;
        backend.next_call().await;
        if round == 0 {
            first.cancel();
            call.closed().await;
            assert_eq!(first.code().await, -32800);
        } else {
            call.release().await;
            let edit = first.reply().await["result"]["edit"].clone();
            let want = doc.text().replace("return items.len();", "items.len()");
            assert_eq!(edited(&editor, &doc, &edit), want);
        }
    }
    assert_eq!(backend.requests().len(), 4);
    editor.finish().await;
}

#[tokio::test]
async fn a_cancelled_explanation_says_so() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    for (nth, how) in ["progress", "request", "broken"].into_iter().enumerate() {
        let doc = editor.open(&format!("{how}.rs"), "rust", SOURCE);
        let reply = Reply::tokens(["It counts", " the items."]).gated();
        backend.answer(if how == "broken" { reply.truncate_after(1) } else { reply });
        let pending = run(&editor, &doc, "explain").await;
        let call = backend.next_call().await;
        call.step().await;
        let shown = || editor.wire.questions("window/showDocument").get(nth).cloned();
        let page = editor.wire.until("the page", shown).await;
        let page = foretype::document::uri::DocumentUri::new(page["uri"].as_str().unwrap());
        let page = page.to_path().unwrap();
        match how {
            "progress" => {
                let told = editor.notifications("$/progress").pop().unwrap();
                let token = json!({ "token": told["token"] });
                editor.notify("window/workDoneProgress/cancel", token);
                assert_eq!(pending.code().await, -32800);
            }
            "request" => {
                pending.cancel();
                assert_eq!(pending.code().await, -32800);
            }
            _ => {
                call.release().await;
                pending.reply().await;
                assert!(messages(&editor).pop().unwrap().contains("broke off"));
            }
        }
        let end = match how {
            "broken" => {
                format!(
                    "broke off before its end: {} broke off in mid-answer; ask again",
                    backend.name()
                )
            }
            _ => "was cancelled before its end".to_owned(),
        };
        let want = format!("# About {how}.rs\n\nIt counts …\n\n*It {end}.*\n");
        let began = std::time::Instant::now();
        while let text = tokio::fs::read_to_string(&page).await.unwrap_or_default()
            && text != want
        {
            assert!(began.elapsed().as_secs() < 5, "{how}: {text}");
            tokio::task::yield_now().await;
        }
    }
    editor.log();
    editor.finish().await;
}

/// A server that heeds no limit is heard so long and no longer.
#[tokio::test]
async fn endless_answers_are_ended() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let tokens = |kib: usize| vec!["// it goes on and on and on, and\n".repeat(128); kib / 4];
    backend.answer(Reply::tokens(tokens(300)));
    run(&editor, &doc, "optimise").await.reply().await;
    let why = "did not come to an end: it was stopped at 256 KiB";
    assert!(messages(&editor).pop().unwrap().contains(why), "{:?}", messages(&editor));
    backend.answer(Reply::tokens(tokens(200)));
    run(&editor, &doc, "explain").await.reply().await;
    assert_eq!(messages(&editor).len(), 1);
    editor.finish().await;
}
