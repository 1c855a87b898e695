//! Carries out a reply, step by step, on the connection its request came on.

use std::collections::VecDeque;
use std::io;

use serde_json::Value;
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;

use super::call::{Command, What};
use super::dialect::{End, Wire};
use super::http::{self, LAST_CHUNK};
use super::record::{Headers, Outcome};
use super::reply::{Body, Reply, Step};
use super::state::Shared;

/// What becomes of the connection after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    Keep,
    Close,
}

/// One answer under way.
pub struct Answer<'a> {
    stream: &'a TcpStream,
    shared: &'a Shared,
    wire: Wire,
    /// The number of the POST answered.
    number: usize,
    connection: usize,
    keep: bool,
    reply: Reply,
    texts: Vec<String>,
    sent: usize,
    headed: bool,
}

impl<'a> Answer<'a> {
    pub fn new(
        stream: &'a TcpStream,
        shared: &'a Shared,
        wire: Wire,
        (number, connection, keep): (usize, usize, bool),
        reply: Reply,
    ) -> Self {
        Self {
            stream,
            shared,
            wire,
            number,
            connection,
            keep,
            reply,
            texts: Vec::new(),
            sent: 0,
            headed: false,
        }
    }

    /// Runs the reply to its end; an error means that the client is gone.
    pub async fn run(&mut self, commands: &mut UnboundedReceiver<Command>) -> io::Result<After> {
        let mut script = VecDeque::from(self.reply.steps());
        if !self.reply.gated {
            commands.close();
            return match self.all(&mut script).await? {
                Some(after) => Ok(after),
                None => std::future::pending().await,
            };
        }
        while let Some(command) = commands.recv().await {
            let after = match command.what {
                What::Step(step) => self.step(step).await?,
                What::Rest => self.all(&mut script).await?,
                What::Next => match script.pop_front() {
                    Some(step) => self.step(step).await?,
                    None => None,
                },
                What::Instead(reply) => {
                    script = VecDeque::from(reply.steps());
                    self.reply = reply;
                    self.all(&mut script).await?
                }
            };
            if after.is_some() {
                commands.close();
            }
            // The caller may not wait for it.
            let _ = command.done.send(());
            if let Some(after) = after {
                return Ok(after);
            }
        }
        std::future::pending().await
    }

    async fn all(&mut self, script: &mut VecDeque<Step>) -> io::Result<Option<After>> {
        while let Some(step) = script.pop_front() {
            if let Some(after) = self.step(step).await? {
                return Ok(Some(after));
            }
        }
        Ok(None)
    }

    /// Does one step; the answer's last says what becomes of the connection.
    async fn step(&mut self, step: Step) -> io::Result<Option<After>> {
        match step {
            Step::Wait(time) => tokio::time::sleep(time).await,
            // Always the last of a script: nothing more comes.
            Step::Hang => {}
            Step::KeepAlives(pause) => loop {
                self.send(self.wire.keep_alive()).await?;
                tokio::time::sleep(pause).await;
            },
            Step::Huge(bytes) => {
                let mut event = b"data: ".to_vec();
                event.resize(bytes, b'x');
                self.send(event).await?;
            }
            Step::Thought(text) => self.send(self.wire.thought(&text)).await?,
            Step::Headers => self.send(Vec::new()).await?,
            Step::Raw(bytes) => {
                self.wire.streamed = true;
                self.send(bytes).await?;
            }
            Step::Token(candidate, text) => self.token(candidate, &text).await?,
            Step::Finish => {
                let last = if self.wire.streamed {
                    self.wire.ending(&self.the_end())
                } else {
                    self.wire.whole(&self.texts, &self.the_end())
                };
                return self.last(Outcome::Finished, last).await;
            }
            Step::Status(status, body) => return self.status(status, body).await,
            Step::ErrorEvent(message) if self.wire.streamed => {
                return self.last(Outcome::Failed, self.wire.error_event(&message)).await;
            }
            Step::ErrorEvent(message) => {
                return self.status(500, Some(Body::Json(self.wire.error(500, &message)))).await;
            }
            Step::Malformed if self.wire.streamed => {
                return self.last(Outcome::Failed, self.wire.malformed()).await;
            }
            Step::Malformed => {
                return self.last(Outcome::Failed, b"{\"choices\":[{\"text\":\"x,".to_vec()).await;
            }
            Step::Truncate => return self.truncate().await,
            Step::Reset => {
                self.end(Outcome::Failed);
                self.stream.set_zero_linger()?;
                return Ok(Some(After::Close));
            }
            Step::Close => {
                self.end(Outcome::Failed);
                return Ok(Some(After::Close));
            }
            Step::Garbage => {
                self.end(Outcome::Failed);
                write(self.stream, b"\x16\x03 this is not HTTP\r\n\r\n").await?;
                return Ok(Some(After::Close));
            }
        }
        Ok(None)
    }

