//! An answer that nobody wants any more: the connection is closed.

use serde_json::{Value, json};

use crate::support::editor::{Editor, Pending};
use crate::support::fake_backend::{Call, FakeBackend, Outcome, Reply};
use crate::{PROVIDERS, builder, partial, question, told};

/// How far the answer is when it is cancelled.
#[derive(Clone, Copy, Debug)]
enum Stage {
    BeforeTheHead,
    BeforeText,
    InMidText,
}

const STAGES: [Stage; 3] = [Stage::BeforeTheHead, Stage::BeforeText, Stage::InMidText];

async fn asked(provider: &str, stage: Stage) -> (FakeBackend, Editor, Pending, Call) {
    let backend = FakeBackend::start().await;
    let editor = builder(&backend, provider).open().await;
    backend.answer(Reply::text("one two three").gated());
    let pending = question(&editor, "count");
    let call = backend.next_call().await;
    if !matches!(stage, Stage::BeforeTheHead) {
        call.send_headers().await;
    }
    if matches!(stage, Stage::InMidText) {
        call.send("one").await;
        editor.wire.until("text", || (!partial(&editor).is_empty()).then_some(())).await;
    }
    (backend, editor, pending, call)
}

fn ends(editor: &Editor) -> usize {
    told(editor, &json!("work")).iter().filter(|value| value["kind"] == "end").count()
}

#[tokio::test]
async fn by_its_request() {
    for (provider, ..) in PROVIDERS {
        for stage in STAGES {
            let (_backend, editor, pending, call) = asked(provider, stage).await;
            pending.cancel();
            assert_eq!(pending.reply().await["error"]["code"], -32800, "{provider} {stage:?}");
            call.closed().await;
            editor.wire.until("the end", || (ends(&editor) == 1).then_some(())).await;
            editor.finish().await;
        }
    }
}

#[tokio::test]
async fn by_its_progress() {
    for (provider, ..) in PROVIDERS {
        for stage in STAGES {
            let (_backend, editor, pending, call) = asked(provider, stage).await;
            editor.notify("window/workDoneProgress/cancel", json!({ "token": "other" }));
            editor.settle().await;
            assert!(!pending.is_answered());
            editor.notify("window/workDoneProgress/cancel", json!({ "token": "work" }));
            assert_eq!(pending.reply().await["error"]["code"], -32800, "{provider} {stage:?}");
            call.closed().await;
            editor.wire.until("the end", || (ends(&editor) == 1).then_some(())).await;
            editor.finish().await;
        }
    }
}

#[tokio::test]
async fn by_the_editors_end() {
    let (_backend, editor, _, call) = asked("anthropic", Stage::InMidText).await;
    editor.hang_up().await;
    call.closed().await;
}

/// What is cancelled is over: no fallback, and the next question is answered.
#[tokio::test]
async fn and_the_next_question_is_answered() {
    let (backend, editor, pending, call) = asked("anthropic", Stage::InMidText).await;
    editor.notify("window/workDoneProgress/cancel", json!({ "token": "work" }));
    assert_eq!(pending.reply().await["error"]["code"], -32800);
    call.closed().await;
    backend.answer("again");
    assert_eq!(question(&editor, "again?").reply().await["result"]["text"], "again");
    let outcomes: Vec<Outcome> = backend.requests().iter().map(|r| r.outcome).collect();
    assert_eq!(outcomes, [Outcome::ClientLeft { tokens_sent: 1 }, Outcome::Finished]);
    editor.finish().await;
}

#[tokio::test]
async fn nonsense_about_progress_is_nothing() {
    let (backend, editor) = crate::pair().await;
    backend.answer("yes");
    for params in [json!({ "token": 99 }), json!({}), Value::Null] {
        editor.notify("window/workDoneProgress/cancel", params);
    }
    assert_eq!(question(&editor, "well?").reply().await["result"]["text"], "yes");
    // The log says what could not be read.
    editor.log();
    editor.finish().await;
}
