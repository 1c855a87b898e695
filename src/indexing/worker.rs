//! The thread that keeps the index: first the files beside an open one, then all, then what changes.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;

use super::world::{Stage, World};
use super::{code, saved, walk};
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::local::{self, Index, Limits, Overlay};

/// Files that are read before all the others.
const FIRST: usize = 150;
/// Keys are let go by before a document's text is read anew.
const SETTLE: Duration = Duration::from_millis(400);
/// So many changed files are too many to look through one by one: the index is built anew.
const REBUILD: usize = 32;
/// How often progress is told, files.
const TELL_EVERY: usize = 64;

/// What happened in the workspace.
enum Event {
    /// Its folders are others.
    Roots,
    /// A document was opened, changed or closed.
    Text(PathBuf),
    /// Files changed on disk.
    Files(Vec<PathBuf>),
    /// The user wants no more of it for now.
    Cancel,
}

/// A session's index. Dropped, its thread ends.
pub struct Indexing {
    shared: Arc<Shared>,
    events: Mutex<Option<Sender<Event>>>,
}

/// What the thread and the session both see.
struct Shared {
    world: Mutex<Arc<World>>,
    stage: watch::Sender<Stage>,
    roots: Mutex<Vec<PathBuf>>,
    /// Open documents.
    open: Mutex<HashMap<PathBuf, Text>>,
    limits: Limits,
    /// Where indexes outlive the process.
    folder: Option<PathBuf>,
}

