//! What a hover answers without any model, and where there is nothing.

use serde_json::{Value, json};

use super::setting::{SIGNATURE, SOURCE, builder, hover, messages, text};
use crate::support::editor::Editor;
use crate::support::fake_backend::FakeBackend;

fn at(editor: &Editor, uri: &str, line: u32, character: u32) -> crate::support::editor::Pending {
    let params = json!({
        "textDocument": { "uri": uri }, "position": { "line": line, "character": character },
    });
    editor.request("textDocument/hover", params)
}

#[tokio::test]
async fn signature_and_documentation_need_no_model() {
    for formats in [Value::Null, json!(["plaintext"]), json!(["plaintext", "markdown"])] {
        let markdown = formats.as_array().is_some_and(|formats| formats.len() == 2);
        let hovers = json!({ "textDocument": { "hover": { "contentFormat": formats } } });
        let editor = Editor::builder().capabilities(hovers).open().await;
        assert_eq!(editor.initialized["capabilities"]["hoverProvider"], true);
        let doc = editor.open("a.rs", "rust", SOURCE);
        let reply = hover(&editor, &doc, "len(&[]", 0).reply().await;
        let plain = "fn len(items: &[u8]) -> usize\n\nCounts.";
        let (kind, want) = if markdown { ("markdown", SIGNATURE) } else { ("plaintext", plain) };
        let range = json!({
            "start": { "line": 6, "character": 4 }, "end": { "line": 6, "character": 7 },
        });
        let want = json!({ "contents": { "kind": kind, "value": want }, "range": range });
        assert_eq!(reply["result"], want);
        editor.finish().await;
    }
}

#[tokio::test]
async fn null_where_there_is_nothing() {
    let backend = FakeBackend::start().await;
    backend.answer("It counts.");
    let editor = builder(&backend).open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let ruby = editor.open("a.rb", "ruby", "def len\nend\n");
    let env = editor.open(".env", "dotenv", "KEY=1\n");
    let empty = editor.open("b.rs", "rust", "");
    let open_end = editor.open("c.rs", "rust", "const A: u8 = OTHER");
    for (uri, line, character) in [
        (&doc.uri, 4, 0),
        (&doc.uri, 0, 5),
        (&doc.uri, 1, 22),
        (&doc.uri, 2, 0),
        (&doc.uri, 99, 0),
        (&doc.uri, u32::MAX, u32::MAX),
        (&ruby.uri, 0, 5),
        (&env.uri, 0, 1),
        (&empty.uri, 0, 0),
        (&open_end.uri, 1, 0),
        (&"file:///closed.rs".to_owned(), 0, 0),
        (&"untitled:none".to_owned(), 0, 0),
    ] {
        let reply = at(&editor, uri, line, character).reply().await;
        assert_eq!(reply["result"], Value::Null, "{uri} {line} {character}: {reply}");
    }
    assert!(backend.requests().is_empty());
    for params in [json!({}), json!({ "textDocument": 1, "position": 2 }), Value::Null] {
        assert_eq!(editor.request("textDocument/hover", params).code().await, -32602);
    }
    editor.finish().await;
}

#[tokio::test]
async fn everything_off_is_off() {
    let backend = FakeBackend::start().await;
    let editor = builder(&backend).options(json!({ "enabled": false })).open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    assert_eq!(text(hover(&editor, &doc, "len(&[]", 0)).await, "");
    editor.finish().await;
}

#[tokio::test]
async fn a_huge_file_and_other_encodings() {
    use crate::support::editor::Encoding;
    let backend = FakeBackend::start().await;
    let options = json!({ "hover": { "mode": "off" } });
    for encoding in Encoding::ALL {
        let editor = builder(&backend).options(options.clone()).encoding(encoding).open().await;
        let source =
            format!("fn f() {{ let é𝒳 = \"🎉\"; len(); }}\r\n{}", SOURCE.replace('\n', "\r\n"));
        let doc = editor.open("a.rs", "rust", &source);
        assert_eq!(text(hover(&editor, &doc, "len(", 0)).await, SIGNATURE);
        assert_eq!(text(hover(&editor, &doc, "é𝒳", 0)).await, "```rust\nlet é𝒳 = \"🎉\";\n```");
        // Without a tree there is nothing to say.
        let huge = format!("{SOURCE}// {}\n", "x".repeat(6 * 1024 * 1024));
        let huge = editor.open("huge.rs", "rust", &huge);
        assert_eq!(text(hover(&editor, &huge, "len(&[]", 0)).await, "");
        editor.finish().await;
    }
    assert!(backend.requests().is_empty());
}

#[tokio::test]
async fn declarations_of_other_open_documents() {
    let backend = FakeBackend::start().await;
    backend.answer("It adds.");
    let options = json!({ "hover": { "wait_ms": 60_000 } });
    let editor = builder(&backend)
        .options(options)
        .file(".foretypeignore", "hidden.py\n")
        .file("hidden.py", "")
        .open()
        .await;
    let doc = editor.open("a.py", "python", "from b import add, hide\nadd(hide)\n");
    editor.open("b.py", "python", "def add(a, b):\n    \"\"\"Adds.\"\"\"\n    return a + b\n");
    editor.open("hidden.py", "python", "def hide(key): pass\n");
    editor.open("c.rs", "rust", "fn add() {}\n");
    let want = "```python\ndef add(a, b)\n```\n\nAdds.\n\n---\n\nIt adds.";
    // The other document's tree may still be under way.
    let began = std::time::Instant::now();
    while text(hover(&editor, &doc, "add(", 0)).await != want {
        assert!(began.elapsed().as_secs() < 10);
    }
    let asked = backend.requests().len();
    let began = std::time::Instant::now();
    // What must not be sent can still be read here.
    while text(hover(&editor, &doc, "hide)", 0)).await != "```python\ndef hide(key)\n```" {
        assert!(began.elapsed().as_secs() < 10);
    }
    assert!(
        backend
            .requests()
            .iter()
            .skip(asked)
            .all(|request| !request.body.to_string().contains("key"))
    );
    assert!(messages(&editor).is_empty());
    editor.finish().await;
}
