//! What is shown of a model's words: harmless, and whole or with a line that says that it is not.

use foretype::document::uri::DocumentUri;
use serde_json::{Value, json};

use super::editor::{actions, capabilities, messages, offered, start};
use crate::support::editor::{Doc, Editor, Pending};
use crate::support::fake_backend::{FakeBackend, Reply};

const SOURCE: &str =
    "fn len(items: &[u8]) -> usize {\n    let copy = items.to_vec();\n    return copy.len();\n}\n";
/// What a model may be led to say.
const EVIL: &str = "It counts ![x](https://evil.example/?q=1), [see](command:workbench.action.quit) \
    <img src=x> \u{202e}here\u{2066}.\n\n```html\n<img src=x>\n```";

async fn run(editor: &Editor, doc: &Doc, task: &str) -> Pending {
    let at = SOURCE.find("return").unwrap();
    let item = offered(editor, doc, (at, at), &json!({ "diagnostics": [] }), task).await;
    let arguments = item["command"]["arguments"].clone();
    let params = json!({ "command": "foretype.action", "arguments": arguments });
    editor.request("workspace/executeCommand", params)
}

/// The text of the page that an action answers.
async fn page(pending: Pending) -> String {
    let reply = pending.reply().await;
    let uri = DocumentUri::new(reply["result"]["page"].as_str().expect("a page"));
    std::fs::read_to_string(uri.to_path().unwrap()).unwrap()
}

/// An editor without pages, and without progress.
async fn plain(backend: &FakeBackend) -> Editor {
    let window = json!({ "showDocument": { "support": false }, "workDoneProgress": false });
    let can = json!({ "window": window, "textDocument": { "publishDiagnostics": null } });
    let builder = Editor::builder().with(backend).capabilities(capabilities()).capabilities(can);
    builder.open().await
}

#[tokio::test]
async fn nothing_leads_anywhere() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    backend.answer(EVIL);
    let want =
        "# About a.rs\n\nIt counts x, see \\<img src=x> here.\n\n```html\n<img src=x>\n```\n";
    assert_eq!(page(run(&editor, &doc, "explain").await).await, want);
    backend.answer(EVIL);
    let params = json!({ "command": "foretype.followUp", "arguments": [{ "words": "Why?" }] });
    let reply = editor.request("workspace/executeCommand", params).reply().await;
    assert!(!reply["result"]["text"].as_str().unwrap().contains("command:"), "{reply}");
    let uri = DocumentUri::new(reply["result"]["page"].as_str().unwrap());
    let text = std::fs::read_to_string(uri.to_path().unwrap()).unwrap();
    let again = want.trim_start_matches("# About a.rs");
    assert_eq!(text, format!("{want}\n## Why?{again}"));
    // The model is told what it said.
    let sent = backend.requests().pop().unwrap().body["messages"].to_string();
    assert!(sent.contains("evil.example"), "{sent}");
    editor.finish().await;
    // A message is no place for Markdown, but a client may make links of it.
    let editor = plain(&backend).await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    backend.answer("Vec<T> is [run](command:x) ![a](http://b) \u{202e}c.");
    run(&editor, &doc, "explain").await.reply().await;
    assert_eq!(messages(&editor), ["Vec<T> is run a c."]);
    editor.finish().await;
}

