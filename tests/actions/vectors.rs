//! Code that means the like, in what a model is told: found by an embedding model of the user's, beside
//! what words find.

use serde_json::{Value, json};

use super::editor::{builder, offered, told};
use crate::support::editor::Editor;
use crate::support::fake_backend::{FakeBackend, Reply};

/// The fake's vectors are of numbers too; words are none of them.
const SOURCE: &str = "fn open_all(store: &Store) {\n    // 8472913 5551234\n    todo!()\n}\n";
const LIKE: &str = "const Z: u8 = 7; // 8472913 5551234\n";
const WORDS: &str = "fn open_one(store: &Store) {\n    store.open();\n}\n";

async fn start(backend: &FakeBackend, embedder: &FakeBackend) -> Editor {
    let e = json!({ "provider": "openai-compatible", "url": embedder.url(), "model": "e-1" });
    builder(backend)
        .options(json!({ "models": { "e": e }, "index": { "model": "e" } }))
        .file("src/like.rs", LIKE)
        .file("src/words.rs", WORDS)
        .open()
        .await
}

async fn vectors(editor: &Editor) -> Value {
    let pending = editor.request("workspace/executeCommand", json!({ "command": "foretype.info" }));
    pending.reply().await["result"]["vectors"].clone()
}

/// What is known of the vectors once they are in this state.
async fn vectors_are(editor: &Editor, state: &str) -> Value {
    let began = std::time::Instant::now();
    loop {
        let vectors = vectors(editor).await;
        // The file that is open counts, too.
        if vectors["state"] == state && vectors["chunks"].as_u64().is_none_or(|chunks| chunks > 2) {
            return vectors;
        }
        assert!(began.elapsed().as_secs() < 20, "{vectors}");
        tokio::task::yield_now().await;
    }
}

async fn implement(editor: &Editor, backend: &FakeBackend, name: &str) -> String {
    let doc = editor.open(name, "rust", SOURCE);
    let at = SOURCE.find("todo").unwrap();
    let item = offered(editor, &doc, (at, at), &json!({ "diagnostics": [] }), "implement").await;
    editor.request("codeAction/resolve", item).reply().await;
    told(backend)
}

#[tokio::test]
async fn what_means_the_like_is_told_beside_what_has_the_words() {
    let (backend, embedder) = (FakeBackend::start().await, FakeBackend::start().await);
    backend.answer("```rust\nfn open_all(store: &Store) {\n    store.open();\n}\n```");
    embedder.answer("256");
    let editor = start(&backend, &embedder).await;
    // As without an embedding model, while it is not there.
    editor.write("src/a.rs", SOURCE);
    editor.open("src/a.rs", "rust", SOURCE).close();
    let vectors = vectors_are(&editor, "ready").await;
    assert_eq!((&vectors["full"], &vectors["search"]), (&json!(false), &Value::Null), "{vectors}");
    let said = implement(&editor, &backend, "src/a.rs").await;
    assert!(said.contains("fn open_one") && said.contains("const Z: u8 = 7"), "{said}");
    // A question, too.
    let question = json!([{ "messages": [{ "role": "user", "text": "why 8472913 5551234?" }] }]);
    let ask = json!({ "command": "foretype.ask", "arguments": question });
    assert!(editor.request("workspace/executeCommand", ask).reply().await["result"].is_object());
    let said = told(&backend);
    assert!(said.contains("src/like.rs:\nconst Z: u8 = 7"), "{said}");
    // It goes down: words go on, and it is said.
    embedder.answer(Reply::status(500));
    backend.answer("```rust\nfn open_all(store: &Store) {\n    store.open_them();\n}\n```");
    let said = implement(&editor, &backend, "src/b.rs").await;
    assert!(said.contains("fn open_one") && !said.contains("const Z: u8 = 7"), "{said}");
    let search = super::vectors::vectors(&editor).await["search"].clone();
    assert!(search.as_str().is_some_and(|why| why.contains("(500)")), "{search}");
    editor.finish().await;
}

#[tokio::test]
async fn long_work_is_shown_and_can_be_ended() {
    let (backend, embedder) = (FakeBackend::start().await, FakeBackend::start().await);
    embedder.answer(Reply::hang());
    let e = json!({ "provider": "openai-compatible", "url": embedder.url(), "model": "e-1" });
    let editor = builder(&backend)
        .options(json!({ "models": { "e": e }, "index": { "model": "e" } }))
        .file("src/like.rs", LIKE)
        .tell_of_reading_at_once()
        .open()
        .await;
    let begun = || {
        let told = editor.notifications("$/progress");
        told.into_iter().find(|told| told["value"]["title"] == "foretype: embedding the workspace")
    };
    let begun = editor.wire.until("progress", begun).await;
    assert_eq!(begun["value"]["cancellable"], true);
    editor.notify("window/workDoneProgress/cancel", json!({ "token": begun["token"] }));
    vectors_are(&editor, "cancelled").await;
    editor.finish().await;
}
