//! Tests that go into another file, and what can be the matter with it; what is asked for at a place
//! without an offer.

use serde_json::{Value, json};

use super::editor::{actions, builder, capabilities, edited, messages, offered, told};
use crate::support::editor::{Doc, Editor};
use crate::support::fake_backend::{FakeBackend, Reply};

const SOURCE: &str = "def f():\n    return 1\n";
const ANSWER: &str = "```python\nfrom a import f\n\n\ndef test_f():\n    assert f() == 1\n```";

fn context() -> Value {
    json!({ "diagnostics": [] })
}

/// Runs the command of the action; the edit that the client was to apply.
async fn run(editor: &Editor, doc: &Doc, task: &str) -> Option<Value> {
    let item = offered(editor, doc, (14, 14), &context(), task).await;
    let before = editor.wire.questions("workspace/applyEdit").len();
    let command = &item["command"];
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    editor.request("workspace/executeCommand", params).reply().await;
    editor.wire.questions("workspace/applyEdit").split_off(before).pop()
}

#[tokio::test]
async fn a_new_file_is_made_confirmed_and_shown() {
    let backend = FakeBackend::start().await;
    backend.answer(ANSWER);
    let editor = builder(&backend).file("pytest.ini", "").open().await;
    let doc = editor.open("a.py", "python", SOURCE);
    let asked = run(&editor, &doc, "tests").await.expect("an edit");
    assert_eq!(asked["label"], "foretype: generate tests");
    let changes = &asked["edit"]["documentChanges"];
    assert_eq!(
        (&changes[0]["kind"], &changes[0]["options"]["overwrite"]),
        (&json!("create"), &json!(false))
    );
    let confirm = changes[0]["annotationId"].as_str().unwrap();
    assert_eq!(changes[1]["edits"][0]["annotationId"], confirm);
    assert_eq!(asked["edit"]["changeAnnotations"][confirm]["needsConfirmation"], true);
    let shown = editor.wire.questions("window/showDocument");
    assert_eq!(shown.last().unwrap()["uri"], editor.uri("tests/test_a.py"));
    editor.finish().await;
}

#[tokio::test]
async fn what_is_the_matter_with_the_file_is_said() {
    let backend = FakeBackend::start().await;
    // A client that makes no files.
    let can = json!({ "workspace": { "workspaceEdit": { "resourceOperations": [] } } });
    let editor = builder(&backend).capabilities(can).open().await;
    backend.answer(ANSWER);
    let doc = editor.open("a.py", "python", SOURCE);
    assert_eq!(run(&editor, &doc, "tests").await, None);
    let said = messages(&editor).pop().unwrap();
    assert!(
        said.contains("lets no language server create files") && said.contains("test_a.py"),
        "{said}"
    );
    // One that it finds is changed all the same.
    editor.write("test_a.py", "import os\n");
    backend.answer(ANSWER);
    assert!(run(&editor, &doc, "tests").await.is_some());
    editor.finish().await;

    let backend = FakeBackend::start().await;
    let editor = builder(&backend).file("test_a.py", "import os\n").open().await;
    let doc = editor.open("a.py", "python", SOURCE);
    let path = editor.path("test_a.py");
    // Deleted, too large, no text: while the model writes.
    for (change, why) in [
        ("delete", "test_a.py: it was deleted meanwhile"),
        ("bytes", "test_a.py: it is no UTF-8 text"),
        ("folder", "test_a.py: it is no UTF-8 text"),
        ("read-only", "test_a.py: it is read-only"),
    ] {
        if path.is_dir() {
            std::fs::remove_dir(&path).unwrap();
        }
        editor.write("test_a.py", "import os\n");
        backend.answer(Reply::text(ANSWER).gated());
        let item = offered(&editor, &doc, (14, 14), &context(), "tests").await;
        let arguments = item["command"]["arguments"].clone();
        let params = json!({ "command": "foretype.action", "arguments": arguments });
        let pending = editor.request("workspace/executeCommand", params);
        let call = backend.next_call().await;
        match change {
            "bytes" => std::fs::write(&path, [0xff, 0xfe, 0x00]).unwrap(),
            "read-only" => {
                let mut permissions = std::fs::metadata(&path).unwrap().permissions();
                permissions.set_readonly(true);
                std::fs::set_permissions(&path, permissions).unwrap();
            }
            _ => std::fs::remove_file(&path).unwrap(),
        }
        if change == "folder" {
            std::fs::create_dir(&path).unwrap();
        }
        call.release().await;
        pending.reply().await;
        let said = messages(&editor).pop().unwrap();
        assert!(said.contains(why), "{change}: {said}");
    }
    assert!(editor.wire.questions("workspace/applyEdit").is_empty());
    editor.finish().await;
}

