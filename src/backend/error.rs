//! What can go wrong with a backend, each with its remedy. No message holds any text that a
//! server sent: it may repeat the prompt.

use std::time::Duration;

use super::http::cause::TlsFault;

/// A failed request. The first field is the server's name, a `u16` the HTTP status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// No connection.
    #[error("cannot reach {0}: is the server running, and is the address right?")]
    Unreachable(String),
    /// No connection, where this variable of the environment names a proxy.
    #[error(
        "cannot reach {0} through the proxy of `{1}`: do both run? name the server in `NO_PROXY` if it needs no proxy"
    )]
    BehindProxy(String, &'static str),
    /// The connection was closed before the answer's first byte.
    #[error(
        "cannot reach {0}: it closes connections without an answer; does `url` name an HTTP server, and the right port?"
    )]
    Reset(String),
    /// No TLS connection.
    #[error("cannot reach {0}: {1}")]
    Tls(String, TlsFault),
    /// A certificate's file of the model that cannot be used: which, why, and what to do.
    #[error("{0}")]
    Certificate(String),
    /// The server took too long.
    #[error("{0} did not {what} within {1:?}; raise `{2}` if it is only slow", what = awaited(.2))]
    TimedOut(String, Duration, &'static str),
    /// A probe took too long.
    #[error(
        "{0} did not answer a question about itself within {1:?}; it may have too much to do, or a proxy holds the answer back"
    )]
    Silent(String, Duration),
    /// 503 while a model is being loaded.
    #[error("{0} is loading the model; try again in a moment")]
    Loading(String),
    /// 401: no key, or a wrong one.
    #[error("{0} refused the key ({1}); set or renew `api_key`")]
    Unauthorized(String, u16),
    /// 403: the key is good, but not for this.
    #[error(
        "{0} does not allow this ({1}); set or renew `api_key`, or have it allowed for the model"
    )]
    Forbidden(String, u16),
    /// 402, or a quota that no waiting fills.
    #[error(
        "{0} has no credit left for this key ({1}); top it up at the provider, or choose another model"
    )]
    NoCredit(String, u16),
    /// 404 without a word that tells which.
    #[error("{0} does not know the model or the path (404); check `model` and `url`")]
    NotFound(String),
    /// The server says that it has no such model.
    #[error("{0} has no such model ({1}); check `model` and that the key may use it")]
    UnknownModel(String, u16),
    /// The path is another API's; the last field is what to do.
    #[error("{0} speaks another API ({1}); {2}")]
    Dialect(String, u16, &'static str),
    /// A web page instead of the API.
    #[error(
        "{0} answers with a web page instead of its API ({1}); a proxy or login page stands before it, or `url` is wrong"
    )]
    WebPage(String, u16),
    /// A redirect; following it would take key and prompt elsewhere.
    #[error(
        "{0} redirects to another address ({1}), which is not followed; set `url` to the final one"
    )]
    Redirected(String, u16),
    /// 407: the proxy wants to know who asks.
    #[error(
        "the proxy before {0} wants a login ({1}); put it into the proxy's address, or set `NO_PROXY`"
    )]
    ProxyLogin(String, u16),
    /// 429, or 5xx with Retry-After.
    #[error("{0} asks for a pause of {1:?} (status {2}); ask again then, or set `fallback`")]
    Busy(String, Duration, u16),
    /// 529, or a server that says that it has too much to do.
    #[error("{0} is overloaded ({1}); try again later, or set `fallback`")]
    Overloaded(String, u16),
    /// The model cannot fill in the middle by this way.
    #[error("{0} cannot fill in the middle with this model; set `template`")]
    NoInfill(String),
    /// The prompt is longer than the model's window.
    #[error(
        "the prompt is too long for the model of {0} ({1}); lower `context_tokens` or `max_output_tokens`"
    )]
    TooLong(String, u16),
    /// 413.
    #[error(
        "the request is too large for {0} ({1}); lower `context_tokens`, or raise the limit of the proxy before it"
    )]
    TooLarge(String, u16),
    /// 400 and the like.
    #[error(
        "{0} refused the request ({1}); check `template`, `context_tokens` and `max_output_tokens`"
    )]
    Refused(String, u16),
    /// 408: the server waited too long for the request.
    #[error(
        "{0} did not get the request in time ({1}); the network is slow, or a proxy holds it back"
    )]
    SentTooSlowly(String, u16),
    /// 500 and what has no name of its own.
    #[error("{0} failed ({1}); see the server's own log")]
    Failed(String, u16),
    /// 502, 504 and a CDN's own: whoever stands before the server got no answer from it.
    #[error(
        "the gateway before {0} gets no answer from it ({1}); is the model's server running behind it?"
    )]
    Gateway(String, u16),
    /// 503 without more.
    #[error(
        "{0} is not available ({1}); it may be starting or have too much to do, try again later"
    )]
    Unavailable(String, u16),
    /// The connection broke after the answer had begun.
    #[error("{0} broke off in mid-answer; ask again")]
    Interrupted(String),
    /// The answer is many times as long as it may be: over so many KiB.
    #[error(
        "the answer of {0} did not come to an end: it was stopped at {1} KiB; does the server heed the limit of its tokens?"
    )]
    Endless(String, usize),
    /// The answer is not what its wire format says.
    #[error("{0} sent something that is not its protocol; is `provider` right?")]
    Malformed(String),
    /// An error event inside a stream that fits nothing else.
    #[error("{0} reported an error in mid-answer; see the server's own log")]
    InStream(String),
    /// A content filter stopped prompt or answer.
    #[error(
        "a content filter of {0} stopped the answer; choose another model, or have the filter changed at the provider"
    )]
    Filtered(String),
    /// The model declined to answer.
    #[error("the model of {0} declined to answer; ask in other words, or choose another model")]
    Declined(String),
    /// The answer ended without any text.
    #[error("{0} answered without any text: {1}")]
    Empty(String, NoText),
    /// The key could not be had.
    #[error("no key for {0}: {1}")]
    Key(String, String),
    /// There is no model to ask.
    #[error("no model is set for conversations; set `chat.model`")]
    NoModel,
    /// A limit of the configuration is reached: so long, and its key.
    #[error(
        "{0} is at the limit that `{2}` sets, for {s} s more; raise it if the provider allows more", s = seconds(.1)
    )]
    Limited(String, Duration, String),
    /// A single request is more than a limit of the configuration lets through.
    #[error(
        "a request to {0} is more than `{1}` allows in a minute; raise it, or lower `context_tokens`"
    )]
    OverLimit(String, String),
    /// A cap of the configuration is reached: its key, used of how much, the day it ends.
    #[error("{0} has reached its cap `{1}` ({2}), until {3} 00:00 UTC; raise it to go on before")]
    Capped(String, String, String, String),
    /// It is left alone for so long, for a reason that names it.
    #[error("{0}; it is left alone for {s} s more, unless you ask by hand", s = seconds(.1))]
    Resting(String, Duration),
    /// The HTTP client could not be made.
    #[error("no HTTP client: {0}")]
    Client(String),
}

