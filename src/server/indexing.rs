//! Tells how the index of the workspace comes along, where that takes long enough to be noticed.

use std::sync::Arc;
use std::time::Duration;

use super::Server;
use super::progress::{Teller, Work};
use crate::code;
use crate::embedding::{self, Embedding};
use crate::indexing::{Indexing, Stage};

/// Follows the index until the connection ends; a cancel ends the reading.
pub(super) fn follow(server: &Server) {
    let (indexing, teller) = (Arc::clone(&server.session.indexing), Teller::of(server));
    let noticed = server.session.services.reading_noticed;
    server
        .tasks
        .spawn(async move { while tell_once(&indexing, &teller, noticed).await.is_some() {} });
    let (embedding, teller) = (Arc::clone(&server.session.embedding), Teller::of(server));
    server.tasks.spawn(async move {
        while tell_of_vectors(&embedding, &teller, noticed).await.is_some() {}
    });
    if !server.features().watch_files {
        return;
    }
    let (mut begun, client) = (server.session.indexing.watch_begun(), server.client.clone());
    server.tasks.spawn(async move {
        // Changes of code matter to what has been read.
        if begun.wait_for(|begun| *begun).await.is_ok() {
            client.watch_files("foretype-code", &[code::glob()]).await;
        }
    });
}

/// Tells of one reading; `None` where there will be no other.
async fn tell_once(indexing: &Indexing, teller: &Teller, noticed: Duration) -> Option<()> {
    let mut stage = indexing.watch();
    let is_over = |stage: &Stage| !matches!(stage, Stage::Reading { .. });
    stage.wait_for(|stage| !is_over(stage)).await.ok()?;
    if let Ok(over) = tokio::time::timeout(noticed, stage.wait_for(is_over)).await {
        return over.ok().map(|_| ());
    }
    let work = Work::begin_ours(teller, "foretype: reading the workspace").await;
    let mut told = false;
    loop {
        let now = *stage.borrow_and_update();
        let Stage::Reading { files, of } = now else {
            if let Stage::Ready { files, left_out, .. } = now {
                // It was done before the editor had a place to show it.
                if !told {
                    work.report(&format!("{files} of {files} files"));
                }
                work.end(&format!("{files} files; {left_out}"));
            }
            return Some(());
        };
        if of > 0 {
            work.report(&format!("{files} of {of} files"));
            told = true;
        }
        tokio::select! {
            changed = stage.changed() => changed.ok()?,
            () = work.cancelled.cancelled() => break,
        }
    }
    indexing.cancel();
    drop(work);
    stage.wait_for(is_over).await.ok().map(|_| ())
}

/// The same of vectors that are being made.
async fn tell_of_vectors(embedding: &Embedding, teller: &Teller, noticed: Duration) -> Option<()> {
    let mut stage = embedding.watch();
    let is_over = |stage: &embedding::Stage| !matches!(stage, embedding::Stage::Embedding { .. });
    stage.wait_for(|stage| !is_over(stage)).await.ok()?;
    if let Ok(over) = tokio::time::timeout(noticed, stage.wait_for(is_over)).await {
        return over.ok().map(|_| ());
    }
    let work = Work::begin_ours(teller, "foretype: embedding the workspace").await;
    loop {
        let now = stage.borrow_and_update().clone();
        let embedding::Stage::Embedding { files, of } = now else {
            match now {
                embedding::Stage::Ready { chunks, .. } => work.end(&format!("{chunks} pieces")),
                embedding::Stage::Waiting(reason) => work.end(&reason),
                _ => {}
            }
            return Some(());
        };
        work.report(&format!("{files} of {of} files"));
        tokio::select! {
            changed = stage.changed() => changed.ok()?,
            () = work.cancelled.cancelled() => break,
        }
    }
    embedding.cancel();
    Some(())
}
