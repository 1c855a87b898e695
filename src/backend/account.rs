//! What one request used: counted by the server, or guessed where it does not say. Noted in the
//! store when the request is over, however that was.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::BackendError;
use super::limit::Permit;
use super::{Ask, Delta, Usage};
use crate::config::settings::{Price, Purpose};
use crate::prompt::budget::estimate;
use crate::store::{Outcome, Request, Store, Subject, Tokens, now_ms};

/// The account of one request under way. Dropped, it is noted: by then it is over.
pub struct Account {
    store: Arc<Store>,
    subject: Arc<Subject>,
    purpose: Purpose,
    price: Option<Price>,
    permit: Option<Permit>,
    at_ms: i64,
    began: Instant,
    first: Option<Duration>,
    /// An upper estimate of the prompt's tokens.
    prompt: u64,
    /// An upper estimate of the answer's tokens so far.
    output: u64,
    usage: Usage,
    outcome: Outcome,
    /// Nothing reached the server.
    unsent: bool,
    /// The server said by a status that it does not answer.
    refused: bool,
}

impl Account {
    /// Of a request that is sent now. `prompt`: an upper estimate of its tokens.
    #[must_use]
    pub fn open(
        store: Arc<Store>,
        subject: Arc<Subject>,
        purpose: Purpose,
        prompt: u64,
        price: Option<Price>,
        permit: Option<Permit>,
    ) -> Self {
        Self {
            store,
            subject,
            purpose,
            price,
            permit,
            at_ms: now_ms(),
            began: Instant::now(),
            first: None,
            prompt,
            output: 0,
            usage: Usage::default(),
            outcome: Outcome::Cancelled,
            unsent: false,
            refused: false,
        }
    }

    /// Takes note of a piece of the answer.
    pub fn note(&mut self, delta: &Delta) {
        match delta {
            Delta::Text { text, .. } => {
                self.first.get_or_insert_with(|| self.began.elapsed());
                self.output = self.output.saturating_add(estimate(text) as u64);
            }
            Delta::Finished { .. } => self.outcome = Outcome::Finished,
            Delta::Usage(usage) => self.usage = *usage,
        }
    }

    /// Any text has come.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.first.is_some()
    }

    /// It failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.outcome == Outcome::Failed
    }

    /// The server came to its end.
    pub const fn finish(&mut self) {
        self.outcome = Outcome::Finished;
    }

    /// It failed.
    pub const fn fail(&mut self, error: &BackendError) {
        self.outcome = Outcome::Failed;
        self.unsent = error.is_unsent();
        self.refused = !error.may_be_paid_for();
    }

    /// What it used, and whether that is a guess.
    fn tokens(&self) -> (Tokens, bool) {
        let Usage { prompt_tokens, output_tokens, cached_tokens } = self.usage;
        let free = self.refused && self.first.is_none();
        if free && prompt_tokens.is_none() && output_tokens.is_none() {
            // What is refused costs nothing; what breaks off may have been read by then.
            return (Tokens::default(), false);
        }
        let tokens = Tokens {
            prompt: prompt_tokens.unwrap_or(self.prompt),
            cached: cached_tokens.unwrap_or(0),
            output: output_tokens.unwrap_or(self.output),
        };
        (tokens, prompt_tokens.is_none() || output_tokens.is_none())
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        if self.unsent {
            return;
        }
        let (tokens, estimated) = self.tokens();
        self.store.record(Request {
            at_ms: self.at_ms,
            subject: Arc::clone(&self.subject),
            purpose: self.purpose,
            tokens,
            estimated,
            cost: self.price.map(|price| cost(price, tokens)),
            first_ms: self.first.map(ms),
            total_ms: ms(self.began.elapsed()),
            outcome: self.outcome,
            admission: self.permit.as_mut().and_then(Permit::spend),
        });
    }
}

/// An upper estimate of a prompt's tokens.
#[must_use]
pub fn prompt_tokens(ask: &Ask) -> u64 {
    let tokens = match ask {
        Ask::Fim(ask) => {
            let prompt = ask.prompt.prompt();
            let files = prompt.files.iter().map(|file| estimate(file.text.as_str()));
            files.sum::<usize>()
                + estimate(prompt.prefix.as_str())
                + estimate(prompt.middle.as_str())
                + estimate(prompt.suffix.as_str())
        }
        Ask::Chat(ask) => {
            let prompt = ask.prompt.prompt();
            let turns = prompt.messages.iter().map(|turn| estimate(turn.text.as_str()));
            turns.sum::<usize>() + estimate(prompt.system.as_str())
        }
    };
    tokens as u64
}

/// USD for these tokens.
#[must_use]
pub fn cost(price: Price, tokens: Tokens) -> f64 {
    let Tokens { prompt, cached, output } = tokens;
    let cached = cached.min(prompt);
    let cached_price = price.cached.unwrap_or(price.input);
    let input = (prompt - cached) as f64 * price.input + cached as f64 * cached_price;
    (input + output as f64 * price.output) / 1e6
}

fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
