//! A suggestion on its way to the editor: Candidate → [`Polished`] → [`Reviewed`]. Each step can
//! only be had from the one before it.

use std::fmt;

use super::silence::Silence;
use crate::document::DocumentSnapshot;
use crate::document::offset::{ByteOffset, ByteRange};

/// What a model said, before anything was done to it: text at the cursor of a snapshot, LF line
/// breaks.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The cursor.
    pub at: ByteOffset,
    /// The text to insert there.
    pub text: String,
}

/// A candidate that fits the text around it: edits in ascending order against its snapshot.
/// Ghost text is the case of one edit at the cursor.
#[derive(Clone, PartialEq, Eq)]
pub struct Polished {
    pub(super) edits: Vec<TextEdit>,
}

impl Polished {
    /// The edits, in ascending order.
    #[must_use]
    pub fn edits(&self) -> &[TextEdit] {
        &self.edits
    }
}

/// One replacement.
#[derive(Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced, in bytes of the snapshot.
    pub range: ByteRange,
    /// What stands there afterwards, LF line breaks until review.
    pub text: String,
}

/// A suggestion that may be shown: in the document's line endings, for a named version, with an id.
#[derive(Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// Unique in this process.
    pub id: u64,
    /// Version of the document it is for.
    pub version: i32,
    /// The edit at the cursor.
    pub edit: TextEdit,
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Candidate({} bytes at {:?})", self.text.len(), self.at)
    }
}

impl fmt::Debug for TextEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextEdit({:?} → {} bytes)", self.range, self.text.len())
    }
}

impl fmt::Debug for Polished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Polished({:?})", self.edits)
    }
}

impl fmt::Debug for Reviewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reviewed({} v{}, {:?})", self.id, self.version, self.edit)
    }
}

/// The last look before a suggestion is shown.
///
/// # Errors
/// The reason for not showing it.
pub fn review(
    polished: Polished,
    document: &DocumentSnapshot,
    id: u64,
) -> Result<Reviewed, Silence> {
    let mut edit = polished.edits.into_iter().next().ok_or(Silence::Nothing)?;
    if crate::guard::has_placeholder(&edit.text) {
        return Err(Silence::Placeholder);
    }
    let line = document.text.line_of(edit.range.start);
    let ending = crate::document::line_ending::LineEnding::at_line(
        &document.text,
        line,
        document.line_ending,
    );
    edit.text = ending.apply(&edit.text);
    Ok(Reviewed { id, version: document.version, edit })
}
