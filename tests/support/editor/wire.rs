//! The editor's end of the connection: frames, replies by id, notifications, and questions from
//! the server, which it answers by itself.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::Location;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foretype::server::framing::Framing;
use foretype::server::transport::{self, Ended};
use foretype::services::Services;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// How long a test waits for anything before it fails.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes a pipe holds.
const PIPE: usize = 1024 * 1024;

/// A connection to a server in this process.
pub struct Wire {
    input: Mutex<Option<mpsc::UnboundedSender<Vec<u8>>>>,
    state: Mutex<State>,
    changed: watch::Sender<()>,
    next: AtomicI64,
}

/// What has been said by either side.
#[derive(Default)]
struct State {
    /// Every request sent, by its id as JSON, with its replies.
    asked: BTreeMap<String, Vec<Value>>,
    /// Replies without an id, as malformed frames get them.
    without_id: Vec<Value>,
    /// Notifications in order, and whether a test has looked at them.
    told: Vec<(Value, bool)>,
    /// Requests of the server's.
    questions: Vec<Value>,
    /// Methods whose requests the test answers itself, and those that wait for it.
    held: Vec<String>,
    waiting: Vec<Value>,
    /// What the client's settings are, for `workspace/configuration`.
    settings: Value,
    faults: Vec<String>,
    /// The server has closed its end.
    over: bool,
}

/// Starts a server and connects to it.
pub fn connect(services: Arc<Services>, framing: Framing) -> (Arc<Wire>, JoinHandle<Ended>) {
    let (outbox, queue) = transport::outbox();
    let (service, socket) = foretype::server::connection(services, outbox.clone());
    pipe(|reader, writer| async move {
        transport::serve(reader, writer, service, socket, framing, (outbox, queue)).await
    })
}

/// An end of a pipe as the server reads it.
pub type ServerReader = ReadHalf<tokio::io::DuplexStream>;
/// An end of a pipe as the server writes it.
pub type ServerWriter = WriteHalf<tokio::io::DuplexStream>;

/// Connects to whatever `serve` serves.
pub fn pipe<F>(
    serve: impl FnOnce(ServerReader, ServerWriter) -> F,
) -> (Arc<Wire>, JoinHandle<Ended>)
where
    F: Future<Output = Ended> + Send + 'static,
{
    let (ours, theirs) = tokio::io::duplex(PIPE);
    let (reader, writer) = tokio::io::split(theirs);
    let serving = tokio::spawn(serve(reader, writer));
    let (mut reader, mut writer) = tokio::io::split(ours);
    let (input, mut queue) = mpsc::unbounded_channel::<Vec<u8>>();
    tokio::spawn(async move {
        while let Some(bytes) = queue.recv().await {
            if writer.write_all(&bytes).await.is_err() {
                return;
            }
        }
        let _ = writer.shutdown().await;
    });
    let wire = Arc::new(Wire {
        input: Mutex::new(Some(input)),
        state: Mutex::default(),
        changed: watch::Sender::new(()),
        next: AtomicI64::new(1),
    });
    let weak = Arc::downgrade(&wire);
    tokio::spawn(async move {
        let mut bytes = Vec::new();
        loop {
            let read = reader.read_buf(&mut bytes).await;
            let Some(wire) = weak.upgrade() else { return };
            while let Some(message) = take(&mut bytes) {
                wire.hear(message);
            }
            if !matches!(read, Ok(1..)) {
                wire.update(|state| state.over = true);
                return;
            }
        }
    });
    (wire, serving)
}

/// A message's frame.
pub fn frame(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Takes a whole message out of the bytes.
fn take(bytes: &mut Vec<u8>) -> Option<Value> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let header = std::str::from_utf8(&bytes[..head]).expect("a header in ASCII");
    let length = header.strip_prefix("Content-Length: ").expect("Content-Length and no more");
    let end = head + 4 + length.parse::<usize>().expect("a length");
    let body = bytes.get(head + 4..end)?;
    let message = serde_json::from_slice(body).expect("a body in JSON");
    bytes.drain(..end);
    Some(message)
}

