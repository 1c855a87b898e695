//! A generation: one model's answer while it streams. It outlives the request that began it for
//! as long as someone holds it, and closes its connection when the last one lets go.

mod gather;
mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use self::stream::Stream;
use super::completer::{Completer, Query};
use super::shape::stop::StopRule;
use crate::backend::Usage;
use crate::backend::error::BackendError;

/// A generation under way or over. Dropping the last handle cancels it.
pub struct Generation {
    shared: Arc<Shared>,
    rule: StopRule,
    abort: Option<AbortHandle>,
    /// The document was parsed with its whole text in it, and was none the worse.
    parsed: AtomicBool,
}

struct Shared {
    progress: watch::Sender<Progress>,
    /// What has been typed at its place since it began.
    typed: Mutex<String>,
    /// Somebody has been asked.
    asked: AtomicBool,
}

/// How far a generation has come.
#[derive(Clone, Default)]
pub struct Progress {
    /// The candidates' texts so far, LF line breaks; the first is the model's best.
    pub texts: Vec<String>,
    /// The rules that changed the first one's beginning and indentation.
    pub rules: Vec<&'static str>,
    /// When the first candidate's first line was whole.
    pub first_line: Option<Instant>,
    /// Set once nothing more comes.
    pub end: Option<End>,
    /// The configured name of who is being asked or has answered.
    pub by: Option<Arc<str>>,
    /// Why one before it did not answer.
    pub failed: Option<BackendError>,
}

/// How a generation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The text is complete.
    Complete,
    /// The output budget ran out: the last line may be half.
    CutOff,
    /// It broke in mid-answer: only whole lines are any good.
    Broken(BackendError),
    /// What was typed is something else.
    Diverged,
    /// No text came.
    Failed(BackendError),
}

/// Called once at the end, with the texts, the usage and the key of who answered.
pub type OnEnd = Box<dyn FnOnce(&Progress, Option<Usage>, Option<Arc<str>>) + Send>;

impl Generation {
    /// Begins to stream from the first of `chain` that gives any text.
    #[must_use]
    pub fn begin(
        chain: Vec<Arc<dyn Completer>>,
        query: Query,
        rule: StopRule,
        on_end: OnEnd,
    ) -> Self {
        Self::begin_after(Duration::ZERO, chain, query, rule, on_end)
    }

    /// As [`begin`](Self::begin), after a while; until then nobody has been asked.
    #[must_use]
    pub fn begin_after(
        wait: Duration,
        chain: Vec<Arc<dyn Completer>>,
        query: Query,
        rule: StopRule,
        on_end: OnEnd,
    ) -> Self {
        let shared = Arc::new(Shared {
            progress: watch::Sender::new(Progress::default()),
            typed: Mutex::new(String::new()),
            asked: AtomicBool::new(wait.is_zero()),
        });
        let run = run(Arc::clone(&shared), chain, query, rule.clone(), on_end);
        let asked = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
                asked.asked.store(true, Ordering::Relaxed);
            }
            run.await;
        });
        Self { shared, rule, abort: Some(task.abort_handle()), parsed: AtomicBool::new(false) }
    }

    /// One that is over already, from the cache.
    #[must_use]
    pub fn ready(texts: Vec<String>, rule: StopRule, by: Arc<str>) -> Self {
        let end = Some(End::Complete);
        let progress = Progress { texts, end, by: Some(by), ..Progress::default() };
        let progress = watch::Sender::new(progress);
        let asked = AtomicBool::new(true);
        let shared = Arc::new(Shared { progress, typed: Mutex::default(), asked });
        Self { shared, rule, abort: None, parsed: AtomicBool::new(false) }
    }

    /// Tells it what stands in its place now; it ends as soon as its text is something else.
    pub fn set_typed(&self, typed: String) {
        *self.shared.typed.lock() = typed;
    }

    /// Wakes with every piece of text.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Progress> {
        self.shared.progress.subscribe()
    }

    /// Looks at the progress so far.
    pub fn look<T>(&self, look: impl FnOnce(&Progress) -> T) -> T {
        look(&self.shared.progress.borrow())
    }

    /// Whether anybody has been asked yet.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.shared.asked.load(Ordering::Relaxed)
    }

    /// Whether the document has been parsed with its whole text in it.
    #[must_use]
    pub fn is_parsed(&self) -> bool {
        self.parsed.load(Ordering::Relaxed)
    }

    /// The document has been parsed with its whole text in it.
    pub fn set_parsed(&self) {
        self.parsed.store(true, Ordering::Relaxed);
    }

    /// Where its text is complete.
    #[must_use]
    pub const fn rule(&self) -> &StopRule {
        &self.rule
    }
}

