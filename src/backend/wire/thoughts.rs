//! Reasoning in the text itself: servers without a parser for it send what the model thinks
//! before the answer, between `<think>` and `</think>` or in a channel of its own
//! (<https://cookbook.openai.com/articles/openai-harmony>). Where the chat template has opened the
//! mark already, in the prompt, only the closing one comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::effort::thinking;
use crate::backend::endpoint::Endpoint;
use crate::backend::stream::Sieve;
use crate::backend::{Delta, FinishReason};
use crate::config::settings::Purpose;

const OPEN: [&str; 5] =
    ["<think>", "<thinking>", "<thought>", "<|channel|>", "<|start|>assistant<|channel|>"];
const CLOSE: [&str; 4] = ["</think>", "</thinking>", "</thought>", FINAL];
/// Before the answer that harmony, the format of gpt-oss, ends its thoughts with.
const FINAL: &str = "<|channel|>final<|message|>";

/// Leaves out what stands between these marks at the very beginning of an answer, and what stands
/// before a lone closing mark where that is to be expected.
#[derive(Default)]
pub(crate) struct Thoughts {
    /// By candidate.
    answers: Vec<State>,
    /// Nothing is let through before the closing mark, or the end.
    hold: bool,
    /// The server has sent a lone closing mark, to this answer or to one before.
    aloud: Arc<AtomicBool>,
}

enum State {
    /// Nothing but blanks and what may be a mark's beginning.
    Begins(String),
    /// Inside; the end of it, in which the closing mark may have begun.
    Thinks(String),
    /// It may be either, until the closing mark or the end comes.
    Held(String),
    /// The answer comes, after line breaks that belong to the thoughts.
    Thought,
    /// The answer; its end, in which a lone closing mark may have begun.
    Shown(String),
    /// The answer, after thoughts.
    Answers,
}

impl Thoughts {
    /// For an answer. A suggestion of a model that is known to think is held back, and whatever
    /// comes from a server that has sent a lone closing mark before.
    pub(crate) fn of(endpoint: &Endpoint, purpose: Purpose) -> Self {
        let aloud = Arc::clone(&endpoint.thinks_aloud);
        let likely = || {
            let thinking = thinking(&endpoint.model, purpose);
            thinking.room > 0 && !thinking.strict
        };
        let hold = aloud.load(Ordering::Relaxed) || (purpose == Purpose::Completion && likely());
        Self { answers: Vec::new(), hold, aloud }
    }

    fn text(&mut self, index: usize, text: String) -> Option<String> {
        // A server that counts candidates wildly is not followed.
        while self.answers.len() <= index.min(64) {
            self.answers.push(State::Begins(String::new()));
        }
        let Some(state) = self.answers.get_mut(index) else { return Some(text) };
        let mut text = text;
        loop {
            match state {
                State::Begins(held) => {
                    held.push_str(&text);
                    let begun = held.trim_start();
                    if OPEN.iter().any(|mark| begun.starts_with(*mark)) {
                        text = std::mem::take(held);
                        *state = State::Thinks(String::new());
                    } else if OPEN.iter().any(|mark| mark.starts_with(begun)) {
                        return None;
                    } else {
                        text = std::mem::take(held);
                        *state = match self.hold {
                            true => State::Held(String::new()),
                            false => State::Shown(String::new()),
                        };
                    }
                }
                State::Thinks(tail) => {
                    tail.push_str(&text);
                    let found = CLOSE.iter().filter_map(|mark| Some((tail.find(mark)?, mark)));
                    if let Some((at, mark)) = found.min_by_key(|(at, _)| *at) {
                        text = tail.get(at + mark.len()..).unwrap_or_default().to_owned();
                        *state = State::Thought;
                    } else {
                        keep_end(tail);
                        return None;
                    }
                }
                State::Held(held) => {
                    let from = end_of(held);
                    held.push_str(&text);
                    let after = lone_close(held, from, false)?;
                    self.aloud.store(true, Ordering::Relaxed);
                    text = held.get(after..).unwrap_or_default().to_owned();
                    *state = State::Thought;
                }
                State::Thought => {
                    let answer = text.trim_start_matches(['\n', '\r']);
                    if answer.is_empty() {
                        return None;
                    }
                    text = answer.to_owned();
                    *state = State::Answers;
                }
                State::Shown(tail) => {
                    tail.push_str(&text);
                    if lone_close(tail, 0, false).is_some() {
                        // What is shown is shown; it is known for the next answer.
                        self.aloud.store(true, Ordering::Relaxed);
                        *state = State::Answers;
                    } else {
                        keep_end(tail);
                    }
                    return Some(text);
                }
                State::Answers => return Some(text),
            }
        }
    }

    /// What a candidate that is over has held back. `cut`: its tokens ran out.
    fn rest(&mut self, index: usize, cut: bool) -> Option<Delta> {
        let state = self.answers.get_mut(index)?;
        let text = match std::mem::replace(state, State::Answers) {
            State::Begins(text) => text,
            State::Held(text) => match lone_close(&text, 0, true) {
                Some(after) => {
                    self.aloud.store(true, Ordering::Relaxed);
                    text.get(after..).unwrap_or_default().to_owned()
                }
                // It was still thinking.
                None if cut && self.aloud.load(Ordering::Relaxed) => return None,
                None => text,
            },
            State::Shown(tail) => {
                if lone_close(&tail, 0, true).is_some() {
                    self.aloud.store(true, Ordering::Relaxed);
                }
                return None;
            }
            State::Thinks(_) | State::Thought | State::Answers => return None,
        };
        (!text.is_empty()).then_some(Delta::Text { index, text })
    }
}

