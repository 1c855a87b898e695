//! What goes wrong: the first model's reply, and what must come of it.

use std::time::Duration;

use super::cast::{Part, Purpose};
use crate::support::fake_backend::{Dialect, Reply, Server};

/// A word of the server's that must not be repeated.
pub const SERVER_SAYS: &str = "marker-of-the-server";

/// What must come of a fault.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    /// The next model answers; without one, words that contain this.
    Fails(&'static str),
    /// Text had come: chat keeps it and says this; completion, in mid-line, fails with it.
    Breaks(&'static str),
    /// Nothing to say is no failure where code is completed; in chat it is, with this.
    Silent(&'static str),
    /// It may fail, and it may be understood.
    Either,
}

/// One thing that goes wrong.
pub struct Fault {
    pub name: &'static str,
    /// None: nobody listens at the address.
    pub reply: fn(Part) -> Option<Reply>,
    pub outcome: Outcome,
}

const fn fault(name: &'static str, outcome: Outcome, reply: fn(Part) -> Option<Reply>) -> Fault {
    Fault { name, reply, outcome }
}

use Outcome::{Breaks, Either, Fails, Silent};

/// A line that no break leaves whole.
fn text() -> Reply {
    Reply::tokens(["alp", "ha", "(", "beta", ")"])
}

fn status(status: u16) -> Option<Reply> {
    Some(Reply::status(status).says(SERVER_SAYS))
}

/// All of them.
pub const FAULTS: [Fault; 38] = [
    fault("refused connection", Fails("is the server running"), |_| None),
    fault("reset before the head", Fails("cannot reach"), |_| Some(Reply::reset())),
    fault("closed before the head", Fails("cannot reach"), |_| Some(Reply::close())),
    fault("no HTTP", Fails("cannot reach"), |_| Some(Reply::garbage())),
    // A reset may overtake what was sent before it.
    fault("reset after the head", Fails(""), |_| Some(text().reset_after(0))),
    fault("reset in mid-stream", Breaks(""), |_| Some(text().reset_after(2))),
    fault("truncated after the head", Fails(""), |_| Some(text().truncate_after(0))),
    fault("truncated in mid-stream", Breaks("broke off"), |_| Some(text().truncate_after(2))),
    fault("malformed at once", Fails("`provider`"), |_| Some(text().malformed_after(0))),
    fault("malformed in mid-stream", Breaks("`provider`"), |_| Some(text().malformed_after(2))),
    fault("error event at once", Fails(""), |_| Some(text().error_after(0, SERVER_SAYS))),
    fault("error event in mid-stream", Breaks(""), |_| Some(text().error_after(2, SERVER_SAYS))),
    fault("content filter", Silent(""), |_| Some(Reply::text("").finish_reason("content_filter"))),
    fault("empty answer", Silent(""), |_| Some(Reply::text(""))),
    fault("400", Fails("(400)"), |_| status(400)),
    fault("401", Fails("`api_key`"), |_| status(401)),
    fault("403", Fails("`api_key`"), |_| status(403)),
    fault("404", Fails("`model`"), |_| status(404)),
    fault("408", Fails("in time"), |_| status(408)),
    fault("413", Fails("`context_tokens`"), |_| status(413)),
    fault("429", Fails("pause"), |_| status(429)),
    fault("429 with Retry-After", Fails("pause of 3600s"), |_| {
        status(429).map(|reply| reply.retry_after(3_600))
    }),
    fault("500", Fails("server's own log"), |_| status(500)),
    fault("502", Fails("behind it"), |_| status(502)),
    fault("503", Fails("try again"), |_| status(503)),
    fault("503 with Retry-After", Fails("pause of 60s"), |_| {
        status(503).map(|reply| reply.retry_after(60))
    }),
    fault("529", Fails("overloaded"), |_| status(529)),
    fault("a proxy's page, 502", Fails(""), |_| {
        Some(Reply::status(502).body_text("<html><h1>marker-of-the-server</h1></html>"))
    }),
    fault("a login page, 200", Fails("web page"), |_| {
        Some(Reply::status(200).body_text("<!doctype html><p>marker-of-the-server</p>"))
    }),
    fault("redirect", Fails("`url`"), |_| {
        Some(Reply::status(307).header("location", "http://127.0.0.1:9/").says(SERVER_SAYS))
    }),
    fault("hang before the head", Fails("`first_token_timeout_ms`"), |_| Some(Reply::hang())),
    fault("hang before the first token", Fails("`first_token_timeout_ms`"), |_| {
        Some(text().hang_after(0))
    }),
    fault("hang in mid-stream", Breaks("`idle_timeout_ms`"), |_| Some(text().hang_after(2))),
    fault("keep-alives only", Fails("`first_token_timeout_ms`"), |_| {
        Some(text().keep_alives_after(0, Duration::from_millis(20)))
    }),
    fault("keep-alives in mid-stream", Breaks("`idle_timeout_ms`"), |_| {
        Some(text().keep_alives_after(2, Duration::from_millis(20)))
    }),
    fault("huge event", Fails("`provider`"), |_| Some(text().huge_after(0, 5 * 1024 * 1024))),
    fault("wrong content type", Either, |_| Some(text().content_type("text/plain"))),
    fault("wrong dialect", Fails("`provider`"), |part| {
        // Of two APIs that look alike, neither would notice.
        let other = match part.server {
            Server::Ollama => Dialect::Anthropic,
            _ => Dialect::Ollama,
        };
        Some(text().in_dialect(other))
    }),
];

impl Fault {
    /// Only a time-out ends it.
    pub fn hangs(&self) -> bool {
        self.name.starts_with("hang") || self.name.starts_with("keep-alives")
    }

    /// What must come of it for this part.
    pub fn outcome(&self, part: Part) -> Outcome {
        // Whose own API knows no filter: it is an empty answer.
        let own_api = match part.purpose {
            Purpose::Completion => ["ollama", "llama-cpp", "tgi"].contains(&part.provider),
            Purpose::Chat => part.provider == "ollama",
        };
        match (self.name, part.provider, part.purpose) {
            ("content filter", ..) if !own_api => Fails("another model"),
            ("429", "tgi", Purpose::Completion) => Fails("overloaded"),
            _ => self.outcome,
        }
    }
}
