//! From a session's state to what the sources of context look at. All of this runs on a blocking
//! thread.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::config::ContextSettings;
use crate::context::gather::Place;
use crate::context::need::{Diagnostic, Edited, Need, OpenDocument};
use crate::context::reading::Files;
use crate::context::snippet::Origin;
use crate::document::Edit;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::project::Project;
use crate::retrieval::extract::Extractor;
use crate::retrieval::index::Index;
use crate::retrieval::library::Library;
use crate::retrieval::source::Source;
use crate::retrieval::symbol::FileSymbols;
use crate::workspace::edit_log::Revision;
use crate::workspace::root_config::RootConfig;
use crate::workspace::verdicts::{Judge, Verdicts};
use crate::workspace::{Snapshot, Workspace};

/// How much of the document is looked at before and after the cursor, bytes.
const BEFORE: usize = 32 * 1024;
const AFTER: usize = 16 * 1024;
/// Other open documents that are looked at.
const OPEN: usize = 32;
/// A longer pause (ms) ends a burst of keys.
const BURST: u64 = 5_000;
/// Changes that are looked at.
const EDITS: usize = 128;
/// Documents over this (bytes) have no symbols: a file as large is none of the index's either.
const LARGEST: usize = crate::retrieval::extract::MAX_FILE_BYTES;

/// Whose files may be shown.
pub(super) struct Reading<'a> {
    judge: Judge,
    config: &'a RootConfig,
}

impl<'a> Reading<'a> {
    /// For one gathering of files of a workspace folder, or of none.
    pub(super) fn new(verdicts: &Verdicts, config: &'a RootConfig, root: Option<&Path>) -> Self {
        Self { judge: verdicts.judge_of(root), config }
    }

    /// Whether a file may be shown to a model beside another one.
    pub(super) fn allows(&self, file: &Path) -> bool {
        let verdict = self.judge.verdict(file);
        verdict.blocked.is_none() && verdict.in_context && !self.config.ignores(file)
    }
}

/// What else is open, and what was changed.
#[derive(Default)]
pub(super) struct Others {
    open: Vec<(Revision, PathBuf, OpenDocument)>,
    edits: Vec<(PathBuf, Edited)>,
}

impl Others {
    /// Of the documents below the folder of the one asked about.
    pub(super) fn of(workspace: &Workspace, snapshot: &Snapshot) -> Self {
        let mut others = Self::default();
        let Some(root) = snapshot.root.as_deref() else { return others };
        let place = |uri: &DocumentUri| {
            let (file, of) = workspace.place_of(uri);
            let file = file.filter(|_| of.as_deref() == Some(root))?;
            let below = below(&file, root)?;
            Some((file, below))
        };
        let own = &snapshot.document.uri;
        let mut open: Vec<(&DocumentUri, (Revision, PathBuf, OpenDocument))> = Vec::new();
        for uri in workspace.uris().filter(|uri| *uri != own) {
            let Some((file, path)) = place(uri) else { continue };
            let Some(document) = workspace.document(uri).map(|document| document.snapshot()) else {
                continue;
            };
            let revision = workspace.log().revision(uri).unwrap_or_default();
            let document =
                OpenDocument { path, language: document.language, text: document.text, line: None };
            open.push((uri, (revision, file, document)));
        }
        open.sort_by(|(_, a), (_, b)| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        open.truncate(OPEN);
        // Of others the text is not known, so nothing can be told of their changes.
        let mut places: HashMap<&DocumentUri, (PathBuf, Arc<str>)> = open
            .iter()
            .map(|(uri, (_, file, of))| (*uri, (file.clone(), Arc::clone(&of.path))))
            .collect();
        places.extend(place(own).map(|place| (own, place)));
        others.open = open.into_iter().map(|(_, open)| open).collect();
        let mut last: Option<Instant> = None;
        for (number, timed) in (0_u64..).zip(workspace.history().iter()) {
            let Some((file, path)) = places.get(&timed.uri) else { continue };
            let pause = last.map_or(0, |last| {
                u64::try_from(timed.at.saturating_duration_since(last).as_millis()).unwrap_or(0)
            });
            last = Some(timed.at);
            // A burst of keys is one change: else it would push out all that came before it.
            if let Some((of, last)) = others.edits.last_mut()
                && of == file
                && pause < BURST
                && goes_on(&last.edit, &timed.edit)
            {
                last.edit.inserted.push_str(&timed.edit.inserted);
                continue;
            }
            let edited = Edited { path: Arc::clone(path), edit: timed.edit.clone(), pause, number };
            others.edits.push((file.clone(), edited));
        }
        let surplus = others.edits.len().saturating_sub(EDITS);
        others.edits.drain(..surplus);
        others
    }
}

/// Whether a change is typed on from where another ended.
fn goes_on(last: &Edit, next: &Edit) -> bool {
    let typed = next.range.is_empty() && !next.inserted.is_empty();
    typed
        && !last.inserted.is_empty()
        && next.range.start.0 == last.range.start.0 + last.inserted.len()
}

/// The world around a cursor, as owned values.
pub(super) struct Seen<'a> {
    place: &'a Place,
    path: Arc<str>,
    before: String,
    after: String,
    line: u32,
    shown: Range<u32>,
    index: Index,
    symbols: Option<Arc<FileSymbols>>,
    others: Others,
}

