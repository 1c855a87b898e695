//! One pass over a folder: what is new or changed is read, what has no vector yet is embedded, and what
//! can be found is said anew.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::folder::Folder;
use super::known::{Known, pieces};
use super::{Inner, Stage, Want};
use crate::backend::embed::{EmbedError, EmbedKind};
use crate::guard::Redacted;
use crate::retrieval::vectors::{ContentHash, StoreError, VectorStore};

/// Files that are read at once, and whose texts are kept meanwhile.
const AT_ONCE: usize = 64;
/// Most texts of a request: who searches meanwhile waits for no more.
const BATCH: usize = 16;
/// Longest time for the vectors of a batch.
const LONGEST: Duration = Duration::from_secs(100);
/// Longest pause after a batch: as long as that took, so that the model has time for others too.
const PAUSE: Duration = Duration::from_secs(2);
/// How often what has been embedded can be found, while more is; and is kept.
const PLACE: Duration = Duration::from_secs(2);
const SAVE: Duration = Duration::from_secs(60);

/// Why a pass ended early. What was embedded until then is kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stopped {
    /// The embedder's reason.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// The store's reason.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It took too long.
    #[error("no vectors came within {} s; choose a faster embedding model", LONGEST.as_secs())]
    Slow,
    /// This process ends.
    #[error("this process ends")]
    Over,
}

impl Stopped {
    /// The model makes vectors of another length than it did.
    pub(super) const fn is_changed(&self) -> bool {
        matches!(
            self,
            Self::Embed(EmbedError::Dimension { .. }) | Self::Store(StoreError::Dimension { .. })
        )
    }
}

/// A pass under way.
pub(super) struct Round<'a> {
    pub(super) inner: &'a Inner,
    pub(super) want: &'a Want,
    pub(super) folder: &'a Arc<Folder>,
    pub(super) known: &'a mut Known,
    /// There is no room for more.
    pub(super) full: bool,
}

impl Round<'_> {
    /// Brings the folder up to date.
    pub(super) async fn run(&mut self) -> Result<(), Stopped> {
        let index = self.inner.surroundings.folders.index(&self.want.root);
        let Some(index) = index.map(|index| index.snapshot()) else { return Ok(()) };
        let root = self.want.root.clone();
        let (stale, gone) = self.with_known(move |known| known.stale(&index, &root)).await?;
        if stale.is_empty() && !gone {
            return Ok(());
        }
        let (mut placed, mut saved) = (Instant::now(), Instant::now());
        let of = stale.len();
        for (number, files) in stale.chunks(AT_ONCE).enumerate() {
            self.inner.stage.send_replace(Stage::Embedding { files: number * AT_ONCE, of });
            let done = self.files(files.to_vec()).await;
            if done.is_err() || placed.elapsed() > PLACE {
                self.place().await?;
                placed = Instant::now();
            }
            if done.is_err() || saved.elapsed() > SAVE {
                self.save().await?;
                saved = Instant::now();
            }
            done?;
        }
        self.place().await?;
        self.save().await
    }

    /// Embeds what some files have that is new.
    async fn files(
        &mut self,
        files: Vec<Arc<crate::retrieval::symbol::FileSymbols>>,
    ) -> Result<(), Stopped> {
        let surroundings = Arc::clone(&self.inner.surroundings);
        let Want { root, config, .. } = self.want.clone();
        let read = move || pieces(&surroundings, &root, &config, &files);
        let read = tokio::task::spawn_blocking(read).await.map_err(|_| Stopped::Over)?;
        let mut texts: BTreeMap<ContentHash, Redacted> = BTreeMap::new();
        let mut chunks = Vec::with_capacity(read.len());
        for (file, pieces) in read {
            let of = pieces.into_iter().map(|piece| {
                texts.insert(piece.chunk.hash, piece.text);
                piece.chunk
            });
            chunks.push((file, of.collect()));
        }
        let missing = self.folder.store.missing(texts.keys().copied().collect()).await?;
        for batch in missing.chunks(self.folder.embedder.max_batch().clamp(1, BATCH)) {
            if !self.full {
                let began = Instant::now();
                self.embed(batch, &mut texts).await?;
                tokio::time::sleep(began.elapsed().min(PAUSE)).await;
            }
        }
        for (file, chunks) in chunks {
            self.known.insert(file, chunks);
        }
        Ok(())
    }

    async fn embed(
        &mut self,
        batch: &[ContentHash],
        texts: &mut BTreeMap<ContentHash, Redacted>,
    ) -> Result<(), Stopped> {
        let (hashes, passages): (Vec<_>, Vec<_>) =
            batch.iter().filter_map(|hash| texts.remove_entry(hash)).unzip();
        let asked = self.folder.embedder.embed(passages, EmbedKind::Passage);
        let answer = tokio::time::timeout(LONGEST, asked).await;
        let vectors = answer.map_err(|_| Stopped::Slow)??.vectors;
        match self.folder.store.put(hashes.into_iter().zip(vectors).collect()).await {
            Err(StoreError::Full(why)) => {
                tracing::warn!("not all of the code can be found by what it means: {why}");
                self.full = true;
                Ok(())
            }
            kept => Ok(kept?),
        }
    }

    /// Says where what can be found stands.
    async fn place(&mut self) -> Result<(), Stopped> {
        let chunks = self.with_known(Known::chunks).await?;
        Ok(self.folder.store.replace(chunks).await?)
    }

    /// Works on what is known, which may be much, where no message waits for it.
    async fn with_known<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Known) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let mut known = std::mem::take(self.known);
        let done = tokio::task::spawn_blocking(move || (work(&mut known), known)).await;
        let (done, known) = done.map_err(|_| Stopped::Over)?;
        *self.known = known;
        Ok(done)
    }

    async fn save(&self) -> Result<(), Stopped> {
        let folder = Arc::clone(self.folder);
        tokio::task::spawn_blocking(move || folder.save()).await.map_err(|_| Stopped::Over)
    }
}
