//! A small HTTP proxy (RFC 9110, 9.3.6 and RFC 9112, 3.2.2) that notes what it is asked for.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;

use super::front::{Front, address};

/// The proxy: all hosts are the one behind it.
pub struct Proxy {
    front: Front,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Whatever host is asked for, the server on this port is reached.
    pub fn start(behind: u16) -> Self {
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let notes = Arc::clone(&asked);
        let front = Front::start(move |client| pass(client, behind, Arc::clone(&notes)));
        Self { front, asked }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.front.port)
    }

    /// The request lines so far, without the version.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn pass(mut client: TcpStream, behind: u16, asked: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match client.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let line = head.lines().next().unwrap_or("").trim_end_matches(" HTTP/1.1").to_owned();
    asked.lock().unwrap().push(line.clone());
    let mut server = TcpStream::connect(address(behind)).await.unwrap();
    match line.strip_prefix("CONNECT ") {
        Some(_) => client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap(),
        None => {
            // In absolute form: the server gets the path alone, and one request.
            let host = line.split('/').nth(2).unwrap();
            let head = head.replacen(&format!("http://{host}"), "", 1);
            let head = head.replacen("\r\n", "\r\nconnection: close\r\n", 1);
            server.write_all(head.as_bytes()).await.unwrap();
        }
    }
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
