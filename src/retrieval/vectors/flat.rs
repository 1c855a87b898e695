//! The store on this machine: every vector in memory, one byte to a number, and each looked at. Of
//! 100,000 that takes milliseconds, needs no graph to build and misses nothing.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt};
use parking_lot::RwLock;

use super::quantised::{Quantised, dot, inverse_length};
use super::{Chunk, Claimed, ContentHash, Hit, StoreError, VectorStore};

/// What its vectors may take, bytes, where nothing else is said: 170,000 of 384 numbers.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Vectors of one model, and where what they are of stands.
#[derive(Debug, PartialEq)]
pub struct Flat {
    pub(super) model: String,
    /// Numbers in a vector; 0 before the first.
    pub(super) dimension: usize,
    pub(super) most_bytes: usize,
    /// The vectors, one behind the other.
    pub(super) codes: Vec<i8>,
    pub(super) rows: Vec<Row>,
    pub(super) by_hash: HashMap<ContentHash, usize>,
    /// The chunks of each content, in order.
    pub(super) places: BTreeMap<ContentHash, Vec<Chunk>>,
    /// How many chunks there are.
    count: usize,
    /// How often the chunks were replaced.
    round: u32,
}

/// What is known of a vector besides its numbers.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    pub(super) hash: ContentHash,
    inverse_length: f32,
    /// Whether a chunk has it.
    placed: bool,
    /// Kept in this round.
    round: u32,
}

/// What is nearer is greater; of equally near ones that of the smaller hash, wherever it stands.
struct Near(f32, ContentHash);

impl Flat {
    /// An empty one, for the vectors of a model.
    #[must_use]
    pub fn new(model: &str, most_bytes: usize) -> Self {
        Self {
            model: model.to_owned(),
            dimension: 0,
            most_bytes,
            codes: Vec::new(),
            rows: Vec::new(),
            by_hash: HashMap::new(),
            places: BTreeMap::new(),
            count: 0,
            round: 0,
        }
    }

    /// How many vectors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether a content has its vector.
    #[must_use]
    pub fn has(&self, hash: &ContentHash) -> bool {
        self.by_hash.contains_key(hash)
    }

    /// Where the contents stand.
    pub fn chunks(&self) -> impl Iterator<Item = &Chunk> {
        self.places.values().flatten()
    }

    /// How many places that is.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Keeps the vector of a content; the first one that is given.
    ///
    /// # Errors
    /// [`StoreError::Dimension`], [`StoreError::Full`]; nothing has changed then.
    pub fn put(&mut self, hash: ContentHash, vector: &[f32]) -> Result<(), StoreError> {
        if self.has(&hash) {
            return Ok(());
        }
        self.fits(vector.len())?;
        if (self.rows.len() + 1) * vector.len() > self.most_bytes {
            self.forget_unplaced();
            if (self.rows.len() + 1) * vector.len() > self.most_bytes {
                let (count, most) = (self.rows.len(), self.most_bytes / (1024 * 1024));
                return Err(StoreError::Full(format!(
                    "{count} vectors take the {most} MiB that they may; ignore more files in `.foretypeignore`, or share an index in a database"
                )));
            }
        }
        let Quantised { codes, .. } = Quantised::of(vector);
        self.dimension = codes.len();
        self.push(hash, &codes);
        Ok(())
    }

    /// A vector that is new here and fits.
    pub(super) fn push(&mut self, hash: ContentHash, codes: &[i8]) {
        self.by_hash.insert(hash, self.rows.len());
        self.codes.extend_from_slice(codes);
        let (inverse_length, round) = (inverse_length(codes), self.round);
        self.rows.push(Row { hash, inverse_length, placed: false, round });
    }

    /// Makes these the chunks. Vectors that no chunk has any more are kept while there is room: of
    /// the branch before, or of a change that is taken back.
    pub fn replace(&mut self, mut chunks: Vec<Chunk>) {
        chunks.sort_unstable();
        chunks.dedup();
        self.places.clear();
        self.count = chunks.len();
        for chunk in chunks {
            self.places.entry(chunk.hash).or_default().push(chunk);
        }
        self.round = self.round.wrapping_add(1);
        for row in &mut self.rows {
            row.placed = self.places.contains_key(&row.hash);
        }
    }

