//! The whole server, in this process, fed messages of every shape: it answers each request once
//! and serves on.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use foretype::config::Paths;
use foretype::server::framing::Framing;
use foretype::server::{connection, transport};
use foretype::services::Services;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};

use super::json::{anything, damage};
use super::params::{NOTIFICATIONS, REQUESTS, good};
use crate::random::Random;

const PATIENCE: Duration = Duration::from_secs(20);
const MESSAGES: usize = 1_200;

/// One message of the server; `None` at the end of the connection.
async fn read(reader: &mut BufReader<DuplexStream>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).await.unwrap() == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => {
                let (name, value) = header.split_once(": ").expect("a header");
                assert_eq!(name, "Content-Length");
                length = value.parse().unwrap();
            }
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).await.unwrap();
    Some(serde_json::from_slice(&body).expect("the server speaks JSON"))
}

async fn write(writer: &mut DuplexStream, message: &Value) {
    let body = message.to_string();
    let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
    writer.write_all(frame.as_bytes()).await.unwrap();
}

/// A message and, where it is a request with a fresh id, that id.
fn message(number: usize, random: &mut Random) -> (Value, Option<usize>) {
    if random.one_in(8) {
        let mut value = anything(random, 3);
        // What ends a connection by the book is left out.
        if ["shutdown", "exit"].iter().any(|end| value.get("method") == Some(&json!(end))) {
            value = Value::Null;
        }
        return (value, None);
    }
    let request = random.one_in(3);
    let method = if request { random.pick(&REQUESTS) } else { random.pick(&NOTIFICATIONS) };
    let mut params = good(method, random);
    match random.below(4) {
        0 => damage(&mut params, random),
        1 if random.one_in(3) => params = anything(random, 3),
        _ => {}
    }
    let mut message = json!({ "jsonrpc": "2.0", "method": method });
    if !random.one_in(30) {
        message["params"] = params;
    }
    if random.one_in(40) {
        message["jsonrpc"] = anything(random, 1);
    }
    if request && random.one_in(25) {
        message["id"] = anything(random, 1);
        return (message, None);
    }
    if request {
        message["id"] = json!(number);
    }
    // Without the version it is no request of ours, but an answer is still due.
    (message, request.then_some(number))
}

async fn session(seed: u64) {
    let mut random = Random::new(seed);
    let services = Arc::new(Services::new(Paths::default(), false));
    let (outbox, queue) = transport::outbox();
    let (service, socket) = connection(services, outbox.clone());
    let (mut to_server, reads) = tokio::io::duplex(1 << 20);
    let (writes, from_server) = tokio::io::duplex(1 << 20);
    let queues = (outbox, queue);
    let framing = Framing::Resynchronise;
    let server = tokio::spawn(transport::serve(reads, writes, service, socket, framing, queues));
    let (replied, mut replies) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut reader = BufReader::new(from_server);
        while let Some(message) = read(&mut reader).await {
            let _ = replied.send(message);
        }
    });

    let options = json!({ "discovery": { "enabled": false } });
    let capabilities = json!({ "general": { "positionEncodings": ["utf-16"] } });
    let params = json!({ "processId": null, "rootUri": "file:///w", "capabilities": capabilities,
        "initializationOptions": options });
    if !seed.is_multiple_of(4) {
        let first = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
        write(&mut to_server, &first).await;
    }
    let mut due: HashMap<usize, String> = HashMap::new();
    for number in 1..=MESSAGES {
        let (message, id) = message(number, &mut random);
        if let Some(id) = id {
            due.insert(id, message["method"].to_string());
        }
        write(&mut to_server, &message).await;
    }
    // After all that a good request is answered.
    let last = json!({ "jsonrpc": "2.0", "id": "last", "method": "shutdown" });
    write(&mut to_server, &last).await;
    let mut last_seen = false;
    while !last_seen || !due.is_empty() {
        let reply = tokio::time::timeout(PATIENCE, replies.recv()).await;
        let reply = reply.unwrap_or_else(|_| panic!("seed {seed}: never answered: {due:?}"));
        let reply =
            reply.unwrap_or_else(|| panic!("seed {seed}: the server is gone; due: {due:?}"));
        if reply.get("method").is_some() {
            continue;
        }
        let result = reply.get("result").is_some();
        assert!(result != reply.get("error").is_some(), "seed {seed}: {reply}");
        last_seen |= reply["id"] == "last";
        if let Some(id) = reply["id"].as_u64().filter(|id| *id > 3) {
            // Random ids may repeat small numbers; the fresh ones are answered once.
            let first = due.remove(&(id as usize)).is_some();
            assert!(first || id as usize > MESSAGES, "seed {seed}: answered twice: {reply}");
        } else if let Some(id) = reply["id"].as_u64() {
            due.remove(&(id as usize));
        }
    }
    write(&mut to_server, &json!({ "jsonrpc": "2.0", "method": "exit" })).await;
    let ended = tokio::time::timeout(PATIENCE, server).await.expect("it ends").expect("no panic");
    assert!(matches!(ended, transport::Ended::Exit { .. }), "seed {seed}: {ended:?}");
}

#[test]
fn every_request_is_answered_whatever_stands_between() {
    for seed in 0..8 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(session(seed));
        runtime.shutdown_background();
    }
}
