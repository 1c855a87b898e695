//! What becomes of a fix: what the user's tools say of it, and the second try.

use serde_json::{Value, json};

use super::editor::{actions, capabilities, edited, messages, offered, start, told};
use crate::support::editor::{Doc, Editor, Pending};
use crate::support::fake_backend::FakeBackend;

const SOURCE: &str = "fn first() {}\n\nfn half(x: u64) -> u32 {\n    x / 2\n}\n\nfn last() {}\n";
const FIRST: &str = "fn half(x: u64) -> u32 {\n    (x / 2).into()\n}";
const SECOND: &str = "fn half(x: u64) -> u32 {\n    u32::try_from(x / 2).unwrap_or(u32::MAX)\n}";

/// An error at a piece of the text.
fn error(editor: &Editor, text: &str, needle: &str, code: &str, message: &str) -> Value {
    error_of("tool", editor, text, (needle, code, message))
}

fn error_of(
    tool: &str,
    editor: &Editor,
    text: &str,
    (needle, code, message): (&str, &str, &str),
) -> Value {
    let at = text.find(needle).unwrap();
    let position = |at| editor.encoding.position(text, at);
    json!({
        "range": { "start": position(at), "end": position(at + needle.len()) },
        "severity": 1, "source": tool, "code": code, "message": message,
    })
}

/// An editor that says what its tools say.
async fn talkative(backend: &FakeBackend) -> Editor {
    let can = json!({ "experimental": { "foretypeDiagnostics": true } });
    Editor::builder().with(backend).capabilities(capabilities()).capabilities(can).open().await
}

/// The server has an edit applied.
async fn apply(editor: &Editor, doc: &mut Doc) {
    let (id, params) = editor.wire.asked("workspace/applyEdit").await;
    let text = edited(editor, doc, &params["edit"]);
    doc.set_text(&text);
    editor.wire.respond(id, json!({ "applied": true }));
}

/// The server asks for the tools' diagnostics.
async fn diagnostics(editor: &Editor, doc: &Doc, waits: bool, changed: bool, list: &[&Value]) {
    let (id, params) = editor.wire.asked("foretype/diagnostics").await;
    assert_eq!(params["textDocument"]["uri"], doc.uri);
    assert_eq!(params["waitMs"] != 0, waits);
    editor.wire.respond(id, json!({ "diagnostics": list, "changed": changed }));
}

/// A document, what is wrong in it, and its first fix, which waits to be applied.
async fn begun(backend: &FakeBackend, editor: &Editor) -> (Doc, Value, Pending) {
    editor.wire.hold("workspace/applyEdit");
    editor.wire.hold("foretype/diagnostics");
    let doc = editor.open("a.rs", "rust", SOURCE);
    let found = error(editor, SOURCE, "x / 2", "E0308", "expected `u32`");
    let at = SOURCE.find("x / 2").unwrap();
    let item = offered(editor, &doc, (at, at), &json!({ "diagnostics": [found] }), "fix").await;
    let command = &item["command"];
    let run = json!({ "command": command["command"], "arguments": command["arguments"] });
    backend.answer(FIRST);
    let pending = editor.request("workspace/executeCommand", run);
    diagnostics(editor, &doc, false, false, &[&found]).await;
    (doc, found, pending)
}

/// One fix, its second try where there is one, and what the user is told.
struct Case {
    name: &'static str,
    tool: &'static str,
    /// After the first try: whether the tools have looked, and what they say.
    first: (bool, Vec<(&'static str, &'static str)>),
    /// The same after the second one; `None` where there is none.
    second: Option<Vec<(&'static str, &'static str)>>,
    message: Option<&'static str>,
}

