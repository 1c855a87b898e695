//! What comes of an action.

use super::answer::AnswerError;
use super::files::Changes;
use super::prompts::PromptError;
use super::rebase::Touched;
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
}

/// Words, and what they answer: a conversation can go on from there.
#[derive(Debug)]
pub struct Words {
    /// As the model said them.
    pub text: String,
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
    /// The file was deleted.
    #[error("{0} has been deleted meanwhile, so nothing was done")]
    Deleted(String),
    /// The edit would break the syntax, and so would the second one.
    #[error(
        "both answers would break the code, so nothing was done; ask again, or choose another model for `chat.model`"
    )]
    Broken,
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
    /// The answer was of no use, and the model is asked once more.
    Again,
}
