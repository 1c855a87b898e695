//! Keys while the server runs.

use super::*;

/// The `authorization` of every request.
fn keys(backend: &FakeBackend) -> Vec<String> {
    let key = |headers: &[(String, String)]| {
        let found = headers.iter().find(|(name, _)| name == "authorization");
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    backend.requests().iter().map(|record| key(&record.headers)).collect()
}

#[cfg(unix)]
#[tokio::test]
async fn a_refused_key_is_read_again_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, "old\n").unwrap();
    let backend = FakeBackend::start().await;
    let command = json!({ "command": ["cat", file.to_str().unwrap()] });
    let change = json!({ "models": { "m": { "api_key": command } } });
    let editor = Editor::start(&with(options("openai-compatible", &backend.url()), change)).await;
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    std::fs::write(&file, "new\n").unwrap();
    doc.type_text("x");
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    assert_eq!(keys(&backend), ["Bearer old", "Bearer old"], "read once, and kept");
    backend.script([Reply::status(401)]);
    doc.type_text("x");
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    assert_eq!(keys(&backend)[2..], ["Bearer old", "Bearer new"]);
    // The same key again: there is nothing new to try with it.
    backend.script([Reply::status(401)]);
    doc.type_text("x");
    assert!(doc.automatic().texts().await.is_empty());
    assert_eq!(keys(&backend)[4..], ["Bearer new"]);
}
