//! Context for a session's completions: what its documents, its history and its indexes give, within
//! a time box, and what is remembered of it from key to key.

mod ahead;
mod alike;
pub mod disk;
pub mod known;
mod looked;
mod question;
mod reading;
mod remembered;
pub mod told;
mod windows;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::BoxFuture;
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use self::reading::{Known, Others, Reading, Seen};
use self::remembered::{Held, Remembered};
use self::told::{Finding, Told};
use super::edit_log::Revision;
use super::root_config::RootConfig;
use super::verdicts::Verdicts;
use super::{Snapshot, Workspace};
use crate::config::ContextSettings;
use crate::context::gather::{Ahead, Gather, Gathered, Past, Place, gather};
use crate::context::need::Diagnostic;
use crate::context::reading::NoFiles;
use crate::document::offset::ByteRange;
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::project::known::Projects;
use crate::retrieval::folders::Folders;
use crate::retrieval::library::Library;

/// What is not there after this is left for the next request. The clock ticks in milliseconds: nobody waits
/// for more than ten.
const TIME_BOX: Duration = Duration::from_millis(9);
/// After this part of it the slow sources are waited for no longer, unless there is patience.
const SLOW: u32 = 5;
/// A pause between two changes that is longer ends a burst of typing; within one, what is shown stays
/// as it is.
const REST: Duration = Duration::from_secs(1);
/// Documents of which something is remembered; then those that are not open any more are forgotten.
const MANY: usize = 64;

/// A session's context.
pub struct Surroundings {
    workspace: Arc<Mutex<Workspace>>,
    verdicts: Arc<Verdicts>,
    /// The symbols of each workspace folder; where there are none yet, none are shown.
    pub folders: Arc<Folders>,
    remembered: Mutex<HashMap<DocumentUri, Arc<Remembered>>>,
    /// What installed packages offer to each workspace folder.
    libraries: Mutex<HashMap<PathBuf, Library>>,
    /// What is searched by its words.
    alike: alike::Alike,
    /// What is compared with the code at the cursor.
    windows: windows::Windows,
    /// One reads packages after the other, so that none is read twice.
    learning: Mutex<()>,
    /// One document is prepared for after the other: many open at once.
    preparing: Semaphore,
    projects: Arc<Projects>,
    /// Set for commands: how long is waited where nobody types.
    patience: Mutex<Option<Duration>>,
}

impl Surroundings {
    /// Over a session's documents.
    #[must_use]
    pub fn new(
        workspace: Arc<Mutex<Workspace>>,
        verdicts: Arc<Verdicts>,
        projects: Arc<Projects>,
    ) -> Self {
        Self {
            workspace,
            verdicts,
            projects,
            libraries: Mutex::default(),
            learning: Mutex::default(),
            preparing: Semaphore::new(1),
            alike: alike::Alike::default(),
            windows: windows::Windows::default(),
            folders: Arc::default(),
            remembered: Mutex::default(),
            patience: Mutex::default(),
        }
    }

    /// For commands, where nobody types: waits so long for what is gathered, and looks at the document
    /// as it is, not as the index has read it.
    pub fn be_patient(&self, patience: Duration) {
        *self.patience.lock() = Some(patience);
    }

    /// What the editor's tools say is wrong in some lines of a document, as its client hands it on; all of
    /// it, for a text of that revision.
    pub fn tell(
        &self,
        uri: &DocumentUri,
        revision: Revision,
        text: &Text,
        asked: ByteRange,
        found: Vec<Finding>,
    ) {
        let remembered = self.remembered(uri);
        let mut told = remembered.now.lock().told.clone();
        let since = self.workspace.lock().log().since(uri, told.revision);
        // Of a text that is older than what is known nothing is learnt.
        if revision < told.revision {
            return;
        }
        told.tell(since.as_deref(), revision, text, asked, found);
        remembered.now.lock().told = told;
    }

