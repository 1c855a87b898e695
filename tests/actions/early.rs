//! What is known to come to nothing: the user is told at once, and no model is asked.

use serde_json::{Value, json};

use super::editor::{actions, builder, capabilities, edited, messages, offered};
use crate::support::editor::{Builder, Doc, Editor};
use crate::support::fake_backend::FakeBackend;

const SOURCE: &str = "def f():\n    return 1\n";
const AT: (usize, usize) = (14, 14);

fn context() -> Value {
    json!({ "diagnostics": [] })
}

/// An editor whose user has this project open.
fn project(backend: &FakeBackend) -> Builder {
    builder(backend).file("a.py", SOURCE).file("pytest.ini", "")
}

/// Asks for an action at a place, as a key does; what the user is told.
async fn told(editor: &Editor, doc: &Doc, task: &str) -> Vec<String> {
    let at = editor.encoding.position(SOURCE, AT.0);
    let place = json!({ "task": task, "uri": doc.uri, "range": { "start": at, "end": at } });
    let params = json!({ "command": "foretype.action", "arguments": [place] });
    let before = messages(editor).len();
    let reply = editor.request("workspace/executeCommand", params).reply().await;
    let mut said = messages(editor).split_off(before);
    said.extend(reply["error"]["message"].as_str().map(ToOwned::to_owned));
    said
}

#[tokio::test]
async fn files_that_cannot_take_it() {
    for (task, file, what, why) in [
        ("refactor.idiomatic", "a.py", "read-only", "a.py is read-only"),
        ("tests", "test_a.py", "read-only", "test_a.py: it is read-only"),
        ("refactor.idiomatic", "a.py", "other bytes", "a.py is not UTF-8 on the disk"),
        ("tests", "test_a.py", "other bytes", "test_a.py: it is no UTF-8 text"),
        ("tests", "test_a.py", "open and read-only", "test_a.py is read-only"),
    ] {
        let backend = FakeBackend::start().await;
        let editor = project(&backend).file("test_a.py", "import os\n").open().await;
        let doc = editor.open("a.py", "python", SOURCE);
        offered(&editor, &doc, AT, &context(), "explain").await;
        let path = editor.path(file);
        if what == "other bytes" {
            std::fs::write(&path, b"# \xe4\n").unwrap();
        } else {
            let mut mode = std::fs::metadata(&path).unwrap().permissions();
            mode.set_readonly(true);
            std::fs::set_permissions(&path, mode).unwrap();
        }
        if what.starts_with("open") {
            editor.open(file, "python", "import os\n");
        }
        let said = told(&editor, &doc, task).await;
        assert!(said.len() == 1 && said[0].contains(why), "{task}, {what}: {said:?}");
        assert!(backend.requests().is_empty(), "{task}, {what}");
        editor.finish().await;
    }
}

/// What an editor says that it cannot do, and what is not done for that.
#[tokio::test]
async fn editors_that_cannot_make_it() {
    let cannot = "makes no edits that a language server asks for";
    let versions = "whether its text is still the one that an edit was made for";
    let no_edits = json!({ "workspace": { "applyEdit": false } });
    let no_versions = json!({ "workspace": { "workspaceEdit": { "documentChanges": false } } });
    let no_files =
        json!({ "workspace": { "workspaceEdit": { "resourceOperations": ["rename"] } } });
    for (can, task, why) in [
        (&no_edits, "refactor.idiomatic", Some(cannot)),
        (&no_edits, "tests", Some(cannot)),
        (&no_versions, "refactor.idiomatic", Some(versions)),
        (&no_files, "tests", Some("lets no language server create files")),
        (&no_files, "refactor.idiomatic", None),
        (&no_edits, "explain", None),
        (&no_versions, "explain", None),
    ] {
        let backend = FakeBackend::start().await;
        backend.answer("```python\ndef f():\n    return 2\n```");
        let editor = project(&backend).capabilities(can.clone()).open().await;
        let doc = editor.open("a.py", "python", SOURCE);
        offered(&editor, &doc, AT, &context(), "explain").await;
        let said = told(&editor, &doc, task).await;
        assert_eq!(said.len(), usize::from(why.is_some()), "{task}: {said:?}");
        assert!(why.is_none_or(|why| said[0].contains(why)), "{task}: {said:?}");
        assert_eq!(backend.requests().is_empty(), why.is_some(), "{task}");
        editor.finish().await;
    }
}

/// The offers say so before: with the reason where it is shown, else not at all.
#[tokio::test]
async fn offers_that_cannot_be_made() {
    let backend = FakeBackend::start().await;
    let no_edits = json!({ "workspace": { "applyEdit": false } });
    let no_versions = json!({ "workspace": { "workspaceEdit": { "documentChanges": false } } });
    let unresolved = json!({ "textDocument": { "codeAction": { "resolveSupport": null } } });
    let unseen = json!({ "textDocument": { "codeAction": { "disabledSupport": false } } });
    let disabled = |item: &Value| item["disabled"]["reason"].is_string();
    for (can, some, hidden) in [
        (vec![&no_edits], false, false),
        (vec![&no_edits, &unresolved], true, false),
        (vec![&no_edits, &unresolved, &unseen], true, true),
        (vec![&no_versions], true, false),
        (vec![&no_versions, &unseen], true, true),
        (vec![], false, false),
    ] {
        let mut builder = project(&backend);
        for more in &can {
            builder = builder.capabilities((*more).clone());
        }
        let editor = builder.open().await;
        let doc = editor.open("a.py", "python", SOURCE);
        offered(&editor, &doc, AT, &context(), "explain").await;
        let all = actions(&editor, &doc, AT, context()).await;
        let of =
            |kind: &str| all.iter().find(|item| item["kind"] == kind).cloned().unwrap_or_default();
        let rewrite = of("refactor.rewrite.idiomatic");
        assert_eq!(disabled(&rewrite), some && !hidden, "{can:?}");
        assert_eq!(rewrite.is_null(), hidden, "{can:?}");
        let tests = of("refactor.rewrite.tests");
        // Who makes no edits of ours can have those of a test resolved.
        let by_edit = can.contains(&&no_edits) && !can.contains(&&unresolved);
        assert_eq!(tests.get("data").is_some(), by_edit, "{can:?}: {tests}");
        assert!(!disabled(&of("foretype.explain")) && !disabled(&of("foretype.review")));
        editor.finish().await;
    }
}

