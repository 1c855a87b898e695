//! Who answers when, and what the user is told of it.

use serde_json::json;

use crate::support::editor::Editor;
use crate::support::fake_backend::{FakeBackend, Reply};
use crate::{BEGUN, REST, index, index_is, until_suggested, workspace};

#[tokio::test]
async fn with_nothing_configured_the_workspace_completes() {
    let editor = workspace().open().await;
    let doc = editor.open("src/begun.rs", "rust", BEGUN);
    let ready = index_is(&editor, "ready").await;
    assert_eq!(ready["files"], 3, "{ready}");
    let said = editor.suggestion(&doc).await;
    assert_eq!(said.insert_text, REST);
    assert_eq!(editor.status_is("idle", "").await["model"], "workspace");
    editor.finish().await;
}

#[tokio::test]
async fn where_it_is_not_sure_it_is_silent_and_says_so() {
    let editor = workspace().open().await;
    let doc = editor.open("src/begun.py", "python", "def unheard():\n    return $0\n");
    index_is(&editor, "ready").await;
    assert!(editor.suggest(&doc).await.is_empty());
    editor.status_is("idle", "not sure enough").await;
    editor.finish().await;
}

#[tokio::test]
async fn silent_it_says_what_it_has_not_read() {
    let long = "pub fn long(of: usize) -> usize { of }\n".repeat(30_000);
    let editor = workspace().file("src/long.rs", &long).open().await;
    let doc = editor.open("src/begun.py", "python", "def unheard():\n    return $0\n");
    index_is(&editor, "ready").await;
    assert!(editor.suggest(&doc).await.is_empty());
    editor
        .status_is("idle", "not sure enough of anything here; files left out: 1 over 1 MiB")
        .await;
    editor.finish().await;
}

#[tokio::test]
async fn a_table_gives_it_another_name() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::status(500));
    let table = json!({ "mine": { "provider": "workspace" } });
    for (completion, down) in [
        (json!({ "model": "mine" }), false),
        (json!({ "model": "fake", "fallback": ["mine", "workspace"] }), true),
    ] {
        let options = json!({ "models": table.clone(), "completion": completion });
        let editor = workspace().with(&backend).options(options).open().await;
        let doc = editor.open("src/begun.rs", "rust", BEGUN);
        if !down {
            // It is the first to be asked: its reading began by itself.
            index_is(&editor, "ready").await;
        }
        until_suggested(&editor, &doc, &[REST]).await;
        let named = || (editor.status()["model"] == "mine").then_some(());
        editor.wire.until("its name in the status", named).await;
        let info =
            editor.request("workspace/executeCommand", json!({ "command": "foretype.info" }));
        let info = info.reply().await["result"].clone();
        let listed =
            json!({ "name": "mine", "provider": "workspace", "local": true, "usable": true });
        assert!(info["models"].as_array().unwrap().contains(&listed), "{info}");
        assert_eq!(info["completion"]["model"], if down { "fake" } else { "mine" });
        editor.log();
        editor.finish().await;
    }
}

#[tokio::test]
async fn off_it_is_not_even_read() {
    let options = json!({ "completion": { "enabled": false } });
    let editor = workspace().options(options).open().await;
    editor.status_is("off", "completion.enabled").await;
    assert_eq!(index(&editor).await["state"], "asleep");
    editor.finish().await;
}

#[tokio::test]
async fn a_model_that_answers_is_left_alone() {
    let backend = FakeBackend::start().await;
    backend.answer("model_says_so;");
    let editor = workspace().with(&backend).open().await;
    let doc = editor.open("src/begun.rs", "rust", BEGUN);
    assert_eq!(editor.suggestion(&doc).await.insert_text, "model_says_so;");
    assert_eq!(index(&editor).await["state"], "asleep");
    editor.finish().await;
}

#[tokio::test]
async fn a_model_that_is_down_has_the_workspace_in_its_place() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::status(500));
    let editor = workspace().with(&backend).open().await;
    let doc = editor.open("src/begun.rs", "rust", BEGUN);
    until_suggested(&editor, &doc, &[REST]).await;
    editor.log();
    editor.finish().await;
}

#[tokio::test]
async fn where_neither_has_anything_the_models_failure_is_told() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::status(500));
    let editor = Editor::open_with(&backend).await;
    let doc = editor.open("src/begun.rs", "rust", "fn unheard_of() {\n    let novel = $0\n}\n");
    assert!(editor.suggest(&doc).await.is_empty());
    editor.status_is("error", "see the server's own log").await;
    editor.log();
    editor.finish().await;
}

#[tokio::test]
async fn a_user_can_do_without() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::status(500));
    let options = json!({ "completion": { "fallback": [] } });
    let editor = workspace().with(&backend).options(options).open().await;
    let doc = editor.open("src/begun.rs", "rust", BEGUN);
    assert!(editor.suggest(&doc).await.is_empty());
    assert_eq!(index(&editor).await["state"], "asleep");
    editor.log();
    editor.finish().await;
}

#[tokio::test]
async fn chosen_it_answers_though_another_is_configured() {
    let backend = FakeBackend::start().await;
    let options = json!({ "completion": { "model": "workspace" } });
    let editor = workspace().with(&backend).options(options).open().await;
    let doc = editor.open("src/begun.rs", "rust", BEGUN);
    index_is(&editor, "ready").await;
    assert_eq!(editor.suggestion(&doc).await.insert_text, REST);
    assert_eq!(backend.requests().len(), 0);
    editor.finish().await;
}
