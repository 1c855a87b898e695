//! Fills a store: what it has not is embedded, once, whoever else fills it too.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use tokio::sync::mpsc;

use super::{Chunk, ContentHash, Piece, StoreError, VectorStore};
use crate::backend::embed::{EmbedError, EmbedKind, Embedder};
use crate::backend::waits::{Patience, Waiting};
use crate::guard::Redacted;

/// Contents that a store is asked for at once, and whose texts are kept meanwhile.
const AT_ONCE: usize = 2_048;
/// Longest time for the vectors of a batch: shorter than a claim lasts, so that nobody else begins
/// with it.
const LONGEST: Duration = Duration::from_secs(100);
/// How often it is looked whether others are done with what they embed.
const LOOK: Duration = Duration::from_millis(250);

/// What is read, as it is read.
#[derive(Debug)]
pub enum Read {
    /// The pieces of a file.
    File(Vec<Piece>),
    /// That was all. Without it, reading broke off.
    End,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files.
    pub files: usize,
    /// Contents that were embedded.
    pub embedded: usize,
    /// Contents that others are embedding.
    pub waiting: usize,
    /// What is left of a pause that the embedder asked for or needs, while it lasts.
    pub pause: Option<Duration>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Pushed {
    /// Files.
    pub files: usize,
    /// Chunks.
    pub chunks: usize,
    /// Different contents of theirs.
    pub contents: usize,
    /// Contents that were embedded for this.
    pub embedded: usize,
    /// Contents that others embedded meanwhile.
    pub by_others: usize,
    /// Tokens that the server counted.
    pub tokens: u64,
    /// There was no room for all of them.
    pub full: bool,
}

/// Why it ended early. What was embedded until then is kept.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The embedder's reason.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// The embedder took too long.
    #[error("no vectors came within {} s; try again, or choose a faster model", LONGEST.as_secs())]
    Slow,
    /// The store's reason.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The files were not read to their end.
    #[error("the files could not be read to their end; try again")]
    Unread,
}

/// Embeds what the store has not, and makes these the chunks of its scope. Dropped, it leaves a store
/// that the next one completes.
///
/// # Errors
/// If the embedder, the store or the reading of files cannot go on.
pub async fn push(
    store: &dyn VectorStore,
    embedder: &dyn Embedder,
    mut read: mpsc::Receiver<Read>,
    mut told: impl FnMut(Progress),
) -> Result<Pushed, PushError> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut seen: HashSet<ContentHash> = HashSet::new();
    let mut fresh: BTreeMap<ContentHash, Redacted> = BTreeMap::new();
    let mut work = Work {
        store,
        embedder,
        pushed: Pushed::default(),
        waiting: BTreeMap::new(),
        patience: None,
        told: &mut told,
    };
    loop {
        let Read::File(pieces) = read.recv().await.ok_or(PushError::Unread)? else { break };
        work.pushed.files += 1;
        for Piece { chunk, text } in pieces {
            if seen.insert(chunk.hash) {
                fresh.insert(chunk.hash, text);
            }
            chunks.push(chunk);
        }
        work.tell();
        if fresh.len() >= AT_ONCE {
            work.fill(std::mem::take(&mut fresh)).await?;
        }
    }
    work.fill(fresh).await?;
    work.wait().await?;
    let mut pushed = work.pushed;
    (pushed.chunks, pushed.contents) = (chunks.len(), seen.len());
    store.replace(chunks).await?;
    Ok(pushed)
}

/// A push under way.
struct Work<'a> {
    store: &'a dyn VectorStore,
    embedder: &'a dyn Embedder,
    pushed: Pushed,
    /// What others are embedding.
    waiting: BTreeMap<ContentHash, Redacted>,
    /// With the embedder, since vectors came.
    patience: Option<Patience>,
    told: &'a mut dyn FnMut(Progress),
}

