//! What a session's background thread reads: the workspace's code, and the documents that are open.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Session;
use crate::document::uri::DocumentUri;
use crate::embedding::Want;
use crate::indexing::{Reach, Stage};
use crate::local::Limits;

impl Session {
    pub(super) fn index_text(&self, uri: &DocumentUri) {
        let Some(file) = uri.to_path() else { return };
        let text = self.workspace(|workspace| Some(workspace.document(uri)?.text().clone()));
        if let Some(text) = text {
            self.indexing.text(&file, &text);
        }
    }

    /// Ignore files may have changed.
    pub fn recheck_files(&self) {
        self.verdicts.clear();
        self.surroundings.recheck();
        self.indexing.reread();
    }

    /// Reads what a document's context needs; when the workspace has been read, what it is likely to be
    /// shown is gathered.
    pub(super) async fn read_ahead(self: Arc<Self>, uri: &DocumentUri) {
        let here = |session: &Self| {
            let snapshot = session.workspace(|workspace| workspace.snapshot(uri))?;
            Some((session.settings(snapshot.root.as_deref()), snapshot))
        };
        if let Some((settings, snapshot)) = here(&self) {
            self.surroundings.opened(&settings, snapshot);
        }
        let mut read = self.indexing.watch_symbols();
        let session = Arc::downgrade(&self);
        // Where nothing is ever read this waits until the session ends, and must not keep it.
        drop(self);
        let ready = read.wait_for(|stage| matches!(stage, Stage::Ready { .. })).await.is_ok();
        if let Some(session) = session.upgrade().filter(|_| ready)
            && let Some((settings, snapshot)) = here(&session)
        {
            drop(session.surroundings.prepare(&settings, snapshot));
        }
    }

    /// Tells the index its folders; where the embedded model is the first to be asked it begins now,
    /// else when the others fail.
    pub fn index_workspace(&self) {
        let roots = self.workspace(|workspace| workspace.roots().to_vec());
        let settings = self.settings(None);
        let workspace = settings.resolved.settings.workspace;
        let ignore = |root: &PathBuf| {
            let settings = self.settings(Some(root));
            (root.clone(), settings.completion.ignore.clone())
        };
        self.indexing.set_reach(Reach {
            ignore: roots.iter().map(ignore).collect(),
            roots,
            limits: Limits { tokens: workspace.tokens as usize },
            dependencies: workspace.dependencies,
        });
        let on = settings.resolved.settings.enabled && settings.completion.enabled;
        let first = self.completers(&settings).ok().and_then(|chain| chain.into_iter().next());
        let instant = settings.completion.instant;
        if on && (instant || first.is_some_and(|first| first.is_built_in())) {
            self.indexing.wake();
        }
    }

    /// Begins to read the symbols of the workspace's folders, where a model is shown any.
    pub fn index_symbols(&self) {
        let roots = self.workspace(|workspace| workspace.roots().to_vec());
        let wants = |settings: &super::RootConfig| {
            let all = &settings.resolved.settings;
            all.enabled
                && settings.completion.enabled
                && all.context.enabled
                && self.chain(settings).is_ok_and(|chain| !chain.is_empty())
        };
        // What is embedded is cut along them.
        let wants = |settings: &super::RootConfig| wants(settings) || embeds(settings);
        if roots.iter().any(|root| wants(&self.settings(Some(root)))) {
            self.indexing.wake_symbols();
        }
    }

    /// Whether the code of a workspace folder is to be found by what it means.
    #[must_use]
    pub fn embeds(&self, root: &Path) -> bool {
        embeds(&self.settings(Some(root)))
    }

    /// Begins to embed the code of the workspace's folders, where the user has chosen a model for it.
    pub fn embed_workspace(&self) {
        let roots = self.workspace(|workspace| workspace.roots().to_vec());
        let want = |root: PathBuf| {
            let config = self.settings(Some(&root));
            let settings = &config.resolved.settings;
            let name = settings.index.model.as_ref().filter(|_| embeds(&config))?;
            let model = std::sync::Arc::clone(settings.models.get(name)?);
            let shared = settings.index.shared.clone();
            Some(Want { root, config, model, shared })
        };
        self.embedding.set(roots.into_iter().filter_map(want).collect());
    }
}

/// Whether code is to be found by what it means, and whoever answers is told of what was found.
fn embeds(config: &super::RootConfig) -> bool {
    let all = &config.resolved.settings;
    all.enabled && all.chat.context && all.context.enabled && all.index.model.is_some()
}
