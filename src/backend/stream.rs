//! Reading a streamed answer: server-sent events, or one JSON object per line, with time-outs for
//! the first piece and between pieces.

use std::time::{Duration, Instant};

use futures::stream::{BoxStream, StreamExt};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::Delta;
use super::error::BackendError;
use super::sse::SseParser;
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
    /// The event reports an error.
    fn error(&self) -> Option<&IgnoredAny>;
    /// What it says.
    fn deltas(self, into: &mut Vec<Delta>);
}

/// How a stream is cut into events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Server-sent events; `[DONE]` ends them.
    Events,
    /// One JSON object per line.
    Lines,
}

/// The deltas of a streamed response. Dropping the stream closes the connection.
#[must_use]
pub fn read<T: Wire>(
    response: reqwest::Response,
    cut: Cut,
    name: String,
    patience: Patience,
) -> BoxStream<'static, Result<Delta, BackendError>> {
    let parser = match cut {
        Cut::Events => Parser::Events(SseParser::default()),
        Cut::Lines => Parser::Lines(Vec::new()),
    };
    let bytes = response.bytes_stream().map(|piece| piece.map_err(|_| ())).boxed();
    let last = patience.since;
    let reader = Reader { bytes, parser, name, patience, last, any: false, ended: false };
    let ready: std::collections::VecDeque<Delta> = std::collections::VecDeque::new();
    futures::stream::unfold((Some(reader), ready), |(reader, mut ready)| async move {
        let mut reader = reader;
        loop {
            if let Some(delta) = ready.pop_front() {
                return Some((Ok(delta), (reader, ready)));
            }
            match reader.as_mut()?.event::<T>().await {
                Some(Ok(event)) => {
                    let mut deltas = Vec::new();
                    event.deltas(&mut deltas);
                    ready.extend(deltas);
                }
                Some(Err(error)) => return Some((Err(error), (None, ready))),
                None => return None,
            }
        }
    })
    .boxed()
}

/// Reads to the stream's very end, so that its connection can be used again; not for long.
async fn read_out(bytes: BoxStream<'static, Result<bytes::Bytes, ()>>) {
    let all = bytes.take(READ_OUT).for_each(|_| std::future::ready(()));
    let _ = tokio::time::timeout(END, all).await;
}

enum Parser {
    Events(SseParser),
    Lines(Vec<u8>),
}

struct Reader {
    bytes: BoxStream<'static, Result<bytes::Bytes, ()>>,
    parser: Parser,
    name: String,
    patience: Patience,
    /// When the last event came; before the first, when the request was sent.
    last: Instant,
    /// An event has come.
    any: bool,
    ended: bool,
}

impl Reader {
    /// The next event; `None` at the end.
    async fn event<T: Wire>(&mut self) -> Option<Result<T, BackendError>> {
        loop {
            let (data, is_error) = match self.whole() {
                Some(event) => event,
                None if self.ended => return None,
                None => match self.more().await {
                    Ok(()) => continue,
                    Err(error) => return Some(Err(error)),
                },
            };
            if data == b"[DONE]" {
                tokio::spawn(read_out(std::mem::replace(
                    &mut self.bytes,
                    futures::stream::empty().boxed(),
                )));
                return None;
            }
            if data.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            (self.any, self.last) = (true, Instant::now());
            let event = match serde_json::from_slice::<T>(&data) {
                _ if is_error => Err(BackendError::InStream(self.name.clone())),
                Ok(event) if event.error().is_some() => {
                    Err(BackendError::InStream(self.name.clone()))
                }
                Ok(event) => Ok(event),
                Err(_) => Err(BackendError::Malformed(self.name.clone())),
            };
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
        }
    }

    async fn more(&mut self) -> Result<(), BackendError> {
        let Patience { since, waits } = self.patience;
        let (mut shown, mut key) = match self.any {
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
                let sensible = match &mut self.parser {
                    Parser::Events(parser) => parser.push(&piece),
                    Parser::Lines(buffer) => {
                        buffer.extend_from_slice(&piece);
                        buffer.len() <= MAX_LINE
                    }
                };
                if sensible { Ok(()) } else { Err(BackendError::Malformed(self.name.clone())) }
            }
            Some(Err(())) => Err(BackendError::Interrupted(self.name.clone())),
            None => {
                self.ended = true;
                Ok(())
            }
        }
    }
}
