//! A scriptable LLM server inside the test's process, for everything that speaks to a backend.
//!
//! It listens on 127.0.0.1, speaks every wire format that foretype does by path, and does what its
//! script says: answer, refuse, hang, reset, truncate. A *gated* reply goes on only when
//! the test lets it, so tests need no sleeps. It runs on a thread and a clock of its own.
//!
//! ```ignore
//! let backend = FakeBackend::start().await;
//! backend.script([Reply::text("alpha(beta)").gated(), Reply::status(429).retry_after(2)]);
//! // … the code under test sends a request to backend.url() …
//! let call = backend.next_call().await;
//! assert_eq!(call.prompt().prefix, "fn main() { ");
//! call.send("alpha").await;
//! call.closed().await; // the code under test was to cancel
//! ```
#![allow(
    dead_code,
    missing_docs,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod answer;
mod call;
mod connection;
mod dialect;
mod http;
mod prompt;
mod record;
mod reply;
mod server;
mod state;

use std::future::Future;
use std::net::{Ipv4Addr, TcpListener};
use std::panic::Location;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

pub use call::Call;
pub use dialect::{Dialect, PROMPT_TOKENS, vector};
pub use prompt::Prompt;
pub use record::{Headers, Outcome, Record};
pub use reply::Reply;
pub use server::{Load, Model, Server};
use state::{Open, Probe, Shared};

/// A handle on the backend; the last one dropped stops it and closes every connection.
#[derive(Clone)]
pub struct FakeBackend {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl FakeBackend {
    /// Starts on a free port.
    pub async fn start() -> Self {
        Self::start_on(0).await
    }

