//! How the process begins and ends.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::fake_backend::Reply;
use crate::support::lsp::Lsp;
use crate::support::process::{Home, Server, backend, wait};

const URI: &str = "file:///project/main.rs";

#[test]
fn completes() {
    let backend = backend();
    backend.answer("alpha(beta)");
    let home = Home::with_backend(&backend);
    let mut server = Server::spawn(&home);
    let result = server.lsp.initialize(json!({}));
    assert_eq!(result["serverInfo"]["name"], "foretype");
    server.lsp.open(URI, "fn main() {\n    \n}\n");
    assert_eq!(server.lsp.complete(URI, 1, 4), ["alpha(beta)"]);
    let prompt = wait(backend.next_call()).prompt();
    assert_eq!((prompt.prefix.as_str(), prompt.suffix.as_str()), ("fn main() {\n    ", "\n}\n"));
    server.lsp.shutdown();
    server.lsp.exit();
    assert_eq!(server.exit_code(), 0);
}

#[test]
fn exit_codes_go_by_the_book() {
    for (shutdown, code) in [(true, 0), (false, 1)] {
        let mut server = Server::start(&Home::new());
        if shutdown {
            server.lsp.shutdown();
        }
        server.lsp.exit();
        assert_eq!(server.exit_code(), code, "after shutdown: {shutdown}");
    }
}

#[test]
fn requests_after_shutdown_are_refused() {
    let mut server = Server::start(&Home::new());
    server.lsp.shutdown();
    let id = server.lsp.ask(URI, 0, 0);
    // LSP 3.17: InvalidRequest.
    assert_eq!(server.lsp.reply(id)["error"]["code"], -32600);
    server.lsp.exit();
    assert_eq!(server.exit_code(), 0);
}

#[test]
fn end_of_input_ends_the_process_whatever_hangs() {
    for (name, reply) in
        [("hangs", Reply::hang()), ("in mid-answer", Reply::text("a b").hang_after(1))]
    {
        let backend = backend();
        backend.answer(reply);
        let mut server = Server::start(&Home::with_backend(&backend));
        server.lsp.open(URI, "let a = ");
        server.lsp.ask(URI, 0, 8);
        let call = wait(backend.next_call());
        server.lsp.hang_up();
        server.lsp.closed();
        assert_eq!(server.exit_code(), 0, "{name}");
        wait(call.closed());
    }
}

#[test]
fn end_of_input_before_anything_was_said() {
    let mut server = Server::spawn(&Home::new());
    server.lsp.hang_up();
    assert!(server.lsp.closed().is_empty());
    assert_eq!(server.exit_code(), 0);
}

#[test]
fn a_hundred_requests_and_the_end() {
    let backend = backend();
    backend.answer(Reply::hang());
    let home = Home::with_backend(&backend);
    let mut server = Server::start(&home);
    for number in 0..100 {
        let uri = format!("file:///project/{number}.rs");
        server.lsp.open(&uri, "let a = ");
        server.lsp.ask(&uri, 0, 8);
    }
    server.lsp.hang_up();
    let replies = |message: &&Value| message.get("id").is_some() && message.get("method").is_none();
    let said = server.lsp.closed();
    // One reply at most for each, and none that nobody asked for.
    let mut ids: Vec<i64> = said.iter().filter(replies).filter_map(|m| m["id"].as_i64()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    let (status, stderr) = server.ended();
    assert_eq!(status.code(), Some(0));
    assert_eq!(stderr, "");
    let left = |b: &crate::support::fake_backend::FakeBackend| b.open_connections() == 0;
    wait(backend.until("all connections to close", left));
}

#[test]
fn a_client_that_no_longer_reads_ends_the_process() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let home = Home::new();
    let mut command = home.command(&[]);
    command.stdin(Stdio::piped()).stdout(Stdio::from(OwnedFd::from(theirs))).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(command);
    let stdin = child.stdin.take().unwrap();
    let mut server = Server::with(child, Lsp::new(std::io::empty(), stdin));
    drop(ours);
    server.lsp.request("initialize", json!({ "processId": null, "capabilities": {} }));
    let (status, _) = server.ended();
    assert_eq!(status.code(), Some(0));
}

/// Node gives its children Unix sockets for pipes.
#[test]
fn standard_input_and_output_may_be_sockets() {
    let backend = backend();
    backend.answer("alpha");
    let home = Home::with_backend(&backend);
    let (stdin, input) = UnixStream::pair().unwrap();
    let (stdout, output) = UnixStream::pair().unwrap();
    let mut command = home.command(&["--stdio"]);
    command.stdin(Stdio::from(OwnedFd::from(input)));
    command.stdout(Stdio::from(OwnedFd::from(output)));
    command.stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    // The command holds the child's ends of the sockets.
    drop(command);
    let mut server = Server::with(child, Lsp::new(stdout, stdin));
    server.lsp.initialize(json!({}));
    server.lsp.open(URI, "let a = ");
    assert_eq!(server.lsp.complete(URI, 0, 8), ["alpha"]);
    server.lsp.hang_up();
    server.lsp.closed();
    assert_eq!(server.exit_code(), 0);
}

#[test]
fn input_from_a_file_is_read_to_its_end() {
    let home = Home::new();
    let initialize = json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": { "processId": null, "capabilities": {} },
    });
    let session = home.file("session", crate::support::lsp::frame(&initialize));
    let mut command = home.command(&["serve", "--stdio"]);
    command.stdin(std::fs::File::open(session).unwrap());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let mut server = Server::with(child, Lsp::new(stdout, std::io::sink()));
    let said = server.lsp.closed();
    assert_eq!(said.len(), 1, "one reply");
    assert_eq!(said[0]["result"]["serverInfo"]["name"], "foretype");
    assert_eq!(server.exit_code(), 0);
}
