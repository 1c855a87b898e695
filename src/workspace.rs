//! What one connection has open: documents, notebooks, folders and what was typed; and the
//! snapshot of all that which a task gets.

pub mod background;
mod chains;
mod cursor_language;
mod cursors;
pub mod edit_log;
pub mod elsewhere;
pub mod files;
pub mod history;
pub mod notebook;
pub mod reading;
pub mod root_config;
pub mod session;
pub mod surroundings;
pub mod verdicts;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use self::cursors::several_cursors;
use self::edit_log::EditLog;
use self::history::History;
use self::notebook::Notebooks;
use crate::document::offset::Encoding;
use crate::document::text::{RangeError, Text};
use crate::document::uri::DocumentUri;
use crate::document::{Change, Document, DocumentSnapshot, Edit};

/// How long after a close an open of the same text under another name counts as a rename.
const RENAME_WINDOW: Duration = Duration::from_secs(5);

/// Everything a task may look at, as it was when the task began.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The document asked about.
    pub document: DocumentSnapshot,
    /// In a notebook, the earlier cells, in order; empty elsewhere.
    pub earlier_cells: Vec<DocumentSnapshot>,
    /// The file that the document is, or is a cell of.
    pub file: Option<PathBuf>,
    /// The workspace folder that holds it.
    pub root: Option<PathBuf>,
    /// The unit of the client's columns.
    pub encoding: Encoding,
}

/// A message from the client that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Nonsense {
    /// A change or close of a document that is not open.
    #[error("{0} is not open; the message was ignored (the client must open a document first)")]
    NotOpen(DocumentUri),
    /// An open of a document that is open already.
    #[error("{0} was opened twice without being closed; the newer text was taken")]
    OpenTwice(DocumentUri),
    /// A version that is not newer than the last.
    #[error("a change of {0} to version {1} came after version {2}; it was ignored")]
    Late(DocumentUri, i32, i32),
    /// A range that lies nowhere.
    #[error("a change of {0} was ignored: {1} (reopen the document if text differs)")]
    Range(DocumentUri, RangeError),
}

/// What a `didOpen` came to.
#[derive(Debug, Default)]
pub struct Opened {
    /// The document that it seems to be the rename of.
    pub renamed: Option<DocumentUri>,
    /// It was open with another text.
    pub replaced: bool,
    /// What made no sense.
    pub nonsense: Option<Nonsense>,
}

impl Nonsense {
    /// Its kind and document: the same is reported once.
    #[must_use]
    pub fn topic(&self) -> String {
        let (kind, uri) = match self {
            Self::NotOpen(uri) => ("not open", uri),
            Self::OpenTwice(uri) => ("open twice", uri),
            Self::Late(uri, ..) => ("late", uri),
            Self::Range(uri, _) => ("range", uri),
        };
        format!("{kind} {uri}")
    }
}

/// What a `didChange` came to.
#[derive(Debug, Default)]
pub struct Changed {
    /// The applied edits, in order.
    pub edits: Vec<Edit>,
    /// What was ignored, and why.
    pub nonsense: Vec<Nonsense>,
}

/// One connection's documents.
#[derive(Default)]
pub struct Workspace {
    documents: HashMap<DocumentUri, Document>,
    notebooks: Notebooks,
    history: History,
    log: EditLog,
    roots: Vec<PathBuf>,
    encoding: Encoding,
    closed: Option<Closed>,
    /// What the client has lately told of as renamed, from and to: some close and open it as well.
    moved: Vec<(DocumentUri, DocumentUri, Instant)>,
}

/// The last document closed: enough to know it again, no text.
struct Closed {
    uri: DocumentUri,
    digest: u64,
    at: Instant,
}

impl Workspace {
    /// Sets the negotiated unit of columns.
    pub const fn set_encoding(&mut self, encoding: Encoding) {
        self.encoding = encoding;
    }

