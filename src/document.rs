//! One open document: text, version, language and tree; and the immutable snapshot that everyone
//! else sees.

pub mod comments;
pub mod embedded;
pub mod language;
pub mod line_ending;
pub mod names;
pub mod offset;
pub mod parse_queue;
pub mod syntax;
pub mod text;
pub mod uri;
pub mod words;

use std::fmt;
use std::sync::Arc;

use self::language::Language;
use self::line_ending::LineEnding;
use self::offset::{ByteOffset, ByteRange, Encoding, Position};
use self::syntax::{Syntax, SyntaxTree};
use self::text::{RangeError, Text};
use self::uri::DocumentUri;

/// Documents over this size (bytes) are kept in step but have no tree: a tree takes about forty
/// times its text.
pub const TREE_LIMIT: usize = 5 * 1024 * 1024;

/// Nor have those with a line over this size (bytes). Nothing is completed there, and minified code
/// nests so deep that moving its tree along with a key could take as long as a frame.
pub const TREE_LINE_LIMIT: usize = 64 * 1024;

/// An open document, changed only by its session's message loop.
pub struct Document {
    uri: DocumentUri,
    client_uri: Arc<str>,
    language: Language,
    version: i32,
    versioned: bool,
    text: Text,
    line_ending: LineEnding,
    syntax: Option<Syntax>,
    several_cursors: bool,
}

/// A document as it was at one version. Cheap to clone; never changes.
#[derive(Clone)]
pub struct DocumentSnapshot {
    /// The document's key.
    pub uri: DocumentUri,
    /// The URI as the client spelled it, for replies.
    pub client_uri: Arc<str>,
    /// The document's own language.
    pub language: Language,
    /// The client's version number.
    pub version: i32,
    /// The client keeps versions, as far as can be known.
    pub versioned: bool,
    /// The whole text.
    pub text: Text,
    /// The commonest line ending.
    pub line_ending: LineEnding,
    /// The newest tree there is.
    pub tree: Option<SyntaxTree>,
    /// The last change came at several places at once.
    pub several_cursors: bool,
}

/// One change as the client sent it: a range and its new text, or the whole text.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// Start and end; `None` replaces everything.
    pub range: Option<(Position, Position)>,
    /// What stands there afterwards.
    pub text: String,
}

/// A change that has been applied.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// What was replaced, in bytes of the text before.
    pub range: ByteRange,
    /// The text that was replaced.
    pub removed: String,
    /// The text that stands there now.
    pub inserted: String,
    /// Length in bytes of the whole text before.
    pub len_before: usize,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({:?}, {} bytes)", self.range, self.text.len())
    }
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (removed, inserted) = (self.removed.len(), self.inserted.len());
        write!(f, "Edit({:?}, -{removed} +{inserted} bytes)", self.range)
    }
}

impl fmt::Debug for DocumentSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} v{} ({} bytes)", self.uri, self.version, self.text.len())
    }
}

impl DocumentSnapshot {
    /// The version that edits are made for; `None` where the client keeps none.
    #[must_use]
    pub fn edited_version(&self) -> Option<i32> {
        self.versioned.then_some(self.version)
    }
}

impl Document {
    /// Opens a document and begins to parse it in the background.
    #[must_use]
    pub fn open(client_uri: &str, language_id: &str, version: i32, text: &str) -> Self {
        let uri = DocumentUri::new(client_uri);
        let first_line = text.lines().next().unwrap_or("");
        let language = Language::detect(Some(language_id), &uri.path_like(), first_line);
        let text = Text::from(text);
        let mut document = Self {
            uri,
            client_uri: client_uri.into(),
            language,
            version,
            versioned: true,
            line_ending: LineEnding::of(&text),
            text,
            syntax: None,
            several_cursors: false,
        };
        document.reparse();
        document
    }

    /// The document's key.
    #[must_use]
    pub const fn uri(&self) -> &DocumentUri {
        &self.uri
    }

    /// The client's version number.
    #[must_use]
    pub const fn version(&self) -> i32 {
        self.version
    }

    /// The text.
    #[must_use]
    pub const fn text(&self) -> &Text {
        &self.text
    }

    /// Whether a change of that version comes too late: versions only grow (LSP 3.17,
    /// "VersionedTextDocumentIdentifier"). A client that always sends 0 keeps no versions.
    #[must_use]
    pub const fn is_late(&self, version: i32) -> bool {
        version < self.version || (version == self.version && version != 0)
    }

