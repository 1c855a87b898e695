//! What is kept of every request, for tests to look at.

use serde_json::Value;

use super::http::{self, Request};
use super::prompt::Prompt;

/// Header names (lower case) and values, in the order sent.
pub type Headers = Vec<(String, String)>;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has not ended.
    Running,
    /// Answered to the end, be it with an error status.
    Finished,
    /// The client closed its connection first, after this many tokens had been written.
    ClientLeft { tokens_sent: usize },
    /// The answer was broken off, or broken, as scripted; or the backend stopped.
    Failed,
}

/// One request and what became of it.
#[derive(Clone, Debug)]
pub struct Record {
    /// Counts the POSTs, or the probes, from 0.
    pub number: usize,
    pub method: String,
    /// Without query and without a slash at the end.
    pub path: String,
    /// What stands after `?`.
    pub query: String,
    pub headers: Headers,
    /// The body as JSON; `Null` if it is none.
    pub body: Value,
    /// The body as sent.
    pub raw: String,
    /// The TCP connection it came on, counted from 1 in the order accepted.
    pub connection: usize,
    /// The status answered, once it is written.
    pub status: Option<u16>,
    pub tokens_sent: usize,
    pub outcome: Outcome,
}

impl Record {
    pub(super) fn new(request: &Request, connection: usize) -> Self {
        Self {
            number: 0,
            method: request.method.clone(),
            path: request.path().to_owned(),
            query: request.query().to_owned(),
            headers: request.headers.clone(),
            body: serde_json::from_slice(&request.body).unwrap_or_default(),
            raw: String::from_utf8_lossy(&request.body).into_owned(),
            connection,
            status: None,
            tokens_sent: 0,
            outcome: Outcome::Running,
        }
    }

    /// The value of the header `name` (any case).
    pub fn header(&self, name: &str) -> Option<&str> {
        http::header(&self.headers, name)
    }

    /// What the model was asked to complete.
    pub fn prompt(&self) -> Prompt {
        Prompt::of(&self.body)
    }
}

impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { number, method, path, connection, status, outcome, .. } = self;
        write!(f, "{number}: {method} {path} on connection {connection}, ")?;
        match status {
            Some(status) => write!(f, "status {status}, {outcome:?}"),
            None => write!(f, "{outcome:?}"),
        }
    }
}
