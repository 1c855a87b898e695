//! Conversations from outside: `foretype.ask` as an editor sends it, and `foretype ask` as a user
//! types it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

/// What the tests stand on.
#[path = "support"]
mod support {
    pub mod editor;
    pub mod fake_backend;
    pub mod lsp;
    pub mod process;
}

#[path = "chat"]
mod chat {
    mod cancel;
    mod failures;
    mod process;
    mod progress;
    mod prompt;
}

use serde_json::{Value, json};
use support::editor::{Builder, Editor, Pending};
use support::fake_backend::FakeBackend;

/// The providers that hold conversations, with a path of each and a model that it would have.
pub const PROVIDERS: [(&str, &str, &str); 3] = [
    ("anthropic", "/v1/messages", "claude-sonnet-4-5"),
    ("gemini", "/v1beta/models/gemini-2.5-flash:streamGenerateContent", "gemini-2.5-flash"),
    ("ollama", "/api/chat", "qwen3:8b"),
];

/// One model of the backend's.
pub fn model(backend: &FakeBackend, provider: &str, model: &str) -> Value {
    json!({ "provider": provider, "url": backend.url(), "model": model })
}

/// An editor that asks the backend as this provider.
pub fn builder(backend: &FakeBackend, provider: &str) -> Builder {
    let (_, _, name) = PROVIDERS.iter().find(|known| known.0 == provider).unwrap();
    backend.model(|model| model.name = (*name).to_owned());
    Editor::builder().options(json!({
        "models": { "first": model(backend, provider, name) },
        "chat": { "model": "first" },
    }))
}

/// An editor with one model for chat.
pub async fn pair() -> (FakeBackend, Editor) {
    let backend = FakeBackend::start().await;
    let editor = builder(&backend, "anthropic").open().await;
    (backend, editor)
}

/// A turn of a conversation.
pub fn turn(role: &str, text: &str) -> Value {
    json!({ "role": role, "text": text })
}

/// Asks, with both tokens.
pub fn ask(editor: &Editor, messages: Value) -> Pending {
    let params = json!({
        "command": "foretype.ask",
        "arguments": [{ "messages": messages }],
        "workDoneToken": "work",
        "partialResultToken": 7,
    });
    editor.request("workspace/executeCommand", params)
}

/// Asks one question.
pub fn question(editor: &Editor, text: &str) -> Pending {
    ask(editor, json!([turn("user", text)]))
}

/// What came under a progress token.
pub fn told(editor: &Editor, token: &Value) -> Vec<Value> {
    let told = editor.notifications("$/progress").into_iter();
    told.filter(|params| params["token"] == *token).map(|params| params["value"].clone()).collect()
}

/// The texts that came as partial results.
pub fn partial(editor: &Editor) -> Vec<String> {
    let text = |value: &Value| value["text"].as_str().unwrap().to_owned();
    told(editor, &json!(7)).iter().map(text).collect()
}