/// What a server did not do in time, by the limit's key.
fn awaited(key: &str) -> &'static str {
    if key == "total_timeout_ms" { "finish" } else { "answer" }
}

/// Whole seconds, at least one.
fn seconds(time: &Duration) -> u64 {
    time.as_secs_f64().ceil().max(1.0) as u64
}

/// Why an answer has no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoText {
    /// The output budget went into reasoning.
    #[error("its tokens ran out before; lower `reasoning`, or raise `max_output_tokens`")]
    Length,
    /// It called a tool that nobody offered.
    #[error("it called a tool instead; choose another model, or remove tools from `extra_body`")]
    Tool,
    /// It ended as a whole answer does.
    #[error("the model had nothing to say; ask in other words, or choose another model")]
    Nothing,
    /// Something that the wire format does not explain.
    #[error("it gives a reason that is not known; see the server's own log")]
    Other,
}

impl BackendError {
    /// Only the user can mend it: worth a message.
    #[must_use]
    pub const fn needs_user(&self) -> bool {
        match self {
            Self::Unauthorized(..)
            | Self::Forbidden(..)
            | Self::NoCredit(..)
            | Self::NotFound(_)
            | Self::UnknownModel(..)
            | Self::Dialect(..)
            | Self::Redirected(..)
            | Self::ProxyLogin(..)
            | Self::OverLimit(..)
            | Self::Capped(..)
            | Self::Tls(..)
            | Self::Certificate(_)
            | Self::Key(..) => true,
            Self::WebPage(_, status) => *status < 500,
            _ => false,
        }
    }

    /// The same request may succeed a moment later. A pause that the server asked for comes first
    /// ([`Self::quiet_for`]).
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Reset(_)
            | Self::Busy(..)
            | Self::Overloaded(..)
            | Self::SentTooSlowly(..)
            | Self::Failed(..)
            | Self::Gateway(..)
            | Self::Unavailable(..) => true,
            Self::WebPage(_, status) => *status >= 500 || *status == 429,
            _ => false,
        }
    }

    /// There is no connection.
    #[must_use]
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::BehindProxy(..))
    }

    /// Nothing reached the server.
    #[must_use]
    pub const fn is_unsent(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::BehindProxy(..)
                | Self::Limited(..)
                | Self::OverLimit(..)
                | Self::Capped(..)
                | Self::Resting(..)
                | Self::Key(..)
                | Self::NoModel
                | Self::Tls(..)
                | Self::Certificate(_)
                | Self::Client(_)
        )
    }

    /// The server had the request and did not refuse it: the provider may count it.
    #[must_use]
    pub const fn may_be_paid_for(&self) -> bool {
        matches!(
            self,
            Self::TimedOut(..)
                | Self::Interrupted(_)
                | Self::Reset(_)
                | Self::Malformed(_)
                | Self::InStream(_)
                | Self::Declined(_)
                | Self::Empty(..)
        )
    }

    /// The server has no such path: optional ones, such as a list of models, are done without.
    #[must_use]
    pub const fn is_missing_path(&self) -> bool {
        matches!(self, Self::NotFound(_) | Self::Dialect(..) | Self::WebPage(_, 404))
    }

    /// How long to stay silent because of it.
    #[must_use]
    pub const fn quiet_for(&self) -> Option<Duration> {
        match self {
            Self::Busy(_, pause, _) => Some(*pause),
            _ => None,
        }
    }
}
