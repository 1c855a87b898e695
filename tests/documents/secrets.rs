//! What must not leave the machine does not: no request, an empty list, and the status says why.

use serde_json::json;

use super::{assert_same, assert_silent};
use crate::support::editor::{Builder, Editor};
use crate::support::fake_backend::FakeBackend;

/// Asserts that a document is silent for a reason, then that another one is not.
async fn blocked(builder: Builder, backend: &FakeBackend, name: &str, language: &str, why: &str) {
    let editor = builder.with(backend).open().await;
    let doc = editor.open(name, language, "KEY=$0");
    assert_silent(&editor, backend, &doc, name).await;
    editor.status_is("off", why).await;
    let free = editor.open("free.rs", "rust", "let a = $0");
    assert_same(&editor, backend, &free, "another file").await;
    editor.finish().await;
}

#[tokio::test]
async fn files_of_secrets_by_name() {
    for (name, language) in [
        (".env", "plaintext"),
        (".ENV.local", "plaintext"),
        ("config/.env.production", "shellscript"),
        ("id_rsa", "plaintext"),
        ("deep/server.pem", "plaintext"),
        ("home/.aws/credentials", "ini"),
        (".npmrc", "properties"),
        ("notes.txt", "dotenv"),
        ("untitled:.env", "plaintext"),
        ("vscode-remote://ssh-remote%2Bhost/home/u/.env", "plaintext"),
        ("vscode-remote://ssh-remote%2Bhost/home/u/%2Eenv", "plaintext"),
        ("file:///c%3A/work/.env", "plaintext"),
    ] {
        let backend = FakeBackend::start().await;
        backend.answer("");
        blocked(Editor::builder(), &backend, name, language, "never sent").await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_is_judged_by_what_it_leads_to() {
    for target in [".env", "keys/id_rsa"] {
        let backend = FakeBackend::start().await;
        backend.answer("");
        let builder = Editor::builder().with(&backend).file(target, "KEY=1");
        let editor = builder.open().await;
        std::os::unix::fs::symlink(editor.path(target), editor.path("harmless.txt")).unwrap();
        let doc = editor.open("harmless.txt", "plaintext", "KEY=$0");
        assert_silent(&editor, &backend, &doc, target).await;
        editor.status_is("off", "never sent").await;
        editor.finish().await;
    }
}

#[tokio::test]
async fn ignore_files_and_settings() {
    for (file, text, name, why) in [
        (".foretypeignore", "secret/\n", "secret/a.rs", ".foretypeignore"),
        (".foretypeignore", "*.rs\n!free.rs\n", "a.rs", ".foretypeignore"),
        ("sub/.foretypeignore", "a.rs\n", "sub/a.rs", ".foretypeignore"),
        (
            ".foretype.toml",
            "[completion]\nignore = ['**/gen/**']\n",
            "x/gen/a.rs",
            "completion.ignore",
        ),
        (
            ".foretype.toml",
            "[completion]\ndisabled_languages = ['go']\n",
            "a.go",
            "disabled_languages",
        ),
        (
            ".foretype.toml",
            "[completion]\ndisabled_languages = ['golang']\n",
            "a.go",
            "disabled_languages",
        ),
    ] {
        let backend = FakeBackend::start().await;
        backend.answer("");
        blocked(Editor::builder().file(file, text), &backend, name, "", why).await;
    }
}

/// A folder that is not this machine's: its files have paths, too.
#[tokio::test]
async fn folders_of_other_schemes() {
    let folder = "vscode-vfs://github/me/project";
    for (name, why) in [
        ("secret/a.rs", "completion.ignore"),
        ("top.rs", "completion.ignore"),
        ("mine/a.rs", "config/ignore"),
        ("rooted.rs", "config/ignore"),
        ("deep/%2Eenv", "never sent"),
    ] {
        let backend = FakeBackend::start().await;
        backend.answer("");
        let folders = json!({ "workspaceFolders": [{ "uri": folder, "name": "project" }] });
        let options = json!({ "completion": { "ignore": ["secret/**", "/top.rs"] } });
        let builder = Editor::builder().with(&backend).params(folders).options(options);
        let editor = builder.open().await;
        std::fs::write(editor.config_file().with_file_name("ignore"), "mine/\n/rooted.rs\n")
            .unwrap();
        let doc = editor.open(&format!("{folder}/{name}"), "rust", "KEY=$0");
        assert_silent(&editor, &backend, &doc, name).await;
        editor.status_is("off", why).await;
        // The same names deeper, and in a folder that is none of the workspace's.
        for uri in [
            format!("{folder}/sub/{}", name.rsplit('/').next().unwrap()),
            format!("vscode-vfs://github/you/{name}"),
        ] {
            if !name.contains("env") {
                let free = editor.open(&uri, "rust", "let a = $0");
                assert_same(&editor, &backend, &free, &uri).await;
            }
        }
        editor.finish().await;
    }
}

#[tokio::test]
async fn the_clients_own_settings() {
    for (options, name, language, why) in [
        (json!({ "ignore": ["secret/**"] }), "secret/a.rs", "rust", "completion.ignore"),
        (json!({ "ignore": ["*.lock"] }), "deep/Cargo.lock", "toml", "completion.ignore"),
        (json!({ "disabled_languages": ["markdown"] }), "a.md", "markdown", "disabled_languages"),
        (
            json!({ "disabled_languages": ["nosuchlanguage", "python"] }),
            "a",
            "Python",
            "disabled_languages",
        ),
    ] {
        let backend = FakeBackend::start().await;
        backend.answer("");
        let builder = Editor::builder().with(&backend);
        let editor = builder.options(json!({ "completion": options })).open().await;
        let doc = editor.open(name, language, "a = $0");
        assert_silent(&editor, &backend, &doc, name).await;
        editor.status_is("off", why).await;
        editor.finish().await;
    }
}

#[tokio::test]
async fn a_block_of_a_disabled_language_is_silent_too() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let options = json!({ "completion": { "disabled_languages": ["python"] } });
    let editor = Editor::builder().with(&backend).options(options).open().await;
    let source = "# A\n\n```python\na = $0\n```\n\n```rust\nlet b = \n```\n";
    let mut doc = editor.open("a.md", "markdown", source);
    assert_silent(&editor, &backend, &doc, "the fence").await;
    doc.move_after("let b = ");
    assert_same(&editor, &backend, &doc, "another fence").await;
    editor.finish().await;
}

#[tokio::test]
async fn git_ignored_files_are_completed() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let builder = Editor::builder().with(&backend).file(".gitignore", "*.rs\n");
    let editor = builder.open().await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    assert_same(&editor, &backend, &doc, "ignored by Git alone").await;
    editor.finish().await;
}

