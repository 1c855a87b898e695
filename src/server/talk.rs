//! Conversations about what was explained, each on its page. They are kept as long as the page is
//! open, and no longer than the connection.

use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

use super::page::so_far;
use crate::actions::outcome::Words;
use crate::document::line_ending::normalise;
use crate::document::uri::DocumentUri;
use crate::guard::redact;
use crate::prompt::{ChatPrompt, Message, Role};
use crate::workspace::session::sending::Source;

/// Most conversations; the one longest left alone goes first.
const MOST: usize = 16;
/// Turns that go along with a question besides the first two: enough to know what "shorter" means.
const TURNS: usize = 8;
/// Longest page, bytes; then it is time to begin anew.
const LONGEST: usize = 512 * 1024;

/// One conversation.
#[derive(Clone)]
pub(crate) struct Talk {
    /// The page's key.
    pub page: DocumentUri,
    /// Its file.
    pub file: PathBuf,
    /// What foretype has put there, and what it has answered to.
    pub text: String,
    /// The turns so far; the last one is the model's.
    prompt: ChatPrompt,
    /// The document that it is about, which may be closed.
    pub source: Source,
    /// An answer is being written.
    busy: bool,
    /// Its page was closed, and not opened again so far.
    closed: bool,
}

/// The conversations of a connection, the one used last at the end.
#[derive(Clone, Default)]
pub(crate) struct Talks(Arc<Mutex<Vec<Talk>>>);

/// Why a conversation does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TalkError {
    /// It is not known, or not any more.
    #[error("this conversation is over; ask for the explanation again")]
    Over,
    /// One question at a time.
    #[error("an answer is still being written there; wait for it or cancel it")]
    Busy,
    /// The page is full.
    #[error("the page has grown too long; ask for the explanation again")]
    Full,
}

impl Talk {
    /// One that begins with a question and its answer.
    pub(crate) fn new(
        page: &DocumentUri,
        file: PathBuf,
        text: String,
        words: Words,
        source: Source,
    ) -> Self {
        let mut prompt = words.prompt;
        prompt.messages.push(Message { role: Role::Assistant, text: redact(&words.text) });
        Self { page: page.clone(), file, text, prompt, source, busy: false, closed: false }
    }

    /// The conversation with one more question.
    pub(crate) fn asked(&self, words: &str) -> ChatPrompt {
        let mut prompt = self.prompt.clone();
        let turns = prompt.messages.len();
        if turns > 2 + TURNS {
            prompt.messages.drain(2..turns - TURNS);
        }
        prompt.messages.push(Message { role: Role::User, text: redact(words) });
        prompt
    }

    /// What stands on the page, as its editor has it, below what foretype has put there.
    pub(crate) fn written_below(&self, now: &str) -> Option<String> {
        let (now, own) = (normalise(now), self.text.trim_end());
        let below = match now.strip_prefix(own) {
            Some(below) => below,
            // Something above was changed: what follows the last line.
            None => now.rsplit_once(own.lines().next_back()?)?.1,
        };
        let below = below.trim();
        (!below.is_empty()).then(|| below.to_owned())
    }
}

impl Talks {
    /// Begins one; an older one on the same page is over.
    pub(crate) fn begin(&self, talk: Talk) {
        let mut talks = self.0.lock();
        talks.retain(|known| known.page != talk.page && !known.closed);
        talks.push(talk);
        let surplus = talks.len().saturating_sub(MOST);
        talks.drain(..surplus);
    }

    /// The one on a page; without a page the one used last.
    pub(crate) fn get(&self, page: Option<&DocumentUri>) -> Option<Talk> {
        let talks = self.0.lock();
        match page {
            Some(page) => talks.iter().find(|talk| talk.page == *page && !talk.closed).cloned(),
            None => talks.iter().rfind(|talk| !talk.closed).cloned(),
        }
    }

    /// Its page was opened.
    pub(crate) fn opened(&self, page: &DocumentUri) {
        self.set_closed(page, false);
    }

    /// Its page was closed, which ends it unless it is opened again: Neovim closes and opens what it
    /// reads anew.
    pub(crate) fn closed(&self, page: &DocumentUri) {
        self.set_closed(page, true);
    }

    fn set_closed(&self, page: &DocumentUri, closed: bool) {
        if let Some(talk) = self.0.lock().iter_mut().find(|talk| talk.page == *page) {
            talk.closed = closed;
        }
    }

    /// Takes the turn on a page, until what is answered is dropped.
    pub(crate) fn take_turn(&self, page: Option<&DocumentUri>) -> Result<(Talk, Turn), TalkError> {
        let mut talks = self.0.lock();
        let at = match page {
            Some(page) => talks.iter().position(|talk| talk.page == *page && !talk.closed),
            None => talks.iter().rposition(|talk| !talk.closed),
        };
        let at = at.ok_or(TalkError::Over)?;
        let mut talk = talks.remove(at);
        let busy = talk.busy;
        let full = talk.text.len() > LONGEST;
        talk.busy = true;
        talks.push(talk.clone());
        match (busy, full) {
            (true, _) => Err(TalkError::Busy),
            (false, true) => {
                if let Some(talk) = talks.last_mut() {
                    talk.busy = false;
                }
                Err(TalkError::Full)
            }
            (false, false) => {
                let turn = Turn { talks: self.clone(), page: talk.page.clone(), growing: None };
                Ok((talk, turn))
            }
        }
    }

    /// Forgets the one on a page.
    pub(crate) fn forget(&self, page: &DocumentUri) {
        self.0.lock().retain(|talk| talk.page != *page);
    }
}

/// What a page comes to while it is written.
struct Growing {
    text: watch::Receiver<String>,
    /// Bytes before the first word of the answer, and how many of them stay as they are.
    before: usize,
    kept: usize,
}

/// A question under way.
pub(crate) struct Turn {
    talks: Talks,
    page: DocumentUri,
    /// What the page comes to meanwhile.
    growing: Option<Growing>,
}

impl Turn {
    /// The page grows with its answer; so many bytes of it stay as they are.
    pub(crate) fn grows(&mut self, text: watch::Receiver<String>, kept: usize) {
        let before = text.borrow().len();
        self.growing = Some(Growing { text, before, kept });
    }

    /// It was not answered, and this is what the page has come to.
    pub(crate) fn left(mut self, text: String) {
        self.growing = None;
        let mut talks = self.talks.0.lock();
        if let Some(talk) = talks.iter_mut().find(|talk| talk.page == self.page) {
            talk.text = text;
        }
        drop(talks);
    }

    /// It was answered.
    pub(crate) fn answered(mut self, prompt: ChatPrompt, answer: &str, text: String) {
        self.growing = None;
        let mut talks = self.talks.0.lock();
        if let Some(talk) = talks.iter_mut().find(|talk| talk.page == self.page) {
            talk.prompt = prompt;
            let text_of = redact(answer);
            talk.prompt.messages.push(Message { role: Role::Assistant, text: text_of });
            talk.text = text;
        }
        drop(talks);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut talks = self.talks.0.lock();
        if let Some(talk) = talks.iter_mut().find(|talk| talk.page == self.page) {
            talk.busy = false;
            // Cancelled: what has come of the answer is no question of its user's.
            let shown = self
                .growing
                .as_ref()
                .and_then(|growing| so_far(&growing.text.borrow(), growing.before, growing.kept));
            talk.text = shown.unwrap_or_else(|| std::mem::take(&mut talk.text));
        }
    }
}
