//! The log: private, and free of text, prompts and keys at its default level.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;

use crate::support::fake_backend::Reply;
use crate::support::process::{Home, KEY, Server, backend, model};

const URI: &str = "file:///project/marker-name.rs";
const TEXT: &str = "marker_text";
const ANSWER: &str = "marker_answer";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn with_key(url: &str) -> String {
    model(url).replace(
        "\n\n",
        &format!("\napi_key = \"{KEY}\"\nheaders = {{ \"X-Other\" = \"{KEY}\" }}\n\n"),
    )
}

#[test]
fn holds_no_text_no_answer_and_no_key() {
    let echo = format!("{TEXT} {ANSWER} {KEY}");
    let replies = || {
        [
            Reply::text(ANSWER),
            Reply::status(400).body(json!({ "error": { "message": echo } })),
            Reply::status(401).body(json!({ "error": { "message": echo } })),
            Reply::status(500).body_text(&echo),
            Reply::text(ANSWER).error_after(1, &echo),
            Reply::text(ANSWER).malformed_after(1),
            Reply::text(ANSWER).reset_after(1),
            Reply::garbage(),
        ]
    };
    let backend = backend();
    let home = Home::new();
    home.configure(&with_key(&backend.url()));
    let mut server = Server::start(&home);
    for (number, reply) in replies().into_iter().enumerate() {
        backend.answer(reply);
        let uri = format!("{URI}{number}.rs");
        server.lsp.open(&uri, &format!("let {TEXT}{number} = "));
        server.lsp.complete(&uri, 0, 100);
    }
    // What the server cannot read, and what makes no sense, holds text too.
    let bad = format!("{{\"method\": \"{TEXT}");
    let bad = format!("Content-Length: {}\r\n\r\n{bad}", bad.len());
    crate::support::process::raw(&mut server.lsp, bad.as_bytes());
    server.lsp.notify("textDocument/didChange", json!({ "text": TEXT }));
    server.lsp.notify(
        "textDocument/didChange",
        json!({
            "textDocument": { "uri": format!("{URI}0.rs"), "version": 2 },
            "contentChanges": [{
                "range": { "start": { "line": 9, "character": 9 }, "end": { "line": 0, "character": 0 } },
                "text": TEXT,
            }],
        }),
    );
    server.lsp.shutdown();
    server.lsp.exit();
    let said = server.lsp.closed();
    let (status, stderr) = server.ended();
    assert_eq!(status.code(), Some(0));
    assert_eq!(stderr, "");

    let sent = backend.requests();
    assert!(sent.len() >= replies().len(), "all of them were answered so: {}", sent.len());
    assert!(
        sent.iter()
            .all(|request| request.header("authorization") == Some(&format!("Bearer {KEY}")))
    );
    let log = home.log();
    assert!(log.contains("initialize"), "there is a log");
    let messages: String = said
        .iter()
        .filter(|message| message["method"] == "window/logMessage")
        .map(ToString::to_string)
        .collect();
    for secret in [TEXT, ANSWER, KEY] {
        assert!(!log.contains(secret), "the log holds {secret}");
        assert!(!messages.contains(secret), "a message holds {secret}");
    }
}

#[test]
fn is_private() {
    let home = Home::new();
    // Made by an earlier version, or by hand, for everyone to read.
    let lax = Home::new();
    std::fs::create_dir_all(lax.log_folder()).unwrap();
    std::fs::set_permissions(lax.log_folder(), PermissionsExt::from_mode(0o755)).unwrap();
    let file = lax.log_folder().join("foretype.log");
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
    for home in [home, lax] {
        let mut server = Server::start(&home);
        server.lsp.shutdown();
        assert_eq!(mode(&home.log_folder()), 0o700);
        assert_eq!(mode(&home.log_folder().join("foretype.log")), 0o600);
    }
}

#[test]
fn turns_over_when_it_has_grown() {
    let home = Home::new();
    std::fs::create_dir_all(home.log_folder()).unwrap();
    let (log, older) =
        (home.log_folder().join("foretype.log"), home.log_folder().join("foretype.log.1"));
    std::fs::write(&log, vec![b'x'; 5 * 1024 * 1024]).unwrap();
    let mut server = Server::start(&home);
    server.lsp.shutdown();
    assert_eq!(std::fs::metadata(older).unwrap().len(), 5 * 1024 * 1024);
    assert!(home.log().contains("initialize") && home.log().len() < 10_000);
    assert_eq!(mode(&log), 0o600);
}

#[test]
fn its_level_is_a_setting_that_applies_live() {
    let backend = backend();
    backend.answer("alpha");
    let home = Home::with_backend(&backend);
    let mut server = Server::start(&home);
    let ask = |server: &mut Server, number: usize| {
        let uri = format!("file:///project/{number}.env");
        server.lsp.open(&uri, "A=");
        assert!(server.lsp.complete(&uri, 0, 2).is_empty());
    };
    ask(&mut server, 1);
    assert!(!home.log().contains("DEBUG"));
    let change = json!({ "settings": { "foretype": { "log": { "level": "debug" } } } });
    server.lsp.notify("workspace/didChangeConfiguration", change);
    ask(&mut server, 2);
    assert!(home.log().contains("DEBUG"), "now it says more");
    assert!(!home.log().contains("A="));
}

#[test]
fn one_that_cannot_be_written_stops_nothing() {
    let backend = backend();
    backend.answer("alpha");
    let home = Home::with_backend(&backend);
    // A file stands where the folder should be.
    std::fs::write(home.path().join("state"), "").unwrap();
    let mut server = Server::start(&home);
    server.lsp.open(URI, "let a = ");
    assert_eq!(server.lsp.complete(URI, 0, 8), ["alpha"]);
    server.lsp.shutdown();
    server.lsp.exit();
    assert_eq!(server.exit_code(), 0);
}