#[tokio::test]
async fn a_file_that_came_meanwhile_is_not_overwritten() {
    let backend = FakeBackend::start().await;
    let editor = builder(&backend).open().await;
    let doc = editor.open("a.py", "python", SOURCE);
    backend.answer(Reply::text(ANSWER).gated());
    let item = offered(&editor, &doc, (14, 14), &context(), "tests").await;
    let arguments = item["command"]["arguments"].clone();
    let params = json!({ "command": "foretype.action", "arguments": arguments });
    let pending = editor.request("workspace/executeCommand", params);
    let call = backend.next_call().await;
    // The user opens and types it.
    let mut other = editor.open("test_a.py", "python", "import os\n");
    other.replace(10, 10, "x = 1\n");
    editor.settle().await;
    call.release().await;
    pending.reply().await;
    let asked = editor.wire.questions("workspace/applyEdit").pop().unwrap();
    let change = &asked["edit"];
    assert_eq!(
        edited(&editor, &other, change),
        "import os\nfrom a import f\nx = 1\n\n\ndef test_f():\n    assert f() == 1\n"
    );
    assert_eq!(change["documentChanges"][0]["edits"][0]["annotationId"], "foretype.confirm");
    editor.finish().await;
}

#[tokio::test]
async fn what_is_never_sent_is_no_example() {
    let backend = FakeBackend::start().await;
    let editor = builder(&backend)
        .file(".foretypeignore", "test_a.py\npyproject.toml\n")
        .file("pyproject.toml", "[project]\ndependencies = [\"private-thing\"]\n")
        .file("test_a.py", "SECRET_PLAN = 1\n")
        .open()
        .await;
    backend.answer(ANSWER);
    let doc = editor.open("a.py", "python", SOURCE);
    let asked = run(&editor, &doc, "tests").await.expect("it is changed all the same");
    assert!(asked["edit"]["documentChanges"][0]["textDocument"]["uri"].is_string());
    let told = told(&backend);
    assert!(told.contains("test_a.py, which is there already"), "{told}");
    assert!(!told.contains("SECRET_PLAN") && !told.contains("private-thing"), "{told}");
    editor.finish().await;
}

