//! A session: what one connection has. Its documents, configuration and engine; it never reaches
//! into another session.

mod code;
mod language;
pub mod sending;
mod status;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use futures::future::{BoxFuture, FutureExt, ready};
use parking_lot::Mutex;
use tokio::sync::watch;

use super::reading::Readings;
use super::root_config::RootConfig;
use super::surroundings::Surroundings;
use super::verdicts::Verdicts;
use super::{Nonsense, Snapshot, Workspace, cursor_language};
use crate::completion::engine::{Engine, Gate, Outcome, Request};
use crate::completion::from_workspace::WorkspaceCompleter;
use crate::completion::lane::Method;
use crate::completion::silence::Silence;
use crate::completion::trigger::Trigger;
use crate::config::{Layers, ModelSettings, Problem};
use crate::document::offset::{ByteOffset, ByteRange, Position};
use crate::document::uri::DocumentUri;
use crate::document::{Change, Document};
use crate::embedding::Embedding;
use crate::indexing::Indexing;
use crate::project::known::Projects;
use crate::services::Services;
use crate::status::Status;

/// Name of a workspace's own configuration file.
pub const WORKSPACE_FILE: &str = ".foretype.toml";

/// One connection's state.
pub struct Session {
    /// The process's shared parts.
    pub services: Arc<Services>,
    /// Its engine.
    pub engine: Engine,
    workspace: Arc<Mutex<Workspace>>,
    /// What its completions are shown beside the document.
    pub surroundings: Arc<Surroundings>,
    verdicts: Arc<Verdicts>,
    /// The workspace's code.
    pub indexing: Arc<Indexing>,
    /// The same by what it means, where an embedding model is chosen.
    pub embedding: Arc<Embedding>,
    pub(super) embedded: Arc<WorkspaceCompleter>,
    config: Mutex<Config>,
    status: watch::Sender<Status>,
    /// Counts changes of the configuration.
    configured: watch::Sender<u64>,
    /// What projects are made with.
    pub projects: Arc<Projects>,
    /// Readings of the configuration's files.
    pub readings: Readings,
    /// One reading after the other, so that the last one counts.
    one_reading: tokio::sync::Mutex<()>,
    /// The editor's language (BCP 47), as it said.
    locale: Mutex<Option<String>>,
}

#[derive(Default)]
struct Config {
    layers: Layers,
    /// What holds outside of every workspace folder, and in each of them.
    outside: Option<Arc<RootConfig>>,
    inside: HashMap<PathBuf, Arc<RootConfig>>,
    /// The local server that was found, where nothing is configured.
    found: Option<Arc<ModelSettings>>,
}

impl Config {
    fn forget_resolved(&mut self) {
        self.outside = None;
        self.inside.clear();
    }
}

/// A position the client asks about.
#[derive(Clone)]
pub struct Asked {
    /// The document.
    pub uri: DocumentUri,
    /// The cursor.
    pub position: Position,
    /// Which method.
    pub method: Method,
    /// Why.
    pub trigger: Trigger,
    /// The popup's selected item: its range and text.
    pub popup: Option<((Position, Position), String)>,
}

impl Session {
    /// A session without documents.
    #[must_use]
    pub fn new(services: Arc<Services>) -> Arc<Self> {
        let mut config = Config::default();
        config.layers.refuse_commands(!services.allow_commands);
        let verdicts = Verdicts::default();
        let global = services.paths.config_file.as_deref().and_then(Path::parent);
        verdicts.set_global(global.map(|folder| folder.join("ignore")));
        verdicts.set_pages(services.paths.pages());
        let (workspace, verdicts) = (Arc::<Mutex<Workspace>>::default(), Arc::new(verdicts));
        let projects = Arc::<Projects>::default();
        let surroundings =
            Surroundings::new(Arc::clone(&workspace), Arc::clone(&verdicts), Arc::clone(&projects));
        let cache = services.paths.cache_dir.as_ref().map(|folder| folder.join("workspace"));
        let folders = Arc::clone(&surroundings.folders);
        let surroundings = Arc::new(surroundings);
        let embedding = Embedding::new(&services, &surroundings, cache.clone());
        let indexing = Arc::new(Indexing::new(cache, Arc::clone(&verdicts), folders));
        indexing.set_hurries(services.hurries);
        Arc::new(Self {
            engine: Engine::new(Arc::clone(&services.cache)),
            services,
            workspace,
            surroundings,
            verdicts,
            embedded: Arc::new(WorkspaceCompleter::new(Arc::clone(&indexing))),
            indexing,
            embedding: Arc::new(embedding),
            config: Mutex::new(config),
            status: watch::Sender::new(Status::default()),
            configured: watch::Sender::new(0),
            projects,
            readings: Readings::default(),
            one_reading: tokio::sync::Mutex::default(),
            locale: Mutex::default(),
        })
    }

