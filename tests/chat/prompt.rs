//! What of a conversation is sent.

use serde_json::{Value, json};

use crate::support::fake_backend::FakeBackend;
use crate::{PROVIDERS, ask, builder, pair, question, turn};

/// A key that the guard knows by its form.
const SECRET: &str = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

#[tokio::test]
async fn turns_go_in_their_order_and_roles() {
    for (provider, ..) in PROVIDERS {
        let backend = FakeBackend::start().await;
        let editor = builder(&backend, provider).open().await;
        let mut conversation = vec![turn("user", "What is a rope?")];
        for (said, next) in [("A tree of strings.", "Why?"), ("For edits.", "What do they cost?")] {
            backend.answer(said);
            let answer = ask(&editor, json!(conversation)).reply().await["result"].clone();
            conversation.push(turn("assistant", answer["text"].as_str().unwrap()));
            conversation.push(turn("user", next));
        }
        ask(&editor, json!(conversation)).reply().await;
        let body = backend.requests().last().unwrap().body.clone();
        let key = if provider == "gemini" { "contents" } else { "messages" };
        let turns = body[key].as_array().unwrap();
        let (ours, model) = ("user", if provider == "gemini" { "model" } else { "assistant" });
        let roles: Vec<&str> = turns.iter().map(|turn| turn["role"].as_str().unwrap()).collect();
        assert_eq!(roles, [ours, model, ours, model, ours], "{provider}");
        let whole = backend.requests().last().unwrap().prompt().whole;
        let said: Vec<&str> =
            conversation.iter().map(|turn| turn["text"].as_str().unwrap()).collect();
        assert_eq!(whole, said.join("\n"), "{provider}");
        editor.finish().await;
    }
}

#[tokio::test]
async fn secrets_are_replaced_in_every_turn() {
    for (provider, ..) in PROVIDERS {
        let backend = FakeBackend::start().await;
        let editor = builder(&backend, provider).open().await;
        let said = |text: &str| format!("{text} token = \"{SECRET}\" {text}");
        let conversation = [
            turn("user", &said("before")),
            turn("assistant", &said("between")),
            turn("user", &said("after")),
        ];
        ask(&editor, json!(conversation)).reply().await;
        let raw = backend.requests().last().unwrap().raw.clone();
        assert!(!raw.contains(SECRET) && !raw.contains("C7e42F29"), "{provider}");
        for word in ["before", "between", "after"] {
            assert!(raw.contains(word), "{provider}: {word}");
        }
        editor.finish().await;
    }
}

#[tokio::test]
async fn the_users_own_system_text_comes_once_and_first() {
    for (provider, ..) in PROVIDERS {
        let backend = FakeBackend::start().await;
        let system = json!({ "models": { "first": { "system": "Answer in Esperanto." } } });
        let editor = builder(&backend, provider).options(system).open().await;
        question(&editor, "well?").reply().await;
        let request = backend.requests().last().unwrap().clone();
        assert_eq!(request.raw.matches("Esperanto").count(), 1, "{provider}: {}", request.raw);
        assert_eq!(request.prompt().whole, "Answer in Esperanto.\nwell?", "{provider}");
        editor.finish().await;
    }
}

#[tokio::test]
async fn a_long_conversation_is_cut_to_the_models_window() {
    for (provider, ..) in PROVIDERS {
        let backend = FakeBackend::start().await;
        let small = json!({ "models": { "first": {
            "context_tokens": 1_000, "system": "s".repeat(300),
        } }, "chat": { "max_output_tokens": 200 } });
        let editor = builder(&backend, provider).options(small).open().await;
        let mut conversation = Vec::new();
        for number in 0..100 {
            conversation.push(turn("user", &format!("question {number} {}", "x".repeat(100))));
            conversation.push(turn("assistant", &format!("answer {number}")));
        }
        conversation.push(turn("user", "the last question"));
        ask(&editor, json!(conversation)).reply().await;
        let request = backend.requests().last().unwrap().clone();
        let whole = request.prompt().whole;
        // Three bytes to a token is how the budget counts.
        assert!(whole.len() <= 800 * 3, "{provider}: {} bytes", whole.len());
        assert!(whole.len() > 300 * 3, "{provider}: {} bytes", whole.len());
        assert!(whole.ends_with("the last question"), "{provider}");
        assert!(whole.contains("answer 99") && !whole.contains("answer 1\n"), "{provider}");
        editor.finish().await;
    }
}

#[tokio::test]
async fn one_question_beyond_the_window_keeps_its_end() {
    let backend = FakeBackend::start().await;
    let small = json!({ "models": { "first": { "context_tokens": 512 } } });
    let editor = builder(&backend, "anthropic").options(small).open().await;
    question(&editor, &format!("{} and the point is this", "x".repeat(100_000))).reply().await;
    let whole = backend.requests().last().unwrap().prompt().whole;
    assert!(whole.len() < 1_500 && whole.ends_with("and the point is this"), "{}", whole.len());
    editor.finish().await;
}

#[tokio::test]
async fn the_key_goes_by_a_header_alone() {
    use crate::support::process::KEY;
    for (provider, header) in
        [("anthropic", "x-api-key"), ("gemini", "x-goog-api-key"), ("ollama", "authorization")]
    {
        let backend = FakeBackend::start().await;
        let key = json!({ "models": { "first": { "api_key": KEY } } });
        let editor = builder(&backend, provider).options(key).open().await;
        question(&editor, "well?").reply().await;
        let request = backend.requests().last().unwrap().clone();
        assert!(request.header(header).is_some_and(|value| value.ends_with(KEY)), "{provider}");
        let holding = request.headers.iter().filter(|(_, value)| value.contains(KEY)).count();
        assert_eq!(holding, 1, "{provider}");
        assert!(!request.raw.contains(KEY) && !request.query.contains(KEY), "{provider}");
        let said = |method: &str| format!("{:?}", editor.notifications(method));
        let heard: Vec<String> =
            ["window/logMessage", "foretype/status", "$/progress"].map(said).into();
        assert!(heard.iter().all(|text| !text.contains(KEY)), "{provider}");
        editor.finish().await;
    }
}

#[tokio::test]
async fn nothing_of_a_conversation_is_in_the_log() {
    let (backend, editor) = pair().await;
    backend.answer("a marker of the model's");
    let reply = question(&editor, "a marker of the user's").reply().await;
    assert_eq!(reply["result"]["text"], "a marker of the model's");
    let heard: Vec<Value> = editor.notifications("window/logMessage");
    assert!(!format!("{heard:?}").contains("marker"));
    editor.finish().await;
}