const FOUND: &str = r#"[{"line": 2, "code": "let copy = items.to_vec();", "category": "performance",
    "message": "Not [needed](command:x)\u202e: Vec<T>."}, {"line": 3, "code": "return"#;

/// The code actions' titles and the diagnostics at the finding.
async fn findings(editor: &Editor, doc: &Doc) -> (Vec<String>, Value) {
    let at = SOURCE.find("items.to_vec").unwrap();
    let all = actions(editor, doc, (at, at), json!({ "diagnostics": [] })).await;
    let titles = all.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect();
    let told = editor.notifications("textDocument/publishDiagnostics").pop();
    (titles, told.map(|told| told["diagnostics"].clone()).unwrap_or_default())
}

#[tokio::test]
async fn a_review_that_is_not_whole_says_so() {
    let backend = FakeBackend::start().await;
    let cut =
        "these are not all findings of the review. It was cut off at the model's longest answer.";
    let broke = "these are not all findings of the review. It broke off before its end:";
    for (reply, why) in [
        (Reply::text(FOUND).finish_reason("length"), cut),
        (Reply::tokens([FOUND, " x"]).truncate_after(1), broke),
        (Reply::tokens([FOUND, " x"]).reset_after(1), broke),
    ] {
        let editor = start(&backend).await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        backend.answer(reply);
        run(&editor, &doc, "review").await.reply().await;
        let said = messages(&editor);
        assert!(said.len() == 1 && said[0].contains(why), "{said:?}");
        let (titles, told) = findings(&editor, &doc).await;
        assert_eq!(told.as_array().unwrap().len(), 1, "{told}");
        assert_eq!(told[0]["message"], "Not needed: Vec<T>.");
        assert!(
            titles.contains(&"Fix: Not needed: Vec<T>. (performance)".to_owned()),
            "{titles:?}"
        );
        editor.log();
        editor.finish().await;
    }
    // Half of a review that names nothing does not say that all is well.
    for (reply, why) in [
        (Reply::text("[{\"line\": 2, \"tags\": []").finish_reason("length"), "was cut off"),
        (Reply::tokens(["[{\"line\": 2, \"tags\": []", " x"]).truncate_after(1), "broke off"),
    ] {
        let editor = start(&backend).await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        backend.answer(reply);
        run(&editor, &doc, "review").await.reply().await;
        let said = messages(&editor);
        assert!(said.len() == 1 && said[0].contains(why), "{said:?}");
        editor.log();
        editor.finish().await;
    }
}

#[tokio::test]
async fn an_explanation_that_is_not_whole_says_so() {
    let backend = FakeBackend::start().await;
    let line = "It was cut off at the model's longest answer.";
    let editor = start(&backend).await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    backend.answer(Reply::text("It counts the").finish_reason("length"));
    let text = page(run(&editor, &doc, "explain").await).await;
    assert_eq!(text, format!("# About a.rs\n\nIt counts the\n\n*{line}*\n"));
    backend.answer(Reply::text("Because it").finish_reason("length"));
    let params = json!({ "command": "foretype.followUp", "arguments": [{ "words": "Why?" }] });
    let text = page(editor.request("workspace/executeCommand", params)).await;
    assert!(text.ends_with(&format!("## Why?\n\nBecause it\n\n*{line}*\n")), "{text}");
    editor.finish().await;
    // Where there is no page it is in the message, with what came.
    let editor = plain(&backend).await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    backend.answer(Reply::text("It counts the").finish_reason("length"));
    run(&editor, &doc, "explain").await.reply().await;
    assert_eq!(messages(&editor), [format!("It counts the\n\n{line}")]);
    backend.answer(Reply::tokens(["It counts", " x"]).reset_after(1));
    run(&editor, &doc, "explain").await.reply().await;
    let said = messages(&editor).split_off(1);
    assert!(said[0].starts_with("It counts …\n\nIt broke off before its end: "), "{said:?}");
    editor.log();
    editor.finish().await;
}

/// Closing a document ends what is done for it, and nothing is asked again.
#[tokio::test]
async fn a_closed_document_ends_its_actions() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let other = editor.open("other.rs", "rust", SOURCE);
    for task in ["explain", "review", "tests"] {
        let doc = editor.open(&format!("{task}.rs"), "rust", SOURCE);
        backend.answer(Reply::tokens(["```rust\nfn broken( {", "\n```"]).gated());
        let pending = run(&editor, &doc, task).await;
        let call = backend.next_call().await;
        call.step().await;
        backend.answer(Reply::text("It counts.").gated());
        let beside = run(&editor, &other, "explain").await;
        let kept = backend.next_call().await;
        let asked = backend.requests().len();
        doc.close();
        call.closed().await;
        assert_eq!(pending.reply().await["result"], Value::Null);
        assert_eq!(messages(&editor).pop().unwrap(), "foretype: the document is not open any more");
        // Another document's goes on.
        kept.release().await;
        assert!(beside.reply().await["result"]["page"].is_string());
        assert_eq!(backend.requests().len(), asked, "{task}: nothing is asked again");
    }
    assert_eq!(messages(&editor).len(), 3);
    editor.finish().await;
}

