//! Incremental sync: the text the model sees is the text in the editor, in every encoding.

use serde_json::json;

use super::{assert_same, prompt};
use crate::support::editor::wire::frame;
use crate::support::editor::{Doc, Editor, Encoding};
use crate::support::fake_backend::FakeBackend;
use crate::support::random::Random;

const SOURCE: &str = "// 😀 e\u{301} ß 日本\r\nfn a() {\r\n    $0\r\n}\r\n// 👩‍👩‍👧 end";

#[tokio::test]
async fn typing_among_emoji_and_combining_characters() {
    for encoding in Encoding::ALL {
        let backend = FakeBackend::start().await;
        backend.answer("");
        let editor = Editor::builder().with(&backend).encoding(encoding).open().await;
        let mut doc = editor.open("a.rs", "rust", SOURCE);
        assert_same(&editor, &backend, &doc, "opened").await;
        doc.type_text("let s = \"😀");
        assert_same(&editor, &backend, &doc, "typed").await;
        doc.backspace();
        doc.type_text("e\u{301}\";");
        assert_same(&editor, &backend, &doc, "deleted and typed").await;
        doc.move_after("ß ");
        doc.paste("𝒳\r\n// 𝒴");
        doc.type_text("z ");
        assert_same(&editor, &backend, &doc, "pasted").await;
        doc.move_to_end();
        doc.type_text(" of\nit ");
        assert_same(&editor, &backend, &doc, "at the end").await;
        editor.finish().await;
    }
}

#[tokio::test]
async fn several_changes_at_once_apply_one_after_the_other() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let mut doc = editor.open("a.rs", "rust", "one 😀 two\nthree\n");
    let at = doc.text().find("two").unwrap();
    doc.replace_all(&[
        (at, at + 3, "2"),
        (0, 3, "𝟙"),
        (doc.text().len() - 2, doc.text().len() - 2, "!"),
    ]);
    doc.move_to_end();
    assert_same(&editor, &backend, &doc, "several").await;
    editor.finish().await;
}

#[tokio::test]
async fn the_whole_text_may_come_anew() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let mut doc = editor.open("a.rs", "rust", SOURCE);
    for text in ["fn b() { $0 }", "", "😀$0😀", "a\r\n$0"] {
        doc.set_text(text);
        doc.type_text(" ");
        assert_same(&editor, &backend, &doc, text).await;
    }
    // An editor that replaces the whole by a range that ends below the last line.
    let end =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9_999, "character": 0 } });
    doc.send_changes(json!([{ "range": end, "text": "let new = " }]));
    let doc = Doc::clone_at(&doc, "let new = $0");
    assert_same(&editor, &backend, &doc, "by a range").await;
    editor.finish().await;
}

#[tokio::test]
async fn columns_past_the_end_of_a_line_are_its_end() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let mut doc = editor.open("a.rs", "rust", "a = 1\r\nb = 2\r\n");
    let far = json!({ "line": 0, "character": 4_000_000_000_u32 });
    doc.send_changes(json!([{ "range": { "start": far, "end": far }, "text": " + 3" }]));
    let doc = Doc::clone_at(&doc, "a = 1 + 3$0\r\nb = 2\r\n");
    assert_same(&editor, &backend, &doc, "past the end").await;
    let place = json!({ "textDocument": doc.identifier(), "position": far });
    let pending = editor.request("textDocument/inlineCompletion", place);
    assert!(pending.suggestions().await.is_empty());
    editor.finish().await;
}

/// A place between two characters, CRLF being one.
fn place(random: &mut Random, text: &str) -> usize {
    let places: Vec<usize> = (0..=text.len())
        .filter(|at| {
            text.is_char_boundary(*at)
                && !(text[..*at].ends_with('\r') && text[*at..].starts_with('\n'))
        })
        .collect();
    places[random.below(places.len())]
}
#[tokio::test]
async fn a_thousand_edits_leave_both_texts_the_same() {
    const PIECES: [&str; 12] =
        ["a", " ", "(", "\n", "\r\n", "é", "e\u{301}", "日本", "😀", "👩‍👩‍👧", "\u{2028}", "x\r\ny\nz"];
    for (seed, encoding) in (1..).zip(Encoding::ALL) {
        let mut random = Random::new(seed);
        let backend = FakeBackend::start().await;
        backend.answer("");
        let editor = Editor::builder().with(&backend).encoding(encoding).open().await;
        let mut doc = editor.open("a.rs", "rust", "");
        for step in 1..=1_000 {
            let (a, b) = (place(&mut random, doc.text()), place(&mut random, doc.text()));
            let (start, mut end) = (a.min(b), a.max(b));
            // Long deletions are rare, so that there is a text to edit.
            if random.below(12) > 0 && end - start > 8 || doc.text().len() < 40 {
                end = start;
            }
            let with = if random.below(4) == 0 && end > start {
                ""
            } else {
                PIECES[random.below(PIECES.len())]
            };
            doc.replace(start, end, with);
            if step % 50 == 0 {
                assert_same(&editor, &backend, &doc, &format!("{encoding:?} {step}")).await;
            }
        }
        editor.finish().await;
    }
}

#[tokio::test]
async fn a_large_file_is_seen_around_the_cursor() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let filler: String = (0..20_000).map(|n| format!("let a{n} = {n};\n")).collect();
    let mut doc = editor.open("a.rs", "rust", &format!("{filler}here $0there\n{filler}"));
    doc.type_text("x ");
    let prompt = prompt(&editor, &backend, &doc).await;
    assert!(prompt.prefix.ends_with("let a19999 = 19999;\nhere x "));
    assert!(prompt.suffix.starts_with("there\nlet a0 = 0;\n"));
    assert!(prompt.whole.len() < 100_000);
    editor.finish().await;
}

/// An emoji typed by halves, as an editor may that counts in UTF-16: nothing after it is misplaced.
#[tokio::test]
async fn half_a_character_is_one_unit() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::builder().with(&backend).encoding(Encoding::Utf16).open().await;
    let doc = editor.open("a.rs", "rust", "ab\n");
    for (version, column, text) in [(2, 1, r"\ud83d"), (3, 2, r"\ude00"), (4, 3, "x")] {
        let at = json!({ "line": 0, "character": column });
        let params = json!({
            "textDocument": { "uri": doc.uri, "version": version },
            "contentChanges": [{ "range": { "start": at, "end": at }, "text": "TEXT" }],
        });
        let body =
            json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": params });
        editor.wire.send_raw(&frame(&body.to_string().replace("TEXT", text)));
    }
    let seen = Doc::clone_at(&doc, "a\u{fffd}\u{fffd}x$0b\n");
    assert_same(&editor, &backend, &seen, "halves").await;
    editor.finish().await;
}
