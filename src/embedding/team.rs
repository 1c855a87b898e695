//! The index that a team shares, searched in place of one of our own. What it finds counts only where
//! the same code stands in the workspace: it may be of another commit.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::{Inner, Want};
use crate::backend::Priority;
use crate::context::reading::Files;
use crate::document::language::Language;
use crate::guard::Redacted;
use crate::retrieval::hybrid::{self, WAIT, Without};
use crate::retrieval::shared::{Shared, Wish};
use crate::retrieval::vectors::chunks::pieces;
use crate::retrieval::vectors::repository::{self, Known};
use crate::retrieval::vectors::{Chunk, ContentHash, Hit, Scope, StoreError};
use crate::services::Services;
use crate::workspace::surroundings::Surroundings;

/// Longest time to connect, and then to search: of a whole wait the greater part.
const CONNECT: Duration = Duration::from_millis(1_000);

/// What is shared of one workspace folder.
pub(super) struct Team {
    want: Want,
    services: Arc<Services>,
    /// Kept while it is good.
    open: Mutex<Option<Arc<Open>>>,
}

/// A connection.
struct Open {
    shared: Shared,
    known: Known,
    embedder: Arc<dyn crate::backend::embed::Embedder>,
}

impl Inner {
    /// Those that are wanted from now on.
    pub(super) fn set_teams(&self, wants: &[Want]) {
        let mut teams = self.teams.lock();
        teams.retain(|_, team| wants.contains(&team.want));
        for want in wants.iter().filter(|want| want.shared.is_some()) {
            teams.entry(want.root.clone()).or_insert_with(|| {
                let (services, want) = (Arc::clone(&self.services), want.clone());
                Arc::new(Team { want, services, open: Mutex::default() })
            });
        }
    }
}

impl Team {
    /// The nearest chunks, as they stand in the workspace.
    ///
    /// # Errors
    /// Where the database or the model does not answer in time.
    pub(super) async fn near(
        &self,
        surroundings: &Arc<Surroundings>,
        query: Redacted,
    ) -> Result<Vec<Hit>, Without> {
        let open = tokio::time::timeout(CONNECT, self.open()).await;
        let open = open.unwrap_or(Err(Without::Slow))?;
        let found = hybrid::near(&open.shared, &*open.embedder, query).await;
        if matches!(found, Err(Without::Store(_) | Without::Slow)) {
            // Whatever it was, the next search begins with a new connection.
            *self.open.lock().await = None;
        }
        let found = found?;
        if found.is_empty() {
            let Scope { repository, branch } = open.shared.scope();
            return Err(Without::NotPushed(repository.clone(), branch.clone()));
        }
        let (surroundings, want) = (Arc::clone(surroundings), self.want.clone());
        let top = open.known.root.clone();
        let here = tokio::task::spawn_blocking(move || here(&surroundings, &want, &top, &found));
        Ok(tokio::time::timeout(WAIT, here).await.map_err(|_| Without::Slow)?.unwrap_or_default())
    }

    async fn open(&self) -> Result<Arc<Open>, Without> {
        let mut open = self.open.lock().await;
        let root = self.want.root.clone();
        let known = tokio::task::spawn_blocking(move || repository::look(&root)).await;
        let known = known.unwrap_or_default();
        // Another branch has been checked out since.
        if let Some(open) = open.as_ref().filter(|open| open.known == known) {
            return Ok(Arc::clone(open));
        }
        let (Some(repository), Some(branch)) = (known.repository.clone(), known.branch.clone())
        else {
            return Err(Without::NoRepository);
        };
        let Some(settings) = &self.want.shared else { return Err(Without::NoRepository) };
        let (model, allow) = (&self.want.model, self.services.allow_commands);
        let embedder = self.services.embedder(model, Priority::Prefetch)?;
        let scope = Arc::new(Scope { repository, branch });
        let shared = Shared::connect(settings, allow, Wish::Read, scope, model.called()).await;
        let shared = shared.map_err(StoreError::from)?;
        let new = Arc::new(Open { shared, known, embedder });
        *open = Some(Arc::clone(&new));
        Ok(new)
    }
}

/// What was found, where the same stands in the workspace. Reads files.
fn here(surroundings: &Surroundings, want: &Want, top: &Path, found: &[Hit]) -> Vec<Hit> {
    let disk = surroundings.disk(&want.root, &want.config);
    let mut files: HashMap<Arc<str>, Option<HashMap<ContentHash, Chunk>>> = HashMap::new();
    let mut hits = Vec::with_capacity(found.len());
    for hit in found {
        let of = files.entry(Arc::clone(&hit.chunk.path)).or_insert_with(|| {
            let file: PathBuf = top.join(&*hit.chunk.path);
            let below = file.strip_prefix(&want.root).ok()?.to_str()?.replace('\\', "/");
            let text = disk.text(&below)?;
            let language = Language::from_path(&below)?;
            let pieces = pieces(&hit.chunk.scope, &below, language, &text);
            Some(pieces.into_iter().map(|piece| (piece.chunk.hash, piece.chunk)).collect())
        });
        if let Some(chunk) = of.as_ref().and_then(|chunks| chunks.get(&hit.chunk.hash)) {
            hits.push(Hit { chunk: chunk.clone(), score: hit.score });
        }
    }
    hits
}
