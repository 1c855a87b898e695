//! A TCP connection: requests in, answers out, and whether the client is still there.

use std::io;
use std::sync::Arc;

use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;

use super::answer::{After, Answer, write};
use super::call::{Call, Command};
use super::dialect::{Dialect, Wire, llama_error};
use super::http::{self, Parsed, Request};
use super::record::{Headers, Outcome, Record};
use super::reply::Reply;
use super::server::{Load, Server};
use super::state::{Open, Probe, Shared};

/// Accepts connections for as long as it is polled.
pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        // Each token is to leave at once.
        let _ = stream.set_nodelay(true);
        let wake = Arc::new(Notify::new());
        let id = shared.update(|state| {
            state.accepted += 1;
            state.open.insert(state.accepted, Open { wake: Arc::clone(&wake), ..Open::default() });
            state.accepted
        });
        let connection =
            Connection { stream, inbox: Vec::new(), id, wake, shared: Arc::clone(&shared) };
        tokio::spawn(connection.run());
    }
}

struct Connection {
    stream: TcpStream,
    /// Bytes received and not yet understood.
    inbox: Vec<u8>,
    id: usize,
    wake: Arc<Notify>,
    shared: Arc<Shared>,
}

impl Connection {
    async fn run(mut self) {
        while let Some(request) = self.next_request().await {
            let probe = matches!(request.method.as_str(), "GET" | "HEAD")
                || (request.method == "POST"
                    && matches!(request.path(), "/api/show" | "/tokenize"));
            let after = if probe { self.probe(&request).await } else { self.post(&request).await };
            if after == After::Close {
                break;
            }
        }
        let Self { stream, id, shared, .. } = self;
        drop(stream);
        shared.update(|state| state.open.remove(&id));
    }

    /// The next request; none when the connection is to end.
    async fn next_request(&mut self) -> Option<Request> {
        let mut continued = false;
        loop {
            if !self.inbox.is_empty() && !self.begin() {
                return None;
            }
            if !self.inbox.is_empty() {
                match http::parse(&self.inbox) {
                    Parsed::Whole(request, length) => {
                        self.inbox.drain(..length);
                        return Some(request);
                    }
                    Parsed::Malformed(why) => return self.malformed(why).await,
                    Parsed::Incomplete { waits } if waits && !continued => {
                        continued = true;
                        write(&self.stream, b"HTTP/1.1 100 Continue\r\n\r\n").await.ok()?;
                    }
                    Parsed::Incomplete { .. } => {}
                }
            }
            tokio::select! {
                biased;
                () = self.wake.notified() => {
                    if self.inbox.is_empty() {
                        return None;
                    }
                }
                read = receive(&self.stream, &mut self.inbox) => match read {
                    Ok(0) if self.inbox.is_empty() => return None,
                    Ok(0) => return self.malformed("closed inside a request".to_owned()).await,
                    Ok(_) => {}
                    Err(_) => return None,
                }
            }
        }
    }

    /// Marks the connection busy; false if it is to end instead.
    fn begin(&self) -> bool {
        let (closing, dead) = self.shared.look(|state| {
            let open = state.open.entry(self.id).or_default();
            if !open.busy && open.dead {
                state.lost += 1;
            }
            let fresh = !open.busy;
            open.busy = true;
            (fresh && open.closing, fresh && open.dead)
        });
        if dead {
            // The client must take it for a connection that died while nobody looked.
            let _ = self.stream.set_zero_linger();
        }
        !closing && !dead
    }

    async fn malformed(&self, why: String) -> Option<Request> {
        self.shared.update(|state| state.malformed.push(why));
        let _ = write(&self.stream, &http::head(400, &Headers::new(), Some(0), false)).await;
        None
    }

