//! One model's answer while it comes: piece by piece made visible, until it is complete, diverges or
//! breaks.

use std::time::Instant;

use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};

use super::gather::gather;
use super::{End, Shared};
use crate::backend::error::BackendError;
use crate::backend::{Delta, FinishReason, Usage};
use crate::completion::completer::{Completer, Query};
use crate::completion::reuse;
use crate::completion::shape::stop::StopRule;
use crate::document::line_ending::normalise;
use crate::prompt::special_tokens;

/// A server that ignores the output budget is left after this much text (bytes). It is looked at
/// anew with every piece, so twice as much would cost four times the work.
pub(super) const MAX_TEXT: usize = 16 * 1024;

/// One candidate's text as it comes.
#[derive(Default)]
struct Raw {
    text: String,
    done: bool,
}

/// One model's answer as it comes, made visible in what the generation shares.
pub(super) struct Stream<'a> {
    shared: &'a Shared,
    completer: &'a dyn Completer,
    rule: &'a StopRule,
    wanted: usize,
    raws: Vec<Raw>,
    usage: &'a mut Option<Usage>,
}

impl<'a> Stream<'a> {
    pub(super) const fn new(
        shared: &'a Shared,
        completer: &'a dyn Completer,
        rule: &'a StopRule,
        usage: &'a mut Option<Usage>,
    ) -> Self {
        Self { shared, completer, rule, wanted: 1, raws: Vec::new(), usage }
    }

    /// Reads it to its end, or to where it is complete.
    pub(super) async fn run(mut self, query: &Query) -> End {
        self.wanted = usize::from(query.candidates.max(1));
        let began = Instant::now();
        let mut deltas = self.completer.complete(query);
        let mut end = End::Complete;
        let mut ahead = None;
        // The request is on its way once it has been polled; what stands around the cursor is read
        // while the model thinks.
        match deltas.next().now_or_never() {
            Some(delta) => ahead = Some(delta),
            None => {
                // First the connection's task has its turn.
                tokio::task::yield_now().await;
                self.rule.read_ahead();
            }
        }
        loop {
            let next = match ahead.take() {
                Some(next) => next,
                None => deltas.next().await,
            };
            let Some(delta) = next else { break };
            match delta {
                Ok(Delta::Text { index, text }) if index < self.wanted => {
                    if self.raws.is_empty() {
                        self.completer.note_first_token(began.elapsed());
                    }
                    let text = gather(text, index, &mut deltas, &mut ahead);
                    self.text(index, &text);
                    if self.diverged() {
                        return End::Diverged;
                    }
                    if self.raws.iter().any(|raw| raw.text.len() > MAX_TEXT) {
                        end = End::Broken(BackendError::Malformed(self.completer.name().into()));
                        break;
                    }
                    if self.all_done() {
                        // Complete before the server knows: leaving closes the connection.
                        self.shared.end(End::Complete);
                        if !matches!(ahead, Some(None)) {
                            self.drain(&mut deltas).await;
                        }
                        return End::Complete;
                    }
                }
                Ok(Delta::Finished { index, reason }) => {
                    if reason == FinishReason::Length {
                        end = End::CutOff;
                    }
                    self.finish(index);
                    if self.all_done() {
                        self.shared.end(end.clone());
                    }
                }
                Ok(Delta::Usage(usage)) => *self.usage = Some(usage),
                Ok(Delta::Text { .. }) => {}
                Err(error) if self.raws.is_empty() => return End::Failed(error),
                Err(error) => {
                    self.completer.note_error(&error);
                    tracing::info!(model = self.completer.name(), "cut short: {error}");
                    end = End::Broken(error);
                    break;
                }
            }
        }
        for index in 0..self.raws.len() {
            self.finish(index);
        }
        if self.diverged() { End::Diverged } else { end }
    }

    fn text(&mut self, index: usize, text: &str) {
        while self.raws.len() <= index {
            self.raws.push(Raw::default());
        }
        let Some(raw) = self.raws.get_mut(index).filter(|raw| !raw.done) else { return };
        raw.text.push_str(text);
        // What may be the beginning of a special token or of a CRLF waits for the next piece.
        let tail = special_tokens::possible_leak_tail(&raw.text);
        let shown = raw.text.get(..raw.text.len().saturating_sub(tail)).unwrap_or("");
        let visible = normalise(shown.strip_suffix('\r').unwrap_or(shown));
        raw.done = publish(self.shared, self.rule, index, visible, false);
    }

    fn finish(&mut self, index: usize) {
        if let Some(raw) = self.raws.get_mut(index).filter(|raw| !raw.done) {
            raw.done = true;
            publish(self.shared, self.rule, index, normalise(&raw.text), true);
        }
    }

    fn all_done(&self) -> bool {
        self.raws.len() >= self.wanted && self.raws.iter().all(|raw| raw.done)
    }

    fn diverged(&self) -> bool {
        let typed = self.shared.typed.lock();
        let progress = self.shared.progress.borrow();
        progress.texts.first().is_some_and(|text| !reuse::agrees(text, &typed))
    }

    /// Reads what has already arrived, so that a finished answer's connection can be used again;
    /// waits for nothing.
    async fn drain(&mut self, deltas: &mut BoxStream<'_, Result<Delta, BackendError>>) {
        // Whoever waits for the answer goes first.
        tokio::task::yield_now().await;
        let mut waited = 0;
        while waited < 16 {
            match deltas.next().now_or_never() {
                Some(None | Some(Err(_))) => return,
                Some(Some(Ok(Delta::Usage(usage)))) => *self.usage = Some(usage),
                Some(Some(Ok(_))) => {}
                None => {
                    waited += 1;
                    tokio::task::yield_now().await;
                }
            }
        }
    }
}

/// Makes a candidate's text visible up to where it is complete; answers whether it is.
fn publish(shared: &Shared, rule: &StopRule, index: usize, visible: String, ended: bool) -> bool {
    let mut opened = rule.open(visible, ended);
    let complete = rule.complete(&opened.text);
    if let Some(end) = complete {
        opened.text.truncate(end);
    }
    let text = opened.text;
    shared.progress.send_modify(|progress| {
        while progress.texts.len() <= index {
            progress.texts.push(String::new());
        }
        if index == 0 && progress.first_line.is_none() && text.trim_start().contains('\n') {
            progress.first_line = Some(Instant::now());
        }
        if index == 0 {
            progress.rules = opened.rules;
        }
        if let Some(known) = progress.texts.get_mut(index) {
            *known = text;
        }
    });
    complete.is_some() || opened.over
}