    /// The negotiated unit of columns.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Replaces the workspace folders.
    pub fn set_roots(&mut self, roots: Vec<PathBuf>) {
        self.roots = roots;
    }

    /// The workspace folders.
    #[must_use]
    pub fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// Adds and removes workspace folders.
    pub fn change_roots(&mut self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        self.roots.retain(|root| !removed.contains(root));
        for root in added {
            if !self.roots.contains(&root) {
                self.roots.push(root);
            }
        }
    }

    /// The innermost workspace folder that holds `path`.
    #[must_use]
    pub fn root_of(&self, path: &Path) -> Option<&Path> {
        let holds = self.roots.iter().filter(|root| path.starts_with(root));
        holds.max_by_key(|root| root.as_os_str().len()).map(PathBuf::as_path)
    }

    /// Opens a document.
    pub fn open(&mut self, document: Document, now: Instant) -> Opened {
        let uri = document.uri().clone();
        let digest = digest(&document.snapshot().text);
        let renamed = self
            .closed
            .take_if(|closed| {
                closed.digest == digest
                    && closed.uri != uri
                    && now.duration_since(closed.at) < RENAME_WINDOW
            })
            .map(|closed| closed.uri);
        if let Some(from) = &renamed {
            self.history.rename(from, &uri);
        }
        self.log.begin(&uri);
        let old = self.documents.insert(uri.clone(), document);
        let replaced = old.as_ref().is_some_and(|old| self::digest(old.text()) != digest);
        let expected = self.was_moved(now, |_, to| *to == uri);
        let nonsense = (old.is_some() && !expected).then_some(Nonsense::OpenTwice(uri));
        Opened { renamed, replaced, nonsense }
    }

    /// Closes a document and frees it.
    ///
    /// # Errors
    /// [`Nonsense::NotOpen`].
    pub fn close(&mut self, uri: &DocumentUri, now: Instant) -> Result<(), Nonsense> {
        let Some(document) = self.documents.remove(uri) else {
            let expected = self.was_moved(now, |from, _| from == uri);
            return if expected { Ok(()) } else { Err(Nonsense::NotOpen(uri.clone())) };
        };
        self.log.end(uri);
        let text = document.snapshot().text;
        self.closed =
            (!text.is_empty()).then(|| Closed { uri: uri.clone(), digest: digest(&text), at: now });
        Ok(())
    }

    /// Applies the changes of one `didChange`, in order. If one of them makes no sense, none is
    /// applied: those after it would count from a text that is not there.
    pub fn change(
        &mut self,
        uri: &DocumentUri,
        version: i32,
        changes: &[Change],
        now: Instant,
    ) -> Changed {
        let mut changed = Changed::default();
        let Some(document) = self.documents.get_mut(uri) else {
            changed.nonsense.push(Nonsense::NotOpen(uri.clone()));
            return changed;
        };
        if document.is_late(version) {
            changed.nonsense.push(Nonsense::Late(uri.clone(), version, document.version()));
            return changed;
        }
        let refused = match changes {
            // One alone is applied as a whole or not at all.
            [_] => None,
            _ => document.check(changes, self.encoding).err(),
        };
        if refused.is_none() {
            document.begin_changes(version, several_cursors(changes, self.encoding));
        }
        for change in changes.iter().filter(|_| refused.is_none()) {
            match document.apply(change, self.encoding) {
                Ok(edit) => {
                    self.log.push(uri, &edit);
                    self.history.push(now, uri.clone(), edit.clone());
                    changed.edits.push(edit);
                }
                Err(error) => changed.nonsense.push(Nonsense::Range(uri.clone(), error)),
            }
        }
        changed.nonsense.extend(refused.map(|error| Nonsense::Range(uri.clone(), error)));
        changed
    }

