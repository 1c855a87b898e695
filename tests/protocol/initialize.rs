//! `initialize`: what is offered to which client, and in which encoding.

use serde_json::{Value, json};

use crate::support::editor::{Editor, Encoding};
use crate::support::fake_backend::FakeBackend;

#[tokio::test]
async fn says_who_it_is_and_what_it_does() {
    let backend = FakeBackend::start().await;
    let editor = Editor::open_with(&backend).await;
    let result = &editor.initialized;
    assert_eq!(result["serverInfo"]["name"], "foretype");
    assert_eq!(result["serverInfo"]["version"], env!("CARGO_PKG_VERSION"));
    let offered = &result["capabilities"];
    // Neovim takes no dynamic registration of it.
    assert!(offered["inlineCompletionProvider"].is_object(), "{offered}");
    assert_eq!(offered["hoverProvider"], true);
    assert_eq!(offered["textDocumentSync"]["change"], 2);
    assert_eq!(offered["textDocumentSync"]["openClose"], true);
    assert_eq!(
        offered["executeCommandProvider"]["commands"],
        json!([
            "foretype.accepted",
            "foretype.action",
            "foretype.ask",
            "foretype.clearFindings",
            "foretype.discover",
            "foretype.doctor",
            "foretype.followUp",
            "foretype.info"
        ])
    );
    assert_eq!(offered["workspace"]["workspaceFolders"]["changeNotifications"], true);
    assert!(offered["notebookDocumentSync"].is_object());
    assert!(offered["workspace"]["fileOperations"]["didRename"].is_object());
    editor.finish().await;
}

#[tokio::test]
async fn the_encoding_is_the_best_the_client_offers() {
    for (offered, want) in [
        (&["utf-16", "utf-8", "utf-32"][..], Encoding::Utf8),
        (&["utf-32", "utf-16"], Encoding::Utf32),
        (&["utf-16"], Encoding::Utf16),
        (&["utf-7", "utf-16"], Encoding::Utf16),
        (&[], Encoding::Utf16),
    ] {
        // The harness asserts what the server says.
        let editor = Editor::builder().encodings(offered).open().await;
        assert_eq!(editor.encoding, want, "{offered:?}");
        editor.finish().await;
    }
}

#[tokio::test]
async fn the_menu_is_offered_to_those_who_need_it() {
    for (inline, menu, want) in [
        (true, "auto", false),
        (false, "auto", true),
        (true, "always", true),
        (false, "never", false),
    ] {
        let mut builder = Editor::builder().no_capabilities();
        if inline {
            builder = builder.capabilities(json!({ "textDocument": { "inlineCompletion": {} } }));
        }
        let options = json!({ "completion": { "menu": menu } });
        let editor = builder.options(options).open().await;
        let offered = &editor.initialized["capabilities"];
        assert_eq!(offered.get("completionProvider").is_some(), want, "{inline} {menu}");
        assert!(offered["inlineCompletionProvider"].is_object());
        editor.finish().await;
    }
}

#[tokio::test]
async fn nothing_is_answered_before_it_and_it_comes_once() {
    let editor = Editor::builder().connect();
    for method in ["textDocument/inlineCompletion", "textDocument/completion", "shutdown"] {
        let early = editor.request(method, json!({}));
        assert_eq!(early.code().await, -32002, "{method}");
    }
    // A notification that comes too early is dropped, and does no harm.
    editor.notify("textDocument/didOpen", json!({}));
    let first = editor.request("initialize", editor.initialize.clone());
    assert!(first.reply().await["result"]["capabilities"].is_object());
    let second = editor.request("initialize", editor.initialize.clone());
    assert_eq!(second.code().await, -32600);
    editor.notify("initialized", json!({}));
    editor.finish().await;
}

#[tokio::test]
async fn bad_params_leave_it_to_be_tried_again() {
    let editor = Editor::builder().connect();
    for params in [json!({ "processId": "x" }), json!([]), json!(3)] {
        let bad = editor.request("initialize", params.clone());
        assert_eq!(bad.code().await, -32602, "{params}");
    }
    let good = editor.request("initialize", editor.initialize.clone());
    assert!(good.reply().await["result"].is_object());
    editor.finish().await;
}

#[tokio::test]
async fn lenient_with_what_clients_leave_out() {
    for more in [
        json!({ "workspaceFolders": null }),
        json!({ "capabilities": {} }),
        json!({ "initializationOptions": null }),
        json!({ "clientInfo": null, "rootPath": "/nowhere", "workspaceFolders": [] }),
        json!({ "trace": "verbose", "locale": "de", "someday": true }),
    ] {
        let editor = Editor::builder().connect();
        let mut params = editor.initialize.clone();
        for (key, value) in more.as_object().unwrap() {
            params[key] = value.clone();
        }
        let reply = editor.request("initialize", params).reply().await;
        assert!(reply["result"]["capabilities"].is_object(), "{more}: {reply}");
        editor.finish().await;
    }
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_named() {
    let options = json!({ "completion": { "debounce_ms": "soon", "colour": "red" } });
    let editor = Editor::builder().options(options).open().await;
    for key in ["completion.debounce_ms", "completion.colour"] {
        let line = editor.logged(&[key, "initializationOptions"]).await;
        assert!(!line.contains("red"), "{line}");
    }
    editor.finish().await;
}

#[tokio::test]
async fn a_client_that_can_watches_our_files() {
    let watching = json!({ "didChangeWatchedFiles": { "dynamicRegistration": true } });
    let editor = Editor::builder().capabilities(json!({ "workspace": watching })).open().await;
    let method = "client/registerCapability";
    let question = editor.wire.until("a registration", || {
        let ours = |question: &Value| question["registrations"][0]["id"] == "foretype-files";
        editor.wire.questions(method).into_iter().find(ours)
    });
    let question = question.await;
    let watchers: Vec<&Value> = question["registrations"][0]["registerOptions"]["watchers"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    for name in [
        ".foretype.toml",
        ".foretypeignore",
        ".gitignore",
        ".ignore",
        "Cargo.toml",
        "Cargo.lock",
        "package.json",
        "package-lock.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "tsconfig*.json",
        "jsconfig.json",
        "go.mod",
        "pyproject.toml",
        "uv.lock",
        "requirements*.txt",
    ] {
        let glob = format!("**/{name}");
        assert_eq!(watchers.iter().filter(|it| it["globPattern"] == *glob).count(), 1, "{glob}");
    }
    editor.finish().await;
}
