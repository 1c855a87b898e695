//! The workspace's code: found, read and kept in step in the background, on one thread of low priority
//! for each session. Each file is read once for all that know it: the symbols that models are shown,
//! and, once it is wanted, the embedded model's index. Completion never waits for it.

pub mod dependencies;
mod ignored;
mod queue;
pub mod saved;
pub mod seen;
pub mod walk;
mod worker;
pub mod world;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;

use parking_lot::Mutex;
use tokio::sync::watch;

use self::queue::Event;
pub use self::world::{LeftOut, Stage, World};
use crate::code;
use crate::document::text::Text;
use crate::local::Limits;
use crate::retrieval::folders::Folders;
use crate::workspace::verdicts::Verdicts;

/// A session's index. Dropped, its thread ends.
pub struct Indexing {
    shared: Arc<Shared>,
    events: Mutex<Option<Sender<Event>>>,
    /// A world was given; the workspace is not read.
    given: AtomicBool,
    /// The thread runs.
    begun: watch::Sender<bool>,
}

/// What is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The workspace's folders.
    pub roots: Vec<PathBuf>,
    /// How much of them is known at most.
    pub limits: Limits,
    /// The sources of dependencies too, after all else.
    pub dependencies: bool,
    /// The patterns of files that are not read (`completion.ignore`), by folder of the workspace.
    pub ignore: Vec<(PathBuf, Vec<String>)>,
}

/// What the thread and the session both see.
struct Shared {
    world: Mutex<Arc<World>>,
    stage: watch::Sender<Stage>,
    /// The same of the symbols.
    symbol_stage: watch::Sender<Stage>,
    /// Files whose text was read to bring the index in step.
    read: AtomicUsize,
    reach: Mutex<Reach>,
    /// Open documents.
    open: Mutex<HashMap<PathBuf, Text>>,
    /// Where indexes outlive the process.
    folder: Option<PathBuf>,
    verdicts: Arc<Verdicts>,
    /// The symbols of each workspace folder.
    symbols: Arc<Folders>,
    /// The embedded model is wanted.
    model: AtomicBool,
    /// Symbols are: a language model is shown them.
    shown: AtomicBool,
    /// Somebody waits for it.
    hurries: AtomicBool,
}

impl Indexing {
    /// An empty one. What is read is kept in the folder, if there is one; which files may be read
    /// the verdicts say; their symbols go into `symbols`.
    #[must_use]
    pub fn new(folder: Option<PathBuf>, verdicts: Arc<Verdicts>, symbols: Arc<Folders>) -> Self {
        let shared = Shared {
            world: Mutex::default(),
            stage: watch::Sender::new(Stage::Asleep),
            symbol_stage: watch::Sender::new(Stage::Asleep),
            read: AtomicUsize::new(0),
            reach: Mutex::default(),
            open: Mutex::default(),
            folder,
            verdicts,
            symbols,
            model: AtomicBool::new(false),
            shown: AtomicBool::new(false),
            hurries: AtomicBool::new(false),
        };
        Self {
            shared: Arc::new(shared),
            events: Mutex::new(None),
            given: AtomicBool::new(false),
            begun: watch::Sender::new(false),
        }
    }

    /// The newest world there is.
    #[must_use]
    pub fn world(&self) -> Arc<World> {
        Arc::clone(&self.shared.world.lock())
    }

    /// Puts a world in its place, for measurements: from then on nothing is read from disk.
    pub fn set_world(&self, world: World) {
        self.given.store(true, Ordering::Relaxed);
        *self.shared.world.lock() = Arc::new(world);
    }

    /// Wakes when it comes further.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Stage> {
        self.shared.stage.subscribe()
    }

    /// Wakes when the symbols come further; of them there are no tokens.
    #[must_use]
    pub fn watch_symbols(&self) -> watch::Receiver<Stage> {
        self.shared.symbol_stage.subscribe()
    }

    /// How many files a look at the whole workspace has read: those that look as they did when they were
    /// read before are not.
    #[must_use]
    pub fn files_read(&self) -> usize {
        self.shared.read.load(Ordering::Relaxed)
    }

    /// What is to be read.
    pub fn set_reach(&self, reach: Reach) {
        let changed = {
            let mut now = self.shared.reach.lock();
            let changed = *now != reach;
            *now = reach;
            changed
        };
        if changed {
            self.shared.symbols.set_roots(&self.shared.reach.lock().roots);
            self.tell(|| Event::Reach);
        }
    }

    /// Begins to read the workspace for the embedded model, in the background; asked again it does
    /// nothing.
    pub fn wake(&self) {
        if !self.given.load(Ordering::Relaxed) && !self.shared.model.swap(true, Ordering::Relaxed) {
            self.begin();
            self.tell(|| Event::Reach);
        }
    }

    /// Begins to read the workspace for its symbols, in the background; asked again it does nothing.
    pub fn wake_symbols(&self) {
        if !self.given.load(Ordering::Relaxed) && !self.shared.shown.swap(true, Ordering::Relaxed) {
            self.begin();
            self.tell(|| Event::Reach);
        }
    }

    /// Starts the thread, unless it runs.
    fn begin(&self) {
        let mut events = self.events.lock();
        if events.is_none() {
            *events = Some(worker::start(Arc::clone(&self.shared)));
            self.begun.send_replace(true);
        }
    }

    /// Wakes when anything of the workspace begins to be read.
    #[must_use]
    pub fn watch_begun(&self) -> watch::Receiver<bool> {
        self.begun.subscribe()
    }

    /// What may be read has changed: all of it is looked at again.
    pub fn reread(&self) {
        self.tell(|| Event::Reach);
    }

    /// Whether it reads for the embedded model.
    #[must_use]
    pub fn is_awake(&self) -> bool {
        self.shared.model.load(Ordering::Relaxed)
    }

    /// For commands, where nobody types: it is read at the usual priority.
    pub fn hurry(&self) {
        self.set_hurries(true);
    }

    /// Whether it is read at the usual priority, from what begins now on.
    pub fn set_hurries(&self, hurries: bool) {
        self.shared.hurries.store(hurries, Ordering::Relaxed);
    }

    /// Whether it reads symbols.
    #[must_use]
    pub fn shows_symbols(&self) -> bool {
        self.shared.shown.load(Ordering::Relaxed)
    }

    /// A document was opened or changed. Takes microseconds.
    pub fn text(&self, file: &Path, text: &Text) {
        if code::language(file).is_some() {
            self.shared.open.lock().insert(file.to_owned(), text.clone());
            self.tell(|| Event::Text(file.to_owned()));
        }
    }

    /// A document was closed: what is on disk counts again.
    pub fn closed(&self, file: &Path) {
        if self.shared.open.lock().remove(file).is_some() {
            self.tell(|| Event::Text(file.to_owned()));
        }
    }

    /// Files changed on disk.
    pub fn changed(&self, files: Vec<PathBuf>) {
        self.tell(|| Event::Files(files));
    }

    /// Stops reading for now.
    pub fn cancel(&self) {
        self.tell(|| Event::Cancel);
    }

    fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(sender) = &*self.events.lock() {
            let _ = sender.send(event());
        }
    }
}
