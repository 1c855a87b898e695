//! The thread that has the store's file. It gathers what is noted for a moment and writes it at
//! once, and ends when nobody can send it anything more.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use rusqlite::{Connection, TransactionBehavior, params};
use tokio::sync::oneshot;

use super::admission::{LEASE, Verdict, Want, admit, settle};
use super::explanations;
use super::file::{self, Trouble, trouble};
use super::request::{Request, write};
use super::usage::{self, DayUsage};
use super::{Shared, now_ms};

/// Jobs that may wait for the disk; more are lost.
const QUEUE: usize = 4_096;
/// How long what is noted is gathered before it is written.
const GATHER: Duration = Duration::from_millis(150);
/// How often a process says that what it has under way is still its own; a third of the lease.
const RENEW: Duration = Duration::from_secs(10);
/// How long a file that another process has locked is left before it is opened again.
const AGAIN: Duration = Duration::from_secs(2);
/// Requests are kept this long; their sums by the day for good.
const KEEP: &str = "-400 days";

/// Threads that still write.
static WRITERS: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// What the thread is asked to do.
pub(super) enum Job {
    Record(Box<Request>),
    Admit(Box<Want>, oneshot::Sender<Verdict>),
    Release(i64),
    Close(i64),
    Usage(u32, oneshot::Sender<Vec<DayUsage>>),
    Explanation(Vec<u8>, oneshot::Sender<Option<String>>),
    Explain(Vec<u8>, String),
    Flush(oneshot::Sender<()>),
    /// Tell what was used today.
    Look,
}

/// Starts the thread; `None` where the system has none to give.
pub(super) fn start(folder: Option<PathBuf>, shared: Arc<Shared>) -> Option<SyncSender<Job>> {
    let (sender, jobs) = sync_channel(QUEUE);
    *WRITERS.0.lock() += 1;
    let writing = Writing;
    let thread = std::thread::Builder::new().name("store".to_owned());
    let run = move || {
        let _writing = writing;
        Worker::open(folder, shared).run(&jobs);
    };
    thread.spawn(run).ok().map(|_| sender)
}

/// Waits, at most this long, until what was noted is written. To be called once everything that
/// could still note anything is gone.
pub fn wait_for_writers(most: Duration) {
    let until = Instant::now() + most;
    let mut writers = WRITERS.0.lock();
    while *writers > 0 {
        if WRITERS.1.wait_until(&mut writers, until).timed_out() {
            return;
        }
    }
}

struct Writing;

impl Drop for Writing {
    fn drop(&mut self) {
        *WRITERS.0.lock() -= 1;
        WRITERS.1.notify_all();
    }
}

struct Worker {
    folder: Option<PathBuf>,
    /// `None` while the file is locked, and where SQLite has not even memory.
    connection: Option<Connection>,
    /// When its file was last opened in vain; `None` lets it be opened at once.
    tried: Option<Instant>,
    shared: Arc<Shared>,
    noted: Vec<Request>,
    /// Admissions under way.
    open: HashSet<i64>,
    renewed: Instant,
}

impl Worker {
    fn open(folder: Option<PathBuf>, shared: Arc<Shared>) -> Self {
        let (connection, problem) = file::open(folder.as_deref());
        if let Some(problem) = problem {
            shared.complain(problem);
        }
        let (noted, open, renewed) = (Vec::new(), HashSet::new(), Instant::now());
        let tried = Some(renewed);
        let mut worker = Self { folder, connection, tried, shared, noted, open, renewed };
        worker.use_file(|connection| {
            connection
                .execute("DELETE FROM requests WHERE at < unixepoch('now', ?1) * 1000", [KEEP])
        });
        worker.settle();
        worker.tell_today();
        worker
    }

