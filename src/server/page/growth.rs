//! How a page grows: in its file, or by edits where an editor has it open and would not look at the
//! file again, or where its user has written into it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::write;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::uri::DocumentUri;
use crate::server::client::ClientHandle;
use crate::server::{Server, convert};
use crate::workspace::Snapshot;
use crate::workspace::session::Session;

/// How often, and after which pauses, the last edit is tried while its user types.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(150);
/// How often, and how far apart, it is looked whether an editor shows the whole page.
const LOOKS: u32 = 6;
const LOOK: Duration = Duration::from_millis(500);

/// A page and what of its text is where.
pub(super) struct Growth {
    session: Arc<Session>,
    client: ClientHandle,
    /// The client makes our edits, and looks whether they are for the text that it has.
    edits: bool,
    reloads: bool,
    file: PathBuf,
    uri: DocumentUri,
    /// What the file had before.
    found: Option<String>,
    /// What has been written to it.
    written: Option<String>,
    /// Bytes of the text that are in the editor's document, and that text once there is one.
    put: usize,
    last: Option<String>,
    /// The version that the last edit was made for: until the editor tells of it, its text is old.
    edited: Option<i32>,
}

impl Growth {
    /// `kept`: bytes of the text that the page has already.
    pub(super) fn new(server: &Server, file: &Path, kept: usize) -> Self {
        let features = server.features();
        Self {
            session: Arc::clone(&server.session),
            client: server.client.clone(),
            edits: features.apply_edit && features.document_changes,
            reloads: features.reloads_files,
            file: file.to_owned(),
            uri: DocumentUri::from_path(file),
            found: None,
            written: None,
            put: kept,
            last: None,
            edited: None,
        }
    }

    /// Brings the page to this text; false where that cannot be.
    pub(super) async fn grow(&mut self, text: &str) -> bool {
        match self.open().await {
            // What it lacks comes with the next piece.
            Some(open) => self.edit(&open, text).await.unwrap_or(true),
            None => self.write(text).await,
        }
    }

    /// As [`grow`](Self::grow), until all of it is there.
    pub(super) async fn finish(&mut self, text: &str) -> bool {
        for _ in 0..TRIES {
            let Some(open) = self.open().await else { return self.write(text).await };
            if self.edit(&open, text).await == Some(true) {
                return true;
            }
            tokio::time::sleep(PAUSE).await;
        }
        false
    }

    /// Once all of it is in the file: an editor that was about to open the page may have read what was
    /// there before, and heard of nothing since.
    pub(super) async fn settle(mut self) {
        for _ in 0..LOOKS {
            tokio::time::sleep(LOOK).await;
            let open = self.session.workspace(|workspace| workspace.snapshot(&self.uri));
            let (Some(open), Some(written)) = (open, self.written.clone()) else { continue };
            let has = text_of(&open);
            let behind = written.starts_with(has.trim_end_matches('\n'));
            if same(&has, &written) || !behind {
                return;
            }
            if self.reloads {
                write(&self.file, written).await;
            } else if self.edits {
                self.edit(&open, &written).await;
            }
        }
    }

    async fn write(&mut self, text: &str) -> bool {
        let done =
            self.written.as_deref() == Some(text) || write(&self.file, text.to_owned()).await;
        if done {
            self.last = Some(text.to_owned());
            self.written = Some(text.to_owned());
            self.put = text.len();
        }
        done
    }

    /// The editor's document, where the page is to grow in that.
    async fn open(&mut self) -> Option<Snapshot> {
        if !self.edits {
            return None;
        }
        let open = self.session.workspace(|workspace| workspace.snapshot(&self.uri))?;
        if self.found.is_none() {
            self.found = tokio::fs::read_to_string(&self.file).await.ok();
        }
        let text = text_of(&open);
        let found = self.found.as_ref().is_some_and(|found| same(found, &text));
        // It may be on its way to what the file has by now.
        let written = self.written.as_ref();
        let behind =
            written.is_some_and(|written| written.starts_with(text.trim_end_matches('\n')));
        let clean = self.edited.is_none() && (found || behind);
        (!(self.reloads && clean)).then_some(open)
    }

    /// Puts the rest of a text at the document's end; nothing where it is not time.
    async fn edit(&mut self, open: &Snapshot, text: &str) -> Option<bool> {
        let document = &open.document;
        if self.edited == Some(document.version) && document.versioned {
            return None;
        }
        let has = text_of(open);
        let kept = has.trim_end_matches('\n');
        let (from, rest) = match text.strip_prefix(kept) {
            Some(rest) if rest == has.get(kept.len()..).unwrap_or("") => return Some(true),
            Some(rest) => (kept, rest),
            // Another text takes its place, or the last piece had to be made another.
            None if self.put == 0 || self.last.as_ref().is_some_and(|last| same(last, &has)) => {
                ("", text)
            }
            // Its user has written into it.
            None => {
                let last = self.last.as_deref().map(|last| last.trim_end_matches('\n'));
                let goes_on = last.is_none_or(|last| text.starts_with(last));
                let put = last.map_or(self.put, str::len);
                match text.get(put..).filter(|rest| goes_on && !rest.is_empty()) {
                    Some(rest) => (has.as_str(), rest),
                    None => return Some(true),
                }
            }
        };
        let all = ByteRange::new(ByteOffset(0), document.text.end());
        let range = if from.is_empty() {
            all
        } else {
            // The document's own offsets: its line ends may be longer.
            let ends = trailing(&document.text.slice(all), has.len() - from.len());
            ByteRange::new(ByteOffset(document.text.len() - ends), document.text.end())
        };
        let range = convert::range_to_lsp(&document.text, range, open.encoding);
        let edits = json!([{ "range": range, "newText": rest }]);
        let uri = document.client_uri.as_ref();
        let document = json!({ "uri": uri, "version": document.edited_version() });
        let edit = json!({ "documentChanges": [{ "textDocument": document, "edits": edits }] });
        let edit = serde_json::from_value(edit).ok()?;
        let applied = self.client.requests().apply_edit(edit).await.is_ok_and(|done| done.applied);
        if !applied {
            return None;
        }
        self.edited = Some(open.document.version);
        self.put = text.len();
        self.last = Some(text.to_owned());
        Some(true)
    }
}

fn text_of(open: &Snapshot) -> String {
    normalise(&open.document.text.whole())
}

/// Whether two texts differ in the last line's end at most.
fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches('\n') == other.trim_end_matches('\n')
}

/// Bytes that the last so many line ends of a text take.
fn trailing(text: &str, line_ends: usize) -> usize {
    let mut rest = text;
    for _ in 0..line_ends {
        rest =
            rest.strip_suffix("\r\n").or_else(|| rest.strip_suffix(['\n', '\r'])).unwrap_or(rest);
    }
    text.len() - rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_counted_as_they_are() {
        for (text, ends, want) in
            [("a\r\n\r\n", 2, 4), ("a\r\n\r\n", 1, 2), ("a\n", 1, 1), ("a", 1, 0), ("a\n", 0, 0)]
        {
            assert_eq!(trailing(text, ends), want, "{text:?} {ends}");
        }
        assert!(same("a\n", "a") && same("a", "a\n\n") && !same("a", "b"));
    }
}
