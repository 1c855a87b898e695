//! What becomes of files: lines of one, a new one, another name for one.

use std::path::PathBuf;
use std::sync::Arc;

use super::changes::LineEdit;
use crate::document::offset::Encoding;
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::workspace::Snapshot;

/// What becomes of one file.
#[derive(Clone)]
pub enum FileChange {
    /// Lines of it.
    Edit(FileEdit),
    /// It is new. One that is there by then stays as it is.
    Create {
        /// Where.
        path: PathBuf,
        /// Its text, in its line endings.
        text: String,
    },
    /// It gets another name. One that has that name by then stays as it is.
    Rename {
        /// The old one.
        from: PathBuf,
        /// The new one.
        to: PathBuf,
    },
}

/// Lines of a file and what is to stand there.
#[derive(Clone)]
pub struct FileEdit {
    /// As the client spells it.
    pub uri: Arc<str>,
    /// The version that the edits are made for; `None` where the file is not open, or the client keeps
    /// none.
    pub version: Option<i32>,
    /// Its text as it is now, without a BOM.
    pub text: Text,
    /// In order; they do not overlap.
    pub edits: Vec<LineEdit>,
}

impl FileEdit {
    /// Of an open document.
    #[must_use]
    pub fn open(now: &Snapshot, edits: Vec<LineEdit>) -> Self {
        let document = &now.document;
        Self {
            uri: Arc::clone(&document.client_uri),
            version: document.edited_version(),
            text: document.text.clone(),
            edits,
        }
    }
}

impl std::fmt::Debug for FileChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Edit(edit) => write!(f, "Edit({:?})", edit.edits),
            Self::Create { text, .. } => write!(f, "Create({} bytes)", text.len()),
            Self::Rename { .. } => f.write_str("Rename"),
        }
    }
}

/// What becomes of all of them.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The document that the action began in: for what is done to others the user is asked once more,
    /// where the editor does that.
    pub from: DocumentUri,
    /// The unit of the client's columns.
    pub encoding: Encoding,
    /// In the order in which they are made.
    pub files: Vec<FileChange>,
}

impl Changes {
    /// Lines of the document that the action began in.
    #[must_use]
    pub fn here(now: &Snapshot, edits: Vec<LineEdit>) -> Self {
        Self {
            from: now.document.uri.clone(),
            encoding: now.encoding,
            files: vec![FileChange::Edit(FileEdit::open(now, edits))],
        }
    }

    /// The file to show afterwards: the first one that is not the one that the action began in.
    #[must_use]
    pub fn elsewhere(&self) -> Option<DocumentUri> {
        let uri = |file: &FileChange| match file {
            FileChange::Edit(edit) => DocumentUri::new(&edit.uri),
            FileChange::Create { path, .. } => DocumentUri::from_path(path),
            FileChange::Rename { to, .. } => DocumentUri::from_path(to),
        };
        self.files.iter().map(uri).find(|uri| *uri != self.from)
    }
}
