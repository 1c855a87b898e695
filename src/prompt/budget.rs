//! The token budget: how much of each part goes into a prompt. Output tokens are reserved first.

use super::{ChatPrompt, ContextFile, FimPrompt, FittedChat, FittedFim, Message, Role};
use crate::completion::anchor::Windows;
use crate::guard::Redacted;

/// Context assumed where neither the configuration nor the server says (tokens): what Ollama
/// gives a model unless told otherwise.
pub const DEFAULT_CONTEXT: u32 = 4_096;
/// More than this of the current file (tokens) rarely helps and costs time to the first token.
const MOST_TOKENS: u32 = 4_096;
/// Room for the format's own tokens, paths and the estimate's error.
const OVERHEAD: u32 = 64;
/// Room kept for what is typed after prefix and suffix were frozen (tokens): they must not be cut
/// anew with every key.
const TYPED: u32 = 512;
/// Tokens that a turn's own marks take.
const TURN: usize = 8;
/// Bytes a token of code takes at least, on average, with the tokenizers of code models.
const BYTES_PER_TOKEN: u32 = 3;

/// A model's context and how much of it an answer may take, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Context window of the model, prompt and answer together.
    pub context_tokens: u32,
    /// Reserved for the answer.
    pub max_output_tokens: u32,
}

impl Budget {
    /// Tokens left for the prompt.
    #[must_use]
    pub fn prompt_tokens(self) -> u32 {
        self.room().min(MOST_TOKENS)
    }

    /// Tokens left for everything but the answer.
    fn room(self) -> u32 {
        let output = self.max_output_tokens.min(self.context_tokens / 2);
        self.context_tokens.saturating_sub(output + OVERHEAD)
    }

    /// Tokens that other files may take at most: a third, so that the document itself, which tells
    /// most, keeps the greater part of a small window.
    #[must_use]
    pub fn files_room(self) -> u32 {
        self.room() / 3
    }

    /// Tokens for the document beside so many for other files.
    #[must_use]
    pub fn document_tokens(self, files: u32) -> u32 {
        (self.room() - files.min(self.files_room())).min(MOST_TOKENS)
    }

    /// Of those, kept free for what is typed after the anchor.
    fn typed_tokens(document: u32) -> u32 {
        TYPED.min(document / 4)
    }

    /// Bytes of the document before and after the cursor: three to one.
    #[must_use]
    pub fn windows(self) -> Windows {
        self.windows_beside(0)
    }

    /// The same where so many tokens are kept for other files.
    #[must_use]
    pub fn windows_beside(self, files: u32) -> Windows {
        let document = self.document_tokens(files);
        let frozen = document - Self::typed_tokens(document);
        let bytes = (frozen * BYTES_PER_TOKEN) as usize;
        Windows { prefix: bytes * 3 / 4, suffix: bytes / 4 }
    }

    /// Cuts a prompt to size: other files have their share, from the first on; then go the far ends of
    /// prefix and suffix, and where what was typed since fills all there is, the beginning of that.
    #[must_use]
    pub fn fit(self, mut prompt: FimPrompt) -> FittedFim {
        let mut files = 0;
        let most = self.files_room() as usize;
        let fitting = prompt.files.iter().take_while(|file| {
            files += file.tokens();
            files <= most
        });
        let fitting = fitting.count();
        if let Some(fewer) = prompt.files.get(..fitting).filter(|it| it.len() < prompt.files.len())
        {
            prompt.files = fewer.into();
        }
        let files = prompt.files.iter().map(ContextFile::tokens).sum::<usize>();
        let document = self.document_tokens(u32::try_from(files).unwrap_or(u32::MAX));
        let mut left = document as usize;
        let whole = prompt.middle.len();
        prompt.middle = keep(&prompt.middle, left, Redacted::keep_end);
        if prompt.middle.len() < whole {
            // Nothing may be missing between prefix and middle.
            prompt.prefix = Redacted::default();
        }
        left -= estimate(prompt.middle.as_str()).max(Self::typed_tokens(document) as usize);
        prompt.suffix = keep(&prompt.suffix, left / 4, Redacted::keep_start);
        left -= estimate(prompt.suffix.as_str());
        prompt.prefix = keep(&prompt.prefix, left, Redacted::keep_end);
        let max_output_tokens = self.max_output_tokens.min(self.context_tokens / 2).max(1);
        FittedFim { prompt, max_output_tokens }
    }

    /// Whether nothing of a conversation has to go for it to fit.
    #[must_use]
    pub fn fits_chat(self, prompt: &ChatPrompt) -> bool {
        let (_, left) = self.chat_room();
        let system = estimate(prompt.system.as_str());
        let turn = |turn: &Message| estimate(turn.text.as_str()) + TURN;
        system <= left / 2 && system + prompt.messages.iter().map(turn).sum::<usize>() <= left
    }

    /// Tokens for an answer of chat, and for the conversation.
    fn chat_room(self) -> (u32, usize) {
        let output = self.max_output_tokens.min(self.context_tokens / 2).max(1);
        (output, self.context_tokens.saturating_sub(output + OVERHEAD) as usize)
    }

