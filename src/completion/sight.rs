//! What a model sees: of the document, and of other files.

use std::sync::Arc;

use super::anchor::{Parts, Windows};
use super::completer::Completer;
use super::engine::Request;
use crate::context::gather::{Gathered, Place};
use crate::document::language::Language;

/// Tokens of other files, and how much of the document the first of the chain sees beside them.
pub(super) fn share(request: &Request, chain: &[Arc<dyn Completer>]) -> (u32, Windows) {
    let Some(first) = chain.first() else { return (0, Windows { prefix: 0, suffix: 0 }) };
    let wanted = request.context.as_ref().map_or(0, |context| context.tokens(&request.snapshot));
    let tokens = wanted.min(first.files_room());
    (tokens, if tokens == 0 { first.windows() } else { first.windows_beside(tokens) })
}

/// What is shown of other files, at most so many tokens.
pub(super) async fn gather(
    request: &Request,
    tokens: u32,
    language: Language,
    parts: impl FnOnce() -> Parts,
) -> Arc<Gathered> {
    let Some(context) = request.context.as_ref().filter(|_| tokens > 0) else {
        return Arc::default();
    };
    let (snapshot, at) = (request.snapshot.clone(), request.at);
    let place = Place { snapshot, at, language, parts: parts(), tokens };
    context.gather(place).await
}
