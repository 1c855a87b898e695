//! A generation: one model's answer while it streams. It outlives the request that began it for
//! as long as someone holds it, and closes its connection when the last one lets go.

mod gather;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use self::gather::gather;
use super::completer::{Completer, Query};
use super::reuse;
use super::shape::stop::StopRule;
use crate::backend::error::BackendError;
use crate::backend::{Delta, FinishReason, Usage};
use crate::document::line_ending::normalise;
use crate::prompt::special_tokens;

/// A server that ignores the output budget is left after this much text (bytes). It is looked at
/// anew with every piece, so twice as much would cost four times the work.
const MAX_TEXT: usize = 16 * 1024;

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
        let stream = Stream {
            shared: &shared,
            completer: completer.as_ref(),
            rule: &rule,
            wanted: usize::from(query.candidates.max(1)),
            raws: Vec::new(),
            usage: &mut usage,
        };
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
                answered = Some(completer.key());
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

/// One candidate's text as it comes.
#[derive(Default)]
struct Raw {
    text: String,
    done: bool,
}

struct Stream<'a> {
    shared: &'a Shared,
    completer: &'a dyn Completer,
    rule: &'a StopRule,
    wanted: usize,
    raws: Vec<Raw>,
    usage: &'a mut Option<Usage>,
}

impl Stream<'_> {
    async fn run(mut self, query: &Query) -> End {
        let began = Instant::now();
        let mut deltas = self.completer.complete(query);
        let mut end = End::Complete;
        let mut ahead = None;
        // The request is on its way once it has been polled; what stands around the cursor is read
        // while the model thinks.
        match deltas.next().now_or_never() {
            Some(delta) => ahead = Some(delta),
            None => {
                // First the connection's task has its turn.
                tokio::task::yield_now().await;
                self.rule.read_ahead();
            }
        }
        loop {
            let next = match ahead.take() {
                Some(next) => next,
                None => deltas.next().await,
            };
            let Some(delta) = next else { break };
            match delta {
                Ok(Delta::Text { index, text }) if index < self.wanted => {
                    if self.raws.is_empty() {
                        self.completer.note_first_token(began.elapsed());
                    }
                    let text = gather(text, index, &mut deltas, &mut ahead);
                    self.text(index, &text);
                    if self.diverged() {
                        return End::Diverged;
                    }
                    if self.raws.iter().any(|raw| raw.text.len() > MAX_TEXT) {
                        end = End::Broken(BackendError::Malformed(self.completer.name().into()));
                        break;
                    }
                    if self.all_done() {
                        // Complete before the server knows: leaving closes the connection.
                        self.shared.end(End::Complete);
                        if !matches!(ahead, Some(None)) {
                            self.drain(&mut deltas).await;
                        }
                        return End::Complete;
                    }
                }
                Ok(Delta::Finished { index, reason }) => {
                    if reason == FinishReason::Length {
                        end = End::CutOff;
                    }
                    self.finish(index);
                    if self.all_done() {
                        self.shared.end(end.clone());
                    }
                }
                Ok(Delta::Usage(usage)) => *self.usage = Some(usage),
                Ok(Delta::Text { .. }) => {}
                Err(error) if self.raws.is_empty() => return End::Failed(error),
                Err(error) => {
                    self.completer.note_error(&error);
                    tracing::info!(model = self.completer.name(), "cut short: {error}");
                    end = End::Broken(error);
                    break;
                }
            }
        }
        for index in 0..self.raws.len() {
            self.finish(index);
        }
        if self.diverged() { End::Diverged } else { end }
    }

    fn text(&mut self, index: usize, text: &str) {
        while self.raws.len() <= index {
            self.raws.push(Raw::default());
        }
        let Some(raw) = self.raws.get_mut(index).filter(|raw| !raw.done) else { return };
        raw.text.push_str(text);
        // What may be the beginning of a special token or of a CRLF waits for the next piece.
        let tail = special_tokens::possible_leak_tail(&raw.text);
        let shown = raw.text.get(..raw.text.len().saturating_sub(tail)).unwrap_or("");
        let visible = normalise(shown.strip_suffix('\r').unwrap_or(shown));
        raw.done = publish(self.shared, self.rule, index, visible, false);
    }

    fn finish(&mut self, index: usize) {
        if let Some(raw) = self.raws.get_mut(index).filter(|raw| !raw.done) {
            raw.done = true;
            publish(self.shared, self.rule, index, normalise(&raw.text), true);
        }
    }

    fn all_done(&self) -> bool {
        self.raws.len() >= self.wanted && self.raws.iter().all(|raw| raw.done)
    }

    fn diverged(&self) -> bool {
        let typed = self.shared.typed.lock();
        let progress = self.shared.progress.borrow();
        progress.texts.first().is_some_and(|text| !reuse::agrees(text, &typed))
    }

    /// Reads what has already arrived, so that a finished answer's connection can be used again;
    /// waits for nothing.
    async fn drain(&mut self, deltas: &mut BoxStream<'_, Result<Delta, BackendError>>) {
        // Whoever waits for the answer goes first.
        tokio::task::yield_now().await;
        let mut waited = 0;
        while waited < 16 {
            match deltas.next().now_or_never() {
                Some(None | Some(Err(_))) => return,
                Some(Some(Ok(Delta::Usage(usage)))) => *self.usage = Some(usage),
                Some(Some(Ok(_))) => {}
                None => {
                    waited += 1;
                    tokio::task::yield_now().await;
                }
            }
        }
    }
}

/// Makes a candidate's text visible up to where it is complete; answers whether it is.
fn publish(shared: &Shared, rule: &StopRule, index: usize, visible: String, ended: bool) -> bool {
    let mut opened = rule.open(visible, ended);
    let complete = rule.complete(&opened.text);
    if let Some(end) = complete {
        opened.text.truncate(end);
    }
    let text = opened.text;
    shared.progress.send_modify(|progress| {
        while progress.texts.len() <= index {
            progress.texts.push(String::new());
        }
        if index == 0 && progress.first_line.is_none() && text.trim_start().contains('\n') {
            progress.first_line = Some(Instant::now());
        }
        if index == 0 {
            progress.rules = opened.rules;
        }
        if let Some(known) = progress.texts.get_mut(index) {
            *known = text;
        }
    });
    complete.is_some() || opened.over
}
