//! What the editor is shown while the workspace is read, and how it ends it.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::support::editor::{Builder, Editor};
use crate::{LINE, file_with, index_is};

/// Of 1,500 files it is still being read when the first word of it is out.
fn large(files: usize) -> Builder {
    let mut builder = Editor::builder()
        .capabilities(json!({ "window": { "workDoneProgress": true } }))
        .tell_of_reading_at_once();
    let mut text = file_with(LINE, "one");
    for number in 0..20 {
        let _ = writeln!(text, "pub fn name_{number}(of: Name{number}) -> Name {{ of.name() }}");
    }
    for number in 0..files {
        builder = builder.file(&format!("src/folder_{}/file_{number}.rs", number % 40), &text);
    }
    builder
}

fn progress(editor: &Editor, kind: &str) -> Vec<Value> {
    let told = editor.notifications("$/progress");
    told.into_iter().filter(|told| told["value"]["kind"] == kind).collect()
}

#[tokio::test]
async fn how_far_it_is_is_shown() {
    let editor = large(300).open().await;
    let begun = editor.wire.until("progress", || progress(&editor, "begin").pop()).await;
    assert_eq!(begun["value"]["title"], "foretype: reading the workspace");
    assert_eq!(begun["value"]["cancellable"], true);
    let report = editor.wire.until("a report", || progress(&editor, "report").pop()).await;
    let message = report["value"]["message"].as_str().unwrap();
    assert!(message.ends_with(" of 300 files"), "{message}");
    let end = editor.wire.until("the end", || progress(&editor, "end").pop()).await;
    assert_eq!(end["value"]["message"], "300 files; no file is left out");
    assert_eq!(index_is(&editor, "ready").await["files"], 300);
    editor.finish().await;
}

#[tokio::test]
async fn it_can_be_ended() {
    let editor = large(1_500).open().await;
    let begun = editor.wire.until("progress", || progress(&editor, "begin").pop()).await;
    editor.notify("window/workDoneProgress/cancel", json!({ "token": begun["token"] }));
    editor.wire.until("the end", || progress(&editor, "end").pop()).await;
    index_is(&editor, "cancelled").await;
    // What is open is known all the same.
    let mut other = editor.open("src/other.rs", "rust", "$0");
    let doc = editor.open("src/begun.rs", "rust", crate::BEGUN);
    other.type_text(&file_with(LINE, "one"));
    other.type_text(&file_with(LINE, "two"));
    crate::until_suggested(&editor, &doc, &[crate::REST]).await;
    editor.finish().await;
}

#[tokio::test]
async fn while_it_is_read_the_files_beside_an_open_one_answer() {
    let editor = large(1_500).open().await;
    let doc = editor.open("src/folder_3/begun.rs", "rust", crate::BEGUN);
    crate::until_suggested(&editor, &doc, &[crate::REST]).await;
    editor.finish().await;
}
