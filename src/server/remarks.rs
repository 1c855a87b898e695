//! What reviews found, as diagnostics that follow the text until their lines are touched.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use serde_json::{Value, json};

use super::{Server, convert};
use crate::actions::edits::changes::whole_lines;
use crate::actions::offers::Finding;
use crate::actions::review::Remark;
use crate::document::offset::ByteRange;
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::workspace::Snapshot;
use crate::workspace::edit_log::Revision;

/// Who says it: `Diagnostic.source`.
pub(crate) const SOURCE: &str = "foretype";

/// The remarks on all open documents.
#[derive(Default)]
pub(crate) struct Remarks {
    documents: Mutex<HashMap<DocumentUri, Kept>>,
    next: AtomicU64,
}

struct Kept {
    client_uri: Arc<str>,
    /// The state of the text that the ranges are of.
    revision: Revision,
    list: Vec<Numbered>,
    /// What the client was told last.
    told: Value,
}

/// A remark and its number.
#[derive(Clone)]
pub(crate) struct Numbered {
    pub(crate) id: u64,
    pub(crate) remark: Remark,
}

impl Numbered {
    /// As a code action mends it.
    pub(crate) fn finding(&self) -> Finding {
        Finding {
            range: self.remark.range,
            message: self.remark.message.clone(),
            code: Some(self.remark.category.name().to_owned()),
            source: Some(SOURCE.to_owned()),
        }
    }
}

/// A diagnostic (LSP 3.17, "Diagnostic").
pub(crate) fn diagnostic(remark: &Remark, snapshot: &Snapshot) -> Value {
    let range = convert::range_to_lsp(&snapshot.document.text, remark.range, snapshot.encoding);
    json!({
        "range": range,
        "severity": remark.severity as u8,
        "code": remark.category.name(),
        "source": SOURCE,
        "message": remark.message,
    })
}

/// What a review of some lines found takes the place of what one found there before.
pub(crate) fn found(
    server: &Server,
    snapshot: &Snapshot,
    revision: Revision,
    region: ByteRange,
    remarks: Vec<Remark>,
) {
    let uri = &snapshot.document.uri;
    follow(server, uri);
    {
        let mut documents = server.remarks.documents.lock();
        // Closed in this moment: nobody would ever take it back.
        if server.session.workspace(|workspace| workspace.snapshot(uri)).is_none() {
            return;
        }
        let kept = documents.entry(uri.clone()).or_insert_with(|| Kept {
            client_uri: Arc::clone(&snapshot.document.client_uri),
            revision,
            list: Vec::new(),
            told: json!([]),
        });
        if kept.revision != revision {
            // Something was typed in this moment: what was found before is of another text.
            kept.list.clear();
            kept.revision = revision;
        }
        kept.list.retain(|old| !touches(&snapshot.document.text, old.remark.range, region));
        let next = || server.remarks.next.fetch_add(1, Ordering::Relaxed);
        kept.list.extend(remarks.into_iter().map(|remark| Numbered { id: next(), remark }));
        kept.list.sort_by_key(|one| one.remark.range.start);
    }
    follow(server, uri);
}

/// A document has changed: remarks go with their lines, and those whose lines were touched go away.
pub(crate) fn follow(server: &Server, uri: &DocumentUri) {
    let mut documents = server.remarks.documents.lock();
    let Some(kept) = documents.get_mut(uri) else { return };
    let now = server.session.workspace(|workspace| {
        let log = workspace.log();
        let (revision, since) = (log.revision(uri)?, log.since(uri, kept.revision));
        Some((workspace.snapshot(uri)?, revision, since))
    });
    let Some((snapshot, revision, since)) = now else { return };
    let text = &snapshot.document.text;
    match since {
        Some(since) => kept.list.retain_mut(|one| one.remark.follow(&since, text)),
        None => kept.list.clear(),
    }
    kept.revision = revision;
    let diagnostics: Value =
        kept.list.iter().map(|one| diagnostic(&one.remark, &snapshot)).collect();
    if diagnostics != kept.told {
        let version = snapshot.document.edited_version();
        server.client.diagnostics(&kept.client_uri, version, &diagnostics);
        kept.told = diagnostics;
    }
    if kept.list.is_empty() {
        documents.remove(uri);
    }
}

/// Takes back all remarks on a document: it was closed, or the user has had enough of them.
pub(crate) fn clear(server: &Server, uri: &DocumentUri) {
    let kept = server.remarks.documents.lock().remove(uri);
    if let Some(kept) = kept {
        server.client.diagnostics(&kept.client_uri, None, &json!([]));
    }
}

/// The remarks on the lines of a range of a document in that state, and whether there are any in it.
pub(crate) fn at(
    server: &Server,
    snapshot: &Snapshot,
    revision: Revision,
    range: ByteRange,
) -> (Vec<Numbered>, bool) {
    let documents = server.remarks.documents.lock();
    let Some(kept) = documents.get(&snapshot.document.uri) else { return (Vec::new(), false) };
    if kept.revision != revision {
        return (Vec::new(), true);
    }
    let text = &snapshot.document.text;
    let here = kept.list.iter().filter(|one| touches(text, one.remark.range, range));
    (here.cloned().collect(), true)
}

/// The remark of that number, and the document as it is now.
pub(crate) fn one(server: &Server, uri: &DocumentUri, id: u64) -> Option<(Snapshot, Remark)> {
    follow(server, uri);
    let documents = server.remarks.documents.lock();
    let kept = documents.get(uri)?;
    let found = kept.list.iter().find(|one| one.id == id)?;
    let now = server.session.workspace(|workspace| {
        let current = workspace.log().revision(uri)?;
        (current == kept.revision).then(|| workspace.snapshot(uri))?
    });
    Some((now?, found.remark.clone()))
}

/// Whether two ranges have a line in common.
fn touches(text: &Text, one: ByteRange, other: ByteRange) -> bool {
    let (one, other) = (whole_lines(text, one), whole_lines(text, other));
    one.start <= other.end && other.start <= one.end
}
