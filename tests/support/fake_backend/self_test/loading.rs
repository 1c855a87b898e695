//! Models that are still loading.

use serde_json::json;

use super::client::{ask, get, spawn, text_of};
use crate::support::fake_backend::{FakeBackend, Outcome, Server};

#[tokio::test]
async fn llama_cpp_answers_503_until_loaded() {
    let backend = FakeBackend::start().await;
    backend.answer("ok");
    backend.loading();
    let loading =
        json!({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}});
    let posts = ["/infill", "/completion", "/v1/completions", "/v1/chat/completions"];
    let body = json!({"prompt": "p", "input_prefix": "", "input_suffix": ""});
    for path in posts {
        let (status, answer) = ask(&backend, path, &body).await;
        assert_eq!(
            (status, serde_json::from_str(&answer).ok()),
            (503, Some(loading.clone())),
            "{path}"
        );
    }
    for path in ["/health", "/props", "/slots"] {
        assert_eq!(get(&backend, path).await, (503, loading.clone()), "{path}");
    }
    assert_eq!(get(&backend, "/v1/models").await.0, 200);
    backend.loaded();
    assert_eq!(get(&backend, "/health").await.0, 200);
    for path in posts {
        assert_eq!(text_of(&ask(&backend, path, &body).await.1, 0), "ok", "{path}");
    }
    assert_eq!(backend.requests().len(), 8);
}

#[tokio::test]
async fn ollama_loads_for_a_client_that_stays() {
    let backend = FakeBackend::start().await;
    backend.answer("ok");
    backend.loading();
    let body = json!({"prompt": "p"});
    let loads = |b: &FakeBackend| (b.loads_started(), b.loads_aborted());
    let listed = async || get(&backend, "/api/ps").await.1["models"].as_array().unwrap().len();
    assert_eq!((listed().await, loads(&backend)), (0, (0, 0)));

    let first = spawn(&backend, "/api/generate", &body);
    let call = backend.next_call().await;
    backend.until("a load", |b| b.loads_started() == 1).await;
    first.abort();
    assert_eq!(call.closed().await, 0);
    assert_eq!((listed().await, loads(&backend)), (0, (1, 1)));

    // One who waits for another's load begins one when that is aborted.
    let second = spawn(&backend, "/api/generate", &body);
    let call = backend.next_call().await;
    backend.until("a load", |b| b.loads_started() == 2).await;
    let third = spawn(&backend, "/api/generate", &body);
    let waiting = backend.next_call().await;
    assert_eq!(get(&backend, "/health").await.0, 503);
    assert_eq!(loads(&backend), (2, 1));
    second.abort();
    call.closed().await;
    backend.until("a load", |b| b.loads_started() == 3).await;
    assert_eq!((listed().await, waiting.outcome()), (0, Outcome::Running));
    backend.finish_load();
    assert_eq!(text_of(&third.await.unwrap().unwrap().1, 0), "ok");
    assert_eq!((listed().await, loads(&backend)), (1, (3, 2)));
    assert_eq!(text_of(&ask(&backend, "/api/generate", &body).await.1, 0), "ok");
    assert_eq!(loads(&backend), (3, 2));
}

#[tokio::test]
async fn ollama_loads_and_unloads_for_an_empty_prompt() {
    let backend = FakeBackend::start().await;
    backend.unload();
    let warm_up = spawn(&backend, "/api/generate", &json!({"model": "m", "keep_alive": "5m"}));
    backend.until("a load", |b| b.loads_started() == 1).await;
    backend.finish_load();
    assert!(warm_up.await.unwrap().unwrap().1.contains("\"done_reason\":\"load\""));
    let off = ask(&backend, "/api/generate", &json!({"model": "m", "keep_alive": 0})).await.1;
    assert!(off.contains("\"done_reason\":\"unload\""));
    assert_eq!(get(&backend, "/api/ps").await.1, json!({"models": []}));
}

#[tokio::test]
async fn ollama_loads_for_its_openai_paths_too() {
    let backend = FakeBackend::start().await;
    backend.model(|model| model.server = Server::Ollama);
    backend.loading();
    let answer = spawn(&backend, "/v1/completions", &json!({"prompt": "p"}));
    backend.until("a load", |b| b.loads_started() == 1).await;
    backend.finish_load();
    assert_eq!(answer.await.unwrap().unwrap().0, 200);
}

#[tokio::test]
#[should_panic(expected = "nothing loads")]
async fn a_load_that_never_began_cannot_be_finished() {
    FakeBackend::start().await.finish_load();
}
