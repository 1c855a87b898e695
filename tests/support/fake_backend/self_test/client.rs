//! The client side of the tests: reqwest, raw TCP, and reading streams.

use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::fake_backend::FakeBackend;

pub fn post(client: &Client, backend: &FakeBackend, path: &str, body: &Value) -> RequestBuilder {
    client.post(format!("{}{path}", backend.url())).json(body)
}

/// A POST under way in a task of its own; to abort it is to leave.
pub fn spawn(
    backend: &FakeBackend,
    path: &str,
    body: &Value,
) -> tokio::task::JoinHandle<Option<(u16, String)>> {
    let request = post(&Client::new(), backend, path, body);
    tokio::spawn(async move {
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.text().await.ok()?))
    })
}

/// Status and text of a whole answer.
pub async fn ask(backend: &FakeBackend, path: &str, body: &Value) -> (u16, String) {
    spawn(backend, path, body).await.unwrap().expect("an answer")
}

pub async fn get(backend: &FakeBackend, path: &str) -> (u16, Value) {
    let answer = reqwest::get(format!("{}{path}", backend.url())).await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// The JSON events of a stream, or the one object of a whole answer.
pub fn events(answer: &str) -> Vec<Value> {
    let lines = answer.lines().map(|line| line.strip_prefix("data:").unwrap_or(line).trim());
    let no_json = |line: &&str| line.is_empty() || line.starts_with("event:") || *line == "[DONE]";
    let lines = lines.filter(|line| !no_json(line) && !line.starts_with(':'));
    lines.map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The text of the candidate with this index, in whichever dialect.
pub fn text_of(answer: &str, index: u64) -> String {
    let mut text = String::new();
    for event in events(answer) {
        if index == 0 && (event["delta"].is_string() || event.get("type").is_some()) {
            // Named events have one candidate, and an `index` of another meaning.
            let places = ["/delta", "/delta/text", "/content/0/text"];
            text.extend(places.iter().filter_map(|place| event.pointer(place)?.as_str()));
            continue;
        }
        let list = event.get("choices").or_else(|| event.get("candidates"));
        let tokens = event.get("token").is_some();
        let choices = list.and_then(Value::as_array).cloned().unwrap_or_else(|| vec![event]);
        for choice in
            choices.iter().filter(|choice| tokens || choice["index"].as_u64().unwrap_or(0) == index)
        {
            if choice["token"]["special"] == true {
                continue;
            }
            let places = [
                "/text",
                "/delta/content",
                "/message/content",
                "/content",
                "/response",
                "/content/parts/0/text",
                "/output/0/content/0/text",
                "/token/text",
            ];
            let whole = ["/generated_text"].iter().filter(|_| !tokens);
            let places = places.iter().chain(whole);
            text.extend(places.filter_map(|place| choice.pointer(place)?.as_str()));
        }
    }
    text
}

pub struct Raw(pub TcpStream);

impl Raw {
    pub async fn connect(backend: &FakeBackend) -> Self {
        Self(TcpStream::connect(("127.0.0.1", backend.port())).await.unwrap())
    }

    pub async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// What came until the connection ended, and whether it ended by a reset.
    pub async fn rest(&mut self) -> (String, bool) {
        let mut bytes = Vec::new();
        let reset = self.0.read_to_end(&mut bytes).await.is_err();
        (String::from_utf8_lossy(&bytes).into_owned(), reset)
    }

    /// Reads until this text has come.
    pub async fn until(&mut self, text: &str) -> String {
        let mut seen = String::new();
        while !seen.contains(text) {
            let mut buffer = [0; 4096];
            let read = self.0.read(&mut buffer).await.unwrap();
            assert!(read > 0, "ended after {seen:?}");
            seen.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        seen
    }
}

/// A POST as it goes over the wire.
pub fn raw_post(path: &str, body: &Value) -> String {
    let body = body.to_string();
    format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}
