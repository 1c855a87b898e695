//! The configuration's file as the server reads it: problems are told with their place, changes
//! apply live.

use serde_json::json;

use crate::support::lsp::uri;
use crate::support::process::{Home, Server, backend, model};

const URI: &str = "file:///project/main.rs";

#[test]
fn problems_are_told_with_file_line_and_column() {
    let backend = backend();
    backend.answer("alpha");
    let home = Home::new();
    let good = model(&backend.url());
    home.configure(&format!("{good}debounce = 5\nmax_lines = \"many\"\n"));
    let first = good.lines().count() + 1;
    let mut server = Server::start(&home);
    // A warning each (LSP: MessageType 2), and in the log as well.
    for (line, key) in [(first, "debounce"), (first + 1, "max_lines")] {
        let said = server.lsp.logged(key);
        assert_eq!(said["type"], 2);
        let text = said["message"].as_str().unwrap();
        assert!(text.contains(&format!("{}:{line}:", home.config().display())), "{text}");
        assert!(home.log().contains(key), "{key}");
    }
    // The rest holds.
    server.lsp.open(URI, "let a = ");
    assert_eq!(server.lsp.complete(URI, 0, 8), ["alpha"]);
}

#[test]
fn a_file_that_is_no_toml_is_told_with_its_place() {
    let home = Home::new();
    home.configure("[completion]\nenabled = = true\n");
    let mut server = Server::start(&home);
    let said = server.lsp.logged(&format!("{}:2:", home.config().display()));
    assert_eq!(said["type"], 2);
    server.lsp.shutdown();
}

/// Neovim and Helix watch no files: saving is what they tell.
#[test]
fn a_saved_change_applies_live() {
    let (one, two) = (backend(), backend());
    one.answer("first");
    two.answer("second");
    let home = Home::with_backend(&one);
    let mut server = Server::start(&home);
    server.lsp.open(URI, "let a = ");
    assert_eq!(server.lsp.complete(URI, 0, 8), ["first"]);

    home.configure(&format!("{}nonsense = 1\n", model(&two.url())));
    let saved = json!({ "textDocument": { "uri": uri(&home.config()) } });
    server.lsp.notify("textDocument/didSave", saved.clone());
    server.lsp.logged("nonsense");
    assert_eq!(server.lsp.complete(URI, 0, 8), ["second"]);
    assert_eq!((one.requests().len(), two.requests().len()), (1, 1));

    home.configure("enabled = false\nother_nonsense = 1\n");
    server.lsp.notify("textDocument/didSave", saved);
    server.lsp.logged("other_nonsense");
    assert!(server.lsp.complete(URI, 0, 8).is_empty());
}

#[test]
fn a_workspace_file_can_turn_off_but_not_redirect() {
    let (ours, theirs) = (backend(), backend());
    ours.answer("ours");
    let home = Home::with_backend(&ours);
    home.file(".foretype.toml", model(&theirs.url()));
    let mut server = Server::spawn(&home);
    server.lsp.initialize(json!({ "rootUri": uri(&home.project()) }));
    server.lsp.logged(".foretype.toml:");
    let document = uri(&home.project().join("main.rs"));
    server.lsp.open(&document, "let a = ");
    assert_eq!(server.lsp.complete(&document, 0, 8), ["ours"]);
    assert!(theirs.requests().is_empty() && theirs.gets().is_empty());
}
