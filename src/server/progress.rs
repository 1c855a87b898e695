//! Progress that the client can follow and end (LSP 3.17, "Work Done Progress").

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::Server;
use super::Wire;
use super::client::ClientHandle;
use crate::markdown::plain;

/// How long a client may take to accept a token.
const PATIENCE: Duration = Duration::from_secs(1);

/// Text that comes piece by piece is told of at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// When something was told of last.
#[derive(Default)]
pub(crate) struct Pace(Option<Instant>);

impl Pace {
    /// Whether it is time to tell again; then it counts as told.
    pub(crate) fn is_due(&mut self) -> bool {
        let due = self.0.is_none_or(|at| at.elapsed() >= TELL_EVERY);
        if due {
            self.0 = Some(Instant::now());
        }
        due
    }
}

/// Counts tokens of ours.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// The work under way, by its token as JSON text.
pub(crate) type Works = Arc<Mutex<HashMap<String, CancellationToken>>>;

/// A piece of work whose client is told how it goes. Its end is told when it is dropped.
pub(crate) struct Work {
    client: ClientHandle,
    works: Works,
    token: Option<Value>,
    /// The client has had enough of it.
    pub(crate) cancelled: CancellationToken,
}

/// Who can be told of work, for what outlives a request.
#[derive(Clone)]
pub(crate) struct Teller {
    client: ClientHandle,
    works: Works,
    /// The client shows progress that it did not ask for.
    shows: bool,
}

impl Teller {
    /// The client of a connection.
    pub(crate) fn of(server: &Server) -> Self {
        let (client, works) = (server.client.clone(), Arc::clone(&server.works));
        Self { client, works, shows: server.features().progress }
    }
}

impl Work {
    /// Begins to tell of it; without a token there is nobody to tell.
    pub(crate) fn begin(server: &Server, token: Option<Value>, title: &str) -> Self {
        Self::told(&Teller::of(server), token, title)
    }

    fn told(teller: &Teller, token: Option<Value>, title: &str) -> Self {
        let cancelled = CancellationToken::new();
        let Teller { client, works, .. } = teller.clone();
        if let Some(token) = &token {
            works.lock().insert(token.to_string(), cancelled.clone());
            let begin = json!({ "kind": "begin", "title": title, "cancellable": true });
            client.progress(token, &begin);
        }
        Self { client, works, token, cancelled }
    }

    /// As [`begin`](Self::begin); where the client gave no token it is asked to take one of ours.
    pub(crate) async fn begin_here(server: &Server, token: Option<Value>, title: &str) -> Self {
        if token.is_some() {
            return Self::begin(server, token, title);
        }
        Self::begin_ours(&Teller::of(server), title).await
    }

    /// With a token of ours, if the client takes one.
    pub(crate) async fn begin_ours(teller: &Teller, title: &str) -> Self {
        if !teller.shows {
            return Self::told(teller, None, title);
        }
        let ours = format!("foretype-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let asked = teller.client.requests().create_work_done_progress(ours.clone().into());
        let taken = matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(())));
        Self::told(teller, taken.then(|| ours.into()), title)
    }

    /// Whether the client is told of it.
    pub(crate) const fn is_told(&self) -> bool {
        self.token.is_some()
    }

    /// Ends it with a last word.
    pub(crate) fn end(mut self, message: &str) {
        if let Some(token) = self.token.take() {
            self.works.lock().remove(&token.to_string());
            let end = json!({ "kind": "end", "message": plain(message) });
            self.client.progress(&token, &end);
        }
    }

    /// How far it is.
    pub(crate) fn report(&self, message: &str) {
        if let Some(token) = &self.token {
            let report = json!({ "kind": "report", "message": plain(message) });
            self.client.progress(token, &report);
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(token) = &self.token {
            self.works.lock().remove(&token.to_string());
            self.client.progress(token, &json!({ "kind": "end" }));
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Cancel {
    token: Value,
}

/// `window/workDoneProgress/cancel`.
pub(crate) async fn cancel(server: &Server, params: Wire<Cancel>) {
    let Some(Cancel { token }) = params.noted(server, "window/workDoneProgress/cancel") else {
        return;
    };
    if let Some(work) = server.works.lock().get(&token.to_string()) {
        work.cancel();
    }
}
