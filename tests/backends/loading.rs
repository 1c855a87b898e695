//! Loading is a state: said once, waited for by one detached request that typing never ends, and
//! no completion is sent meanwhile.

use std::time::{Duration, Instant};

use super::*;

/// Time-outs that any load outlasts.
const SHORT: Duration = Duration::from_millis(60);

fn impatient() -> Value {
    let ms = u64::try_from(SHORT.as_millis()).unwrap();
    json!({ "first_token_timeout_ms": ms, "connect_timeout_ms": ms, "idle_timeout_ms": 10_000 })
}

/// The requests that ask for a completion.
fn completions(backend: &FakeBackend) -> usize {
    let asks = |body: &Value| body["prompt"].as_str().is_some_and(|prompt| !prompt.is_empty());
    backend.requests().iter().filter(|request| asks(&request.body)).count()
}

/// Types, asks in every way and cancels, for longer than the time-outs; all of it is silent.
async fn type_in_vain(doc: &mut Doc) {
    let began = Instant::now();
    while began.elapsed() < SHORT * 5 {
        doc.type_text("x");
        let cancelled = doc.automatic();
        doc.editor.cancel(&cancelled);
        cancelled.reply().await;
        assert!(doc.automatic().texts().await.is_empty());
        assert!(doc.invoked().texts().await.is_empty());
        assert!(doc.menu().texts().await.is_empty());
    }
}

#[tokio::test]
async fn llama_cpp_is_waited_for() {
    let prepare = |backend: &FakeBackend| {
        backend.model(|model| {
            model.server = Server::LlamaCpp;
            model.n_ctx = 1_024;
        });
        backend.loading();
    };
    let (backend, mut doc) = open_with("llama-cpp", impatient(), prepare).await;
    let editor = doc.editor.clone();
    let status = editor.status("loading").await;
    assert_eq!((&status["state"], &status["model"]), (&json!("loading"), &json!("m")));
    type_in_vain(&mut doc).await;
    assert_eq!(completions(&backend), 0);
    let before = editor.notifications("foretype/status").len();
    backend.loaded();
    let over = |status: &Value| status["state"] == "idle";
    while !editor.notifications("foretype/status")[before..].iter().any(over) {
        editor.sync().await;
    }
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    // What it said of itself only then is known, too.
    let long = "let other = 1;\n".repeat(2_000);
    let doc = editor.open("untitled:b.rs", "rust", &format!("{long}$0\n{long}"));
    doc.automatic().result().await;
    let prompt = backend.requests().pop().unwrap().prompt();
    assert!(prompt.prefix.len() + prompt.suffix.len() < 3 * (1_024 - 256));
}

#[tokio::test]
async fn llama_cpp_that_begins_to_load_later_is_waited_for() {
    let (backend, mut doc) = open("llama-cpp", json!({})).await;
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    backend.loading();
    doc.type_text("x");
    assert!(doc.automatic().texts().await.is_empty());
    doc.editor.status("loading").await;
    let asked = completions(&backend);
    type_in_vain(&mut doc).await;
    assert_eq!(completions(&backend), asked);
    backend.loaded();
    doc.comes_to_show("fake_answer").await;
}

#[tokio::test]
async fn ollama_loads_once_whatever_is_typed() {
    let prepare = |backend: &FakeBackend| {
        backend.model(|model| model.server = Server::Ollama);
        backend.loading();
    };
    let (backend, mut doc) = open_with("ollama", impatient(), prepare).await;
    assert_eq!(backend.loads_started(), 0, "nothing is loaded unasked");
    assert!(doc.automatic().texts().await.is_empty());
    doc.editor.status("loading").await;
    backend.until("a load", |backend| backend.loads_started() == 1).await;
    type_in_vain(&mut doc).await;
    doc.close();
    let mut doc = doc.editor.open("untitled:b.rs", "rust", TEXT);
    type_in_vain(&mut doc).await;
    assert_eq!((backend.loads_started(), backend.loads_aborted()), (1, 0));
    assert_eq!(completions(&backend), 0);
    backend.finish_load();
    doc.comes_to_show("fake_answer").await;
    assert_eq!((backend.loads_started(), backend.loads_aborted()), (1, 0));
    assert_eq!(completions(&backend), 1);
}

#[tokio::test]
async fn a_load_outlives_the_editor_that_began_it() {
    let (backend, doc) = open_with("ollama", json!({}), FakeBackend::loading).await;
    assert!(doc.automatic().texts().await.is_empty());
    let load = backend.next_call().await;
    drop(doc);
    backend.until("a load", |backend| backend.loads_started() == 1).await;
    backend.finish_load();
    load.ended().await;
    assert_eq!(backend.loads_aborted(), 0);
}

#[tokio::test]
async fn ollama_is_loaded_again_after_keep_alive() {
    let (backend, mut doc) = open("ollama", json!({ "keep_alive": "0s" })).await;
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    for number in 1..3 {
        backend.unload();
        doc.type_text("x");
        let asked = completions(&backend);
        assert!(doc.automatic().texts().await.is_empty());
        let loads = |backend: &FakeBackend| backend.loads_started() == number;
        backend.until("another load", loads).await;
        assert!(doc.automatic().texts().await.is_empty());
        assert_eq!(completions(&backend), asked);
        backend.finish_load();
        doc.comes_to_show("fake_answer").await;
    }
    assert_eq!(backend.loads_aborted(), 0);
}

#[tokio::test]
async fn a_load_that_fails_is_told_and_not_tried_again_at_once() {
    let (backend, mut doc) = open_with("ollama", json!({}), FakeBackend::loading).await;
    // Listed as not loaded, and every load refused.
    backend.get("/api/ps", json!({ "models": [] }));
    backend.model(|model| model.server = Server::LlamaCpp);
    assert!(doc.automatic().texts().await.is_empty());
    doc.editor.status("loading").await;
    let refused = |backend: &FakeBackend| {
        backend.requests().first().is_some_and(|request| request.status == Some(404))
    };
    backend.until("a refused load", refused).await;
    type_in_vain(&mut doc).await;
    assert_eq!(backend.requests().len(), 1);
    doc.editor.status("error").await;
}
