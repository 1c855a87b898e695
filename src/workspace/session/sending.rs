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
