//! What is sent, whole, after <https://docs.ollama.com/api/chat>.

use serde_json::{Value, json};

use super::{forms, think};
use crate::backend::wire::sample::{ask, model};
use crate::config::settings::{Effort, Purpose};

#[test]
fn a_suggestion_is_asked_for_without_thinking() {
    let settings = model(
        "ollama",
        "qwen3:4b",
        &json!({ "context_tokens": 8_192, "keep_alive": "10m", "stop": ["\n\n"] }),
    );
    let ask = ask(Purpose::Completion, "Fill in.", &["the hole"]);
    let mut body = json!({
        "model": "qwen3:4b",
        "messages": [
            { "role": "system", "content": "Fill in." },
            { "role": "user", "content": "the hole" },
        ],
        "stream": true,
        "options": { "num_predict": 100, "temperature": 0.0, "num_ctx": 8_192, "stop": ["\n\n"] },
        "think": false,
        "keep_alive": "10m",
    });
    let full = body.clone();
    body.as_object_mut().unwrap().remove("think");
    assert_eq!(forms(&settings, &ask), [full, body]);
}

#[test]
fn a_conversation_leaves_the_rest_to_the_server() {
    let mut settings = model("ollama", "qwen3:4b", &json!({}));
    settings.system = Some("Be brief.".to_owned());
    settings.extra_body = json!({ "options": { "top_k": 4 } }).as_object().unwrap().clone();
    let ask = ask(Purpose::Chat, "You explain.", &["why?", "because", "and?"]);
    assert_eq!(
        forms(&settings, &ask),
        [json!({
            "model": "qwen3:4b",
            "messages": [
                { "role": "system", "content": "Be brief.\n\nYou explain." },
                { "role": "user", "content": "why?" },
                { "role": "assistant", "content": "because" },
                { "role": "user", "content": "and?" },
            ],
            "stream": true,
            "options": { "num_predict": 100, "top_k": 4 },
        })]
    );
}

#[test]
fn thinking_is_a_word_or_a_level() {
    let told = |model: &str| -> Value {
        [Effort::None, Effort::Minimal, Effort::Low, Effort::Medium, Effort::High]
            .map(|effort| think(model, effort))
            .into()
    };
    assert_eq!(told("qwen3:4b"), json!([false, false, "low", "medium", "high"]));
    assert_eq!(told("gpt-oss:20b"), json!(["low", "low", "low", "medium", "high"]));
}
