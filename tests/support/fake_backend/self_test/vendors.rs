//! What tells the vendors apart: where usage, reasons, thoughts and errors stand.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Raw, ask, events, raw_post};
use crate::support::fake_backend::{Dialect, FakeBackend, Outcome, Reply, Server};

const CHAT: &str = "/v1/chat/completions";
const AZURE: &str = "/openai/deployments/d/chat/completions";
const ANTHROPIC: &str = "/v1/messages";
const GEMINI: &str = "/v1beta/models/m:streamGenerateContent";

async fn server(server: Server) -> FakeBackend {
    let backend = FakeBackend::start().await;
    backend.model(|model| model.server = server);
    backend
}

async fn stream(backend: &FakeBackend, path: &str) -> String {
    let body = json!({"stream": true, "stream_options": {"include_usage": true}});
    ask(backend, path, &body).await.1
}

/// The values that stand at `place` in any event of an answer.
fn at(answer: &str, place: &str) -> Vec<Value> {
    let found = |event: &Value| event.pointer(place).filter(|value| !value.is_null()).cloned();
    events(answer).iter().filter_map(found).collect()
}

#[tokio::test]
async fn usage_reasons_and_thoughts_have_their_places() {
    type Places = [&'static str; 4];
    let cases: [(Server, &str, Places, [&str; 3]); 9] = [
        (
            Server::OpenAi,
            CHAT,
            ["/usage/prompt_tokens", "/usage/completion_tokens", "/choices/0/finish_reason", ""],
            ["stop", "length", "content_filter"],
        ),
        (
            Server::Mistral,
            "/v1/fim/completions",
            ["/usage/prompt_tokens", "/usage/completion_tokens", "/choices/0/finish_reason", ""],
            ["stop", "length", "content_filter"],
        ),
        (
            Server::Any,
            CHAT,
            [
                "/usage/prompt_tokens",
                "/usage/completion_tokens",
                "/choices/0/finish_reason",
                "/choices/0/delta/reasoning_content",
            ],
            ["stop", "length", "content_filter"],
        ),
        (
            Server::OpenRouter,
            CHAT,
            [
                "/usage/prompt_tokens",
                "/usage/completion_tokens",
                "/choices/0/finish_reason",
                "/choices/0/delta/reasoning",
            ],
            ["stop", "length", "content_filter"],
        ),
        (
            Server::OpenAi,
            "/v1/responses",
            [
                "/response/usage/input_tokens",
                "/response/usage/output_tokens",
                "/response/incomplete_details/reason",
                "/delta",
            ],
            ["", "max_output_tokens", "content_filter"],
        ),
        (
            Server::Anthropic,
            ANTHROPIC,
            [
                "/message/usage/input_tokens",
                "/usage/output_tokens",
                "/delta/stop_reason",
                "/delta/thinking",
            ],
            ["end_turn", "max_tokens", "refusal"],
        ),
        (
            Server::Gemini,
            GEMINI,
            [
                "/usageMetadata/promptTokenCount",
                "/usageMetadata/candidatesTokenCount",
                "/candidates/0/finishReason",
                "/candidates/0/content/parts/0/thought",
            ],
            ["STOP", "MAX_TOKENS", "SAFETY"],
        ),
        (
            Server::Ollama,
            "/api/chat",
            ["/prompt_eval_count", "/eval_count", "/done_reason", "/message/thinking"],
            ["stop", "length", "stop"],
        ),
        (
            Server::Tgi,
            "/generate_stream",
            ["/details/input_length", "/details/generated_tokens", "/details/finish_reason", ""],
            ["eos_token", "length", "stop_sequence"],
        ),
    ];
    for (kind, path, [prompt, output, reason, thought], words) in cases {
        let backend = server(kind).await;
        for (neutral, word) in ["stop", "length", "content_filter"].into_iter().zip(words) {
            backend.answer(Reply::text("a b").thinking("hm").finish_reason(neutral));
            let answer = stream(&backend, path).await;
            assert_eq!(at(&answer, prompt).first(), Some(&json!(100)), "{path}");
            assert_eq!(at(&answer, output).last(), Some(&json!(2)), "{path}");
            let told = at(&answer, reason).pop().unwrap_or_else(|| json!(""));
            assert_eq!(told, word, "{path}");
            assert!(!at(&answer, thought).is_empty(), "{path}: {thought}");
        }
    }
}

#[tokio::test]
async fn errors_have_each_vendors_form() {
    for (kind, path, status, place, what) in [
        (Server::OpenAi, CHAT, 401, "/error/code", json!("invalid_api_key")),
        (Server::Azure, AZURE, 404, "/error/code", json!("DeploymentNotFound")),
        (Server::Azure, AZURE, 429, "/error/code", json!("429")),
        (Server::Mistral, CHAT, 422, "/detail/0/msg", json!("told")),
        (Server::Mistral, CHAT, 401, "/detail", json!("told")),
        (Server::OpenRouter, CHAT, 402, "/error/code", json!(402)),
        (Server::LiteLlm, CHAT, 404, "/error/code", json!("404")),
        (Server::HuggingFace, CHAT, 400, "/error", json!("told")),
        (Server::Anthropic, ANTHROPIC, 529, "/error/type", json!("overloaded_error")),
        (Server::Anthropic, ANTHROPIC, 413, "/error/type", json!("request_too_large")),
        (Server::Gemini, GEMINI, 429, "/error/status", json!("RESOURCE_EXHAUSTED")),
        (Server::Gemini, GEMINI, 401, "/error/details/0/reason", json!("API_KEY_INVALID")),
        (Server::Ollama, "/api/chat", 404, "/error", json!("told")),
        (Server::Tgi, "/generate_stream", 429, "/error_type", json!("overloaded")),
    ] {
        let backend = server(kind).await;
        backend.answer(Reply::status(status).says("told"));
        let (got, body) = ask(&backend, path, &json!({"stream": true})).await;
        assert_eq!(got, status);
        assert!(body.contains("told"));
        assert_eq!(at(&body, place), [what], "{path} {status}: {body}");
    }
}

#[tokio::test]
async fn errors_in_mid_stream_have_each_vendors_form() {
    for (kind, path, place, what) in [
        (Server::OpenAi, CHAT, "/error/message", "told"),
        (Server::OpenRouter, CHAT, "/choices/0/finish_reason", "error"),
        (Server::OpenAi, "/v1/responses", "/type", "response.failed"),
        (Server::Anthropic, ANTHROPIC, "/error/type", "overloaded_error"),
        (Server::Gemini, GEMINI, "/error/status", "UNAVAILABLE"),
        (Server::Ollama, "/api/chat", "/error", "told"),
        (Server::Tgi, "/generate_stream", "/error_type", "generation"),
    ] {
        let backend = server(kind).await;
        backend.answer(Reply::text("a b c").error_after(2, "told"));
        let answer = stream(&backend, path).await;
        assert!(answer.contains("told"));
        assert_eq!(at(&answer, place).last(), Some(&json!(what)), "{path}: {answer}");
    }
}

#[tokio::test]
async fn answers_that_are_not_what_was_asked_for() {
    let backend = FakeBackend::start().await;
    backend.script([
        Reply::text("a").in_dialect(Dialect::Anthropic),
        Reply::text("a b").unstreamed(),
        Reply::text("a b").content_type("text/html"),
        Reply::text("a").huge_after(1, 100_000),
    ]);
    assert!(stream(&backend, CHAT).await.contains("event: message_stop"));
    let whole = stream(&backend, CHAT).await;
    assert_eq!(events(&whole)[0]["choices"][0]["message"]["content"], "a b");
    let mut raw = Raw::connect(&backend).await;
    raw.send(&raw_post(CHAT, &json!({"stream": true}))).await;
    assert!(raw.until("[DONE]").await.contains("content-type: text/html\r\n"));
    raw.send(&raw_post(CHAT, &json!({"stream": true}))).await;
    raw.until(&"x".repeat(50_000)).await;
    drop(raw);
    let left = |backend: &FakeBackend| backend.requests()[3].outcome != Outcome::Running;
    backend.until("its client to leave", left).await;
}

#[tokio::test]
async fn keep_alives_go_on_until_the_client_leaves() {
    for (path, alive) in [
        (CHAT, ": keep-alive\n\n"),
        (ANTHROPIC, "event: ping\ndata: {\"type\":\"ping\"}\n\n"),
        ("/generate_stream", ":\n\n"),
    ] {
        let backend = FakeBackend::start().await;
        backend.answer(Reply::text("a b").keep_alives_after(1, Duration::from_millis(1)));
        let mut raw = Raw::connect(&backend).await;
        raw.send(&raw_post(path, &json!({"stream": true}))).await;
        for _ in 0..3 {
            raw.until(alive).await;
        }
        drop(raw);
        assert_eq!(backend.next_call().await.closed().await, 1);
    }
}
