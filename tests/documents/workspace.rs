//! Workspace folders and what their own file may do: take away, never add.

use serde_json::json;

use super::{assert_same, assert_silent};
use crate::support::editor::Editor;
use crate::support::fake_backend::FakeBackend;

#[tokio::test]
async fn a_workspaces_file_can_narrow() {
    for (text, reason) in [
        ("enabled = false\n", "enabled"),
        ("[completion]\nenabled = false\n", "completion.enabled"),
        ("[completion]\nignore = ['*.rs']\n", "completion.ignore"),
        // What should be blocked is not known: all of it is.
        ("[completion]\nignore = 5\n", "completion.enabled"),
    ] {
        let backend = FakeBackend::start().await;
        backend.answer("");
        let builder = Editor::builder().with(&backend).folders(&["one", "two"]);
        let editor = builder.file("one/.foretype.toml", text).open().await;
        let inside = editor.open("one/a.rs", "rust", "let a = $0");
        assert_silent(&editor, &backend, &inside, text).await;
        editor.status_is("off", reason).await;
        let other = editor.open("two/a.rs", "rust", "let b = $0");
        assert_same(&editor, &backend, &other, "the other folder").await;
        editor.log();
        editor.finish().await;
    }
}

#[tokio::test]
async fn a_workspaces_file_cannot_redirect() {
    let (backend, thief) = (FakeBackend::start().await, FakeBackend::start().await);
    backend.answer("");
    for (key, text) in [
        ("models.fake.url", format!("[models.fake]\nurl = '{}'\n", thief.url())),
        (
            "models.new",
            format!(
                "[models.new]\nprovider = 'openai-compatible'\nmodel = 'm'\nurl = '{}'\n[completion]\nmodel = 'new'\n",
                thief.url()
            ),
        ),
        ("models.fake.api_key", "[models.fake]\napi_key = { command = ['touch', 'x'] }\n".into()),
        ("models.fake.headers", "[models.fake.headers]\nX = 'y'\n".into()),
    ] {
        let builder = Editor::builder().with(&backend).file(".foretype.toml", &text);
        let editor = builder.open().await;
        let line = editor.logged(&[".foretype.toml", key]).await;
        assert!(!line.contains(&thief.url()), "{line}");
        let doc = editor.open("a.rs", "rust", "let a = $0");
        let options = editor.invoke(&doc).suggestions().await;
        assert!(options.is_empty());
        editor.log();
        editor.finish().await;
    }
    assert_eq!((thief.requests().len(), thief.gets().len()), (0, 0));
    assert!(thief.connections() == 0, "not even a connection");
}

#[tokio::test]
async fn folders_come_and_go_while_it_runs() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let builder = Editor::builder().with(&backend).folders(&["one"]);
    let editor = builder.file("two/.foretype.toml", "enabled = false\n").open().await;
    let mut doc = editor.open("two/a.rs", "rust", "let a = $0");
    assert_same(&editor, &backend, &doc, "outside of every folder").await;
    let change = |added: &[&str], removed: &[&str]| {
        let folders =
            |names: &[&str]| names.iter().map(|name| editor.folder(name)).collect::<Vec<_>>();
        let event = json!({ "added": folders(added), "removed": folders(removed) });
        editor.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    };
    change(&["two"], &[]);
    doc.type_text("1 + ");
    // Asked for at once: the folder's own file is obeyed before anything is sent.
    assert_silent(&editor, &backend, &doc, "its folder is off").await;
    editor.status_is("off", "enabled").await;
    change(&[], &["two"]);
    assert_same(&editor, &backend, &doc, "outside again").await;
    editor.finish().await;
}

#[tokio::test]
async fn its_file_is_read_again_when_it_is_saved_or_changes_on_disk() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let mut doc = editor.open("a.rs", "rust", "let a = $0");
    assert_same(&editor, &backend, &doc, "before").await;
    editor.write(".foretype.toml", "enabled = false\n");
    editor.open(".foretype.toml", "toml", "enabled = false\n").save();
    doc.type_text("1 + ");
    assert_silent(&editor, &backend, &doc, "off").await;
    editor.write(".foretype.toml", "enabled = true\n");
    let uri = editor.uri(".foretype.toml");
    let changes = json!({ "changes": [{ "uri": uri, "type": 2 }] });
    editor.notify("workspace/didChangeWatchedFiles", changes);
    assert_same(&editor, &backend, &doc, "on again").await;
    editor.finish().await;
}

#[tokio::test]
async fn the_root_may_come_in_old_ways() {
    for old in ["rootUri", "rootPath"] {
        let backend = FakeBackend::start().await;
        let builder = Editor::builder().with(&backend).file(".foretype.toml", "enabled = false\n");
        let mut editor = builder.connect();
        let root = if old == "rootUri" {
            json!(editor.uri(""))
        } else {
            json!(editor.path("").to_str().unwrap())
        };
        editor.initialize["workspaceFolders"] = json!(null);
        editor.initialize[old] = root;
        editor.request("initialize", editor.initialize.clone()).reply().await;
        editor.notify("initialized", json!({}));
        let doc = editor.open("a.rs", "rust", "let a = $0");
        assert_silent(&editor, &backend, &doc, old).await;
        editor.finish().await;
    }
}
