//! Context for a session's completions: what its documents, its history and its indexes give, within
//! a time box, and what is remembered of it from key to key.

pub mod disk;
pub mod known;
mod packages;
mod reading;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use parking_lot::Mutex;

use self::reading::{Reading, Seen};
use super::root_config::RootConfig;
use super::verdicts::Verdicts;
use super::{Snapshot, Workspace};
use crate::completion::anchor::Frozen;
use crate::context::gather::{Gather, Gathered, Past, Place};
use crate::context::need::Diagnostic;
use crate::context::snippet::{Origin, Snippet};
use crate::document::uri::DocumentUri;
use crate::retrieval::library::wanted;
use crate::retrieval::live::SharedIndex;
use crate::retrieval::names::Names;
use crate::retrieval::symbol::FileSymbols;

/// What is not there after this is left for the next request.
const TIME_BOX: Duration = Duration::from_millis(10);
/// A pause between two changes that is longer ends a burst of typing; within one, what is shown stays
/// as it is.
const REST: Duration = Duration::from_secs(1);
/// Documents of which something is remembered; then those that are not open any more are forgotten.
const MANY: usize = 64;

/// A session's context.
pub struct Surroundings {
    workspace: Arc<Mutex<Workspace>>,
    verdicts: Arc<Verdicts>,
    /// The symbols of each workspace folder.
    indexes: Mutex<HashMap<PathBuf, Arc<SharedIndex>>>,
    packages: packages::Packages,
    remembered: Mutex<HashMap<DocumentUri, Arc<Remembered>>>,
    time_box: Mutex<Duration>,
}

/// What is remembered of one document.
#[derive(Default)]
struct Remembered {
    now: Mutex<Now>,
    /// One gathering after the other.
    busy: Mutex<()>,
}

#[derive(Default)]
struct Now {
    past: Past,
    /// What the last one was gathered for.
    held: Option<Held>,
    /// What the slow sources have found.
    ahead: Arc<[Snippet]>,
    diagnostics: Arc<[Diagnostic]>,
}

/// A burst of typing keeps what it began with.
struct Held {
    prefix: Arc<Frozen>,
    tokens: u32,
}

impl Surroundings {
    /// Over a session's documents.
    #[must_use]
    pub fn new(workspace: Arc<Mutex<Workspace>>, verdicts: Arc<Verdicts>) -> Self {
        Self {
            workspace,
            verdicts,
            indexes: Mutex::default(),
            packages: packages::Packages::default(),
            remembered: Mutex::default(),
            time_box: Mutex::new(TIME_BOX),
        }
    }

    /// Waits longer for what is gathered: for commands, where nobody types.
    pub fn be_patient(&self, time_box: Duration) {
        *self.time_box.lock() = time_box;
    }

    /// The symbols of a workspace folder; where there are none yet, none are shown.
    pub fn set_index(&self, root: PathBuf, index: Arc<SharedIndex>) {
        self.indexes.lock().insert(root, index);
    }

    /// The symbols of a workspace folder.
    #[must_use]
    pub fn index(&self, root: &Path) -> Option<Arc<SharedIndex>> {
        self.indexes.lock().get(root).cloned()
    }

    /// What the editor's tools say is wrong with a document.
    pub fn set_diagnostics(&self, uri: &DocumentUri, diagnostics: Vec<Diagnostic>) {
        self.remembered(uri).now.lock().diagnostics = diagnostics.into();
    }

    /// A document was closed.
    pub fn forget(&self, uri: &DocumentUri) {
        self.remembered.lock().remove(uri);
    }

    /// For one request.
    #[must_use]
    pub fn under(self: &Arc<Self>, config: &Arc<RootConfig>) -> Arc<dyn Gather> {
        Arc::new(Under { surroundings: Arc::clone(self), config: Arc::clone(config) })
    }

    fn remembered(&self, uri: &DocumentUri) -> Arc<Remembered> {
        let mut all = self.remembered.lock();
        if all.len() >= MANY && !all.contains_key(uri) {
            let workspace = self.workspace.lock();
            all.retain(|uri, _| workspace.document(uri).is_some());
        }
        Arc::clone(all.entry(uri.clone()).or_default())
    }

    /// Whether the last change came after a rest.
    fn rested(&self) -> bool {
        let workspace = self.workspace.lock();
        let mut last = workspace.history().iter().rev().map(|timed| timed.at);
        match (last.next(), last.next()) {
            (Some(last), Some(before)) => last.saturating_duration_since(before) >= REST,
            _ => true,
        }
    }
}

