//! What was done to each document since it was opened, for work that began with an older text.

use std::collections::{HashMap, VecDeque};

use crate::document::Edit;
use crate::document::uri::DocumentUri;

/// Changes kept of one document.
const MAX_EDITS: usize = 4_096;
/// Bytes of changed text kept of one document.
const MAX_BYTES: usize = 512 * 1024;

/// A state of a document's text. It grows with every change, over closing and opening too; the
/// client's versions need not (some send 0 always).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision(pub u64);

/// The changes of all open documents.
#[derive(Debug, Default)]
pub struct EditLog {
    logs: HashMap<DocumentUri, Log>,
    last: u64,
}

#[derive(Debug, Default)]
struct Log {
    /// The revision before the first edit that is kept.
    from: u64,
    /// Each with the revision that it led to.
    edits: VecDeque<(u64, Edit)>,
    bytes: usize,
}

impl EditLog {
    /// A document has another text than any before.
    pub(super) fn begin(&mut self, uri: &DocumentUri) {
        self.last += 1;
        let log = Log { from: self.last, ..Log::default() };
        self.logs.insert(uri.clone(), log);
    }

    /// A document was closed.
    pub(super) fn end(&mut self, uri: &DocumentUri) {
        self.logs.remove(uri);
    }

    /// A document changed its name.
    pub(super) fn rename(&mut self, from: &DocumentUri, to: &DocumentUri) {
        if let Some(log) = self.logs.remove(from) {
            self.logs.insert(to.clone(), log);
        }
    }

    /// A document was changed.
    pub(super) fn push(&mut self, uri: &DocumentUri, edit: &Edit) {
        self.last += 1;
        let Some(log) = self.logs.get_mut(uri) else { return };
        log.bytes += size(edit);
        log.edits.push_back((self.last, edit.clone()));
        while log.edits.len() > MAX_EDITS || log.bytes > MAX_BYTES {
            let Some((revision, oldest)) = log.edits.pop_front() else { break };
            log.from = revision;
            log.bytes -= size(&oldest);
        }
    }

    /// The state that a document is in now.
    #[must_use]
    pub fn revision(&self, uri: &DocumentUri) -> Option<Revision> {
        let log = self.logs.get(uri)?;
        Some(Revision(log.edits.back().map_or(log.from, |(revision, _)| *revision)))
    }

    /// What was done to a document since it was in that state; `None` where it is not known any more.
    #[must_use]
    pub fn since(&self, uri: &DocumentUri, then: Revision) -> Option<Vec<Edit>> {
        let log = self.logs.get(uri)?;
        let known = then.0 == log.from || log.edits.iter().any(|(revision, _)| *revision == then.0);
        let newer = log.edits.iter().filter(|(revision, _)| *revision > then.0);
        known.then(|| newer.map(|(_, edit)| edit.clone()).collect())
    }
}

fn size(edit: &Edit) -> usize {
    edit.removed.len() + edit.inserted.len()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::offset::ByteRange;

    fn edit(inserted: &str) -> Edit {
        let inserted = inserted.to_owned();
        Edit { range: ByteRange::default(), removed: String::new(), inserted, len_before: 0 }
    }

    #[test]
    fn what_came_since_and_only_that() {
        let (mut log, a, b) =
            (EditLog::default(), DocumentUri::new("untitled:a"), DocumentUri::new("untitled:b"));
        log.begin(&a);
        log.begin(&b);
        let opened = log.revision(&a).unwrap();
        log.push(&a, &edit("1"));
        let then = log.revision(&a).unwrap();
        log.push(&b, &edit("other"));
        log.push(&a, &edit("2"));
        assert_eq!(log.since(&a, opened).unwrap(), [edit("1"), edit("2")]);
        assert_eq!(log.since(&a, then).unwrap(), [edit("2")]);
        assert_eq!(log.since(&a, log.revision(&a).unwrap()).unwrap(), []);
        log.rename(&a, &DocumentUri::new("untitled:c"));
        let c = DocumentUri::new("untitled:c");
        assert_eq!((log.since(&a, then), log.since(&c, then).map(|e| e.len())), (None, Some(1)));
        // Opened anew it is another text, whatever its versions are.
        log.end(&c);
        log.begin(&c);
        assert_eq!(log.since(&c, then), None);
    }

    #[test]
    fn what_is_forgotten_is_not_known() {
        let (mut log, uri) = (EditLog::default(), DocumentUri::new("untitled:a"));
        log.begin(&uri);
        let opened = log.revision(&uri).unwrap();
        for _ in 0..MAX_EDITS {
            log.push(&uri, &edit("x"));
        }
        assert_eq!(log.since(&uri, opened).unwrap().len(), MAX_EDITS);
        log.push(&uri, &edit("x"));
        assert_eq!(log.since(&uri, opened), None);
        let then = log.revision(&uri).unwrap();
        log.push(&uri, &edit(&"x".repeat(MAX_BYTES + 1)));
        assert_eq!(log.since(&uri, then), None);
        let now = log.revision(&uri).unwrap();
        assert!(now > then && log.since(&uri, now).unwrap().is_empty());
    }
}
