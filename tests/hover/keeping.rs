//! What is kept, and who may be asked.

use std::time::Duration;

use serde_json::{Value, json};

use super::setting::{SIGNATURE, SOURCE, builder, hover, text};
use crate::support::fake_backend::{FakeBackend, Reply};

const PATIENT: &str = r#"{"hover": {"wait_ms": 60000}}"#;

fn patient() -> Value {
    serde_json::from_str(PATIENT).unwrap()
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let backend = FakeBackend::start().await;
    backend.answer("It counts.");
    let state = tempfile::tempdir().unwrap();
    for (round, mode) in ["auto", "cached", "on"].into_iter().enumerate() {
        let builder = builder(&backend).options(patient()).state(state.path());
        // What was said is shown also where nothing may be asked.
        let mode = json!({ "hover": { "mode": mode } });
        let editor = builder.options(mode).open().await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        let shown = text(hover(&editor, &doc, "len(&[]", 0)).await;
        assert_eq!(shown, format!("{SIGNATURE}\n\n---\n\nIt counts."), "{round}");
        editor.finish().await;
        foretype::store::wait_for_writers(Duration::from_secs(10));
    }
    assert_eq!(backend.requests().len(), 1);
    // Another model may say something else, and so may the user's own prompt.
    backend.answer("It tallies.");
    let other = json!({ "models": { "fake": { "model": "another" } } });
    let editor =
        builder(&backend).options(patient()).options(other).state(state.path()).open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    assert!(text(hover(&editor, &doc, "len(&[]", 0)).await.ends_with("It tallies."));
    let prompts = editor.config_file().with_file_name("prompts");
    std::fs::create_dir_all(&prompts).unwrap();
    std::fs::write(prompts.join("hover.jinja"), "Rhyme.\n=== user\n{{ symbol }}").unwrap();
    backend.answer("It rhymes.");
    assert!(text(hover(&editor, &doc, "len(&[]", 0)).await.ends_with("It rhymes."));
    // One that makes no sense asks nobody, and says so in the log.
    std::fs::write(prompts.join("hover.jinja"), "{% if %}").unwrap();
    let asked = backend.requests().len();
    assert_eq!(text(hover(&editor, &doc, "len(&[]", 0)).await, SIGNATURE);
    assert_eq!(backend.requests().len(), asked);
    editor.logged(&["hover.jinja"]).await;
    editor.finish().await;
}

#[tokio::test]
async fn what_failed_is_not_kept() {
    let backend = FakeBackend::start().await;
    let state = tempfile::tempdir().unwrap();
    for reply in [Reply::text("I cannot help with that."), Reply::text("It counts.")] {
        backend.answer(reply);
        let editor = builder(&backend).options(patient()).state(state.path()).open().await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        text(hover(&editor, &doc, "len(&[]", 0)).await;
        editor.finish().await;
        foretype::store::wait_for_writers(Duration::from_secs(10));
    }
    assert_eq!(backend.requests().len(), 2);
}

#[tokio::test]
async fn without_a_store_memory_keeps_it() {
    let backend = FakeBackend::start().await;
    backend.answer("It counts.");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no-folder");
    std::fs::write(&file, "").unwrap();
    let editor = builder(&backend).options(patient()).state(&file).open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    for _ in 0..2 {
        assert!(text(hover(&editor, &doc, "len(&[]", 0)).await.ends_with("It counts."));
    }
    assert_eq!(backend.requests().len(), 1);
    editor.log();
    editor.finish().await;
}

#[tokio::test]
async fn who_may_be_asked() {
    let backend = FakeBackend::start().await;
    backend.answer("It counts.");
    let priced = json!({ "models": { "fake": { "price": { "input": 1, "output": 1 } } } });
    let free = json!({ "models": { "fake": { "price": { "input": 0, "output": 0 } } } });
    for (mode, price, workspace, asked) in [
        (None, Value::Null, "", true),
        (Some("auto"), Value::Null, "", true),
        (None, free, "", true),
        (None, priced.clone(), "", false),
        (Some("on"), priced.clone(), "", true),
        (Some("cached"), Value::Null, "", false),
        (Some("off"), Value::Null, "", false),
        (Some("on"), Value::Null, "[hover]\nmode = 'cached'\n", false),
        (Some("on"), Value::Null, "[hover]\nmode = 'off'\n", false),
        (Some("never"), Value::Null, "", false),
    ] {
        let before = backend.requests().len();
        let mut builder = builder(&backend).options(patient()).file(".foretype.toml", workspace);
        if let Some(mode) = mode {
            builder = builder.options(json!({ "hover": { "mode": mode } }));
        }
        if !price.is_null() {
            builder = builder.options(price.clone());
        }
        let editor = builder.open().await;
        let doc = editor.open("a.rs", "rust", SOURCE);
        let shown = text(hover(&editor, &doc, "len(&[]", 0)).await;
        let case = format!("{mode:?} {price} {workspace:?}");
        assert_eq!(shown.ends_with("It counts."), asked, "{case}: {shown}");
        assert_eq!(backend.requests().len() - before, usize::from(asked), "{case}");
        assert!(shown.starts_with(SIGNATURE));
        editor.log();
        super::setting::messages(&editor);
        editor.finish().await;
    }
}

#[tokio::test]
async fn what_was_explained_by_hand_is_known_to_hovers() {
    let backend = FakeBackend::start().await;
    backend.answer("It counts, at length.");
    let cached = json!({ "hover": { "mode": "cached" } });
    let editor = builder(&backend).options(patient()).options(cached).open().await;
    let doc = editor.open("a.rs", "rust", SOURCE);
    for (place, known) in [("items.len()", true), ("other();", false)] {
        super::follow_ups::explained_at(&editor, &doc, place).await;
        let name = if known { "len(&[]" } else { "other();" };
        let shown = text(hover(&editor, &doc, name, 0)).await;
        assert_eq!(shown.ends_with("---\n\nIt counts, at length."), known, "{place}: {shown}");
    }
    assert_eq!(backend.requests().len(), 2);
    editor.finish().await;
}