    /// The nearest chunks; of equally near ones the first in the order of their hash and place.
    ///
    /// # Errors
    /// [`StoreError::Dimension`].
    #[allow(clippy::cast_precision_loss)]
    pub fn nearest(&self, query: &[f32], most: usize) -> Result<Vec<Hit>, StoreError> {
        if self.is_empty() || most == 0 {
            return Ok(Vec::new());
        }
        self.fits(query.len())?;
        let query = Quantised::of(query);
        let mut heap: BinaryHeap<Reverse<Near>> = BinaryHeap::with_capacity(most.min(1_024));
        for (codes, row) in self.codes.chunks_exact(self.dimension).zip(&self.rows) {
            if !row.placed {
                continue;
            }
            let near = Near(dot(codes, &query.codes) as f32 * row.inverse_length, row.hash);
            if heap.len() < most {
                heap.push(Reverse(near));
            } else if let Some(mut least) = heap.peek_mut()
                && near > least.0
            {
                *least = Reverse(near);
            }
        }
        let nearest = heap.into_sorted_vec().into_iter().map(|Reverse(near)| near);
        let hits = nearest.flat_map(|Near(product, hash)| {
            let score = product * query.inverse_length;
            let chunks = self.places.get(&hash).map_or(&[][..], Vec::as_slice);
            chunks.iter().map(move |chunk| Hit { chunk: chunk.clone(), score })
        });
        Ok(hits.take(most).collect())
    }

    fn fits(&self, got: usize) -> Result<(), StoreError> {
        let wanted = self.dimension;
        if got == 0 || (wanted != 0 && got != wanted) {
            return Err(StoreError::Dimension { model: self.model.clone(), wanted, got });
        }
        Ok(())
    }

    /// Drops vectors that no chunk has had since the chunks were last replaced.
    fn forget_unplaced(&mut self) {
        let dimension = self.dimension.max(1);
        let (codes, rows) = (std::mem::take(&mut self.codes), std::mem::take(&mut self.rows));
        self.by_hash.clear();
        for (codes, row) in codes.chunks_exact(dimension).zip(rows) {
            if row.placed || row.round == self.round {
                self.by_hash.insert(row.hash, self.rows.len());
                self.codes.extend_from_slice(codes);
                self.rows.push(row);
            }
        }
    }
}

impl PartialEq for Near {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Near {}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then_with(|| other.1.cmp(&self.1))
    }
}

/// The same for many tasks: what takes long is done off their thread.
#[derive(Clone, Debug)]
pub struct FlatStore(Arc<RwLock<Flat>>);

impl FlatStore {
    /// Of what was loaded, or is new.
    #[must_use]
    pub fn new(flat: Flat) -> Self {
        Self(Arc::new(RwLock::new(flat)))
    }

    /// Looks at it; not for long.
    pub fn read<T>(&self, look: impl FnOnce(&Flat) -> T) -> T {
        look(&self.0.read())
    }

    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&RwLock<Flat>) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, StoreError>> {
        let flat = Arc::clone(&self.0);
        async move {
            let done = tokio::task::spawn_blocking(move || work(&flat)).await;
            done.unwrap_or_else(|_| Err(StoreError::Full("this process ends".to_owned())))
        }
        .boxed()
    }
}

impl VectorStore for FlatStore {
    fn missing(
        &self,
        hashes: Vec<ContentHash>,
    ) -> BoxFuture<'_, Result<Vec<ContentHash>, StoreError>> {
        self.run(move |flat| {
            let flat = flat.read();
            Ok(hashes.into_iter().filter(|hash| !flat.has(hash)).collect())
        })
    }

    fn claim(&self, hashes: Vec<ContentHash>) -> BoxFuture<'_, Result<Claimed, StoreError>> {
        // Nobody else fills it.
        let missing = self.missing(hashes);
        async move { Ok(Claimed { ours: missing.await?, others: Vec::new() }) }.boxed()
    }

    fn put(&self, vectors: Vec<(ContentHash, Vec<f32>)>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.run(move |flat| {
            let mut flat = flat.write();
            vectors.iter().try_for_each(|(hash, vector)| flat.put(*hash, vector))
        })
    }

    fn replace(&self, chunks: Vec<Chunk>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.run(move |flat| {
            flat.write().replace(chunks);
            Ok(())
        })
    }

    fn nearest<'a>(
        &'a self,
        query: &'a [f32],
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Hit>, StoreError>> {
        let query = query.to_owned();
        self.run(move |flat| flat.read().nearest(&query, most))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;