impl Work<'_> {
    fn progress(&self) -> Progress {
        let Pushed { files, embedded, .. } = self.pushed;
        Progress { files, embedded, waiting: self.waiting.len(), pause: None }
    }

    fn tell(&mut self) {
        let now = self.progress();
        (self.told)(now);
    }

    /// Embeds what is missing of these contents.
    async fn fill(&mut self, mut texts: BTreeMap<ContentHash, Redacted>) -> Result<(), PushError> {
        let missing = match texts.is_empty() || self.pushed.full {
            true => Vec::new(),
            false => self.store.missing(texts.keys().copied().collect()).await?,
        };
        for batch in missing.chunks(self.embedder.max_batch().max(1)) {
            if !self.pushed.full {
                self.embed(batch, &mut texts).await?;
            }
        }
        Ok(())
    }

    /// Waits for what others embed, and takes over what they leave.
    async fn wait(&mut self) -> Result<(), PushError> {
        while !self.waiting.is_empty() && !self.pushed.full {
            let mut texts = std::mem::take(&mut self.waiting);
            let before = texts.len();
            let hashes: Vec<ContentHash> = texts.keys().copied().collect();
            for batch in hashes.chunks(self.embedder.max_batch().max(1)) {
                self.embed(batch, &mut texts).await?;
            }
            if self.waiting.len() == before {
                tokio::time::sleep(LOOK).await;
            }
        }
        Ok(())
    }

    /// Embeds of a batch what nobody has or is embedding, and keeps it.
    async fn embed(
        &mut self,
        batch: &[ContentHash],
        texts: &mut BTreeMap<ContentHash, Redacted>,
    ) -> Result<(), PushError> {
        let mut left = batch.to_vec();
        while !left.is_empty() {
            // Once more after a pause, in which a claim may have ended.
            let count = left.len();
            let claimed = self.store.claim(left).await?;
            for hash in &claimed.others {
                self.waiting.extend(texts.remove_entry(hash));
            }
            self.pushed.by_others += count - claimed.ours.len() - claimed.others.len();
            left = self.embed_ours(claimed.ours, texts).await?;
        }
        self.tell();
        Ok(())
    }

    /// Embeds what is claimed, and keeps it. Answers what is still to be done after a pause.
    async fn embed_ours(
        &mut self,
        ours: Vec<ContentHash>,
        texts: &mut BTreeMap<ContentHash, Redacted>,
    ) -> Result<Vec<ContentHash>, PushError> {
        let with_text = |hash| Some((hash, texts.get(&hash)?.clone()));
        let (ours, passages): (Vec<_>, Vec<_>) = ours.into_iter().filter_map(with_text).unzip();
        if ours.is_empty() {
            return Ok(ours);
        }
        let asked = self.embedder.embed(passages, EmbedKind::Passage);
        let answer = tokio::time::timeout(LONGEST, asked).await;
        let embedded = match answer.map_err(|_| PushError::Slow)? {
            Ok(embedded) => embedded,
            Err(EmbedError::Backend(error)) => {
                let now = self.progress();
                let (patience, told) = (&mut self.patience, &mut self.told);
                let patience = patience.get_or_insert_with(|| Patience::new(true));
                let tell = |waiting: Option<Waiting<'_>>| {
                    told(Progress { pause: waiting.map(|it| it.left), ..now });
                };
                return match patience.wait(&error, tell).await {
                    true => Ok(ours),
                    false => Err(EmbedError::from(error).into()),
                };
            }
            Err(error) => return Err(error.into()),
        };
        self.patience = None;
        self.pushed.tokens += embedded.usage.prompt_tokens.unwrap_or(0);
        let count = ours.len();
        for hash in &ours {
            texts.remove(hash);
        }
        match self.store.put(ours.into_iter().zip(embedded.vectors).collect()).await {
            Err(StoreError::Full(_)) => self.pushed.full = true,
            kept => {
                kept?;
                self.pushed.embedded += count;
            }
        }
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests;
