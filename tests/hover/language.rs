//! The language that the user is answered in.

use serde_json::{Value, json};

use super::setting::{SOURCE, builder, hover, text, told};
use crate::support::fake_backend::FakeBackend;

#[tokio::test]
async fn the_editors_or_the_users_own() {
    let backend = FakeBackend::start().await;
    backend.answer("Sie zählt.");
    for (locale, own, want) in [
        (Value::Null, Value::Null, "English"),
        (json!("de"), Value::Null, "German"),
        (json!("pt-BR"), Value::Null, "Brazilian Portuguese"),
        (json!("xx"), Value::Null, "English"),
        (json!("de"), json!("fr"), "French"),
        (json!("de"), json!("Low German"), "Low German"),
    ] {
        let editor = builder(&backend)
            .params(json!({ "locale": locale }))
            .options(json!({ "hover": { "wait_ms": 60_000 }, "chat": { "language": own } }))
            .open()
            .await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        assert!(text(hover(&editor, &doc, "len(&[]", 0)).await.ends_with("Sie zählt."));
        assert!(told(&backend).contains(&format!("Answer in {want},")), "{}", told(&backend));
        // What stands in code stays in the language of the file.
        let at = editor.encoding.position(SOURCE, SOURCE.find("len(items").unwrap());
        for (kind, says) in [
            ("foretype.explain", format!("Answer in {want},")),
            (
                "refactor.rewrite.document",
                "in the language of the file's other comments".to_owned(),
            ),
        ] {
            let params = json!({
                "textDocument": doc.identifier(), "range": { "start": at, "end": at },
                "context": { "diagnostics": [], "only": [kind] },
            });
            let reply = editor.request("textDocument/codeAction", params).reply().await;
            let item = reply["result"][0].clone();
            if item["command"].is_object() {
                let run = json!({
                    "command": item["command"]["command"],
                    "arguments": item["command"]["arguments"],
                });
                editor.request("workspace/executeCommand", run).reply().await;
            } else {
                editor.request("codeAction/resolve", item).reply().await;
            }
            assert!(told(&backend).contains(&says), "{kind} {}", told(&backend));
        }
        super::setting::messages(&editor);
        editor.finish().await;
    }
}
