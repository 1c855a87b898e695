//! What became of a suggestion, whatever dialect an editor tells it in.

use serde::Deserialize;

/// One event about one suggestion.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Event {
    /// The suggestion's id.
    pub id: u64,
    /// What happened.
    pub kind: Kind,
    /// For a partial accept: how much, in `unit`.
    #[serde(default)]
    pub length: Option<u64>,
    /// `character` (the client's column units), `word` or `line`.
    #[serde(default)]
    pub unit: Option<String>,
}

/// What happened to a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The user saw it.
    Shown,
    /// It was taken as a whole.
    Accepted,
    /// A part of it was taken.
    Partial,
    /// It was dismissed.
    Rejected,
}

/// Notes an event.
pub fn note(event: &Event) {
    tracing::info!(id = event.id, kind = ?event.kind, length = event.length, "suggestion");
}
