//! A session: what one connection has. Its documents, configuration and engine; it never reaches
//! into another session.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use futures::future::{BoxFuture, FutureExt};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use parking_lot::Mutex;
use tokio::sync::watch;

use super::verdicts::Verdicts;
use super::{Nonsense, Snapshot, Workspace};
use crate::completion::completer::{Completer, LlmCompleter};
use crate::completion::engine::{Engine, Gate, Outcome, Request};
use crate::completion::lane::Method;
use crate::completion::silence::Silence;
use crate::completion::trigger::Trigger;
use crate::config::{Layers, ModelChoice, ModelSettings, Problem, Resolved};
use crate::document::embedded::language_at;
use crate::document::language::Language;
use crate::document::offset::{ByteOffset, ByteRange, Position};
use crate::document::uri::DocumentUri;
use crate::document::{Change, Document};
use crate::services::Services;
use crate::status::{State, Status};

/// Name of a workspace's own configuration file.
pub const WORKSPACE_FILE: &str = ".foretype.toml";
/// Larger documents (bytes) are searched for the cursor's embedded language off the message path.
const SCAN_INLINE: usize = 128 * 1024;

/// One connection's state.
pub struct Session {
    /// The process's shared parts.
    pub services: Arc<Services>,
    /// Its engine.
    pub engine: Engine,
    workspace: Mutex<Workspace>,
    verdicts: Arc<Verdicts>,
    config: Mutex<Config>,
    status: watch::Sender<Status>,
    /// Counts changes of the configuration.
    configured: watch::Sender<u64>,
}

#[derive(Default)]
struct Config {
    layers: Layers,
    /// Resolved settings by workspace folder.
    resolved: HashMap<Option<PathBuf>, Arc<RootConfig>>,
    /// The local server that was found, where nothing is configured.
    found: Option<Arc<ModelSettings>>,
}

/// Settings that hold under a workspace folder.
pub struct RootConfig {
    /// Settings, problems and origins.
    pub resolved: Resolved,
    ignore: Gitignore,
}

