//! The embedded model of the workspace as a completer: no server, no network, milliseconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::stream::{self, BoxStream, StreamExt};

use super::anchor::Windows;
use super::completer::{Completer, Query};
use super::silence::Silence;
use crate::backend::error::BackendError;
use crate::backend::health::Readiness;
use crate::backend::{Delta, FinishReason, Usage};
use crate::config::WORKSPACE;
use crate::document::names::names;
use crate::document::syntax::SyntaxTree;
use crate::guard::without_secrets;
use crate::indexing::{Indexing, Stage, World};
use crate::local::{self, Caution, Cursor, Prediction};

/// Bytes around the cursor that it looks at.
const WINDOWS: Windows = Windows { prefix: 64 * 1024, suffix: 16 * 1024 };
/// Of suggestions whose first word is less likely right than this, silence is the better one.
const LIKELY: f32 = 0.5;
/// Bytes of a token, roughly.
const TOKEN: usize = 4;
/// Where it knows so few tokens in all, what it says of itself is less to be relied on.
const FEW: usize = 300;
const LIKELY_OF_FEW: f32 = 0.8;
/// How long the first answer waits for the workspace to be read, where nobody has asked for it before; what
/// stands beside the open files is there sooner.
const WAKING: Duration = Duration::from_secs(2);
/// And of those of which so few characters are right to be expected: they are typed as soon as read.
const WORTH: f32 = 1.5;

/// The model over a session's index.
pub struct WorkspaceCompleter {
    indexing: Arc<Indexing>,
    name: Arc<str>,
}

impl WorkspaceCompleter {
    /// Over an index.
    #[must_use]
    pub fn new(indexing: Arc<Indexing>) -> Self {
        Self { indexing, name: WORKSPACE.into() }
    }

    /// The same model under the name that a table of the configuration gives it.
    #[must_use]
    pub fn called(&self, name: &str) -> Self {
        Self { indexing: Arc::clone(&self.indexing), name: name.into() }
    }
}

impl Completer for WorkspaceCompleter {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_built_in(&self) -> bool {
        true
    }

    fn key(&self) -> Arc<str> {
        // What it would say changes with what it knows.
        format!("{WORKSPACE} {}", self.indexing.world().number).into()
    }

    fn windows(&self) -> Windows {
        WINDOWS
    }

    fn readiness(&self, _: Instant) -> Readiness {
        Readiness::Ready
    }

    fn first_token(&self) -> Option<Duration> {
        Some(Duration::ZERO)
    }

    fn note_first_token(&self, _: Duration) {}

    fn note_error(&self, _: &BackendError) {}

    fn silence(&self) -> Silence {
        Silence::Unsure(*self.indexing.watch().borrow())
    }

    fn complete(&self, query: &Query) -> BoxStream<'static, Result<Delta, BackendError>> {
        let mut stage = self.indexing.watch();
        let slept = !self.indexing.is_awake();
        self.indexing.wake();
        let wakes = slept && self.indexing.is_awake();
        let indexing = Arc::clone(&self.indexing);
        let (snapshot, parts, at) = (&query.snapshot, query.parts.clone(), query.at);
        let path = match &snapshot.file {
            Some(file) => file.to_string_lossy().into_owned(),
            None => snapshot.document.uri.path_like(),
        };
        let (tree, text) = (snapshot.document.tree.clone(), snapshot.document.text.clone());
        let answer = move |world: Arc<World>| {
            let tree = tree.as_ref().and_then(SyntaxTree::tree);
            let scope = tree.map_or_else(Vec::new, |tree| names(tree, &text, at));
            // As in the index; a suggestion with a placeholder in it is not shown.
            let prefix = without_secrets(format!("{}{}", parts.prefix.text(), parts.middle));
            let suffix = without_secrets(parts.suffix.text().to_owned());
            let cursor = Cursor { path: &path, prefix: &prefix, suffix: &suffix, scope: &scope };
            let said = local::predict(&world.index, &world.overlay, cursor, Caution::default());
            let here = (prefix.len() + suffix.len()) / TOKEN;
            let known = world.index.tokens() + world.overlay.tokens() + here;
            let likely = if known < FEW { LIKELY_OF_FEW } else { LIKELY };
            let good = |said: &Prediction| said.probability >= likely && said.gain >= WORTH;
            said.filter(good).map(|said| said.text)
        };
        let deltas = async move {
            if wakes {
                // The first to be asked: the model before it could not be, and that took time already.
                let read = |stage: &Stage| matches!(stage, Stage::Ready { .. } | Stage::Cancelled);
                let _ = tokio::time::timeout(WAKING, stage.wait_for(read)).await;
            }
            let answer = tokio::task::spawn_blocking(move || answer(indexing.world()));
            let none = Usage { prompt_tokens: Some(0), output_tokens: Some(0), ..Usage::default() };
            let text = answer.await.ok().flatten();
            let text = text.map(|text| Ok(Delta::Text { index: 0, text }));
            let finished = Ok(Delta::Finished { index: 0, reason: FinishReason::Stop });
            let deltas = [Some(Ok(Delta::Usage(none))), text, Some(finished)];
            deltas.into_iter().flatten().collect::<Vec<_>>()
        };
        stream::once(deltas).flat_map(stream::iter).boxed()
    }
}
