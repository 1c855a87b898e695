//! Input that is no protocol: answered or skipped, and what follows is not lost.

use serde_json::json;

use crate::support::lsp::frame;
use crate::support::process::{Home, Server, backend, raw};

const URI: &str = "file:///project/main.rs";

#[test]
fn what_follows_garbage_is_answered() {
    let backend = backend();
    backend.answer("alpha");
    let home = Home::with_backend(&backend);
    let mut server = Server::start(&home);
    server.lsp.open(URI, "let a = ");
    let ask = json!({ "jsonrpc": "2.0", "id": 900, "method": "nope" });
    let whole = frame(&ask);
    let cut = &whole[..whole.len() - 7];
    let cases: [(&str, &[u8]); 8] = [
        ("noise", b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"),
        ("binary", &[0, 255, 254, 10, 13, 10, 13, 10]),
        ("no length", b"Content-Length: \r\n\r\n{}"),
        ("a length that is no number", b"Content-Length: many\r\n\r\n{}"),
        ("a negative length", b"Content-Length: -5\r\n\r\n{}"),
        ("a body that is no JSON", b"Content-Length: 5\r\n\r\n{\"a\":"),
        ("a body that is not UTF-8", b"Content-Length: 4\r\n\r\n\"\xff\xfe\""),
        ("a truncated frame", cut),
    ];
    for (name, bytes) in cases {
        raw(&mut server.lsp, bytes);
        assert_eq!(server.lsp.complete(URI, 0, 8), ["alpha"], "{name}");
    }
    server.lsp.shutdown();
    server.lsp.exit();
    assert_eq!(server.exit_code(), 0);
}

#[test]
fn messages_that_make_no_sense_are_answered() {
    let mut server = Server::start(&Home::new());
    for (message, code) in [
        (json!({ "jsonrpc": "2.0", "id": 900, "method": "nope" }), -32601),
        (json!({ "jsonrpc": "2.0", "id": 900, "method": 5 }), -32600),
        (json!({ "jsonrpc": "2.0", "id": 900 }), -32600),
        (
            json!({ "jsonrpc": "2.0", "id": 900, "method": "textDocument/inlineCompletion", "params": [] }),
            -32602,
        ),
        (json!({ "jsonrpc": "2.0", "id": 900, "method": "initialize", "params": {} }), -32600),
    ] {
        server.lsp.send(&message);
        assert_eq!(server.lsp.reply(900)["error"]["code"], code, "{message}");
    }
    // Neither is answered, and neither does harm.
    server.lsp.send(&json!({ "jsonrpc": "2.0", "id": 900, "result": 1 }));
    server.lsp.notify("nope", json!({}));
    server.lsp.shutdown();
    server.lsp.exit();
    assert_eq!(server.exit_code(), 0);
}

#[test]
fn a_frame_cut_off_by_the_end_of_input_ends_the_process() {
    let mut server = Server::start(&Home::new());
    raw(&mut server.lsp, b"Content-Length: 5000\r\n\r\n{\"jsonrpc\":");
    server.lsp.hang_up();
    server.lsp.closed();
    assert_eq!(server.exit_code(), 0);
}
