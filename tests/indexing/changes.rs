//! What changes is taken up: in the editor, on disk, by the editor's watcher.

use serde_json::{Value, json};

use crate::support::editor::Editor;
use crate::{BEGUN, LINE, REST, file_with, index_is, until_suggested, workspace};

/// Another line that begins in the same way.
const OTHER: &str = "    let settings = Settings::of_the_user(&home, Layer::Client)?;\n";
const OTHER_REST: &str = "Settings::of_the_user(&home";

fn watched(editor: &Editor, names: &[&str]) {
    let change = |name: &&str| json!({ "uri": editor.uri(name), "type": 2 });
    let changes: Vec<Value> = names.iter().map(change).collect();
    editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
}

#[tokio::test]
async fn what_is_typed_elsewhere_is_known_unsaved() {
    let editor = Editor::builder().open().await;
    let mut other = editor.open("src/other.rs", "rust", "$0");
    let doc = editor.open("src/begun.rs", "rust", BEGUN);
    index_is(&editor, "ready").await;
    assert!(editor.suggest(&doc).await.is_empty());
    other.type_text(&file_with(LINE, "one"));
    other.type_text(&file_with(LINE, "two"));
    until_suggested(&editor, &doc, &[REST]).await;
    // Closed without being saved it is as it is on disk: not there.
    other.close();
    until_suggested(&editor, &doc, &[]).await;
    editor.finish().await;
}

#[tokio::test]
async fn files_that_change_on_disk_come_and_go() {
    let editor = workspace().open().await;
    let doc = editor.open("src/begun.rs", "rust", BEGUN);
    index_is(&editor, "ready").await;
    until_suggested(&editor, &doc, &[REST]).await;
    let names = ["src/first.rs", "src/second.rs", "lib/third.rs"];
    for name in names {
        editor.write(name, &file_with(OTHER, "other"));
    }
    watched(&editor, &names);
    until_suggested(&editor, &doc, &[OTHER_REST]).await;
    for name in names {
        std::fs::remove_file(editor.path(name)).unwrap();
    }
    watched(&editor, &names);
    until_suggested(&editor, &doc, &[]).await;
    // A new one.
    editor.write("new/fourth.rs", &[file_with(LINE, "four"), file_with(LINE, "five")].concat());
    watched(&editor, &["new/fourth.rs"]);
    until_suggested(&editor, &doc, &[REST]).await;
    editor.finish().await;
}

#[tokio::test]
async fn a_change_of_branch_reads_all_anew() {
    let mut builder = Editor::builder();
    let names: Vec<String> = (0..40).map(|number| format!("src/file_{number}.rs")).collect();
    for name in &names {
        builder = builder.file(name, &file_with(LINE, "one"));
    }
    let editor = builder.open().await;
    let doc = editor.open("src/begun.rs", "rust", BEGUN);
    index_is(&editor, "ready").await;
    until_suggested(&editor, &doc, &[REST]).await;
    for name in &names {
        editor.write(name, &file_with(OTHER, "one"));
    }
    watched(&editor, &names.iter().map(String::as_str).collect::<Vec<_>>());
    until_suggested(&editor, &doc, &[OTHER_REST]).await;
    assert_eq!(index_is(&editor, "ready").await["files"], 40);
    editor.finish().await;
}

/// An editor tells of the folder alone.
#[tokio::test]
async fn folders_that_are_made_moved_and_deleted() {
    let editor = workspace().open().await;
    let doc = editor.open("begun.rs", "rust", BEGUN);
    index_is(&editor, "ready").await;
    until_suggested(&editor, &doc, &[REST]).await;
    let told = |method: &str, key: &str, names: &[&str]| {
        let file = |name: &&str| json!({ key: editor.uri(name) });
        let files: Vec<Value> = names.iter().map(file).collect();
        editor.notify(method, json!({ "files": files }));
    };
    for folder in ["src", "lib"] {
        std::fs::remove_dir_all(editor.path(folder)).unwrap();
    }
    told("workspace/didDeleteFiles", "uri", &["src", "lib"]);
    until_suggested(&editor, &doc, &[]).await;
    editor.write("new/one.rs", &file_with(LINE, "one"));
    editor.write("new/deep/two.rs", &file_with(LINE, "two"));
    told("workspace/didCreateFiles", "uri", &["new"]);
    until_suggested(&editor, &doc, &[REST]).await;
    // What is hidden is not read.
    std::fs::rename(editor.path("new"), editor.path(".gone")).unwrap();
    let moved = json!({ "oldUri": editor.uri("new"), "newUri": editor.uri(".gone") });
    editor.notify("workspace/didRenameFiles", json!({ "files": [moved] }));
    until_suggested(&editor, &doc, &[]).await;
    editor.finish().await;
}

