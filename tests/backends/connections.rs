//! TCP connections: opened ahead, used again, replaced when they have died unseen.

use super::*;

const PROVIDERS: [&str; 3] = ["openai-compatible", "llama-cpp", "ollama"];

#[tokio::test]
async fn one_connection_serves_every_answer_that_ends_by_itself() {
    for provider in PROVIDERS {
        let (backend, mut doc) = open(provider, json!({})).await;
        for _ in 0..5 {
            backend.script([Reply::text("fake_answer").gated()]);
            let reply = doc.automatic();
            assert!(backend.next_call().await.release().await);
            assert_eq!(reply.texts().await, ["fake_answer"], "{provider}");
            settle(&doc.editor).await;
            doc.type_text("x");
        }
        assert_eq!(backend.connections(), 1, "{provider}");
    }
}

#[tokio::test]
async fn a_connection_that_died_unseen_is_replaced_at_once() {
    for provider in PROVIDERS {
        let (backend, mut doc) = open(provider, json!({})).await;
        assert_eq!(doc.automatic().texts().await, ["fake_answer"], "{provider}");
        doc.type_text("x");
        backend.until("an idle connection", |backend| backend.kill_idle() > 0).await;
        assert_eq!(doc.automatic().texts().await, ["fake_answer"], "{provider}");
        assert_eq!(backend.lost_requests(), 1, "{provider}");
        assert_eq!(backend.requests().len(), 2, "{provider}");
    }
}

#[tokio::test]
async fn connections_closed_by_the_server_are_no_failure() {
    for provider in PROVIDERS {
        let (backend, mut doc) = open(provider, json!({})).await;
        for _ in 0..3 {
            backend.close_idle().await;
            assert_eq!(doc.automatic().texts().await, ["fake_answer"], "{provider}");
            doc.type_text("x");
        }
    }
}

/// One fresh try, not more: a server that always hangs up is a failure.
#[tokio::test]
async fn a_dead_connection_is_retried_once() {
    for provider in PROVIDERS {
        let (backend, doc) = open(provider, json!({})).await;
        backend.answer(Reply::reset());
        assert!(doc.automatic().texts().await.is_empty(), "{provider}");
        assert_eq!(backend.requests().len(), 2, "{provider}");
    }
}

#[tokio::test]
async fn a_server_is_not_followed_elsewhere() {
    let elsewhere = FakeBackend::start().await;
    let (backend, doc) = open("openai-compatible", json!({})).await;
    let there = format!("{}/v1/completions", elsewhere.url());
    backend.answer(Reply::status(307).header("location", &there));
    assert!(doc.automatic().texts().await.is_empty());
    assert_eq!(elsewhere.requests().len(), 0);
}
