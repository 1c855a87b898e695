//! The engine of one session: runs a request through every step, and keeps a [`Lane`] for each
//! document. Locks are held for moments and never across an await.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock as OnceCell};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use parking_lot::Mutex;

use super::cache::{Key, SuggestionCache};
use super::candidate::{Candidate, Reviewed, review};
use super::completer::{Completer, Query};
use super::generation::{End, Generation};
use super::lane::{Lane, Method};
use super::polish::polish;
use super::silence::Silence;
use super::stop::StopRule;
use super::trigger::{self, Extent, Trigger};
use super::wait::{Decision, View, decide};
use crate::backend::health::Readiness;
use crate::config::settings::{CompletionSettings, Debounce};
use crate::document::Edit;
use crate::document::language::Language;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::workspace::Snapshot;

/// After a cancel, how long a generation waits for someone to want it again.
const GRACE: Duration = Duration::from_millis(250);

static IDS: AtomicU64 = AtomicU64::new(1);

/// A request as the engine sees it.
pub struct Request {
    /// The world when it came.
    pub snapshot: Snapshot,
    /// The cursor.
    pub at: ByteOffset,
    /// Which method asks.
    pub method: Method,
    /// Why it asks.
    pub trigger: Trigger,
    /// The item selected in the editor's popup: what it replaces, and its text.
    pub popup: Option<(ByteRange, String)>,
    /// Who may answer, best first.
    pub chain: Arc<[Arc<dyn Completer>]>,
    /// The settings that hold for this document.
    pub settings: Arc<CompletionSettings>,
}

/// Lets a request in, or says why not.
pub type Gate = BoxFuture<'static, Result<Language, Silence>>;

/// What became of a request.
#[derive(Debug)]
pub enum Outcome {
    /// Suggestions, best first; at least one.
    Shown(Vec<Reviewed>),
    /// Nothing, and why.
    Silent(Silence),
    /// A newer request or a change came first.
    Superseded,
}

/// What the engine is doing, for the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Nothing is under way.
    Idle,
    /// The model with that name is being asked.
    Busy(String),
}

/// The engine of one session.
pub struct Engine {
    lanes: Mutex<HashMap<DocumentUri, Arc<Mutex<Lane>>>>,
    /// The last document closed: it may come back under another name.
    closed: Mutex<Option<(DocumentUri, Arc<Mutex<Lane>>)>>,
    cache: Arc<SuggestionCache>,
    activity: tokio::sync::watch::Sender<Activity>,
}

impl Engine {
    /// With the process's cache.
    #[must_use]
    pub fn new(cache: Arc<SuggestionCache>) -> Self {
        let activity = tokio::sync::watch::Sender::new(Activity::Idle);
        Self { lanes: Mutex::default(), closed: Mutex::default(), cache, activity }
    }

    /// Wakes when a model begins or ends to be asked.
    #[must_use]
    pub fn watch(&self) -> tokio::sync::watch::Receiver<Activity> {
        self.activity.subscribe()
    }

    /// A document changed. Called on the message path: takes microseconds.
    pub fn changed(&self, uri: &DocumentUri, edits: &[Edit], text: &Text, now: Instant) {
        let lane = self.lanes.lock().get(uri).cloned();
        if let Some(lane) = lane {
            lane.lock().changed(edits, text, now);
        }
    }

    /// A document was closed: its requests end, its connections close.
    pub fn closed(&self, uri: &DocumentUri) {
        let lane = self.lanes.lock().remove(uri);
        if let Some(lane) = lane {
            lane.lock().close();
            *self.closed.lock() = Some((uri.clone(), lane));
        }
    }

    /// The connection is about to end: so does everything that is under way.
    pub fn shut_down(&self) {
        for (_, lane) in self.lanes.lock().drain() {
            lane.lock().close();
        }
    }

    /// A document changed its name.
    pub fn renamed(&self, from: &DocumentUri, to: &DocumentUri) {
        let closed = self.closed.lock().take_if(|(uri, _)| uri == from).map(|(_, lane)| lane);
        let mut lanes = self.lanes.lock();
        if let Some(lane) = lanes.remove(from).or(closed) {
            lanes.insert(to.clone(), lane);
        }
    }

    /// The settings changed: what is under way was asked of the old ones.
    pub fn reset(&self) {
        let lanes = std::mem::take(&mut *self.lanes.lock());
        for lane in lanes.into_values() {
            lane.lock().clear();
        }
        *self.closed.lock() = None;
    }

