//! Reasoning in the text itself: servers without a parser for it send what the model thinks
//! between `<think>` and `</think>`, before the answer.

use crate::backend::Delta;
use crate::backend::stream::Sieve;

const OPEN: [&str; 2] = ["<think>", "<thinking>"];
const CLOSE: [&str; 2] = ["</think>", "</thinking>"];

/// Leaves out what stands between these marks at the very beginning of an answer.
#[derive(Default)]
pub(crate) struct Thoughts {
    /// By candidate.
    answers: Vec<State>,
}

enum State {
    /// Nothing but blanks and what may be a mark's beginning.
    Begins(String),
    /// Inside; the end of it, in which the closing mark may have begun.
    Thinks(String),
    /// The answer comes, after line breaks that belong to the thoughts.
    Thought,
    Answers,
}

impl Thoughts {
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
                    if let Some(mark) = OPEN.iter().find(|mark| begun.starts_with(**mark)) {
                        text = begun.get(mark.len()..).unwrap_or_default().to_owned();
                        *state = State::Thinks(String::new());
                    } else if OPEN.iter().any(|mark| mark.starts_with(begun)) {
                        return None;
                    } else {
                        let held = std::mem::take(held);
                        *state = State::Answers;
                        return Some(held);
                    }
                }
                State::Thinks(tail) => {
                    tail.push_str(&text);
                    let found = CLOSE.iter().filter_map(|mark| Some((tail.find(mark)?, mark)));
                    if let Some((at, mark)) = found.min_by_key(|(at, _)| *at) {
                        text = tail.get(at + mark.len()..).unwrap_or_default().to_owned();
                        *state = State::Thought;
                    } else {
                        let mut keep = tail.len().saturating_sub(CLOSE[1].len());
                        while !tail.is_char_boundary(keep) {
                            keep += 1;
                        }
                        tail.drain(..keep);
                        return None;
                    }
                }
                State::Thought => {
                    let answer = text.trim_start_matches(['\n', '\r']);
                    if answer.is_empty() {
                        return None;
                    }
                    text = answer.to_owned();
                    *state = State::Answers;
                }
                State::Answers => return Some(text),
            }
        }
    }

    /// What a candidate that is over has held back.
    fn rest(&mut self, index: usize) -> Option<Delta> {
        let state = self.answers.get_mut(index)?;
        match std::mem::replace(state, State::Answers) {
            State::Begins(text) if !text.is_empty() => Some(Delta::Text { index, text }),
            _ => None,
        }
    }
}

impl Sieve for Thoughts {
    fn pass(&mut self, delta: Delta, into: &mut Vec<Delta>) {
        match delta {
            Delta::Text { index, text } => {
                into.extend(self.text(index, text).map(|text| Delta::Text { index, text }));
            }
            Delta::Finished { index, .. } => {
                into.extend(self.rest(index));
                into.push(delta);
            }
            Delta::Usage(_) => into.push(delta),
        }
    }

    /// What nobody has ended may have been the beginning of a mark.
    fn end(&mut self, _: &mut Vec<Delta>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sieved(pieces: &[&str]) -> String {
        let (mut thoughts, mut into) = (Thoughts::default(), Vec::new());
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
    fn candidates_think_apart() {
        let (mut thoughts, mut into) = (Thoughts::default(), Vec::new());
        let text = |index, text: &str| Delta::Text { index, text: text.to_owned() };
        for delta in [text(1, "<think>x"), text(0, "a"), text(1, "</think>b"), text(900, "c")] {
            thoughts.pass(delta, &mut into);
        }
        assert_eq!(into, [text(0, "a"), text(1, "b"), text(900, "c")]);
    }
}
