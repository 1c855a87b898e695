//! A document is one document however its URI is spelled, and any scheme will do.

use super::{assert_same, assert_silent};
use crate::support::editor::Editor;
use crate::support::fake_backend::FakeBackend;

#[tokio::test]
async fn every_spelling_names_the_same_document() {
    for (opened, asked) in [
        ("file:///c%3A/x/a.rs", "file:///C:/x/a.rs"),
        ("file:///C:/x/a.rs", "file:///c%3A/x/a.rs"),
        ("file:///home/u/a%20b.rs", "file:///home/u/a%20b.rs"),
        ("file:///home/u/%5Bid%5D.rs", "file:///home/u/[id].rs"),
        ("file:///home/u/%C3%A4.rs", "file:///home/u/%c3%a4.rs"),
        ("file:///home/u/ä.rs", "file:///home/u/%C3%A4.rs"),
        ("file:///home/u/a b.rs", "file:///home/u/a%20b.rs"),
        ("file://localhost/home/u/a.rs", "file:///home/u/a.rs"),
        ("file://server/share/x.rs", "file://server/share/x.rs"),
        ("file:///home/u/100%25.rs", "file:///home/u/100%25.rs"),
    ] {
        let backend = FakeBackend::start().await;
        backend.answer("");
        let editor = Editor::open_with(&backend).await;
        let first = editor.open(opened, "rust", "let a = $0");
        assert_same(&editor, &backend, &first, opened).await;
        let mut second = editor.doc(asked, "let a = $0");
        second.type_text("1 + ");
        assert_same(&editor, &backend, &second, asked).await;
        let mut first = editor.doc(opened, second.text());
        first.version = second.version;
        first.type_text("2 + ");
        assert_same(&editor, &backend, &first, opened).await;
        second.close();
        assert_silent(&editor, &backend, &first, "closed by the other spelling").await;
        editor.finish().await;
    }
}

#[tokio::test]
async fn any_scheme_is_completed() {
    for uri in [
        "untitled:Untitled-1",
        "untitled:/home/u/new%20file.rs",
        "vscode-remote://ssh-remote%2Bhost/home/u/a.rs",
        "vscode-vfs://github/owner/name/a.rs",
        "git:/home/u/a.rs?%7B%22ref%22%3A%22%22%7D",
        "jdt://contents/rt.jar/java.lang/String.class?=x",
        "inmemory://model/1",
        "conjure:a#b",
    ] {
        let backend = FakeBackend::start().await;
        backend.answer("f(1);");
        let editor = Editor::open_with(&backend).await;
        let mut doc = editor.open(uri, "rust", "let a = $0");
        let suggestion = editor.suggestion(&doc).await;
        doc.accept(&suggestion).await;
        assert_eq!(doc.source(), "let a = f(1);$0", "{uri}");
        let mut other = editor.open("untitled:Other", "rust", "let b = $0");
        other.type_text("2 * ");
        assert_eq!(editor.suggestion(&other).await.insert_text, "f(1);");
        doc.close();
        editor.finish().await;
    }
}

#[tokio::test]
async fn what_is_hardly_a_uri_harms_nothing() {
    for uri in
        ["", "no scheme", "file:", "file://", "file:///", "http://[", "%", "file:///%zz", "\u{0}"]
    {
        let backend = FakeBackend::start().await;
        backend.answer("");
        let editor = Editor::open_with(&backend).await;
        let odd = editor.doc(uri, "let a = $0");
        let item = serde_json::json!({
            "uri": uri, "languageId": "rust", "version": 1, "text": odd.text(),
        });
        editor.notify("textDocument/didOpen", serde_json::json!({ "textDocument": item }));
        // Either it is a document, or it is refused; never silence.
        editor.invoke(&odd).reply().await;
        odd.close();
        let good = editor.open("a.rs", "rust", "let b = $0");
        let pending = editor.invoke(&good);
        pending.suggestions().await;
        assert!(backend.requests().last().unwrap().prompt().prefix.ends_with("let b = "), "{uri}");
        editor.log();
        editor.finish().await;
    }
}
