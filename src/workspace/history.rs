//! A timed history of what was typed, newest last, bounded in number and bytes.

use std::collections::VecDeque;
use std::time::Instant;

use crate::document::Edit;
use crate::document::uri::DocumentUri;

/// How many changes are kept.
const MAX_EDITS: usize = 512;
/// How many bytes of changed text are kept in all.
const MAX_BYTES: usize = 256 * 1024;
/// A larger change (a paste, a format, a revert) is remembered without its text.
const MAX_EDIT_BYTES: usize = 16 * 1024;

/// One change with its time and document.
#[derive(Clone, Debug)]
pub struct Timed {
    /// When it arrived.
    pub at: Instant,
    /// Where.
    pub uri: DocumentUri,
    /// What; texts over 16 KiB are left out (empty).
    pub edit: Edit,
}

/// The session's edits, oldest first.
#[derive(Debug, Default)]
pub struct History {
    edits: VecDeque<Timed>,
    bytes: usize,
}

impl History {
    /// Adds a change and forgets the oldest that are over the bounds.
    pub fn push(&mut self, at: Instant, uri: DocumentUri, mut edit: Edit) {
        if edit.removed.len() + edit.inserted.len() > MAX_EDIT_BYTES {
            edit.removed = String::new();
            edit.inserted = String::new();
        }
        self.bytes += size(&edit);
        self.edits.push_back(Timed { at, uri, edit });
        while self.edits.len() > MAX_EDITS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.edits.pop_front() else { break };
            self.bytes -= size(&oldest.edit);
        }
    }

    /// All that is remembered, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Timed> {
        self.edits.iter()
    }

    /// A document changed its name.
    pub fn rename(&mut self, from: &DocumentUri, to: &DocumentUri) {
        for timed in self.edits.iter_mut().filter(|timed| timed.uri == *from) {
            timed.uri = to.clone();
        }
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

    fn edit(inserted: usize) -> Edit {
        let inserted = "x".repeat(inserted);
        Edit { range: ByteRange::default(), removed: String::new(), inserted, len_before: 0 }
    }

    #[test]
    fn is_bounded_in_number_and_bytes() {
        let (mut history, uri) = (History::default(), DocumentUri::new("untitled:a"));
        for _ in 0..2 * MAX_EDITS {
            history.push(Instant::now(), uri.clone(), edit(1));
        }
        assert_eq!(history.iter().count(), MAX_EDITS);
        for _ in 0..100 {
            history.push(Instant::now(), uri.clone(), edit(MAX_EDIT_BYTES));
        }
        assert!(history.bytes <= MAX_BYTES && history.iter().count() >= 16);
        history.push(Instant::now(), uri, edit(MAX_EDIT_BYTES + 1));
        assert_eq!(history.iter().next_back().unwrap().edit.inserted, "");
    }
}
