//! What a review found, in the editor: diagnostics that follow the text, and their fixes.

use serde_json::{Value, json};

use super::editor::{actions, capabilities, edited, messages, offered, start};
use crate::support::editor::{Doc, Editor};
use crate::support::fake_backend::{FakeBackend, Reply};

const SOURCE: &str = "fn first() {}\n\nfn get(items: &[u8], at: usize) -> u8 {\n    let copy = items.to_vec();\n    copy[at]\n}\n\nfn last() {}\n";
const ANSWER: &str = r#"```json
[{"line": 3, "code": "    copy[at]", "severity": "error", "category": "bug", "message": "It panics behind the end.",
  "fix": "    copy.get(at).copied().unwrap_or(0)"},
 {"line": 2, "code": "let copy = items.to_vec();", "severity": "info", "category": "performance",
  "message": "The copy is not needed."}]
```"#;

/// The document's diagnostics: each as its code and message.
fn shown(editor: &Editor, doc: &Doc) -> Vec<String> {
    let told = editor.notifications("textDocument/publishDiagnostics");
    let Some(last) = told.iter().rfind(|told| told["uri"] == doc.uri) else { return Vec::new() };
    let line = |found: &Value| {
        assert_eq!(found["source"], "foretype");
        let byte = |end: &str| editor.encoding.byte(doc.text(), &found["range"][end]);
        format!("{}: {}", found["code"].as_str().unwrap(), &doc.text()[byte("start")..byte("end")])
    };
    last["diagnostics"].as_array().unwrap().iter().map(line).collect()
}

async fn review(editor: &Editor, doc: &Doc) {
    let at = doc.text().find("items.to_vec").unwrap();
    let item = offered(editor, doc, (at, at), &json!({ "diagnostics": [] }), "review").await;
    run(editor, &item).await;
}

async fn run(editor: &Editor, item: &Value) {
    let command = &item["command"];
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    let reply = editor.request("workspace/executeCommand", params).reply().await;
    assert_eq!(reply["result"], Value::Null, "{reply}");
}

/// The code actions at a piece of the text, by title.
async fn titles(editor: &Editor, doc: &Doc, needle: &str, only: &[&str]) -> Vec<(String, Value)> {
    let at = doc.text().find(needle).unwrap();
    let mut context = json!({ "diagnostics": [] });
    if !only.is_empty() {
        context["only"] = json!(only);
    }
    let all = actions(editor, doc, (at, at), context).await;
    all.into_iter().map(|item| (item["title"].as_str().unwrap().to_owned(), item)).collect()
}

const BOTH: [&str; 2] = ["performance: let copy = items.to_vec();", "bug: copy[at]"];

#[tokio::test]
async fn findings_follow_their_lines() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    let editor = start(&backend).await;
    let mut doc = editor.open("a.rs", "rust", SOURCE);
    review(&editor, &doc).await;
    assert_eq!(shown(&editor, &doc), BOTH);
    let told = editor.notifications("textDocument/publishDiagnostics").pop().unwrap();
    assert_eq!(told["version"], doc.version);
    assert_eq!(told["diagnostics"][1]["severity"], 1);
    // Typed above, beside and between: they go with their lines.
    for (before, with) in
        [("fn first", "// 🎉\n"), ("fn last", "\n"), ("    copy[at]", "    // why\n")]
    {
        let at = doc.text().find(before).unwrap();
        doc.replace(at, at, with);
        editor.settle().await;
        assert_eq!(shown(&editor, &doc), BOTH, "{before}");
    }
    let count = editor.notifications("textDocument/publishDiagnostics").len();
    let at = doc.text().find("fn last").unwrap();
    doc.replace(at, at, "x");
    editor.settle().await;
    let now = editor.notifications("textDocument/publishDiagnostics").len();
    assert_eq!(now, count, "what does not move is not told again");
    // Their own lines: behind the code, too.
    let at = doc.text().find("copy[at]").unwrap() + "copy[at]".len();
    doc.replace(at, at, ".into()");
    editor.settle().await;
    assert_eq!(shown(&editor, &doc), [BOTH[0]]);
    let at = doc.text().find("copy = ").unwrap();
    doc.replace(at, at + 4, "all");
    editor.settle().await;
    assert_eq!(shown(&editor, &doc), [""; 0]);
    editor.finish().await;
}

#[tokio::test]
async fn findings_are_taken_back() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    backend.answer(ANSWER);
    review(&editor, &doc).await;
    // A new review of the same lines takes their place.
    backend.answer("[]");
    review(&editor, &doc).await;
    assert_eq!(shown(&editor, &doc), [""; 0]);
    assert_eq!(messages(&editor), ["foretype: the review found nothing"]);
    backend.answer(ANSWER);
    review(&editor, &doc).await;
    // By the user, at a finding, or for the file where the editor asks for such actions.
    let clear = "Clear foretype's findings in this file";
    let find = |all: Vec<(String, Value)>| all.into_iter().find(|(title, _)| title == clear);
    assert!(find(titles(&editor, &doc, "fn last", &[]).await).is_none());
    let (_, quick) = find(titles(&editor, &doc, "copy[at]", &[]).await).unwrap();
    assert_eq!(quick["kind"], "quickfix");
    let (_, item) = find(titles(&editor, &doc, "fn last", &["source"]).await).unwrap();
    assert_eq!(item["kind"], "source.foretype.clearFindings");
    run(&editor, &item).await;
    assert_eq!(shown(&editor, &doc), [""; 0]);
    assert!(find(titles(&editor, &doc, "copy[at]", &["source"]).await).is_none());
    review(&editor, &doc).await;
    assert_eq!(shown(&editor, &doc), BOTH);
    let uri = doc.uri.clone();
    doc.close();
    editor.settle().await;
    let told = editor.notifications("textDocument/publishDiagnostics").pop().unwrap();
    assert_eq!(told, json!({ "uri": uri, "diagnostics": [] }));
    editor.finish().await;
}

#[tokio::test]
async fn findings_have_fixes() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    let editor = start(&backend).await;
    let mut doc = editor.open("a.rs", "rust", SOURCE);
    review(&editor, &doc).await;
    let asked = backend.requests().len();
    // Its own: nobody is asked again, and it goes with its line.
    let title = "Fix: It panics behind the end. (bug)";
    let all = titles(&editor, &doc, "copy[at]", &[]).await;
    let (_, item) = all.iter().find(|(known, _)| known == title).expect("a fix");
    assert_eq!(
        (&item["kind"], &item["diagnostics"][0]["code"]),
        (&json!("quickfix"), &json!("bug"))
    );
    assert!(item.get("isPreferred").is_none());
    doc.replace(0, 0, "// above\n");
    let reply = editor.request("codeAction/resolve", item.clone()).reply().await;
    let want = doc.text().replace("copy[at]", "copy.get(at).copied().unwrap_or(0)");
    assert_eq!(edited(&editor, &doc, &reply["result"]["edit"]), want);
    assert_eq!(backend.requests().len(), asked);
    // Without one the model is asked.
    let title = "Fix: The copy is not needed. (performance)";
    let all = titles(&editor, &doc, "items.to_vec", &[]).await;
    let (_, fix) = all.iter().find(|(known, _)| known == title).expect("a fix");
    let whole = "fn get(items: &[u8], at: usize) -> u8 {\n    items[at]\n}";
    backend.answer(Reply::text(whole));
    let reply = editor.request("codeAction/resolve", fix.clone()).reply().await;
    assert!(edited(&editor, &doc, &reply["result"]["edit"]).contains(whole));
    assert!(super::editor::told(&backend).contains("foretype [performance]:\n<finding>\nThe copy"));
    // Once its line has changed there is nothing left to fix.
    let at = doc.text().find("copy[at]").unwrap();
    doc.replace(at, at, "&");
    let reply = editor.request("codeAction/resolve", item.clone()).reply().await;
    assert!(reply["result"].get("edit").is_none());
    assert!(messages(&editor).last().unwrap().contains("ask for its actions again"));
    editor.finish().await;
}

/// While the model reads, its user types: what is found of a line that was touched is left out.
#[tokio::test]
async fn typing_meanwhile() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::text(ANSWER).gated());
    let editor = start(&backend).await;
    let mut doc = editor.open("a.rs", "rust", SOURCE);
    let at = SOURCE.find("items.to_vec").unwrap();
    let item = offered(&editor, &doc, (at, at), &json!({ "diagnostics": [] }), "review").await;
    let command = &item["command"];
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    let pending = editor.request("workspace/executeCommand", params);
    let call = backend.next_call().await;
    doc.replace(0, 0, "// above\n");
    let at = doc.text().find("copy[at]").unwrap();
    doc.replace(at, at, "&");
    editor.settle().await;
    call.release().await;
    pending.reply().await;
    assert_eq!(shown(&editor, &doc), [BOTH[0]]);
    editor.finish().await;
}

#[tokio::test]
async fn without_diagnostics_it_is_a_message() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    let can = json!({ "textDocument": { "publishDiagnostics": null } });
    let editor = Editor::builder()
        .with(&backend)
        .capabilities(capabilities())
        .capabilities(can)
        .open()
        .await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    review(&editor, &doc).await;
    let want =
        "line 4, performance: The copy is not needed.\nline 5, bug: It panics behind the end.";
    assert_eq!(messages(&editor), [want]);
    assert!(editor.notifications("textDocument/publishDiagnostics").is_empty());
    editor.finish().await;
}

/// A function of so many lines, each of which says which it is.
fn long(lines: usize) -> String {
    let line = |n: usize| format!("    let value_{n} = compute_the_value_of({n});\n");
    let body: String = (2..lines).map(line).collect();
    format!("fn long() {{\n{body}}}\n")
}

/// What a model's window has no room for is not said to be without fault: the model and the user are told
/// which lines were read, and what was found in others stays.
#[tokio::test]
async fn what_was_not_read_is_told() {
    let backend = FakeBackend::start().await;
    let small = json!({ "models": { "fake": { "context_tokens": 4_096 } } });
    let wide = json!({ "models": { "fake": { "context_tokens": 200_000 } } });
    let part = "only lines 3–62 of 3–122 fit into the model's window; select the rest to ask about it, or set the model's `context_tokens` if it has more";
    for (options, lines, want) in [
        (
            &small,
            120,
            [&format!("foretype: {part}"), "foretype: the review found nothing in lines 3–62"]
                .as_slice(),
        ),
        (&wide, 120, &["foretype: the review found nothing"]),
    ] {
        let editor = super::editor::builder(&backend).options(options.clone()).open().await;
        let source = format!("const ABOVE: u8 = 1;\n\n{}", long(lines));
        let doc = editor.open("a.rs", "rust", &source);
        let at = source.find("value_3 ").unwrap();
        let item = offered(&editor, &doc, (at, at), &json!({ "diagnostics": [] }), "review").await;
        // Found in what is not read afterwards.
        backend.answer("[{\"line\": 1, \"code\": \"let value_100 = compute_the_value_of(100);\", \"severity\": \"error\", \"category\": \"bug\", \"message\": \"No.\"}]");
        let late = source.find("    let value_100 ").unwrap();
        let context = json!({ "diagnostics": [] });
        let end = source[late..].find('\n').unwrap() + late;
        let one = offered(&editor, &doc, (late, end), &context, "review").await;
        run(&editor, &one).await;
        assert_eq!(shown(&editor, &doc).len(), 1);
        backend.answer("[]");
        run(&editor, &item).await;
        assert_eq!(messages(&editor), want);
        let partly = want.len() > 1;
        let told = super::editor::told(&backend);
        assert_eq!(told.contains("value_61 "), !partly);
        assert_eq!(told.contains("These are the first 60 of 120 lines"), partly);
        assert_eq!(shown(&editor, &doc).len(), usize::from(partly));
        backend.answer("It computes.");
        let item = offered(&editor, &doc, (at, at), &context, "explain").await;
        let command = &item["command"];
        let params = json!({ "command": command["command"], "arguments": command["arguments"] });
        editor.request("workspace/executeCommand", params).reply().await;
        let page = super::cases::page(&editor);
        assert_eq!(page.contains(part), partly, "{page}");
        editor.finish().await;
    }
}