impl<'a> Seen<'a> {
    /// `others` is called only where a source looks at them; with `exact` the document is read anew
    /// whatever the index knows of it.
    pub(super) fn of(
        place: &'a Place,
        mut index: Index,
        settings: &ContextSettings,
        exact: bool,
        others: impl FnOnce() -> Others,
    ) -> Self {
        let Snapshot { document, file, root, .. } = &place.snapshot;
        let (text, at) = (&document.text, place.at);
        let path = file.as_deref().zip(root.as_deref()).and_then(|(file, root)| below(file, root));
        let path = path.unwrap_or_else(|| "".into());
        let from = text.line_start(text.line_of(ByteOffset(at.0.saturating_sub(BEFORE))));
        let to = text.floor(ByteOffset((at.0 + AFTER).min(text.len())));
        let from =
            if at.0 - from.0 > 2 * BEFORE { text.floor(ByteOffset(at.0 - BEFORE)) } else { from };
        let line = u32::try_from(text.line_of(at)).unwrap_or(u32::MAX);
        let lines = |text: &str| u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX);
        let above = lines(place.parts.prefix.text()) + lines(&place.parts.middle);
        let looks_around = settings.sources.iter().any(|origin| *origin != Origin::Definitions);
        Self {
            before: normalise(&text.slice(ByteRange::new(from, at))),
            after: normalise(&text.slice(ByteRange::new(at, to))),
            line,
            shown: line.saturating_sub(above)..line + lines(place.parts.suffix.text()) + 1,
            symbols: symbols(&path, text, &mut index, exact),
            index,
            others: if looks_around { others() } else { Others::default() },
            path,
            place,
        }
    }

    /// What of it the sources may look at.
    pub(super) fn with_need<T>(
        &self,
        reading: &Reading<'_>,
        known: &Known<'_>,
        work: impl FnOnce(&Need<'_>) -> T,
    ) -> T {
        let root = self.place.snapshot.root.as_deref();
        let mut judged: HashMap<&Path, bool> = HashMap::new();
        let mut allowed = |file| *judged.entry(file).or_insert_with(|| reading.allows(file));
        let mut open: Vec<OpenDocument> = Vec::new();
        for (_, file, document) in &self.others.open {
            if allowed(file) {
                open.push(document.clone());
            }
        }
        let mut edits: Vec<Edited> = Vec::new();
        for (file, edited) in &self.others.edits {
            if allowed(file) {
                edits.push(edited.clone());
            }
        }
        work(&Need {
            path: &self.path,
            language: self.place.language,
            before: &self.before,
            after: &self.after,
            text: &self.place.snapshot.document.text,
            at: self.place.at.0,
            line: self.line,
            shown: &self.shown,
            symbols: self.symbols.as_deref(),
            index: &self.index,
            library: known.library,
            open: &open,
            edits: &edits,
            diagnostics: known.diagnostics,
            project: known.project,
            files: known.files,
            root,
        })
    }

    /// The document's symbols.
    pub(super) const fn symbols(&self) -> Option<&Arc<FileSymbols>> {
        self.symbols.as_ref()
    }

    /// The document's path below its workspace folder.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The workspace's symbols.
    pub(super) const fn index(&self) -> &Index {
        &self.index
    }
}

