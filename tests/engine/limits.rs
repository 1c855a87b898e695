//! Limits and caps through the whole server.

use super::*;

const TEXT: &str = "let a = $0\n";

fn limited(limits: Value) -> Value {
    json!({ "models": { "m": { "limits": limits } } })
}

/// A key every few milliseconds, most of them superseded by the next; now and then the user asks.
#[tokio::test]
async fn a_storm_of_typing_stays_within_the_limit_and_the_user_is_served() {
    let (backend, editor) = pair_with(limited(json!({ "requests_per_minute": 60 }))).await;
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    let (mut silent, mut served) = (0, 0);
    for key in 1..=240 {
        // Never what was suggested.
        doc.type_text("x");
        let pending = doc.automatic();
        if key % 60 == 0 {
            assert_eq!(
                doc.invoked().texts().await,
                ["fake_answer"],
                "asked by hand after {key} keys"
            );
            served += 1;
        } else if key % 2 == 0 {
            silent += usize::from(pending.texts().await.is_empty());
        }
    }
    assert_eq!(served, 4);
    assert!(silent > 30, "the limit was reached: {silent}");
    let sent = backend.requests().len();
    assert!((55..=60).contains(&sent), "{sent} requests");
    doc.type_text("y");
    assert!(doc.automatic().texts().await.is_empty());
    let limit = |status: &Value| {
        status["reason"]
            .as_str()
            .is_some_and(|why| why.contains("`models.m.limits.requests_per_minute`"))
    };
    let status = editor.notified("foretype/status", limit).await;
    assert_eq!(status["state"], "idle", "nothing is wrong: {status}");
}

#[tokio::test]
async fn a_fallback_answers_while_the_first_is_at_its_limit() {
    let (first, second) = (FakeBackend::start().await, FakeBackend::start().await);
    let change = json!({
        "models": {
            "m": { "limits": { "requests_per_minute": 1 } },
            "n": { "provider": "llama-cpp", "url": second.url(), "model": "qwen" },
        },
        "completion": { "model": "m", "fallback": ["n"] },
    });
    let editor = Editor::start(&with(options("openai-compatible", &first.url()), change)).await;
    first.answer("first()");
    second.answer("second()");
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert_eq!(doc.automatic().texts().await, ["first()"]);
    doc.type_text("x");
    assert_eq!(doc.automatic().texts().await, ["second()"]);
    assert_eq!(first.requests().len(), 1);
}

#[tokio::test]
async fn one_request_at_a_time_where_that_is_the_limit() {
    let (backend, editor) = pair_with(limited(json!({ "concurrent": 1 }))).await;
    backend.script([Reply::text("first()").gated()]);
    let one = editor.open("untitled:a.rs", "rust", TEXT);
    let other = editor.open("untitled:b.rs", "rust", TEXT);
    let waiting = one.invoked();
    let call = backend.next_call().await;
    // Too long to wait for a suggestion that nobody asked for, not for one that somebody did.
    assert!(other.automatic().texts().await.is_empty());
    let by_hand = other.invoked();
    editor.sync().await;
    assert_eq!(backend.requests().len(), 1);
    call.release().await;
    assert_eq!(waiting.texts().await, ["first()"]);
    assert_eq!(by_hand.texts().await, ["fake_answer"]);
    assert_eq!(backend.requests().len(), 2);
}

/// What the status says was used.
#[tokio::test]
async fn the_status_tells_what_was_used_today() {
    let price = json!({ "models": { "m": { "price": { "input": 1.0, "output": 2.0 } } } });
    let (_backend, editor) = pair_with(price).await;
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    let used = |status: &Value| status["usage"]["requests"] == 1;
    let status = editor.notified("foretype/status", used).await;
    assert!(status["usage"]["tokens"].as_u64().unwrap() > 0, "{status}");
    assert!(status["usage"]["cost"].as_f64().unwrap() > 0.0, "{status}");
}

/// A server that does not know all fields is asked a second time, with less: that counts as well.
#[tokio::test]
async fn a_second_request_for_the_same_counts_too() {
    let (backend, editor) = pair_with(limited(json!({ "requests_per_minute": 3 }))).await;
    backend.when("stream_options", Reply::status(400));
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    doc.type_text("x");
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    doc.type_text("x");
    assert!(doc.automatic().texts().await.is_empty());
    assert_eq!(backend.requests().len(), 3);
}
