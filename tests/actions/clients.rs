//! What an editor needs another way than the others.

use serde_json::{Value, json};

use super::editor::{actions, capabilities};
use crate::support::editor::Editor;
use crate::support::fake_backend::FakeBackend;

const SOURCE: &str = "fn len(items: &[u8]) -> usize {\n    return items.len();\n}\n";

async fn start(backend: &FakeBackend, client: &str) -> Editor {
    let client = json!({ "clientInfo": { "name": client } });
    Editor::builder().with(backend).capabilities(capabilities()).params(client).open().await
}

/// A cursor with a width, and in Helix the word that moving has selected, is no selection.
#[tokio::test]
async fn a_cursor_is_no_selection() {
    let backend = FakeBackend::start().await;
    let at = SOURCE.find("return").unwrap();
    for (client, selected, is_selection) in [
        ("helix", "r", false),
        ("helix", "return ", false),
        ("helix", "return items", true),
        ("Neovim", "r", false),
        ("Neovim", "return", true),
    ] {
        let editor = start(&backend, client).await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        let range = (at, at + selected.len());
        let all = actions(&editor, &doc, range, json!({ "diagnostics": [] })).await;
        let title = |item: &Value| item["title"].as_str().unwrap().ends_with("the selection");
        assert_eq!(all.iter().any(title), is_selection, "{client}, {selected:?}: {all:?}");
        assert!(!all.is_empty());
        editor.finish().await;
    }
}

/// Helix stands still until an action is resolved: it gets commands.
#[tokio::test]
async fn helix_is_not_kept_waiting() {
    let backend = FakeBackend::start().await;
    for (client, by_command) in [("helix", true), ("Neovim", false)] {
        let editor = start(&backend, client).await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        let at = SOURCE.find("return").unwrap();
        let all = actions(&editor, &doc, (at, at), json!({ "diagnostics": [] })).await;
        let edits = |item: &&Value| item["kind"].as_str().unwrap().starts_with("refactor");
        let item = all.iter().find(edits).unwrap();
        assert_eq!(item.get("data").is_none(), by_command, "{client}: {item}");
        assert_eq!(item.get("command").is_some(), by_command, "{client}: {item}");
        // It has every action resolved all the same.
        let explain = all.iter().find(|item| item["kind"] == "foretype.explain").unwrap();
        let reply = editor.request("codeAction/resolve", explain.clone()).reply().await;
        assert_eq!(&reply["result"], explain);
        assert!(backend.requests().is_empty());
        editor.finish().await;
    }
}
