//! The sources that read files, asked in the background: what they have found by the next request is
//! shown then.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::Surroundings;
use super::disk::Narrowed;
use super::reading::{Known, Reading};
use super::remembered::Remembered;
use tokio::task::JoinHandle;

use crate::completion::anchor::Parts;
use crate::context::fit;
use crate::context::gather::{Past, Place};
use crate::context::need::Need;
use crate::context::snippet::{Origin, Snippet};
use crate::context::sources::dependencies::dependencies;
use crate::context::sources::similar::{prepare, prepare_again, similar_in};
use crate::context::sources::{SOURCES, When};
use crate::document::language::Language;
use crate::document::offset::ByteOffset;
use crate::project::Project;
use crate::retrieval::extract::Extractor;
use crate::retrieval::library::{Homes, Library, find, wanted};
use crate::retrieval::names::Names;
use crate::retrieval::symbol::FileSymbols;
use crate::workspace::Snapshot;
use crate::workspace::root_config::RootConfig;

/// The slow sources are being asked, until this is dropped.
struct Looking(Arc<Remembered>);

impl Drop for Looking {
    fn drop(&mut self) {
        self.0.now.lock().looking = false;
    }
}

/// The slow sources while they are being asked.
pub(super) struct Ahead {
    /// Wakes when they have looked at what is known already.
    pub(super) quick: Receiver<()>,
    /// Ends when they have read whatever is new.
    pub(super) whole: JoinHandle<()>,
}

impl Surroundings {
    /// A document was opened: what takes longest is read before anything is asked.
    pub fn opened(self: &Arc<Self>, config: &Arc<RootConfig>, snapshot: Snapshot) {
        let settings = &config.resolved.settings.context;
        let wanted = [Origin::Stack, Origin::Dependencies];
        let wanted = wanted.iter().any(|origin| settings.sources.contains(origin));
        let Some(file) = snapshot.file.clone().filter(|_| wanted && settings.enabled) else {
            return;
        };
        let (this, config) = (Arc::clone(self), Arc::clone(config));
        tokio::spawn(async move {
            let (root, language) = (snapshot.root.clone(), snapshot.document.language);
            let project = this.project(&config, &file, root, language).await;
            this.remembered(&snapshot.document.uri).now.lock().project = project;
            let read = move || {
                let settings = &config.resolved.settings.context;
                let (at, parts) = (ByteOffset(0), Parts::default());
                let place = Place { snapshot, at, language, parts, tokens: 0 };
                let Some(root) = place.snapshot.root.as_deref() else { return };
                let seen = this.look(&place, settings);
                if settings.sources.contains(&Origin::Dependencies)
                    && let Some(symbols) = seen.symbols()
                {
                    this.library(&config, root, symbols, seen.index().names());
                }
            };
            let _ = tokio::task::spawn_blocking(read).await;
        });
    }

    /// The workspace has been read: what a document is likely to need is gathered before anybody asks.
    /// A first request for which nothing else is there in time is shown that.
    pub fn prepare(
        self: &Arc<Self>,
        config: &Arc<RootConfig>,
        snapshot: Snapshot,
    ) -> Option<JoinHandle<()>> {
        let settings = &config.resolved.settings.context;
        // Who has patience waits for all of it.
        let hurried = self.patience.lock().is_none();
        if !(hurried && settings.enabled && snapshot.file.is_some() && snapshot.root.is_some()) {
            return None;
        }
        let (this, config, tokens) = (Arc::clone(self), Arc::clone(config), settings.tokens);
        let (language, parts) = (snapshot.document.language, Parts::default());
        // Where the cursor will be is not known: what is imported is, and what the last code uses.
        let at = snapshot.document.text.end();
        let place = Place { snapshot, at, language, parts, tokens };
        Some(tokio::spawn(async move {
            let _turn = this.preparing.acquire().await;
            let uri = &place.snapshot.document.uri;
            if this.workspace.lock().document(uri).is_none() {
                return;
            }
            let remembered = this.remembered(uri);
            let looking = this.look_ahead(&config, &place, &remembered, true);
            this.prepare_for(&config, &place, &remembered).await;
            // What the slow sources find comes when it comes.
            if let Some(looking) = looking {
                let _ = looking.whole.await;
                this.prepare_for(&config, &place, &remembered).await;
            }
        }))
    }

