//! The language at the cursor: of a fence, a tag or a cell's magic; else the document's.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::{BoxFuture, FutureExt, ready};

use super::Snapshot;
use crate::context::cells;
use crate::document::embedded::language_at;
use crate::document::language::Language;
use crate::document::offset::ByteOffset;

/// Farther into a document (bytes) it is searched off the message path.
const SCAN_INLINE: usize = 16 * 1024;

/// The language at a place.
pub fn at(snapshot: &Snapshot, at: ByteOffset) -> BoxFuture<'static, Language> {
    let document = snapshot.document.clone();
    let host = document.language;
    if !host.embeds() {
        return ready(cells::language_of(&document)).boxed();
    }
    let small = at.0 <= SCAN_INLINE;
    let gone = Gone::default();
    let is_gone = Arc::clone(&gone.0);
    let scan = move || {
        let wanted = |_: &Cow<'_, str>| !is_gone.load(Ordering::Relaxed);
        language_at(host, document.text.lines_to(at).take_while(wanted)).language
    };
    if small {
        return ready(scan()).boxed();
    }
    async move {
        let scanned = tokio::task::spawn_blocking(scan).await.unwrap_or(host);
        drop(gone);
        scanned
    }
    .boxed()
}

/// Dropped with the request, so that scans for keys of the past do not queue up.
#[derive(Default)]
struct Gone(Arc<AtomicBool>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
