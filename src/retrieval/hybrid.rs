//! Code that is like a text: by the words in it, and where an embedding model is configured by what it
//! means. Both rankings become one by reciprocal rank fusion; without a model, or while it is slow or
//! down, words decide alone.

use std::sync::Arc;
use std::time::Duration;

use super::vectors::fusion::fuse;
use super::vectors::{Hit, StoreError, VectorStore};
use super::words::Found;
use crate::backend::embed::{EmbedError, EmbedKind, Embedder};
use crate::guard::Redacted;

/// So many of each ranking are worth fusing.
pub const DEEP: usize = 40;
/// Longest wait for the vector of a query and its neighbours.
pub const WAIT: Duration = Duration::from_millis(1_500);

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
    /// The shared index is of repositories, and this is none.
    #[cfg(feature = "postgres")]
    #[error(
        "the workspace is no branch of a repository with a remote `origin`, by which the shared index is searched"
    )]
    NoRepository,
    /// Nobody has pushed it.
    #[cfg(feature = "postgres")]
    #[error("the shared index has nothing of {0} {1}; run `foretype index push`")]
    NotPushed(String, String),
    /// It answered without a vector.
    #[error("the embedding model answered without a vector")]
    Nothing,
}

/// The chunks that are near a text by what they mean, the nearest first; nobody waits long for them.
///
/// # Errors
/// [`Without`]: then words decide alone.
pub async fn near(
    store: &dyn VectorStore,
    embedder: &dyn Embedder,
    query: Redacted,
) -> Result<Vec<Hit>, Without> {
    let found = tokio::time::timeout(WAIT, nearest(store, embedder, query)).await;
    found.unwrap_or(Err(Without::Slow))
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

/// Two rankings as one, by words alone where there is no other. The same lines count once, however each of them was cut; what is known by words
/// is never older.
#[must_use]
pub fn together(words: &[Found], vectors: &[Hit], most: usize) -> Vec<Found> {
    let mut all: Vec<Found> = words.to_vec();
    if vectors.is_empty() {
        all.truncate(most);
        return all;
    }
    let first: Vec<usize> = (0..all.len()).collect();
    let mut second = Vec::with_capacity(vectors.len());
    for Hit { chunk, score } in vectors {
        let lines = chunk.first_line.saturating_sub(1)..chunk.last_line;
        let shared = |known: &Found| {
            let (from, to) = (known.lines.start.max(lines.start), known.lines.end.min(lines.end));
            if known.path == chunk.path { to.saturating_sub(from) as usize } else { 0 }
        };
        let same = (0..).zip(&all).find(|(_, known)| 2 * shared(known) > lines.len());
        match same.map(|(at, _)| at) {
            Some(at) => second.push(at),
            None => {
                second.push(all.len());
                all.push(Found { path: Arc::clone(&chunk.path), lines, score: *score });
            }
        }
    }
    let fused = fuse(&[&first, &second]).into_iter();
    #[allow(clippy::cast_possible_truncation)]
    let found = |(at, score): (usize, f64)| {
        all.get(at).map(|known| Found { score: score as f32, ..known.clone() })
    };
    fused.filter_map(found).take(most).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use futures::future::{BoxFuture, FutureExt};

    use super::*;
    use crate::backend::Usage;
    use crate::backend::embed::Embedded;
    use crate::guard::redact;
    use crate::retrieval::vectors::flat::{Flat, FlatStore};
    use crate::retrieval::vectors::{Chunk, ContentHash, Scope};

    fn chunk(path: &str) -> Chunk {
        let scope = Arc::new(Scope { repository: "r".into(), branch: "b".into() });
        let hash = ContentHash::of(&redact(path));
        Chunk { scope, path: path.into(), first_line: 1, last_line: 9, hash }
    }

    fn hits(paths: &[&str]) -> Vec<Hit> {
        paths.iter().map(|path| Hit { chunk: chunk(path), score: 1.0 }).collect()
    }

    fn words(paths: &[&str]) -> Vec<Found> {
        let found = |path: &&str| Found { path: (*path).into(), lines: 0..9, score: 1.0 };
        paths.iter().map(found).collect()
    }

    fn paths(found: &[Found]) -> Vec<&str> {
        found.iter().map(|found| &*found.path).collect()
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
        let (known, near) = (words(&["a", "b", "c"]), hits(&["c", "d"]));
        assert_eq!(paths(&together(&known, &near, 10)), ["c", "a", "b", "d"]);
        assert_eq!(paths(&together(&known, &[], 2)), ["a", "b"]);
        // Cut otherwise it is the same place; other lines of the file are another one.
        let mut moved = words(&["a"]);
        for (lines, count) in [(2..12, 1), (8..18, 2)] {
            moved.iter_mut().for_each(|found| found.lines = lines.clone());
            let both = together(&moved, &hits(&["a"]), 10);
            assert_eq!((both.len(), both.iter().any(|found| found.lines == lines)), (count, true));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_its_vectors_words_decide() {
        let mut flat = Flat::new("m", 1 << 20);
        for (path, vector) in [("near", [1.0, 0.0]), ("far", [0.0, 1.0])] {
            flat.put(chunk(path).hash, &vector).unwrap();
        }
        flat.replace(vec![chunk("near"), chunk("far")]);
        let store = FlatStore::new(flat);
        let known = words(&["far", "word"]);
        for (says, want, without) in [
            (Some(Ok(vec![1.0, 0.1])), vec!["far", "near", "word"], ""),
            (Some(Ok(vec![1.0, 0.1, 0.0])), vec!["far", "word"], "vectors of 2 numbers"),
            (Some(Err(())), vec!["far", "word"], "makes no embeddings"),
            (None, vec!["far", "word"], "did not answer within 1500 ms"),
        ] {
            let found = near(&store, &Says(says), redact("q")).await;
            let why = found.as_ref().err().map_or(String::new(), ToString::to_string);
            assert!(why.contains(without) && why.is_empty() == without.is_empty(), "{why}");
            let both = together(&known, &found.unwrap_or_default(), 10);
            assert_eq!(paths(&both), want);
        }
    }
}