impl Wire {
    /// Sends bytes as they are.
    pub fn send_raw(&self, bytes: &[u8]) {
        // A server that has ended reads nothing; what the test waits for next will tell.
        if let Some(input) = self.input.lock().unwrap().as_ref() {
            let _ = input.send(bytes.to_vec());
        }
    }

    pub fn send(&self, message: &Value) {
        self.send_raw(&frame(&message.to_string()));
    }

    pub fn notify(&self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request; answers its id.
    pub fn request(&self, method: &str, params: Value) -> Value {
        let id = json!(self.next.fetch_add(1, Ordering::Relaxed));
        self.request_as(id.clone(), method, params);
        id
    }

    /// Sends a request under this id.
    pub fn request_as(&self, id: Value, method: &str, params: Value) {
        self.expect_reply(&id);
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
    }

    /// A request with that id is about to be sent raw.
    pub fn expect_reply(&self, id: &Value) {
        self.lock().asked.entry(id.to_string()).or_default();
    }

    /// For an id that was used twice, where two replies are right: the last one, once both came.
    pub fn second_reply(&self, id: &Value) -> Option<Value> {
        let mut state = self.lock();
        let replies = state.asked.get_mut(&id.to_string())?;
        (replies.len() == 2).then(|| replies.remove(0))?;
        replies.first().cloned()
    }

    /// The reply to a request, once it is there.
    #[track_caller]
    pub fn reply(&self, id: &Value) -> impl Future<Output = Value> + '_ {
        let (id, from) = (id.to_string(), Location::caller());
        async move {
            let what = format!("the reply to {id}");
            let reply = || self.lock().asked.get(&id)?.first().cloned();
            self.until_from(&what, from, reply).await
        }
    }

    /// Whether a request has been answered.
    pub fn is_answered(&self, id: &Value) -> bool {
        self.lock().asked.get(&id.to_string()).is_some_and(|replies| !replies.is_empty())
    }

    /// Requests that have no reply yet.
    pub fn unanswered(&self) -> Vec<String> {
        let state = self.lock();
        let open = state.asked.iter().filter(|(_, replies)| replies.is_empty());
        open.map(|(id, _)| id.clone()).collect()
    }

    /// Forgets requests that will not be answered, because the connection is cut.
    pub fn forgive(&self) {
        self.lock().asked.retain(|_, replies| !replies.is_empty());
    }

    /// The replies that name no request.
    pub fn replies_without_id(&self) -> Vec<Value> {
        self.lock().without_id.clone()
    }

    /// Notifications of a method so far; they count as looked at.
    pub fn told(&self, method: &str) -> Vec<Value> {
        let mut state = self.lock();
        let of = state.told.iter_mut().filter(|(message, _)| message["method"] == method);
        of.map(|(message, seen)| {
            *seen = true;
            message["params"].clone()
        })
        .collect()
    }

    /// Requests of the server's so far, of one method.
    pub fn questions(&self, method: &str) -> Vec<Value> {
        let state = self.lock();
        let of = state.questions.iter().filter(|message| message["method"] == method);
        of.map(|message| message["params"].clone()).collect()
    }

    /// What `workspace/configuration` is answered from now on.
    pub fn set_settings(&self, settings: Value) {
        self.lock().settings = settings;
    }

    /// From now on the test answers the server's requests of this method.
    pub fn hold(&self, method: &str) {
        self.lock().held.push(method.to_owned());
    }

    /// The id and the params of the next request of a method that is held.
    #[track_caller]
    pub fn asked<'a>(&'a self, method: &'a str) -> impl Future<Output = (Value, Value)> + 'a {
        self.until(method, move || {
            let mut state = self.lock();
            let at = state.waiting.iter().position(|message| message["method"] == method)?;
            let message = state.waiting.remove(at);
            Some((message["id"].clone(), message["params"].clone()))
        })
    }

