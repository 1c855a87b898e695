//! `completion.instant`: the workspace speaks while a slower model thinks.

use serde_json::{Value, json};

use crate::support::editor::{Doc, Editor};
use crate::support::fake_backend::{FakeBackend, Reply};
use crate::{BEGUN, REST, index_is, workspace};

async fn editor(backend: &FakeBackend, debounce: u32) -> (Editor, Doc) {
    let options = json!({ "completion": { "instant": true, "debounce_ms": debounce } });
    let refreshing = json!({ "experimental": { "foretypeRefresh": true } });
    let editor = workspace().with(backend).options(options).capabilities(refreshing).open().await;
    let doc = editor.open("src/begun.rs", "rust", BEGUN);
    index_is(&editor, "ready").await;
    (editor, doc)
}

/// Waits until the server says so often that there is more.
async fn refreshed(editor: &Editor, times: usize) -> Value {
    let told = || {
        let told = editor.notifications("foretype/refresh");
        (told.len() >= times).then(|| told.last().cloned().unwrap())
    };
    editor.wire.until("foretype/refresh", told).await
}

#[tokio::test]
async fn the_models_word_comes_into_the_workspaces_place() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::text("Settings::from_the_model();").gated());
    let (editor, doc) = editor(&backend, 0).await;
    assert_eq!(editor.suggestion(&doc).await.insert_text, REST);
    // Asked again meanwhile it says so again, and the model thinks on.
    assert_eq!(editor.suggestion(&doc).await.insert_text, REST);
    backend.next_call().await.release().await;
    assert_eq!(refreshed(&editor, 1).await["uri"], editor.uri("src/begun.rs"));
    assert_eq!(editor.suggestion(&doc).await.insert_text, "Settings::from_the_model();");
    editor.status_is("idle", "").await;
    assert_eq!(backend.requests().len(), 1);
    editor.finish().await;
}

#[tokio::test]
async fn the_document_is_named_as_the_client_names_it() {
    let backend = FakeBackend::start().await;
    backend.answer("Settings::from_the_model();");
    let (editor, _) = editor(&backend, 0).await;
    let spelled = editor.uri("src/begun.rs").replace("begun", "%62egun+(1)");
    let doc = editor.open(&spelled, "rust", BEGUN);
    editor.suggestion(&doc).await;
    assert_eq!(refreshed(&editor, 1).await["uri"], spelled);
    editor.finish().await;
}

#[tokio::test]
async fn what_was_typed_since_goes_before_what_the_model_says() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::text("Other::from_the_model();").gated());
    let (editor, mut doc) = editor(&backend, 0).await;
    assert_eq!(editor.suggestion(&doc).await.insert_text, REST);
    let call = backend.next_call().await;
    doc.type_text("Settings::");
    call.release().await;
    // It said something else: it is asked anew, and is in no place of what fits.
    let said = editor.suggestion(&doc).await.insert_text;
    assert_eq!(format!("Settings::{said}"), REST);
    editor.finish().await;
}

#[tokio::test]
async fn typing_on_as_the_model_says_shows_its_rest() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::text("Settings::from_the_model();").gated());
    let (editor, mut doc) = editor(&backend, 0).await;
    editor.suggestion(&doc).await;
    let call = backend.next_call().await;
    doc.type_text("Settings::from_");
    call.release().await;
    refreshed(&editor, 1).await;
    assert_eq!(editor.suggestion(&doc).await.insert_text, "the_model();");
    assert_eq!(backend.requests().len(), 1);
    editor.finish().await;
}

#[tokio::test]
async fn every_key_has_an_answer_and_the_model_is_asked_after_the_last() {
    let backend = FakeBackend::start().await;
    backend.answer("environment(&environment)?;");
    let (editor, mut doc) = editor(&backend, 400).await;
    for typed in ["Set", "tings", "::", "from_"] {
        doc.type_text(typed);
        let said = editor.suggestion(&doc).await.insert_text;
        assert!(doc.before().ends_with(typed) && REST.ends_with(&said), "{typed}: {said}");
    }
    refreshed(&editor, 1).await;
    assert_eq!(backend.requests().len(), 1);
    assert!(backend.requests()[0].prompt().whole.contains("let settings = Settings::from_"));
    editor.finish().await;
}

#[tokio::test]
async fn where_the_workspace_is_not_sure_the_model_is_waited_for() {
    let backend = FakeBackend::start().await;
    backend.answer("from_the_model()");
    let (editor, _) = editor(&backend, 0).await;
    let doc = editor.open("src/b.py", "python", "def unheard():\n    return $0\n");
    assert_eq!(editor.suggestion(&doc).await.insert_text, "from_the_model()");
    // Who asks by hand asks the model.
    let doc = editor.open("src/c.rs", "rust", BEGUN);
    backend.answer("Settings::by_hand();");
    let said = editor.invoke(&doc).suggestions().await;
    assert_eq!(said[0].insert_text, "Settings::by_hand();");
    editor.finish().await;
}
