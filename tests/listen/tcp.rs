//! TCP on loopback: nothing is said to whoever does not give the token first.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::listener::{Listener, tcp_client};
use crate::support::lsp::frame;
use crate::support::process::{Home, PATIENCE, backend, raw};

const URI: &str = "file:///project/main.rs";

fn token_file(home: &Home) -> PathBuf {
    home.path().join("token")
}

fn listen(home: &Home) -> (Listener, String) {
    let file = token_file(home);
    let arguments = ["--listen", "127.0.0.1:0", "--token-file", file.to_str().unwrap()];
    let listener = Listener::start(home, &arguments);
    (listener, std::fs::read_to_string(file).unwrap().trim().to_owned())
}

fn set_mode(file: &Path, mode: u32) {
    std::fs::set_permissions(file, PermissionsExt::from_mode(mode)).unwrap();
}

#[test]
fn the_right_token_opens_a_session() {
    let backend = backend();
    backend.answer("alpha");
    let home = Home::with_backend(&backend);
    let (listener, token) = listen(&home);
    for end in ["\n", "\r\n"] {
        let mut lsp = tcp_client(&listener.address);
        raw(&mut lsp, format!("{token}{end}").as_bytes());
        lsp.initialize(json!({}));
        lsp.open(URI, "let a = ");
        assert_eq!(lsp.complete(URI, 0, 8), ["alpha"]);
        lsp.exit();
        lsp.closed();
    }
}

#[test]
fn whoever_has_no_token_gets_no_answer() {
    let home = Home::new();
    let (listener, token) = listen(&home);
    let initialize = frame(&json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": { "processId": null, "capabilities": {} },
    }));
    let length = initialize.len();
    let post = format!(
        "POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\n\r\n",
        listener.address
    );
    let long = "x".repeat(100_000);
    for (name, first) in [
        ("no token", String::new()),
        ("an empty line", "\n".to_owned()),
        ("a wrong token", format!("{}\n", token.replace(|c: char| c.is_ascii_digit(), "g"))),
        ("the beginning of the token", format!("{}\n", &token[..token.len() - 1])),
        ("more than the token", format!("{token}0\n")),
        ("the token after a blank", format!(" {token}\n")),
        ("an endless line", long),
        ("a web page", post),
        // Nobody waits for ever for one who says nothing.
        ("half a line", token.clone()),
    ] {
        let mut stream = TcpStream::connect(&listener.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // The server may have closed its end before everything is written.
        let _ = stream.write_all(first.as_bytes());
        if name != "half a line" {
            let _ = stream.write_all(&initialize);
        }
        let mut said = Vec::new();
        match stream.read_to_end(&mut said) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{name}"),
        }
        assert!(said.is_empty(), "{name}");
    }
    let log = home.log();
    assert!(log.contains("without the right token") && !log.contains(&token));
}

#[test]
fn the_token_file_is_made_private_and_kept() {
    let home = Home::new();
    let (listener, token) = listen(&home);
    assert_eq!(std::fs::metadata(token_file(&home)).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(token.len() >= 32, "{}", token.len());
    drop(listener);
    let (_listener, again) = listen(&home);
    assert_eq!(token, again);
}

#[test]
fn a_token_or_an_address_that_protects_nothing_is_refused() {
    let home = Home::new();
    let file = token_file(&home);
    let path = file.to_str().unwrap();
    let refused = |arguments: &[&str], wanted: &str| {
        let ran = home.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.stderr.contains(wanted), "{arguments:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains("secret"), "{arguments:?}");
    };
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80", "tcp:192.0.2.1:80"] {
        refused(&["--listen", address, "--token-file", path], "not a loopback address");
    }
    refused(&["--listen", "127.0.0.1:0"], "--token-file");
    refused(&["--token-file", path], "--listen");
    refused(&["--stdio", "--listen", "127.0.0.1:0"], "cannot be used with");
    assert!(!file.exists());

    std::fs::write(&file, "secret-secret-secret-secret\n").unwrap();
    for mode in [0o644, 0o640, 0o604, 0o620] {
        set_mode(&file, mode);
        refused(&["--listen", "127.0.0.1:0", "--token-file", path], "chmod 600");
    }
    std::fs::write(&file, "secret\n").unwrap();
    set_mode(&file, 0o600);
    refused(&["--listen", "127.0.0.1:0", "--token-file", path], "shorter than 16");
    let nowhere = home.path().join("nowhere").join("token");
    refused(&["--listen", "127.0.0.1:0", "--token-file", nowhere.to_str().unwrap()], "nowhere");

    std::fs::remove_file(&file).unwrap();
    let (listener, _) = listen(&home);
    refused(&["--listen", &listener.address, "--token-file", path], "cannot listen there");
}
