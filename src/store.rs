//! The local store: what was asked of which model and what it cost, and the limits that several
//! running editors share. SQLite in the user's state folder.
//!
//! One thread has the file. Nothing on the way of a message or of a request waits for it, but the
//! admission of a request to a model that has a limit or a cap. Where the file cannot be used,
//! everything is kept in memory and [`Store::problem`] says why.

pub mod admission;
mod explanations;
mod file;
mod request;
mod schema;
pub mod usage;
mod worker;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;
use tokio::sync::{oneshot, watch};

use self::admission::{Verdict, Want};
pub use self::file::FILE;
pub use self::request::{Outcome, Request, Subject, Tokens};
use self::usage::{DayUsage, Today};
use self::worker::Job;
pub use self::worker::wait_for_writers;

/// The store of the process. Its file is opened when something is first asked of it.
pub struct Store {
    folder: Option<PathBuf>,
    jobs: Mutex<Option<SyncSender<Job>>>,
    shared: Arc<Shared>,
}

/// What the thread tells.
struct Shared {
    today: watch::Sender<Option<Today>>,
    problem: Mutex<Option<String>>,
}

impl Store {
    /// In this folder; `None` keeps everything in memory.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        let shared = Shared { today: watch::Sender::new(None), problem: Mutex::default() };
        Self { folder, jobs: Mutex::default(), shared: Arc::new(shared) }
    }

    /// Notes a request that is over.
    pub fn record(&self, request: Request) {
        self.send(Job::Record(Box::new(request)));
    }

    /// Asks whether a request may be sent now, and counts it if so. Dropped before it is answered,
    /// nothing was counted. A granted admission ends with [`Store::record`] or [`Store::release`].
    pub async fn admit(&self, want: Want) -> Verdict {
        let (reply, verdict) = oneshot::channel();
        self.send(Job::Admit(Box::new(want), reply));
        verdict.await.unwrap_or(Verdict::Wait(Duration::from_millis(100), "the local store"))
    }

    /// Takes an admission back: its request was not sent.
    pub fn release(&self, admission: i64) {
        self.send(Job::Release(admission));
    }

    /// An admission's request is over, without a note of its own.
    pub fn close(&self, admission: i64) {
        self.send(Job::Close(admission));
    }

    /// What was used, by day (UTC), model and purpose, in the last `days` days, today among them;
    /// oldest first.
    pub async fn usage(&self, days: u32) -> Vec<DayUsage> {
        let (reply, usage) = oneshot::channel();
        self.send(Job::Usage(days, reply));
        usage.await.unwrap_or_default()
    }

    /// What was used today (UTC), by all editors; wakes when it changes. `None` until it is known.
    #[must_use]
    pub fn watch_today(&self) -> watch::Receiver<Option<Today>> {
        if self.jobs.lock().is_none() {
            self.send(Job::Look);
        }
        self.shared.today.subscribe()
    }

    /// An explanation that was kept under a key. Waits for the disk, and for what is written before.
    pub async fn explanation(&self, key: Vec<u8>) -> Option<String> {
        let (reply, text) = oneshot::channel();
        self.send(Job::Explanation(key, reply));
        text.await.ok().flatten()
    }

    /// Keeps an explanation under a key, for as long as there is room.
    pub fn keep_explanation(&self, key: Vec<u8>, text: String) {
        self.send(Job::Explain(key, text));
    }

    /// Its file; `None` where everything is kept in memory from the start.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(FILE))
    }

    /// Why the file is not used, or was begun anew.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        self.shared.problem.lock().clone()
    }

    /// Waits until everything sent before is written.
    pub async fn flush(&self) {
        let (reply, done) = oneshot::channel();
        self.send(Job::Flush(reply));
        let _ = done.await;
    }

    /// Never waits: where the thread is so far behind, or could not be started, the job is lost.
    fn send(&self, job: Job) {
        let mut jobs = self.jobs.lock();
        let sender = match jobs.as_ref() {
            Some(sender) => sender,
            None => {
                let Some(sender) = worker::start(self.folder.clone(), Arc::clone(&self.shared))
                else {
                    return;
                };
                jobs.insert(sender)
            }
        };
        let _ = sender.try_send(job);
    }
}

impl Shared {
    /// Says what is wrong, once for each text.
    fn complain(&self, problem: String) {
        let mut known = self.problem.lock();
        if known.as_ref() != Some(&problem) {
            tracing::warn!("{problem}");
            *known = Some(problem);
        }
    }
}

/// Milliseconds since 1970 (UTC).
#[must_use]
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// SQLite's integers are signed.
fn int(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What SQLite sums up is never negative here.
fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests;
