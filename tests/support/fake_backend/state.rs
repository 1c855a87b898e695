//! What the backend's thread and the tests share.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::call::Call;
use super::dialect::{Dialect, llama_error};
use super::record::{Outcome, Record};
use super::reply::Reply;
use super::server::{Load, Model};

/// How long a test waits for anything before it fails.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The state with its lock and its news.
pub struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<()>,
    runtime: Handle,
}

pub struct State {
    /// One for each coming request.
    pub script: VecDeque<Reply>,
    /// By text that the raw body contains; they go before the script.
    pub rules: Vec<(String, Reply)>,
    /// Once the script is used up.
    pub default: Reply,
    pub probes: HashMap<String, Probe>,
    pub model: Model,
    /// llama.cpp is loading.
    pub loading: bool,
    pub load: Load,
    pub loads_started: usize,
    pub loads_aborted: usize,
    pub posts: Vec<Record>,
    pub gets: Vec<Record>,
    pub malformed: Vec<String>,
    /// Requests that reached a connection made dead.
    pub lost: usize,
    /// Arrived, and not yet handed to the test.
    pub calls: VecDeque<Call>,
    pub accepted: usize,
    pub open: BTreeMap<usize, Open>,
}

/// What a probe's path is answered in place of what the model tells.
#[derive(Clone, Debug)]
pub enum Probe {
    Json(Value),
    Status(u16),
    Hang,
}

/// An open connection.
#[derive(Clone, Default)]
pub struct Open {
    /// From a request's first byte to its answer's last.
    pub busy: bool,
    /// To be closed; `wake` says so.
    pub closing: bool,
    /// To be reset by its next request.
    pub dead: bool,
    pub wake: Arc<Notify>,
}

impl Shared {
    pub fn new(runtime: Handle) -> Self {
        let state = State {
            script: VecDeque::new(),
            rules: Vec::new(),
            default: Reply::text("fake_answer"),
            probes: HashMap::new(),
            model: Model::default(),
            loading: false,
            load: Load::Loaded,
            loads_started: 0,
            loads_aborted: 0,
            posts: Vec::new(),
            gets: Vec::new(),
            malformed: Vec::new(),
            lost: 0,
            calls: VecDeque::new(),
            accepted: 0,
            open: BTreeMap::new(),
        };
        Self { state: Mutex::new(state), changed: watch::Sender::new(()), runtime }
    }

    /// Looks at the state, or changes what nobody waits for.
    pub fn look<R>(&self, look: impl FnOnce(&mut State) -> R) -> R {
        look(&mut self.lock())
    }

    /// Changes the state and wakes whoever waits for a change.
    pub fn update<R>(&self, update: impl FnOnce(&mut State) -> R) -> R {
        let result = update(&mut self.lock());
        self.changed.send_replace(());
        result
    }

    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Waits until `check` finds something; panics after `PATIENCE`, telling what there was.
    ///
    /// The alarm runs on the backend's clock, so that a caller's paused clock does not matter.
    pub async fn until<T>(
        &self,
        what: &str,
        from: &Location<'_>,
        mut check: impl FnMut() -> Option<T>,
    ) -> T {
        let mut changed = self.subscribe();
        let mut alarm = Alarm(self.runtime.spawn(tokio::time::sleep(PATIENCE)));
        loop {
            changed.borrow_and_update();
            if let Some(found) = check() {
                return found;
            }
            tokio::select! {
                biased;
                _ = changed.changed() => {}
                rung = &mut alarm.0 => {
                    let why = if rung.is_ok() { "waited 10 s in vain" } else { "the backend has stopped" };
                    panic!("{from}: {why} for {what}\n{}", self.look(|state| state.summary()));
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The reply to a POST that has just arrived.
    pub fn reply_to(&mut self, record: &Record) -> Reply {
        let (path, body) = (record.path.as_str(), &record.body);
        if record.method != "POST" {
            return Reply::status(405);
        }
        if Dialect::of(path).is_none() || !self.model.serves(path) {
            return Reply::status(404);
        }
        if self.loading && self.model.refuses_while_loading(path) {
            return Reply::status(503).body(llama_error(503, "Loading model"));
        }
        if let Some(refusal) = self.model.refuses(path, body) {
            return refusal;
        }
        let mut reply = match ollama_order(path, body) {
            None => self.next_reply(&record.raw),
            Some(reason) => Reply::status(200).body(json!({
                "model": body["model"], "created_at": "2026-01-01T00:00:00Z",
                "response": "", "done": true, "done_reason": reason,
            })),
        };
        if ollama_order(path, body) == Some("unload") {
            self.load = Load::Unloaded;
        } else {
            reply.needs_model = self.model.loads_for(path);
        }
        reply
    }

    /// The client of this POST has gone before the answer's end.
    pub fn left(&mut self, number: usize) {
        let record = &mut self.posts[number];
        record.outcome = Outcome::ClientLeft { tokens_sent: record.tokens_sent };
        if self.load == Load::Loading(number) {
            self.load = Load::Unloaded;
            self.loads_aborted += 1;
        }
    }

    fn next_reply(&mut self, raw: &str) -> Reply {
        if let Some((_, reply)) = self.rules.iter().find(|(needle, _)| raw.contains(needle)) {
            return reply.clone();
        }
        self.script.pop_front().unwrap_or_else(|| self.default.clone())
    }

    /// Whether a completion is under way.
    pub fn busy(&self) -> bool {
        self.posts.iter().any(|post| post.outcome == Outcome::Running)
    }

    /// Ends whatever runs, as the backend stops.
    pub fn stop(&mut self) {
        self.open.clear();
        for record in self.posts.iter_mut().chain(&mut self.gets) {
            if record.outcome == Outcome::Running {
                record.outcome = Outcome::Failed;
            }
        }
    }

    /// All there is to know, for a failed test.
    pub fn summary(&self) -> String {
        let list =
            |records: &[Record]| records.iter().map(|r| format!("\n  {r}")).collect::<String>();
        format!(
            "requests:{}\nprobes:{}\nmalformed: {:?}\ncalls not taken: {}; replies not used: {}; \
             connections: {} accepted, {} open; Ollama {:?}, loads started {}, aborted {}",
            list(&self.posts),
            list(&self.gets),
            self.malformed,
            self.calls.len(),
            self.script.len(),
            self.accepted,
            self.open.len(),
            self.load,
            self.loads_started,
            self.loads_aborted,
        )
    }
}

/// What Ollama does for an empty prompt, in its word for it.
fn ollama_order(path: &str, body: &Value) -> Option<&'static str> {
    let empty = body["prompt"].as_str().is_none_or(str::is_empty);
    let order = if body["keep_alive"] == json!(0) { "unload" } else { "load" };
    (path == "/api/generate" && empty).then_some(order)
}

/// A timer that is gone with the one who waits.
struct Alarm(JoinHandle<()>);

impl Drop for Alarm {
    fn drop(&mut self) {
        self.0.abort();
    }
}
