//! What may leave the machine when an action asks, whatever suggestions may.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::Session;
use crate::completion::silence::Silence;
use crate::document::language::Language;
use crate::document::uri::DocumentUri;
use crate::project::Project;
use crate::workspace::Snapshot;

/// What is to be known of a document to judge it, open or not.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its key.
    pub uri: DocumentUri,
    /// Its file, or its notebook's.
    pub file: Option<PathBuf>,
    /// The workspace folder whose settings hold.
    pub root: Option<PathBuf>,
    /// Its language.
    pub language: Language,
}

impl Source {
    /// Of an open document.
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Self {
        Self {
            uri: snapshot.document.uri.clone(),
            file: snapshot.file.clone(),
            root: snapshot.root.clone(),
            language: snapshot.document.language,
        }
    }
}

impl Session {
    /// What the project of a document is made with. Of manifests that are kept from the model nothing
    /// is said. Reads the file system, unless it is known.
    pub async fn project(&self, snapshot: &Snapshot) -> Project {
        let Some(file) = &snapshot.file else { return Project::default() };
        let language = snapshot.document.language;
        let project = self.projects.of(file, snapshot.root.as_deref(), language).await;
        let mut project = Project::clone(&project);
        for manifest in &project.manifests {
            if !self.may_show(manifest, snapshot.root.as_deref()).await {
                project.stack.clear();
            }
        }
        project
    }

    /// Whether a file may stand in what a model is told about another one. Asks the file system.
    pub async fn may_show(&self, file: &Path, root: Option<&Path>) -> bool {
        let config = self.settings(root);
        if config.ignores(file) {
            return false;
        }
        let uri = DocumentUri::from_path(file);
        let (file, root) = (Some(file.to_path_buf()), root.map(Path::to_path_buf));
        let verdict = self.verdicts.verdict(&uri, file, root).await;
        verdict.blocked.is_none() && verdict.in_context
    }

    /// The documents that another one's names may come from: the earlier cells of its notebook, then
    /// what else is open, at most so many.
    #[must_use]
    pub fn others(&self, snapshot: &Snapshot, most: usize) -> Vec<Snapshot> {
        self.workspace(|workspace| {
            let cells = snapshot.earlier_cells.iter().rev().map(|cell| &cell.uri);
            let mut uris: Vec<_> = cells.cloned().collect();
            for uri in workspace.uris() {
                if *uri != snapshot.document.uri && !uris.contains(uri) {
                    uris.push(uri.clone());
                }
            }
            // Those in the same folder first, and always in the same order.
            let near = |uri: &DocumentUri| {
                let folder = |uri: &DocumentUri| {
                    uri.as_str().rsplit_once('/').map(|(folder, _)| folder.to_owned())
                };
                folder(uri) != folder(&snapshot.document.uri)
            };
            let cells = snapshot.earlier_cells.len().min(uris.len());
            if let Some(rest) = uris.get_mut(cells..) {
                rest.sort_by(|one, other| {
                    (near(one), one.as_str()).cmp(&(near(other), other.as_str()))
                });
            }
            uris.iter().take(most).filter_map(|uri| workspace.snapshot(uri)).collect()
        })
    }

    /// The path that `completion.ignore` is matched with: the file's, or the one in a folder of another
    /// scheme.
    pub(in crate::workspace) fn matched_path<'a>(
        &self,
        uri: &DocumentUri,
        file: Option<&'a Path>,
    ) -> Option<Cow<'a, Path>> {
        let elsewhere = || Some(Cow::Owned(self.verdicts.elsewhere(uri)?.path));
        file.map(Cow::Borrowed).or_else(elsewhere)
    }

    /// Folders of other schemes than a file's came and went.
    pub fn change_elsewhere(&self, added: &[DocumentUri], removed: &[DocumentUri]) {
        self.verdicts.change_elsewhere(added, removed);
    }

    /// Whether a document may be sent to a model by an action, as far as is known at once.
    ///
    /// # Errors
    /// Why not.
    pub fn may_send(&self, snapshot: &Snapshot) -> Result<(), Silence> {
        let config = self.settings(snapshot.root.as_deref());
        let path = self.matched_path(&snapshot.document.uri, snapshot.file.as_deref());
        config.allows_sending(snapshot.document.language, path.as_deref())?;
        match self.verdicts.known(&snapshot.document.uri).and_then(|verdict| verdict.blocked) {
            Some(reason) => Err(Silence::Blocked(reason.to_string())),
            None => Ok(()),
        }
    }

    /// Whether an open document may stand in what a model is told about another one. Asks the file
    /// system.
    pub async fn may_quote(&self, other: &Snapshot, about: &Snapshot) -> bool {
        if self.check_sending(other).await.is_err() {
            return false;
        }
        // The cells of one notebook are one file.
        if other.file.is_some() && other.file == about.file {
            return true;
        }
        let uri = &other.document.uri;
        self.verdicts.verdict(uri, other.file.clone(), other.root.clone()).await.in_context
    }

    /// Whether a document may be sent to a model by an action. Asks the file system.
    ///
    /// # Errors
    /// Why not.
    pub async fn check_sending(&self, snapshot: &Snapshot) -> Result<(), Silence> {
        self.check_sending_of(&Source::of(snapshot)).await
    }

    /// The same of a document that may be closed by now.
    ///
    /// # Errors
    /// Why not.
    pub async fn check_sending_of(&self, source: &Source) -> Result<(), Silence> {
        let config = self.settings(source.root.as_deref());
        let path = self.matched_path(&source.uri, source.file.as_deref());
        config.allows_sending(source.language, path.as_deref())?;
        let (file, root) = (source.file.clone(), source.root.clone());
        match self.verdicts.verdict(&source.uri, file, root).await.blocked {
            Some(reason) => Err(Silence::Blocked(reason.to_string())),
            None => Ok(()),
        }
    }
}
