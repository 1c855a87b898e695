//! The thread that keeps the index: first the files beside an open one, then all, then what changes.

mod build;

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Sender};
use std::time::Instant;

use super::ignored::Ignored;
use super::queue::{Event, Queue, SETTLE, Stop};
use super::world::{Stage, World};
use super::{Shared, walk};
use crate::code;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::guard::{is_installed, without_secrets};
use crate::local::{self, Builder, Index, Overlay};
use crate::retrieval::folders::Feeder;

/// Files that are read before all the others.
const FIRST: usize = 150;
/// So many changed files are too many to look through one by one: the index is built anew.
const REBUILD: usize = 32;

/// Starts the thread; it ends when the sender is dropped.
pub(super) fn start(shared: Arc<Shared>) -> Sender<Event> {
    let (sender, events) = mpsc::channel();
    let worker = Worker {
        queue: Queue::new(events),
        feeder: Feeder::new(Arc::clone(&shared.symbols)),
        manifests: Vec::new(),
        foreign: Vec::new(),
        ignored: Ignored::default(),
        kept: None,
        shared,
        partial: false,
        compare: false,
        near: HashSet::new(),
        refreshed: Instant::now(),
    };
    let thread = std::thread::Builder::new().name("foretype-index".to_owned());
    if let Err(error) = thread.spawn(move || worker.run()) {
        tracing::warn!("the workspace cannot be indexed: {error}");
    }
    sender
}

struct Worker {
    queue: Queue,
    shared: Arc<Shared>,
    /// The index has only the files near open ones: near these.
    partial: bool,
    near: HashSet<PathBuf>,
    /// The index is whole, and what has changed of the workspace's files is to be found.
    compare: bool,
    /// When the overlay was last brought up to date.
    refreshed: Instant,
    /// Takes the symbols up.
    feeder: Feeder,
    /// What says where imports lead.
    manifests: Vec<(PathBuf, PathBuf)>,
    /// Folders of dependencies, of which no symbols are taken up.
    foreign: Vec<PathBuf>,
    /// Files that the configuration keeps out.
    ignored: Ignored,
    /// The folders whose symbols are kept, as they were after so many of the feeder's changes.
    kept: Option<(Vec<PathBuf>, usize)>,
}

impl Worker {
    fn run(mut self) {
        loop {
            match self.turn() {
                Ok(()) | Err(Stop::Interrupted) => {}
                Err(Stop::Cancelled) => self.tell_of(Stage::Cancelled),
                Err(Stop::Gone) => return,
            }
        }
    }

    /// Waits for something to do, and does it.
    fn turn(&mut self) -> Result<(), Stop> {
        self.queue.wait()?;
        let roots = self.roots();
        self.follow_manifests(&roots);
        // Editors tell of a folder that came, went or was moved, not of the files in it.
        let folder = |file: &PathBuf| is_in_some(file, &roots) && is_folder(file);
        self.compare |= self.queue.stale.iter().any(folder) && !self.partial;
        self.queue.stale.retain(|file| is_code_in(file, &roots));
        if self.compare || self.queue.stale.len() > REBUILD {
            self.queue.all = true;
        }
        if std::mem::take(&mut self.queue.all) {
            return self.build_apart();
        }
        self.refresh();
        Ok(())
    }

    /// Builds on a thread of its own, which ends with it.
    fn build_apart(&mut self) -> Result<(), Stop> {
        let built = apart("foretype-build", || self.build());
        lower_priority(&self.shared);
        built
    }

    /// Where work can be left, and where what was opened meanwhile is taken up.
    fn go_on(&mut self) -> Result<(), Stop> {
        self.queue.look()?;
        let is_new = |file: &PathBuf| {
            !self.near.contains(file) && self.shared.open.lock().contains_key(file)
        };
        if self.partial && self.queue.dirty.iter().any(is_new) {
            self.first();
        } else if self.refreshed.elapsed() > SETTLE {
            self.refresh();
        }
        Ok(())
    }

    fn roots(&self) -> Vec<PathBuf> {
        self.shared.reach.lock().roots.clone()
    }

    fn index(&self) -> Arc<Index> {
        Arc::clone(&self.shared.world.lock().index)
    }

