//! Secrets of a document never reach a backend, and what stands for them never reaches the user.

use super::*;

/// As AWS writes its access keys; put together so that no scanner takes it for one.
fn key() -> String {
    ["AKIA", "Q3EGRZ7TVBNMXK2P"].concat()
}

#[tokio::test]
async fn secrets_do_not_reach_the_backend() {
    let key = key();
    let texts = [
        format!("let aws = \"{key}\";\nlet a = $0\n"),
        format!("let a = $0\nlet aws = \"{key}\";\n"),
        format!("let aws = \"{key}\"; let a = $0\n"),
    ];
    for provider in ["openai-compatible", "llama-cpp", "ollama"] {
        for text in &texts {
            let backend = FakeBackend::start().await;
            let editor = Editor::start(&options(provider, &backend.url())).await;
            let doc = editor.open("untitled:a.rs", "rust", text);
            doc.automatic().result().await;
            let raw = &backend.requests()[0].raw;
            assert!(!raw.contains(&key) && raw.contains("<redacted:"), "{provider}");
        }
    }
}

#[tokio::test]
async fn a_secret_typed_key_by_key_or_pasted_does_not_either() {
    let key = key();
    for pasted in [true, false] {
        let (backend, editor) = pair().await;
        backend.answer(Reply::text(";"));
        let mut doc = editor.open("untitled:a.rs", "rust", "let aws = $0\n");
        doc.automatic().result().await;
        doc.type_text("\"");
        if pasted {
            doc.type_text(&key);
        } else {
            for letter in key.chars() {
                doc.type_text(&letter.to_string());
            }
        }
        doc.type_text("\"");
        doc.automatic().result().await;
        let last = backend.requests().pop().expect("a request");
        assert!(!last.raw.contains(&key), "pasted: {pasted}");
    }
}

#[tokio::test]
async fn the_cursor_inside_a_secret_makes_no_difference() {
    let key = key();
    for at in [1, 4, 10, key.len() - 1] {
        for before in ["let aws = \"", "let b = 1;\nlet aws = \""] {
            let (backend, editor) = pair().await;
            let (left, right) = key.split_at(at);
            let text = format!("{before}{left}$0{right}\"; // end\n");
            let doc = editor.open("untitled:a.rs", "rust", &text);
            doc.invoked().result().await;
            let raw = &backend.requests()[0].raw;
            assert!(raw.contains("<redacted:") && raw.contains("// end"), "{at}");
            assert!(!raw.contains(&key[4..10]) && !raw.contains(&key[10..]), "{at}");
        }
    }
}

#[tokio::test]
async fn a_placeholder_is_never_suggested() {
    let (backend, editor) = pair().await;
    backend.answer(Reply::candidates(["\"<redacted:aws-key>\"", "from_env()"]));
    let doc = editor.open("untitled:a.rs", "rust", "let aws = $0\n");
    assert_eq!(doc.invoked().texts().await, ["from_env()"]);
}
