//! An editor for tests: it opens files, types, asks for suggestions and accepts them, and keeps
//! its own copy of every text. The real server runs behind it in this process.
//!
//! ```ignore
//! let backend = FakeBackend::start().await;
//! let editor = Editor::open_with(&backend).await;
//! let mut doc = editor.open("main.rs", "rust", "fn main() {\n    $0\n}\n");
//! doc.type_text("let x = ");
//! backend.answer("1;");
//! let suggestion = editor.suggestion(&doc).await;
//! doc.accept(&suggestion).await;
//! assert_eq!(doc.source(), "fn main() {\n    let x = 1;$0\n}\n");
//! editor.finish().await;
//! ```
//!
//! `finish` asserts that every request got exactly one reply, that no warning went unread, and
//! that the server ended as it should.
#![allow(
    dead_code,
    unused_imports,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod builder;
mod document;
mod suggestion;
pub mod wire;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foretype::document::uri::DocumentUri;
use foretype::server::transport::Ended;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

pub use builder::{Builder, options_for};
pub use document::{Doc, Encoding};
pub use suggestion::{Pending, Suggestion};
pub use wire::Wire;

use crate::support::fake_backend::FakeBackend;

/// An editor with a server.
pub struct Editor {
    pub wire: Arc<Wire>,
    serving: Option<JoinHandle<Ended>>,
    home: tempfile::TempDir,
    pub encoding: Encoding,
    /// The params of `initialize`.
    pub initialize: Value,
    /// Its result.
    pub initialized: Value,
}

impl Editor {
    /// How most tests begin: a client with ghost text and status, one model without debounce.
    pub async fn open_with(backend: &FakeBackend) -> Self {
        Self::builder().with(backend).open().await
    }

    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A path in the workspace folder.
    pub fn path(&self, name: &str) -> PathBuf {
        let work = self.home.path().join("work");
        if name.is_empty() { work } else { work.join(name) }
    }

    /// The URI of a path in the workspace folder, or a URI as it is.
    pub fn uri(&self, name: &str) -> String {
        let has_scheme = name.split_once(':').is_some_and(|(scheme, _)| scheme.len() > 1);
        if has_scheme {
            return name.to_owned();
        }
        DocumentUri::from_path(&self.path(name)).as_str().to_owned()
    }

    /// A workspace folder.
    pub fn folder(&self, name: &str) -> Value {
        json!({ "uri": self.uri(name), "name": name })
    }

    /// Writes a file in the workspace folder.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Where the user's own configuration is.
    pub fn config_file(&self) -> PathBuf {
        self.home.path().join("config").join("config.toml")
    }

    /// Opens a document; `$0` is the cursor.
    pub fn open(&self, name: &str, language: &str, source: &str) -> Doc {
        let doc = Doc::new(&self.wire, self.encoding, &self.uri(name), source);
        let item = json!({
            "uri": doc.uri, "languageId": language, "version": doc.version, "text": doc.text(),
        });
        self.wire.notify("textDocument/didOpen", json!({ "textDocument": item }));
        doc
    }

    /// A document that the server was told of in another way.
    pub fn doc(&self, uri: &str, source: &str) -> Doc {
        Doc::new(&self.wire, self.encoding, uri, source)
    }

    pub fn request(&self, method: &str, params: Value) -> Pending {
        let id = self.wire.request(method, params);
        Pending { wire: Arc::clone(&self.wire), id }
    }

    pub fn notify(&self, method: &str, params: Value) {
        self.wire.notify(method, params);
    }

    /// Asks for ghost text at the cursor, as after a key.
    pub fn request_suggestion(&self, doc: &Doc) -> Pending {
        self.request_inline(doc, 2)
    }

    /// Asks for ghost text by hand.
    pub fn invoke(&self, doc: &Doc) -> Pending {
        self.request_inline(doc, 1)
    }

    fn request_inline(&self, doc: &Doc, kind: u8) -> Pending {
        let params = json!({
            "textDocument": doc.identifier(),
            "position": doc.position(),
            "context": { "triggerKind": kind },
        });
        self.request("textDocument/inlineCompletion", params)
    }

