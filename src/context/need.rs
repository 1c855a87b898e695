//! What every source of context is given: the world around a cursor as of one moment. The same
//! [`Need`] gives the same snippets, byte for byte: a source looks at nothing else, at no clock
//! either.

#[cfg(test)]
pub(crate) mod fixture;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::reading::Files;
use crate::document::Edit;
use crate::document::language::Language;
use crate::document::text::Text;
use crate::project::Project;
use crate::retrieval::index::Index;
use crate::retrieval::library::Library;
use crate::retrieval::symbol::FileSymbols;

/// What a source looks at. Paths are below the workspace folder, `/` between folders; line breaks of
/// texts are LF.
///
/// A source is a function `fn(&Need<'_>, budget: usize) -> Vec<Snippet>`: at most `budget` tokens
/// by [`crate::prompt::budget::estimate`], the best first, ties by path.
#[derive(Clone, Copy)]
pub struct Need<'a> {
    /// The document's path.
    pub path: &'a str,
    /// The language at the cursor.
    pub language: Language,
    /// The text just before the cursor; it begins at a line's beginning.
    pub before: &'a str,
    /// The text just after the cursor.
    pub after: &'a str,
    /// The whole document; its line breaks are its own.
    pub text: &'a Text,
    /// The cursor's byte in the whole text (as in the document: its line breaks may be longer).
    pub at: usize,
    /// The cursor's line, from 0.
    pub line: u32,
    /// The lines that prefix and suffix show whole or in part: nothing of them is to be repeated.
    pub shown: &'a Range<u32>,
    /// The document's symbols, of this text or one a few keys older; `None` for languages without.
    pub symbols: Option<&'a FileSymbols>,
    /// The workspace's symbols. The document may be in it as it was saved.
    pub index: &'a Index,
    /// What the installed packages offer that open files import, as far as they have been read.
    pub library: Option<&'a Library>,
    /// The other documents that are open in the same workspace folder and may be sent, the one used
    /// last first.
    pub open: &'a [OpenDocument],
    /// What was changed in documents that may be sent (this one among them), oldest first.
    pub edits: &'a [Edited],
    /// What the editor's tools say is wrong with the document.
    pub diagnostics: &'a [Diagnostic],
    /// What the project is made with, where it has been read.
    pub project: Option<&'a Project>,
    /// Reads the workspace's files. For sources that work ahead, in the background: never called
    /// between a key and its answer, where it has nothing.
    pub files: &'a dyn Files,
    /// The workspace folder.
    pub root: Option<&'a Path>,
}

/// Another open document.
#[derive(Clone)]
pub struct OpenDocument {
    /// Its path.
    pub path: Arc<str>,
    /// Its language.
    pub language: Language,
    /// Its text, unsaved changes with it (its line breaks are its own).
    pub text: Text,
    /// The cursor's line there when it was left (from 0), where it was changed.
    pub line: Option<u32>,
}

/// A change somebody made.
#[derive(Clone)]
pub struct Edited {
    /// The document's path.
    pub path: Arc<str>,
    /// What; its texts are empty where they were over 16 KiB.
    pub edit: Edit,
    /// How long after the change before it (of any document that is told of), in ms: a pause ends a burst.
    pub pause: u64,
    /// Its number, counted from the session's begin.
    pub number: u64,
}

/// What a tool says is wrong.
#[derive(Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where: lines from 0, the last one with it.
    pub lines: (u32, u32),
    /// What.
    pub message: String,
    /// How bad.
    pub severity: Severity,
    /// Its rule, as `E0308` or `no-unused-vars`.
    pub code: Option<String>,
    /// Who says so.
    pub source: Option<String>,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Severity {
    Error,
    Warning,
    Information,
    Hint,
}

impl std::fmt::Debug for OpenDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.path, self.text.len())
    }
}