/// What was found out before.
pub(super) struct Known<'a> {
    pub diagnostics: &'a [Diagnostic],
    pub project: Option<&'a Project>,
    pub library: Option<&'a Library>,
    pub files: &'a dyn Files,
}

/// A document's symbols: as the index has them, which is at most a moment ago, else read now.
fn symbols(path: &str, text: &Text, index: &mut Index, exact: bool) -> Option<Arc<FileSymbols>> {
    let known = |index: &Index| index.id(path).and_then(|id| index.file(id)).cloned();
    if let Some(known) = known(index).filter(|_| !exact) {
        return Some(known);
    }
    let source = Source::from_path(path).filter(|_| text.len() <= LARGEST)?;
    index.replace(Extractor::default().read(path, source, &text.whole(), index.names())?);
    known(index)
}

/// A file's path below a folder, `/` between folders.
pub(super) fn below(file: &Path, root: &Path) -> Option<Arc<str>> {
    let rest = file.strip_prefix(root).ok()?.to_string_lossy();
    Some(if rest.contains('\\') { rest.replace('\\', "/").into() } else { rest.as_ref().into() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::offset::{Encoding, Position};
    use crate::document::{Change, Document};

    #[test]
    fn a_burst_of_keys_is_one_change() {
        let mut workspace = Workspace::default();
        workspace.set_encoding(Encoding::Utf8);
        workspace.set_roots(vec!["/w".into()]);
        let now = Instant::now();
        let open =
            |name: &str| Document::open(&format!("file:///w/{name}"), "rust", 1, "fn a() {}\n");
        let (one, other) = (open("one.rs"), open("other.rs"));
        let (first, second) = (one.uri().clone(), other.uri().clone());
        workspace.open(one, now);
        workspace.open(other, now);
        let mut version = 1;
        let mut change = |uri: &DocumentUri, line, column, text: &str, ms: u64| {
            version += 1;
            let at = Position::new(line, column);
            let change = Change { range: Some((at, at)), text: text.to_owned() };
            let now = now + std::time::Duration::from_millis(ms);
            assert!(workspace.change(uri, version, &[change], now).nonsense.is_empty());
        };
        change(&second, 0, 0, "x", 0);
        for column in 0..200 {
            change(&first, 1, column, "k", 10 + u64::from(column));
        }
        // Elsewhere, and after a pause.
        change(&first, 0, 0, "y", 220);
        change(&first, 0, 1, "z", 220 + BURST);
        let snapshot = workspace.snapshot(&first).unwrap();
        let others = Others::of(&workspace, &snapshot);
        let told: Vec<_> = others
            .edits
            .iter()
            .map(|(_, edited)| (&*edited.path, edited.edit.inserted.as_str()))
            .collect();
        let keys = "k".repeat(200);
        let wanted =
            [("other.rs", "x"), ("one.rs", keys.as_str()), ("one.rs", "y"), ("one.rs", "z")];
        assert_eq!(told, wanted);
        // Of what is closed nothing is known to be told.
        workspace.close(&second, now).unwrap();
        let others = Others::of(&workspace, &workspace.snapshot(&first).unwrap());
        assert!(others.open.is_empty());
        let paths: Vec<&str> = others.edits.iter().map(|(_, edited)| &*edited.path).collect();
        assert_eq!(paths, ["one.rs"; 3]);
    }
}
