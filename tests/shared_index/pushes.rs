//! Nothing is embedded twice, whoever pushes and however a push ends.

use std::collections::BTreeSet;

use foretype::retrieval::shared::{Collect, Collected, SharedError, Wish};
use foretype::retrieval::vectors::flat::{Flat, FlatStore, MOST_BYTES};
use foretype::retrieval::vectors::push::{PushError, Read, push};
use foretype::retrieval::vectors::{Claimed, ContentHash, VectorStore};

use super::setting::*;
use crate::support::postgres::Postgres;

#[tokio::test]
async fn what_is_pushed_is_found_and_pushed_again_costs_nothing() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let embedder = Counting::new();
    let mut all = texts(0..60);
    all.push(all[0].clone());
    let store = writer(&database, "main").await;
    let pushed = push_texts(&store, &embedder, "main", &all).await.unwrap();
    assert_eq!((pushed.files, pushed.chunks, pushed.contents, pushed.embedded), (61, 61, 60, 60));
    let again = push_texts(&store, &embedder, "main", &all).await.unwrap();
    assert_eq!((again.embedded, again.contents), (0, 60));

    // The same as the store on this machine finds, which looks at every one.
    let flat = FlatStore::new(Flat::new(MODEL, MOST_BYTES));
    push(&flat, &*embedder, files("main", &all), |_| {}).await.unwrap();
    assert_eq!(embedder.counted(), (120, 2));
    for query in ["word3 word5", "f17", "word0"] {
        let hits = search(&store, query, 5).await;
        assert_eq!(hits.len(), 5);
        for (hit, want) in hits.iter().zip(search(&flat, query, 5).await) {
            assert!((hit.score - want.score).abs() < 0.02, "{query}: {hit:?} {want:?}");
            assert_eq!(&*hit.chunk.scope, &*scope("main"));
        }
        assert_eq!(hits, search(&store, query, 5).await);
    }
    let twice = search(&store, &all[0], 2).await;
    assert_eq!(twice[0].chunk.hash, twice[1].chunk.hash);
    assert_ne!(twice[0].chunk.path, twice[1].chunk.path);
}

#[tokio::test]
async fn a_branch_shares_vectors_and_has_its_own_chunks() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let embedder = Counting::new();
    let main = writer(&database, "main").await;
    push_texts(&main, &embedder, "main", &texts(0..40)).await.unwrap();
    let other = writer(&database, "other").await;
    let pushed = push_texts(&other, &embedder, "other", &texts(35..45)).await.unwrap();
    assert_eq!((pushed.contents, pushed.embedded), (10, 5));
    for (store, branch, count) in [(&main, "main", 40), (&other, "other", 10)] {
        let hits = search(store, "word1", 1_000).await;
        assert_eq!(hits.len(), count);
        assert!(hits.iter().all(|hit| hit.chunk.scope.branch == branch));
    }
    // Few of many neighbours are the branch's.
    assert_eq!(search(&other, "f3 word3", 2).await.len(), 2);

    // Files that are gone, and one that has changed.
    let pushed = push_texts(&other, &embedder, "other", &texts(36..39)).await.unwrap();
    assert_eq!(pushed.embedded, 0);
    assert_eq!(search(&other, "word1", 100).await.len(), 3);
    let status = main.status().await.unwrap();
    let branches: Vec<_> =
        status.branches.iter().map(|branch| (branch.branch.as_str(), branch.chunks)).collect();
    assert_eq!(branches, [("main", 40), ("other", 3)]);
    assert_eq!((status.claims, status.branches[0].pushed_by.as_str()), (0, "foretype_writer"));
}

#[tokio::test]
async fn two_that_push_at_once_embed_nothing_twice() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let embedder = Counting::new();
    let texts = texts(0..400);
    let (one, other) = (writer(&database, "main").await, writer(&database, "main").await);
    let (first, second) = tokio::join!(
        push_texts(&one, &embedder, "main", &texts),
        push_texts(&other, &embedder, "main", &texts)
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(embedder.counted(), (400, 1), "{first:?} {second:?}");
    assert_eq!(first.embedded + second.embedded, 400);
    assert!(first.embedded > 0 && second.embedded > 0, "{first:?} {second:?}");
    assert_eq!(search(&one, "word1", 1_000).await.len(), 400);
    assert_eq!(one.status().await.unwrap().claims, 0);
}