/// Not even where the parser does not understand it.
#[tokio::test]
async fn what_is_never_sent_is_in_no_fault() {
    let backend = FakeBackend::start().await;
    let editor = builder(&backend)
        .file(".foretypeignore", "test_a.py\n")
        .file("test_a.py", "SECRET_PLAN = [\n    1,\n]\n\n\ndef g():\n    return (SECRET_PLAN\n")
        .open()
        .await;
    let doc = editor.open("a.py", "python", SOURCE);
    for answer in [
        "def test_f():\n    assert f( == (((\n",
        "class A:\n    def test_f(self):\n        x = [1, (2\n",
        "def test_f():\n    x = [}\n",
    ] {
        backend.answer(Reply::text(&format!("```python\n{answer}```")));
        let asked = backend.requests().len();
        assert_eq!(run(&editor, &doc, "tests").await, None);
        assert_eq!(backend.requests().len(), asked + 2, "{answer}");
        let told = told(&backend);
        assert!(told.contains("is wrong with it"), "{told}");
        assert!(!told.contains("SECRET_PLAN") && !told.contains("return ("), "{told}");
    }
    assert_eq!(messages(&editor).len(), 3);
    editor.finish().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_leads_no_file_out_of_the_project() {
    let (backend, elsewhere) = (FakeBackend::start().await, tempfile::tempdir().unwrap());
    let editor = builder(&backend).file("pytest.ini", "").open().await;
    std::os::unix::fs::symlink(elsewhere.path(), editor.path("tests")).unwrap();
    backend.answer(ANSWER);
    let doc = editor.open("a.py", "python", SOURCE);
    assert_eq!(run(&editor, &doc, "tests").await, None);
    assert!(messages(&editor).pop().unwrap().contains("leads out of the project"));
    assert!(backend.requests().is_empty(), "nobody is asked in vain");
    // A file that is there already is neither shown nor changed, whatever leads to it.
    std::fs::write(elsewhere.path().join("test_a.py"), "ELSEWHERE = 1\n").unwrap();
    assert_eq!(run(&editor, &doc, "tests").await, None);
    std::fs::remove_file(editor.path("tests")).unwrap();
    editor.write("tests/b.py", "");
    let there = elsewhere.path().join("test_a.py");
    std::os::unix::fs::symlink(&there, editor.path("tests/test_a.py")).unwrap();
    assert_eq!(run(&editor, &doc, "tests").await, None);
    assert!(
        messages(&editor).pop().unwrap().contains("tests/test_a.py: it leads out of the project")
    );
    // One that leads nowhere would make a file there.
    std::fs::remove_file(&there).unwrap();
    assert_eq!(run(&editor, &doc, "tests").await, None);
    assert!(backend.requests().is_empty());
    // The folder above is no part of the project either.
    std::fs::remove_dir_all(editor.path("tests")).unwrap();
    std::os::unix::fs::symlink("..", editor.path("tests")).unwrap();
    assert_eq!(run(&editor, &doc, "tests").await, None);
    assert!(backend.requests().is_empty());
    assert_eq!(messages(&editor).len(), 5);
    // What leads back into the project is as good as a folder.
    std::fs::remove_file(editor.path("tests")).unwrap();
    editor.write("checks/test_a.py", "INSIDE = 1\n");
    std::os::unix::fs::symlink("checks", editor.path("tests")).unwrap();
    assert!(run(&editor, &doc, "tests").await.is_some());
    assert!(told(&backend).contains("INSIDE"));
    editor.finish().await;
}

#[tokio::test]
async fn the_project_is_read_again_when_its_manifest_changes() {
    let backend = FakeBackend::start().await;
    let editor = builder(&backend).file("requirements.txt", "flask==3.0\n").open().await;
    let doc = editor.open("a.py", "python", SOURCE);
    let locked =
        |version: &str| format!("[[package]]\nname = \"flask\"\nversion = \"{version}\"\n");
    for (name, text, want) in [
        ("requirements.txt", "flask==3.0\n".to_owned(), "Project: flask 3.0"),
        ("requirements.txt", "django==5.1\n".to_owned(), "Project: django 5.1"),
        ("requirements.txt", "flask\n".to_owned(), "Project: flask\n"),
        ("uv.lock", locked("3.1.0"), "Project: flask 3.1.0"),
        ("uv.lock", locked("3.2.0"), "Project: flask 3.2.0"),
    ] {
        editor.write(name, &text);
        let change = json!({ "uri": editor.uri(name), "type": 2 });
        editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": [change] }));
        backend.answer("It answers 1.");
        run(&editor, &doc, "explain").await;
        assert!(told(&backend).contains(want), "{}", told(&backend));
    }
    editor.finish().await;
}

#[tokio::test]
async fn a_document_in_no_file_has_no_place_for_tests() {
    let backend = FakeBackend::start().await;
    let editor = builder(&backend).open().await;
    let doc = editor.open("untitled:Untitled-1", "python", SOURCE);
    let item = offered_titled(&editor, &doc, "Generate tests").await;
    let reason = item["disabled"]["reason"].as_str().unwrap();
    assert!(reason.contains("save it first"), "{reason}");
    // Rust's are in the same document.
    let doc = editor.open("untitled:Untitled-2", "rust", "fn f() -> u8 {\n    1\n}\n");
    let item = offered_titled(&editor, &doc, "Generate tests").await;
    assert!(item.get("disabled").is_none());
    editor.finish().await;
}

async fn offered_titled(editor: &Editor, doc: &Doc, title: &str) -> Value {
    let find = async || {
        let all = actions(editor, doc, (14, 14), context()).await;
        all.into_iter().find(|item| item["title"].as_str().unwrap().starts_with(title))
    };
    let began = std::time::Instant::now();
    loop {
        if let Some(item) = find().await {
            return item;
        }
        assert!(began.elapsed().as_secs() < 5, "no {title}");
    }
}

/// Keys and input boxes ask without an offer.
#[tokio::test]
async fn words_at_a_place() {
    let backend = FakeBackend::start().await;
    let own = json!({ "actions": { "mine": { "prompt": "Do it.", "answer": "replace" } } });
    let editor = builder(&backend).options(own).capabilities(capabilities()).open().await;
    let doc = editor.open("a.py", "python", SOURCE);
    offered(&editor, &doc, (14, 14), &context(), "explain").await;
    let at = editor.encoding.position(SOURCE, 14);
    let ask = |more: Value| {
        let mut argument =
            json!({ "task": "refactor", "uri": doc.uri, "range": { "start": at, "end": at } });
        for (key, value) in more.as_object().unwrap() {
            argument[key] = value.clone();
        }
        let params = json!({ "command": "foretype.action", "arguments": [argument] });
        editor.request("workspace/executeCommand", params)
    };
    for more in [json!({ "words": "answer two" }), json!({ "task": "custom.mine" })] {
        backend.answer("```python\ndef f():\n    return 2\n```");
        let reply = ask(more.clone()).reply().await;
        assert!(reply.get("error").is_none(), "{reply}");
        let asked = editor.wire.questions("workspace/applyEdit").pop().unwrap();
        assert_eq!(edited(&editor, &doc, &asked["edit"]), "def f():\n    return 2\n");
        let want =
            more["words"].as_str().map_or("# Task\nDo it.", |_| "The user adds:\nanswer two");
        assert!(told(&backend).contains(want), "{}", told(&backend));
    }
    let asked = backend.requests().len();
    for (more, why) in [
        (json!({}), "`refactor` takes `words`"),
        (json!({ "words": " " }), "`refactor` takes `words`"),
        (json!({ "words": "x".repeat(4_001) }), "`words` is over 4000 characters"),
        (json!({ "task": "custom.nobodys" }), "there is no action `nobodys`"),
        (json!({ "task": "refactor.extract" }), "select code in a function first"),
        (json!({ "uri": "file:///nowhere.py" }), "is not open"),
        (json!({ "range": 1 }), "takes the data of one of foretype's code actions, or"),
    ] {
        let reply = ask(more).reply().await;
        assert!(reply["error"]["message"].as_str().unwrap().contains(why), "{why}: {reply}");
    }
    assert_eq!(backend.requests().len(), asked);
    editor.finish().await;
}