    /// The files beside the open ones, before all others.
    fn first(&mut self) {
        self.partial = true;
        let roots = self.roots();
        let open: Vec<PathBuf> = self.shared.open.lock().keys().cloned().collect();
        let near = open.iter().flat_map(|file| walk::neighbours(&roots, file, FIRST));
        let mut first: Vec<PathBuf> = near.collect();
        let mut seen = HashSet::new();
        first.retain(|file| seen.insert(file.clone()));
        first.truncate(FIRST);
        let mut builder = Builder::new(self.shared.reach.lock().limits);
        for file in &first {
            if let Ok(Some(text)) = self.read(file, &roots) {
                self.feed(file, Some(&text));
                if self.is_model() {
                    builder.add(file.to_string_lossy(), &text);
                }
            }
        }
        self.near.extend(open);
        self.publish(builder.finish());
    }

    /// Reads a file; `None` for one that nobody wrote or that is not to be used.
    fn read(&self, file: &Path, roots: &[PathBuf]) -> io::Result<Option<String>> {
        if !self.is_allowed(file, roots) {
            return Ok(None);
        }
        read(file)
    }

    /// Whether the embedded model is wanted; else the symbols alone are read.
    fn is_model(&self) -> bool {
        self.shared.model.load(Ordering::Relaxed)
    }

    /// Whether a model is shown symbols.
    fn is_shown(&self) -> bool {
        self.shared.shown.load(Ordering::Relaxed)
    }

    /// Takes a file's symbols up, where a model is shown any.
    fn feed(&mut self, file: &Path, text: Option<&str>) {
        if self.is_shown() {
            self.feeder.take(file, text);
        }
    }

    /// Tells those who follow what is wanted how far it is.
    fn tell_of(&self, stage: Stage) {
        if self.is_model() {
            self.shared.stage.send_replace(stage);
        }
        if self.is_shown() {
            self.shared.symbol_stage.send_replace(stage);
        }
    }

    /// Takes up what has changed of manifests. One that came is looked for as all others are: there are
    /// folders whose manifests nobody wants. A lock file says where the sources of dependencies are.
    fn follow_manifests(&mut self, roots: &[PathBuf]) {
        let (mut changed, mut came) = (false, false);
        let dependencies = self.is_model() && self.shared.reach.lock().dependencies;
        for file in self.queue.stale.iter().filter(|file| is_in_some(file, roots)) {
            came |= dependencies && walk::is_lock(file);
            if self.is_shown() && walk::is_manifest(file) {
                let known = self.manifests.iter().any(|(_, known)| known == file);
                changed |= known;
                // An installation brings hundreds, which are nobody's own.
                let own = |root: &PathBuf| {
                    let below = file.strip_prefix(root).into_iter().flatten();
                    below.filter_map(OsStr::to_str).all(|name| !is_installed(name))
                };
                let new = !known && roots.iter().any(own);
                came |= new && file.is_file() && self.is_allowed(file, roots);
            }
        }
        if changed {
            self.read_manifests();
        }
        self.compare |= came && !self.partial;
    }

    /// Reads what the manifests say.
    fn read_manifests(&self) {
        if !self.is_shown() {
            return;
        }
        let roots = self.roots();
        for root in &roots {
            let of = self.manifests.iter().filter(|(of, _)| of == root);
            let files = of.map(|(_, file)| file.as_path());
            let allowed = files.filter(|file| self.is_allowed(file, &roots));
            self.feeder.read_manifests(root, allowed);
        }
    }

    fn is_allowed(&self, file: &Path, roots: &[PathBuf]) -> bool {
        let root = roots.iter().filter(|root| file.starts_with(root));
        let root = root.max_by_key(|root| root.as_os_str().len());
        let verdict = self.shared.verdicts.judge(file, root.map(PathBuf::as_path));
        verdict.blocked.is_none() && verdict.in_context && !self.ignored.has(file)
    }

    /// Puts an index in the place of the old one, with all open documents over it.
    fn publish(&mut self, index: Index) {
        let mut overlay = Overlay::default();
        let open = self.shared.open.lock().clone();
        let roots = self.roots();
        for (file, text) in &open {
            self.take_up(&index, &mut overlay, file, whole(text).as_deref(), &roots);
            self.queue.dirty.remove(file);
        }
        let number = self.shared.world.lock().number + 1;
        let world = Arc::new(World { number, index: Arc::new(index), overlay });
        let old = std::mem::replace(&mut *self.shared.world.lock(), world);
        // Freed here and not where a key waits.
        drop(old);
    }

