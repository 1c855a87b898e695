//! Frames and messages that are none: answered and skipped on stdio, the end on a socket.

use foretype::server::transport::Ended;
use serde_json::{Value, json};

use crate::support::editor::Editor;
use crate::support::editor::wire::frame;

const PARSE_ERROR: i64 = -32700;
const INVALID: i64 = -32600;

/// (name, bytes, what they are answered with)
fn malformed() -> Vec<(&'static str, Vec<u8>, Option<i64>)> {
    vec![
        ("no JSON", frame("{\"jsonrpc\":\"2.0\","), Some(PARSE_ERROR)),
        (
            "no UTF-8",
            [&b"Content-Length: 4\r\n\r\n"[..], b"\"\xff\xfe\""].concat(),
            Some(PARSE_ERROR),
        ),
        ("no header", b"hello\r\n\r\n".to_vec(), Some(PARSE_ERROR)),
        ("no number", b"Content-Length: x\r\n\r\n".to_vec(), Some(PARSE_ERROR)),
        ("below zero", b"Content-Length: -1\r\n\r\n".to_vec(), Some(PARSE_ERROR)),
        ("endless", b"Content-Length: 99999999999999999999\r\n\r\n".to_vec(), Some(PARSE_ERROR)),
        ("an empty body", frame(""), Some(PARSE_ERROR)),
        ("a log line", b"WARNING: something\n".to_vec(), Some(PARSE_ERROR)),
        ("a list", frame("[]"), Some(INVALID)),
        ("a batch", frame(r#"[{"jsonrpc":"2.0","id":77,"method":"shutdown"}]"#), Some(INVALID)),
        ("a number", frame("3"), Some(INVALID)),
        ("null", frame("null"), Some(INVALID)),
        ("a text", frame("\"shutdown\""), Some(INVALID)),
        ("nothing in it", frame("{}"), Some(INVALID)),
        ("a method that is a number", frame(r#"{"jsonrpc":"2.0","method":3}"#), Some(INVALID)),
        (
            "an id that is a list",
            frame(r#"{"jsonrpc":"2.0","id":[1],"method":"shutdown"}"#),
            Some(INVALID),
        ),
        (
            "an id that is null",
            frame(r#"{"jsonrpc":"2.0","id":null,"method":"shutdown"}"#),
            Some(INVALID),
        ),
        (
            "a shutdown that wants none",
            frame(r#"{"jsonrpc":"2.0","method":"shutdown"}"#),
            Some(INVALID),
        ),
        ("another version", frame(r#"{"jsonrpc":"1.0","method":"x"}"#), Some(INVALID)),
        ("a reply to nothing", frame(r#"{"jsonrpc":"2.0","id":4711,"result":1}"#), None),
        (
            "an error reply to nothing",
            frame(r#"{"jsonrpc":"2.0","id":"x","error":{"code":1,"message":""}}"#),
            None,
        ),
        ("a broken reply", frame(r#"{"jsonrpc":"2.0","id":1,"error":"x"}"#), None),
    ]
}

#[tokio::test]
async fn on_stdio_they_are_answered_and_the_next_message_is_served() {
    for (name, bytes, want) in malformed() {
        let editor = Editor::builder().open().await;
        editor.wire.send_raw(&bytes);
        editor.settle().await;
        let replies = editor.wire.replies_without_id();
        let codes: Vec<i64> =
            replies.iter().map(|reply| reply["error"]["code"].as_i64().unwrap()).collect();
        // Garbage may come to more than one piece.
        assert_eq!(codes.first().copied(), want, "{name}");
        assert!(codes.iter().all(|code| Some(*code) == want), "{name}: {codes:?}");
        editor.finish().await;
    }
}

#[tokio::test]
async fn a_request_that_is_invalid_is_answered_under_its_id() {
    let editor = Editor::builder().open().await;
    for (id, body) in [
        (json!(501), r#"{"jsonrpc":"2.0","id":501,"method":7}"#),
        (json!(502), r#"{"jsonrpc":"2.0","id":502}"#),
        (json!("s"), r#"{"jsonrpc":"2.0","id":"s","method":{}}"#),
        (json!(504), r#"{"jsonrpc":"2.0","id":504,"method":"exit"}"#),
        (json!(503), r#"{"jsonrpc":"1.0","id":503,"method":"shutdown"}"#),
    ] {
        editor.wire.expect_reply(&id);
        editor.wire.send_raw(&frame(body));
        assert_eq!(editor.wire.reply(&id).await["error"]["code"], INVALID, "{body}");
    }
    editor.finish().await;
}

#[tokio::test]
async fn a_stream_of_garbage_loses_no_message() {
    let editor = Editor::builder().open().await;
    let mut ids = Vec::new();
    for (n, (_, bytes, _)) in malformed().into_iter().cycle().take(200).enumerate() {
        let id = json!(10_000 + n);
        editor.wire.send_raw(&bytes);
        let params = json!({ "command": "none" });
        editor.wire.request_as(id.clone(), "workspace/executeCommand", params);
        ids.push(id);
    }
    for id in ids {
        assert_eq!(editor.wire.reply(&id).await["error"]["code"], -32602, "{id}");
    }
    editor.finish().await;
}

#[tokio::test]
async fn frames_may_come_byte_by_byte_and_with_other_headers() {
    let editor = Editor::builder().open().await;
    let id = json!("slow");
    let body = json!({ "jsonrpc": "2.0", "id": id, "method": "no/such" }).to_string();
    let header = "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:";
    editor.wire.expect_reply(&id);
    for byte in format!("{header}{}\r\n\r\n{body}", body.len()).bytes() {
        editor.wire.send_raw(&[byte]);
    }
    assert_eq!(editor.wire.reply(&id).await["error"]["code"], -32601);
    editor.finish().await;
}

#[tokio::test]
async fn on_a_socket_the_first_malformed_one_is_the_end() {
    let post = b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec();
    let told_nothing = malformed().into_iter().filter(|(.., answer)| answer.is_some());
    for (name, bytes, _) in told_nothing.chain([("a web page", post, None)]) {
        let mut editor = Editor::builder().strict().open().await;
        editor.settle().await;
        editor.wire.send_raw(&bytes);
        let late = editor.request("shutdown", Value::Null);
        assert_eq!(editor.ended().await, Ended::Malformed, "{name}");
        assert!(!late.is_answered(), "{name}");
    }
}
