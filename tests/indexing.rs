//! The embedded model of the workspace as a user has it: without a word of configuration, beside a
//! model that is down, and whatever the folder holds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[path = "support"]
mod support {
    pub mod editor;
    pub mod fake_backend;
    pub mod lsp;
    pub mod process;
}

#[path = "indexing/answers.rs"]
mod answers;
#[path = "indexing/bad_files.rs"]
mod bad_files;
#[path = "indexing/bounds.rs"]
mod bounds;
#[path = "indexing/changes.rs"]
mod changes;
#[path = "indexing/instant.rs"]
mod instant;
#[path = "indexing/kept.rs"]
mod kept;
#[path = "indexing/process.rs"]
mod process;
#[path = "indexing/secrets.rs"]
mod secrets;
#[path = "indexing/symbols.rs"]
mod symbols;
#[path = "indexing/told.rs"]
mod told;
#[path = "indexing/vectors.rs"]
mod vectors;

use std::time::Duration;

use serde_json::{Value, json};
use support::editor::{Builder, Doc, Editor};

/// A line that the files of these workspaces have.
pub const LINE: &str = "    let settings = Settings::from_environment(&environment)?;\n";
/// A document in which it begins once more, and how it goes on.
pub const BEGUN: &str =
    "pub fn begun(environment: Environment) -> Result<(), Error> {\n    let settings = $0\n}\n";
pub const REST: &str = "Settings::from_environment(&environment)?;";

/// A file with that line.
pub fn file_with(line: &str, name: &str) -> String {
    format!(
        "pub fn {name}(environment: Environment) -> Result<(), Error> {{\n{line}    settings.{name}()\n}}\n"
    )
}

/// An editor with a workspace that has the line three times.
pub fn workspace() -> Builder {
    let file = |name: &str| file_with(LINE, name);
    Editor::builder()
        .file("src/first.rs", &file("first"))
        .file("src/second.rs", &file("second"))
        .file("lib/third.rs", &file("third"))
}

/// How far the index is.
pub async fn index(editor: &Editor) -> Value {
    let pending = editor.request("workspace/executeCommand", json!({ "command": "foretype.info" }));
    pending.reply().await["result"]["index"].clone()
}

/// The index once it is in this state.
pub async fn index_is(editor: &Editor, state: &str) -> Value {
    let wait = async {
        loop {
            let index = index(editor).await;
            if index["state"] == state {
                return index;
            }
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), wait).await;
    waited.unwrap_or_else(|_| panic!("the index is never {state}"))
}

/// Asks until the answer begins so; changes are taken up in the background.
pub async fn until_suggested(editor: &Editor, doc: &Doc, want: &[&str]) {
    let mut last: Vec<String> = Vec::new();
    let wait = async {
        loop {
            let said = editor.suggest(doc).await;
            last = said.into_iter().map(|said| said.insert_text).collect();
            if last.len() == want.len() && last.iter().zip(want).all(|(a, b)| a.starts_with(b)) {
                return;
            }
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), wait).await;
    assert!(waited.is_ok(), "{want:?} is never suggested; the last was {last:?}");
}