    /// Brings the overlay up to what has changed.
    fn refresh(&mut self) {
        self.refreshed = Instant::now();
        if self.queue.dirty.is_empty() {
            return;
        }
        let world = Arc::clone(&self.shared.world.lock());
        let roots = self.roots();
        let mut overlay = world.overlay.clone();
        for file in std::mem::take(&mut self.queue.dirty) {
            let open = self.shared.open.lock().get(&file).cloned();
            let text = match open {
                Some(text) => whole(&text),
                // What it was on disk may have been saved since.
                None if is_code_in(&file, &roots) && is_itself(&file, &roots) => {
                    read(&file).ok().flatten()
                }
                None => None,
            };
            self.take_up(&world.index, &mut overlay, &file, text.as_deref(), &roots);
        }
        let (number, index) = (world.number + 1, Arc::clone(&world.index));
        *self.shared.world.lock() = Arc::new(World { number, index, overlay });
    }

    /// Takes a file's present text into an overlay, unless the index has it so.
    fn take_up(
        &mut self,
        index: &Index,
        overlay: &mut Overlay,
        file: &Path,
        text: Option<&str>,
        roots: &[PathBuf],
    ) {
        let path = file.to_string_lossy();
        let text = text.filter(|_| self.is_allowed(file, roots));
        self.feed(file, text);
        match text {
            _ if !self.is_model() => {}
            Some(text) if !overlay.has(&path) && is_in(index, &path, text) => {}
            Some(text) => overlay.edit(index, &path, text),
            None => overlay.forget(index, &path),
        }
    }
}

/// Does something on a thread that ends with it; where there can be none, on this one.
fn apart<T: Send>(name: &str, mut work: impl FnMut() -> T + Send) -> T {
    let done = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name(name.to_owned());
        let thread = thread.spawn_scoped(scope, &mut work);
        thread.ok().map(std::thread::ScopedJoinHandle::join)
    });
    match done {
        Some(Ok(done)) => done,
        Some(Err(panic)) => std::panic::resume_unwind(panic),
        None => work(),
    }
}

/// Whether it is a folder, or what is gone may have been one.
fn is_folder(path: &Path) -> bool {
    match std::fs::symlink_metadata(path) {
        Ok(of) => of.is_dir(),
        Err(_) => code::language(path).is_none(),
    }
}

fn is_code_in(file: &Path, roots: &[PathBuf]) -> bool {
    is_in_some(file, roots) && code::language(file).is_some()
}

fn is_in_some(file: &Path, roots: &[PathBuf]) -> bool {
    roots.iter().any(|root| file.starts_with(root))
}

/// Whether no folder between a file and the workspace's folder is a link: those lead in circles, or out
/// of it.
fn is_itself(file: &Path, roots: &[PathBuf]) -> bool {
    let holds = roots.iter().filter(|root| file.starts_with(root));
    let innermost = holds.max_by_key(|root| root.as_os_str().len());
    let folders = file.ancestors().skip(1);
    folders
        .take_while(|folder| Some(*folder) != innermost.map(PathBuf::as_path))
        .all(|it| !it.is_symlink())
}

fn is_in(index: &Index, path: &str, text: &str) -> bool {
    let known = index.files().iter().find(|file| file.path == path);
    known.is_some_and(|known| known.stamp == local::stamp_of(text.as_bytes()))
}

/// What is known of a file: what was [written](code::read) there, but for secrets, which would be said in
/// other files and kept on the disk.
fn read(file: &Path) -> io::Result<Option<String>> {
    Ok(code::read(file)?.map(without_secrets))
}

/// The same of a document.
fn whole(text: &Text) -> Option<String> {
    let text = text.slice(ByteRange::new(ByteOffset(0), text.end()));
    code::is_written(&text).then(|| without_secrets(text.into_owned()))
}

/// Typing goes first, once there is something to answer with.
fn lower_priority(shared: &Shared) {
    if shared.hurries.load(Ordering::Relaxed) {
        return;
    }
    // Where it is not allowed it does without.
    let _ = thread_priority::set_current_thread_priority(thread_priority::ThreadPriority::Min);
}
