//! Code that is like a text: by the words in it, and where an embedding model is configured by what it
//! means. Both rankings become one by reciprocal rank fusion; without a model, or while it is slow or
//! down, words decide alone.

use std::collections::HashMap;
use std::time::Duration;

use super::vectors::fusion::fuse;
use super::vectors::{Chunk, Hit, StoreError, VectorStore};
use super::words::Words;
use crate::backend::embed::{EmbedError, EmbedKind, Embedder};
use crate::guard::Redacted;

/// So many of each ranking are fused.
const DEEP: usize = 40;
/// Longest wait for the vector of a query and its neighbours.
const WAIT: Duration = Duration::from_millis(1_500);

/// What was found, and why vectors had no part in it, if so.
#[derive(Debug, Default)]
pub struct Found {
    /// The chunks, the best first.
    pub chunks: Vec<Chunk>,
    /// Why there were no vectors, where there should have been.
    pub without: Option<Without>,
}

/// Why vectors had no part in a search.
#[derive(Debug, thiserror::Error)]
pub enum Without {
    /// The embedding model's reason.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// The store's reason.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It took too long.
    #[error("the embedding model did not answer within {} ms; choose a faster one", WAIT.as_millis())]
    Slow,
    /// It answered without a vector.
    #[error("the embedding model answered without a vector")]
    Nothing,
}

/// Searches both ways at once.
pub async fn search(
    words: &[Hit],
    vectors: Option<(&dyn VectorStore, &dyn Embedder)>,
    query: Redacted,
    most: usize,
) -> Found {
    let Some((store, embedder)) = vectors else {
        return Found { chunks: together(words, &[], most), without: None };
    };
    let nearest = tokio::time::timeout(WAIT, nearest(store, embedder, query)).await;
    match nearest.unwrap_or(Err(Without::Slow)) {
        Ok(near) => Found { chunks: together(words, &near, most), without: None },
        Err(why) => Found { chunks: together(words, &[], most), without: Some(why) },
    }
}

/// The ranking by words that [`search`] fuses.
#[must_use]
pub fn by_words(words: &Words, query: &Redacted) -> Vec<Hit> {
    words.search(query.as_str(), DEEP)
}

async fn nearest(
    store: &dyn VectorStore,
    embedder: &dyn Embedder,
    query: Redacted,
) -> Result<Vec<Hit>, Without> {
    let embedded = embedder.embed(vec![query], EmbedKind::Query).await?;
    let vector = embedded.vectors.first().ok_or(Without::Nothing)?;
    Ok(store.nearest(vector, DEEP).await?)
}

/// Two rankings as one. A place counts once, whatever the text there was when it was ranked.
#[must_use]
pub fn together(words: &[Hit], vectors: &[Hit], most: usize) -> Vec<Chunk> {
    let mut chunks: HashMap<(&str, u32), &Chunk> = HashMap::new();
    let keys = |hits: &[Hit]| -> Vec<(String, u32)> {
        hits.iter().map(|hit| (hit.chunk.path.to_string(), hit.chunk.first_line)).collect()
    };
    let (first, second) = (keys(words), keys(vectors));
    // What was cut last says best which lines there are: words are never older.
    for hit in vectors.iter().chain(words) {
        chunks.insert((&hit.chunk.path, hit.chunk.first_line), &hit.chunk);
    }
    let fused = fuse(&[&first, &second]).into_iter();
    fused
        .filter_map(|((path, line), _)| chunks.get(&(path.as_str(), line)).map(|it| (*it).clone()))
        .take(most)
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use futures::future::{BoxFuture, FutureExt};

    use super::*;
    use crate::backend::Usage;
    use crate::backend::embed::Embedded;
    use crate::guard::redact;
    use crate::retrieval::vectors::flat::{Flat, FlatStore};
    use crate::retrieval::vectors::{ContentHash, Scope};

    fn chunk(path: &str) -> Chunk {
        let scope = Arc::new(Scope { repository: "r".into(), branch: "b".into() });
        let hash = ContentHash::of(&redact(path));
        Chunk { scope, path: path.into(), first_line: 1, last_line: 9, hash }
    }

    fn hits(paths: &[&str]) -> Vec<Hit> {
        paths.iter().map(|path| Hit { chunk: chunk(path), score: 1.0 }).collect()
    }

    fn paths(chunks: &[Chunk]) -> Vec<&str> {
        chunks.iter().map(|chunk| &*chunk.path).collect()
    }

    /// Says what it was made to say.
    struct Says(Option<Result<Vec<f32>, ()>>);

    impl Embedder for Says {
        fn embed(
            &self,
            _: Vec<Redacted>,
            kind: EmbedKind,
        ) -> BoxFuture<'static, Result<Embedded, EmbedError>> {
            assert_eq!(kind, EmbedKind::Query);
            let says = self.0.clone();
            async move {
                match says {
                    Some(Ok(vector)) => {
                        Ok(Embedded { vectors: vec![vector], usage: Usage::default() })
                    }
                    Some(Err(())) => Err(EmbedError::NoEmbeddings("it".into())),
                    None => futures::future::pending().await,
                }
            }
            .boxed()
        }

        fn dimension(&self) -> Option<usize> {
            None
        }

        fn max_batch(&self) -> usize {
            1
        }
    }

    #[test]
    fn what_both_find_comes_first_and_a_place_counts_once() {
        let (words, near) = (hits(&["a", "b", "c"]), hits(&["c", "d"]));
        assert_eq!(paths(&together(&words, &near, 10)), ["c", "a", "b", "d"]);
        assert_eq!(paths(&together(&words, &[], 2)), ["a", "b"]);
        let mut moved = hits(&["a"]);
        moved.iter_mut().for_each(|hit| hit.chunk.last_line = 3);
        let one = together(&moved, &hits(&["a"]), 10);
        assert_eq!(one.iter().map(|chunk| chunk.last_line).collect::<Vec<_>>(), [3]);
    }

    #[tokio::test(start_paused = true)]
    async fn without_its_vectors_words_decide() {
        let mut flat = Flat::new("m", 1 << 20);
        for (path, vector) in [("near", [1.0, 0.0]), ("far", [0.0, 1.0])] {
            flat.put(chunk(path).hash, &vector).unwrap();
        }
        flat.replace(vec![chunk("near"), chunk("far")]);
        let store = FlatStore::new(flat);
        let words = hits(&["far", "word"]);
        for (says, want, without) in [
            (Some(Ok(vec![1.0, 0.1])), vec!["far", "near", "word"], ""),
            (Some(Ok(vec![1.0, 0.1, 0.0])), vec!["far", "word"], "vectors of 2 numbers"),
            (Some(Err(())), vec!["far", "word"], "makes no embeddings"),
            (None, vec!["far", "word"], "did not answer within 1500 ms"),
        ] {
            let says = Says(says);
            let found = search(&words, Some((&store, &says)), redact("q"), 10).await;
            assert_eq!(paths(&found.chunks), want);
            let why = found.without.map_or(String::new(), |why| why.to_string());
            assert!(why.contains(without) && why.is_empty() == without.is_empty(), "{why}");
        }
        let found = search(&words, None, redact("q"), 10).await;
        assert_eq!((paths(&found.chunks), found.without.is_none()), (vec!["far", "word"], true));
    }
}
