//! Conversations: what a chat model is given.

use std::fmt;

use crate::guard::Redacted;

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The user, or foretype for them.
    User,
    /// The model.
    Assistant,
}

/// One turn.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub text: Redacted,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({} bytes)", self.role, self.text.len())
    }
}

/// A conversation before it is fitted.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ChatPrompt {
    /// Task and rules; the same from one request to the next, so that servers can keep it.
    pub system: Redacted,
    /// The turns, oldest first. The last one is answered.
    pub messages: Vec<Message>,
}

impl ChatPrompt {
    /// A single question.
    #[must_use]
    pub fn question(system: Redacted, text: Redacted) -> Self {
        Self { system, messages: vec![Message { role: Role::User, text }] }
    }

    /// Bytes of text.
    #[must_use]
    pub fn len(&self) -> usize {
        self.system.len() + self.messages.iter().map(|turn| turn.text.len()).sum::<usize>()
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for ChatPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} turns, {} bytes", self.messages.len(), self.len())
    }
}
