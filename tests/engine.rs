//! The completion engine from outside: an editor's messages in, replies and backend requests out.
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

#[path = "engine/failures.rs"]
mod failures;
#[path = "engine/join.rs"]
mod join;
#[path = "engine/limits.rs"]
mod limits;
#[path = "engine/popup.rs"]
mod popup;
#[path = "engine/prompt.rs"]
mod prompt;
#[path = "engine/reuse.rs"]
mod reuse;
#[path = "engine/secrets.rs"]
mod secrets;
#[path = "engine/shape.rs"]
mod shape;
#[path = "engine/silences.rs"]
mod silences;
#[path = "engine/supersede.rs"]
mod supersede;

use serde_json::{Value, json};
use support::driver::{Editor, options, with};
use support::fake_backend::{FakeBackend, Reply};

/// A backend and an editor that asks it, without a debounce.
async fn pair() -> (FakeBackend, Editor) {
    pair_with(json!({})).await
}

/// As `pair`, with these options over the usual ones.
async fn pair_with(change: Value) -> (FakeBackend, Editor) {
    let backend = FakeBackend::start().await;
    let options = with(options("openai-compatible", &backend.url()), change);
    let editor = Editor::start(&options).await;
    (backend, editor)
}
