//! What is inserted is written as the document is: its line breaks, and exact places.

use serde_json::json;

use crate::support::editor::{Editor, Encoding};
use crate::support::fake_backend::FakeBackend;

#[tokio::test]
async fn a_suggestion_has_the_documents_line_endings() {
    for (name, source, want) in [
        ("LF", "fn a() {\n    $0\n}\n", "fn a() {\n    b();\n    c();$0\n}\n"),
        ("CRLF", "fn a() {\r\n    $0\r\n}\r\n", "fn a() {\r\n    b();\r\n    c();$0\r\n}\r\n"),
        ("CR", "fn a() {\r    $0\r}\r", "fn a() {\r    b();\r    c();$0\r}\r"),
        (
            "mixed, CRLF above",
            "x\nfn a() {\r\n    $0\n}\n",
            "x\nfn a() {\r\n    b();\r\n    c();$0\n}\n",
        ),
        (
            "mixed, LF above",
            "x\r\nfn a() {\n    $0\r\n}\r\n",
            "x\r\nfn a() {\n    b();\n    c();$0\r\n}\r\n",
        ),
        ("no break at all", "    $0", "    b();\n    c();$0"),
        (
            "a byte order mark",
            "\u{feff}fn a() {\r\n    $0\r\n}\r\n",
            "\u{feff}fn a() {\r\n    b();\r\n    c();$0\r\n}\r\n",
        ),
    ] {
        for answer in ["b();\n    c();", "b();\r\n    c();"] {
            let backend = FakeBackend::start().await;
            backend.answer(answer);
            let editor = Editor::open_with(&backend).await;
            let mut doc = editor.open("a.rs", "rust", source);
            let suggestion = editor.suggestion(&doc).await;
            assert!(suggestion.is_pure_insertion(), "{name}");
            assert_eq!(suggestion.range["start"], doc.position(), "{name}");
            assert_eq!(doc.with(&suggestion), want, "{name}");
            let call = backend.next_call().await;
            let prompt = call.prompt();
            assert!(!prompt.whole.contains(['\r', '\u{feff}']), "{name}");
            doc.accept(&suggestion).await;
            assert_eq!(doc.source(), want, "{name}");
            editor.finish().await;
        }
    }
}

#[tokio::test]
async fn neovim_gets_lf_since_it_keeps_a_cr_as_text() {
    let backend = FakeBackend::start().await;
    backend.answer("b();\n    c();");
    let client = json!({ "clientInfo": { "name": "Neovim", "version": "0.12.4" } });
    let editor = Editor::builder().with(&backend).params(client).open().await;
    let doc = editor.open("a.rs", "rust", "fn a() {\r\n    $0\r\n}\r\n");
    assert_eq!(editor.suggestion(&doc).await.insert_text, "b();\n    c();");
    editor.finish().await;
}

#[tokio::test]
async fn keys_that_neovim_gathers_are_one_cursor() {
    let backend = FakeBackend::start().await;
    backend.answer("lookup(index)");
    let editor = Editor::open_with(&backend).await;
    let mut doc = editor.open("a.rs", "rust", "    let a = $0\n");
    let key = |column: u32, text: &str| {
        let at = json!({ "line": 0, "character": column });
        json!({ "range": { "start": at, "end": at }, "text": text })
    };
    doc.send_changes(json!([key(12, "s"), key(13, "e"), key(14, "l"), key(15, "f"), key(16, ".")]));
    let at = json!({ "line": 0, "character": 17 });
    let context = json!({ "triggerKind": 2 });
    let params = json!({ "textDocument": doc.identifier(), "position": at, "context": context });
    let pending = editor.request("textDocument/inlineCompletion", params);
    assert_eq!(pending.suggestions().await.len(), 1);
    editor.finish().await;
}

#[tokio::test]
async fn places_are_exact_in_every_encoding() {
    for encoding in Encoding::ALL {
        for (source, answer, inserted, want) in [
            ("let s = \"😀é\"; f($0)", "a, b)", "a, b", "let s = \"😀é\"; f(a, b$0)"),
            ("/* 𝒳 */ f($0)", "'😀');", "'😀');", "/* 𝒳 */ f('😀');$0"),
            ("// 日本\r\nlet e\u{301} = $0\r\n", "1;", "1;", "// 日本\r\nlet e\u{301} = 1;$0\r\n"),
            ("\u{feff}let a = $0", "1;", "1;", "\u{feff}let a = 1;$0"),
        ] {
            let backend = FakeBackend::start().await;
            backend.answer(answer);
            let editor = Editor::builder().with(&backend).encoding(encoding).open().await;
            let mut doc = editor.open("a.rs", "rust", source);
            let suggestion = editor.suggestion(&doc).await;
            assert_eq!(suggestion.insert_text, inserted, "{encoding:?} {source}");
            assert_eq!(suggestion.range["start"], doc.position(), "{encoding:?} {source}");
            assert_eq!(doc.with(&suggestion), want, "{encoding:?}");
            doc.accept(&suggestion).await;
            assert_eq!(doc.source(), want, "{encoding:?}");
            editor.finish().await;
        }
    }
}

#[tokio::test]
async fn every_item_names_the_command_of_its_acceptance() {
    let backend = FakeBackend::start().await;
    backend.answer("1;");
    let editor = Editor::open_with(&backend).await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    let suggestion = editor.suggestion(&doc).await;
    assert_eq!(suggestion.command["command"], "foretype.accepted");
    assert!(suggestion.command["arguments"][0].is_u64());
    assert!(suggestion.item["range"].is_object() && suggestion.item["insertText"].is_string());
    editor.finish().await;
}

#[tokio::test]
async fn the_menus_item_stands_for_the_word_before_the_cursor() {
    for encoding in Encoding::ALL {
        let backend = FakeBackend::start().await;
        backend.answer("c(1);\nd();");
        let support = json!({ "insertTextModeSupport": { "valueSet": [1, 2] } });
        let client = json!({ "textDocument": { "completion": { "completionItem": support } } });
        let builder = Editor::builder().no_capabilities().capabilities(client).with(&backend);
        let editor = builder.encoding(encoding).open().await;
        let doc = editor.open("a.rs", "rust", "{\r\n    /* 😀 */ ab$0\r\n}\r\n");
        let pending = editor.request_menu(&doc);
        let items = pending.suggestions().await;
        let result = &pending.reply().await["result"];
        assert_eq!(result["isIncomplete"], true);
        let item = &items[0].item;
        assert_eq!(doc.with(&items[0]), "{\r\n    /* 😀 */ abc(1);$0\r\n}\r\n");
        assert_eq!(items[0].range["end"], doc.position());
        assert_eq!(items[0].range["start"]["line"], items[0].range["end"]["line"]);
        assert_eq!(item["insertTextFormat"], 1);
        assert_eq!(item["insertTextMode"], 1);
        assert_eq!(item["preselect"], false);
        assert!(item["filterText"].as_str().unwrap().starts_with("ab"), "{item}");
        assert!(item["documentation"]["value"].as_str().unwrap().contains("abc(1);"));
        editor.finish().await;
    }
}