impl Drop for Generation {
    fn drop(&mut self) {
        // Over, it only reads its answer's last bytes, so that the connection can be used again.
        let over = self.look(|progress| progress.end.is_some());
        if let Some(abort) = self.abort.as_ref().filter(|_| !over) {
            abort.abort();
        }
    }
}

async fn run(
    shared: Arc<Shared>,
    chain: Vec<Arc<dyn Completer>>,
    query: Query,
    rule: StopRule,
    on_end: OnEnd,
) {
    let _ends = Ends(Arc::clone(&shared), chain.first().map(|first| first.name().to_owned()));
    let mut usage = None;
    let mut failed: Option<BackendError> = None;
    let mut answered = None;
    let mut rest = chain.into_iter().peekable();
    while let Some(completer) = rest.next() {
        shared.progress.send_modify(|progress| {
            progress.by = Some(completer.name().into());
            progress.failed.clone_from(&failed);
        });
        // Taken before: what it knows may grow while it answers, and that would not be this answer.
        let key = completer.key();
        let stream = Stream::new(&shared, completer.as_ref(), &rule, &mut usage);
        match stream.run(&query).await {
            End::Failed(error) => {
                completer.note_error(&error);
                tracing::info!(model = completer.name(), "no completion: {error}");
                // The user hears of the first: it is the one they chose.
                failed.get_or_insert(error);
            }
            // Half a line is no answer: the next one's whole text is.
            End::Broken(error) if rest.peek().is_some() && !shared.has_answer() => {
                failed.get_or_insert(error);
                shared.begin_anew();
            }
            // That a later one has nothing to say is no news beside why the first one failed.
            End::Complete if failed.is_some() && shared.is_blank() => break,
            end => {
                failed = None;
                answered = Some(key);
                shared.end(end);
                break;
            }
        }
    }
    if let Some(error) = failed {
        shared.end(End::Failed(error));
    }
    on_end(&shared.progress.borrow(), usage, answered);
}

/// However the task ends, be it by a panic: whoever waits hears of it.
struct Ends(Arc<Shared>, Option<String>);

impl Drop for Ends {
    fn drop(&mut self) {
        let name = self.1.take().unwrap_or_default();
        self.0.end(End::Failed(BackendError::Malformed(name)));
    }
}

impl Shared {
    /// There is something to answer with: it is over, or a line is whole.
    fn has_answer(&self) -> bool {
        let progress = self.progress.borrow();
        let whole = |text: &String| {
            text.rsplit_once('\n').is_some_and(|(lines, _)| !lines.trim().is_empty())
        };
        progress.end.is_some() || progress.texts.iter().any(whole)
    }

    fn is_blank(&self) -> bool {
        self.progress.borrow().texts.iter().all(|text| text.trim().is_empty())
    }

    /// Forgets what has come so far.
    fn begin_anew(&self) {
        self.progress.send_modify(|progress| *progress = Progress::default());
    }

    /// The first end holds.
    fn end(&self, end: End) {
        self.progress.send_if_modified(|progress| {
            let first = progress.end.is_none();
            progress.end.get_or_insert(end);
            first
        });
    }
}
