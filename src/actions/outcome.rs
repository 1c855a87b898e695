//! What comes of an action.

use super::answer::AnswerError;
use super::edits::files::Changes;
use super::edits::rebase::Touched;
use super::prompts::PromptError;
use super::review::Remark;
use super::subject::SubjectError;
use crate::backend::error::BackendError;
use crate::completion::silence::Silence;
use crate::document::offset::ByteRange;
use crate::prompt::ChatPrompt;
use crate::workspace::Snapshot;
use crate::workspace::edit_log::Revision;

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// Edits of the files as they are now.
    Edits(Changes),
    /// Words to show.
    Words(Words),
    /// What a review found in the document as it is now; what has been touched since is left out.
    Remarks(Reviewed),
}

/// The lines that were read, where they are not all of those that were asked about; counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "only lines {first}–{shown} of {first}–{last} fit into the model's window; select the rest to ask about it, or set the model's `context_tokens` if it has more"
)]
pub struct Part {
    /// The first of them.
    pub first: usize,
    /// The last one that was read.
    pub shown: usize,
    /// The last one that was asked about.
    pub last: usize,
}

/// What a review found.
#[derive(Debug)]
pub struct Reviewed {
    /// The document as it is now.
    pub now: Snapshot,
    /// Its state.
    pub revision: Revision,
    /// What was reviewed, as far as it is left.
    pub region: ByteRange,
    /// The faults, in the order of the text.
    pub remarks: Vec<Remark>,
    /// Why there may be more of them: the answer did not come to its end.
    pub cut: Option<String>,
    /// What was not read.
    pub part: Option<Part>,
}

/// Below words that ended at the model's longest answer.
pub const CUT_OFF: &str = "It was cut off at the model's longest answer.";

/// Below words that broke off, and why.
#[must_use]
pub fn broke_off(why: &str) -> String {
    format!("It broke off before its end: {why}.")
}

/// Words, and what they answer: a conversation can go on from there.
#[derive(Debug)]
pub struct Words {
    /// As the model said them.
    pub text: String,
    /// They end at the model's longest answer.
    pub cut: bool,
    /// What was not read.
    pub part: Option<Part>,
    /// What it was asked.
    pub prompt: ChatPrompt,
}

/// Why nothing came of it. No text of the user's or a model's is in here.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// The document is closed.
    #[error("the document is not open any more")]
    Closed,
    /// The code is not as it was when the action was offered.
    #[error("that code has changed since it was offered; ask for its actions again")]
    Changed,
    /// The file cannot be written to.
    #[error(
        "{0} is read-only, so nothing was done; make it writable, or save it under another name, and ask again"
    )]
    ReadOnly(String),
    /// The file is in another encoding: what cannot be written in it would be lost.
    #[error("{0} is not UTF-8 on the disk, so nothing was done; save it as UTF-8 and ask again")]
    NotUtf8(String),
    /// A new file, and an editor that makes none.
    #[error(
        "this editor lets no language server create files, so nothing was done; create {0} yourself and ask again"
    )]
    NoCreate(String),
    /// An open document, and an editor that knows no versions of it.
    #[error(
        "this editor does not look whether its text is still the one that an edit was made for (`workspaceEdit.documentChanges`), so nothing was done; explanations and reviews can be had in it"
    )]
    NoVersions,
    /// An editor that makes no edits of ours.
    #[error(
        "this editor makes no edits that a language server asks for (`workspace.applyEdit`), so nothing was done"
    )]
    NoEdits,
    /// The file was deleted.
    #[error("{0} has been deleted meanwhile, so nothing was done")]
    Deleted(String),
    /// The edit would break the syntax, and so would the second one.
    #[error(
        "both answers would break the code, so nothing was done; ask again, or choose another model for `chat.model`"
    )]
    Broken,
    /// The edit would take away what was to stay, and so would the second one.
    #[error(
        "both answers lose or change code that was to stay, so nothing was done; select less, say it in your own words, or choose another model for `chat.model`"
    )]
    Lost,
    /// The code is longer than the model's window.
    #[error(
        "that is too long for `{0}`, whose context is taken to be {1} tokens; select less, say its real `context_tokens`, or choose another model for `chat.model`"
    )]
    TooLong(String, u32),
    /// There is no file beside which its tests could be.
    #[error("its tests go into a file of their own, and it is in none yet; save it first")]
    Unsaved,
    /// Something is the matter with a file.
    #[error("{file}: {why}")]
    File {
        /// Which, as its project has it.
        file: String,
        /// What, and what to do.
        why: &'static str,
    },
    /// Nobody may or can be asked.
    #[error("{0}")]
    Silent(Silence),
    /// The model did not answer.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// Its tokens ran out: so many, of this model.
    #[error(
        "the answer of `{1}` was cut off at {0} tokens, so nothing was done; raise `chat.max_output_tokens`, or select less"
    )]
    CutOff(u64, String),
    /// What it answered cannot be used.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// The prompt cannot be made.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// There is nothing to ask about.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// The user changed the same lines.
    #[error(transparent)]
    Touched(#[from] Touched),
}

/// What is heard of an action under way.
#[derive(Clone, Copy)]
pub enum Heard<'a> {
    /// More of the model's text.
    Text(&'a str),
    /// The model is waited for: why, and for how long.
    Waiting(&'a str),
    /// The answer was of no use, and the model is asked once more: what was wrong with it.
    Again(&'static str),
}
