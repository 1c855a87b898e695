//! A page that an editor opens late.

use super::follow_ups::explained;
use super::setting::{SOURCE, builder};
use crate::support::fake_backend::FakeBackend;

/// An editor that was slow to open the page has read what was there before.
#[tokio::test]
async fn who_opens_a_page_late_gets_all_of_it() {
    let backend = FakeBackend::start().await;
    backend.answer("It counts.");
    let editor = builder(&backend).open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    let (uri, _) = explained(&editor, &doc).await;
    let _page = editor.open(&uri, "markdown", "# About a.rs\n\nIt");
    let edit = editor
        .wire
        .until("an edit", || editor.wire.questions("workspace/applyEdit").into_iter().next());
    let edit = edit.await;
    let change = &edit["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["uri"], uri.as_str());
    assert_eq!(change["edits"][0]["newText"], " counts.\n");
    editor.finish().await;
}
