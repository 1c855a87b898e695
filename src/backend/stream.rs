//! Reading a streamed answer: server-sent events, or one JSON object per line, with time-outs for
//! the first piece and between pieces.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use futures::stream::{BoxStream, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::{BackendError, NoText};
use super::judge::Complaint;
use super::sse::SseParser;
use super::{Delta, Deltas, FinishReason, Usage};
use crate::config::settings::Waits;

/// A line longer than this (bytes) is no answer of a model.
const MAX_LINE: usize = 4 * 1024 * 1024;
/// After its last event a stream ends within this.
const END: Duration = Duration::from_secs(1);
/// At most that many pieces are read after the last event.
const READ_OUT: usize = 16;

/// Limits on waiting for a stream.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// When the request was sent.
    pub since: Instant,
    /// How long for the first event from `since`, between events and in all. What only keeps the
    /// connection alive is no event.
    pub waits: Waits,
}

/// One event of a wire format.
pub trait Wire: DeserializeOwned + Send + 'static {
    /// The error that the event reports.
    fn complaint(&self) -> Option<&Complaint>;
    /// What it says.
    fn deltas(self, into: &mut Vec<Delta>);
    /// It only keeps the connection alive.
    fn is_ping(&self) -> bool {
        false
    }
    /// Nothing comes after it, though the connection may stay open.
    fn is_last(&self) -> bool {
        false
    }
}

/// How a stream is cut into events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Server-sent events; `[DONE]` ends them.
    Events,
    /// One JSON object per line.
    Lines,
}

/// The pieces of a response's body as they come; an error is a broken connection.
pub type Pieces = BoxStream<'static, Result<bytes::Bytes, ()>>;

/// The body of a response.
#[must_use]
pub fn pieces(response: reqwest::Response) -> Pieces {
    response.bytes_stream().map(|piece| piece.map_err(|_| ())).boxed()
}

/// Takes out of an answer what is no text of it.
pub trait Sieve: Send {
    /// Lets a delta through, or what there is of it.
    fn pass(&mut self, delta: Delta, into: &mut Vec<Delta>);
    /// The answer is over: what was held back.
    fn end(&mut self, into: &mut Vec<Delta>);
}

/// The deltas of a streamed answer. Dropping the stream closes the connection.
#[must_use]
pub fn read<T: Wire>(bytes: Pieces, cut: Cut, name: String, patience: Patience) -> Deltas {
    read_through::<T>(bytes, cut, None, name, patience)
}

/// As [`read`], through a sieve: an answer of which nothing is left has no text.
#[must_use]
pub fn read_through<T: Wire>(
    bytes: Pieces,
    cut: Cut,
    sieve: Option<Box<dyn Sieve>>,
    name: String,
    patience: Patience,
) -> Deltas {
    let parser = match cut {
        Cut::Events => Parser::Events(SseParser::default()),
        Cut::Lines => Parser::Lines(Vec::new()),
    };
    let last = patience.since;
    let reader = Reader {
        bytes,
        parser,
        name,
        patience,
        last,
        any: false,
        spoken: false,
        done: false,
        ended: false,
    };
    let ready = VecDeque::new();
    let state = State { reader: Some(reader), ready, error: None, said: Said::default(), sieve };
    futures::stream::unfold(state, |mut state| async move {
        loop {
            if let Some(delta) = state.ready.pop_front() {
                return Some((Ok(delta), state));
            }
            if let Some(error) = state.error.take() {
                return Some((Err(error), state));
            }
            let reader = state.reader.as_mut()?;
            let error = match reader.event::<T>().await {
                Some(Ok(event)) => {
                    let mut deltas = Vec::new();
                    event.deltas(&mut deltas);
                    let spoken = |delta: &Delta| !matches!(delta, Delta::Usage(_));
                    reader.spoken |= deltas.iter().any(spoken);
                    state.take(deltas);
                    continue;
                }
                Some(Err(error)) => Some(error),
                None => {
                    let mut held = Vec::new();
                    if let Some(sieve) = &mut state.sieve {
                        sieve.end(&mut held);
                    }
                    let (name, closed) = (reader.name.clone(), reader.ended);
                    let known = reader.spoken || state.said.usage != Usage::default();
                    state.note(held);
                    match known || closed {
                        true => state.said.missing(name, closed),
                        // It ended well, and nothing of it was an answer.
                        false => Some(BackendError::Malformed(name)),
                    }
                }
            };
            state.reader = None;
            state.error = error;
        }
    })
    .boxed()
}

