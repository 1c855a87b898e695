//! The client's settings: pushed or pulled, applied while it runs, wrong ones named.

use serde_json::{Value, json};

use super::{assert_same, assert_silent};
use crate::support::editor::{Editor, options_for};
use crate::support::fake_backend::FakeBackend;

fn push(editor: &Editor, settings: Value) {
    editor.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
}

#[tokio::test]
async fn pushed_settings_hold_at_once() {
    for section in [true, false] {
        let (first, second) = (FakeBackend::start().await, FakeBackend::start().await);
        first.answer("");
        second.answer("");
        let editor = Editor::open_with(&first).await;
        let mut doc = editor.open("a.rs", "rust", "let a = $0");
        assert_same(&editor, &first, &doc, "the first").await;
        let wrap = |settings: Value| match section {
            true => json!({ "foretype": settings }),
            false => settings,
        };
        push(&editor, wrap(json!({ "completion": { "enabled": false } })));
        doc.type_text("1 + ");
        assert_silent(&editor, &first, &doc, "off").await;
        push(&editor, wrap(options_for(&second)));
        assert_same(&editor, &second, &doc, "the second").await;
        let asked = first.requests().len();
        push(&editor, wrap(json!({})));
        doc.type_text("2 + ");
        assert_same(&editor, &first, &doc, "the first again").await;
        assert_eq!(first.requests().len(), asked + 1);
        editor.finish().await;
    }
}

#[tokio::test]
async fn settings_are_pulled_at_the_start_and_when_told() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    // A wrong key beside the right one tells when the answer has been applied.
    let off = json!({ "foretype": { "completion": { "enabled": false }, "first": 1 } });
    let editor = Editor::builder().with(&backend).settings(off).open().await;
    let asked = || editor.wire.questions("workspace/configuration");
    let question = editor.wire.until("the question", || asked().pop()).await;
    assert_eq!(question["items"][0]["section"], "foretype");
    let mut doc = editor.open("a.rs", "rust", "let a = $0");
    editor.logged(&["`first`"]).await;
    assert_silent(&editor, &backend, &doc, "off").await;
    let mut on = options_for(&backend);
    on["second"] = json!(2);
    editor.wire.set_settings(json!({ "foretype": on }));
    push(&editor, Value::Null);
    editor.logged(&["`second`"]).await;
    assert_eq!(asked().len(), 2);
    doc.type_text("1 + ");
    assert_same(&editor, &backend, &doc, "on").await;
    editor.finish().await;
}

#[tokio::test]
async fn a_client_that_answers_nothing_useful_is_served() {
    for settings in [Value::Null, json!({ "foretype": null }), json!({ "foretype": 3 }), json!([])]
    {
        let backend = FakeBackend::start().await;
        backend.answer("");
        let editor = Editor::builder().with(&backend).settings(settings.clone()).open().await;
        let asked = || editor.wire.questions("workspace/configuration").pop();
        editor.wire.until("the question", asked).await;
        editor.settle().await;
        let doc = editor.open("a.rs", "rust", "let a = $0");
        assert_same(&editor, &backend, &doc, &settings.to_string()).await;
        for odd in [json!(3), json!([]), json!("x"), json!({ "foretype": [] })] {
            push(&editor, odd);
        }
        editor.settle().await;
        editor.log();
        editor.finish().await;
    }
}

