//! A chat model's suggestion: it is shown the file with a marked hole, and what it answers is cut to
//! the text of the hole. Fences and prose around code are taken off later, with everyone's.

use std::sync::Arc;

use futures::stream::StreamExt;

use super::{ChatWire, FimWire};
use crate::backend::stream::Sieve;
use crate::backend::{ChatAsk, Delta, Deltas, FimAsk};
use crate::config::settings::Purpose;
use crate::prompt::hole::{self, END};

/// Fills holes by conversation.
pub struct Hole {
    chat: Arc<dyn ChatWire>,
}

impl Hole {
    /// By this wire format.
    #[must_use]
    pub const fn new(chat: Arc<dyn ChatWire>) -> Self {
        Self { chat }
    }
}

impl FimWire for Hole {
    fn fill(&self, ask: FimAsk) -> Deltas {
        let (prompt, mark) = hole::ask(&ask.prompt);
        let chat = ChatAsk { prompt, purpose: Purpose::Completion, priority: ask.priority };
        through(self.chat.answers(chat, ask.candidates), Unmarked { mark, answers: Vec::new() })
    }
}

/// The deltas that a sieve lets through.
fn through(deltas: Deltas, sieve: impl Sieve + 'static) -> Deltas {
    let ended = deltas.map(Some).chain(futures::stream::iter([None]));
    let sieved = ended.scan(sieve, |sieve, delta| {
        let mut passed = Vec::new();
        let error = match delta {
            Some(Ok(delta)) => {
                sieve.pass(delta, &mut passed);
                None
            }
            Some(Err(error)) => {
                sieve.end(&mut passed);
                Some(error)
            }
            None => {
                sieve.end(&mut passed);
                None
            }
        };
        let all: Vec<_> = passed.into_iter().map(Ok).chain(error.map(Err)).collect();
        std::future::ready(Some(futures::stream::iter(all)))
    });
    sieved.flatten().boxed()
}

/// Takes out what only the prompt brings: the mark at the beginning of an answer; the mark, or the
/// file's end, after it.
struct Unmarked {
    mark: String,
    /// By candidate.
    answers: Vec<Answer>,
}

#[derive(Default)]
struct Answer {
    /// What may be a mark's beginning, or blanks before one.
    held: String,
    /// Something was let through.
    begun: bool,
    /// Everything more is left out.
    over: bool,
}

impl Answer {
    /// What can be let through now; all of it if it is the `end`.
    fn take(&mut self, mark: &str, end: bool) -> Option<String> {
        if self.over {
            self.held.clear();
            return None;
        }
        let found = [mark, END].into_iter().filter_map(|word| Some((self.held.find(word)?, word)));
        if let Some((at, word)) = found.min_by_key(|(at, _)| *at) {
            let before = self.held.get(..at).unwrap_or_default().to_owned();
            if word == mark && !self.begun && before.trim().is_empty() {
                self.held.drain(..at + word.len());
                return self.take(mark, end);
            }
            self.over = true;
            self.held.clear();
            return Some(before).filter(|text| !text.is_empty());
        }
        let keep = match end {
            true => 0,
            false if !self.begun && mark.starts_with(self.held.trim_start()) => self.held.len(),
            false => [mark, END].into_iter().map(|word| overlap(&self.held, word)).max()?,
        };
        let shown = self.held.len() - keep;
        let text: String = self.held.drain(..shown).collect();
        self.begun |= !text.is_empty();
        Some(text).filter(|text| !text.is_empty())
    }
}

/// Bytes at the end of `text` with which `word` begins.
fn overlap(text: &str, word: &str) -> usize {
    let most = word.len().saturating_sub(1).min(text.len());
    let fits = |len: &usize| word.get(..*len).is_some_and(|head| text.ends_with(head));
    (1..=most).rev().find(fits).unwrap_or(0)
}

impl Unmarked {
    fn of(&mut self, index: usize) -> Option<&mut Answer> {
        while self.answers.len() <= index.min(64) {
            self.answers.push(Answer::default());
        }
        self.answers.get_mut(index)
    }
}

impl Sieve for Unmarked {
    fn pass(&mut self, delta: Delta, into: &mut Vec<Delta>) {
        let mark = self.mark.clone();
        match delta {
            Delta::Text { index, text } => {
                let Some(answer) = self.of(index) else { return };
                answer.held.push_str(&text);
                let text = answer.take(&mark, false);
                into.extend(text.map(|text| Delta::Text { index, text }));
            }
            Delta::Finished { index, .. } => {
                let text = self.of(index).and_then(|answer| answer.take(&mark, true));
                into.extend(text.map(|text| Delta::Text { index, text }));
                into.push(delta);
            }
            Delta::Usage(_) => into.push(delta),
        }
    }

    fn end(&mut self, into: &mut Vec<Delta>) {
        for (index, answer) in self.answers.iter_mut().enumerate() {
            let text = answer.take(&self.mark, true);
            into.extend(text.map(|text| Delta::Text { index, text }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sieved(pieces: &[&str]) -> String {
        let mut sieve = Unmarked { mark: "<FILL_HERE>".into(), answers: Vec::new() };
        let mut into = Vec::new();
        for piece in pieces {
            sieve.pass(Delta::Text { index: 0, text: (*piece).to_owned() }, &mut into);
        }
        sieve.end(&mut into);
        let text = |delta| if let Delta::Text { text, .. } = delta { text } else { String::new() };
        into.into_iter().map(text).collect()
    }

    #[test]
    fn marks_are_left_out_however_an_answer_is_cut() {
        for (text, want) in [
            ("foo(bar)", "foo(bar)"),
            ("<FILL_HERE>foo()", "foo()"),
            ("\n<FILL_HERE>\n  foo()", "\n  foo()"),
            ("foo()<FILL_HERE>\n}", "foo()"),
            ("foo()\n</file>\n", "foo()\n"),
            ("<FILL_HERE>foo()<FILL_HERE>", "foo()"),
            ("if a < b && c <FILL", "if a < b && c <FILL"),
            ("größe <日本>", "größe <日本>"),
            ("\n    x", "\n    x"),
            ("<FILL_HERE>", ""),
            (" \n", " \n"),
            ("", ""),
        ] {
            assert_eq!(sieved(&[text]), want, "{text:?}");
            let chars: Vec<String> = text.chars().map(String::from).collect();
            let chars: Vec<&str> = chars.iter().map(String::as_str).collect();
            assert_eq!(sieved(&chars), want, "{text:?}");
            for (at, _) in text.char_indices() {
                let (before, after) = text.split_at(at);
                assert_eq!(sieved(&[before, after]), want, "{text:?} at {at}");
            }
        }
    }
}
