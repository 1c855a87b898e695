//! A small editor for tests of engine and backends: the real server in this process behind a pipe,
//! with documents that mirror what the editor shows.
//!
//! ```ignore
//! let editor = Editor::start(&options(&backend)).await;
//! let mut doc = editor.open("untitled:a.rs", "rust", "let a = $0;\n");
//! doc.type_text("al");
//! assert_eq!(doc.automatic().texts().await, ["pha()"]);
//! ```
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::future::Future;
use std::panic::Location;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use foretype::backend::discovery::Ports;
use foretype::config::Paths;
use foretype::server;
use foretype::server::framing::Framing;
use foretype::server::transport;
use foretype::services::Services;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::{mpsc, oneshot, watch};

mod doc;

pub use doc::Doc;

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// One connected editor; cloned handles are the same one.
#[derive(Clone)]
pub struct Editor {
    link: Arc<Link>,
}

struct Link {
    out: mpsc::UnboundedSender<Value>,
    state: Mutex<State>,
    heard: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    last_id: i64,
    waiting: HashMap<i64, oneshot::Sender<Value>>,
    notifications: Vec<Value>,
    /// Ids that were answered, to notice a second reply.
    answered: Vec<i64>,
}

/// A request under way.
pub struct Pending {
    pub id: i64,
    reply: oneshot::Receiver<Value>,
    from: &'static Location<'static>,
}

impl Editor {
    /// Starts a server of its own and initialises it with these options.
    pub async fn start(options: &Value) -> Self {
        Self::with_ports(options, Ports { llama_cpp: Vec::new(), ollama: Vec::new() }).await
    }

    /// As `start`, with ports at which a local server is looked for.
    pub async fn with_ports(options: &Value, ports: Ports) -> Self {
        let mut services = Services::new(Paths::default(), true);
        services.ports = ports;
        let editor = Self::connect(Arc::new(services));
        let capabilities = json!({
            "general": { "positionEncodings": ["utf-16"] },
            "textDocument": { "inlineCompletion": {}, "completion": {} },
            "experimental": { "foretypeStatus": true },
        });
        let params = json!({
            "processId": null, "rootUri": null,
            "capabilities": capabilities, "initializationOptions": options,
        });
        editor.request("initialize", params).result().await;
        editor.notify("initialized", json!({}));
        editor
    }

    fn connect(services: Arc<Services>) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let (reader, writer) = tokio::io::split(theirs);
        let (outbox, queue) = transport::outbox();
        let (service, socket) = server::connection(services, outbox.clone());
        let framing = Framing::Resynchronise;
        let pair = (outbox, queue);
        tokio::spawn(transport::serve(reader, writer, service, socket, framing, pair));
        let (read, mut write) = tokio::io::split(ours);
        let (out, mut messages) = mpsc::unbounded_channel::<Value>();
        tokio::spawn(async move {
            while let Some(message) = messages.recv().await {
                let body = message.to_string();
                let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
                if write.write_all(frame.as_bytes()).await.is_err() {
                    return;
                }
            }
            let _ = write.shutdown().await;
        });
        let (heard, state) = (watch::Sender::new(()), Mutex::default());
        let link = Arc::new(Link { out, state, heard });
        tokio::spawn(listen(Arc::downgrade(&link), read));
        Self { link }
    }

    /// Sends a request.
    #[track_caller]
    pub fn request(&self, method: &str, params: Value) -> Pending {
        let (sender, reply) = oneshot::channel();
        let mut state = self.link.state.lock().unwrap();
        state.last_id += 1;
        let id = state.last_id;
        state.waiting.insert(id, sender);
        drop(state);
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        Pending { id, reply, from: Location::caller() }
    }

    /// Sends a notification.
    pub fn notify(&self, method: &str, params: Value) {
        self.send(json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Cancels a request.
    pub fn cancel(&self, request: &Pending) {
        self.notify("$/cancelRequest", json!({ "id": request.id }));
    }

    /// Changes the configuration, as the editor's settings.
    pub fn configure(&self, options: &Value) {
        let settings = json!({ "settings": { "foretype": options } });
        self.notify("workspace/didChangeConfiguration", settings);
    }

    /// Resolves when the server has taken everything sent so far.
    #[track_caller]
    pub fn sync(&self) -> impl Future<Output = ()> + use<> {
        let pending = self.request("foretype/nothing", Value::Null);
        async move {
            pending.reply().await;
        }
    }

    /// Opens a document; `$0` in the text is the cursor.
    pub fn open(&self, uri: &str, language: &str, text: &str) -> Doc {
        Doc::open(self.clone(), uri, language, text)
    }

    /// The params of the notifications of `method` that have come so far.
    pub fn notifications(&self, method: &str) -> Vec<Value> {
        let state = self.link.state.lock().unwrap();
        let named = state.notifications.iter().filter(|message| message["method"] == method);
        named.map(|message| message["params"].clone()).collect()
    }

    /// Waits for a notification of `method` whose params pass the check.
    #[track_caller]
    pub fn notified<'a>(
        &'a self,
        method: &'a str,
        check: impl Fn(&Value) -> bool + 'a,
    ) -> impl Future<Output = Value> + 'a {
        let from = Location::caller();
        async move {
            let mut heard = self.link.heard.subscribe();
            let wait = async {
                loop {
                    heard.borrow_and_update();
                    if let Some(found) = self.notifications(method).into_iter().find(|p| check(p)) {
                        return found;
                    }
                    heard.changed().await.expect("the editor lives");
                }
            };
            let found = tokio::time::timeout(PATIENCE, wait).await;
            found.unwrap_or_else(|_| panic!("{from}: waited in vain for {method}"))
        }
    }

    /// Waits for a status in this state.
    #[track_caller]
    pub fn status<'a>(&'a self, state: &'a str) -> impl Future<Output = Value> + 'a {
        self.notified("foretype/status", move |status| status["state"] == state)
    }

    fn send(&self, message: Value) {
        let _ = self.link.out.send(message);
    }
}