#[tokio::test]
async fn an_ignore_file_is_obeyed_as_soon_as_it_is_saved() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let mut doc = editor.open("a.rs", "rust", "let a = $0");
    assert_same(&editor, &backend, &doc, "before").await;
    editor.write(".foretypeignore", "a.rs\n");
    editor.open(".foretypeignore", "ignore", "a.rs\n").save();
    doc.type_text("1 + ");
    assert_silent(&editor, &backend, &doc, "ignored").await;
    editor.write(".foretypeignore", "# nothing any more\n");
    let uri = editor.uri(".foretypeignore");
    let changes = json!({ "changes": [{ "uri": uri, "type": 2 }] });
    editor.notify("workspace/didChangeWatchedFiles", changes);
    assert_same(&editor, &backend, &doc, "free again").await;
    editor.finish().await;
}

#[tokio::test]
async fn keys_in_a_document_are_redacted() {
    let backend = FakeBackend::start().await;
    backend.answer("");
    let editor = Editor::open_with(&backend).await;
    let key = format!("ghp_{}", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6");
    let source = format!("let token = \"{key}\";\nlet a = $0;\nlet again = \"{key}\";\n");
    let doc = editor.open("a.rs", "rust", &source);
    let seen = super::prompt(&editor, &backend, &doc).await;
    assert!(!seen.whole.contains(&key) && seen.whole.contains("let token = "));
    editor.finish().await;
}
