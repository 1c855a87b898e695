//! A Unix socket: private, one session for each connection over shared services.

use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::process::Command;

use serde_json::json;

use super::listener::{Listener, socket, unix_client};
use crate::support::fake_backend::Reply;
use crate::support::lsp::Lsp;
use crate::support::process::{Home, Server, backend, model, raw, wait};

const URI: &str = "file:///project/main.rs";

#[test]
fn the_socket_is_private() {
    let home = Home::new();
    let _listener = Listener::unix(&home);
    let found = std::fs::metadata(socket(&home)).unwrap();
    assert!(found.file_type().is_socket());
    assert_eq!(found.permissions().mode() & 0o777, 0o600);
    let left = std::fs::read_dir(home.path()).unwrap();
    let left =
        left.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(left.count(), 0, "nothing is left of its making");
}

#[test]
fn each_connection_has_a_session_over_one_cache() {
    let backend = backend();
    backend.when("let a", "alpha");
    backend.when("let b", "beta");
    let home = Home::with_backend(&backend);
    let listener = Listener::unix(&home);
    let (mut a, mut b) = (listener.client(), listener.client());
    a.open(URI, "let a = ");
    b.open(URI, "let b = ");
    assert_eq!(a.complete(URI, 0, 8), ["alpha"]);
    assert_eq!(b.complete(URI, 0, 8), ["beta"]);
    assert_eq!(backend.requests().len(), 2);
    // What one has asked is there for another.
    let mut c = listener.client();
    c.open(URI, "let a = ");
    assert_eq!(c.complete(URI, 0, 8), ["alpha"]);
    assert_eq!(backend.requests().len(), 2);
    // A document closed here is open there.
    b.notify("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    assert!(b.complete(URI, 0, 8).is_empty());
    assert_eq!(a.complete(URI, 0, 8), ["alpha"]);
    // As are settings.
    let off = json!({ "settings": { "foretype": { "enabled": false } } });
    b.notify("workspace/didChangeConfiguration", off);
    b.open(URI, "let a = ");
    assert!(b.complete(URI, 0, 8).is_empty());
    assert_eq!(a.complete(URI, 0, 8), ["alpha"]);
}

#[test]
fn whatever_ends_a_connection_ends_that_one_alone() {
    let backend = backend();
    backend.answer("alpha");
    let home = Home::with_backend(&backend);
    let listener = Listener::unix(&home);
    let mut other = listener.client();
    other.open(URI, "let a = ");
    type End = fn(&mut Lsp);
    let ends: [(&str, End); 6] = [
        ("end of input", |lsp| lsp.hang_up()),
        ("exit", |lsp| lsp.exit()),
        ("shutdown and exit", |lsp| {
            lsp.shutdown();
            lsp.exit();
        }),
        ("no frame", |lsp| raw(lsp, b"hello\r\n\r\n")),
        ("no JSON", |lsp| raw(lsp, b"Content-Length: 3\r\n\r\n{a}")),
        ("a web page", |lsp| raw(lsp, b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")),
    ];
    for (number, (name, end)) in ends.into_iter().enumerate() {
        backend.script([Reply::hang()]);
        let mut lsp = listener.client();
        let uri = format!("file:///project/{number}.rs");
        lsp.open(&uri, "let a = ");
        lsp.ask(&uri, 0, 8);
        let call = wait(backend.next_call());
        end(&mut lsp);
        lsp.closed();
        wait(call.closed());
        let line = number + 1;
        other.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": URI, "version": 1 + line },
                "contentChanges": [{ "text": format!("let a{line} = ") }],
            }),
        );
        assert_eq!(other.complete(URI, 0, 9), ["alpha"], "after {name}");
        wait(backend.next_call());
    }
    drop(listener);
}

#[test]
fn a_key_command_is_refused_and_never_run() {
    let backend = backend();
    backend.answer("alpha");
    let home = Home::new();
    let ran = home.path().join("ran");
    let command = format!(
        "api_key = {{ command = [\"sh\", \"-c\", \"touch '{}'; echo key\"] }}",
        ran.display()
    );
    home.configure(&model(&backend.url()).replace("\n\n", &format!("\n{command}\n\n")));
    let listener = Listener::unix(&home);
    let mut lsp = listener.client();
    let said = lsp.logged("a listening server runs no key commands");
    let text = said["message"].as_str().unwrap();
    assert!(text.contains("config.toml:5:") && text.contains("models.fake.api_key"), "{text}");
    // Nor one that a client names.
    let own = json!({ "foretype": { "models": { "own": {
        "provider": "openai-compatible", "url": backend.url(), "model": "qwen2.5-coder:1.5b",
        "api_key": { "command": ["touch", ran] },
    } }, "completion": { "model": "own" } } });
    lsp.notify("workspace/didChangeConfiguration", json!({ "settings": own }));
    lsp.logged("models.own.api_key");
    lsp.open(URI, "let a = ");
    assert!(lsp.complete(URI, 0, 8).is_empty());
    assert!(backend.requests().is_empty() && backend.gets().is_empty());
    assert!(!ran.exists());
    // On standard input and output it is the user's own, and runs.
    let mut server = Server::start(&home);
    server.lsp.open(URI, "let a = ");
    assert_eq!(server.lsp.complete(URI, 0, 8), ["alpha"]);
    assert!(ran.exists());
    assert_eq!(backend.requests()[0].header("authorization"), Some("Bearer key"));
}

#[test]
fn a_second_server_at_the_same_path_is_refused() {
    let home = Home::new();
    let listener = Listener::unix(&home);
    let ran = home.run(&["serve", "--listen", &listener.address]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("another server listens there"), "{}", ran.stderr);
    listener.client().shutdown();
}

#[test]
fn what_a_killed_server_left_is_replaced_and_nothing_else() {
    let home = Home::new();
    drop(Listener::unix(&home));
    assert!(socket(&home).exists(), "a killed server leaves its socket");
    let listener = Listener::unix(&home);
    listener.client().shutdown();
    let file = home.file("precious.txt", "mine");
    let ran = home.run(&["--listen", file.to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("is no socket"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
    let nowhere = home.path().join("nowhere").join("socket");
    let ran = home.run(&["--listen", nowhere.to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("nowhere"), "{}", ran.stderr);
}

#[test]
fn told_to_end_it_takes_its_socket_along() {
    let home = Home::new();
    let mut listener = Listener::unix(&home);
    let mut client = listener.client();
    let pid = listener.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    client.closed();
    assert_eq!(listener.child.wait().unwrap().code(), Some(0));
    assert!(!socket(&home).exists());
}

#[test]
fn clients_may_come_and_go() {
    let home = Home::new();
    let listener = Listener::unix(&home);
    for _ in 0..50 {
        let mut lsp = unix_client(&listener.address);
        lsp.hang_up();
        lsp.closed();
    }
    listener.client().shutdown();
}
