//! Notifications. Their handlers never wait: they run in order on the message path.

pub mod configuration;
pub mod documents;
pub mod event;
pub mod notebooks;
pub mod workspace;

use super::Server;

/// A notification that is understood and needs nothing.
pub async fn ignored(_: &Server, _: serde_json::Value) {}