#[tokio::test]
async fn a_claim_lives_as_long_as_its_connection() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let hashes: Vec<ContentHash> = (0..5).map(|n| ContentHash([n; 32])).collect();
    let (one, other) = (writer(&database, "main").await, writer(&database, "main").await);
    let all = Claimed { ours: hashes.clone(), others: Vec::new() };
    assert_eq!(one.claim(hashes.clone()).await.unwrap(), all);
    // Asked again, they are still ours.
    assert_eq!(one.claim(hashes.clone()).await.unwrap(), all);
    let none = Claimed { ours: Vec::new(), others: hashes.clone() };
    assert_eq!(other.claim(hashes.clone()).await.unwrap(), none);
    one.put(vec![(hashes[0], vec![1.0; DIMENSION])]).await.unwrap();
    let rest = Claimed { ours: Vec::new(), others: hashes[1..].to_vec() };
    assert_eq!(other.claim(hashes.clone()).await.unwrap(), rest);
    drop(one);
    // The server notices in its own time.
    let mut claimed = rest;
    while !claimed.others.is_empty() {
        claimed = other.claim(hashes.clone()).await.unwrap();
    }
    assert_eq!(claimed.ours, hashes[1..]);
    // A connection that lives, but whose lease is over.
    database.admin().await.batch_execute("UPDATE foretype.claims SET until = now()").await.unwrap();
    let third = writer(&database, "main").await;
    assert_eq!(third.claim(hashes.clone()).await.unwrap().ours, hashes[1..]);
}

#[tokio::test]
async fn a_push_that_ends_in_the_middle_is_completed_by_the_next() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let texts = texts(0..100);
    let store = writer(&database, "main").await;
    let held = Counting::held_from(5);
    tokio::select! {
        done = push_texts(&store, &held, "main", &texts) => panic!("{done:?}"),
        () = held.holding.notified() => {}
    }
    assert_eq!(held.counted(), (40, 1));
    assert_eq!(search(&store, "word1", 100).await.len(), 0, "no branch is there in part");
    drop(store);

    let embedder = Counting::new();
    let store = writer(&database, "main").await;
    let pushed = push_texts(&store, &embedder, "main", &texts).await.unwrap();
    assert_eq!((pushed.embedded, pushed.contents), (60, 100));
    assert_eq!(embedder.counted(), (60, 1));
    assert_eq!(search(&store, "word1", 1_000).await.len(), 100);
}

#[tokio::test]
async fn files_that_could_not_be_read_to_the_end_replace_nothing() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let (store, embedder) = (writer(&database, "main").await, Counting::new());
    push_texts(&store, &embedder, "main", &texts(0..9)).await.unwrap();
    let (send, receive) = tokio::sync::mpsc::channel(9);
    send.try_send(Read::File(vec![piece("main", 0, "fn only() {}")])).unwrap();
    drop(send);
    let pushed = push(&store, &*embedder, receive, |_| {}).await;
    assert!(matches!(pushed, Err(PushError::Unread)), "{pushed:?}");
    assert_eq!(search(&store, "word1", 100).await.len(), 9);
}

#[tokio::test]
async fn what_no_branch_has_any_more_is_collected_but_not_during_a_push() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let embedder = Counting::new();
    let main = writer(&database, "main").await;
    push_texts(&main, &embedder, "main", &texts(0..20)).await.unwrap();
    let other = writer(&database, "other").await;
    push_texts(&other, &embedder, "other", &texts(10..40)).await.unwrap();
    push_texts(&main, &embedder, "main", &texts(0..15)).await.unwrap();
    let collector = open(&database, "foretype_writer", Wish::Write, "").await.unwrap();
    let busy = collector.collect(&Collect::default()).await;
    assert!(matches!(busy, Err(SharedError::Busy(_))), "{busy:?}");
    drop((main, other));
    let what = Collect { branches: vec!["other".into(), "none".into()], days: Some(30) };
    let mut collected = collector.collect(&what).await;
    while matches!(collected, Err(SharedError::Busy(_))) {
        collected = collector.collect(&what).await;
    }
    let want = Collected { branches: vec!["other".into()], chunks: 30, vectors: 25 };
    assert_eq!(collected.unwrap(), want);
    let old = "UPDATE foretype.branches SET pushed_at = now() - interval '31 days'";
    database.admin().await.batch_execute(old).await.unwrap();
    let main = open(&database, "foretype_reader", Wish::Read, "main").await.unwrap();
    let found: BTreeSet<_> =
        search(&main, "word1", 99).await.iter().map(|hit| hit.chunk.hash).collect();
    assert_eq!(found.len(), 15);
    let collected = collector.collect(&what).await.unwrap();
    assert_eq!((collected.branches, collected.vectors), (vec!["main".to_owned()], 15));
}
