//! Why an answer cannot be used.

/// Why an answer cannot be used. Nothing of its text is in here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// No text.
    #[error("the model answered nothing; ask again, or choose another model for `chat.model`")]
    Empty,
    /// It would not.
    #[error("the model refused; word it differently, or choose another model for `chat.model`")]
    Refused,
    /// Words and no code.
    #[error(
        "the model answered in words, without code; ask again, or choose another model for `chat.model`"
    )]
    ProseOnly,
    /// Its tokens ran out, or it ends in the middle for another reason.
    #[error(
        "the answer was cut off before its end, so nothing was done; ask again, or select less"
    )]
    CutOff,
    /// It has next to nothing of the code that it is to stand for.
    #[error(
        "the answer is not about that code, so nothing was done; ask again, or choose another model for `chat.model`"
    )]
    Unrelated,
    /// It leaves out what the code declares, or does not close what it opens.
    #[error(
        "the answer leaves out or breaks code that was to stay, so nothing was done; ask again, or choose another model for `chat.model`"
    )]
    Torn,
    /// Another language than the file's.
    #[error("the answer is in {got}, and the file in {wanted}; ask again, or choose another model")]
    OtherLanguage {
        /// What it is in.
        got: &'static str,
        /// What the file is in.
        wanted: &'static str,
    },
    /// Tests were asked for.
    #[error(
        "the answer has no test in it, so nothing was done; ask again, or choose another model for `chat.model`"
    )]
    NoTests,
    /// What is selected was to become a function.
    #[error(
        "the answer has no new function in it, so nothing was done; ask again, or choose another model for `chat.model`"
    )]
    NoFunction,
    /// A diff of other lines.
    #[error("the answer is about lines that are not there, or not in the selection; ask again")]
    Nowhere,
    /// A diff, or code in tags, that names another file.
    #[error("the answer is about another file, so nothing was done; ask again")]
    OtherFile,
    /// Blocks of lines to look for and lines to put there, that are not whole or fit in several places.
    #[error(
        "the answer is in blocks that are not whole, or that fit in more than one place, so nothing was done; ask again, or select less"
    )]
    Blocks,
    /// It holds what stands for a secret, and not where the secret stood.
    #[error(
        "the answer moves a secret that was kept from the model; change that line yourself, or select less"
    )]
    Secret,
    /// A review in no form that can be read.
    #[error(
        "the model's review cannot be read; ask again, or choose another model for `chat.model`"
    )]
    Unreadable,
    /// The same as before.
    #[error("the model has nothing to change here")]
    Unchanged,
}
