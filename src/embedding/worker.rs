//! The task that keeps the vectors in step with the code.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{pending, select_all};
use tokio::sync::watch;
use tokio::time::Instant;

use super::folder::Folder;
use super::known::Known;
use super::round::{Round, Stopped};
use super::{Inner, Stage, Want};
use crate::retrieval::vectors::Chunk;
use crate::retrieval::vectors::flat::Flat;

/// Code that goes on changing is embedded after this many rests all the same.
const AT_LAST: u32 = 12;
/// The longest pause after something went wrong, in rests; the first one is one, then they double.
const LONGEST: u32 = 60;

/// Runs until it is aborted.
pub(super) async fn run(inner: Arc<Inner>, wants: Vec<Want>) {
    let wants: Vec<Want> = wants.into_iter().filter(|want| want.shared.is_none()).collect();
    if wants.is_empty() {
        inner.stage.send_replace(Stage::Shared);
        return;
    }
    let mut known: HashMap<PathBuf, Known> = HashMap::new();
    let rest = inner.services.embedding_rest;
    let mut pause = rest;
    loop {
        // Before it is looked at, or what changes meanwhile would be missed.
        let mut changes: Vec<watch::Receiver<()>> = wants
            .iter()
            .filter_map(|want| inner.surroundings.folders.index(&want.root))
            .map(|index| index.watch())
            .collect();
        match all(&inner, &wants, &mut known).await {
            Ok(stage) => {
                pause = rest;
                inner.stage.send_replace(stage);
                tokio::select! {
                    () = changed(&mut changes) => settled(&mut changes, rest).await,
                    () = inner.anew.notified() => begin_anew(&inner, &wants, &mut known),
                }
            }
            Err(why) => {
                tracing::info!("vectors have to wait: {why}");
                if why.is_changed() {
                    begin_anew(&inner, &wants, &mut known);
                }
                inner.stage.send_replace(Stage::Waiting(why.to_string()));
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(rest * LONGEST);
            }
        }
    }
}

/// One pass over all folders.
async fn all(
    inner: &Arc<Inner>,
    wants: &[Want],
    known: &mut HashMap<PathBuf, Known>,
) -> Result<Stage, Stopped> {
    let (mut chunks, mut vectors, mut full) = (0, 0, false);
    for want in wants {
        let folder = folder(inner, want).await?;
        let known =
            known.entry(want.root.clone()).or_insert_with(|| Known::since(folder.store.read(kept)));
        let mut round = Round { inner, want, folder: &folder, known, full: false };
        round.run().await?;
        full |= round.full;
        let (of, places) = folder.store.read(|flat| (flat.len(), flat.count()));
        (vectors, chunks) = (vectors + of, chunks + places);
    }
    Ok(Stage::Ready { chunks, vectors, full })
}

/// The chunks of the last session.
fn kept(flat: &Flat) -> Vec<Chunk> {
    flat.chunks().cloned().collect()
}

/// A folder's vectors, as they were kept.
async fn folder(inner: &Arc<Inner>, want: &Want) -> Result<Arc<Folder>, Stopped> {
    let known = inner.folders.lock().get(&want.root).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let (this, own) = (Arc::clone(inner), want.clone());
    let load = move || Folder::load(&this.services, this.cache.as_deref(), &own);
    let loaded = tokio::task::spawn_blocking(load).await.map_err(|_| Stopped::Over)??;
    let loaded = Arc::new(loaded);
    inner.folders.lock().insert(want.root.clone(), Arc::clone(&loaded));
    Ok(loaded)
}

/// Forgets all vectors: the model makes others by now.
fn begin_anew(inner: &Inner, wants: &[Want], known: &mut HashMap<PathBuf, Known>) {
    known.clear();
    let mut folders = inner.folders.lock();
    for want in wants {
        if let Ok(new) = Folder::new(&inner.services, inner.cache.as_deref(), want) {
            folders.insert(want.root.clone(), Arc::new(new));
        }
    }
}

/// Wakes when any of them has changed.
async fn changed(changes: &mut [watch::Receiver<()>]) {
    if changes.is_empty() {
        return pending().await;
    }
    let each = changes.iter_mut().map(|change| {
        async move {
            if change.changed().await.is_err() {
                // The folder is gone; whoever closed it says so.
                pending::<()>().await;
            }
        }
        .boxed()
    });
    select_all(each).await;
}

/// Waits until nothing has changed for a rest, or for so long that it does not matter.
async fn settled(changes: &mut [watch::Receiver<()>], rest: Duration) {
    let until = Instant::now() + rest * AT_LAST;
    loop {
        let left = rest.min(until.saturating_duration_since(Instant::now()));
        if tokio::time::timeout(left, changed(changes)).await.is_err() {
            return;
        }
    }
}
