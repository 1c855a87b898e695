//! Explanations go on as conversations on their pages.

use std::path::PathBuf;

use foretype::document::uri::DocumentUri;
use serde_json::{Value, json};

use super::setting::{SOURCE, builder, holds, messages};
use crate::support::editor::{Builder, Doc, Editor, Pending};
use crate::support::fake_backend::{FakeBackend, Reply};

/// What stands on the page after the first answer.
const FIRST: &str = "# About a.rs\n\nIt counts.\n";

/// Has the function explained.
async fn ask_to_explain(editor: &Editor, doc: &Doc, place: &str) -> Pending {
    let at = editor.encoding.position(doc.text(), doc.text().find(place).unwrap());
    let params = json!({
        "textDocument": doc.identifier(), "range": { "start": at, "end": at },
        "context": { "diagnostics": [], "only": ["foretype.explain"] },
    });
    let mut item = Value::Null;
    while item.is_null() {
        let reply = editor.request("textDocument/codeAction", params.clone()).reply().await;
        item = reply["result"][0].clone();
    }
    let run = json!({ "command": "foretype.action", "arguments": item["command"]["arguments"] });
    editor.request("workspace/executeCommand", run)
}

/// Has the function explained; answers the page's URI and file.
pub async fn explained(editor: &Editor, doc: &Doc) -> (String, PathBuf) {
    explained_at(editor, doc, "items.len").await
}

/// The same for what stands at a place.
pub async fn explained_at(editor: &Editor, doc: &Doc, place: &str) -> (String, PathBuf) {
    let reply = ask_to_explain(editor, doc, place).await.reply().await;
    let page = reply["result"]["page"].as_str().expect("a page").to_owned();
    let file = DocumentUri::new(&page).to_path().unwrap();
    (page, file)
}

async fn follow_up(editor: &Editor, argument: Value) -> Value {
    let run = json!({ "command": "foretype.followUp", "arguments": [argument] });
    editor.request("workspace/executeCommand", run).reply().await
}

/// A request as it is answered by an editor that has the page open and makes the edits of it.
async fn while_open(editor: &Editor, page: &mut Doc, done: &mut usize, pending: &Pending) {
    while !editor.wire.is_answered(&pending.id) {
        catch_up(editor, page, done);
        tokio::task::yield_now().await;
    }
    catch_up(editor, page, done);
}

fn ask(editor: &Editor, argument: &Value) -> Pending {
    let run = json!({ "command": "foretype.followUp", "arguments": [argument] });
    editor.request("workspace/executeCommand", run)
}

/// Looks away from the calls that are answered already.
async fn forget_calls(backend: &FakeBackend) {
    while backend.calls_waiting() > 0 {
        backend.next_call().await;
    }
}

/// The code actions at the end of a page: title, kind, argument.
async fn offers(editor: &Editor, page: &Doc, only: Value) -> Vec<(String, String, Value)> {
    let end = editor.encoding.position(page.text(), page.text().len());
    let params = json!({
        "textDocument": page.identifier(), "range": { "start": end, "end": end },
        "context": { "diagnostics": [], "only": only },
    });
    let reply = editor.request("textDocument/codeAction", params).reply().await;
    let all = reply["result"].as_array().expect("a list").clone();
    let parts = |item: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        assert_eq!(item["command"]["command"], "foretype.followUp");
        (text(&item["title"]), text(&item["kind"]), item["command"]["arguments"][0].clone())
    };
    all.iter().map(parts).collect()
}

/// The roles and texts of the conversation that was sent last, without the system's.
fn turns(backend: &FakeBackend) -> Vec<(String, String)> {
    let request = backend.requests().pop().expect("a request");
    let messages = request.body["messages"].as_array().expect("a conversation").clone();
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let all = messages.iter().map(|turn| (text(&turn["role"]), text(&turn["content"])));
    all.filter(|(role, _)| role != "system").collect()
}

fn named(builder: Builder, client: &str) -> Builder {
    builder.params(json!({ "clientInfo": { "name": client } }))
}

