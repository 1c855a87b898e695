//! A server that answers every request with the same bytes, and keeps what it was sent.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What Ollama answers where the cases' models are in memory.
const LOADED: &str = "{\"models\":[{\"name\":\"m\"},{\"name\":\"qwen2.5-coder:1.5b\"}]}";

pub struct Served {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Method and target.
    pub line: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Served {
    /// Serves until the process ends, each answer in pieces of that many bytes.
    pub fn start(answer: Vec<u8>, pieces: usize) -> Self {
        Self::in_turn(vec![answer], pieces)
    }

    /// Serves these answers in turn, and then the last one to everybody.
    pub fn in_turn(answers: Vec<Vec<u8>>, pieces: usize) -> Self {
        Self::serve(answers, pieces, LOADED)
    }

    /// The same of an Ollama that has no model in memory.
    pub fn unloaded(answers: Vec<Vec<u8>>) -> Self {
        Self::serve(answers, usize::MAX, "{\"models\":[]}")
    }

    /// `memory`: what Ollama says of the models in its memory.
    fn serve(answers: Vec<Vec<u8>>, pieces: usize, memory: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                // A client that leaves early is no fault of the server.
                let _ = serve(stream, &answers, pieces, memory, &kept);
            }
        });
        Self { port, requests }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Waits until so many requests have come.
    pub async fn until(&self, count: usize) {
        while self.requests.lock().unwrap().len() < count {
            tokio::task::yield_now().await;
        }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

/// An answer in JSON.
pub fn json(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

/// One request to a connection; the end of the answer closes it.
fn serve(
    mut stream: TcpStream,
    answers: &[Vec<u8>],
    pieces: usize,
    memory: &str,
    kept: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(());
    }
    let line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8(body).unwrap();
    // Ollama is asked first which models are in memory; that is not what a case is about.
    let in_memory = json("200 OK", memory);
    let answer = if line == "GET /api/ps" {
        &in_memory
    } else {
        let mut kept = kept.lock().unwrap();
        kept.push(Request { line, headers, body });
        answers.get(kept.len() - 1).or(answers.last()).unwrap()
    };
    for piece in answer.chunks(pieces) {
        stream.write_all(piece)?;
        stream.flush()?;
    }
    Ok(())
}