/// Who waits because a server asks for a pause is told so.
#[tokio::test]
async fn progress_says_what_is_waited_for() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let doc = editor.open("a.py", "python", "def f():\n    return 1\n");
    backend.script([
        Reply::status(429).header("retry-after-ms", "10"),
        Reply::text("```python\ndef f():\n    return 2\n```"),
    ]);
    let context = json!({ "diagnostics": [] });
    let item = offered(&editor, &doc, (14, 14), &context, "refactor.idiomatic").await;
    let reply = editor.request("codeAction/resolve", item).reply().await;
    assert!(reply["result"]["edit"].is_object(), "{reply}");
    let told = editor.notifications("$/progress");
    let said = |words: &str| {
        let says = |told: &Value| told["value"]["message"].as_str().unwrap_or("").contains(words);
        told.iter().any(says)
    };
    assert!(said("asks for a pause; trying again in 1 s"), "{told:?}");
    editor.finish().await;
}

/// The progress has a person's words, and says what a second try is for.
#[tokio::test]
async fn progress_says_what_is_done() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let good = "```rust\nfn len(items: &[u8]) -> usize {\n    items.len()\n}\n```";
    for (first, why) in [
        ("```rust\nfn len( {\n```", "the answer breaks the syntax; trying again"),
        (
            "```rust\nfn size(items: &[u8]) -> usize {\n    items.len()\n}\n```",
            "the answer loses or changes code that was to stay; trying again",
        ),
    ] {
        let before = editor.notifications("$/progress").len();
        backend.script([Reply::text(first), Reply::text(good)]);
        let at = SOURCE.find("return").unwrap();
        let context = json!({ "diagnostics": [] });
        let item = offered(&editor, &doc, (at, at), &context, "refactor.idiomatic").await;
        editor.request("codeAction/resolve", item).reply().await;
        let told = editor.notifications("$/progress").split_off(before);
        let title = told.iter().find_map(|told| told["value"]["title"].as_str());
        assert_eq!(title, Some("foretype: make idiomatic"));
        let said: Vec<&str> =
            told.iter().filter_map(|told| told["value"]["message"].as_str()).collect();
        assert!(said.contains(&why), "{said:?}");
    }
    messages(&editor);
    editor.finish().await;
}

/// A document that has nothing but a byte order mark is empty, and keeps it.
#[tokio::test]
async fn a_mark_is_no_text() {
    let backend = FakeBackend::start().await;
    backend.answer("```python\nimport argparse\n\n\ndef main():\n    pass\n```");
    let editor = start(&backend).await;
    for (text, want) in [
        ("", "import argparse\n\n\ndef main():\n    pass\n"),
        ("\u{feff}", "\u{feff}import argparse\n\n\ndef main():\n    pass\n"),
        ("\u{feff}\n", "\u{feff}import argparse\n\n\ndef main():\n    pass\n"),
    ] {
        let doc = editor.open(&format!("a{}.py", text.len()), "python", text);
        let context = json!({ "diagnostics": [] });
        let item =
            offered(&editor, &doc, (text.len(), text.len()), &context, "boilerplate.cli").await;
        let reply = editor.request("codeAction/resolve", item).reply().await;
        let edit = &reply["result"]["edit"];
        assert_eq!(
            super::editor::edited(&editor, &doc, edit),
            want,
            "{text:?}: {:?}",
            messages(&editor)
        );
        let all = actions(&editor, &doc, (0, 0), context).await;
        let kinds: Vec<_> = all.iter().map(|item| item["kind"].as_str().unwrap()).collect();
        assert!(kinds.iter().all(|kind| kind.contains("boilerplate")), "{text:?}: {kinds:?}");
        doc.close();
    }
    editor.finish().await;
}
