//! What may leave the machine when an action asks, whatever suggestions may.

use std::path::Path;

use super::Session;
use crate::completion::silence::Silence;
use crate::document::uri::DocumentUri;
use crate::project::Project;
use crate::workspace::Snapshot;

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

    /// Whether a document may be sent to a model by an action, as far as is known at once.
    ///
    /// # Errors
    /// Why not.
    pub fn may_send(&self, snapshot: &Snapshot) -> Result<(), Silence> {
        let config = self.settings(snapshot.root.as_deref());
        config.allows_sending(&snapshot.document, snapshot.file.as_deref())?;
        match self.verdicts.known(&snapshot.document.uri).and_then(|verdict| verdict.blocked) {
            Some(reason) => Err(Silence::Blocked(reason.to_string())),
            None => Ok(()),
        }
    }

    /// Whether a document may be sent to a model by an action. Asks the file system.
    ///
    /// # Errors
    /// Why not.
    pub async fn check_sending(&self, snapshot: &Snapshot) -> Result<(), Silence> {
        let config = self.settings(snapshot.root.as_deref());
        config.allows_sending(&snapshot.document, snapshot.file.as_deref())?;
        let uri = &snapshot.document.uri;
        let (file, root) = (snapshot.file.clone(), snapshot.root.clone());
        match self.verdicts.verdict(uri, file, root).await.blocked {
            Some(reason) => Err(Silence::Blocked(reason.to_string())),
            None => Ok(()),
        }
    }
}