    /// Works on the documents; the closure must be quick.
    pub fn workspace<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        work(&mut self.workspace.lock())
    }

    /// Changes the configuration's layers and resolves anew; answers the new problems.
    pub fn configure(&self, change: impl FnOnce(&mut Layers)) -> Vec<Problem> {
        let problems = {
            let mut config = self.config.lock();
            change(&mut config.layers);
            config.forget_resolved();
            let roots = self.workspace.lock().roots().to_vec();
            let resolved = config.layers.resolve();
            crate::log::set_level(resolved.settings.log_level);
            #[cfg(feature = "otlp")]
            self.services.telemetry.aim(resolved.settings.otlp_endpoint.as_deref());
            let mut problems = resolved.problems;
            for root in roots {
                for problem in config.layers.resolve_for_root(&root).problems {
                    if !problems.contains(&problem) {
                        problems.push(problem);
                    }
                }
            }
            problems
        };
        self.engine.reset();
        problems
    }

    /// The configuration has changed: connections are opened anew, a server looked for again.
    pub fn configured(&self) {
        self.configured.send_modify(|count| *count += 1);
    }

    /// Wakes when the configuration changes.
    #[must_use]
    pub fn watch_configured(&self) -> watch::Receiver<u64> {
        self.configured.subscribe()
    }

    /// Reads the configuration's files again; answers what could not be used.
    pub async fn reread_files(&self) -> Vec<Problem> {
        let _turn = self.one_reading.lock().await;
        let roots = self.workspace(|workspace| workspace.roots().to_vec());
        let files = super::files::read(&self.services.paths, &roots).await;
        let problems = self.configure(|layers| files.apply(layers));
        self.configured();
        problems
    }

    /// Settings for a workspace folder.
    #[must_use]
    pub fn settings(&self, root: Option<&Path>) -> Arc<RootConfig> {
        let mut config = self.config.lock();
        let known = match root {
            Some(root) => config.inside.get(root),
            None => config.outside.as_ref(),
        };
        if let Some(known) = known {
            return Arc::clone(known);
        }
        let resolved = match root {
            Some(root) => config.layers.resolve_for_root(root),
            None => config.layers.resolve(),
        };
        let made = Arc::new(RootConfig::new(root, resolved));
        match root {
            Some(root) => {
                config.inside.insert(root.to_path_buf(), Arc::clone(&made));
            }
            None => config.outside = Some(Arc::clone(&made)),
        }
        made
    }

    /// The local server that was found, where nothing is configured.
    pub(super) fn found(&self) -> Option<Arc<ModelSettings>> {
        self.config.lock().found.clone()
    }

    /// The local server to use where nothing is configured.
    pub fn set_found(&self, found: Option<Arc<ModelSettings>>) {
        let mut config = self.config.lock();
        if config.found != found {
            config.found = found;
            config.forget_resolved();
        }
    }

    /// Opens a document and looks, in the background, whether it may be completed.
    pub fn open(self: &Arc<Self>, document: Document) -> Option<Nonsense> {
        let uri = document.uri().clone();
        let (opened, (file, root)) = self.workspace(|workspace| {
            (workspace.open(document, Instant::now()), workspace.place_of(&uri))
        });
        if opened.replaced {
            // What was suggested stood in another text.
            self.engine.closed(&uri);
        }
        if let Some(from) = opened.renamed {
            self.engine.renamed(&from, &uri);
        }
        self.index_text(&uri);
        let verdicts = Arc::clone(&self.verdicts);
        let session = Arc::clone(self);
        tokio::spawn(async move {
            if verdicts.verdict(&uri, file, root).await.blocked.is_none() {
                session.read_ahead(&uri).await;
            }
        });
        opened.nonsense
    }

    /// Closes a document; what was under way for it ends.
    pub fn close(&self, uri: &DocumentUri) -> Option<Nonsense> {
        self.engine.closed(uri);
        self.verdicts.forget(uri);
        self.surroundings.forget(uri);
        if let Some(file) = uri.to_path() {
            self.indexing.closed(&file);
        }
        self.workspace(|workspace| workspace.close(uri, Instant::now())).err()
    }

    /// Changes a document.
    pub fn change(&self, uri: &DocumentUri, version: i32, changes: &[Change]) -> Vec<Nonsense> {
        let now = Instant::now();
        let mut workspace = self.workspace.lock();
        let changed = workspace.change(uri, version, changes, now);
        if !changed.edits.is_empty()
            && let Some(document) = workspace.document(uri)
        {
            self.engine.changed(uri, &changed.edits, document.text(), now);
            if let Some(file) = uri.to_path() {
                self.indexing.text(&file, document.text());
            }
        }
        changed.nonsense
    }

    /// Renames documents.
    pub fn rename(&self, from: &str, to: &str) {
        for (from, to) in self.workspace(|workspace| workspace.rename(from, to, Instant::now())) {
            self.engine.renamed(&from, &to);
            self.verdicts.forget(&from);
        }
    }

    /// Completes a position. The returned future has taken its snapshot already.
    pub fn complete(
        self: &Arc<Self>,
        asked: &Asked,
    ) -> BoxFuture<'static, (Outcome, Option<Snapshot>)> {
        let snapshot = self.workspace(|workspace| workspace.snapshot(&asked.uri));
        let session = Arc::clone(self);
        let Some(snapshot) = snapshot else {
            return async move { session.silent(Silence::NotOpen, None) }.boxed();
        };
        if self.readings.under_way() {
            let asked = asked.clone();
            return async move {
                session.readings.over().await;
                if session.workspace(|workspace| workspace.is_current(&snapshot)) {
                    session.complete_with(&asked, snapshot).await
                } else {
                    (Outcome::Superseded, None)
                }
            }
            .boxed();
        }
        self.complete_with(asked, snapshot)
    }

    fn complete_with(
        self: &Arc<Self>,
        asked: &Asked,
        snapshot: Snapshot,
    ) -> BoxFuture<'static, (Outcome, Option<Snapshot>)> {
        let session = Arc::clone(self);
        let (request, gate) = match self.request(asked, snapshot.clone()) {
            Ok(parts) => parts,
            Err(silence) => return async move { session.silent(silence, None) }.boxed(),
        };
        let model = request.chain.first().map(|completer| completer.name().to_owned());
        async move {
            match session.engine.complete(request, gate).await {
                Outcome::Silent(silence) => session.silent(silence, model),
                outcome => {
                    if let Outcome::Shown(_, author) = &outcome {
                        session.set_status(Status::of_answer(author));
                    }
                    (outcome, Some(snapshot))
                }
            }
        }
        .boxed()
    }

    /// A request made by hand, for the command line; the same checks hold.
    ///
    /// # Errors
    /// Why there will be no suggestion.
    pub fn once(&self, uri: &DocumentUri, position: Position) -> Result<(Request, Gate), Silence> {
        let snapshot = self.workspace(|all| all.snapshot(uri)).ok_or(Silence::NotOpen)?;
        let (method, trigger) = (Method::Inline, Trigger::Invoked);
        let asked = Asked { uri: uri.clone(), position, method, trigger, popup: None };
        self.request(&asked, snapshot)
    }

    fn request(&self, asked: &Asked, snapshot: Snapshot) -> Result<(Request, Gate), Silence> {
        let config = self.settings(snapshot.root.as_deref());
        let document = &snapshot.document;
        let path = self.matched_path(&document.uri, snapshot.file.as_deref());
        config.allows(document, path.as_deref())?;
        let chain = config.chain(|| Ok(self.completers(&config)?.into()))?;
        let at = document.text.byte_of(asked.position, snapshot.encoding);
        let popup = asked.popup.as_ref().map(|((start, end), text)| {
            let byte = |position| document.text.byte_of(position, snapshot.encoding);
            (ByteRange::new(byte(*start), byte(*end)), text.clone())
        });
        let gate = self.gate(&config, &snapshot, at);
        let request = Request {
            at,
            method: asked.method,
            trigger: asked.trigger,
            popup,
            instant: config.completion.instant.then(|| Arc::clone(&self.embedded) as _),
            chain,
            settings: Arc::clone(&config.completion),
            context: Some(self.surroundings.under(&config)),
            snapshot,
        };
        Ok((request, gate))
    }

    /// Whether the document may be sent anywhere (the earlier cells are in the same file), and the
    /// language at the cursor.
    fn gate(&self, config: &Arc<RootConfig>, snapshot: &Snapshot, at: ByteOffset) -> Gate {
        let language = cursor_language::at(snapshot, at);
        let uri = &snapshot.document.uri;
        let verdict = match self.verdicts.known(uri) {
            Some(verdict) => ready(verdict).boxed(),
            None => {
                let (verdicts, uri) = (Arc::clone(&self.verdicts), uri.clone());
                let (file, root) = (snapshot.file.clone(), snapshot.root.clone());
                async move { verdicts.verdict(&uri, file, root).await }.boxed()
            }
        };
        let config = Arc::clone(config);
        async move {
            if let Some(reason) = verdict.await.blocked {
                return Err(Silence::Blocked(reason.to_string()));
            }
            let language = language.await;
            config.allows_language(language).map(|()| language)
        }
        .boxed()
    }
}
