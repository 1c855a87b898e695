//! Prompts: what a backend is given. Only redacted text gets in, and only the budget makes a
//! prompt that may be sent.

pub mod budget;
pub mod chat;
pub mod comments;
pub mod density;
pub mod fim;
pub mod hole;
pub mod special_tokens;
pub mod template;

use std::fmt;
use std::sync::Arc;

pub use self::chat::{ChatPrompt, Message, Role};
use crate::guard::Redacted;

/// A fill-in-the-middle prompt before it is fitted.
#[derive(Clone, Debug, Default)]
pub struct FimPrompt {
    /// Name of the repository, where known.
    pub repo: Option<String>,
    /// Other files' text, what changes least first.
    pub files: Arc<[ContextFile]>,
    /// How they are written where the format has no place for them.
    pub comment: Option<comments::Comment>,
    /// Path of the current file, relative to its workspace folder.
    pub path: String,
    /// Frozen text before the cursor.
    pub prefix: Redacted,
    /// What was typed since prefix and suffix were frozen; it follows the middle token.
    pub middle: Redacted,
    /// Frozen text after the cursor.
    pub suffix: Redacted,
}

/// A piece of another file.
#[derive(Clone, Debug)]
pub struct ContextFile {
    /// Its path, relative to the workspace folder.
    pub path: String,
    /// Its text.
    pub text: Redacted,
}

/// A prompt with a hole that fits the model's context with room for the answer: made by
/// [`budget::Budget::fit`] only.
#[derive(Clone)]
pub struct FittedFim {
    prompt: FimPrompt,
    max_output_tokens: u32,
}

impl ContextFile {
    /// An upper estimate of the tokens that it takes, in whatever form it is shown.
    #[must_use]
    pub fn tokens(&self) -> usize {
        budget::snippet_tokens(&self.path, self.text.as_str())
    }
}

impl FittedFim {
    /// The prompt.
    #[must_use]
    pub const fn prompt(&self) -> &FimPrompt {
        &self.prompt
    }

    /// Tokens kept free for the answer.
    #[must_use]
    pub const fn max_output_tokens(&self) -> u32 {
        self.max_output_tokens
    }

    /// Bytes of text in the prompt.
    #[must_use]
    pub fn len(&self) -> usize {
        let files = self.prompt.files.iter().map(|file| file.text.len()).sum::<usize>();
        files + self.prompt.prefix.len() + self.prompt.middle.len() + self.prompt.suffix.len()
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for FittedFim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fim({} bytes, {} tokens out)", self.len(), self.max_output_tokens)
    }
}

/// A conversation that fits: made by [`budget::Budget::fit_chat`], or by [`hole::ask`] of a hole
/// that fits.
#[derive(Clone)]
pub struct FittedChat {
    prompt: ChatPrompt,
    max_output_tokens: u32,
}

impl FittedChat {
    /// The conversation.
    #[must_use]
    pub const fn prompt(&self) -> &ChatPrompt {
        &self.prompt
    }

    /// Tokens kept free for the answer.
    #[must_use]
    pub const fn max_output_tokens(&self) -> u32 {
        self.max_output_tokens
    }
}

impl fmt::Debug for FittedChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chat({:?}, {} tokens out)", self.prompt, self.max_output_tokens)
    }
}
