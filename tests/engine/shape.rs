//! What of a model's answer is shown: how much, how it fits, and what is cut.

use super::*;

/// (text with the cursor, answer, text once the suggestion is accepted; none: no suggestion)
#[tokio::test]
async fn answers_fit_the_text_around_them() {
    let cases = [
        // In the middle of a line one line is enough.
        ("f($0, b);\n", "a\nmore\n", Some("f(a, b);\n")),
        ("let x = $0;\n", "a(1);\nlet y = 2;\n", Some("let x = a(1);\n")),
        // What the line goes on with is not doubled.
        ("f($0)\n", "a, b)", Some("f(a, b)\n")),
        ("f($0);\n", "a);", Some("f(a);\n")),
        ("let s = \"$0\";\n", "text\";", Some("let s = \"text\";\n")),
        ("f($0)\n", "g(a)", Some("f(g(a))\n")),
        ("f($0)\n", "g(a))", Some("f(g(a))\n")),
        ("let a = $0\n", "b;", Some("let a = b;\n")),
        // Nor are the lines below.
        ("fn a() {$0\n}\n", "\n    b();\n}\n", Some("fn a() {\n    b();\n}\n")),
        ("a();\n$0\nc();\nd();\n", "b();\nc();\nd();", Some("a();\nb();\nc();\nd();\n")),
        // A body ends with its block.
        (
            "fn a() {$0\n",
            "\n    b();\n}\n\nfn c() {\n    d();\n}\n",
            Some("fn a() {\n    b();\n}\n"),
        ),
        // Blanks at the end go; what is nothing but blanks is nothing.
        ("let a = $0\n", "b();   \n", Some("let a = b();\n")),
        ("let a = 1;$0\n", "   \n\n", None),
        ("let a = $0\n", "", None),
        ("f($0)\n", ")", None),
        // Special tokens and what follows them.
        ("let a = $0\n", "b();<|endoftext|>fn junk", Some("let a = b();\n")),
        ("let a = $0\n", "b();<|fim_middle|>junk", Some("let a = b();\n")),
        ("let a = $0\n", "<|file_sep|>src/x.rs", None),
        ("let a = $0\n", "x <| y |> z", Some("let a = x <| y |> z\n")),
        // A placeholder for a secret.
        ("let key = $0\n", "\"<redacted:aws-key>\"", None),
        ("let a = \"ü👩‍💻\" + $0\n", "\"日本\"", Some("let a = \"ü👩‍💻\" + \"日本\"\n")),
    ];
    for (text, answer, want) in cases {
        for pieces in [1, 1_000] {
            let (backend, editor) = pair().await;
            let tokens: Vec<String> = answer
                .chars()
                .collect::<Vec<_>>()
                .chunks(pieces)
                .map(|piece| piece.iter().collect())
                .collect();
            backend.answer(Reply::tokens(tokens));
            let doc = editor.open("untitled:a.rs", "rust", text);
            let items = doc.automatic().items().await;
            let got = items.first().map(|item| doc.accepted(item));
            assert_eq!(got.as_deref(), want, "{text:?} {answer:?}");
        }
    }
}

#[tokio::test]
async fn line_endings_are_the_documents() {
    let (backend, editor) = pair().await;
    backend.answer("\n    b();\n}\n");
    let doc = editor.open("untitled:a.rs", "rust", "let x = 1;\r\nfn a() {$0\r\n");
    assert_eq!(doc.automatic().texts().await, ["\r\n    b();\r\n}"]);
    backend.answer("\r\n    c();\r\n}\r\n");
    let doc = editor.open("untitled:b.rs", "rust", "let x = 1;\nfn a() {$0\n");
    assert_eq!(doc.automatic().texts().await, ["\n    c();\n}"]);
}

#[tokio::test]
async fn a_block_under_way_shows_whole_lines_and_goes_on() {
    let (backend, editor) = pair_with(json!({ "completion": { "block_after_ms": 0 } })).await;
    backend.script([Reply::text("").gated()]);
    let mut doc = editor.open("untitled:a.rs", "rust", "fn a() {$0\n}\n");
    let first = doc.automatic();
    let call = backend.next_call().await;
    assert!(call.send("\n    let b = 1;\n    let").await);
    assert_eq!(first.texts().await, ["\n    let b = 1;"]);
    // The stream goes on: typing through shows what came since, and accepting the rest.
    assert!(call.send(" c = 2;\n    d(b").await);
    doc.type_text("\n    let b");
    doc.comes_to_show(" = 1;\n    let c = 2;").await;
    assert!(call.send(", c)\n}\n").await);
    doc.comes_to_show(" = 1;\n    let c = 2;\n    d(b, c)").await;
    doc.type_text(" = 1;");
    assert_eq!(doc.automatic().texts().await, ["\n    let c = 2;\n    d(b, c)"]);
    assert_eq!(backend.requests().len(), 1);
}

#[tokio::test]
async fn a_complete_answer_closes_its_stream() {
    for (text, answer, sent) in [
        ("let a = $0\n", ["b();", "\n", "fn junk"], 2),
        ("fn a() {$0\n", ["\n    b();", "\n}\n", "fn junk"], 2),
    ] {
        let (backend, editor) = pair().await;
        backend.script([Reply::tokens(answer).gated()]);
        let doc = editor.open("untitled:a.rs", "rust", text);
        let reply = doc.automatic();
        let call = backend.next_call().await;
        for _ in 0..sent {
            assert!(call.step().await);
        }
        assert_eq!(reply.texts().await.len(), 1);
        assert_eq!(call.closed().await, sent);
    }
}

#[tokio::test]
async fn items_are_as_editors_need_them() {
    let (backend, editor) = pair().await;
    backend.answer("alpha()\n");
    let mut doc = editor.open("untitled:a.rs", "rust", "let a = $0\n");
    let (ghost, menu) = (doc.automatic(), doc.menu());
    let ghost = ghost.items().await.remove(0);
    let at = doc.position(doc.cursor);
    assert_eq!(ghost["range"], json!({ "start": at, "end": at }));
    let menu = menu.result().await;
    assert_eq!(menu["isIncomplete"], true);
    let menu = &menu["items"][0];
    assert_eq!(menu["textEdit"]["range"], ghost["range"]);
    assert_eq!((&menu["insertTextFormat"], &menu["preselect"]), (&json!(1), &json!(false)));
    assert!(menu["documentation"]["value"].as_str().unwrap().contains("alpha()"));
    // In the menu the word before the cursor is part of the item.
    doc.type_text("alp");
    let menu = doc.menu().items().await.remove(0);
    let (start, end) = (doc.cursor - 3, doc.cursor);
    assert_eq!(menu["textEdit"], json!({ "range": doc.range(start..end), "newText": "alpha()" }));
    assert_eq!(menu["filterText"], "alpha()");
    for item in [&ghost, &menu] {
        assert_eq!(item["command"]["command"], "foretype.accepted");
        let arguments = item["command"]["arguments"].clone();
        assert!(arguments[0].is_u64());
        let params = json!({ "command": "foretype.accepted", "arguments": arguments });
        assert_eq!(editor.request("workspace/executeCommand", params).result().await, Value::Null);
    }
    let unknown = json!({ "command": "foretype.nothing", "arguments": [1] });
    assert_eq!(editor.request("workspace/executeCommand", unknown).error().await, -32602);
}