    /// Answers one request. Dropping the future is a cancel. `gate` says whether the document may
    /// be completed at all, and the language at the cursor.
    pub async fn complete(&self, mut request: Request, gate: Gate) -> Outcome {
        if let Err(silence) = insert_popup(&mut request) {
            return Outcome::Silent(silence);
        }
        let lane = {
            let mut lanes = self.lanes.lock();
            Arc::clone(lanes.entry(request.snapshot.document.uri.clone()).or_default())
        };
        let (number, superseded) = lane.lock().enter(request.method, request.trigger, request.at);
        let visit = Visit { lane: &lane, number };
        let run = async {
            let language = gate.await?;
            let key = OnceCell::new();
            Run { engine: self, lane: &lane, request: &request, language, key }.answer().await
        };
        let outcome = tokio::select! {
            biased;
            () = superseded.cancelled() => Outcome::Superseded,
            outcome = run => match outcome {
                Ok(items) if items.is_empty() => Outcome::Silent(Silence::Nothing),
                Ok(items) => Outcome::Shown(items),
                Err(silence) => Outcome::Silent(silence),
            },
        };
        visit.done();
        outcome
    }
}

/// A request's stay in its lane. Left without an answer, it was cancelled: a generation that
/// nobody wants then is closed.
struct Visit<'a> {
    lane: &'a Arc<Mutex<Lane>>,
    number: u64,
}

impl Visit<'_> {
    fn done(self) {
        self.lane.lock().leave(self.number);
        std::mem::forget(self);
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        let mut lane = self.lane.lock();
        lane.leave(self.number);
        let Some(visits) = lane.abandon() else { return };
        drop(lane);
        let lane = Arc::downgrade(self.lane);
        tokio::spawn(async move {
            tokio::time::sleep(GRACE).await;
            if let Some(lane) = lane.upgrade() {
                lane.lock().give_up(visits);
            }
        });
    }
}

/// The document as it would be with the popup's item inserted; the cursor behind it.
fn insert_popup(request: &mut Request) -> Result<(), Silence> {
    let Some((range, text)) = &request.popup else { return Ok(()) };
    let document = &mut request.snapshot.document;
    // The item must go on from what stands there, and the cursor must be at its end.
    if range.end < request.at
        || document.text.line_of(range.start) != document.text.line_of(range.end)
    {
        return Err(Silence::PopupItem);
    }
    let end = ByteOffset(range.start.0 + text.len());
    document.text.replace(*range, text);
    document.tree = None;
    request.at = end;
    Ok(())
}

/// One request on its way.
struct Run<'a> {
    engine: &'a Engine,
    lane: &'a Arc<Mutex<Lane>>,
    request: &'a Request,
    language: Language,
    key: OnceCell<Option<Key>>,
}

/// A generation and how the request sees it.
struct Joined {
    generation: Arc<Generation>,
    lead: String,
    typed: String,
    after: String,
}