#[tokio::test]
async fn by_the_command() {
    let backend = FakeBackend::start().await;
    backend.answer("It counts.");
    let editor = builder(&backend).open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let (page, file) = explained(&editor, &doc).await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), FIRST);
    backend.answer("Because it is.");
    let reply = follow_up(&editor, json!({ "page": page, "words": " Why not X? " })).await;
    assert_eq!(reply["result"], json!({ "page": page, "text": "Because it is." }));
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, "# About a.rs\n\nIt counts.\n\n## Why not X?\n\nBecause it is.\n");
    let sent = turns(&backend);
    let roles: Vec<&str> = sent.iter().map(|(role, _)| role.as_str()).collect();
    assert_eq!(roles, ["user", "assistant", "user"]);
    assert!(sent[0].1.contains("fn len(items"));
    assert_eq!((sent[1].1.as_str(), sent[2].1.as_str()), ("It counts.", "Why not X?"));
    // Without a page it is the last conversation that goes on, with all that was said.
    backend.answer("Counts.");
    follow_up(&editor, json!({ "ask": "shorter" })).await;
    assert!(std::fs::read_to_string(&file).unwrap().ends_with("## Shorter\n\nCounts.\n"));
    let sent = turns(&backend);
    assert_eq!(sent.len(), 5);
    assert_eq!(sent[3].1, "Because it is.");
    // A question of several lines has them below its heading.
    follow_up(&editor, json!({ "words": "One\ntwo" })).await;
    assert!(std::fs::read_to_string(&file).unwrap().contains("## One\n\n> One\n> two\n\nCounts."));
    // Secrets stay here.
    let key = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    follow_up(&editor, json!({ "words": format!("Is {key} right?") })).await;
    assert!(turns(&backend).last().unwrap().1.contains("<redacted:"));
    assert!(messages(&editor).is_empty());
    editor.finish().await;
}

#[tokio::test]
async fn by_keyboard_on_the_page() {
    let backend = FakeBackend::start().await;
    backend.answer("It counts.");
    let editor = named(builder(&backend), "Visual Studio Code").open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let (uri, file) = explained(&editor, &doc).await;
    let page = editor.open(&uri, "markdown", FIRST);
    let all = offers(&editor, &page, Value::Null).await;
    let titles: Vec<&str> = all.iter().map(|(title, ..)| title.as_str()).collect();
    assert_eq!(titles, ["Shorter", "In more detail", "In simpler words", "With an example"]);
    assert_eq!(all[0].1, "foretype.followUp.shorter");
    for (only, count) in [
        (json!(["foretype"]), 4),
        (json!(["foretype.followUp"]), 4),
        (json!(["foretype.followUp.detail"]), 1),
        (json!(["quickfix"]), 0),
        (json!(["foretype.explain"]), 0),
    ] {
        assert_eq!(offers(&editor, &page, only.clone()).await.len(), count, "{only}");
    }
    backend.answer("Counts.");
    let shown = editor.wire.questions("window/showDocument").len();
    follow_up(&editor, all[0].2.clone()).await;
    // VS Code looks at the file again, and has the page open already.
    assert_eq!(editor.wire.questions("window/showDocument").len(), shown);
    assert!(editor.wire.questions("workspace/applyEdit").is_empty());
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        format!("{FIRST}\n## Shorter\n\nCounts.\n")
    );
    editor.finish().await;
}

/// Makes the edits of the server's that the page has not had yet.
fn catch_up(editor: &Editor, page: &mut Doc, done: &mut usize) {
    for question in editor.wire.questions("workspace/applyEdit").iter().skip(*done) {
        let change = &question["edit"]["documentChanges"][0];
        assert_eq!(change["textDocument"]["version"], page.version);
        let edit = &change["edits"][0];
        let byte = |key: &str| editor.encoding.byte(page.text(), &edit["range"][key]);
        let (start, end) = (byte("start"), byte("end"));
        let text = edit["newText"].as_str().unwrap().to_owned();
        page.replace(start, end, &text);
        *done += 1;
    }
}

#[tokio::test]
async fn by_what_is_written_below_the_last_line() {
    let backend = FakeBackend::start().await;
    for client in ["Visual Studio Code", "Neovim", "helix"] {
        backend.answer("It counts.");
        let editor = named(builder(&backend), client).open().await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        let (uri, file) = explained(&editor, &doc).await;
        let mut page = editor.open(&uri, "markdown", FIRST);
        let end = page.text().len();
        page.replace(end, end, "\nWhy not X?\n");
        let all = offers(&editor, &page, Value::Null).await;
        assert_eq!((all[0].0.as_str(), all.len()), ("Ask “Why not X?”", 5));
        backend.answer("Because.");
        let argument = all[0].2.clone();
        let (mut done, pending) = (0, ask(&editor, &argument));
        while_open(&editor, &mut page, &mut done, &pending).await;
        pending.reply().await;
        assert_eq!(turns(&backend).last().unwrap().1, "Why not X?");
        // What its user has written is not on the disk: the answer comes by edits.
        let want = format!("{FIRST}\nWhy not X?\n\nBecause.\n");
        assert!(page.text() == want && done > 0, "{client}: {}", page.text());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), FIRST);
        // It has been asked: there is nothing below any more.
        assert_eq!(offers(&editor, &page, Value::Null).await.len(), 4);
        follow_up(&editor, argument).await;
        assert!(messages(&editor).pop().unwrap().contains("below the last line"));
        editor.finish().await;
    }
}

