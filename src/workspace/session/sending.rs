//! What may leave the machine when an action asks, whatever suggestions may.

use super::Session;
use crate::completion::silence::Silence;
use crate::workspace::Snapshot;

impl Session {
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