impl Run<'_> {
    async fn answer(&self) -> Result<Vec<Reviewed>, Silence> {
        let request = self.request;
        let document = &request.snapshot.document;
        let extent = trigger::check(document, request.at, request.trigger)?;
        let mut joined = self.standing();
        // Where the user took back what they had typed, what stood there before goes first.
        if joined.as_ref().is_none_or(|joined| !joined.lead.is_empty()) {
            joined = self.cached(extent).or(joined);
        }
        let mut waited = false;
        loop {
            let current = match joined.take() {
                Some(joined) => joined,
                None => {
                    let chain = self.ready_chain()?;
                    if !waited {
                        self.debounce(&chain).await;
                        waited = true;
                        // The other method may have begun one meanwhile.
                        joined = self.standing();
                        if joined.is_some() {
                            continue;
                        }
                    }
                    self.begin(chain, extent)
                }
            };
            match self.wait(&current).await {
                Decision::Ready(texts) => return self.finish(&texts),
                Decision::Failed(error) => {
                    self.lane.lock().remove(&current.generation);
                    return Err(match error {
                        crate::backend::error::BackendError::Loading(_) => Silence::Loading,
                        error if error.needs_user() => Silence::Mend(error.to_string()),
                        error => Silence::Backend(error.to_string()),
                    });
                }
                Decision::Over | Decision::Wait(_) => {
                    self.lane.lock().remove(&current.generation);
                }
            }
        }
    }

    fn candidates(&self) -> u8 {
        match self.request.trigger {
            Trigger::Invoked => {
                u8::try_from(self.request.settings.candidates).unwrap_or(u8::MAX).max(1)
            }
            Trigger::Automatic => 1,
        }
    }

    /// The suggestion that stands here already.
    fn standing(&self) -> Option<Joined> {
        let request = self.request;
        let text = &request.snapshot.document.text;
        let mut lane = self.lane.lock();
        if request.popup.is_some() {
            let generation = lane.popup(&self.key(Extent::Line)?)?;
            return Some(Joined {
                generation,
                lead: String::new(),
                typed: String::new(),
                after: String::new(),
            });
        }
        if request.method == Method::Inline {
            lane.leave_popup();
        }
        lane.leave_place(text, request.at);
        let standing = lane.standing(text, request.at)?;
        // Asked for by hand, several are wanted, unless several are there.
        if request.trigger == Trigger::Invoked && standing.live.candidates < self.candidates() {
            return None;
        }
        let live = standing.live;
        let view = View {
            lead: &live.lead,
            typed: &standing.typed,
            after: &standing.after,
            one_line: false,
            block_after: Duration::ZERO,
            rule: live.generation.rule(),
        };
        let over = live.generation.look(|progress| decide(progress, &view, Instant::now()));
        if over == Decision::Over {
            lane.remove(&live.generation);
            return None;
        }
        Some(Joined {
            generation: live.generation,
            lead: live.lead,
            typed: standing.typed,
            after: standing.after,
        })
    }

    /// A suggestion made from exactly this text before.
    fn cached(&self, extent: Extent) -> Option<Joined> {
        let mut key = self.key(extent)?;
        if let Some(first) = self.ready_chain().ok().and_then(|chain| chain.first().cloned()) {
            key = key.by(first.key());
        }
        let texts = self.engine.cache.get(&key)?;
        let generation = Generation::ready(texts.as_ref().clone(), self.rule(extent));
        Some(self.place(Arc::new(generation), extent))
    }

    /// What the answer is made from. Made once: it reads all the text around the cursor.
    fn key(&self, extent: Extent) -> Option<Key> {
        self.key.get_or_init(|| self.make_key(extent)).clone()
    }

    fn make_key(&self, extent: Extent) -> Option<Key> {
        let request = self.request;
        let completer = request.chain.first()?.key();
        let document = &request.snapshot.document;
        let extent = if request.popup.is_some() { Extent::Line } else { extent };
        Some(Key::new(document, request.at, completer, extent, self.candidates()))
    }

    fn rule(&self, extent: Extent) -> StopRule {
        let text = &self.request.snapshot.document.text;
        let start = text.line_start(text.line_of(self.request.at));
        let before = text.slice(ByteRange::new(start, self.request.at));
        StopRule::new(extent, &before, self.request.settings.max_lines as usize)
    }

    /// Those of the chain that can be asked now.
    fn ready_chain(&self) -> Result<Vec<Arc<dyn Completer>>, Silence> {
        let now = Instant::now();
        let mut why = Silence::NoModel;
        let mut ready = Vec::new();
        for (index, completer) in self.request.chain.iter().enumerate() {
            let reason = match completer.readiness(now) {
                Readiness::Ready | Readiness::Unknown => {
                    ready.push(Arc::clone(completer));
                    continue;
                }
                Readiness::Loading => Silence::Loading,
                Readiness::Quiet(_, reason) => Silence::Backend(reason),
            };
            if index == 0 {
                why = reason;
            }
        }
        if ready.is_empty() { Err(why) } else { Ok(ready) }
    }

    async fn debounce(&self, chain: &[Arc<dyn Completer>]) {
        if self.request.trigger == Trigger::Invoked {
            return;
        }
        let wait = match self.request.settings.debounce {
            Debounce::Fixed(wait) => wait,
            Debounce::Auto => {
                let first_token = chain.first().and_then(|completer| completer.first_token());
                self.lane.lock().rhythm.wait(first_token)
            }
        };
        let wait = wait.max(self.request.settings.debounce_at_least);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Starts a generation and puts it in its place.
    fn begin(&self, chain: Vec<Arc<dyn Completer>>, extent: Extent) -> Joined {
        let request = self.request;
        let text = &request.snapshot.document.text;
        let windows = chain.first().map(|completer| completer.windows());
        let name = chain.first().map(|completer| completer.name().to_owned()).unwrap_or_default();
        let windows = windows.unwrap_or(super::anchor::Windows { prefix: 0, suffix: 0 });
        let parts = if request.popup.is_some() {
            Lane::default().parts(text, request.at, windows)
        } else {
            self.lane.lock().parts(text, request.at, windows)
        };
        let query = Query {
            snapshot: request.snapshot.clone(),
            parts,
            language: self.language,
            extent,
            candidates: self.candidates(),
        };
        let (cache, key) = (Arc::clone(&self.engine.cache), self.key(extent));
        let (lane, activity) = (Arc::downgrade(self.lane), self.engine.activity.clone());
        activity.send_replace(Activity::Busy(name));
        let idle = Finally(Some(move || {
            activity.send_replace(Activity::Idle);
        }));
        let on_end = Box::new(move |progress: &super::generation::Progress, usage, by| {
            drop(idle);
            if let Some(usage) = usage {
                tracing::debug!(?usage, "finished");
            }
            match (&progress.end, key.zip(by)) {
                (Some(End::Complete), Some((key, by))) => {
                    // A fallback's answer must not pass for the first model's.
                    cache.put(key.by(by), progress.texts.clone());
                }
                (Some(End::Diverged), _) => {
                    if let Some(lane) = lane.upgrade() {
                        lane.lock().rhythm.diverged();
                    }
                }
                _ => {}
            }
        });
        let generation = Generation::begin(chain, query, self.rule(extent), on_end);
        self.place(Arc::new(generation), extent)
    }

    fn place(&self, generation: Arc<Generation>, extent: Extent) -> Joined {
        let request = self.request;
        let text = &request.snapshot.document.text;
        let mut lane = self.lane.lock();
        if request.popup.is_none() {
            lane.place(Arc::clone(&generation), self.candidates(), text, request.at);
        } else if let Some(key) = self.key(extent) {
            lane.place_popup(key, Arc::clone(&generation));
        }
        Joined { generation, lead: String::new(), typed: String::new(), after: String::new() }
    }

    /// Waits until there is enough to answer with.
    async fn wait(&self, joined: &Joined) -> Decision {
        let mut progress = joined.generation.watch();
        let view = View {
            lead: &joined.lead,
            typed: &joined.typed,
            after: &joined.after,
            one_line: self.one_line(&joined.after),
            block_after: self.request.settings.block_after,
            rule: joined.generation.rule(),
        };
        loop {
            let decision = decide(&progress.borrow_and_update(), &view, Instant::now());
            let Decision::Wait(until) = decision else { return decision };
            let more = progress.changed();
            let gone = match until {
                None => more.await.is_err(),
                Some(until) => {
                    let timed = tokio::time::timeout_at(until.into(), more).await;
                    timed.is_ok_and(|more| more.is_err())
                }
            };
            if gone {
                return Decision::Over;
            }
        }
    }

    /// In the middle of a line an automatic request gets at most the rest of that line. What the
    /// editor closed by itself is not the middle of a line.
    fn one_line(&self, after: &str) -> bool {
        let request = self.request;
        let text = &request.snapshot.document.text;
        let end = text.line_end(text.line_of(request.at));
        let rest = text.slice(ByteRange::new(request.at, end));
        let rest = rest.strip_prefix(after.split('\n').next().unwrap_or("")).unwrap_or(&rest);
        request.popup.is_some()
            || (request.trigger == Trigger::Automatic && !rest.trim().is_empty())
    }

    /// Polish and review.
    fn finish(&self, texts: &[String]) -> Result<Vec<Reviewed>, Silence> {
        let document = &self.request.snapshot.document;
        let mut items: Vec<Reviewed> = Vec::new();
        let mut why = Silence::Nothing;
        for text in texts {
            let candidate = Candidate { at: self.request.at, text: text.clone() };
            let id = IDS.fetch_add(1, Ordering::Relaxed);
            match polish(candidate, document).and_then(|polished| review(polished, document, id)) {
                Ok(item) if items.iter().all(|known| known.edit != item.edit) => items.push(item),
                Ok(_) => {}
                Err(silence) => why = silence,
            }
        }
        if let Some((range, text)) = &self.request.popup {
            // One range is all a popup's item has: what would reach behind the cursor is left out.
            items.retain(|item| item.edit.range.is_empty());
            for item in &mut items {
                // The cursor must stay at the item's end, and the range is the popup's.
                item.edit.text.insert_str(0, text);
                item.edit.range = *range;
            }
        }
        if items.is_empty() { Err(why) } else { Ok(items) }
    }
}

/// Runs at the end, also where the end is an abort.
struct Finally<F: FnMut()>(Option<F>);

impl<F: FnMut()> Drop for Finally<F> {
    fn drop(&mut self) {
        if let Some(mut run) = self.0.take() {
            run();
        }
    }
}
