//! `foretype/event`: what became of a suggestion, from clients that tell.

use crate::feedback::{Event, note};
use crate::server::{Server, Wire};

/// Notes the event.
pub(crate) async fn handle(server: &Server, params: Wire<Event>) {
    if let Some(event) = params.noted(server, "foretype/event") {
        note(&event);
    }
}
