//! What the editor hears while an answer comes, and the answer.

use serde_json::{Value, json};

use crate::support::editor::Editor;
use crate::support::fake_backend::{FakeBackend, Reply};
use crate::{PROVIDERS, ask, builder, pair, partial, question, told, turn};

#[tokio::test]
async fn every_provider_answers() {
    for (provider, path, _) in PROVIDERS {
        let backend = FakeBackend::start().await;
        let editor = builder(&backend, provider).open().await;
        backend.answer(Reply::text("It adds one.\n\nThat is all: é 日本.").in_pieces_of(7));
        let answer = question(&editor, "what does f do?").reply().await["result"].clone();
        assert_eq!(answer["text"], "It adds one.\n\nThat is all: é 日本.", "{provider}");
        assert_eq!(answer["model"], "first");
        assert_eq!(answer["usage"]["prompt_tokens"], 100, "{provider}");
        assert_eq!(answer["usage"]["output_tokens"], 11, "{provider}: {answer}");
        assert_eq!((&answer["cutOff"], &answer["broken"]), (&json!(false), &Value::Null));
        assert_eq!(partial(&editor).concat(), answer["text"].as_str().unwrap(), "{provider}");
        let requests = backend.requests();
        let asked = requests.iter().filter(|request| request.path == path);
        assert_eq!(asked.count(), 1, "{provider}: {requests:?}");
        editor.finish().await;
    }
}

#[tokio::test]
async fn progress_begins_reports_and_ends_once() {
    let (backend, editor) = pair().await;
    backend.script([Reply::text("one two three").gated()]);
    let pending = question(&editor, "count");
    let call = backend.next_call().await;
    call.send("one").await;
    let first = || (!partial(&editor).is_empty()).then_some(());
    editor.wire.until("the first text", first).await;
    assert!(!pending.is_answered());
    let work = told(&editor, &json!("work"));
    assert_eq!(work[0]["kind"], "begin");
    assert_eq!(
        (&work[0]["title"], &work[0]["cancellable"]),
        (&json!("foretype: asking first"), &json!(true))
    );
    assert_eq!(work[1], json!({ "kind": "report", "message": "3 characters" }));
    assert_eq!(partial(&editor), ["one"]);
    call.release().await;
    assert_eq!(pending.reply().await["result"]["text"], "oneone two three");
    let kinds: Vec<Value> =
        told(&editor, &json!("work")).iter().map(|value| value["kind"].clone()).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&json!("begin")), Some(&json!("end"))));
    assert_eq!(kinds.iter().filter(|kind| **kind == "end").count(), 1, "{kinds:?}");
    editor.finish().await;
}

#[tokio::test]
async fn without_tokens_only_the_answer_comes() {
    let (backend, editor) = pair().await;
    backend.answer("yes");
    let params = json!({
        "command": "foretype.ask", "arguments": [{ "messages": [turn("user", "well?")] }],
    });
    let reply = editor.request("workspace/executeCommand", params).reply().await;
    assert_eq!(reply["result"]["text"], "yes");
    assert_eq!(editor.notifications("$/progress"), Vec::<Value>::new());
    editor.finish().await;
}

#[tokio::test]
async fn thoughts_are_no_part_of_the_answer() {
    for (provider, ..) in PROVIDERS {
        let backend = FakeBackend::start().await;
        let editor = builder(&backend, provider).open().await;
        backend.answer(Reply::text("So be it.").thinking("Let me see: secretly"));
        let reply = question(&editor, "well?").reply().await;
        assert_eq!(reply["result"]["text"], "So be it.", "{provider}");
        assert_eq!(partial(&editor).concat(), "So be it.", "{provider}");
        editor.finish().await;
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_off_says_so() {
    for (provider, ..) in PROVIDERS {
        let backend = FakeBackend::start().await;
        let editor = builder(&backend, provider).open().await;
        backend.answer(Reply::text("Once upon").finish_reason("length"));
        let answer = question(&editor, "a story").reply().await["result"].clone();
        assert_eq!((&answer["text"], &answer["cutOff"]), (&json!("Once upon"), &json!(true)));
        editor.finish().await;
    }
}

#[tokio::test]
async fn two_questions_at_once_do_not_mix() {
    let (backend, editor) = pair().await;
    backend.when("the first one", Reply::text("first").gated());
    backend.answer("second");
    let first = question(&editor, "the first one");
    let call = backend.next_call().await;
    assert_eq!(question(&editor, "another").reply().await["result"]["text"], "second");
    assert!(!first.is_answered());
    call.release().await;
    assert_eq!(first.reply().await["result"]["text"], "first");
    editor.finish().await;
}

#[tokio::test]
async fn what_is_no_question_is_refused() {
    let (backend, editor) = pair().await;
    let refused = async |editor: &Editor, arguments: Value| {
        let params = json!({ "command": "foretype.ask", "arguments": arguments });
        let reply = editor.request("workspace/executeCommand", params).reply().await;
        assert_eq!(reply["error"]["code"], -32602, "{reply}");
        assert!(reply["error"]["message"].as_str().unwrap().contains("foretype.ask"), "{reply}");
    };
    refused(&editor, json!([])).await;
    refused(&editor, json!(["what?"])).await;
    refused(&editor, json!([{ "messages": "what?" }])).await;
    refused(&editor, json!([{ "messages": [{ "role": "system", "text": "x" }] }])).await;
    for messages in [json!([]), json!([turn("assistant", "hm")]), json!([turn("user", "")])] {
        let reply = ask(&editor, messages).reply().await;
        assert_eq!(reply["error"]["code"], -32602, "{reply}");
    }
    assert_eq!(backend.requests().len(), 0);
    editor.finish().await;
}
