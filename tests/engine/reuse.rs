//! A suggestion that is there already is shown again without asking: typed through, backspaced
//! into, after what editors insert by themselves, and from the cache.

use super::support::driver::Doc;
use super::*;

/// What a user or an editor does between two requests.
#[derive(Clone, Copy, Debug)]
enum Do {
    Type(&'static str),
    /// Typed, and a closer put behind the cursor, in one change.
    Pair(&'static str, &'static str),
    /// The closer in a change of its own.
    Close(&'static str),
    Over(&'static str),
    Back(usize),
    /// Both halves of an empty pair.
    BackPair,
    /// Expect this to be shown (nothing: an empty list), without a request.
    Shown(&'static str),
}
use Do::*;

fn apply(doc: &mut Doc, step: Do) {
    match step {
        Type(text) => doc.type_text(text),
        Pair(open, close) => {
            let at = doc.cursor;
            doc.type_text(&format!("{open}{close}"));
            doc.cursor = at + open.len();
        }
        Close(text) => doc.close_with(text),
        Over(text) => doc.type_over(text),
        Back(bytes) => doc.backspace(bytes),
        BackPair => {
            let at = doc.cursor;
            doc.replace(at - 1..at + 1, "");
            doc.cursor = at - 1;
        }
        Shown(_) => {}
    }
}

#[tokio::test]
async fn what_agrees_with_the_suggestion_is_not_asked_again() {
    let line = "let a = $0\n";
    let block = "fn a() {$0\n}\n";
    let body = "\n    let b = c(1);\n    d(b)\n}";
    let cases: &[(&str, &str, &[Do])] = &[
        (line, "alpha(beta)", &[Shown("alpha(beta)"), Shown("alpha(beta)")]),
        (line, "alpha(beta)", &[Type("a"), Shown("lpha(beta)"), Type("lp"), Shown("ha(beta)")]),
        (line, "alpha(beta)", &[Type("alp"), Back(2), Shown("lpha(beta)"), Back(1)]),
        (line, "alpha(beta)", &[Type("alp"), Back(3), Shown("alpha(beta)")]),
        // Backspaced over its beginning: what was deleted must be typed again.
        ("let abc = ab$0\n", "c(beta)", &[Back(1), Shown("bc(beta)"), Type("b"), Shown("c(beta)")]),
        // Brackets and quotes that the editor closes, in one change or two, typed over, deleted.
        (line, "alpha(beta)", &[Type("alpha"), Pair("(", ")"), Shown("beta")]),
        (line, "alpha(beta)", &[Type("alpha"), Type("("), Close(")"), Shown("beta")]),
        (line, "f(\"x\", 1)", &[Type("f"), Pair("(", ")"), Pair("\"", "\""), Shown("x\", 1)")]),
        (line, "f(x)[0]", &[Type("f"), Pair("(", ")"), Type("x"), Over(")"), Shown("[0]")]),
        (line, "f(x)[0]", &[Type("f"), Pair("(", ")"), BackPair, Shown("(x)[0]")]),
        // A new line, indented by the editor: as the model, less, more, with a tab.
        (block, body, &[Type("\n    "), Shown("let b = c(1);\n    d(b)")]),
        (block, body, &[Type("\n"), Shown("    let b = c(1);\n    d(b)")]),
        (block, body, &[Type("\n\t"), Shown("let b = c(1);\n    d(b)")]),
        (block, body, &[Type("\n    "), Type("let b"), Shown(" = c(1);\n    d(b)")]),
        (line, "größe(\"日本\") // 👩‍💻 end", &[Type("größe(\"日"), Shown("本\") // 👩‍💻 end")]),
    ];
    for (number, (text, answer, steps)) in cases.iter().enumerate() {
        let (backend, editor) = pair().await;
        backend.answer(*answer);
        let mut doc = editor.open("untitled:a.rs", "rust", text);
        assert_eq!(doc.automatic().texts().await.len(), 1, "case {number}");
        for step in *steps {
            apply(&mut doc, *step);
            if let Shown(want) = step {
                let items = doc.automatic().items().await;
                assert_eq!(items[0]["insertText"], *want, "case {number}, {steps:?}");
                // Accepted, it is what it was from the beginning.
                if !answer.contains('\n') {
                    let whole = text.replacen("$0", answer, 1);
                    assert_eq!(doc.accepted(&items[0]), whole, "case {number}, {steps:?}");
                }
            }
        }
        assert_eq!(backend.requests().len(), 1, "case {number}, {steps:?}");
    }
}

#[tokio::test]
async fn crlf_documents_are_typed_through_too() {
    let (backend, editor) = pair().await;
    backend.answer("\n    b();\n    c()\n}");
    let mut doc = editor.open("untitled:a.rs", "rust", "fn a() {$0\r\n}\r\n");
    assert_eq!(doc.automatic().texts().await, ["\r\n    b();\r\n    c()"]);
    doc.type_text("\r\n    ");
    assert_eq!(doc.automatic().texts().await, ["b();\r\n    c()"]);
    assert_eq!(backend.requests().len(), 1);
}

#[tokio::test]
async fn everything_typed_or_accepted_asks_anew() {
    let (backend, editor) = pair().await;
    backend.script([Reply::text("alpha()"), Reply::text(".beta()")]);
    let mut doc = editor.open("untitled:a.rs", "rust", "let a = $0\n");
    assert_eq!(doc.automatic().texts().await, ["alpha()"]);
    doc.type_text("alpha()");
    assert_eq!(doc.automatic().texts().await, [".beta()"]);
    assert_eq!(backend.requests()[1].prompt().prefix, "let a = alpha()");
}

#[tokio::test]
async fn the_cache_answers_after_undo_and_after_coming_back() {
    let (backend, editor) = pair().await;
    backend.script([Reply::text("one()"), Reply::text("two()"), Reply::text("three()")]);
    let mut doc = editor.open("untitled:a.rs", "rust", "let a = $0\nlet b = \n");
    assert_eq!(doc.automatic().texts().await, ["one()"]);
    // Something else typed and taken back.
    doc.type_text("q");
    assert_eq!(doc.automatic().texts().await, ["two()"]);
    doc.backspace(1);
    assert_eq!(doc.automatic().texts().await, ["one()"]);
    // Elsewhere and back.
    doc.after("let b = ");
    assert_eq!(doc.automatic().texts().await, ["three()"]);
    doc.after("let a = ");
    assert_eq!(doc.automatic().texts().await, ["one()"]);
    // Closed and opened again.
    doc.close();
    let mut doc = editor.open("untitled:a.rs", "rust", "let a = $0\nlet b = \n");
    assert_eq!(doc.automatic().texts().await, ["one()"]);
    doc.type_text("on");
    assert_eq!(doc.automatic().texts().await, ["e()"]);
    assert_eq!(backend.requests().len(), 3);
}

#[tokio::test]
async fn an_answer_that_says_nothing_is_remembered() {
    let (backend, editor) = pair().await;
    backend.answer(Reply::tokens(["  \n"]));
    let mut doc = editor.open("untitled:a.rs", "rust", "let a = 1;$0\n");
    assert!(doc.automatic().texts().await.is_empty());
    assert!(doc.automatic().texts().await.is_empty());
    doc.type_text(" ");
    doc.backspace(1);
    assert!(doc.automatic().texts().await.is_empty());
    assert_eq!(backend.requests().len(), 1);
}

#[tokio::test]
async fn the_cache_tells_document_suffix_language_and_model_apart() {
    let (backend, editor) = pair().await;
    let (text, other) = ("let a = $0\nend\n", "let a = $0\nother\n");
    let first = editor.open("untitled:a", "rust", text);
    assert_eq!(first.automatic().texts().await.len(), 1);
    for (number, (uri, language, text)) in
        [("untitled:b", "rust", text), ("untitled:a", "rust", other), ("untitled:a", "go", text)]
            .into_iter()
            .enumerate()
    {
        // Closed and opened under another name it would be a rename, which keeps what it has.
        if uri == "untitled:a" {
            first.close();
        }
        let doc = editor.open(uri, language, text);
        assert_eq!(doc.automatic().texts().await.len(), 1);
        assert_eq!(backend.requests().len(), number + 2, "{uri} {language}");
        doc.close();
    }
    let doc = editor.open("untitled:a", "rust", text);
    assert_eq!(doc.automatic().texts().await.len(), 1);
    assert_eq!(backend.requests().len(), 4, "the first one is still known");
    for change in [
        json!({ "models": { "m": { "model": "qwen2.5-coder:7b" } } }),
        json!({ "models": { "m": { "template": "suffix" } } }),
    ] {
        let before = backend.requests().len();
        editor.configure(&with(options("openai-compatible", &backend.url()), change));
        assert_eq!(doc.automatic().texts().await.len(), 1);
        assert_eq!(backend.requests().len(), before + 1);
    }
}
