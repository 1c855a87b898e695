//! The command at a place, where no code action was offered before: a key or an input box.

use serde_json::{Value, json};

use super::editor::{actions, builder, messages, offered, start, told};
use crate::support::editor::{Doc, Editor};
use crate::support::fake_backend::FakeBackend;

const SOURCE: &str = "def f(a):\n    return b\n\n\ndef g(a):\n    return a + 1\n";

/// Asks for an action at a piece of the text; the error, if it comes to one.
async fn place(editor: &Editor, doc: &Doc, needle: &str, task: &str) -> Option<String> {
    let at = doc.text().find(needle).unwrap();
    let at = editor.encoding.position(doc.text(), at);
    let place = json!({ "task": task, "uri": doc.uri, "range": { "start": at, "end": at } });
    let params = json!({ "command": "foretype.action", "arguments": [place] });
    let reply = editor.request("workspace/executeCommand", params).reply().await;
    reply["error"]["message"].as_str().map(ToOwned::to_owned)
}

/// What the tools said last is what a fix is about, and what a review found.
#[tokio::test]
async fn a_fix_knows_what_is_wrong() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let doc = editor.open("a.py", "python", SOURCE);
    offered(&editor, &doc, (14, 14), &json!({ "diagnostics": [] }), "explain").await;
    let none = "foretype: no problem is reported at this place";
    assert_eq!(place(&editor, &doc, "return b", "fix").await.as_deref(), Some(none));
    let at = SOURCE.find("b\n").unwrap();
    let position = |at| editor.encoding.position(SOURCE, at);
    let range = json!({ "start": position(at), "end": position(at + 1) });
    let said = json!({ "range": range, "message": "`b` is not defined", "code": "F821", "source": "ruff" });
    actions(&editor, &doc, (at, at), json!({ "diagnostics": [said] })).await;
    backend.answer("```python\ndef f(a):\n    return a\n```");
    assert_eq!(place(&editor, &doc, "return b", "fix").await, None);
    assert!(told(&backend).contains("line 2 of <code>, ruff [F821]:\n<finding>\n`b` is not"));
    let edit = editor.wire.questions("workspace/applyEdit").pop().expect("an edit");
    assert_eq!(
        super::editor::edited(&editor, &doc, &edit["edit"]),
        SOURCE.replacen("return b", "return a", 1)
    );
    // Of another line nothing was said.
    assert_eq!(place(&editor, &doc, "return a + 1", "fix").await.as_deref(), Some(none));
    let found = json!([{ "code": "return a + 1", "severity": "error", "category": "bug", "message": "One too many." }]);
    backend.answer(found.to_string().as_str());
    assert_eq!(place(&editor, &doc, "return a + 1", "review").await, None);
    backend.answer("```python\ndef g(a):\n    return a\n```");
    assert_eq!(place(&editor, &doc, "return a + 1", "fix").await, None);
    assert!(told(&backend).contains("foretype [bug]:\n<finding>\nOne too many."));
    assert_eq!(messages(&editor), [""; 0]);
    editor.finish().await;
}

/// Where no code action has told of a problem yet, an editor that can is asked.
#[tokio::test]
async fn a_fix_asks_what_is_wrong() {
    let backend = FakeBackend::start().await;
    let can = json!({ "experimental": { "foretypeDiagnostics": true } });
    let editor = builder(&backend).capabilities(can).open().await;
    let doc = editor.open("a.py", "python", SOURCE);
    offered(&editor, &doc, (14, 14), &json!({ "diagnostics": [] }), "explain").await;
    let said = |needle: &str, source: &str, message: &str| {
        let at = SOURCE.find(needle).unwrap();
        let position = |at| editor.encoding.position(SOURCE, at);
        let range = json!({ "start": position(at), "end": position(at + needle.len()) });
        json!({ "range": range, "message": message, "source": source, "severity": 1 })
    };
    let all = [
        said("a + 1", "ruff", "Another line."),
        said("return", "ruff", "The same line."),
        said("b\n", "foretype", "Ours."),
        said("b\n", "ruff", "`b` is not defined"),
    ];
    editor.wire.hold("foretype/diagnostics");
    backend.answer("```python\ndef f(a):\n    return a\n```");
    let asked = place(&editor, &doc, "b\n", "fix");
    let answered = async {
        // For the fix, and once it is applied.
        for at_once in [true, false] {
            let (id, params) = editor.wire.asked("foretype/diagnostics").await;
            assert_eq!(params["waitMs"] == 0, at_once);
            let list = if at_once { json!(all) } else { json!([]) };
            editor.wire.respond(id, json!({ "diagnostics": list, "changed": true }));
        }
    };
    let (error, ()) = tokio::join!(asked, answered);
    assert_eq!(error, None);
    let told = told(&backend);
    assert!(told.contains("line 2 of <code>, ruff:\n<finding>\n`b` is not"), "{told}");
    assert!(!told.contains("Another line.") && !told.contains("Ours."), "{told}");
    editor.finish().await;
}

/// What is not to be had there says why.
#[tokio::test]
async fn the_reason_is_told() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let doc = editor.open("a.py", "python", SOURCE);
    offered(&editor, &doc, (14, 14), &json!({ "diagnostics": [] }), "explain").await;
    for (task, why) in [
        ("refactor.extract", "select code in a function first"),
        ("implement", "there is nothing to be written here"),
        ("translate", "the cursor is in no comment"),
        ("refactor.split", "no function of more than 40 lines"),
        ("boilerplate.cli", "put the cursor into code"),
    ] {
        let said: Value = place(&editor, &doc, "return b", task).await.into();
        assert!(said.as_str().is_some_and(|said| said.contains(why)), "{task}: {said}");
    }
    assert!(backend.requests().is_empty());
    editor.finish().await;
}