/// Without edits by a command all that is resolved is there, and nothing else is asked of the client.
#[tokio::test]
async fn what_is_resolved_needs_no_command() {
    let backend = FakeBackend::start().await;
    let can = json!({ "workspace": { "applyEdit": false }, "experimental": { "foretypeDiagnostics": true } });
    let editor = project(&backend).capabilities(capabilities()).capabilities(can).open().await;
    let doc = editor.open("a.py", "python", SOURCE);
    backend.answer("```python\ndef f():\n    return 2\n```");
    let line = |character: u32| json!({ "line": 1, "character": character });
    let range = json!({ "start": line(4), "end": line(12) });
    let finding = json!({ "range": range, "message": "it is two", "severity": 1 });
    let context = json!({ "diagnostics": [finding] });
    let item = offered(&editor, &doc, AT, &context, "fix").await;
    let reply = editor.request("codeAction/resolve", item).reply().await;
    assert_eq!(
        edited(&editor, &doc, &reply["result"]["edit"]),
        SOURCE.replace("return 1", "return 2")
    );
    assert!(editor.wire.questions("workspace/applyEdit").is_empty());
    editor.finish().await;
}

/// A function that was typed a moment ago is mended as a whole, be the tree older when the fix is offered.
#[tokio::test]
async fn a_fix_is_about_the_text_as_it_is() {
    let backend = FakeBackend::start().await;
    let editor = builder(&backend).open().await;
    let mut doc = editor.open("a.go", "go", "package a\n");
    let new = "package a\n\nfunc f() int {\n\tx := 1\n\treturn 2\n}\n";
    let at = new.find('x').unwrap();
    offered(&editor, &doc, (0, 0), &context(), "explain").await;
    doc.set_text(new);
    let position = |at| editor.encoding.position(new, at);
    let range = json!({ "start": position(at), "end": position(at + 1) });
    let found = json!({ "range": range, "message": "declared and not used: x", "severity": 1 });
    let items = actions(&editor, &doc, (at, at), json!({ "diagnostics": [found] })).await;
    let fix = items.iter().find(|item| item["kind"] == "quickfix").expect("a fix").clone();
    backend.answer("```go\nfunc f() int {\n\treturn 2\n}\n```");
    let reply = editor.request("codeAction/resolve", fix).reply().await;
    assert_eq!(messages(&editor), [""; 0]);
    assert_eq!(edited(&editor, &doc, &reply["result"]["edit"]), new.replace("\tx := 1\n", ""));
    editor.finish().await;
}

/// An action of the user's own that is not to be had says why.
#[tokio::test]
async fn own_actions_say_what_is_the_matter() {
    let backend = FakeBackend::start().await;
    let own = json!({ "actions": {
        "off": { "prompt": "Do it now.", "enabled": false },
        "go": { "prompt": "Do it now.", "languages": ["go", "rust"] },
        "endless": { "prompt": "Do {% for i in range(99999) %}{% for k in range(99999) %}{% endfor %}{% endfor %}it." },
    } });
    let editor = project(&backend).options(own).open().await;
    let doc = editor.open("a.py", "python", SOURCE);
    offered(&editor, &doc, AT, &context(), "explain").await;
    for (task, why) in [
        ("custom.off", "the action `off` is off: see `actions.off.enabled`"),
        ("custom.go", "is for go, rust (`actions.go.languages`), and this is Python"),
        ("custom.none", "there is no action `none`; write it under `[actions.none]`"),
        (
            "custom.endless",
            "does not come to an end; is there a loop in it? (line 1); mend `actions.endless.prompt`",
        ),
    ] {
        let said = told(&editor, &doc, task).await;
        assert!(said.len() == 1 && said[0].contains(why), "{task}: {said:?}");
    }
    assert!(backend.requests().is_empty());
    editor.finish().await;
}

/// Several models, and none chosen for conversations: what to write, and where.
#[tokio::test]
async fn no_model_is_chosen() {
    let backend = FakeBackend::start().await;
    let more = json!({ "models": { "other": { "provider": "ollama", "model": "x" } } });
    let editor =
        project(&backend).options(more).options(json!({ "completion": { "model": "fake" } }));
    let editor = editor.open().await;
    let doc = editor.open("a.py", "python", SOURCE);
    let all = actions(&editor, &doc, AT, context()).await;
    let want = "foretype: `chat.model` is not set; write `model = \"fake\"` under `[chat]` in config.toml (your models: fake, other)";
    assert_eq!(all[0]["disabled"]["reason"], want);
    editor.finish().await;
}