    /// All that was told of a document, where it is by now.
    fn diagnostics(&self, uri: &DocumentUri, told: &Told) -> Vec<Diagnostic> {
        let workspace = self.workspace.lock();
        let since = workspace.log().since(uri, told.revision);
        let text = workspace.document(uri).map(|document| document.text().clone());
        drop(workspace);
        text.map_or_else(Vec::new, |text| told.now(since.as_deref(), &text))
    }

    /// What may be shown has changed: nothing is held over it.
    pub fn recheck(&self) {
        self.windows.clear();
        for remembered in self.remembered.lock().values() {
            let mut now = remembered.now.lock();
            (now.held, now.begun, now.prepared) = (None, None, None);
        }
    }

    /// What was told of a document, where it is in its text by now.
    #[must_use]
    pub fn told(&self, uri: &DocumentUri) -> Vec<Finding> {
        let told = self.remembered(uri).now.lock().told.clone();
        let since = self.workspace.lock().log().since(uri, told.revision);
        told.moved(since.as_deref())
    }

    /// A document was closed.
    pub fn forget(&self, uri: &DocumentUri) {
        self.remembered.lock().remove(uri);
    }

    /// For one request.
    #[must_use]
    pub fn under(self: &Arc<Self>, config: &Arc<RootConfig>) -> Arc<dyn Gather> {
        let (surroundings, config) = (Arc::clone(self), Arc::clone(config));
        Arc::new(Under { surroundings, config, tokens: OnceLock::new() })
    }

    fn remembered(&self, uri: &DocumentUri) -> Arc<Remembered> {
        let mut all = self.remembered.lock();
        if all.len() >= MANY && !all.contains_key(uri) {
            let workspace = self.workspace.lock();
            all.retain(|uri, _| workspace.document(uri).is_some());
        }
        Arc::clone(all.entry(uri.clone()).or_default())
    }

    /// Whether the last change came after a rest: neither another one nor a request was just before.
    fn rested(&self, remembered: &Remembered) -> bool {
        let asked = remembered.now.lock().asked;
        let workspace = self.workspace.lock();
        let mut last = workspace.history().iter().rev().map(|timed| timed.at);
        let Some(newest) = last.next() else { return true };
        let since = |at: Option<Instant>| at.map(|at| newest.saturating_duration_since(at));
        since(last.next()).is_none_or(|pause| pause >= REST)
            && since(asked).is_none_or(|pause| pause >= REST / 2)
    }
}

/// The context of one request.
struct Under {
    surroundings: Arc<Surroundings>,
    config: Arc<RootConfig>,
    /// The same for all of the request, whatever is read meanwhile.
    tokens: OnceLock<u32>,
}

impl Gather for Under {
    fn tokens(&self, snapshot: &Snapshot) -> u32 {
        *self.tokens.get_or_init(|| self.surroundings.tokens(&self.config, snapshot))
    }

    fn gather(&self, place: Place) -> BoxFuture<'static, Arc<Gathered>> {
        let surroundings = Arc::clone(&self.surroundings);
        let remembered = surroundings.remembered(&place.snapshot.document.uri);
        let rested = surroundings.rested(&remembered);
        {
            let mut now = remembered.now.lock();
            now.asked = Some(Instant::now());
            if rested {
                now.begun = None;
            } else if let Some(kept) = now.kept(&self.config, &place) {
                drop(now);
                // For the next burst.
                drop(surroundings.look_ahead(&self.config, &place, &remembered, false));
                return futures::future::ready(kept).boxed();
            }
        }
        let config = Arc::clone(&self.config);
        async move {
            let patience = *surroundings.patience.lock();
            let (patient, time_box) = (patience.is_some(), patience.unwrap_or(TIME_BOX));
            let last = remembered.now.lock().last_under(&config, place.tokens);
            let ahead = surroundings.look_ahead(&config, &place, &remembered, rested);
            let (begins, burst) = (Held::of(&config, &place), Arc::clone(&remembered));
            let began = Instant::now();
            // At another place there is nothing yet; later it is a moment older. It comes while the
            // definitions are ranked; what is at hand is shown in any case.
            let wait = move || {
                let most = if patient { time_box } else { time_box / SLOW };
                let left = most.saturating_sub(began.elapsed());
                let _ = ahead.map(|ahead| ahead.quick.recv_timeout(left));
            };
            let gather = move || surroundings.gather_now(&config, &place, &remembered, wait);
            let work = tokio::task::spawn_blocking(gather);
            // What takes longer goes on, and the next request has it.
            let shown = match tokio::time::timeout(time_box, work).await {
                Ok(Ok(gathered)) => gathered,
                _ => last,
            };
            burst.now.lock().begun = Some((begins, Arc::clone(&shown)));
            shown
        }
        .boxed()
    }
}