    /// Starts on this port: for a server that comes back, or that is looked for at its usual place.
    pub async fn start_on(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let shared = Arc::new(Shared::new(runtime.handle().clone()));
        let (stop, stopped) = oneshot::channel::<()>();
        let served = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    _ = stopped => {}
                    () = connection::serve(listener, Arc::clone(&served)) => {}
                }
            });
            drop(runtime);
            let calls = served.update(|state| {
                state.stop();
                std::mem::take(&mut state.calls)
            });
            drop(calls);
        });
        let inner = Inner { shared, port, stop: Some(stop), thread: Some(thread) };
        Self { inner: Arc::new(inner) }
    }

    /// What messages call it, as the model `fake`.
    pub fn name(&self) -> String {
        format!("fake at 127.0.0.1:{}", self.inner.port)
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.inner.port)
    }

    pub fn port(&self) -> u16 {
        self.inner.port
    }

    /// Answers every request with this, once the script is used up.
    pub fn answer(&self, reply: impl Into<Reply>) {
        let reply = reply.into();
        self.shared().update(|state| state.default = reply);
    }

    /// Adds one reply for each coming request.
    pub fn script(&self, replies: impl IntoIterator<Item = Reply>) {
        let replies: Vec<Reply> = replies.into_iter().collect();
        self.shared().update(|state| state.script.extend(replies));
    }

    /// Answers requests whose body contains `needle` (as in the raw JSON) with this, ahead of the
    /// script; of several, the rule made first.
    pub fn when(&self, needle: &str, reply: impl Into<Reply>) {
        let rule = (needle.to_owned(), reply.into());
        self.shared().update(|state| state.rules.push(rule));
    }

    /// Changes what the backend says of server and model.
    pub fn model(&self, change: impl FnOnce(&mut Model)) {
        self.shared().update(|state| change(&mut state.model));
    }

    /// Answers probes of `path` (GETs, and the POST `/api/show`) with this.
    pub fn get(&self, path: &str, answer: Value) {
        self.set_probe(path, Probe::Json(answer));
    }

    /// Answers probes of `path` with a status.
    pub fn get_status(&self, path: &str, status: u16) {
        self.set_probe(path, Probe::Status(status));
    }

    /// Never answers probes of `path`.
    pub fn get_hang(&self, path: &str) {
        self.set_probe(path, Probe::Hang);
    }

    /// As a server that has just started: llama.cpp answers 503 until `loaded`; Ollama lists no
    /// model, and its first request begins a load that ends with `finish_load`.
    pub fn loading(&self) {
        self.shared().update(|state| {
            state.loading = true;
            state.load = Load::Unloaded;
        });
    }

    /// Everything is loaded; whoever waits for Ollama's load is answered.
    pub fn loaded(&self) {
        self.shared().update(|state| {
            state.loading = false;
            state.load = Load::Loaded;
        });
    }

    /// Ollama unloads the model, as after `keep_alive`.
    pub fn unload(&self) {
        self.shared().update(|state| state.load = Load::Unloaded);
    }

    /// Ollama's load under way is done; panics if there is none.
    #[track_caller]
    pub fn finish_load(&self) {
        let before = self.shared().update(|state| {
            let before = state.load;
            if matches!(before, Load::Loading(_)) {
                state.load = Load::Loaded;
            }
            before
        });
        assert!(matches!(before, Load::Loading(_)), "nothing loads: {before:?}");
    }

    /// Loads that Ollama has begun.
    pub fn loads_started(&self) -> usize {
        self.shared().look(|state| state.loads_started)
    }

    /// Loads that Ollama gave up because their client left.
    pub fn loads_aborted(&self) -> usize {
        self.shared().look(|state| state.loads_aborted)
    }

    /// The next POST that has arrived whole, in order of arrival; panics after 10 s.
    #[track_caller]
    pub fn next_call(&self) -> impl Future<Output = Call> + '_ {
        let from = Location::caller();
        self.shared().until("a call", from, || self.shared().look(|state| state.calls.pop_front()))
    }

    /// Waits until `check` holds, looking again at every change; panics after 10 s.
    #[track_caller]
    pub fn until<'a>(
        &'a self,
        what: &'a str,
        mut check: impl FnMut(&Self) -> bool + 'a,
    ) -> impl Future<Output = ()> + 'a {
        let from = Location::caller();
        async move { self.shared().until(what, from, || check(self).then_some(())).await }
    }

    /// POSTs that `next_call` has not handed out yet.
    pub fn calls_waiting(&self) -> usize {
        self.shared().look(|state| state.calls.len())
    }

    /// The POSTs that arrived whole, the refused ones among them.
    pub fn requests(&self) -> Vec<Record> {
        self.shared().look(|state| state.posts.clone())
    }

    /// The probes that arrived: GETs, HEADs, and the POST `/api/show`.
    pub fn gets(&self) -> Vec<Record> {
        self.shared().look(|state| state.gets.clone())
    }

    /// What arrived that is not HTTP, or ended inside a request.
    pub fn malformed(&self) -> Vec<String> {
        self.shared().look(|state| state.malformed.clone())
    }

    /// TCP connections accepted so far.
    pub fn connections(&self) -> usize {
        self.shared().look(|state| state.accepted)
    }

    /// TCP connections open now.
    pub fn open_connections(&self) -> usize {
        self.shared().look(|state| state.open.len())
    }

    /// Closes (FIN) every connection on which no request is under way; says how many. A client's
    /// pool notices when it next looks, which may be after it has sent a request there; for a
    /// request that is lost for certain, `kill_idle`.
    #[track_caller]
    pub fn close_idle(&self) -> impl Future<Output = usize> + '_ {
        let from = Location::caller();
        async move {
            let idle = self.mark_idle(|open| {
                open.closing = true;
                open.wake.notify_one();
            });
            let closed =
                || self.shared().look(|state| idle.iter().all(|id| !state.open.contains_key(id)));
            self.shared().until("idle connections to close", from, || closed().then_some(())).await;
            idle.len()
        }
    }

    /// Makes every idle connection dead, as a sleeping laptop does: the client sees nothing until
    /// it sends its next request there, which is reset (RST). Says how many.
    pub fn kill_idle(&self) -> usize {
        self.mark_idle(|open| open.dead = true).len()
    }

    /// Requests that `kill_idle` has cost so far.
    pub fn lost_requests(&self) -> usize {
        self.shared().look(|state| state.lost)
    }

    fn mark_idle(&self, mark: impl Fn(&mut Open)) -> Vec<usize> {
        self.shared().update(|state| {
            let idle = state.open.iter_mut().filter(|(_, open)| !open.busy);
            idle.map(|(id, open)| {
                mark(open);
                *id
            })
            .collect()
        })
    }

    fn set_probe(&self, path: &str, probe: Probe) {
        self.shared().update(|state| state.probes.insert(path.to_owned(), probe));
    }

    fn shared(&self) -> &Shared {
        &self.inner.shared
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic over there has been printed over there.
            let _ = thread.join();
        }
    }
}
