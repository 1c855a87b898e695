//! How actions behave towards the editor: offers, commands, progress, typing meanwhile, and
//! everything that can go wrong.

use foretype::actions::subject::Subject;
use foretype::actions::task::Task;
use foretype::document::Document;
use foretype::document::offset::{ByteOffset, ByteRange, Encoding};
use foretype::workspace::Snapshot;
use serde_json::{Value, json};

use super::editor::{actions, capabilities, edited, messages, offered, start, told};
use crate::support::editor::{Doc, Editor};
use crate::support::fake_backend::{FakeBackend, Reply};

const SOURCE: &str = "fn first() {}\n\nfn len(items: &[u8]) -> usize {\n    return items.len();\n}\n\nfn last() {}\n";
const ANSWER: &str = "```rust\nfn len(items: &[u8]) -> usize {\n    items.len()\n}\n```";

fn at(source: &str, needle: &str) -> (usize, usize) {
    let at = source.find(needle).unwrap();
    (at, at)
}

fn context() -> Value {
    json!({ "diagnostics": [] })
}

#[tokio::test]
async fn an_editor_without_resolve_gets_the_edit_to_apply() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    for literals in [true, false] {
        let mut can = json!({
            "textDocument": { "codeAction": {} },
            "workspace": { "applyEdit": true, "workspaceEdit": { "documentChanges": true } },
        });
        if literals {
            let kinds = json!({ "codeActionKind": { "valueSet": ["refactor"] } });
            can["textDocument"]["codeAction"]["codeActionLiteralSupport"] = kinds;
        }
        let editor = Editor::builder().with(&backend).capabilities(can).open().await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        let range = at(SOURCE, "return");
        let mut item = Value::Null;
        while item.is_null() {
            let all = actions(&editor, &doc, range, context()).await;
            let title = |item: &&Value| item["title"] == "Make `len` more idiomatic";
            item = all.iter().find(title).cloned().unwrap_or_default();
        }
        let command = if literals { item["command"].clone() } else { item };
        assert_eq!(command["command"], "foretype.action");
        let params = json!({
            "command": command["command"], "arguments": command["arguments"],
            "workDoneToken": "mine",
        });
        let reply = editor.request("workspace/executeCommand", params).reply().await;
        assert_eq!(reply["result"], Value::Null, "{reply}");
        let asked = editor.wire.questions("workspace/applyEdit");
        let edit = &asked[0]["edit"];
        assert_eq!(
            edited(&editor, &doc, edit),
            SOURCE.replace("return items.len();", "items.len()")
        );
        let edits = edit["documentChanges"][0]["edits"].as_array().unwrap();
        assert_eq!(edits.len(), 1, "only the line that changes");
        let kinds: Vec<String> = editor
            .notifications("$/progress")
            .iter()
            .filter(|told| told["token"] == "mine")
            .map(|told| told["value"]["kind"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(kinds, ["begin", "report", "end"]);
        editor.finish().await;
    }
}

#[tokio::test]
async fn explanations_are_a_page_or_a_message() {
    let backend = FakeBackend::start().await;
    backend.answer("It counts the items.\n\nNothing more.");
    let editor = start(&backend).await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let item = offered(&editor, &doc, at(SOURCE, "return"), &context(), "explain").await;
    assert_eq!(item["kind"], "foretype.explain");
    let command = item["command"].clone();
    let run = json!({ "command": command["command"], "arguments": command["arguments"] });
    let reply = editor.request("workspace/executeCommand", run).reply().await;
    let shown = editor.wire.questions("window/showDocument");
    let uri = foretype::document::uri::DocumentUri::new(shown[0]["uri"].as_str().unwrap());
    let page = std::fs::read_to_string(uri.to_path().unwrap()).unwrap();
    assert_eq!(page, "# About a.rs\n\nIt counts the items.\n\nNothing more.\n");
    assert_eq!(reply["result"], json!({ "page": shown[0]["uri"] }));
    assert_eq!(shown.len(), 1, "it is opened once");
    assert!(messages(&editor).is_empty());
    assert!(told(&backend).contains("<code>\nfn len(items: &[u8]) -> usize {"));
    // Progress that the editor did not ask for is announced first.
    assert_eq!(editor.wire.questions("window/workDoneProgress/create").len(), 1);
    editor.finish().await;
    // Where no page is shown it can be read in the progress, and where there is none, in a message.
    for progress in [true, false] {
        let window = json!({ "showDocument": { "support": false }, "workDoneProgress": progress });
        let editor = Editor::builder()
            .with(&backend)
            .capabilities(capabilities())
            .capabilities(json!({ "window": window }))
            .open()
            .await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        let item = offered(&editor, &doc, at(SOURCE, "return"), &context(), "explain").await;
        let arguments = item["command"]["arguments"].clone();
        let run = json!({ "command": "foretype.action", "arguments": arguments });
        let reply = editor.request("workspace/executeCommand", run).reply().await;
        assert_eq!(reply["result"], Value::Null);
        let whole = "It counts the items.\n\nNothing more.";
        let told: Vec<Value> =
            editor.notifications("$/progress").iter().map(|told| told["value"].clone()).collect();
        if progress {
            assert_eq!(told[0]["title"], "foretype: explain");
            assert_eq!(told[1], json!({ "kind": "report", "message": "1 tokens: It" }));
            assert_eq!(told.last(), Some(&json!({ "kind": "end", "message": whole })));
            assert!(messages(&editor).is_empty());
        } else {
            assert!(told.is_empty());
            assert_eq!(messages(&editor), [whole]);
        }
        editor.finish().await;
    }
}

/// Files of one name have pages of their own.
#[tokio::test]
async fn pages_do_not_give_way_to_each_other() {
    let backend = FakeBackend::start().await;
    backend.answer("It counts the items.");
    let editor = start(&backend).await;
    let mut pages = Vec::new();
    for path in ["one/a.rs", "two/a.rs", "one/a.rs"] {
        let doc = editor.open(path, "rust", SOURCE);
        let item = offered(&editor, &doc, at(SOURCE, "return"), &context(), "explain").await;
        let command = &item["command"];
        let run = json!({ "command": command["command"], "arguments": command["arguments"] });
        let reply = editor.request("workspace/executeCommand", run).reply().await;
        pages.push(reply["result"]["page"].as_str().expect("a page").to_owned());
        doc.close();
    }
    assert_ne!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
    editor.finish().await;
}

/// A huge selection is cut as the code is, between characters.
#[test]
fn a_selection_has_its_bounds() {
    let source = "static Ü: u8 = 1;\n".repeat(10_000);
    let document = Document::open("untitled:a", "rust", 1, &source).snapshot();
    let all = ByteRange::new(ByteOffset(0), document.text.end());
    let (earlier_cells, encoding) = (Vec::new(), Encoding::Utf8);
    let snapshot = Snapshot { document, earlier_cells, file: None, root: None, encoding };
    let values = Subject::new(&snapshot, &Task::Explain, all, all).unwrap().values;
    assert!((60_000..=64 * 1024).contains(&values.code.len()));
    assert!(values.selection == values.code);
}

/// Versions may begin at 0; who says 0 again after a change keeps none.
#[tokio::test]
async fn versions_from_zero() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    let editor = start(&backend).await;
    let mut doc = Doc::clone_at(&editor.open("b.rs", "rust", ""), SOURCE);
    doc.uri = editor.uri("zero.rs");
    doc.version = 0;
    let item = json!({ "uri": doc.uri, "languageId": "rust", "version": 0, "text": SOURCE });
    editor.notify("textDocument/didOpen", json!({ "textDocument": item }));
    let mut versions = Vec::new();
    for step in 0..3 {
        if step > 0 {
            let version = if step == 1 { 0 } else { 1 };
            let change = json!({
                "textDocument": { "uri": doc.uri, "version": version },
                "contentChanges": [{ "text": SOURCE }],
            });
            editor.notify("textDocument/didChange", change);
        }
        let place = at(SOURCE, "return");
        let item = offered(&editor, &doc, place, &context(), "refactor.idiomatic").await;
        let reply = editor.request("codeAction/resolve", item).reply().await;
        let change = &reply["result"]["edit"]["documentChanges"][0];
        versions.push(change["textDocument"]["version"].clone());
    }
    assert_eq!(versions, [json!(0), Value::Null, json!(1)]);
    editor.finish().await;
}

