//! Reading a streamed answer: server-sent events (WHATWG HTML, 9.2) or one JSON object per line,
//! with time-outs for the first piece and between pieces.

use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use eventsource_stream::Eventsource;
use futures::stream::{BoxStream, Stream, StreamExt};
use serde_json::Value;

use super::error::BackendError;

/// A line longer than this (bytes) is no answer of a model.
const MAX_LINE: usize = 4 * 1024 * 1024;

/// At most that many events are read after the last one.
const READ_OUT: usize = 16;

/// Limits on waiting for a stream.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// When the request was sent.
    pub since: Instant,
    /// Until the first piece, from `since`.
    pub first: Duration,
    /// Between pieces.
    pub idle: Duration,
}

/// The JSON values of a server-sent event stream; `[DONE]` ends it.
#[must_use]
pub fn sse(
    response: reqwest::Response,
    name: String,
    patience: Patience,
) -> BoxStream<'static, Result<Value, BackendError>> {
    let broken = BackendError::Interrupted(name.clone());
    let events = tidy(response.bytes_stream()).eventsource().map(move |event| match event {
        Ok(event) if event.event == "error" && !event.data.starts_with('{') => {
            Ok("{\"error\":{}}".to_owned())
        }
        Ok(event) => Ok(event.data),
        Err(_) => Err(broken.clone()),
    });
    values(events.boxed(), name, patience)
}

/// Without the byte order mark that a stream may begin with; broken off where a line has no end.
fn tidy<E>(bytes: impl Stream<Item = Result<Bytes, E>>) -> impl Stream<Item = Result<Bytes, ()>> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let (mut mark, mut line) = (MARK, 0);
    bytes.map(move |piece| {
        let mut piece = piece.map_err(|_| ())?;
        while let (Some((expected, rest)), Some(byte)) = (mark.split_first(), piece.first()) {
            mark = if byte == expected { rest } else { &[] };
            if byte == expected {
                piece.advance(1);
            }
        }
        line = match piece.iter().rposition(|&byte| byte == b'\n') {
            Some(end) => piece.len() - end,
            None => line + piece.len(),
        };
        if line > MAX_LINE { Err(()) } else { Ok(piece) }
    })
}

/// The JSON values of a stream with one object per line.
#[must_use]
pub fn lines(
    response: reqwest::Response,
    name: String,
    patience: Patience,
) -> BoxStream<'static, Result<Value, BackendError>> {
    let bytes = response.bytes_stream().map(|piece| piece.map_err(|_| ()));
    let broken = BackendError::Interrupted(name.clone());
    let state = (bytes.boxed(), Vec::<u8>::new(), false);
    let lines = futures::stream::unfold(state, move |(mut bytes, mut buffer, mut ended)| {
        let broken = broken.clone();
        async move {
            loop {
                if let Some(end) = buffer.iter().position(|&b| b == b'\n') {
                    let line: Vec<u8> = buffer.drain(..=end).collect();
                    let line = String::from_utf8_lossy(&line).trim().to_owned();
                    return Some((Ok(line), (bytes, buffer, ended)));
                }
                if ended || buffer.len() > MAX_LINE {
                    let rest =
                        String::from_utf8_lossy(&std::mem::take(&mut buffer)).trim().to_owned();
                    return (!rest.is_empty()).then_some((Ok(rest), (bytes, buffer, true)));
                }
                match bytes.next().await {
                    Some(Ok(piece)) => buffer.extend_from_slice(&piece),
                    Some(Err(())) => return Some((Err(broken), (bytes, Vec::new(), true))),
                    None => ended = true,
                }
            }
        }
    });
    values(lines.boxed(), name, patience)
}

/// Reads to the stream's very end, so that its connection can be used again; not for long.
async fn read_out(texts: BoxStream<'static, Result<String, BackendError>>) {
    let all = texts.take(READ_OUT).for_each(|_| std::future::ready(()));
    let _ = tokio::time::timeout(Duration::from_secs(1), all).await;
}

fn values(
    texts: BoxStream<'static, Result<String, BackendError>>,
    name: String,
    patience: Patience,
) -> BoxStream<'static, Result<Value, BackendError>> {
    let first = patience.first.saturating_sub(patience.since.elapsed());
    let state = Some((texts, first, patience.first, "first_token_timeout_ms"));
    futures::stream::unfold(state, move |state| {
        let (name, idle) = (name.clone(), patience.idle);
        async move {
            let (mut texts, wait, shown, key) = state?;
            loop {
                let Ok(piece) = tokio::time::timeout(wait, texts.next()).await else {
                    return Some((Err(BackendError::TimedOut(name, shown, key)), None));
                };
                let text = match piece? {
                    Ok(text) => text,
                    Err(error) => return Some((Err(error), None)),
                };
                if text == "[DONE]" {
                    tokio::spawn(read_out(texts));
                    return None;
                }
                if text.is_empty() {
                    continue;
                }
                let Ok(value) = serde_json::from_str::<Value>(&text) else {
                    return Some((Err(BackendError::Malformed(name)), None));
                };
                if value.get("error").is_some_and(|error| !error.is_null()) {
                    return Some((Err(BackendError::InStream(name)), None));
                }
                return Some((Ok(value), Some((texts, idle, idle, "idle_timeout_ms"))));
            }
        }
    })
    .boxed()
}