    /// Cuts a conversation to size: the oldest turns go first, then the beginning of the last one,
    /// then the end of the system's text.
    #[must_use]
    pub fn fit_chat(self, prompt: ChatPrompt) -> FittedChat {
        let (output, mut left) = self.chat_room();
        let system = keep(&prompt.system, left / 2, Redacted::keep_start);
        left -= estimate(system.as_str());
        let mut messages: Vec<Message> = Vec::new();
        for turn in prompt.messages.iter().rev() {
            let size = estimate(turn.text.as_str()) + TURN;
            if messages.is_empty() {
                let text = keep(&turn.text, left.saturating_sub(TURN), Redacted::keep_end);
                left = left.saturating_sub(estimate(text.as_str()) + TURN);
                messages.push(Message { role: turn.role, text });
            } else if size <= left {
                left -= size;
                messages.push(turn.clone());
            } else {
                break;
            }
        }
        // A conversation begins with its user.
        while messages.len() > 1 && messages.last().is_some_and(|turn| turn.role != Role::User) {
            messages.pop();
        }
        messages.reverse();
        FittedChat { prompt: ChatPrompt { system, messages }, max_output_tokens: output }
    }
}

/// As much of a text as `share` tokens are enough for. Bytes to a token differ from place to place,
/// so what was cut by the average is looked at again.
fn keep(text: &Redacted, share: usize, cut: impl Fn(&Redacted, usize) -> Redacted) -> Redacted {
    let mut kept = text.clone();
    loop {
        let size = estimate(kept.as_str());
        if size <= share {
            return kept;
        }
        let bytes = kept.len().saturating_mul(share) / size;
        kept = cut(&kept, bytes.min(kept.len() - 1));
    }
}

/// An upper estimate of the tokens of a piece of another file: its text, its path, and what a format
/// or the marks of a comment add to each line.
#[must_use]
pub fn snippet_tokens(path: &str, text: &str) -> usize {
    estimate(text) + text.lines().count() + estimate(path) + 4
}

/// An upper estimate of a text's tokens: three bytes of ASCII to one, any other char is one.
#[must_use]
pub fn estimate(text: &str) -> usize {
    let (ascii, other) = if text.is_ascii() {
        (text.len(), 0)
    } else {
        let ascii = text.bytes().filter(u8::is_ascii).count();
        (ascii, text.chars().count() - ascii)
    };
    ascii.div_ceil(BYTES_PER_TOKEN as usize) + other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::redact;
    use crate::prompt::ContextFile;

    #[test]
    fn everything_fits_whatever_comes() {
        for context_tokens in [1, 64, 100, 512, 4_096, 100_000] {
            for max_output_tokens in [1, 256, 10_000] {
                for text in ["x".repeat(100_000), "ü日".repeat(20_000), String::new()] {
                    let budget = Budget { context_tokens, max_output_tokens };
                    let file = ContextFile { path: "a.rs".into(), text: redact("y") };
                    let fitted = budget.fit(FimPrompt {
                        files: [file].into(),
                        prefix: redact(&text),
                        suffix: redact(&text),
                        ..FimPrompt::default()
                    });
                    let prompt = fitted.prompt();
                    let tokens = estimate(prompt.prefix.as_str())
                        + estimate(prompt.suffix.as_str())
                        + prompt.files.iter().map(ContextFile::tokens).sum::<usize>();
                    assert!(tokens <= budget.room() as usize, "{budget:?} {tokens}");
                    assert!(fitted.max_output_tokens() <= context_tokens.max(2));
                }
            }
        }
    }

    #[test]
    fn the_last_question_stays_and_old_turns_go() {
        let turn = |role, text: &str| Message { role, text: redact(text) };
        for context_tokens in [64, 200, 512, 100_000] {
            let budget = Budget { context_tokens, max_output_tokens: 50 };
            let mut messages = Vec::new();
            for n in 0..40 {
                messages.push(turn(Role::User, &format!("{n} {}", "q".repeat(90))));
                messages.push(turn(Role::Assistant, &format!("{n} {}", "a".repeat(90))));
            }
            messages.push(turn(Role::User, "the last question"));
            let fitted = budget.fit_chat(ChatPrompt { system: redact(&"s".repeat(60)), messages });
            let prompt = fitted.prompt();
            let tokens = estimate(prompt.system.as_str())
                + prompt.messages.iter().map(|m| estimate(m.text.as_str())).sum::<usize>();
            assert!(tokens + fitted.max_output_tokens() as usize <= context_tokens as usize);
            assert_eq!(prompt.messages.first().map(|m| m.role), Some(Role::User));
            if context_tokens > 64 {
                let last = prompt.messages.last().map(|m| m.text.as_str().to_owned());
                assert_eq!(last.as_deref(), Some("the last question"));
            }
            assert_eq!(prompt.messages.len() == 81, context_tokens == 100_000);
        }
    }

    #[test]
    fn near_text_and_the_first_files_stay() {
        let budget = Budget { context_tokens: 512, max_output_tokens: 128 };
        let file = |path: &str| ContextFile { path: path.into(), text: redact(&"z".repeat(150)) };
        let fitted = budget.fit(FimPrompt {
            files: (0..9).map(|n| file(&n.to_string())).collect(),
            prefix: redact(&format!("{}END", "a".repeat(300))),
            suffix: redact("START"),
            ..FimPrompt::default()
        });
        assert!(fitted.prompt().prefix.as_str().ends_with("END"));
        let kept: Vec<_> = fitted.prompt().files.iter().map(|file| file.path.as_str()).collect();
        // Of 320 tokens a third.
        assert_eq!(kept, ["0"]);
        let files: usize = fitted.prompt().files.iter().map(ContextFile::tokens).sum();
        assert!(fitted.prompt().prefix.len() / 3 + files <= 320, "{files}");
    }
}