    /// Notes the version and whether the changes came at several cursors. Versions may begin at 0, but
    /// after a change they are above that.
    pub const fn begin_changes(&mut self, version: i32, several_cursors: bool) {
        self.versioned = version != 0;
        self.version = version;
        self.several_cursors = several_cursors;
    }

    /// Whether changes can be applied, one after the other. Works on a copy of the text, which
    /// costs little.
    ///
    /// # Errors
    /// [`RangeError`] of the first that makes no sense.
    pub fn check(&self, changes: &[Change], encoding: Encoding) -> Result<(), RangeError> {
        let mut text = self.text.clone();
        for change in changes {
            match change.range {
                Some((start, end)) => {
                    text.replace(text.change_range(start, end, encoding)?, &change.text);
                }
                None => text = Text::from(change.text.as_str()),
            }
        }
        Ok(())
    }

    /// Applies one change.
    ///
    /// # Errors
    /// [`RangeError`] where the range makes no sense; the document is left as it was.
    pub fn apply(&mut self, change: &Change, encoding: Encoding) -> Result<Edit, RangeError> {
        let range = match change.range {
            Some((start, end)) => self.text.change_range(start, end, encoding)?,
            None => ByteRange::new(ByteOffset(0), self.text.end()),
        };
        let edit = Edit {
            range,
            removed: self.text.slice(range).into_owned(),
            inserted: change.text.clone(),
            len_before: self.text.len(),
        };
        if change.range.is_none() {
            self.text = Text::from(change.text.as_str());
            self.line_ending = LineEnding::of(&self.text);
            self.reparse();
            return Ok(edit);
        }
        let before = self.text.clone();
        self.text.replace(range, &change.text);
        if self.has_outgrown_tree(range.start, change.text.len()) {
            self.close_tree();
        }
        if let Some(syntax) = &self.syntax {
            syntax.edit(&before, &self.text, range, change.text.len());
        } else if !edit.removed.is_empty() {
            // What was too large may have become small enough.
            self.reparse();
        }
        Ok(edit)
    }

    /// The document as it is now.
    #[must_use]
    pub fn snapshot(&self) -> DocumentSnapshot {
        DocumentSnapshot {
            uri: self.uri.clone(),
            client_uri: Arc::clone(&self.client_uri),
            language: self.language,
            version: self.version,
            versioned: self.versioned,
            text: self.text.clone(),
            line_ending: self.line_ending,
            tree: self.syntax.as_ref().and_then(Syntax::tree),
            several_cursors: self.several_cursors,
        }
    }

    /// The document's syntax, where its language has a grammar.
    #[must_use]
    pub const fn syntax(&self) -> Option<&Syntax> {
        self.syntax.as_ref()
    }

    /// Takes another URI after a rename; the language follows the new name.
    pub fn rename(&mut self, client_uri: &str, language_id: Option<&str>) {
        self.uri = DocumentUri::new(client_uri);
        self.client_uri = client_uri.into();
        let first_line = self.text.line(0).into_owned();
        let language = Language::detect(language_id, &self.uri.path_like(), &first_line);
        if language != self.language {
            self.language = language;
            self.reparse();
        }
    }

    /// Whether a change has made the text too large for a tree.
    fn has_outgrown_tree(&self, start: ByteOffset, inserted: usize) -> bool {
        let edges = [start, ByteOffset(start.0 + inserted)];
        self.text.len() > TREE_LIMIT
            || edges.iter().any(|at| self.text.line_len(*at) > TREE_LINE_LIMIT)
            || inserted > TREE_LINE_LIMIT && self.text.has_line_over(TREE_LINE_LIMIT)
    }

    fn reparse(&mut self) {
        self.close_tree();
        if let Some(grammar) = self.language.grammar()
            && self.text.len() <= TREE_LIMIT
            && !self.text.has_line_over(TREE_LINE_LIMIT)
        {
            self.syntax = Some(Syntax::open(grammar, self.text.clone()));
        }
    }

    fn close_tree(&mut self) {
        if let Some(syntax) = self.syntax.take() {
            syntax.close();
        }
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        self.close_tree();
        parse_queue::discard_later(std::mem::take(&mut self.text));
    }
}