    /// Renames a document, or every document below a folder. Answers (from, to) of each.
    pub fn rename(
        &mut self,
        from: &str,
        to: &str,
        now: Instant,
    ) -> Vec<(DocumentUri, DocumentUri)> {
        self.moved.retain(|(.., at)| now.duration_since(*at) < RENAME_WINDOW);
        let (old, new) = (DocumentUri::new(from), DocumentUri::new(to));
        let below = format!("{}/", old.as_str());
        let moved: Vec<_> = self
            .documents
            .keys()
            .filter_map(|uri| {
                if *uri == old {
                    return Some((uri.clone(), new.clone()));
                }
                let rest = uri.as_str().strip_prefix(&below)?;
                Some((uri.clone(), DocumentUri::new(&format!("{}/{rest}", new.as_str()))))
            })
            .collect();
        for (from, to) in &moved {
            if let Some(mut document) = self.documents.remove(from) {
                let same_kind = document.snapshot().language.id().to_owned();
                let keep = from.path_like().rsplit('.').next() == to.path_like().rsplit('.').next();
                document.rename(to.as_str(), keep.then_some(same_kind.as_str()));
                self.documents.insert(to.clone(), document);
            }
            self.history.rename(from, to);
            self.log.rename(from, to);
            self.moved.push((from.clone(), to.clone(), now));
        }
        self.notebooks.rename(&old, &new);
        moved
    }

    fn was_moved(&self, now: Instant, is: impl Fn(&DocumentUri, &DocumentUri) -> bool) -> bool {
        let recent = |at: &Instant| now.duration_since(*at) < RENAME_WINDOW;
        self.moved.iter().any(|(from, to, at)| recent(at) && is(from, to))
    }

    /// The notebooks.
    pub const fn notebooks(&mut self) -> &mut Notebooks {
        &mut self.notebooks
    }

    /// What was typed lately.
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// What was done to each open document.
    #[must_use]
    pub const fn log(&self) -> &EditLog {
        &self.log
    }

    /// An open document.
    #[must_use]
    pub fn document(&self, uri: &DocumentUri) -> Option<&Document> {
        self.documents.get(uri)
    }

    /// The keys of all open documents.
    pub fn uris(&self) -> impl Iterator<Item = &DocumentUri> {
        self.documents.keys()
    }

    /// The file that a document is, or is a cell of, and the workspace folder that holds it.
    #[must_use]
    pub fn place_of(&self, uri: &DocumentUri) -> (Option<PathBuf>, Option<PathBuf>) {
        let file = uri.to_path().or_else(|| self.notebooks.holder(uri)?.to_path());
        let root = file.as_deref().and_then(|file| self.root_of(file)).map(Path::to_path_buf);
        (file, root)
    }

    /// The world as a task may see it.
    #[must_use]
    pub fn snapshot(&self, uri: &DocumentUri) -> Option<Snapshot> {
        let document = self.documents.get(uri)?.snapshot();
        let earlier = self.notebooks.before(uri).unwrap_or_default();
        let (file, root) = self.place_of(uri);
        Some(Snapshot {
            earlier_cells: earlier
                .iter()
                .filter_map(|cell| Some(self.documents.get(cell)?.snapshot()))
                .collect(),
            file,
            root,
            encoding: self.encoding,
            document,
        })
    }

    /// Whether a document is still as it was.
    #[must_use]
    pub fn is_current(&self, then: &Snapshot) -> bool {
        let now = self.documents.get(&then.document.uri);
        now.is_some_and(|now| {
            let (text, version) = (&then.document.text, then.document.version);
            // Clients without versions always send 0.
            now.version() == version && now.text().len() == text.len()
        })
    }
}

/// Length and first 64 KiB: enough to know a text again within seconds, and never slow.
fn digest(text: &Text) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut at = 0;
    while at < 64 * 1024
        && let chunk @ [_, ..] = text.chunk_at(at).as_bytes()
    {
        hasher.write(chunk);
        at += chunk.len();
    }
    text.len().hash(&mut hasher);
    hasher.finish()
}