#[tokio::test]
async fn a_page_grows_where_its_editor_shows_it() {
    let backend = FakeBackend::start().await;
    let editor = named(builder(&backend), "helix").open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    backend.answer("It counts.");
    let (uri, file) = explained(&editor, &doc).await;
    let mut page = editor.open(&uri, "markdown", FIRST);
    forget_calls(&backend).await;
    backend.answer(Reply::tokens(["One ", "two ", "three."]).gated());
    let run = json!({
        "command": "foretype.followUp", "arguments": [{ "page": uri, "words": "Count" }],
        "workDoneToken": "mine",
    });
    let pending = editor.request("workspace/executeCommand", run);
    let call = backend.next_call().await;
    call.step().await;
    let mut done = 0;
    editor
        .wire
        .until("an edit", || {
            (!editor.wire.questions("workspace/applyEdit").is_empty()).then_some(())
        })
        .await;
    catch_up(&editor, &mut page, &mut done);
    assert_eq!(page.text(), format!("{FIRST}\n## Count\n\nOne"));
    // Its user goes on writing there.
    let end = page.text().len();
    page.replace(end, end, "\n\nmine");
    editor.settle().await;
    call.release().await;
    while_open(&editor, &mut page, &mut done, &pending).await;
    pending.reply().await;
    assert_eq!(page.text(), format!("{FIRST}\n## Count\n\nOne\n\nmine two three.\n"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), FIRST);
    let told = editor.notifications("$/progress");
    let report = |told: &&Value| told["token"] == "mine" && told["value"]["kind"] == "report";
    assert_eq!(told.iter().find(report).unwrap()["value"]["message"], "2 tokens");
    editor.finish().await;
}

#[tokio::test]
async fn cancelled() {
    let backend = FakeBackend::start().await;
    let editor = named(builder(&backend), "Visual Studio Code").open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    backend.answer("It counts.");
    let (uri, file) = explained(&editor, &doc).await;
    forget_calls(&backend).await;
    backend.answer(Reply::text("One two").gated());
    let run = json!({
        "command": "foretype.followUp", "arguments": [{ "page": uri, "words": "Count" }],
    });
    let pending = editor.request("workspace/executeCommand", run.clone());
    let call = backend.next_call().await;
    // One question at a time.
    follow_up(&editor, json!({ "page": uri, "words": "Me too" })).await;
    assert!(messages(&editor).pop().unwrap().contains("still being written"));
    call.step().await;
    holds(&file, "One").await;
    pending.cancel();
    assert_eq!(pending.code().await, -32800);
    call.closed().await;
    // It was not said, it is no question of the user's, and the next is answered.
    let page = format!("{FIRST}\n## Count\n\nOne");
    let page = editor.open(&uri, "markdown", &page);
    assert_eq!(offers(&editor, &page, Value::Null).await.len(), 4);
    backend.answer("Three.");
    follow_up(&editor, json!({ "page": uri, "words": "And now?" })).await;
    assert_eq!(turns(&backend).len(), 3);
    editor.finish().await;
}