#[tokio::test]
async fn a_fix_that_leaves_an_error_is_tried_once_more() {
    let mismatch = "expected `u32`, found `u64`";
    for case in [
        Case { name: "good", tool: "tool", first: (true, vec![]), second: None, message: None },
        Case {
            name: "another error in its lines, then none",
            tool: "tool",
            first: (true, vec![("(x / 2).into()", "`u32: From<u64>` is not satisfied")]),
            second: Some(vec![]),
            message: None,
        },
        Case {
            name: "what it was to mend is still there, then another",
            tool: "tool",
            first: (true, vec![("x / 2", mismatch)]),
            second: Some(vec![("try_from", "no function `try_from`"), ("MAX", "no `MAX`")]),
            message: Some("in line 4: no function `try_from`, and 1 more"),
        },
        Case {
            name: "an error elsewhere, then none",
            tool: "tool",
            first: (true, vec![("last", "`last` is new here")]),
            second: Some(vec![]),
            message: None,
        },
        Case {
            name: "an error elsewhere that stays is told",
            tool: "tool",
            first: (true, vec![("last", "`last` is new here")]),
            second: Some(vec![("last", "`last` is new here")]),
            message: Some("in line 7: `last` is new here"),
        },
        Case {
            name: "the tool has not looked again",
            tool: "tool",
            first: (false, vec![("x / 2", mismatch)]),
            second: None,
            message: None,
        },
        Case {
            name: "this tool looks when the file is saved",
            tool: "rustc",
            first: (true, vec![("x / 2", mismatch)]),
            second: None,
            message: None,
        },
        Case {
            name: "an error that was there before",
            tool: "tool",
            first: (true, vec![("first", "`first` is never used")]),
            second: None,
            message: None,
        },
    ] {
        let backend = FakeBackend::start().await;
        let editor = talkative(&backend).await;
        editor.wire.hold("workspace/applyEdit");
        editor.wire.hold("foretype/diagnostics");
        let mut doc = editor.open("a.rs", "rust", SOURCE);
        let of_tool =
            |text: &str, what: (&str, &str, &str)| error_of(case.tool, &editor, text, what);
        let found = of_tool(SOURCE, ("x / 2", "E0308", mismatch));
        let old = of_tool(SOURCE, ("first", "dead_code", "`first` is never used"));
        let at = SOURCE.find("x / 2").unwrap();
        let item =
            offered(&editor, &doc, (at, at), &json!({ "diagnostics": [found] }), "fix").await;
        let command = &item["command"];
        let run = json!({ "command": command["command"], "arguments": command["arguments"] });
        backend.answer(FIRST);
        let pending = editor.request("workspace/executeCommand", run);
        diagnostics(&editor, &doc, false, false, &[&found, &old]).await;
        apply(&editor, &mut doc).await;
        let made = |doc: &Doc, list: &[(&str, &str)]| -> Vec<Value> {
            let one = |(needle, message): &(&str, &str)| {
                let code = match *message {
                    message if message == mismatch => "E0308",
                    "`first` is never used" => "dead_code",
                    _ => "E0001",
                };
                // A tool that has not looked says what it said, where it said it.
                let looked = case.first.0 && case.tool == "tool";
                of_tool(if looked { doc.text() } else { SOURCE }, (needle, code, message))
            };
            list.iter().map(one).collect()
        };
        backend.answer(SECOND);
        let mut said = made(&doc, &case.first.1);
        if !said.contains(&old) {
            said.push(old.clone());
        }
        diagnostics(&editor, &doc, true, case.first.0, &said.iter().collect::<Vec<_>>()).await;
        if let Some(second) = &case.second {
            apply(&editor, &mut doc).await;
            let told = told(&backend);
            assert!(
                told.contains("Before it, the lines that it changed were:\n<before>\n    x / 2\n")
            );
            assert!(
                told.contains("<code>\nfn half(x: u64) -> u32 {\n    (x / 2).into()"),
                "{told}"
            );
            assert!(told.contains(&format!(
                "[{}]:\n<finding>\n{}",
                said[0]["code"].as_str().unwrap(),
                case.first.1[0].1
            )));
            let said = made(&doc, second);
            diagnostics(&editor, &doc, true, true, &said.iter().collect::<Vec<_>>()).await;
        }
        assert_eq!(pending.reply().await["result"], Value::Null, "{}", case.name);
        let want = if case.second.is_some() { SECOND } else { FIRST };
        assert!(doc.text().contains(want), "{}", case.name);
        let reports: Vec<String> = editor
            .notifications("$/progress")
            .iter()
            .filter_map(|told| Some(told["value"]["message"].as_str()?.to_owned()))
            .collect();
        let why = format!(
            "the first fix left an error; trying again: {}",
            case.first.1.first().map_or("", |(_, message)| message)
        );
        assert_eq!(reports.contains(&why), case.second.is_some(), "{}: {reports:?}", case.name);
        let said = messages(&editor);
        match case.message {
            Some(message) => assert!(said[0].ends_with(message), "{}: {said:?}", case.name),
            None => assert!(said.is_empty(), "{}: {said:?}", case.name),
        }
        assert_eq!(backend.requests().len(), 1 + usize::from(case.second.is_some()));
        editor.finish().await;
    }
}

