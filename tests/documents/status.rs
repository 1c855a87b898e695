//! What the user is told: the status where the editor shows it, a message where it does not.

use serde_json::json;

use crate::support::editor::{Builder, Editor};
use crate::support::fake_backend::{FakeBackend, Reply};

/// A client without the status.
fn plain(backend: &FakeBackend) -> Builder {
    let inline = json!({ "textDocument": { "inlineCompletion": {} } });
    Editor::builder().no_capabilities().capabilities(inline).with(backend)
}

#[tokio::test]
async fn the_status_goes_to_those_who_announce_it() {
    for announced in [true, false] {
        let backend = FakeBackend::start().await;
        backend.answer("1;");
        let builder = if announced { Editor::builder().with(&backend) } else { plain(&backend) };
        let editor = builder.open().await;
        let doc = editor.open("a.rs", "rust", "let a = $0");
        editor.suggestion(&doc).await;
        if announced {
            let status = editor.status_is("idle", "").await;
            assert!(status.get("reason").is_none(), "{status}");
        }
        editor.settle().await;
        let told = editor.notifications("foretype/status");
        assert_eq!(!told.is_empty(), announced, "{told:?}");
        assert!(editor.notifications("window/showMessage").is_empty());
        editor.finish().await;
    }
}

#[tokio::test]
async fn it_says_busy_while_a_model_is_asked() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::text("1;").gated());
    let editor = Editor::open_with(&backend).await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    let pending = editor.request_suggestion(&doc);
    let status = editor.status_is("busy", "").await;
    assert_eq!(status["model"], "fake");
    backend.next_call().await.release().await;
    pending.suggestions().await;
    editor.status_is("idle", "").await;
    editor.finish().await;
}

#[tokio::test]
async fn it_says_at_once_that_all_is_off_or_nobody_there() {
    let backend = FakeBackend::start().await;
    let off = json!({ "completion": { "enabled": false } });
    let editor = Editor::builder().with(&backend).options(off).open().await;
    let status = editor.status_is("off", "completion.enabled").await;
    assert!(status.get("model").is_none(), "{status}");
    let set = |settings: serde_json::Value| {
        editor.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    };
    set(json!({ "completion": { "enabled": true } }));
    editor.status_is("idle", "").await;
    set(json!({ "enabled": false }));
    editor.status_is("off", "`enabled`").await;
    // A port that was free a moment ago.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{nobody}");
    set(json!({ "models": { "fake": { "url": url } }, "completion": { "enabled": true } }));
    let status = editor.status_is("error", "cannot reach").await;
    assert_eq!(status["model"], "fake");
    assert!(editor.notifications("window/showMessage").is_empty());
    assert!(backend.requests().is_empty());
    editor.finish().await;
}

#[tokio::test]
async fn what_only_the_user_can_mend_is_shown_once() {
    for (code, word) in [(401, "api_key"), (403, "api_key"), (404, "model")] {
        let backend = FakeBackend::start().await;
        // The list of models is open to all: only completing tells.
        backend.answer(Reply::status(code));
        let editor = plain(&backend).open().await;
        for n in 0..4 {
            let doc = editor.open(&format!("{n}.rs"), "rust", "let a = $0");
            assert!(editor.suggest(&doc).await.is_empty(), "{code}");
        }
        let shown = || editor.notifications("window/showMessage");
        editor.wire.until("a message", || shown().pop()).await;
        editor.settle().await;
        let shown = shown();
        assert_eq!(shown.len(), 1, "{code}: {shown:?}");
        let message = shown[0]["message"].as_str().unwrap();
        assert!(message.contains(word) && message.contains("fake"), "{message}");
        editor.logged(&[word]).await;
        editor.finish().await;
    }
}

#[tokio::test]
async fn a_client_with_the_status_gets_no_message() {
    for code in [401, 404] {
        let backend = FakeBackend::start().await;
        backend.answer(Reply::status(code));
        backend.get_status("/v1/models", code);
        let editor = Editor::open_with(&backend).await;
        let doc = editor.open("a.rs", "rust", "let a = $0");
        assert!(editor.suggest(&doc).await.is_empty());
        editor.status_is("error", &code.to_string()).await;
        editor.settle().await;
        assert!(editor.notifications("window/showMessage").is_empty());
        editor.log();
        editor.finish().await;
    }
}

#[tokio::test]
async fn a_server_that_lists_no_models_is_nobodys_business() {
    let backend = FakeBackend::start().await;
    backend.get_status("/v1/models", 404);
    backend.answer("1;");
    let editor = plain(&backend).open().await;
    backend.until("the probe", |backend| !backend.gets().is_empty()).await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    assert_eq!(editor.suggestion(&doc).await.insert_text, "1;");
    editor.settle().await;
    assert!(editor.notifications("window/showMessage").is_empty());
    editor.finish().await;
}

#[tokio::test]
async fn failures_are_status_and_never_a_message() {
    for (reply, word) in [
        (Reply::status(500), "500"),
        (Reply::status(429).retry_after(7), "pause"),
        (Reply::status(400), "400"),
        (Reply::reset(), "cannot reach"),
        (Reply::garbage(), "cannot reach"),
    ] {
        for shows in [true, false] {
            let backend = FakeBackend::start().await;
            backend.answer(reply.clone());
            let builder = if shows { Editor::builder().with(&backend) } else { plain(&backend) };
            let editor = builder.open().await;
            let doc = editor.open("a.rs", "rust", "let a = $0");
            assert!(editor.suggest(&doc).await.is_empty(), "{word}");
            if shows {
                editor.status_is("error", word).await;
            }
            editor.settle().await;
            assert!(editor.notifications("window/showMessage").is_empty(), "{word}");
            editor.finish().await;
        }
    }
}