struct State {
    /// `None` after the last event.
    reader: Option<Reader>,
    ready: VecDeque<Delta>,
    /// Comes after what is ready.
    error: Option<BackendError>,
    said: Said,
    sieve: Option<Box<dyn Sieve>>,
}

impl State {
    fn take(&mut self, deltas: Vec<Delta>) {
        let Some(sieve) = &mut self.sieve else { return self.note(deltas) };
        let mut passed = Vec::with_capacity(deltas.len());
        deltas.into_iter().for_each(|delta| sieve.pass(delta, &mut passed));
        self.note(passed);
    }

    fn note(&mut self, deltas: Vec<Delta>) {
        let said = &mut self.said;
        self.ready.extend(deltas.into_iter().filter_map(|delta| said.note(delta)));
    }
}

/// What the answer has said so far.
#[derive(Default)]
struct Said {
    text: bool,
    /// Candidates that have begun and not ended.
    open: Vec<usize>,
    /// Candidates that have ended: what is said of an end a second time counts no more.
    ended: Vec<usize>,
    finish: Option<FinishReason>,
    usage: Usage,
}

impl Said {
    fn note(&mut self, delta: Delta) -> Option<Delta> {
        match delta {
            Delta::Text { index, .. } => {
                self.text = true;
                if !self.open.contains(&index) {
                    self.open.push(index);
                }
            }
            Delta::Finished { index, .. } if self.ended.contains(&index) => return None,
            Delta::Finished { index, reason } => {
                self.ended.push(index);
                self.finish = Some(reason);
                self.open.retain(|open| *open != index);
            }
            Delta::Usage(usage) => {
                self.usage = self.usage.merge(usage);
                return Some(Delta::Usage(self.usage));
            }
        }
        Some(delta)
    }

    /// What is wrong with an answer that ends here; `closed`, if no event said that it ends.
    fn missing(&self, name: String, closed: bool) -> Option<BackendError> {
        let name = || name.clone();
        match self.finish {
            finish if closed && (finish.is_none() || !self.open.is_empty()) => {
                Some(BackendError::Interrupted(name()))
            }
            Some(FinishReason::Filtered) if !self.text => Some(BackendError::Filtered(name())),
            Some(FinishReason::Declined) if !self.text => Some(BackendError::Declined(name())),
            Some(FinishReason::Length) if !self.text => {
                Some(BackendError::Empty(name(), NoText::Length))
            }
            Some(FinishReason::Tool) if !self.text => {
                Some(BackendError::Empty(name(), NoText::Tool))
            }
            Some(FinishReason::Other) if !self.text => {
                Some(BackendError::Empty(name(), NoText::Other))
            }
            _ => None,
        }
    }
}

/// Reads to the stream's very end, so that its connection can be used again; not for long.
async fn read_out(bytes: Pieces) {
    let all = bytes.take(READ_OUT).for_each(|_| std::future::ready(()));
    let _ = tokio::time::timeout(END, all).await;
}

enum Parser {
    Events(SseParser),
    Lines(Vec<u8>),
    /// No stream at all: a page, or an object where events were asked for. Judged when it is whole.
    Body(Vec<u8>),
}

struct Reader {
    bytes: Pieces,
    parser: Parser,
    name: String,
    patience: Patience,
    /// When the last event came; before the first, when the request was sent.
    last: Instant,
    /// An event has come.
    any: bool,
    /// Text has come, or the answer's end.
    spoken: bool,
    /// The last event has come.
    done: bool,
    /// The last byte has come.
    ended: bool,
}

