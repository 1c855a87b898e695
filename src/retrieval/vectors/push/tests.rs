#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;

use futures::future::{BoxFuture, FutureExt, ready};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::*;
use crate::backend::Usage;
use crate::backend::embed::Embedded;
use crate::backend::error::BackendError;
use crate::backend::waits::LONGEST;
use crate::guard::redact;
use crate::retrieval::vectors::Scope;
use crate::retrieval::vectors::flat::{Flat, FlatStore, MOST_BYTES};

/// Fails so, one after the other, before it makes vectors.
struct Fails(Mutex<VecDeque<BackendError>>);

impl Embedder for Fails {
    fn embed(
        &self,
        texts: Vec<Redacted>,
        _: EmbedKind,
    ) -> BoxFuture<'static, Result<Embedded, EmbedError>> {
        let answer = match self.0.lock().pop_front() {
            Some(error) => Err(error.into()),
            None => {
                Ok(Embedded { vectors: vec![vec![1.0, 2.0]; texts.len()], usage: Usage::default() })
            }
        };
        ready(answer).boxed()
    }

    fn dimension(&self) -> Option<usize> {
        None
    }

    fn max_batch(&self) -> usize {
        2
    }
}

fn busy(seconds: u64) -> BackendError {
    BackendError::Busy("it".into(), Duration::from_secs(seconds), 429)
}

/// Pushes four contents; what came of it, the seconds that it took and the pauses that were told, each with
/// what was embedded by then.
async fn pushed(errors: Vec<BackendError>) -> (Result<Pushed, PushError>, u64, Vec<(u64, usize)>) {
    let scope = std::sync::Arc::new(Scope { repository: "r".into(), branch: "b".into() });
    let (sender, read) = mpsc::channel(8);
    for number in 0..4 {
        let text = redact(&format!("fn f{number}() {{}}"));
        let (hash, path) = (ContentHash::of(&text), format!("{number}.rs").as_str().into());
        let chunk =
            Chunk { scope: std::sync::Arc::clone(&scope), path, first_line: 1, last_line: 1, hash };
        sender.send(Read::File(vec![Piece { chunk, text }])).await.unwrap();
    }
    sender.send(Read::End).await.unwrap();
    let store = FlatStore::new(Flat::new("m", MOST_BYTES));
    let (began, mut told) = (Instant::now(), Vec::new());
    let embedder = Fails(Mutex::new(errors.into()));
    let done = push(&store, &embedder, read, |progress| {
        told.extend(progress.pause.map(|left| (left.as_secs(), progress.embedded)));
    });
    let done = done.await;
    (done, began.elapsed().as_secs(), told)
}

#[tokio::test(start_paused = true)]
async fn pauses_that_are_asked_for_are_waited_for_and_told() {
    let limited = BackendError::Limited("it".into(), Duration::from_secs(2), "k".into());
    let (done, took, told) = pushed(vec![busy(3), busy(0), limited]).await;
    let done = done.unwrap();
    assert_eq!((done.embedded, done.contents, done.by_others), (4, 4, 0));
    assert_eq!(took, 3 + 2);
    let left: Vec<u64> = told.iter().map(|(left, _)| *left).collect();
    assert_eq!(left, [3, 2, 1, 0, 2, 1]);
    assert!(told.iter().all(|(_, embedded)| *embedded == 0), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_too_long_ends_it() {
    let most = LONGEST.as_secs();
    for (errors, want) in [
        (vec![busy(most + 1)], 0),
        (vec![busy(most - 10), busy(5), busy(6)], most - 5),
        (vec![BackendError::Unauthorized("it".into(), 401)], 0),
        (vec![BackendError::Overloaded("it".into(), 529); 4], 1 + 2 + 4),
    ] {
        let error = errors.last().unwrap().clone();
        let (done, took, _) = pushed(errors).await;
        assert!(matches!(done, Err(PushError::Embed(EmbedError::Backend(of))) if of == error));
        assert_eq!(took, want);
    }
}
