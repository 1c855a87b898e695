//! When nothing is asked at all.

use serde_json::Value;

use super::*;

/// (language, text with the cursor, whether an automatic request reaches the backend, and an
/// invoked one)
#[tokio::test]
async fn only_places_worth_it_reach_the_backend() {
    let long = "x".repeat(2_001);
    let huge = format!("{}$0\n", "let a = 1;\n".repeat(1_000_000));
    let cases = [
        ("rust", "let a = $0\n", true, true),
        ("klingon", "le$0t a\n", false, true),
        ("klingon", "let a$0_b\n", false, true),
        ("klingon", "let grö$0ße\n", false, true),
        ("rust", "f($0)\n", true, true),
        ("klingon", "qapla' $0\n", true, true),
        ("dotenv", "A=$0\n", false, false),
        ("rust", &format!("{long} $0\n"), false, false),
        ("rust", &huge, false, false),
    ];
    for (number, (language, text, automatic, invoked)) in cases.into_iter().enumerate() {
        for (by_hand, asked) in [(false, automatic), (true, invoked)] {
            let (backend, editor) = pair().await;
            backend.answer("answer()");
            let doc = editor.open("untitled:a", language, text);
            let reply = if by_hand { doc.invoked() } else { doc.automatic() };
            let texts = reply.texts().await;
            assert_eq!(!texts.is_empty(), asked, "case {number}, by hand: {by_hand}");
            assert_eq!(backend.requests().len(), usize::from(asked), "case {number}");
        }
    }
}

/// (two changes made at once, whether they are those of several cursors)
#[tokio::test]
async fn several_cursors_are_left_alone_until_the_next_single_change() {
    let text = "let a = \nlet b = \nlet c = $0\n";
    type Changes<'a> = &'a [(std::ops::Range<usize>, &'a str)];
    let cases: &[(Changes<'_>, bool)] = &[
        (&[(26..26, "x"), (8..8, "x")], true),
        (&[(26..26, "x"), (17..17, "x")], true),
        (&[(17..17, "x"), (27..27, "x")], true),
        (&[(18..19, ""), (9..10, "")], true),
        (&[(8..8, "x"), (18..18, "x"), (28..28, "x")], true),
        // An editor's own second change: a closer, an indentation, trimmed blanks.
        (&[(26..26, "("), (27..27, ")")], false),
        (&[(26..26, "\""), (27..27, "\"")], false),
        (&[(26..26, "\n"), (27..27, "    ")], false),
        (&[(16..17, ""), (25..25, "\n")], false),
    ];
    for (changes, several) in cases {
        let (backend, editor) = pair().await;
        let mut doc = editor.open("untitled:a.rs", "rust", text);
        doc.replace_all(changes);
        assert_eq!(doc.automatic().texts().await.is_empty(), *several, "{changes:?}");
        assert_eq!(backend.requests().is_empty(), *several, "{changes:?}");
        doc.type_text(".");
        assert_eq!(doc.automatic().texts().await, ["fake_answer"], "{changes:?}");
    }
}

#[tokio::test]
async fn settings_and_unknown_documents_are_silent() {
    let cases = [
        (json!({ "enabled": false }), "untitled:a.rs"),
        (json!({ "completion": { "enabled": false } }), "untitled:a.rs"),
        (json!({ "completion": { "disabled_languages": ["rust"] } }), "untitled:a.rs"),
        (json!({ "completion": { "ignore": ["*.gen.rs"] } }), "file:///p/a.gen.rs"),
        (json!({}), "untitled:.env"),
        (json!({}), "file:///home/u/.ssh/id_rsa"),
    ];
    for (options, uri) in cases {
        let (backend, editor) = pair_with(options).await;
        let doc = editor.open(uri, "rust", "let a = $0\n");
        assert!(doc.invoked().texts().await.is_empty(), "{uri}");
        assert!(doc.menu().texts().await.is_empty(), "{uri}");
        assert_eq!(backend.requests().len(), 0, "{uri}");
        editor.status("off").await;
    }
    let (backend, editor) = pair().await;
    let doc = editor.open("untitled:a.rs", "rust", "let a = $0\n");
    doc.close();
    assert!(doc.automatic().texts().await.is_empty());
    assert_eq!(backend.requests().len(), 0);
}

#[tokio::test]
async fn where_the_workspace_says_nothing_the_status_says_that() {
    let editor = Editor::start(&json!({ "discovery": { "enabled": false } })).await;
    let doc = editor.open("untitled:a.rs", "rust", "let a = $0\n");
    assert!(doc.automatic().texts().await.is_empty());
    let unsure = |status: &Value| {
        status["reason"].as_str().is_some_and(|reason| reason.contains("workspace"))
    };
    let status = editor.notified("foretype/status", unsure).await;
    assert_eq!((&status["state"], &status["model"]), (&json!("idle"), &json!("workspace")));
}