/// The context of requests under one configuration.
struct Under {
    surroundings: Arc<Surroundings>,
    config: Arc<RootConfig>,
}

impl Gather for Under {
    fn tokens(&self, snapshot: &Snapshot) -> u32 {
        let settings = &self.config.resolved.settings.context;
        let known = snapshot.root.as_deref().and_then(|root| self.surroundings.index(root));
        let some = known.is_some_and(|index| !index.is_empty());
        if settings.enabled && some { settings.tokens } else { 0 }
    }

    fn gather(&self, place: Place) -> BoxFuture<'static, Arc<Gathered>> {
        let surroundings = Arc::clone(&self.surroundings);
        let remembered = surroundings.remembered(&place.snapshot.document.uri);
        let rested = surroundings.rested();
        {
            let now = remembered.now.lock();
            let same = now.held.as_ref().is_some_and(|held| {
                held.tokens == place.tokens && held.prefix.text() == place.parts.prefix.text()
            });
            if same && !rested {
                return futures::future::ready(Arc::clone(now.past.last())).boxed();
            }
        }
        let config = Arc::clone(&self.config);
        async move {
            let time_box = *surroundings.time_box.lock();
            let last = Arc::clone(remembered.now.lock().past.last());
            let work = tokio::task::spawn_blocking(move || {
                surroundings.gather_now(&config, &place, &remembered)
            });
            match tokio::time::timeout(time_box, work).await {
                Ok(Ok(gathered)) => gathered,
                // It goes on, and the next request has it.
                _ => last,
            }
        }
        .boxed()
    }
}

impl Surroundings {
    /// Gathers on this thread.
    fn gather_now(
        &self,
        config: &Arc<RootConfig>,
        place: &Place,
        remembered: &Remembered,
    ) -> Arc<Gathered> {
        let _turn = remembered.busy.lock();
        let (past, ahead, diagnostics) = {
            let now = remembered.now.lock();
            (now.past.clone(), Arc::clone(&now.ahead), Arc::clone(&now.diagnostics))
        };
        let settings = &config.resolved.settings.context;
        let reading = Reading { verdicts: &self.verdicts, config };
        let root = place.snapshot.root.as_deref();
        let index = root.and_then(|root| self.index(root)).map(|index| index.snapshot());
        let looks_around = settings.sources.iter().any(|origin| *origin != Origin::Definitions);
        let seen = Seen::of(place, index.unwrap_or_default(), looks_around, || {
            self.others(&place.snapshot)
        });
        let past =
            seen.gather(&reading, settings, place.tokens as usize, &ahead, &diagnostics, &past);
        let gathered = Arc::clone(past.last());
        let mut now = remembered.now.lock();
        now.past = past;
        now.held = Some(Held { prefix: Arc::clone(&place.parts.prefix), tokens: place.tokens });
        gathered
    }

    /// The other documents below the same folder, the one used last first, and what was changed.
    fn others(&self, snapshot: &Snapshot) -> reading::Others {
        let workspace = self.workspace.lock();
        reading::Others::of(&workspace, snapshot)
    }

    /// Reads what a file imports from installed packages, on a thread of its own.
    fn learn(
        self: &Arc<Self>,
        root: &Path,
        config: &Arc<RootConfig>,
        file: &Arc<FileSymbols>,
        names: &Arc<Names>,
    ) {
        let known = self.packages.of(root, names);
        let new = |key: &String| !known.as_ref().is_some_and(|known| known.knows(key));
        if !wanted(file).iter().any(new) {
            return;
        }
        let (surroundings, root) = (Arc::clone(self), root.to_path_buf());
        let (config, file, names) = (Arc::clone(config), Arc::clone(file), Arc::clone(names));
        let work = move || {
            // They are ignored by nearly every repository, so only what is blocked is left alone.
            let may_read = |folder: &Path| {
                let verdict = surroundings.verdicts.check(folder, Some(&root));
                verdict.blocked.is_none() && !config.ignores(folder)
            };
            surroundings.packages.learn(&root, &file, &names, may_read);
        };
        let thread = std::thread::Builder::new().name("foretype-packages".to_owned());
        if let Err(error) = thread.spawn(work) {
            tracing::warn!("installed packages cannot be read: {error}");
        }
    }
}
