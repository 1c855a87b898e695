//! The engine of one session: takes requests in, and keeps a [`Lane`] for each document. Locks are
//! held for moments and never across an await.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use parking_lot::Mutex;

use super::cache::SuggestionCache;
use super::candidate::Reviewed;
use super::completer::Completer;
use super::lane::{Lane, Method};
use super::run::Run;
use super::silence::Silence;
use super::trigger::Trigger;
use crate::config::settings::CompletionSettings;
use crate::context::gather::Gather;
use crate::document::Edit;
use crate::document::language::Language;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::workspace::Snapshot;

/// After a cancel, how long a generation waits for someone to want it again.
const GRACE: Duration = Duration::from_millis(250);

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
    /// Who gathers what the models are shown beside the document.
    pub context: Option<Arc<dyn Gather>>,
    /// Who answers at once while the first of them thinks.
    pub instant: Option<Arc<dyn Completer>>,
    /// The settings that hold for this document.
    pub settings: Arc<CompletionSettings>,
}

/// Lets a request in, or says why not.
pub type Gate = BoxFuture<'static, Result<Language, Silence>>;

/// What became of a request.
#[derive(Debug)]
pub enum Outcome {
    /// Suggestions, best first; at least one. And whose they are.
    Shown(Vec<Reviewed>, Author),
    /// Nothing, and why.
    Silent(Silence),
    /// A newer request or a change came first.
    Superseded,
}

/// Who said it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The configured name.
    pub model: String,
    /// Why another one did not, that was to be asked before it.
    pub instead: Option<Silence>,
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
    pub(super) cache: Arc<SuggestionCache>,
    pub(super) activity: tokio::sync::watch::Sender<Activity>,
    /// Where there is more to say than what was said at once.
    pub(super) more: tokio::sync::broadcast::Sender<DocumentUri>,
}

impl Engine {
    /// With the process's cache.
    #[must_use]
    pub fn new(cache: Arc<SuggestionCache>) -> Self {
        let activity = tokio::sync::watch::Sender::new(Activity::Idle);
        let more = tokio::sync::broadcast::Sender::new(8);
        Self { lanes: Mutex::default(), closed: Mutex::default(), cache, activity, more }
    }

    /// The documents in which a model has answered after another one had answered at once.
    #[must_use]
    pub fn more(&self) -> tokio::sync::broadcast::Receiver<DocumentUri> {
        self.more.subscribe()
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

    /// A document changed its name.
    pub fn renamed(&self, from: &DocumentUri, to: &DocumentUri) {
        let closed = self.closed.lock().take_if(|(uri, _)| uri == from).map(|(_, lane)| lane);
        let mut lanes = self.lanes.lock();
        if let Some(lane) = lanes.remove(from).or(closed) {
            lanes.insert(to.clone(), lane);
        }
    }

    /// Everything that is under way ends: the settings it was asked under have changed, or the
    /// connection is about to end.
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
            Run::new(self, &lane, &request, language).answer().await
        };
        let outcome = tokio::select! {
            biased;
            () = superseded.cancelled() => Outcome::Superseded,
            outcome = run => match outcome {
                Ok((items, _)) if items.is_empty() => Outcome::Silent(Silence::Nothing),
                Ok((items, author)) => Outcome::Shown(items, author),
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