#[tokio::test]
async fn a_folders_settings_only_narrow() {
    let (own, evil) = (FakeBackend::start().await, FakeBackend::start().await);
    own.answer("");
    let mut open = options_for(&own);
    open["completion"]["enabled"] = json!(true);
    let mut closed = open.clone();
    closed["completion"] = json!({ "enabled": false, "ignore": ["*.md"] });
    let settings = json!({
        "foretype": open,
        "folders": {
            "off": { "foretype": closed },
            "bad": { "foretype": options_for(&evil) },
        },
    });
    let builder = Editor::builder().with(&own).folders(&["on", "off", "bad"]);
    let editor = builder.settings(settings).open().await;
    let asked = || editor.wire.questions("workspace/configuration").pop();
    let question = editor.wire.until("the question", asked).await;
    let items = question["items"].as_array().unwrap();
    assert_eq!(items.len(), 4, "{question}");
    assert!(items[0]["scopeUri"].is_null());
    // Nothing waits here for the answer: the requests do.
    for (file, on) in [("on/a.rs", true), ("off/a.rs", false), ("bad/a.rs", true)] {
        let doc = editor.open(file, "rust", "let a = $0");
        if on {
            assert_same(&editor, &own, &doc, file).await;
        } else {
            assert_silent(&editor, &own, &doc, file).await;
        }
    }
    assert_eq!(evil.requests().len() + evil.gets().len(), 0);
    editor.finish().await;
}

/// VS Code may name a workspace's folders only after the start.
#[tokio::test]
async fn a_folder_that_comes_later_has_its_settings_from_then_on() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let open = options_for(&backend);
    let mut closed = open.clone();
    closed["completion"] = json!({ "enabled": false });
    let settings = json!({ "foretype": open, "folders": { "off": { "foretype": closed } } });
    let builder = Editor::builder().with(&backend).folders(&["on"]);
    let editor = builder.settings(settings).open().await;
    let mut doc = editor.open("off/a.rs", "rust", "let a = $0");
    assert_same(&editor, &backend, &doc, "outside of every folder").await;
    let event = json!({ "added": [editor.folder("off")], "removed": [] });
    editor.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    doc.type_text("1 + ");
    // Asked for at once: the folder's settings are asked for and obeyed before anything is sent.
    assert_silent(&editor, &backend, &doc, "its folder is off").await;
    editor.finish().await;
}

#[tokio::test]
async fn wrong_values_are_named_once_and_the_rest_works() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let wrong = json!({
        "completion": { "debounce_ms": -5, "max_lines": "many", "candidates": 2 },
        "log": { "level": "loud" },
        "colour": "red",
    });
    push(&editor, wrong.clone());
    push(&editor, wrong);
    editor.settle().await;
    let log = editor.log();
    for key in ["completion.debounce_ms", "completion.max_lines", "log.level", "colour"] {
        let about: Vec<_> = log.iter().filter(|line| line.contains(&format!("`{key}`"))).collect();
        assert_eq!(about.len(), 1, "{key}: {log:?}");
        assert!(about[0].contains("workspace/didChangeConfiguration"), "{about:?}");
    }
    let mut doc = editor.open("a.rs", "rust", "let a = $0");
    doc.type_text("1 + ");
    assert_same(&editor, &backend, &doc, "the rest").await;
    assert_eq!(backend.requests()[0].body["n"], 2);
    editor.finish().await;
}

#[tokio::test]
async fn the_users_own_file_is_the_base_and_is_read_again_on_save() {
    let (first, second) = (FakeBackend::start().await, FakeBackend::start().await);
    first.answer("");
    second.answer("");
    let config = |backend: &FakeBackend| {
        format!(
            "[models.own]\nprovider = 'openai-compatible'\nmodel = 'qwen2.5-coder'\nurl = '{}'\n[completion]\ndebounce_ms = 0\n",
            backend.url()
        )
    };
    let editor = Editor::builder().user_config(&config(&first)).open().await;
    let mut doc = editor.open("a.rs", "rust", "let a = $0");
    assert_same(&editor, &first, &doc, "the first").await;
    std::fs::write(editor.config_file(), config(&second)).unwrap();
    let uri = foretype::document::uri::DocumentUri::from_path(&editor.config_file());
    let document = json!({ "uri": uri.as_str() });
    editor.notify("textDocument/didSave", json!({ "textDocument": document }));
    // It is read beside the message path; the connection to the new model tells when it holds.
    second.until("a probe of the new model", |backend| !backend.gets().is_empty()).await;
    doc.type_text("1 + ");
    assert_same(&editor, &second, &doc, "the second").await;
    editor.finish().await;
}