    /// Asks for the menu at the cursor.
    pub fn request_menu(&self, doc: &Doc) -> Pending {
        let params = json!({ "textDocument": doc.identifier(), "position": doc.position() });
        self.request("textDocument/completion", params)
    }

    #[track_caller]
    pub fn suggest(&self, doc: &Doc) -> impl Future<Output = Vec<Suggestion>> + use<> {
        let pending = self.request_suggestion(doc);
        let from = std::panic::Location::caller();
        async move {
            match pending.outcome().await {
                Ok(suggestions) => suggestions,
                Err(code) => panic!("{from}: an error instead of suggestions: {code}"),
            }
        }
    }

    /// The one suggestion at the cursor.
    #[track_caller]
    pub fn suggestion(&self, doc: &Doc) -> impl Future<Output = Suggestion> + use<> {
        let (from, suggest) = (std::panic::Location::caller(), self.suggest(doc));
        async move {
            let mut suggestions = suggest.await;
            assert_eq!(suggestions.len(), 1, "{from}: suggestions");
            suggestions.remove(0)
        }
    }

    /// Notifications of a method so far; they count as looked at.
    pub fn notifications(&self, method: &str) -> Vec<Value> {
        self.wire.told(method)
    }

    /// Messages of `window/logMessage` so far.
    pub fn log(&self) -> Vec<String> {
        let text = |params: &Value| params["message"].as_str().unwrap_or("").to_owned();
        self.notifications("window/logMessage").iter().map(text).collect()
    }

    /// Waits for a line in the log that contains all these words.
    #[track_caller]
    pub fn logged<'a>(&'a self, words: &'a [&'a str]) -> impl Future<Output = String> + 'a {
        self.wire.until("a line in the log", move || {
            let holds = |line: &String| words.iter().all(|word| line.contains(word));
            self.log().into_iter().find(holds)
        })
    }

    /// The last status.
    pub fn status(&self) -> Value {
        self.notifications("foretype/status").pop().unwrap_or_default()
    }

    /// Waits for a status with this state, whose reason contains this.
    #[track_caller]
    pub fn status_is<'a>(
        &'a self,
        state: &'a str,
        reason: &'a str,
    ) -> impl Future<Output = Value> + 'a {
        self.wire.until("a status", move || {
            let status = self.status();
            let fits = status["reason"].as_str().unwrap_or("").contains(reason);
            (status["state"] == state && fits).then_some(status)
        })
    }

    /// Everything sent so far has been read, and what it told right away is here: a request that
    /// needs nothing has been answered after it.
    #[track_caller]
    pub fn settle(&self) -> impl Future<Output = ()> + use<> {
        let pending = self.request("workspace/executeCommand", json!({ "command": "none" }));
        async move {
            assert_eq!(pending.code().await, -32602);
        }
    }

    /// Closes the editor's end; how the server took it.
    pub async fn hang_up(mut self) -> Ended {
        self.wire.forgive();
        let faults = self.wire.faults();
        assert!(faults.is_empty(), "{faults:#?}");
        self.wire.close();
        self.ended().await
    }

    /// How the server ends; the test has seen to it that it does.
    pub async fn ended(&mut self) -> Ended {
        let serving = self.serving.take().expect("the server has not ended yet");
        let ended = tokio::time::timeout(wire::PATIENCE, serving).await;
        ended.expect("the server ends in time").expect("the server does not panic")
    }

    /// `shutdown`, `exit`, and the checks that every test wants.
    pub async fn finish(mut self) {
        let reply = self.request("shutdown", Value::Null).reply().await;
        assert_eq!(reply.get("result"), Some(&Value::Null), "{reply}");
        self.notify("exit", Value::Null);
        assert_eq!(self.ended().await, Ended::Exit { after_shutdown: true });
        self.wire.until("the last words", || self.wire.is_over().then_some(())).await;
        let faults = self.wire.faults();
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let unfinished = self.serving.is_some() && !std::thread::panicking();
        assert!(!unfinished, "a test must end with `finish`, `hang_up` or `ended`");
    }
}