#[tokio::test]
async fn what_goes_wrong_is_said() {
    let backend = FakeBackend::start().await;
    let editor = builder(&backend).open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let nobody = follow_up(&editor, json!({ "words": "Why?" })).await;
    assert_eq!(nobody["result"], Value::Null);
    assert!(messages(&editor).pop().unwrap().contains("conversation is over"));
    backend.answer("It counts.");
    let (uri, file) = explained(&editor, &doc).await;
    for (reply, why) in
        [(Reply::status(401), "refused the key"), (Reply::text(" \n"), "without any text")]
    {
        backend.answer(reply);
        let before = messages(&editor).len();
        follow_up(&editor, json!({ "page": uri, "words": "Why?" })).await;
        let said = messages(&editor);
        assert_eq!(said.len(), before + 1, "{why}");
        assert!(said.last().unwrap().contains(why), "{why}: {said:?}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), FIRST, "{why}");
    }
    // What had come before it broke off stays.
    backend.answer(Reply::tokens(["One ", "two ", "three"]).truncate_after(2));
    follow_up(&editor, json!({ "page": uri, "words": "Why?" })).await;
    assert!(messages(&editor).pop().unwrap().contains("broke off"));
    let text = std::fs::read_to_string(&file).unwrap();
    let why = format!(
        "*It broke off before its end: {} broke off in mid-answer; ask again.*",
        backend.name()
    );
    assert_eq!(text, format!("{FIRST}\n## Why?\n\nOne two …\n\n{why}\n"));
    let asked = backend.requests().len();
    for (argument, why) in [
        (json!({ "page": uri, "words": " " }), "nothing to ask"),
        (json!({ "page": uri, "ask": "nonsense" }), "nothing to ask"),
        (json!({ "page": uri, "ask": "written" }), "below the last line"),
        (json!({ "page": uri, "words": "x".repeat(9_000) }), "too long"),
        (json!({ "page": "file:///other.md", "words": "x" }), "is over"),
    ] {
        follow_up(&editor, argument).await;
        assert!(messages(&editor).pop().unwrap().contains(why), "{why}");
    }
    for argument in [Value::Null, json!({}), json!({ "words": 3 }), json!("x")] {
        let run = json!({ "command": "foretype.followUp", "arguments": [argument] });
        assert_eq!(editor.request("workspace/executeCommand", run).code().await, -32602);
    }
    // A page that is closed is forgotten.
    let page = editor.open(&uri, "markdown", FIRST);
    page.close();
    follow_up(&editor, json!({ "page": uri, "words": "Why?" })).await;
    assert!(messages(&editor).pop().unwrap().contains("conversation is over"));
    assert_eq!(backend.requests().len(), asked);
    // One that is opened again goes on: some editors do both when they read a file anew.
    backend.answer("Twice.");
    let _page = editor.open(&uri, "markdown", FIRST);
    follow_up(&editor, json!({ "page": uri, "words": "Why?" })).await;
    assert_eq!(backend.requests().len(), asked + 1);
    messages(&editor);
    editor.log();
    editor.finish().await;
}

#[tokio::test]
async fn a_page_is_nobodys_code() {
    let backend = FakeBackend::start().await;
    backend.answer("It counts.");
    let editor = builder(&backend).open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let (uri, file) = explained(&editor, &doc).await;
    let asked = backend.requests().len();
    let mut page = editor.open(&uri, "markdown", FIRST);
    page.move_to_end();
    assert!(editor.suggest(&page).await.is_empty());
    let menu = editor.request_menu(&page).reply().await;
    assert_eq!(menu["result"]["items"], json!([]));
    // One of an earlier day has no conversation: nothing is offered there.
    let old = DocumentUri::from_path(&file.with_file_name("explain-old.md"));
    let old = editor.open(old.as_str(), "markdown", FIRST);
    assert!(offers(&editor, &old, Value::Null).await.is_empty());
    assert_eq!(backend.requests().len(), asked);
    // A file that may not be sent any more is not talked about either.
    editor.write(".foretypeignore", "a.rs\n");
    let watched = json!({ "changes": [{ "uri": editor.uri(".foretypeignore"), "type": 1 }] });
    editor.notify("workspace/didChangeWatchedFiles", watched);
    editor.settle().await;
    follow_up(&editor, json!({ "page": uri, "words": "Why?" })).await;
    assert!(messages(&editor).pop().unwrap().contains("ignored by"));
    // Whether it is open or not.
    doc.close();
    editor.settle().await;
    let before = messages(&editor).len();
    follow_up(&editor, json!({ "page": uri, "words": "Why?" })).await;
    assert!(messages(&editor).split_off(before).concat().contains("ignored by"));
    assert_eq!(backend.requests().len(), asked);
    holds(&file, "It counts.").await;
    editor.log();
    editor.finish().await;
}

#[tokio::test]
async fn an_explanation_anew_takes_the_places_of_the_old() {
    let backend = FakeBackend::start().await;
    for client in ["Visual Studio Code", "Neovim"] {
        let editor = named(builder(&backend), client).open().await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        backend.answer("It counts.");
        let (uri, file) = explained(&editor, &doc).await;
        let mut page = editor.open(&uri, "markdown", FIRST);
        backend.answer("It tallies.");
        let (mut done, pending) = (0, ask_to_explain(&editor, &doc, "items.len").await);
        while_open(&editor, &mut page, &mut done, &pending).await;
        pending.reply().await;
        let want = "# About a.rs\n\nIt tallies.\n";
        let by_file = std::fs::read_to_string(&file).unwrap();
        match client {
            "Neovim" => assert_eq!((page.text(), by_file.as_str()), (want, FIRST)),
            _ => assert_eq!((page.text(), by_file.as_str()), (FIRST, want)),
        }
        // The conversation is the new one's.
        let pending = ask(&editor, &json!({ "page": uri, "words": "Why?" }));
        while_open(&editor, &mut page, &mut done, &pending).await;
        pending.reply().await;
        assert_eq!(turns(&backend)[1].1, "It tallies.");
        editor.finish().await;
    }
}