    async fn token(&mut self, candidate: usize, text: &str) -> io::Result<()> {
        if candidate >= self.wire.wanted.max(1) {
            return Ok(());
        }
        if self.texts.len() <= candidate {
            self.texts.resize(candidate + 1, String::new());
        }
        self.texts[candidate].push_str(text);
        self.sent += 1;
        if self.wire.streamed {
            self.shared.update(|state| state.posts[self.number].tokens_sent = self.sent);
            self.send(self.wire.token(candidate, text, self.sent)).await?;
        }
        Ok(())
    }

    /// Sends a part of a stream.
    async fn send(&mut self, data: Vec<u8>) -> io::Result<()> {
        if !self.wire.streamed {
            return Ok(());
        }
        let out = self.part(&data);
        write(self.stream, &out).await
    }

    /// Sends the last of a stream, or a whole answer. What tests look at is set before the client
    /// can see any of it.
    async fn last(&mut self, outcome: Outcome, data: Vec<u8>) -> io::Result<Option<After>> {
        let out = if self.wire.streamed {
            let mut out = self.part(&data);
            out.extend_from_slice(LAST_CHUNK);
            out
        } else {
            let mut out = self.whole_head(200, self.wire.content_type(), data.len());
            out.extend(data);
            out
        };
        self.end(outcome);
        write(self.stream, &out).await?;
        Ok(Some(self.after()))
    }

    /// A part of a stream in chunks, after the headers if they are still due.
    fn part(&mut self, data: &[u8]) -> Vec<u8> {
        let mut out = self.stream_head();
        match self.reply.piece {
            Some(piece) => data.chunks(piece).for_each(|part| out.extend(http::chunk(part))),
            None => out.extend(http::chunk(data)),
        }
        out
    }

    async fn status(&mut self, status: u16, body: Option<Body>) -> io::Result<Option<After>> {
        if self.headed {
            let told = format!(
                "post {}: status {status} scripted after the headers were sent",
                self.number
            );
            self.shared.update(|state| state.malformed.push(told));
            self.end(Outcome::Failed);
            return Ok(Some(After::Close));
        }
        let (kind, body) = match body {
            Some(Body::Text(text)) => ("text/html", text),
            Some(Body::Json(json)) => ("application/json; charset=utf-8", json.to_string()),
            None => {
                let usual = || format!("fake error {status}");
                let message = self.reply.message.clone().unwrap_or_else(usual);
                let body: Value = self.wire.error(status, &message);
                ("application/json; charset=utf-8", body.to_string())
            }
        };
        let mut out = self.whole_head(status, kind, body.len());
        out.extend(body.into_bytes());
        self.end(Outcome::Finished);
        write(self.stream, &out).await?;
        Ok(Some(self.after()))
    }

    async fn truncate(&mut self) -> io::Result<Option<After>> {
        let out = if self.wire.streamed {
            self.stream_head()
        } else {
            let body = self.wire.whole(&self.texts, &self.the_end());
            let mut out = self.whole_head(200, self.wire.content_type(), body.len());
            out.extend_from_slice(&body[..body.len() / 2]);
            out
        };
        self.end(Outcome::Failed);
        write(self.stream, &out).await?;
        Ok(Some(After::Close))
    }

    /// The headers of a stream, the first time.
    fn stream_head(&mut self) -> Vec<u8> {
        if std::mem::replace(&mut self.headed, true) {
            return Vec::new();
        }
        let mut out = http::head(200, &self.headers(self.wire.content_type()), None, self.keep);
        self.shared.update(|state| state.posts[self.number].status = Some(200));
        out.extend(http::chunk(&self.wire.opening()));
        out
    }

    fn whole_head(&mut self, status: u16, kind: &str, length: usize) -> Vec<u8> {
        self.headed = true;
        self.shared.update(|state| state.posts[self.number].status = Some(status));
        http::head(status, &self.headers(kind), Some(length), self.keep)
    }

    fn headers(&self, kind: &str) -> Headers {
        let kind = self.reply.content_type.as_deref().unwrap_or(kind);
        let mut headers = vec![("content-type".to_owned(), kind.to_owned())];
        headers.extend(self.reply.headers.iter().cloned());
        headers
    }

    fn the_end(&self) -> End<'_> {
        let reason = &self.reply.finish_reason;
        End { candidates: self.texts.len(), sent: self.sent, reason }
    }

    fn after(&self) -> After {
        if self.keep { After::Keep } else { After::Close }
    }

    fn end(&self, outcome: Outcome) {
        self.shared.update(|state| {
            let record = &mut state.posts[self.number];
            record.outcome = outcome;
            record.tokens_sent = self.sent;
            if let Some(open) = state.open.get_mut(&self.connection) {
                open.busy = false;
            }
        });
    }
}

/// Writes all of it, or fails because the client is gone.
pub async fn write(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.writable().await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
