//! What the tests of hovers share.

use std::path::PathBuf;

use foretype::document::uri::DocumentUri;
use serde_json::{Value, json};

use crate::support::editor::{Builder, Doc, Editor, Pending};
use crate::support::fake_backend::FakeBackend;

pub const SOURCE: &str = "/// Counts.\nfn len(items: &[u8]) -> usize {\n    items.len()\n}\n\nfn main() {\n    len(&[]);\n    other();\n}\n\nfn other() {}\n";
pub const SIGNATURE: &str = "```rust\nfn len(items: &[u8]) -> usize\n```\n\nCounts.";

/// An editor that shows Markdown and pages, with the backend's model.
pub fn builder(backend: &FakeBackend) -> Builder {
    Editor::builder().with(backend).capabilities(json!({
        "textDocument": {
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "codeAction": {
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [""] } },
                "dataSupport": true, "disabledSupport": true,
                "resolveSupport": { "properties": ["edit"] },
            },
        },
        "workspace": { "applyEdit": true, "workspaceEdit": { "documentChanges": true } },
        "window": { "showDocument": { "support": true }, "workDoneProgress": true },
    }))
}

/// One whose hovers wait for as long as a test does.
pub async fn patient(backend: &FakeBackend) -> Editor {
    builder(backend).options(json!({ "hover": { "wait_ms": 60_000 } })).open().await
}

/// Hovers over the `nth` place (from 0) where a text stands.
pub fn hover(editor: &Editor, doc: &Doc, text: &str, nth: usize) -> Pending {
    let (at, _) = doc.text().match_indices(text).nth(nth).expect("that text");
    let position = editor.encoding.position(doc.text(), at);
    let params = json!({ "textDocument": doc.identifier(), "position": position });
    editor.request("textDocument/hover", params)
}

/// What a hover shows; nothing where it is `null`.
pub async fn text(pending: Pending) -> String {
    let reply = pending.reply().await;
    let result = reply.get("result").unwrap_or_else(|| panic!("no error: {reply}"));
    result["contents"]["value"].as_str().unwrap_or("").to_owned()
}

/// What the model was told last.
pub fn told(backend: &FakeBackend) -> String {
    let request = backend.requests().pop().expect("a request");
    let messages = request.body["messages"].as_array().expect("a conversation").clone();
    let text = |message: &Value| message["content"].as_str().unwrap_or("").to_owned();
    messages.iter().map(text).collect::<Vec<_>>().join("\n\n")
}

/// The file that a link in a hover leads to.
pub fn linked(text: &str) -> PathBuf {
    let (_, link) = text.rsplit_once("](").unwrap_or_else(|| panic!("no link: {text}"));
    let uri = link.trim_end().trim_end_matches(')');
    DocumentUri::new(uri).to_path().expect("a file")
}

/// Waits until a file holds a text.
pub async fn holds(file: &std::path::Path, text: &str) -> String {
    let began = std::time::Instant::now();
    loop {
        let now = tokio::fs::read_to_string(file).await.unwrap_or_default();
        if now.contains(text) {
            return now;
        }
        assert!(began.elapsed().as_secs() < 10, "{text} is not in {now}");
        tokio::task::yield_now().await;
    }
}

/// The messages in front of the user so far.
pub fn messages(editor: &Editor) -> Vec<String> {
    let text = |params: &Value| params["message"].as_str().unwrap_or("").to_owned();
    editor.notifications("window/showMessage").iter().map(text).collect()
}
