//! A request that arrived, in the test's hand.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::prompt::Prompt;
use super::record::{Outcome, Record};
use super::reply::{Reply, Step};
use super::state::Shared;

/// A POST that arrived whole. If its reply is gated, the methods that send are the gate; each
/// resolves once the bytes are written and says whether the client was still there. To hang, or
/// drop it, is to leave the client waiting.
pub struct Call {
    record: Record,
    shared: Arc<Shared>,
    gate: mpsc::UnboundedSender<Command>,
}

/// What the gate lets through, and who waits for it to have happened.
pub(super) struct Command {
    pub what: What,
    pub done: oneshot::Sender<()>,
}

pub(super) enum What {
    Step(Step),
    /// The next step of the script.
    Next,
    /// All that the script still holds.
    Rest,
    /// Another script.
    Instead(Reply),
}

impl Call {
    pub(super) fn new(
        record: Record,
        shared: Arc<Shared>,
    ) -> (Self, mpsc::UnboundedReceiver<Command>) {
        let (gate, commands) = mpsc::unbounded_channel();
        (Self { record, shared, gate }, commands)
    }

    /// The body as JSON; `Null` if it is none.
    pub fn body(&self) -> &Value {
        &self.record.body
    }

    /// The path, without query.
    pub fn path(&self) -> &str {
        &self.record.path
    }

    /// What the model is asked to complete.
    pub fn prompt(&self) -> Prompt {
        self.record.prompt()
    }

    /// The value of the header `name` (any case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.record.header(name)
    }

    /// The TCP connection it came on, counted from 1.
    pub fn connection(&self) -> usize {
        self.record.connection
    }

    /// Its place among the POSTs, from 0.
    pub fn number(&self) -> usize {
        self.record.number
    }

    /// The record as it stands now.
    pub fn record(&self) -> Record {
        self.shared.look(|state| state.posts[self.record.number].clone())
    }

    /// How it ended, or that it runs.
    pub fn outcome(&self) -> Outcome {
        self.shared.look(|state| state.posts[self.record.number].outcome)
    }

    /// Sends status line and headers without a token.
    #[track_caller]
    pub fn send_headers(&self) -> impl Future<Output = bool> + use<'_> {
        self.pass(What::Step(Step::Headers))
    }

    /// Sends a token.
    #[track_caller]
    pub fn send(&self, token: &str) -> impl Future<Output = bool> + use<'_> {
        self.send_candidate(0, token)
    }

    /// Sends a token of the candidate with this index, counted from 0.
    #[track_caller]
    pub fn send_candidate(
        &self,
        index: usize,
        token: &str,
    ) -> impl Future<Output = bool> + use<'_> {
        self.pass(What::Step(Step::Token(index, token.to_owned())))
    }

    /// Sends bytes of a stream as they are, as one chunk.
    #[track_caller]
    pub fn send_raw(&self, bytes: &[u8]) -> impl Future<Output = bool> + use<'_> {
        self.pass(What::Step(Step::Raw(bytes.to_vec())))
    }

    /// Does the script's next step: its next token, or its end.
    #[track_caller]
    pub fn step(&self) -> impl Future<Output = bool> + use<'_> {
        self.pass(What::Next)
    }

    /// Sends all that the script still holds, and ends.
    #[track_caller]
    pub fn release(&self) -> impl Future<Output = bool> + use<'_> {
        self.pass(What::Rest)
    }

    /// Ends the answer with what has been sent.
    #[track_caller]
    pub fn finish(&self) -> impl Future<Output = bool> + use<'_> {
        self.pass(What::Step(Step::Finish))
    }

    /// Answers with another script, before anything has been sent.
    #[track_caller]
    pub fn respond(&self, reply: Reply) -> impl Future<Output = bool> + use<'_> {
        self.pass(What::Instead(reply))
    }

    /// Answers with a status and this body.
    #[track_caller]
    pub fn respond_status(&self, status: u16, body: Value) -> impl Future<Output = bool> + use<'_> {
        self.respond(Reply::status(status).body(body))
    }

    /// Resets the connection (RST).
    #[track_caller]
    pub fn reset(&self) -> impl Future<Output = bool> + use<'_> {
        self.pass(What::Step(Step::Reset))
    }

    /// Closes the connection cleanly in the midst of the body.
    #[track_caller]
    pub fn truncate(&self) -> impl Future<Output = bool> + use<'_> {
        self.pass(What::Step(Step::Truncate))
    }

    /// Sends broken JSON and ends.
    #[track_caller]
    pub fn malformed(&self) -> impl Future<Output = bool> + use<'_> {
        self.pass(What::Step(Step::Malformed))
    }

    /// Sends an error event (in a stream) or status 500, and ends.
    #[track_caller]
    pub fn sse_error(&self, message: &str) -> impl Future<Output = bool> + use<'_> {
        self.pass(What::Step(Step::ErrorEvent(message.to_owned())))
    }

    /// Resolves with the number of tokens written, when the client has closed its connection
    /// before the answer's end; panics if the answer ends otherwise.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = usize> + '_ {
        let from = Location::caller();
        async move {
            match self.ended_from("its client to leave", from).await {
                Outcome::ClientLeft { tokens_sent } => tokens_sent,
                other => panic!(
                    "{from}: waited for the client to leave, but: {other:?}\n  {}",
                    self.record()
                ),
            }
        }
    }

    /// Resolves when the request has ended, in whatever way.
    #[track_caller]
    pub fn ended(&self) -> impl Future<Output = Outcome> + '_ {
        self.ended_from("its end", Location::caller())
    }

    async fn ended_from(&self, what: &str, from: &Location<'_>) -> Outcome {
        let what = format!("call {}: {what}", self.number());
        self.shared
            .until(&what, from, || Some(self.outcome()).filter(|&o| o != Outcome::Running))
            .await
    }

    #[track_caller]
    fn pass(&self, what: What) -> impl Future<Output = bool> + use<'_> {
        let from = Location::caller();
        async move {
            let (done, passed) = oneshot::channel();
            if self.gate.send(Command { what, done }).is_ok() && passed.await.is_ok() {
                return true;
            }
            match self.ended_from("the end of an answer that is not gated", from).await {
                Outcome::ClientLeft { .. } => false,
                _ => panic!("{from}: not gated, or ended before\n  {}", self.record()),
            }
        }
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Call({})", self.record())
    }
}
