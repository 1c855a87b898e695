//! What a model sees: of the document, and of other files.

use std::sync::Arc;

use parking_lot::Mutex;

use super::anchor::{Parts, Windows};
use super::completer::Completer;
use super::engine::Request;
use super::lane::Lane;
use crate::context::gather::{Gathered, Place};
use crate::document::language::Language;

/// Tokens of other files, and how much of the document the first of the chain sees beside them.
pub(super) fn share(request: &Request, chain: &[Arc<dyn Completer>]) -> (u32, Windows) {
    let Some(first) = chain.first() else { return (0, Windows { prefix: 0, suffix: 0 }) };
    let wanted = request.context.as_ref().map_or(0, |context| context.tokens(&request.snapshot));
    let tokens = wanted.min(first.files_room());
    (tokens, if tokens == 0 { first.windows() } else { first.windows_beside(tokens) })
}

/// What the first of the chain sees of the document, frozen where the lane has it so.
pub(super) fn parts(request: &Request, lane: &Mutex<Lane>, chain: &[Arc<dyn Completer>]) -> Parts {
    let (_, windows) = share(request, chain);
    let document = &request.snapshot.document;
    if request.popup.is_some() {
        Lane::default().parts(document, request.at, windows)
    } else {
        lane.lock().parts(document, request.at, windows)
    }
}

/// What the first of the chain is shown of other files.
pub(super) async fn gather(
    request: &Request,
    chain: &[Arc<dyn Completer>],
    language: Language,
    parts: impl FnOnce() -> Parts,
) -> Arc<Gathered> {
    let (tokens, _) = share(request, chain);
    let Some(context) = request.context.as_ref().filter(|_| tokens > 0) else {
        return Arc::default();
    };
    let (snapshot, at) = (request.snapshot.clone(), request.at);
    let place = Place { snapshot, at, language, parts: parts(), tokens };
    context.gather(place).await
}