#[tokio::test]
async fn without_a_model_the_reason_is_shown() {
    let editor = Editor::builder().capabilities(capabilities()).open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let range = at(SOURCE, "return");
    let all = actions(&editor, &doc, range, context()).await;
    assert!(!all.is_empty());
    for item in &all {
        let reason = item["disabled"]["reason"].as_str().expect("a reason");
        assert!(reason.contains("foretype config init"), "{reason}");
        assert!(item.get("data").is_none() && item.get("command").is_none());
    }
    // Nobody asked: nothing is shown with every move of the cursor.
    let quiet = json!({ "diagnostics": [], "triggerKind": 2 });
    assert!(actions(&editor, &doc, range, quiet).await.is_empty());
    editor.finish().await;
}

#[tokio::test]
async fn files_that_stay_here_are_not_asked_about() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    let editor = Editor::builder()
        .with(&backend)
        .capabilities(capabilities())
        .file(".foretypeignore", "secret.rs\n")
        .file("secret.rs", SOURCE)
        .open()
        .await;
    let doc = editor.open("secret.rs", "rust", SOURCE);
    let all = actions(&editor, &doc, at(SOURCE, "return"), context()).await;
    let before = backend.requests().len();
    for item in all.iter().filter(|item| item.get("data").is_some()) {
        let reply = editor.request("codeAction/resolve", item.clone()).reply().await;
        assert!(reply["result"].get("edit").is_none());
    }
    assert_eq!(backend.requests().len(), before);
    let env = editor.open(".env", "dotenv", "KEY=1\n");
    let all = actions(&editor, &env, (0, 0), context()).await;
    assert!(all.iter().all(|item| item["disabled"]["reason"].is_string()), "{all:?}");
    messages(&editor);
    editor.finish().await;
}

