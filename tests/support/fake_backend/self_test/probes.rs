//! GETs, and what the backend says of server and model.

use reqwest::Client;
use serde_json::{Value, json};

use super::client::{Raw, ask, get, spawn};
use crate::support::fake_backend::{FakeBackend, Outcome, Reply, Server};

#[tokio::test]
async fn the_model_shows_in_every_probe() {
    let backend = FakeBackend::start().await;
    backend.model(|model| {
        model.n_ctx = 4096;
        model.name = "coder:7b".to_owned();
        model.path = "/models/coder.gguf".to_owned();
    });
    let cases = [
        ("/health", "/status", json!("ok")),
        ("/props", "/default_generation_settings/n_ctx", json!(4096)),
        ("/props?x=1", "/model_path", json!("/models/coder.gguf")),
        ("/slots", "/0/is_processing", json!(false)),
        ("/v1/models", "/data/0/id", json!("coder:7b")),
        ("/api/tags", "/models/0/name", json!("coder:7b")),
        ("/api/ps", "/models/0/model", json!("coder:7b")),
        ("/api/version", "/version", json!("0.13.0")),
        ("/", "", json!("Ollama is running")),
    ];
    for (path, pointer, expected) in &cases {
        let (status, answer) = get(&backend, path).await;
        assert_eq!((status, answer.pointer(pointer)), (200, Some(expected)), "{path}: {answer}");
    }
    assert_eq!(get(&backend, "/nothing").await.0, 404);
    for insert in [true, false] {
        backend.model(|model| model.insert = insert);
        let shown: Value =
            serde_json::from_str(&ask(&backend, "/api/show", &json!({"model": "m"})).await.1)
                .unwrap();
        assert_eq!(shown["template"].as_str().unwrap().contains(".Suffix"), insert);
        assert_eq!(shown["capabilities"].as_array().unwrap().contains(&json!("insert")), insert);
    }
    let gets = backend.gets();
    assert_eq!(gets.len(), cases.len() + 3);
    assert_eq!(
        (gets[2].path.as_str(), gets[2].status, gets[2].outcome),
        ("/props", Some(200), Outcome::Finished)
    );
    assert_eq!((backend.requests().len(), backend.calls_waiting()), (0, 0));
}

#[tokio::test]
async fn slots_are_busy_while_a_request_runs() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::text("a").gated());
    let answer = spawn(&backend, "/completion", &json!({"prompt": "p"}));
    let call = backend.next_call().await;
    assert_eq!(get(&backend, "/slots").await.1[0]["is_processing"], true);
    answer.abort();
    call.closed().await;
    assert_eq!(get(&backend, "/slots").await.1[0]["is_processing"], false);
}

#[tokio::test]
async fn probes_can_be_set() {
    let backend = FakeBackend::start().await;
    backend.get("/props", json!({"n": 1}));
    backend.get("/own", json!([1]));
    backend.get_status("/health", 503);
    backend.get_status("/slots", 501);
    backend.get_hang("/api/version");
    assert_eq!(get(&backend, "/props").await, (200, json!({"n": 1})));
    assert_eq!(get(&backend, "/own").await, (200, json!([1])));
    assert_eq!(get(&backend, "/slots").await.0, 501);
    let loading =
        json!({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}});
    assert_eq!(get(&backend, "/health").await, (503, loading));
    let mut raw = Raw::connect(&backend).await;
    raw.send("GET /api/version HTTP/1.1\r\n\r\n").await;
    backend.until("the probe", |b| b.gets().len() == 5).await;
    assert_eq!(backend.gets()[4].outcome, Outcome::Running);
    drop(raw);
    let left = Outcome::ClientLeft { tokens_sent: 0 };
    backend.until("the prober to leave", |b| b.gets()[4].outcome == left).await;
    let head = Client::new().head(format!("{}/props", backend.url())).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.text().await.unwrap()), (200, String::new()));
}

#[tokio::test]
async fn a_server_has_its_own_paths_only() {
    let paths = ["/health", "/props", "/v1/models", "/api/tags", "/api/version", "/api/ps"];
    let cases = [
        (Server::Any, [200; 6]),
        (Server::LlamaCpp, [200, 200, 200, 200, 404, 404]),
        (Server::Ollama, [404, 404, 200, 200, 200, 200]),
        (Server::OpenAi, [404, 404, 200, 404, 404, 404]),
    ];
    for (server, expected) in cases {
        let backend = FakeBackend::start().await;
        backend.model(|model| model.server = server);
        for (path, expected) in paths.into_iter().zip(expected) {
            assert_eq!(get(&backend, path).await.0, expected, "{server:?} {path}");
        }
        let posts = [
            ("/infill", Server::LlamaCpp),
            ("/api/generate", Server::Ollama),
            ("/v1/completions", server),
        ];
        let body = json!({"prompt": "p", "input_prefix": "", "input_suffix": ""});
        for (path, of) in posts {
            let expected = if server == Server::Any || server == of { 200 } else { 404 };
            assert_eq!(ask(&backend, path, &body).await.0, expected, "{server:?} {path}");
        }
    }
    let backend = FakeBackend::start().await;
    backend.model(|model| model.server = Server::LlamaCpp);
    let answer = reqwest::get(format!("{}/health", backend.url())).await.unwrap();
    assert_eq!(answer.headers()["server"], "llama.cpp");
}

#[tokio::test]
async fn a_model_refuses_what_it_cannot_do() {
    let backend = FakeBackend::start().await;
    backend.script([Reply::text("kept")]);
    backend.model(|model| {
        model.fim_tokens = false;
        model.insert = false;
    });
    let infill = json!({"input_prefix": "p", "input_suffix": "s"});
    let (status, answer) = ask(&backend, "/infill", &infill).await;
    assert_eq!(status, 501);
    assert!(answer.contains("Infill is not supported by this model"), "{answer}");
    assert!(answer.contains("not_supported_error"), "{answer}");
    let (status, answer) =
        ask(&backend, "/api/generate", &json!({"prompt": "p", "suffix": "s"})).await;
    assert_eq!(status, 400);
    assert!(answer.contains("does not support insert"), "{answer}");
    backend.model(|model| model.fim_tokens = true);
    assert_eq!(ask(&backend, "/infill", &json!({"prompt": "p"})).await.0, 400);
    assert_eq!(ask(&backend, "/unknown", &json!({})).await.0, 404);
    let put = Client::new().put(format!("{}/completion", backend.url())).send().await.unwrap();
    assert_eq!(put.status(), 405);
    assert!(
        ask(&backend, "/infill", &infill).await.1.contains("kept"),
        "refusals use up no script"
    );
    let statuses: Vec<_> = backend.requests().iter().map(|r| r.status.unwrap()).collect();
    assert_eq!(statuses, [501, 400, 400, 404, 405, 200]);
}