    /// Answers what is no completion: GETs, Ollama's `/api/show`, and `/tokenize`.
    async fn probe(&mut self, request: &Request) -> After {
        let keep = request.keep_alive();
        let path = request.path().to_owned();
        let mut record = Record::new(request, self.id);
        let (number, answer, server) = self.shared.update(|state| {
            let answer = match state.probes.get(&path) {
                Some(probe) => probe.clone(),
                None if !state.model.serves(&path) => Probe::Status(404),
                None if state.loading && state.model.refuses_while_loading(&path) => {
                    Probe::Status(503)
                }
                None if path == "/tokenize" => Probe::Json(tokens(&record.body)),
                None => match state.model.probe(&path, state.load, state.busy()) {
                    Some(json) => Probe::Json(json),
                    None => Probe::Status(404),
                },
            };
            record.number = state.gets.len();
            state.gets.push(record);
            (state.gets.len() - 1, answer, state.model.server)
        });
        let (status, body) = match answer {
            Probe::Json(json) => (200, json),
            Probe::Status(503) => (503, llama_error(503, "Loading model")),
            Probe::Status(404) => (404, llama_error(404, "File Not Found")),
            Probe::Status(status) => (status, json!({"error": format!("fake error {status}")})),
            Probe::Hang => {
                gone(&self.stream, &mut self.inbox).await;
                let left = Outcome::ClientLeft { tokens_sent: 0 };
                self.shared.update(|state| state.gets[number].outcome = left);
                return After::Close;
            }
        };
        let mut headers =
            vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())];
        if server == Server::LlamaCpp {
            headers.push(("server".to_owned(), "llama.cpp".to_owned()));
        }
        // The root is a line of text.
        let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        let mut out = http::head(status, &headers, Some(body.len()), keep);
        if request.method != "HEAD" {
            out.extend(body.into_bytes());
        }
        // Idle before the client can know, answered once it can.
        self.shared.update(|state| state.open.entry(self.id).or_default().busy = false);
        let written = write(&self.stream, &out).await;
        self.shared.update(|state| {
            state.gets[number].status = Some(status);
            state.gets[number].outcome = Outcome::Finished;
        });
        match written {
            Ok(()) if keep => After::Keep,
            _ => After::Close,
        }
    }

    /// Answers a completion, and whatever else is no probe.
    async fn post(&mut self, request: &Request) -> After {
        let keep = request.keep_alive();
        let (record, reply, mut commands) = self.arrived(request);
        let number = record.number;
        let Self { stream, inbox, shared, id, .. } = self;
        let stream = &*stream;
        let asked = Dialect::of(&record.path).unwrap_or(Dialect::Completions);
        let server = shared.look(|state| state.model.server);
        let mut wire = Wire::new(reply.dialect.unwrap_or(asked), server, &record);
        wire.streamed = Wire::new(asked, server, &record).streamed && !reply.whole;
        let answer = async {
            if reply.needs_model {
                loaded(shared, number).await;
            }
            let place = (number, *id, keep);
            Answer::new(stream, shared, wire, place, reply).run(&mut commands).await
        };
        let answered = tokio::select! {
            biased;
            () = gone(stream, inbox) => None,
            answered = answer => answered.ok(),
        };
        answered.unwrap_or_else(|| {
            shared.update(|state| state.left(number));
            After::Close
        })
    }

    /// Keeps the request's record, takes its reply, and hands its call to the test; all at once,
    /// so that a test which has the call knows which replies are used up.
    fn arrived(&self, request: &Request) -> (Record, Reply, UnboundedReceiver<Command>) {
        let mut record = Record::new(request, self.id);
        self.shared.update(|state| {
            record.number = state.posts.len();
            state.posts.push(record.clone());
            let (call, commands) = Call::new(record.clone(), Arc::clone(&self.shared));
            state.calls.push_back(call);
            let reply = state.reply_to(&record);
            (record, reply, commands)
        })
    }
}

/// Waits until the model is loaded, beginning to load it if nobody else does.
async fn loaded(shared: &Shared, number: usize) {
    let mut changed = shared.subscribe();
    loop {
        changed.borrow_and_update();
        let (ready, begun) = shared.look(|state| {
            let ready = state.load == Load::Loaded;
            let begun = !ready && state.load == Load::Unloaded;
            if begun {
                state.load = Load::Loading(number);
                state.loads_started += 1;
            }
            (ready, begun)
        });
        if ready {
            return;
        }
        if begun {
            shared.update(|_| ());
        }
        // The sender lives as long as `shared`.
        let _ = changed.changed().await;
    }
}

/// Resolves when the client has closed its connection, or its half of it.
async fn gone(stream: &TcpStream, inbox: &mut Vec<u8>) {
    while receive(stream, inbox).await.is_ok_and(|read| read > 0) {}
}

/// Receives some bytes; none when the client has closed.
async fn receive(stream: &TcpStream, inbox: &mut Vec<u8>) -> io::Result<usize> {
    let mut buffer = [0; 16 * 1024];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut buffer) {
            Ok(read) => {
                inbox.extend_from_slice(&buffer[..read]);
                return Ok(read);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// A token to each four bytes, as llama.cpp and vLLM say it.
fn tokens(body: &serde_json::Value) -> serde_json::Value {
    let text = body["content"].as_str().or(body["prompt"].as_str()).unwrap_or("");
    let tokens: Vec<usize> = (0..text.len().div_ceil(4)).collect();
    json!({"tokens": tokens, "count": tokens.len()})
}