    async fn prepare_for(
        self: &Arc<Self>,
        config: &Arc<RootConfig>,
        place: &Place,
        remembered: &Arc<Remembered>,
    ) {
        let (this, config) = (Arc::clone(self), Arc::clone(config));
        let (place, remembered) = (place.clone(), Arc::clone(remembered));
        let gather = move || {
            if remembered.now.lock().held.is_none() {
                // Nothing is kept of it for later choices: the same state gives the same prompt.
                let past = this.gathered(&config, &place, &remembered, &Past::default(), || ());
                remembered.now.lock().prepared = Some((config, Arc::clone(past.last())));
            }
        };
        let _ = tokio::task::spawn_blocking(gather).await;
    }

    /// What the projects' manifests or lock files say has changed: other versions may be installed.
    pub fn forget_projects(&self) {
        self.projects.forget();
        self.libraries.lock().clear();
        for remembered in self.remembered.lock().values() {
            // What they said stays until they have been read again.
            remembered.now.lock().looked = None;
        }
    }

    /// Asks the slow sources, where any is on and they would find something else than at the last time;
    /// after a rest in any case. Answers what may be waited for: there is nothing yet, it is another
    /// place after a rest, or nobody types.
    pub(super) fn look_ahead(
        self: &Arc<Self>,
        config: &Arc<RootConfig>,
        place: &Place,
        remembered: &Arc<Remembered>,
        rested: bool,
    ) -> Option<Ahead> {
        let settings = &config.resolved.settings.context;
        let on = |origin: &Origin| settings.sources.contains(origin);
        let slow = SOURCES.iter().any(|(origin, when, _)| *when == When::Ahead && on(origin));
        if !(slow || on(&Origin::Stack)) {
            return None;
        }
        let at = self.at(place);
        let patient = self.patience.lock().is_some();
        let new = {
            let mut now = remembered.now.lock();
            let same = now.looked.as_ref().is_some_and(|looked| looked.is_as(&at));
            // One after the other; the next key asks again.
            if !patient && (now.looking || (same && !rested)) {
                return None;
            }
            now.looking = true;
            let first = now.looked.replace(at).is_none();
            first || (rested && !same)
        };
        let (this, config) = (Arc::clone(self), Arc::clone(config));
        let (place, remembered) = (place.clone(), Arc::clone(remembered));
        let (done, quick) = channel();
        let whole = tokio::spawn(async move {
            let _end = Looking(Arc::clone(&remembered));
            let Some(file) = place.snapshot.file.clone() else { return };
            let root = place.snapshot.root.clone();
            let project = this.project(&config, &file, root, place.language).await;
            remembered.now.lock().project = project;
            let look = move || this.look_now(&config, &place, &remembered, &done);
            let _ = tokio::task::spawn_blocking(look).await;
        });
        (new || patient).then_some(Ahead { quick, whole })
    }

    /// What the project of a file is made with; nothing where one of its manifests is kept from models.
    async fn project(
        self: &Arc<Self>,
        config: &Arc<RootConfig>,
        file: &Path,
        root: Option<PathBuf>,
        language: Language,
    ) -> Option<Arc<Project>> {
        let project = self.projects.of(file, root.as_deref(), language).await;
        let (this, config) = (Arc::clone(self), Arc::clone(config));
        let judge = move || {
            let reading = Reading::new(&this.verdicts, &config, root.as_deref());
            let shown = |file: &PathBuf| reading.allows(file);
            project.manifests.iter().all(shown).then_some(project)
        };
        tokio::task::spawn_blocking(judge).await.ok().flatten()
    }