#[tokio::test]
async fn folders_come_and_go() {
    let editor = workspace().folders(&["src"]).open().await;
    let doc = editor.open("src/begun.rs", "rust", BEGUN);
    assert_eq!(index_is(&editor, "ready").await["files"], 2);
    let change = json!({ "event": { "added": [editor.folder("lib")], "removed": [] } });
    editor.notify("workspace/didChangeWorkspaceFolders", change);
    editor.wire.until("the other folder", || Some(())).await;
    loop {
        if index_is(&editor, "ready").await["files"] == 3 {
            break;
        }
    }
    until_suggested(&editor, &doc, &[REST]).await;
    editor.finish().await;
}

#[tokio::test]
async fn what_is_ignored_says_nothing_elsewhere() {
    let text = [file_with(LINE, "one"), file_with(LINE, "two")].concat();
    let editor = Editor::builder()
        .file(".foretypeignore", "private/\n")
        .file(".ignore", "generated/\n")
        .file("private/on_disk.rs", &text)
        .file("generated/on_disk.rs", &text)
        .open()
        .await;
    // Nor what is open of it, nor what the editor says has changed.
    editor.open("private/open.rs", "rust", &format!("{text}$0"));
    watched(&editor, &["private/on_disk.rs", "generated/on_disk.rs"]);
    let doc = editor.open("src/begun.rs", "rust", BEGUN);
    assert_eq!(index_is(&editor, "ready").await["files"], 0);
    assert!(editor.suggest(&doc).await.is_empty());
    // What comes after it has been taken up by then.
    let other = ["one", "two", "three"].map(|name| file_with(OTHER, name)).concat();
    editor.open("src/other.rs", "rust", &format!("{other}$0"));
    until_suggested(&editor, &doc, &[OTHER_REST]).await;
    editor.finish().await;
}

#[tokio::test]
async fn the_editor_is_asked_to_watch_code_once_it_is_read() {
    let watching =
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let editor = workspace().capabilities(watching).open().await;
    let registered = || {
        let questions = editor.wire.questions("client/registerCapability");
        let ours = |question: &Value| {
            let registration = &question["registrations"][0];
            let glob = registration["registerOptions"]["watchers"][0]["globPattern"].as_str();
            (registration["id"] == "foretype-code").then(|| glob.unwrap().to_owned())
        };
        questions.iter().find_map(ours)
    };
    let glob = editor.wire.until("a registration", registered).await;
    assert!(glob.starts_with("**/*.{") && glob.contains(",rs,"), "{glob}");
    editor.finish().await;
}

#[tokio::test]
async fn what_the_configuration_ignores_is_not_read() {
    let ignore = |patterns: &[&str]| json!({ "completion": { "ignore": patterns } });
    let editor = workspace().options(ignore(&["src/**"])).open().await;
    assert_eq!(index_is(&editor, "ready").await["files"], 1);
    let settings = json!({ "settings": { "foretype": ignore(&["third.rs"]) } });
    editor.notify("workspace/didChangeConfiguration", settings);
    let other = async { while index_is(&editor, "ready").await["files"] != 2 {} };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(15), other).await;
    waited.expect("the other pattern holds");
    editor.finish().await;
}

/// Whoever tells of it: the editor that watches, or that saves.
#[tokio::test]
async fn what_an_ignore_file_names_goes_and_comes_again() {
    let editor = workspace().open().await;
    assert_eq!(index_is(&editor, "ready").await["files"], 3);
    let until_there = async |files: u64| {
        let there = async { while index_is(&editor, "ready").await["files"] != files {} };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(15), there).await;
        assert!(waited.is_ok(), "there are never {files}");
    };
    editor.write(".ignore", "/src/\n");
    watched(&editor, &[".ignore"]);
    until_there(1).await;
    editor.write(".ignore", "third.rs\n");
    let saved = json!({ "textDocument": { "uri": editor.uri(".ignore") } });
    editor.notify("textDocument/didSave", saved);
    until_there(2).await;
    editor.write("lib/.ignore", "!third.rs\n");
    watched(&editor, &["lib/.ignore"]);
    until_there(3).await;
    editor.finish().await;
}
