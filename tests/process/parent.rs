//! The editor's process: watched where it is an ancestor, otherwise not.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::support::fake_backend::Reply;
use crate::support::lsp::Lsp;
use crate::support::process::{Home, Server, backend, kill};

const URI: &str = "file:///project/main.rs";
/// An answer that takes longer than two looks at the editor's process.
const LONG: Duration = Duration::from_millis(4_500);

/// In a container the client's id is invisible, or another process's.
#[test]
fn a_process_that_is_no_visible_ancestor_is_not_watched() {
    let backend = backend();
    backend.answer(Reply::text("alpha").first_token_after(LONG));
    let home = Home::with_backend(&backend);
    let mut other = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let pid = i64::from(other.id());
    let own = i64::from(std::process::id());
    let mut servers: Vec<(i64, i64, Server)> = [4_000_000, pid, 0, -1, own]
        .into_iter()
        .map(|process| {
            let mut server = Server::spawn(&home);
            server.lsp.initialize(json!({ "processId": process }));
            server.lsp.open(URI, "let a = ");
            let id = server.lsp.ask(URI, 0, 8);
            (process, id, server)
        })
        .collect();
    other.kill().unwrap();
    other.wait().unwrap();
    for (process, id, server) in &mut servers {
        assert_eq!(server.lsp.suggested(*id), ["alpha"], "{process}");
    }
    for (process, _, mut server) in servers {
        server.lsp.shutdown();
        server.lsp.exit();
        assert_eq!(server.exit_code(), 0, "{process}");
    }
}

/// The editor is killed while something else, here this test, still holds the pipes open.
#[test]
fn an_ancestor_that_dies_takes_the_process_along() {
    let backend = backend();
    backend.answer("alpha");
    let home = Home::with_backend(&backend);
    // The shell stands for the editor: it starts the server and stays.
    let mut command = Command::new("sh");
    home.environment(&mut command);
    command.env("SERVER", env!("CARGO_BIN_EXE_foretype"));
    command
        .args(["-c", "exec 3<&0; \"$SERVER\" <&3 3<&- & exec 0<&- 3<&-; echo started >&2; wait"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut editor = command.spawn().unwrap();
    let (stdin, stdout) = (editor.stdin.take().unwrap(), editor.stdout.take().unwrap());
    let mut stderr = BufReader::new(editor.stderr.take().unwrap());
    let mut started = String::new();
    stderr.read_line(&mut started).unwrap();
    let mut lsp = Lsp::new(stdout, stdin);
    lsp.initialize(json!({ "processId": editor.id() }));
    lsp.open(URI, "let a = ");
    assert_eq!(lsp.complete(URI, 0, 8), ["alpha"]);

    kill(editor.id());
    editor.wait().unwrap();
    // Ours to it is still open: its own end alone closes these.
    lsp.closed();
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    assert!(home.log().contains("the client's process is gone"));
}