/// A position the client asks about.
pub struct Asked<'a> {
    /// The document.
    pub uri: &'a DocumentUri,
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
        Arc::new(Self {
            engine: Engine::new(Arc::clone(&services.cache)),
            services,
            workspace: Mutex::default(),
            verdicts: Arc::new(verdicts),
            config: Mutex::new(config),
            status: watch::Sender::new(Status::default()),
            configured: watch::Sender::new(0),
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
            config.resolved.clear();
            let roots = self.workspace.lock().roots().to_vec();
            let mut problems = config.layers.resolve().problems;
            for root in roots {
                problems.extend(config.layers.resolve_for_root(&root).problems);
            }
            problems.dedup();
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
        let key = root.map(Path::to_path_buf);
        if let Some(known) = config.resolved.get(&key) {
            return Arc::clone(known);
        }
        let resolved = match root {
            Some(root) => config.layers.resolve_for_root(root),
            None => config.layers.resolve(),
        };
        let ignore = globs(root, &resolved.settings.completion.ignore);
        let made = Arc::new(RootConfig { resolved, ignore });
        config.resolved.insert(key, Arc::clone(&made));
        made
    }

    /// The local server to use where nothing is configured.
    pub fn set_found(&self, found: Option<Arc<ModelSettings>>) {
        self.config.lock().found = found;
    }

    /// The models that complete under these settings, best first.
    ///
    /// # Errors
    /// Why there is none.
    pub fn chain(&self, settings: &RootConfig) -> Result<Vec<Arc<LlmCompleter>>, Silence> {
        let settings = &settings.resolved.settings;
        let first = match &settings.completion.model {
            ModelChoice::Named(name) => settings.models.get(name).cloned(),
            ModelChoice::Auto => self.config.lock().found.clone(),
            ModelChoice::None(why) => return Err(Silence::Model(why.clone())),
        };
        let fallback =
            settings.completion.fallback.iter().filter_map(|name| settings.models.get(name));
        let chain: Vec<_> =
            first.iter().chain(fallback).map(|model| self.services.completer(model)).collect();
        if chain.is_empty() { Err(Silence::NoModel) } else { Ok(chain) }
    }

    /// Opens a document and looks, in the background, whether it may be completed.
    pub fn open(self: &Arc<Self>, document: Document) -> Option<Nonsense> {
        let uri = document.uri().clone();
        let (renamed, nonsense) =
            self.workspace(|workspace| workspace.open(document, Instant::now()));
        if let Some(from) = renamed {
            self.engine.renamed(&from, &uri);
        }
        let root = self.root_of(&uri);
        let verdicts = Arc::clone(&self.verdicts);
        tokio::spawn(async move { verdicts.verdict(&uri, root).await });
        nonsense
    }

    /// Closes a document; what was under way for it ends.
    pub fn close(&self, uri: &DocumentUri) -> Option<Nonsense> {
        self.engine.closed(uri);
        self.verdicts.forget(uri);
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
        }
        changed.nonsense
    }

    /// Renames documents.
    pub fn rename(&self, from: &str, to: &str) {
        for (from, to) in self.workspace(|workspace| workspace.rename(from, to)) {
            self.engine.renamed(&from, &to);
            self.verdicts.forget(&from);
        }
    }

    /// Ignore files may have changed.
    pub fn recheck_files(&self) {
        self.verdicts.clear();
    }

    fn root_of(&self, uri: &DocumentUri) -> Option<PathBuf> {
        let path = uri.to_path()?;
        self.workspace.lock().root_of(&path).map(Path::to_path_buf)
    }

    /// Completes a position. The returned future has taken its snapshot already.
    pub fn complete(
        self: &Arc<Self>,
        asked: &Asked<'_>,
    ) -> BoxFuture<'static, (Outcome, Option<Snapshot>)> {
        let snapshot = self.workspace(|workspace| workspace.snapshot(asked.uri));
        let session = Arc::clone(self);
        let Some(snapshot) = snapshot else {
            return async move { session.silent(Silence::NotOpen, None) }.boxed();
        };
        let (request, gate) = match self.request(asked, snapshot.clone()) {
            Ok(parts) => parts,
            Err(silence) => return async move { session.silent(silence, None) }.boxed(),
        };
        let model = request.chain.first().map(|completer| completer.name().to_owned());
        async move {
            match session.engine.complete(request, gate).await {
                Outcome::Silent(silence) => session.silent(silence, model),
                outcome => {
                    if matches!(outcome, Outcome::Shown(_)) {
                        session.set_status(Status { state: State::Idle, reason: None, model });
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
        let snapshot =
            self.workspace(|workspace| workspace.snapshot(uri)).ok_or(Silence::NotOpen)?;
        let (method, trigger) = (Method::Inline, Trigger::Invoked);
        self.request(&Asked { uri, position, method, trigger, popup: None }, snapshot)
    }

    fn request(&self, asked: &Asked<'_>, snapshot: Snapshot) -> Result<(Request, Gate), Silence> {
        let settings = self.settings(snapshot.root.as_deref());
        let completion = &settings.resolved.settings.completion;
        if !settings.resolved.settings.enabled {
            return Err(Silence::Off("enabled"));
        }
        if !completion.enabled {
            return Err(Silence::Off("completion.enabled"));
        }
        let document = &snapshot.document;
        let at = document.text.byte_of(asked.position, snapshot.encoding);
        let off = |language: Language| {
            completion.disabled_languages.iter().any(|id| {
                Language::from_id(id) == Some(language) || id.eq_ignore_ascii_case(language.id())
            })
        };
        if off(document.language) {
            return Err(Silence::Off("completion.disabled_languages"));
        }
        if document.language.is_secret() {
            return Err(Silence::Blocked("environment files are never sent".into()));
        }
        if settings.ignores(&document.uri) {
            return Err(Silence::Blocked("the file is ignored by `completion.ignore`".into()));
        }
        let chain = self.chain(&settings)?;
        let popup = asked.popup.as_ref().map(|((start, end), text)| {
            let byte = |position| document.text.byte_of(position, snapshot.encoding);
            (ByteRange::new(byte(*start), byte(*end)), text.clone())
        });
        let may = may_complete(Arc::clone(&self.verdicts), snapshot.clone());
        let language = language_at_cursor(&snapshot, at);
        let disabled = completion.disabled_languages.clone();
        let gate = async move {
            may.await?;
            let language = language.await;
            if disabled.iter().any(|id| Language::from_id(id) == Some(language)) {
                return Err(Silence::Off("completion.disabled_languages"));
            }
            Ok(language)
        };
        let request = Request {
            at,
            method: asked.method,
            trigger: asked.trigger,
            popup,
            chain: chain.into_iter().map(|completer| completer as Arc<dyn Completer>).collect(),
            settings: completion.clone(),
            snapshot,
        };
        Ok((request, gate.boxed()))
    }

    fn silent(&self, silence: Silence, model: Option<String>) -> (Outcome, Option<Snapshot>) {
        tracing::debug!(reason = silence.code(), "no suggestion");
        self.set_status(Status::of_silence(&silence, model));
        (Outcome::Silent(silence), None)
    }

    /// Changes the status that the editor may show.
    pub fn set_status(&self, status: Status) {
        self.status.send_if_modified(|old| {
            let changed = *old != status;
            *old = status;
            changed
        });
    }

    /// Wakes when the status changes.
    #[must_use]
    pub fn watch_status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }
}

impl RootConfig {
    /// Whether `completion.ignore` names the file.
    fn ignores(&self, uri: &DocumentUri) -> bool {
        let Some(path) = uri.to_path() else { return false };
        let below = path.strip_prefix(self.ignore.path()).unwrap_or(&path);
        self.ignore.matched_path_or_any_parents(below, false).is_ignore()
    }
}

fn globs(root: Option<&Path>, patterns: &[String]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(root.unwrap_or(Path::new("")));
    for pattern in patterns {
        if let Err(error) = builder.add_line(None, pattern) {
            tracing::warn!("`completion.ignore`: a pattern was left out: {error}");
        }
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Whether the document, and every earlier cell, may be sent anywhere.
async fn may_complete(verdicts: Arc<Verdicts>, snapshot: Snapshot) -> Result<(), Silence> {
    let verdict = verdicts.verdict(&snapshot.document.uri, snapshot.root.clone()).await;
    match verdict.blocked {
        Some(reason) => Err(Silence::Blocked(reason.to_string())),
        None => Ok(()),
    }
}

/// The language at the cursor: of a fence, a tag or a cell's magic; else the document's.
fn language_at_cursor(snapshot: &Snapshot, at: ByteOffset) -> BoxFuture<'static, Language> {
    let document = snapshot.document.clone();
    if !document.language.embeds() {
        let language = crate::context::cells::language_of(&document);
        return futures::future::ready(language).boxed();
    }
    let scan = move || {
        let (text, last) = (&document.text, document.text.line_of(at));
        let lines = (0..=last).map(|line| {
            let end = if line == last { at } else { text.line_end(line) };
            text.slice(ByteRange::new(text.line_start(line), end))
        });
        language_at(document.language, lines).language
    };
    if snapshot.document.text.len() <= SCAN_INLINE {
        return futures::future::ready(scan()).boxed();
    }
    let host = snapshot.document.language;
    async move { tokio::task::spawn_blocking(scan).await.unwrap_or(host) }.boxed()
}
