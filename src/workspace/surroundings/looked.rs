//! When the slow sources are asked anew: what they looked at, so that it can be compared with every key.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::Surroundings;
use super::reading::below;
use crate::context::gather::Place;
use crate::context::sources::usages;
use crate::document::offset::{ByteOffset, ByteRange, Encoding};

/// They are asked anew when the cursor is so many lines from where it was.
const FAR: u32 = 20;
/// Bytes before the cursor in which calls are looked for.
const BEFORE: usize = 2_048;

/// What there was when they were asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looked {
    /// The cursor's line.
    line: u32,
    /// What is being called there.
    called: u64,
    /// What the file imports.
    imports: u64,
    /// How often the workspace's other files had changed, as the index has read them.
    changes: u64,
    /// The state of the other documents that are open.
    open: u64,
}

impl Looked {
    /// Whether they would find the same by now.
    pub(super) const fn is_as(&self, now: &Self) -> bool {
        self.line.abs_diff(now.line) < FAR
            && self.called == now.called
            && self.imports == now.imports
            && self.changes == now.changes
            && self.open == now.open
    }
}

impl Surroundings {
    /// What there is at a place. It takes some microseconds.
    pub(super) fn at(&self, place: &Place) -> Looked {
        let document = &place.snapshot.document;
        let (text, at) = (&document.text, place.at);
        let from = text.line_start(text.line_of(ByteOffset(at.0.saturating_sub(BEFORE))));
        let from = if at.0 - from.0 > 2 * BEFORE { at } else { from };
        let before = text.slice(ByteRange::new(from, at));
        let (file, root) = (place.snapshot.file.as_deref(), place.snapshot.root.as_deref());
        let path = file.zip(root).and_then(|(file, root)| below(file, root)).unwrap_or_default();
        let index = root.and_then(|root| self.folders.index(root));
        let changes = index.as_ref().map_or(0, |index| index.changes_beside(&path));
        let snapshot = index.map(|index| index.snapshot());
        let imports = snapshot.as_ref().and_then(|index| {
            let file = index.file(index.id(&path)?)?;
            Some(hash(|to| {
                file.imports.iter().for_each(|of| (&of.path, of.name.0, of.alias.0).hash(to));
            }))
        });
        let workspace = self.workspace.lock();
        let others = workspace.uris().filter(|uri| **uri != document.uri);
        // In whatever order.
        let open = others.fold(0_u64, |sum, uri| {
            sum.wrapping_add(hash(|to| {
                (uri, workspace.log().revision(uri).map(|of| of.0)).hash(to)
            }))
        });
        drop(workspace);
        Looked {
            line: text.position_of(at, Encoding::Utf8).line,
            called: hash(|to| usages::meant(&before).hash(to)),
            imports: imports.unwrap_or(0),
            changes,
            open,
        }
    }
}

fn hash(of: impl FnOnce(&mut DefaultHasher)) -> u64 {
    let mut hasher = DefaultHasher::new();
    of(&mut hasher);
    hasher.finish()
}
