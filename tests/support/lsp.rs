//! A small language client that blocks, over any pair of reader and writer.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
pub struct Lsp {
    writer: Option<Box<dyn Write + Send>>,
    messages: Receiver<Value>,
    /// Read and not asked for yet.
    kept: VecDeque<Value>,
    next_id: i64,
}

impl Lsp {
    pub fn new(reader: impl Read + Send + 'static, writer: impl Write + Send + 'static) -> Self {
        let (send, messages) = mpsc::channel();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            while let Some(message) = read(&mut reader) {
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        Self { writer: Some(Box::new(writer)), messages, kept: VecDeque::new(), next_id: 0 }
    }

    pub fn writer(&mut self) -> &mut (dyn Write + Send) {
        self.writer.as_mut().expect("not hung up")
    }

    pub fn send(&mut self, message: &Value) {
        let frame = frame(message);
        self.writer().write_all(&frame).unwrap();
        self.writer().flush().unwrap();
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request; answers its id.
    pub fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The reply to a request.
    #[track_caller]
    pub fn reply(&mut self, id: i64) -> Value {
        self.find(&format!("the reply to {id}"), |message| {
            message["id"] == json!(id) && message.get("method").is_none()
        })
    }

    /// Sends a request and waits for its result.
    #[track_caller]
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        let reply = self.reply(id);
        assert!(reply.get("error").is_none(), "{method}: {reply}");
        reply["result"].clone()
    }

    /// The next notification of this method, of those not asked for yet.
    #[track_caller]
    pub fn notification(&mut self, method: &str) -> Value {
        self.find(method, |message| message["method"] == method)["params"].clone()
    }

    /// The next `window/logMessage` that contains this.
    #[track_caller]
    pub fn logged(&mut self, part: &str) -> Value {
        self.find(&format!("a log message with `{part}`"), |message| {
            message["method"] == "window/logMessage"
                && message["params"]["message"].as_str().is_some_and(|text| text.contains(part))
        })["params"]
            .clone()
    }

    #[track_caller]
    pub fn find(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&wanted) {
            return self.kept.remove(at).unwrap();
        }
        loop {
            match self.messages.recv_timeout(PATIENCE) {
                Ok(message) if wanted(&message) => return message,
                Ok(message) => self.kept.push_back(message),
                Err(error) => panic!("{error} while waiting for {what}; kept: {:?}", self.kinds()),
            }
        }
    }

    /// Ends our side of the connection.
    pub fn hang_up(&mut self) {
        drop(self.writer.take());
    }

    /// Waits until the server has ended its side; what it had still said.
    #[track_caller]
    pub fn closed(&mut self) -> Vec<Value> {
        loop {
            match self.messages.recv_timeout(PATIENCE) {
                Ok(message) => self.kept.push_back(message),
                Err(RecvTimeoutError::Disconnected) => return self.kept.drain(..).collect(),
                Err(RecvTimeoutError::Timeout) => panic!("the connection was not closed"),
            }
        }
    }

    #[track_caller]
    pub fn initialize(&mut self, params: Value) -> Value {
        let mut all = json!({
            "processId": null,
            "rootUri": null,
            "capabilities": { "textDocument": { "inlineCompletion": {} } },
        });
        for (key, value) in params.as_object().unwrap() {
            all[key] = value.clone();
        }
        let result = self.call("initialize", all);
        self.notify("initialized", json!({}));
        result
    }

    pub fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "rust", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Asks by hand for a suggestion; answers the request's id.
    pub fn ask(&mut self, uri: &str, line: usize, character: usize) -> i64 {
        self.request(
            "textDocument/inlineCompletion",
            json!({
                "textDocument": { "uri": uri },
                "position": { "line": line, "character": character },
                "context": { "triggerKind": 1 },
            }),
        )
    }

    /// The texts that are suggested.
    #[track_caller]
    pub fn suggested(&mut self, id: i64) -> Vec<String> {
        let reply = self.reply(id);
        let items = reply["result"]["items"].as_array();
        let items = items.unwrap_or_else(|| panic!("no list: {reply}"));
        items.iter().map(|item| item["insertText"].as_str().unwrap().to_owned()).collect()
    }

    #[track_caller]
    pub fn complete(&mut self, uri: &str, line: usize, character: usize) -> Vec<String> {
        let id = self.ask(uri, line, character);
        self.suggested(id)
    }

    #[track_caller]
    pub fn shutdown(&mut self) {
        assert_eq!(self.call("shutdown", Value::Null), Value::Null);
    }

    pub fn exit(&mut self) {
        self.notify("exit", Value::Null);
    }

    /// Methods and ids of what is kept: a failure shows no text.
    fn kinds(&self) -> Vec<String> {
        let kind = |message: &Value| format!("{} {}", message["method"], message["id"]);
        self.kept.iter().map(kind).collect()
    }
}

pub fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// The next message; `None` at the end.
fn read(reader: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => {
                let (name, value) = line.split_once(": ").expect("a header");
                assert_eq!(name, "Content-Length");
                length = value.parse().ok();
            }
        }
    }
    let mut body = vec![0; length.expect("a length")];
    reader.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("JSON"))
}