    /// Answers a request that was held.
    pub fn respond(&self, id: Value, result: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
    }

    /// Closes the editor's end.
    pub fn close(&self) {
        *self.input.lock().unwrap() = None;
    }

    /// Whether the server has closed its end.
    pub fn is_over(&self) -> bool {
        self.lock().over
    }

    /// What went wrong so far, and warnings that no test looked at.
    pub fn faults(&self) -> Vec<String> {
        let state = self.lock();
        let mut faults = state.faults.clone();
        for (id, replies) in &state.asked {
            if replies.len() != 1 {
                faults.push(format!("request {id} got {} replies", replies.len()));
            }
        }
        for (message, seen) in &state.told {
            let serious = message["params"]["type"].as_u64().is_some_and(|kind| kind <= 2);
            let shown = message["method"] == "window/showMessage";
            if !seen && (serious || shown) {
                faults.push(format!("nobody expected {message}"));
            }
        }
        faults
    }

    /// Waits until `check` finds something, looking at every message.
    #[track_caller]
    pub fn until<'a, T: 'a>(
        &'a self,
        what: &'a str,
        check: impl FnMut() -> Option<T> + 'a,
    ) -> impl Future<Output = T> + 'a {
        self.until_from(what, Location::caller(), check)
    }

    async fn until_from<T>(
        &self,
        what: &str,
        from: &Location<'_>,
        mut check: impl FnMut() -> Option<T>,
    ) -> T {
        let mut changed = self.changed.subscribe();
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                changed.borrow_and_update();
                if let Some(found) = check() {
                    return found;
                }
                let _ = changed.changed().await;
            }
        });
        match waited.await {
            Ok(found) => found,
            Err(_) => panic!("{from}: waited in vain for {what}; faults: {:?}", self.faults()),
        }
    }

    fn hear(&self, message: Value) {
        let (id, method) = (message.get("id").cloned(), message.get("method").cloned());
        match (id, method) {
            (Some(_), Some(method)) if self.lock().held.iter().any(|held| *held == method) => {
                self.update(|state| {
                    state.questions.push(message.clone());
                    state.waiting.push(message);
                });
            }
            (Some(id), Some(method)) => {
                let result = match method.as_str() {
                    Some("workspace/configuration") => self.settings(&message),
                    Some("workspace/applyEdit") => json!({ "applied": true }),
                    Some("window/showDocument") => json!({ "success": true }),
                    _ => Value::Null,
                };
                self.update(|state| state.questions.push(message));
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
            }
            (None, Some(_)) => self.update(|state| state.told.push((message, false))),
            (Some(Value::Null), None) => self.update(|state| state.without_id.push(message)),
            (Some(id), None) => self.update(|state| {
                let shape = (message.get("result").is_some(), message.get("error").is_some());
                if !matches!(shape, (true, false) | (false, true)) {
                    state.faults.push(format!("a reply is a result or an error: {message}"));
                }
                match state.asked.get_mut(&id.to_string()) {
                    Some(replies) => replies.push(message),
                    None => state.faults.push(format!("a reply to unknown id {id}")),
                }
            }),
            (None, None) => {
                self.update(|state| state.faults.push(format!("no message: {message}")))
            }
        }
    }

    fn settings(&self, question: &Value) -> Value {
        let items = question["params"]["items"].as_array().cloned().unwrap_or_default();
        let settings = self.lock().settings.clone();
        let answer = |item: &Value| {
            // Under `folders`, by name, is what differs from folder to folder.
            let uri = item["scopeUri"].as_str().unwrap_or("");
            let folder = uri.rsplit('/').next().unwrap_or("");
            let settings = settings["folders"].get(folder).unwrap_or(&settings);
            match item["section"].as_str() {
                Some(section) => settings.get(section).cloned().unwrap_or(Value::Null),
                None => settings.clone(),
            }
        };
        items.iter().map(answer).collect()
    }

    fn update(&self, update: impl FnOnce(&mut State)) {
        update(&mut self.lock());
        self.changed.send_replace(());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
