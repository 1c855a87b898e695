//! What can complete: a model behind a backend, or anything else that answers a cursor in a
//! snapshot with text.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::stream::BoxStream;

use super::anchor::{Parts, Windows};
use super::silence::Silence;
use super::trigger::Extent;
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::health::Readiness;
use crate::backend::{Ask, Backend, Delta, FimAsk, Priority};
use crate::document::language::Language;
use crate::document::offset::ByteOffset;
use crate::prompt::ContextFile;
use crate::prompt::budget::Budget;
use crate::workspace::Snapshot;

/// A cursor to complete at.
#[derive(Clone)]
pub struct Query {
    /// The world.
    pub snapshot: Snapshot,
    /// The cursor.
    pub at: ByteOffset,
    /// The document's text around the cursor, as frozen.
    pub parts: Parts,
    /// What it is shown of other files, redacted.
    pub files: Arc<[ContextFile]>,
    /// The language at the cursor.
    pub language: Language,
    /// A line or a block.
    pub extent: Extent,
    /// How many different answers are wanted.
    pub candidates: u8,
    /// Who goes first.
    pub priority: Priority,
}

/// Something that completes. Dropping its stream cancels.
pub trait Completer: Send + Sync {
    /// The configured name.
    fn name(&self) -> &str;
    /// Whether it is the embedded model of the workspace, which asks nobody.
    fn is_built_in(&self) -> bool {
        false
    }
    /// Endpoint, model and template: part of every cache key.
    fn key(&self) -> Arc<str>;
    /// How much of the document it wants to see.
    fn windows(&self) -> Windows;
    /// Tokens of other files that it takes at most.
    fn files_room(&self) -> u32 {
        0
    }
    /// How much of the document it wants to see beside so many tokens of other files.
    fn windows_beside(&self, _files: u32) -> Windows {
        self.windows()
    }
    /// Whether it can be asked now.
    fn readiness(&self, now: Instant) -> Readiness;
    /// Its usual time to the first token.
    fn first_token(&self) -> Option<Duration>;
    /// Notes how long a first token took.
    fn note_first_token(&self, took: Duration);
    /// Notes a failure.
    fn note_error(&self, error: &BackendError);
    /// Why it said nothing, where it said nothing.
    fn silence(&self) -> Silence {
        Silence::Nothing
    }
    /// Begins an answer.
    fn complete(&self, query: &Query) -> BoxStream<'static, Result<Delta, BackendError>>;
}

/// A language model: context → guard → prompt → backend.
pub struct LlmCompleter {
    endpoint: Arc<Endpoint>,
    backend: Arc<dyn Backend>,
    key: Arc<str>,
}

impl LlmCompleter {
    /// For an endpoint and its backend.
    #[must_use]
    pub fn new(endpoint: Arc<Endpoint>, backend: Arc<dyn Backend>) -> Self {
        let model = &endpoint.model;
        // Whatever changes an answer is part of the key.
        let key = format!(
            "{}|{}|{}|{}|{}|{:?}|{:?}|{:?}|{}|{}|{}",
            model.provider,
            model.url,
            model.model,
            model.template,
            model.max_output_tokens,
            model.stop,
            model.temperature,
            model.context_tokens,
            model.api,
            model.reasoning,
            serde_json::Value::from(model.extra_body.clone()),
        );
        Self { key: key.into(), endpoint, backend }
    }

    /// Endpoint of the model.
    #[must_use]
    pub const fn endpoint(&self) -> &Arc<Endpoint> {
        &self.endpoint
    }

    /// The backend, for probing.
    #[must_use]
    pub const fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }

    fn budget(&self) -> Budget {
        let window = self.endpoint.context_tokens();
        let answer = self.endpoint.model.max_output_tokens.min(window / 2);
        let prompt = self.endpoint.density.estimated(window - answer);
        Budget { context_tokens: answer.saturating_add(prompt), max_output_tokens: answer }
    }

    /// The request for a query, redacted and fitted.
    #[must_use]
    pub fn ask(&self, query: &Query) -> FimAsk {
        let prompt = crate::context::fim_prompt(query);
        FimAsk {
            prompt: self.budget().fit(prompt),
            candidates: query.candidates,
            one_line: query.extent == Extent::Line,
            priority: query.priority,
        }
    }
}

impl Completer for LlmCompleter {
    fn name(&self) -> &str {
        &self.endpoint.model.name
    }

    fn key(&self) -> Arc<str> {
        Arc::clone(&self.key)
    }

    fn windows(&self) -> Windows {
        self.budget().windows()
    }

    fn files_room(&self) -> u32 {
        self.budget().files_room()
    }

    fn windows_beside(&self, files: u32) -> Windows {
        self.budget().windows_beside(files)
    }

    fn readiness(&self, now: Instant) -> Readiness {
        self.endpoint.health.availability(now)
    }

    fn first_token(&self) -> Option<Duration> {
        self.endpoint.health.first_token()
    }

    fn note_first_token(&self, took: Duration) {
        self.endpoint.health.note_first_token(took);
    }

    fn note_error(&self, error: &BackendError) {
        self.endpoint.note(error);
    }

    fn complete(&self, query: &Query) -> BoxStream<'static, Result<Delta, BackendError>> {
        self.backend.stream(Ask::Fim(self.ask(query)))
    }
}
