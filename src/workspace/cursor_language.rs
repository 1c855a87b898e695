//! The language at the cursor: of a fence, a tag or a cell's magic; else the document's.

use futures::future::{BoxFuture, FutureExt, ready};

use super::Snapshot;
use crate::context::cells;
use crate::document::embedded::language_at;
use crate::document::language::Language;
use crate::document::offset::{ByteOffset, ByteRange};

/// Larger documents (bytes) are searched off the message path.
const SCAN_INLINE: usize = 128 * 1024;

/// The language at a place.
pub fn at(snapshot: &Snapshot, at: ByteOffset) -> BoxFuture<'static, Language> {
    let document = snapshot.document.clone();
    let host = document.language;
    if !host.embeds() {
        return ready(cells::language_of(&document)).boxed();
    }
    let small = document.text.len() <= SCAN_INLINE;
    let scan = move || {
        let (text, last) = (&document.text, document.text.line_of(at));
        let lines = (0..=last).map(|line| {
            let end = if line == last { at } else { text.line_end(line) };
            text.slice(ByteRange::new(text.line_start(line), end))
        });
        language_at(host, lines).language
    };
    if small {
        return ready(scan()).boxed();
    }
    async move { tokio::task::spawn_blocking(scan).await.unwrap_or(host) }.boxed()
}