impl Reader {
    /// The next event; `None` at the end.
    async fn event<T: Wire>(&mut self) -> Option<Result<T, BackendError>> {
        loop {
            if self.done {
                let bytes = std::mem::replace(&mut self.bytes, futures::stream::empty().boxed());
                tokio::spawn(read_out(bytes));
                self.ended = false;
                return None;
            }
            let (data, is_error) = match self.whole() {
                Some(event) => event,
                None if self.ended => return self.body_error().map(Err),
                None => match self.more().await {
                    Ok(()) => continue,
                    Err(error) => return Some(Err(error)),
                },
            };
            if data == b"[DONE]" {
                self.done = true;
                continue;
            }
            if data.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let event = match serde_json::from_slice::<T>(&data) {
                Ok(event) if event.is_ping() => continue,
                _ if is_error => Err(Complaint::of_body(&data).judge_in_stream(&self.name)),
                Ok(event) => match event.complaint() {
                    Some(complaint) => Err(complaint.judge_in_stream(&self.name)),
                    None => {
                        self.done = event.is_last();
                        Ok(event)
                    }
                },
                Err(_) => Err(BackendError::Malformed(self.name.clone())),
            };
            (self.any, self.last) = (true, Instant::now());
            return Some(event);
        }
    }

    /// A whole event among what has been read.
    fn whole(&mut self) -> Option<(Vec<u8>, bool)> {
        match &mut self.parser {
            Parser::Events(parser) => {
                let event = parser.next_event();
                let event = if self.ended { event.or_else(|| parser.finish()) } else { event };
                event.map(|event| (event.data, event.is_error))
            }
            Parser::Lines(buffer) => match memchr::memchr(b'\n', buffer) {
                Some(end) => Some((buffer.drain(..=end).collect(), false)),
                None if self.ended && !buffer.is_empty() => Some((std::mem::take(buffer), false)),
                None => None,
            },
            Parser::Body(_) => None,
        }
    }

    /// What a body that is no stream says; LM Studio answers 200 to paths that it does not have.
    fn body_error(&self) -> Option<BackendError> {
        let Parser::Body(body) = &self.parser else { return None };
        let name = self.name.clone();
        if body.trim_ascii_start().starts_with(b"<") {
            return Some(BackendError::WebPage(name, 200));
        }
        let complaint = serde_json::from_slice::<Value>(body).ok().and_then(|value| {
            let value = if value.is_array() { value.get(0)? } else { &value };
            ["error", "detail", "message"].iter().find_map(|key| value.get(key)).map(Complaint::of)
        });
        Some(match complaint {
            Some(complaint) => complaint.judge_in_stream(&name),
            None => BackendError::Malformed(name),
        })
    }

    /// The first bytes tell whether it is a stream.
    fn look(&mut self, piece: &[u8]) {
        let Some(first) = piece.trim_ascii_start().first().filter(|_| !self.any) else { return };
        let begins = match &self.parser {
            Parser::Events(parser) => parser.is_new(),
            Parser::Lines(buffer) => buffer.is_empty(),
            Parser::Body(_) => false,
        };
        let events = matches!(self.parser, Parser::Events(_));
        if begins && (*first == b'<' || (events && matches!(first, b'{' | b'['))) {
            self.parser = Parser::Body(Vec::new());
        }
    }

    async fn more(&mut self) -> Result<(), BackendError> {
        let Patience { since, waits } = self.patience;
        // What says that a model has begun to work, or thinks, is no token yet.
        let (mut shown, mut key) = match self.spoken {
            true => (waits.idle, "idle_timeout_ms"),
            false => (waits.first_token, "first_token_timeout_ms"),
        };
        let mut wait = shown.saturating_sub(self.last.elapsed());
        let left = waits.total.saturating_sub(since.elapsed());
        if left < wait {
            (shown, key, wait) = (waits.total, "total_timeout_ms", left);
        }
        let Ok(piece) = tokio::time::timeout(wait, self.bytes.next()).await else {
            return Err(BackendError::TimedOut(self.name.clone(), shown, key));
        };
        match piece {
            Some(Ok(piece)) => {
                self.look(&piece);
                let sensible = match &mut self.parser {
                    Parser::Events(parser) => parser.push(&piece),
                    Parser::Lines(buffer) => {
                        buffer.extend_from_slice(&piece);
                        buffer.len() <= MAX_LINE
                    }
                    Parser::Body(body) => {
                        body.extend_from_slice(&piece);
                        body.len() <= MAX_LINE
                    }
                };
                if sensible { Ok(()) } else { Err(BackendError::Malformed(self.name.clone())) }
            }
            Some(Err(())) if self.any => Err(BackendError::Interrupted(self.name.clone())),
            Some(Err(())) => Err(BackendError::Reset(self.name.clone())),
            None => {
                self.ended = true;
                Ok(())
            }
        }
    }
}