impl Indexing {
    /// An empty one. What is read is kept in the folder, if there is one.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        let shared = Shared {
            world: Mutex::default(),
            stage: watch::Sender::new(Stage::Asleep),
            roots: Mutex::default(),
            open: Mutex::default(),
            limits: Limits::default(),
            folder,
        };
        Self { shared: Arc::new(shared), events: Mutex::new(None) }
    }

    /// The newest world there is.
    #[must_use]
    pub fn world(&self) -> Arc<World> {
        Arc::clone(&self.shared.world.lock())
    }

    /// Puts a world in its place, for measurements: nothing is read from disk.
    pub fn set_world(&self, world: World) {
        *self.shared.world.lock() = Arc::new(world);
    }

    /// Wakes when it comes further.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Stage> {
        self.shared.stage.subscribe()
    }

    /// The workspace's folders.
    pub fn set_roots(&self, roots: Vec<PathBuf>) {
        let changed = {
            let mut now = self.shared.roots.lock();
            let changed = *now != roots;
            *now = roots;
            changed
        };
        if changed {
            self.tell(|| Event::Roots);
        }
    }

    /// Begins to read the workspace, in the background; asked again it does nothing.
    pub fn wake(&self) {
        let mut events = self.events.lock();
        if events.is_none() && !self.shared.roots.lock().is_empty() {
            let sender = start(Arc::clone(&self.shared));
            let _ = sender.send(Event::Roots);
            *events = Some(sender);
        }
    }

    /// Whether it has begun.
    #[must_use]
    pub fn is_awake(&self) -> bool {
        self.events.lock().is_some()
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

fn start(shared: Arc<Shared>) -> Sender<Event> {
    let (sender, events) = mpsc::channel();
    let worker = Worker {
        events,
        shared,
        dirty: HashSet::new(),
        stale: HashSet::new(),
        todo: Todo::Nothing,
    };
    let thread = std::thread::Builder::new().name("foretype-index".to_owned());
    if let Err(error) = thread.spawn(move || worker.run()) {
        tracing::warn!("the workspace cannot be indexed: {error}");
    }
    sender
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Todo {
    Nothing,
    /// The files beside the open ones, then all.
    All,
}

struct Worker {
    events: Receiver<Event>,
    shared: Arc<Shared>,
    /// Documents whose text the overlay does not have yet.
    dirty: HashSet<PathBuf>,
    /// Closed files that are newer than the index.
    stale: HashSet<PathBuf>,
    todo: Todo,
}

/// Why work was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// The session is gone.
    Gone,
    /// Something else came first.
    Interrupted,
}

impl Worker {
    fn run(mut self) {
        lower_priority();
        while self.turn() != Err(Stop::Gone) {}
    }

    /// Waits for something to do, and does it.
    fn turn(&mut self) -> Result<(), Stop> {
        let busy = !self.dirty.is_empty() || self.todo != Todo::Nothing;
        let event = if busy {
            match self.events.recv_timeout(SETTLE) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return Err(Stop::Gone),
            }
        } else {
            Some(self.events.recv().map_err(|_| Stop::Gone)?)
        };
        if let Some(event) = event {
            self.note(event);
            // What came with it: an editor opens several files at once.
            while let Ok(event) = self.events.try_recv() {
                self.note(event);
            }
            if self.todo == Todo::Nothing {
                // More keys may come.
                return Ok(());
            }
        }
        if self.todo == Todo::All {
            self.todo = Todo::Nothing;
            return self.build();
        }
        self.refresh();
        Ok(())
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Roots => self.todo = Todo::All,
            Event::Text(file) => {
                self.dirty.insert(file);
            }
            Event::Files(files) => {
                let roots = self.shared.roots.lock().clone();
                let inside = |file: &PathBuf| roots.iter().any(|root| file.starts_with(root));
                let code = files.into_iter().filter(inside).filter(|it| code::language(it).is_some());
                for file in code {
                    self.stale.insert(file.clone());
                    self.dirty.insert(file);
                }
                if self.stale.len() > REBUILD {
                    self.todo = Todo::All;
                }
            }
            Event::Cancel => {
                self.todo = Todo::Nothing;
                self.shared.stage.send_replace(Stage::Cancelled);
            }
        }
    }

    /// Notes what came meanwhile; an error where this is to be given up for it.
    fn go_on(&mut self) -> Result<(), Stop> {
        loop {
            match self.events.try_recv() {
                Ok(Event::Cancel) => {
                    self.note(Event::Cancel);
                    return Err(Stop::Interrupted);
                }
                Ok(event) => {
                    let again = matches!(event, Event::Roots);
                    self.note(event);
                    if again {
                        return Err(Stop::Interrupted);
                    }
                }
                Err(mpsc::TryRecvError::Empty) => return Ok(()),
                Err(mpsc::TryRecvError::Disconnected) => return Err(Stop::Gone),
            }
        }
    }

    fn build(&mut self) -> Result<(), Stop> {
        self.shared.stage.send_replace(Stage::Reading { files: 0, of: 0 });
        let roots = self.shared.roots.lock().clone();
        let open: Vec<PathBuf> = self.shared.open.lock().keys().cloned().collect();
        let file = self.shared.folder.as_ref().map(|folder| saved::file(folder, &roots));
        let mut is_saved = false;
        if self.shared.world.lock().index.tokens() == 0 {
            match file.as_deref().and_then(saved::read) {
                Some(index) => {
                    self.publish(index);
                    is_saved = true;
                }
                None => self.first(&roots, &open)?,
            }
        }
        let mut going = Ok(());
        let walked = walk::walk(&roots, &open, || {
            going = self.go_on();
            going.is_ok()
        });
        going?;
        let Some(walked) = walked else { return Ok(()) };
        if is_saved && let Some(changed) = self.changed(&walked.files)? {
            // The overlay takes them up.
            self.dirty.extend(changed);
            let left_out = self.shared.world.lock().index.left_out() + walked.unreadable;
            self.ready(left_out);
            return Ok(());
        }
        self.stale.clear();
        let (index, unread) = self.index(&walked.files, Some(walked.files.len()))?;
        if let Some(file) = &file {
            saved::write(&index, file);
        }
        let left_out = index.left_out() + unread + walked.unreadable;
        self.publish(index);
        self.ready(left_out);
        Ok(())
    }

    fn ready(&self, left_out: usize) {
        let index = Arc::clone(&self.shared.world.lock().index);
        let (files, tokens) = (index.files().len(), index.tokens());
        self.shared.stage.send_replace(Stage::Ready { files, tokens, left_out });
        let bytes = index.bytes();
        tracing::info!(files, tokens, left_out, bytes, "the workspace is indexed");
    }

    /// The files beside the open ones, before all others.
    fn first(&mut self, roots: &[PathBuf], open: &[PathBuf]) -> Result<(), Stop> {
        let mut first: Vec<PathBuf> = Vec::new();
        for file in open {
            first.extend(walk::neighbours(roots, file, FIRST));
        }
        first.dedup();
        first.truncate(FIRST);
        if !first.is_empty() {
            let (index, _) = self.index(&first, None)?;
            self.publish(index);
        }
        Ok(())
    }

    /// The files that are others than those of the index; `None` where there are too many.
    fn changed(&mut self, files: &[PathBuf]) -> Result<Option<Vec<PathBuf>>, Stop> {
        let index = Arc::clone(&self.shared.world.lock().index);
        let mut known: HashMap<&str, u64> =
            index.files().iter().map(|file| (file.path.as_str(), file.stamp)).collect();
        let mut changed = Vec::new();
        for (number, file) in files.iter().enumerate() {
            if number % TELL_EVERY == 0 {
                let of = files.len();
                self.shared.stage.send_replace(Stage::Reading { files: number, of });
                self.go_on()?;
            }
            let stamp = known.remove(&*file.to_string_lossy());
            // Of an index that is full what is not in it had no room.
            let Ok(Some(text)) = code::read(file) else { continue };
            let new = stamp.is_none() && index.left_out() == 0;
            if new || stamp.is_some_and(|stamp| stamp != local::stamp(&text)) {
                changed.push(file.clone());
            }
        }
        changed.extend(known.into_keys().map(PathBuf::from));
        Ok((changed.len() <= REBUILD).then_some(changed))
    }

    /// Reads files into an index; how many of them could not be read.
    fn index(&mut self, files: &[PathBuf], of: Option<usize>) -> Result<(Index, usize), Stop> {
        let (mut unread, mut number, mut going) = (0, 0, Ok(()));
        let limits = self.shared.limits;
        let texts = files.iter().map_while(|file| {
            number += 1;
            if number % TELL_EVERY == 0 {
                if let Some(of) = of {
                    self.shared.stage.send_replace(Stage::Reading { files: number, of });
                }
                going = self.go_on();
                going.ok()?;
            }
            let text = code::read(file);
            unread += usize::from(text.is_err());
            Some(text.ok().flatten().map(|text| (file.to_string_lossy().into_owned(), text)))
        });
        let index = Index::build(texts.flatten(), limits);
        going?;
        Ok((index, unread))
    }

    /// Puts an index in the place of the old one, with all open documents over it.
    fn publish(&mut self, index: Index) {
        let mut overlay = Overlay::default();
        let open = self.shared.open.lock().clone();
        for (file, text) in &open {
            overlay.edit(&index, &file.to_string_lossy(), &whole(text));
            self.dirty.remove(file);
        }
        let number = self.shared.world.lock().number + 1;
        let world = Arc::new(World { number, index: Arc::new(index), overlay });
        let old = std::mem::replace(&mut *self.shared.world.lock(), world);
        // Freed here and not where a key waits.
        drop(old);
    }

    /// Brings the overlay up to what has changed.
    fn refresh(&mut self) {
        if self.dirty.is_empty() {
            return;
        }
        let world = Arc::clone(&self.shared.world.lock());
        let mut overlay = world.overlay.clone();
        for file in self.dirty.drain() {
            let path = file.to_string_lossy();
            let text = self.shared.open.lock().get(&file).cloned();
            match text {
                Some(text) => overlay.edit(&world.index, &path, &whole(&text)),
                // What it was on disk may have been saved since.
                None => match code::read(&file) {
                    Ok(Some(text)) => overlay.edit(&world.index, &path, &text),
                    _ => overlay.forget(&world.index, &path),
                },
            }
        }
        let (number, index) = (world.number + 1, Arc::clone(&world.index));
        *self.shared.world.lock() = Arc::new(World { number, index, overlay });
    }
}

fn whole(text: &Text) -> String {
    text.slice(ByteRange::new(ByteOffset(0), text.end())).into_owned()
}

/// Typing goes first.
fn lower_priority() {
    // Where it is not allowed it does without.
    let _ = thread_priority::set_current_thread_priority(thread_priority::ThreadPriority::Min);
}
