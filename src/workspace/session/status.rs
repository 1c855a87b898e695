//! What a session tells of itself.

use tokio::sync::watch;

use super::Session;
use crate::completion::engine::Outcome;
use crate::completion::silence::Silence;
use crate::status::Status;
use crate::workspace::Snapshot;

impl Session {
    pub(super) fn silent(
        &self,
        silence: Silence,
        model: Option<String>,
    ) -> (Outcome, Option<Snapshot>) {
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