/// Where the text after a closing mark begins that nothing has opened, at or after `from`. Such a
/// mark ends its line: code that speaks of marks mostly does not. `whole`: nothing comes after.
fn lone_close(text: &str, from: usize, whole: bool) -> Option<usize> {
    let ends = |mark: &str, at: usize| {
        let after = at + mark.len();
        let rest = text.get(after..).unwrap_or_default();
        let ended = rest.starts_with(['\n', '\r']) || (whole && rest.is_empty());
        (ended || mark == FINAL).then_some(after)
    };
    let searched = text.get(from..)?;
    CLOSE
        .iter()
        .flat_map(|mark| {
            searched.match_indices(*mark).filter_map(move |(at, _)| ends(mark, from + at))
        })
        .min()
}

/// Where the last bytes begin in which a mark may have begun, or ended without what follows it.
fn end_of(text: &str) -> usize {
    let mut at = text.len().saturating_sub(FINAL.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// Drops all but those.
fn keep_end(text: &mut String) {
    text.drain(..end_of(text));
}

impl Sieve for Thoughts {
    fn pass(&mut self, delta: Delta, into: &mut Vec<Delta>) {
        match delta {
            Delta::Text { index, text } => {
                into.extend(self.text(index, text).map(|text| Delta::Text { index, text }));
            }
            Delta::Finished { index, reason } => {
                into.extend(self.rest(index, reason == FinishReason::Length));
                into.push(delta);
            }
            Delta::Usage(_) => into.push(delta),
        }
    }

    /// What nobody has ended may have been the beginning of a mark; thoughts it may be as well.
    fn end(&mut self, into: &mut Vec<Delta>) {
        for index in 0..self.answers.len() {
            if let Some(State::Held(_)) = self.answers.get(index) {
                into.extend(self.rest(index, true));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sieved(pieces: &[&str]) -> String {
        through(Thoughts::default(), pieces)
    }

    fn through(mut thoughts: Thoughts, pieces: &[&str]) -> String {
        let mut into = Vec::new();
        for piece in pieces {
            thoughts.pass(Delta::Text { index: 0, text: (*piece).to_owned() }, &mut into);
        }
        let reason = crate::backend::FinishReason::Stop;
        thoughts.pass(Delta::Finished { index: 0, reason }, &mut into);
        let text = |delta| if let Delta::Text { text, .. } = delta { text } else { String::new() };
        into.into_iter().map(text).collect()
    }

    #[test]
    fn thoughts_at_the_beginning_are_left_out_however_they_are_cut() {
        for (text, want) in [
            ("<think>a < b</think>\n\nfoo()", "foo()"),
            ("\n<thinking>größer</thinking>  x", "  x"),
            ("<think></think>\r\n\r\n", ""),
            ("<think>endless", ""),
            ("<thought>a</thought>\nfoo()", "foo()"),
            (
                "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>x",
                "x",
            ),
            ("<|channel|>final<|message|>x", "x"),
            ("    foo(\"<think>\")", "    foo(\"<think>\")"),
            ("<thin", "<thin"),
            ("<thing>", "<thing>"),
            ("  \n", "  \n"),
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

    #[test]
    fn what_comes_before_a_lone_closing_mark_is_left_out_where_it_is_held() {
        for (text, want) in [
            ("größer thoughts</think>\n\na + b", "a + b"),
            ("a + b", "a + b"),
            ("a </think>", ""),
            ("strip(\"</think>\")", "strip(\"</think>\")"),
            ("of \"</think>\".\n</think>\nx", "x"),
            ("<think>a</think>\nb", "b"),
        ] {
            let held = || Thoughts { hold: true, ..Thoughts::default() };
            assert_eq!(through(held(), &[text]), want, "{text:?}");
            let chars: Vec<String> = text.chars().map(String::from).collect();
            let chars: Vec<&str> = chars.iter().map(String::as_str).collect();
            assert_eq!(through(held(), &chars), want, "{text:?}");
        }
    }

    #[test]
    fn a_lone_closing_mark_is_remembered() {
        for (pieces, want) in [
            (["thoughts</thi", "nk>\n", "x"], true),
            (["thoughts", "</think>", ""], true),
            (["strip(\"</think>", "\")\n", "x"], false),
            (["<think>thoughts", "</think>\n", "x"], false),
        ] {
            let aloud = Arc::new(AtomicBool::new(false));
            let thoughts = Thoughts { aloud: Arc::clone(&aloud), ..Thoughts::default() };
            let _ = through(thoughts, &pieces);
            assert_eq!(aloud.load(Ordering::Relaxed), want, "{pieces:?}");
        }
        // From then on, thoughts that ran out of tokens are no answer.
        let aloud = Arc::new(AtomicBool::new(true));
        let mut thoughts = Thoughts { answers: Vec::new(), hold: true, aloud };
        let mut into = Vec::new();
        thoughts.pass(Delta::Text { index: 0, text: "endless".into() }, &mut into);
        thoughts.pass(Delta::Finished { index: 0, reason: FinishReason::Length }, &mut into);
        assert_eq!(into, [Delta::Finished { index: 0, reason: FinishReason::Length }]);
    }

    #[test]
    fn candidates_think_apart() {
        let (mut thoughts, mut into) = (Thoughts::default(), Vec::new());
        let text = |index, text: &str| Delta::Text { index, text: text.to_owned() };
        for delta in [text(1, "<think>x"), text(0, "a"), text(1, "</think>b"), text(900, "c")] {
            thoughts.pass(delta, &mut into);
        }
        assert_eq!(into, [text(0, "a"), text(1, "b"), text(900, "c")]);
    }
}
