//! What is asked for when an action is chosen.

use super::offers::Finding;
use super::task::Task;
use crate::document::offset::ByteRange;
use crate::document::uri::DocumentUri;
use crate::workspace::edit_log::Revision;

/// What is to be done, and where.
#[derive(Clone, Debug)]
pub struct Order {
    /// What.
    pub task: Task,
    /// The document.
    pub uri: DocumentUri,
    /// Its state when the action was offered.
    pub revision: Revision,
    /// The code that it is about, in bytes of that state.
    pub target: ByteRange,
    /// What was selected.
    pub selection: ByteRange,
    /// What is wrong there.
    pub findings: Vec<Finding>,
    /// What the user said themselves; empty mostly.
    pub words: String,
    /// A fix that did not do.
    pub earlier: Option<Earlier>,
    /// What the editor can do with an edit.
    pub able: Able,
}

/// What an editor can do with an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Able {
    /// It makes files.
    pub creates: bool,
    /// It sees whether a document is still of the version that an edit was made for.
    pub versions: bool,
}

/// A fix that was applied and left something wrong.
#[derive(Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The lines that it changed, as they were before.
    pub code: String,
    /// What it was to mend.
    pub said: Vec<String>,
}

impl std::fmt::Debug for Earlier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Earlier({} bytes)", self.code.len())
    }
}
