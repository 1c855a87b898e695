//! `foretype/event`: what became of a suggestion, from clients that tell.

use serde_json::Value;

use crate::feedback::note;
use crate::server::{Server, noted};

/// Notes the event.
pub async fn handle(server: &Server, params: Value) {
    if let Some(event) = noted(server, "foretype/event", params) {
        note(&event);
    }
}