    fn run(mut self, jobs: &Receiver<Job>) {
        let mut write_at: Option<Instant> = None;
        loop {
            let renew_at = (!self.open.is_empty()).then(|| self.renewed + RENEW);
            let next = match write_at.into_iter().chain(renew_at).min() {
                None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => jobs.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            match next {
                Ok(Job::Record(request)) => {
                    write_at.get_or_insert_with(|| Instant::now() + GATHER);
                    self.noted.push(*request);
                }
                Ok(job) => {
                    self.write();
                    write_at = (!self.noted.is_empty()).then(|| Instant::now() + GATHER);
                    self.work(job);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    self.tried = None;
                    return self.write();
                }
            }
            if write_at.is_some_and(|at| at <= Instant::now()) {
                self.write();
                // What another process kept from being written is tried again.
                write_at = (!self.noted.is_empty()).then(|| Instant::now() + GATHER);
            }
            if self.renewed.elapsed() >= RENEW {
                self.renew();
            }
        }
    }

    fn work(&mut self, job: Job) {
        match job {
            Job::Record(_) => {}
            Job::Admit(want, reply) => {
                if reply.is_closed() {
                    return;
                }
                let busy = Verdict::Wait(Duration::from_millis(50), "the local store");
                // Without any store there is nothing to count with, and the user still wants to work.
                let verdict = match (&self.connection, &self.folder) {
                    (None, None) => Verdict::Granted(0),
                    _ => self
                        .use_file(|connection| admit(connection, &want, now_ms()))
                        .unwrap_or(busy),
                };
                let granted = match verdict {
                    Verdict::Granted(id) => Some(id),
                    _ => None,
                };
                self.open.extend(granted);
                // Nobody waits for it any more: it was not spent.
                if reply.send(verdict).is_err()
                    && let Some(id) = granted
                {
                    self.release(id);
                }
            }
            Job::Release(id) => self.release(id),
            Job::Close(id) => {
                self.open.remove(&id);
                self.use_file(|c| c.execute("UPDATE admissions SET open = 0 WHERE id = ?1", [id]));
            }
            Job::Usage(days, reply) => {
                self.settle();
                let read = self.use_file(|connection| usage::days(connection, now_ms(), days));
                let _ = reply.send(read.unwrap_or_default());
            }
            Job::Explanation(key, reply) => {
                let read = self.use_file(|connection| explanations::read(connection, &key));
                let _ = reply.send(read.flatten());
            }
            Job::Explain(key, text) => {
                self.use_file(|c| explanations::write(c, &key, &text, now_ms()));
            }
            Job::Flush(reply) => {
                let _ = reply.send(());
            }
            Job::Look => self.tell_today(),
        }
    }

    /// Counts what other processes left behind.
    fn settle(&mut self) {
        self.use_file(|connection| settle(connection, now_ms()));
    }

    fn release(&mut self, id: i64) {
        self.open.remove(&id);
        self.use_file(|c| c.execute("DELETE FROM admissions WHERE id = ?1", [id]));
    }

    /// Writes what was noted.
    fn write(&mut self) {
        if self.noted.is_empty() {
            return;
        }
        let noted = std::mem::take(&mut self.noted);
        let written = self.use_file(|connection| {
            let all = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for request in &noted {
                write(&all, request)?;
            }
            all.commit()
        });
        if written.is_some() {
            for admission in noted.iter().filter_map(|request| request.admission) {
                self.open.remove(&admission);
            }
            self.tell_today();
        } else if (self.connection.is_some() || self.folder.is_some()) && noted.len() < QUEUE {
            self.noted = noted;
        }
    }

    fn renew(&mut self) {
        self.renewed = Instant::now();
        let open: Vec<i64> = self.open.iter().copied().collect();
        self.use_file(|connection| {
            let all = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for id in &open {
                let lease = now_ms() + LEASE;
                all.execute("UPDATE admissions SET lease = ?2 WHERE id = ?1", params![id, lease])?;
            }
            all.commit()
        });
    }

    fn tell_today(&mut self) {
        if let Some(today) = self.use_file(|connection| usage::today(connection, now_ms())) {
            self.shared.today.send_replace(Some(today));
        }
    }

    /// Works on the store; where its file fails, goes on with another and does it there. `None`
    /// where another process is writing.
    fn use_file<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> rusqlite::Result<T>,
    ) -> Option<T> {
        self.open_again();
        let connection = self.connection.as_mut()?;
        let error = match work(connection) {
            Ok(done) => return Some(done),
            Err(error) => error,
        };
        let file = self.folder.as_deref().map(|folder| folder.join(file::FILE));
        match (trouble(&error), file) {
            (Trouble::Busy, _) => return None,
            (Trouble::Torn, Some(file)) => {
                // Closed first: what belongs to the old file must not be written into the new one.
                self.connection = None;
                let _ = file::set_aside(&file);
                let (connection, problem) = file::open(self.folder.as_deref());
                self.connection = connection;
                let torn = format!("{}: was torn, and a new one is begun", file.display());
                self.shared.complain(problem.unwrap_or(torn));
            }
            (Trouble::Torn, None) => return None,
            (Trouble::Unwritable, file) => self.go_on_in_memory(file.as_deref(), error),
        }
        work(self.connection.as_mut()?).ok()
    }

    /// Opens a file that was locked, once it is time.
    fn open_again(&mut self) {
        let waits = self.tried.is_some_and(|tried| tried.elapsed() < AGAIN);
        if self.connection.is_some() || self.folder.is_none() || waits {
            return;
        }
        let (connection, problem) = file::open(self.folder.as_deref());
        self.connection = connection;
        self.tried = Some(Instant::now());
        match problem {
            Some(problem) => self.shared.complain(problem),
            None => *self.shared.problem.lock() = None,
        }
    }

    /// What can still be read and matters for caps is taken along.
    fn go_on_in_memory(&mut self, file: Option<&Path>, error: rusqlite::Error) {
        let memory = file::memory();
        if let (Some(old), Some(new)) = (&self.connection, &memory) {
            let _ = carry_over(old, new);
        }
        self.connection = memory;
        if let Some(file) = file {
            self.shared.complain(file::reason(file, &error.into()));
        }
        // Never again the file: what is counted from here on is not in it.
        self.folder = None;
    }
}

/// Copies this month's sums.
fn carry_over(old: &Connection, new: &Connection) -> rusqlite::Result<()> {
    let mut read = old.prepare("SELECT * FROM daily WHERE day >= date('now', 'start of month')")?;
    let columns = read.column_count();
    let mut rows = read.query([])?;
    let places = vec!["?"; columns].join(", ");
    let mut write = new.prepare(&format!("INSERT INTO daily VALUES ({places})"))?;
    while let Some(row) = rows.next()? {
        let values: rusqlite::Result<Vec<rusqlite::types::Value>> =
            (0..columns).map(|column| row.get(column)).collect();
        write.execute(rusqlite::params_from_iter(values?))?;
    }
    Ok(())
}
