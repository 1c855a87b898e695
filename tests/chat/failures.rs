//! Models that fail: the next one answers, or the error says what to do.

use serde_json::{Value, json};

use crate::support::editor::Editor;
use crate::support::fake_backend::{FakeBackend, Reply};
use crate::{builder, model, pair, partial, question};

/// The code of a request that failed for no fault of the client's.
const FAILED: i64 = -32803;

/// Two backends, the second one the fallback.
async fn with_fallback() -> (FakeBackend, FakeBackend, Editor) {
    let (first, second) = (FakeBackend::start().await, FakeBackend::start().await);
    let editor = builder(&first, "anthropic")
        .options(json!({
            "models": { "second": model(&second, "gemini", "gemini-2.5-flash") },
            "chat": { "fallback": ["second"] },
            "completion": { "model": "first" },
        }))
        .open()
        .await;
    second.answer("the second answers");
    (first, second, editor)
}

#[track_caller]
fn message(reply: &Value) -> String {
    assert_eq!(reply["error"]["code"], FAILED, "{reply}");
    reply["error"]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_next_model_answers() {
    for (name, reply) in [
        ("401", Reply::status(401)),
        ("404", Reply::status(404)),
        ("500", Reply::status(500)),
        ("529", Reply::status(529)),
        ("reset", Reply::reset()),
        ("a page", Reply::status(200).body_text("<html>log in</html>")),
        ("malformed", Reply::text("a").malformed_after(0)),
        ("an error event", Reply::text("a").error_after(0, "out of memory")),
        ("truncated", Reply::text("a").truncate_after(0)),
        ("nothing", Reply::text("")),
        ("filtered", Reply::text("").finish_reason("content_filter")),
    ] {
        let (first, second, editor) = with_fallback().await;
        first.answer(reply);
        let answer = question(&editor, "well?").reply().await["result"].clone();
        assert_eq!(answer["text"], "the second answers", "{name}: {answer}");
        assert_eq!((&answer["model"], &answer["broken"]), (&json!("second"), &Value::Null));
        assert_eq!(partial(&editor).concat(), "the second answers", "{name}");
        assert_eq!(second.requests().len(), 1, "{name}");
        editor.log();
        editor.finish().await;
    }
}

#[tokio::test]
async fn the_first_answers_where_it_can() {
    let (first, second, editor) = with_fallback().await;
    first.answer("the first answers");
    assert_eq!(question(&editor, "well?").reply().await["result"]["text"], "the first answers");
    assert_eq!(second.requests().len(), 0);
    editor.finish().await;
}

/// Half an answer has been read: it stays, and no other model's is put behind it.
#[tokio::test]
async fn what_came_before_a_break_is_kept() {
    let text = || Reply::text("one two three");
    for (name, reply) in [
        ("reset", text().reset_after(2)),
        ("truncated", text().truncate_after(2)),
        ("malformed", text().malformed_after(2)),
        ("an error event", text().error_after(2, "out of memory: one two")),
    ] {
        let (first, second, editor) = with_fallback().await;
        first.answer(reply);
        let answer = question(&editor, "count").reply().await["result"].clone();
        let broken = answer["broken"].as_str().unwrap_or_default();
        // A reset may overtake what was sent before it.
        let text = answer["text"].as_str().unwrap();
        assert!("one two".starts_with(text) && !text.is_empty(), "{name}: {answer}");
        assert_eq!((&answer["model"], second.requests().len()), (&json!("first"), 0), "{name}");
        assert!(broken.contains("first at 127.0.0.1"), "{name}: {broken}");
        assert!(!broken.contains("one"), "{name}: {broken}");
        assert_eq!(partial(&editor).concat(), text, "{name}");
        editor.log();
        editor.finish().await;
    }
}

#[tokio::test]
async fn where_none_answers_the_first_ones_reason_is_told() {
    let (first, second, editor) = with_fallback().await;
    first.answer(Reply::status(401).says("a marker of the server's"));
    second.answer(Reply::status(500));
    let why = message(&question(&editor, "a marker of the user's").reply().await);
    assert!(why.contains("first at 127.0.0.1") && why.contains("`api_key`"), "{why}");
    assert!(!why.contains("marker"), "{why}");
    assert!(!why.contains(crate::support::process::KEY), "{why}");
    editor.log();
    editor.finish().await;
}

#[tokio::test]
async fn without_a_model_the_message_says_what_to_set() {
    let editor = Editor::builder().open().await;
    let why = message(&question(&editor, "well?").reply().await);
    assert!(why.contains("model"), "{why}");
    editor.finish().await;
}

#[tokio::test]
async fn a_model_that_asked_for_a_pause_is_waited_for() {
    let (backend, editor) = pair().await;
    backend.script([Reply::status(429).retry_after(1)]);
    backend.answer("at last");
    assert!(message(&question(&editor, "well?").reply().await).contains("pause of 1s"));
    let began = std::time::Instant::now();
    assert_eq!(question(&editor, "well?").reply().await["result"]["text"], "at last");
    assert!(began.elapsed().as_millis() > 500, "{:?}", began.elapsed());
    editor.finish().await;
}
