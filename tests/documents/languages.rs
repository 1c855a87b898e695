//! The language of a document, and of the part of it where the cursor is, decide what happens.

use serde_json::json;

use super::assert_same;
use crate::support::editor::Editor;
use crate::support::fake_backend::{FakeBackend, Reply};

/// A language is told by whether it can be turned off by its id.
#[tokio::test]
async fn by_the_editors_id_by_name_and_by_the_first_line() {
    for (name, id, source, want) in [
        ("a.rs", "rust", "$0", "rust"),
        ("a.py", "", "$0", "python"),
        ("a.py", "plaintext", "$0", "python"),
        ("a.py", "python-ts-mode", "$0", "python"),
        ("untitled:Untitled-1", "typescriptreact", "$0", "typescriptreact"),
        ("a.tsx", "typescript.tsx", "$0", "typescriptreact"),
        ("a.jsx", "jsx", "$0", "javascriptreact"),
        ("run", "", "#!/usr/bin/env -S python3 -u\n$0", "python"),
        ("run", "", "\u{feff}#!/bin/bash\r\n$0", "shellscript"),
        ("Makefile", "make", "$0", "makefile"),
        ("a.h", "objective-c", "$0", "objective-c"),
        ("a.unknown", "nothing-known", "$0", "plaintext"),
    ] {
        for (off, silent) in [(want, true), ("cobol", false)] {
            let backend = FakeBackend::start().await;
            backend.answer("");
            let options = json!({ "completion": { "disabled_languages": [off] } });
            let editor = Editor::builder().with(&backend).options(options).open().await;
            let doc = editor.open(name, id, source);
            editor.invoke(&doc).suggestions().await;
            let asked = !backend.requests().is_empty();
            assert_eq!(asked, !silent, "{name} {id:?} is {want}, {off} is off");
            editor.finish().await;
        }
    }
}

#[tokio::test]
async fn any_language_is_completed() {
    for (name, id) in [("a.zig", "zig"), ("a.xyz", "xyz"), ("notes", ""), ("a.txt", "plaintext")] {
        let backend = FakeBackend::start().await;
        backend.answer("b");
        let editor = Editor::open_with(&backend).await;
        let doc = editor.open(name, id, "a = $0");
        assert_eq!(editor.suggestion(&doc).await.insert_text, "b", "{name}");
        editor.finish().await;
    }
}

/// After a colon, a language with blocks by indentation is given a block; another one a line.
#[tokio::test]
async fn the_language_decides_where_a_suggestion_ends() {
    for (id, source, want) in [
        ("python", "def a():$0", "\n    b()\n    c()"),
        ("rust", "fn a() {$0", "\n    b()\n    c()"),
    ] {
        let backend = FakeBackend::start().await;
        backend.answer("\n    b()\n    c()");
        let editor = Editor::open_with(&backend).await;
        let doc = editor.open("untitled:a", id, source);
        assert_eq!(editor.suggestion(&doc).await.insert_text, want, "{id}");
        editor.finish().await;
    }
    let backend = FakeBackend::start().await;
    backend.answer(Reply::tokens(["b();", "\n", "c();", "\n"]).gated());
    let editor = Editor::open_with(&backend).await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    let pending = editor.request_suggestion(&doc);
    let call = backend.next_call().await;
    call.step().await;
    call.step().await;
    // A line is all that is wanted: the rest is not waited for.
    assert_eq!(pending.suggestions().await[0].insert_text, "b();");
    call.closed().await;
    editor.finish().await;
}

#[tokio::test]
async fn embedded_code_is_completed_in_its_document() {
    for (name, id, source) in [
        ("a.md", "markdown", "# T\n\n```rust\nfn a() {\n    $0\n}\n```\n"),
        ("a.html", "html", "<p>x</p>\n<script>\nlet a = $0;\n</script>\n"),
        ("a.vue", "vue", "<template/>\n<script lang=\"ts\">\nlet a = $0\n</script>\n"),
        ("a.svelte", "svelte", "<script>\nlet a = $0\n</script>\n<p/>\n"),
        ("a.php", "php", "<p>\n<?php $a = $0; ?>\n</p>\n"),
    ] {
        let backend = FakeBackend::start().await;
        backend.answer("");
        let editor = Editor::open_with(&backend).await;
        let mut doc = editor.open(name, id, source);
        assert_same(&editor, &backend, &doc, name).await;
        doc.type_text("b(");
        assert_same(&editor, &backend, &doc, name).await;
        editor.finish().await;
    }
}
