//! The backends from outside: what each provider sends, byte for byte where it matters, how its
//! streams are read, and what loading, connections and discovery cost.
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
    pub mod driver;
    pub mod fake_backend;
}

#[path = "backends/connections.rs"]
mod connections;
#[path = "backends/discovery.rs"]
mod discovery;
#[path = "backends/keys.rs"]
mod keys;
#[path = "backends/llama_cpp.rs"]
mod llama_cpp;
#[path = "backends/loading.rs"]
mod loading;
#[path = "backends/ollama.rs"]
mod ollama;
#[path = "backends/openai_compatible.rs"]
mod openai_compatible;
#[path = "backends/streams.rs"]
mod streams;
#[path = "backends/usage.rs"]
mod usage;

use serde_json::{Value, json};
use support::driver::{Doc, Editor, options, with};
use support::fake_backend::{FakeBackend, Reply, Server};

/// Text with something on both sides of the cursor.
const TEXT: &str = "fn a() {\n    let b = $0\n}\n";

/// A backend, an editor that asks it as this provider, and `TEXT` open in it.
async fn open(provider: &str, change: Value) -> (FakeBackend, Doc) {
    open_with(provider, change, |_| ()).await
}

/// As `open`, the backend prepared before the editor comes.
async fn open_with(
    provider: &str,
    change: Value,
    prepare: impl FnOnce(&FakeBackend),
) -> (FakeBackend, Doc) {
    let backend = FakeBackend::start().await;
    prepare(&backend);
    let options = with(options(provider, &backend.url()), json!({ "models": { "m": change } }));
    let editor = Editor::start(&options).await;
    // The connection is opened ahead; that is over before anything is asked.
    let probes = if provider == "ollama" { 2 } else { 1 };
    let answered = |backend: &FakeBackend| {
        let gets = backend.gets();
        gets.len() >= probes && gets.iter().all(|get| get.status.is_some())
    };
    backend.until("the probe", answered).await;
    settle(&editor).await;
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    (backend, doc)
}

/// What the backend has written is read: a few turns of the server's loop.
async fn settle(editor: &Editor) {
    for _ in 0..10 {
        editor.sync().await;
    }
}