    /// Asks the slow sources, on this thread: first of what is known of packages and of the files beside,
    /// then of whatever is new of them. Says when the first is `done`; who has patience waits for all.
    fn look_now(
        &self,
        config: &Arc<RootConfig>,
        place: &Place,
        remembered: &Remembered,
        done: &Sender<()>,
    ) {
        let settings = &config.resolved.settings.context;
        let Snapshot { root: Some(root), file: Some(file), .. } = &place.snapshot else { return };
        let reading = Reading::new(&self.verdicts, config, Some(root));
        let seen = self.look(place, settings);
        let names = seen.index().names();
        let symbols = seen.symbols().filter(|_| settings.sources.contains(&Origin::Dependencies));
        let library = symbols.and_then(|_| self.known_library(root, names));
        let knows = |key: &String| library.as_ref().is_some_and(|library| library.knows(key));
        let new = symbols.filter(|symbols| !wanted(symbols).iter().all(knows));
        let windows = self.windows.beside(file);
        let project = remembered.now.lock().project.clone();
        let patient = self.patience.lock().is_some();
        let only = patient.then(|| (seen.index(), seen.path()));
        let known = Known {
            diagnostics: &[],
            project: project.as_deref(),
            library: library.as_ref(),
            files: &Narrowed { disk: &self.disk(root, config).at_a_glance(), only },
        };
        seen.with_need(&reading, &known, |need| {
            // One that is slow does not hold the others back.
            let ask = |origin: Origin, source: &dyn Fn(usize) -> Vec<Snippet>| {
                if settings.sources.contains(&origin) {
                    let found = source(fit::most(origin, place.tokens as usize));
                    remembered.now.lock().found(origin, found);
                }
            };
            for (origin, when, source) in SOURCES {
                if when == When::Ahead && origin != Origin::Similar {
                    ask(origin, &|most| source(need, most));
                }
            }
            ask(Origin::Similar, &|most| similar_in(&prepare_again(need, &windows), need, most));
            if !patient {
                let _ = done.send(());
            }
            if let Some(symbols) = new {
                let library = self.library(config, root, symbols, names);
                let need = Need { library: Some(&library), ..*need };
                ask(Origin::Dependencies, &|most| dependencies(&need, most));
            }
            ask(Origin::Similar, &|most| {
                let windows = prepare(need, &windows);
                self.windows.put(file, windows.clone());
                similar_in(&windows, need, most)
            });
        });
    }

    /// What the packages offer that a file imports, read where they are new: up to a second for each.
    fn library(
        &self,
        config: &RootConfig,
        root: &Path,
        file: &FileSymbols,
        names: &Arc<Names>,
    ) -> Library {
        let _turn = self.learning.lock();
        let known = self.known_library(root, names);
        let mut library = known.unwrap_or_else(|| Library::new(Arc::clone(names)));
        let new: Vec<String> = wanted(file).into_iter().filter(|key| !library.knows(key)).collect();
        if new.is_empty() {
            return library;
        }
        let path = root.join(&*file.path);
        let folders: Vec<&Path> =
            path.ancestors().skip(1).take_while(|folder| folder.starts_with(root)).collect();
        let (homes, mut extractor) = (Homes::of_environment(), Extractor::default());
        // Nearly every repository ignores them, so only what is blocked is left alone.
        let may_read = |folder: &Path| {
            let verdict = self.verdicts.judge(folder, Some(root));
            verdict.blocked.is_none() && !config.ignores(folder)
        };
        for key in new {
            match find(&key, file.source.family(), &folders, &homes) {
                Some(package) if may_read(&package.folder) => library.add(&mut extractor, &package),
                _ => library.add_missing(&key),
            }
            // What is there can be used while the rest is read.
            self.libraries.lock().insert(root.to_path_buf(), library.clone());
        }
        library
    }

    /// What has been read of installed packages, by the names of the workspace's index.
    pub(super) fn known_library(&self, root: &Path, names: &Arc<Names>) -> Option<Library> {
        let known = self.libraries.lock().get(root).cloned();
        known.filter(|library| Arc::ptr_eq(library.index().names(), names))
    }

    /// Reads what a file imports from installed packages, on a thread of its own, where any of it is new.
    pub(super) fn learn(
        self: &Arc<Self>,
        config: &Arc<RootConfig>,
        root: &Path,
        file: &Arc<FileSymbols>,
        names: &Arc<Names>,
    ) {
        let known = self.known_library(root, names);
        let new = |key: &String| !known.as_ref().is_some_and(|known| known.knows(key));
        if !wanted(file).iter().any(new) {
            return;
        }
        let (this, config, root) = (Arc::clone(self), Arc::clone(config), root.to_path_buf());
        let (file, names) = (Arc::clone(file), Arc::clone(names));
        let thread = std::thread::Builder::new().name("foretype-packages".to_owned());
        let work = move || drop(this.library(&config, &root, &file, &names));
        if let Err(error) = thread.spawn(work) {
            tracing::warn!("installed packages cannot be read: {error}");
        }
    }
}