/// A key while the edit is on its way moves it; what the tools say of it is looked at all the same.
#[tokio::test]
async fn a_fix_that_was_moved_is_tried_again_too() {
    let backend = FakeBackend::start().await;
    let editor = talkative(&backend).await;
    let (mut doc, _, pending) = begun(&backend, &editor).await;
    let (id, _) = editor.wire.asked("workspace/applyEdit").await;
    doc.replace(0, 0, "// x\n");
    editor.wire.respond(id, json!({ "applied": false }));
    apply(&editor, &mut doc).await;
    backend.answer(SECOND);
    let left = error(&editor, doc.text(), "(x / 2)", "E0277", "not satisfied");
    diagnostics(&editor, &doc, true, true, &[&left]).await;
    apply(&editor, &mut doc).await;
    diagnostics(&editor, &doc, true, true, &[]).await;
    pending.reply().await;
    assert!(doc.text().contains(SECOND) && doc.text().starts_with("// x\n"));
    assert!(messages(&editor).is_empty());
    editor.finish().await;
}

/// A second try that comes to nothing leaves what the first one left: that is told.
#[tokio::test]
async fn a_second_try_in_vain_hides_nothing() {
    let backend = FakeBackend::start().await;
    let editor = talkative(&backend).await;
    let (mut doc, _, pending) = begun(&backend, &editor).await;
    apply(&editor, &mut doc).await;
    // It says the same again.
    let left = error(&editor, doc.text(), "last", "E0277", "not satisfied");
    diagnostics(&editor, &doc, true, true, &[&left]).await;
    pending.reply().await;
    assert!(told(&backend).contains("- elsewhere in the file, tool [E0277]:"));
    let said = messages(&editor);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[1].ends_with("in line 7: not satisfied"), "{said:?}");
    assert_eq!(backend.requests().len(), 2);
    editor.finish().await;
}

/// Whoever types on is left alone.
#[tokio::test]
async fn a_fix_that_was_typed_over_is_not_tried_again() {
    let backend = FakeBackend::start().await;
    let editor = talkative(&backend).await;
    let (mut doc, found, pending) = begun(&backend, &editor).await;
    apply(&editor, &mut doc).await;
    let (id, _) = editor.wire.asked("foretype/diagnostics").await;
    doc.replace(0, 0, "x");
    editor.settle().await;
    editor.wire.respond(id, json!({ "diagnostics": [found], "changed": true }));
    pending.reply().await;
    assert_eq!((backend.requests().len(), messages(&editor).len()), (1, 0));
    editor.finish().await;
}

/// In plain LSP all that is known of the tools is what comes with the editor's questions.
#[tokio::test]
async fn without_that_the_next_fix_knows_of_the_first() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let mut doc = editor.open("a.rs", "rust", SOURCE);
    let at = SOURCE.find("x / 2").unwrap();
    let mut found = error(&editor, SOURCE, "x / 2", "E0308", "expected `u32`");
    for (answer, title) in [
        (FIRST, "Fix: expected `u32` (E0308)"),
        (SECOND, "Fix again: not satisfied (E0277)"),
        (FIRST, "Fix (two tries did not do): not satisfied (E0277)"),
    ] {
        let context = json!({ "diagnostics": [found] });
        let item = offered(&editor, &doc, (at, at), &context, "fix").await;
        assert_eq!(item["title"], title);
        backend.answer(answer);
        let reply = editor.request("codeAction/resolve", item).reply().await;
        let text = edited(&editor, &doc, &reply["result"]["edit"]);
        doc.set_text(&text);
        assert_eq!(
            told(&backend).contains("A first fix has changed"),
            title != "Fix: expected `u32` (E0308)"
        );
        found = error(&editor, &text, "x / 2", "E0277", "not satisfied");
    }
    // Once somebody else has been at those lines, it is a fix like any other.
    let at = doc.text().find("(x / 2)").unwrap();
    doc.replace(at, at, "1 + ");
    let found = error(&editor, doc.text(), "x / 2", "E0277", "not satisfied");
    let all = actions(&editor, &doc, (at, at), json!({ "diagnostics": [found] })).await;
    assert!(all.iter().any(|item| item["title"] == "Fix: not satisfied (E0277)"), "{all:?}");
    editor.finish().await;
}