impl Surroundings {
    /// How much of other files a request is shown at most: nothing where none are read, nor in the rest
    /// of a burst of typing that began so, which would see less of the document from one key to the next.
    fn tokens(&self, config: &RootConfig, snapshot: &Snapshot) -> u32 {
        let settings = &config.resolved.settings.context;
        if !settings.enabled {
            return 0;
        }
        let known = snapshot.root.as_deref().and_then(|root| self.folders.index(root));
        let read = known.is_some_and(|index| !index.is_empty());
        let remembered = self.remembered(&snapshot.document.uri);
        let rested = self.rested(&remembered);
        let mut now = remembered.now.lock();
        if rested || !read {
            now.unread = !read;
        }
        if now.unread { 0 } else { settings.tokens }
    }

    /// Gathers on this thread; calls `wait` before it looks at what the slow sources have found.
    fn gather_now(
        &self,
        config: &Arc<RootConfig>,
        place: &Place,
        remembered: &Remembered,
        wait: impl FnOnce(),
    ) -> Arc<Gathered> {
        let _turn = remembered.busy.lock();
        let past = remembered.now.lock().past.clone();
        let past = self.gathered(config, place, remembered, &past, wait);
        let gathered = Arc::clone(past.last());
        let mut now = remembered.now.lock();
        now.past = past;
        now.held = Some(Held::of(config, place));
        gathered
    }

    /// What is gathered for a place, on this thread, by what was shown before.
    fn gathered(
        &self,
        config: &Arc<RootConfig>,
        place: &Place,
        remembered: &Remembered,
        past: &Past,
        wait: impl FnOnce(),
    ) -> Past {
        let told = remembered.now.lock().told.clone();
        let ahead = || {
            wait();
            let now = remembered.now.lock();
            Ahead { snippets: Arc::clone(&now.ahead), project: now.project.clone() }
        };
        let settings = &config.resolved.settings.context;
        let diagnostics = self.diagnostics(&place.snapshot.document.uri, &told);
        let root = place.snapshot.root.as_deref();
        let reading = Reading::new(&self.verdicts, config, root);
        let seen = self.look(place, settings);
        let library = root.and_then(|root| self.libraries.lock().get(root).cloned());
        let known = Known {
            diagnostics: &diagnostics,
            project: None,
            library: library.as_ref(),
            files: &NoFiles,
        };
        // The index may be older than the newest ignore rule.
        let may = |path: &str| root.is_none_or(|root| reading.allows(&root.join(path)));
        seen.with_need(&reading, &known, |need| {
            gather(need, settings, place.tokens as usize, ahead, past, may)
        })
    }

    /// The world around a place.
    fn look<'a>(&self, place: &'a Place, settings: &ContextSettings) -> Seen<'a> {
        let index = place.snapshot.root.as_deref().and_then(|root| self.folders.index(root));
        let index = index.map(|index| index.snapshot()).unwrap_or_default();
        let exact = self.patience.lock().is_some();
        Seen::of(place, index, settings, exact, || {
            Others::of(&self.workspace.lock(), &place.snapshot)
        })
    }
}

#[cfg(test)]
mod tests;