#[tokio::test]
async fn cancelling_closes_the_connection() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let range = at(SOURCE, "return");
    for by_progress in [true, false] {
        backend.answer(Reply::text(ANSWER).gated());
        let item = offered(&editor, &doc, range, &context(), "refactor.idiomatic").await;
        let pending = editor.request("codeAction/resolve", item);
        let call = backend.next_call().await;
        call.step().await;
        if by_progress {
            let token = editor
                .wire
                .until("progress", || {
                    let all = editor.notifications("$/progress");
                    let told = all.iter().find(|told| told["value"]["kind"] == "report");
                    told.map(|told| told["token"].clone())
                })
                .await;
            editor.notify("window/workDoneProgress/cancel", json!({ "token": token }));
        } else {
            editor.notify("$/cancelRequest", json!({ "id": pending.id }));
        }
        call.closed().await;
        assert_eq!(pending.reply().await["error"]["code"], -32800);
    }
    editor.finish().await;
}

/// What was typed since an offer was made, anywhere but in its code, does not stand in its way.
#[tokio::test]
async fn offers_outlive_typing() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    backend.answer(ANSWER);
    let finding = json!({
        "range": { "start": { "line": 3, "character": 4 }, "end": { "line": 3, "character": 10 } },
        "message": "unneeded `return`", "code": "needless_return", "severity": 2,
    });
    let with = json!({ "diagnostics": [finding] });
    for (task, context) in [("refactor.idiomatic", &context()), ("fix", &with)] {
        for whole in [false, true] {
            let mut doc = editor.open(&format!("{task}-{whole}.rs"), "rust", SOURCE);
            let item = offered(&editor, &doc, at(SOURCE, "return"), context, task).await;
            if whole {
                doc.set_text(&format!("// 🎉\n{SOURCE}"));
            } else {
                doc.replace(0, 0, "// 🎉\n");
            }
            let end = doc.text().len();
            doc.replace(end, end, "// below\n");
            let reply = editor.request("codeAction/resolve", item).reply().await;
            let want = doc.text().replace("return items.len();", "items.len()");
            assert_eq!(edited(&editor, &doc, &reply["result"]["edit"]), want, "{task} {whole}");
            let told = told(&backend);
            assert!(told.contains("<code>\nfn len(items: &[u8]) -> usize {"), "{told}");
            assert_eq!(
                told.contains("- line 2 of <code> [needless_return]"),
                task == "fix",
                "{told}"
            );
            doc.close();
        }
    }
    editor.finish().await;
}

#[tokio::test]
async fn what_goes_wrong_is_said_and_nothing_changes() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let range = at(SOURCE, "return");
    for (reply, why) in [
        (Reply::status(401), "refused the key"),
        (Reply::text("```rust\nfn len( {\n```"), "break the code"),
        (Reply::text(ANSWER).in_pieces_of(4).truncate_after(3), "broke off"),
    ] {
        backend.answer(reply);
        let item = offered(&editor, &doc, range, &context(), "refactor.idiomatic").await;
        let reply = editor.request("codeAction/resolve", item).reply().await;
        assert!(reply["result"].get("edit").is_none(), "{why}");
        let said = messages(&editor);
        assert!(said.last().is_some_and(|said| said.contains(why)), "{why}: {said:?}");
    }
    // An offer of code that has changed since is none of this one.
    backend.answer(ANSWER);
    let mut doc = doc;
    let item = offered(&editor, &doc, range, &context(), "refactor.idiomatic").await;
    doc.replace(range.0, range.0, "x");
    let asked = backend.requests().len();
    editor.request("codeAction/resolve", item.clone()).reply().await;
    assert!(messages(&editor).last().unwrap().contains("ask for its actions again"));
    doc.close();
    editor.request("codeAction/resolve", item).reply().await;
    assert!(messages(&editor).last().unwrap().contains("not open any more"));
    assert_eq!(backend.requests().len(), asked);
    // What is none of ours.
    let params = json!({ "title": "x", "data": { "task": "nothing" } });
    let reply = editor.request("codeAction/resolve", params).reply().await;
    assert_eq!(reply["error"]["code"], -32602);
    editor.log();
    editor.finish().await;
}
