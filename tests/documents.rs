//! Documents as an editor keeps them: what it types is what the model is asked about, and what
//! must not leave the machine does not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

#[path = "documents/commands.rs"]
mod commands;
#[path = "documents/configuration.rs"]
mod configuration;
#[path = "documents/endings.rs"]
mod endings;
#[path = "documents/languages.rs"]
mod languages;
#[path = "documents/nonsense.rs"]
mod nonsense;
#[path = "documents/notebooks.rs"]
mod notebooks;
#[path = "documents/renames.rs"]
mod renames;
#[path = "documents/secrets.rs"]
mod secrets;
#[path = "documents/status.rs"]
mod status;
#[path = "documents/sync.rs"]
mod sync;
#[path = "documents/uris.rs"]
mod uris;
#[path = "documents/workspace.rs"]
mod workspace;

use support::editor::{Doc, Editor};
use support::fake_backend::{FakeBackend, Prompt};

/// What the model is asked when a suggestion is asked for by hand here.
async fn prompt(editor: &Editor, backend: &FakeBackend, doc: &Doc) -> Prompt {
    while backend.calls_waiting() > 0 {
        backend.next_call().await;
    }
    let pending = editor.invoke(doc);
    let call = backend.next_call().await;
    pending.suggestions().await;
    call.prompt()
}

/// Asserts that the server's text is the editor's.
async fn assert_same(editor: &Editor, backend: &FakeBackend, doc: &Doc, name: &str) {
    let prompt = prompt(editor, backend, doc).await;
    let plain = |text: &str| text.replace("\r\n", "\n");
    assert_eq!(prompt.prefix, plain(doc.before()), "{name}: before the cursor");
    assert_eq!(prompt.suffix, plain(doc.after()), "{name}: after the cursor");
}

/// Asserts that nothing is asked of any model here.
async fn assert_silent(editor: &Editor, backend: &FakeBackend, doc: &Doc, name: &str) {
    let before = backend.requests().len();
    for ask in [Editor::request_suggestion, Editor::invoke, Editor::request_menu] {
        let suggestions = ask(editor, doc).suggestions().await;
        assert!(suggestions.is_empty(), "{name}");
    }
    assert_eq!(backend.requests().len(), before, "{name}: the backend was asked");
}