impl Pending {
    /// The reply as it came.
    pub async fn reply(self) -> Value {
        let Self { id, reply, from } = self;
        match tokio::time::timeout(PATIENCE, reply).await {
            Ok(Ok(reply)) => reply,
            _ => panic!("{from}: waited in vain for the reply to request {id}"),
        }
    }

    /// The result; an error reply fails the test.
    pub async fn result(self) -> Value {
        let from = self.from;
        let reply = self.reply().await;
        assert!(reply.get("error").is_none(), "{from}: {}", reply["error"]);
        reply["result"].clone()
    }

    /// The error's code; a result fails the test.
    pub async fn error(self) -> i64 {
        let from = self.from;
        let reply = self.reply().await;
        reply["error"]["code"].as_i64().unwrap_or_else(|| panic!("{from}: no error reply"))
    }

    /// The items of a completion.
    pub async fn items(self) -> Vec<Value> {
        self.result().await["items"].as_array().expect("a list of items").clone()
    }

    /// The texts of a completion's items.
    pub async fn texts(self) -> Vec<String> {
        let text = |item: &Value| {
            let text = item.get("insertText").unwrap_or(&item["textEdit"]["newText"]);
            text.as_str().expect("an item has a text").to_owned()
        };
        self.items().await.iter().map(text).collect()
    }
}

async fn listen(link: std::sync::Weak<Link>, read: impl AsyncRead + Unpin) {
    let mut read = BufReader::new(read);
    loop {
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            if read.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        if read.read_exact(&mut body).await.is_err() {
            return;
        }
        let message: Value = serde_json::from_slice(&body).expect("the server sends JSON");
        let Some(link) = link.upgrade() else { return };
        link.take(message);
    }
}

impl Link {
    fn take(&self, message: Value) {
        let mut state = self.state.lock().unwrap();
        match (message.get("method"), message["id"].as_i64()) {
            (Some(_), None) => state.notifications.push(message),
            (Some(_), Some(_)) => {
                let reply = json!({ "jsonrpc": "2.0", "id": message["id"], "result": null });
                let _ = self.out.send(reply);
            }
            (None, Some(id)) => {
                assert!(!state.answered.contains(&id), "request {id} was answered twice");
                state.answered.push(id);
                if let Some(sender) = state.waiting.remove(&id) {
                    let _ = sender.send(message);
                }
            }
            (None, None) => panic!("the server could not read a message of the test's"),
        }
        drop(state);
        self.heard.send_replace(());
    }
}

/// Options for one model of this provider at `url`, asked without a debounce.
pub fn options(provider: &str, url: &str) -> Value {
    json!({
        "models": { "m": { "provider": provider, "url": url, "model": "qwen2.5-coder:1.5b" } },
        "completion": { "debounce_ms": 0, "menu": "always", "block_after_ms": 60_000 },
    })
}

/// `value` with the keys of `change` put over it, tables merged.
pub fn with(mut value: Value, change: Value) -> Value {
    merge(&mut value, change);
    value
}

fn merge(value: &mut Value, change: Value) {
    match (value, change) {
        (Value::Object(value), Value::Object(change)) => {
            for (key, change) in change {
                merge(value.entry(key).or_insert(Value::Null), change);
            }
        }
        (value, change) => *value = change,
    }
}
