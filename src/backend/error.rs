//! What can go wrong with a backend, each with its remedy. No message holds any text that a
//! server sent: it may repeat the prompt.

use std::time::Duration;

/// A failed request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// No connection.
    #[error("cannot reach {0}: is the server running, and is the address right?")]
    Unreachable(String),
    /// The server took too long.
    #[error("{0} did not answer within {1:?}; raise `{2}` if it is only slow")]
    TimedOut(String, Duration, &'static str),
    /// 503 while a model is being loaded.
    #[error("{0} is loading the model")]
    Loading(String),
    /// 401 or 403.
    #[error("{0} refused the key ({1}); set or renew `api_key`")]
    Unauthorized(String, u16),
    /// 404: wrong path or unknown model.
    #[error("{0} does not know the model or the path (404); check `model` and `url`")]
    NotFound(String),
    /// 429, or 503 with Retry-After.
    #[error("{0} asks for a pause of {1:?} (status {2})")]
    Busy(String, Duration, u16),
    /// The model cannot fill in the middle by this way.
    #[error("{0} cannot fill in the middle with this model; set `template`")]
    NoInfill(String),
    /// 400 and the like.
    #[error(
        "{0} refused the request ({1}); check `template`, `context_tokens` and `max_output_tokens`"
    )]
    Refused(String, u16),
    /// 5xx.
    #[error("{0} failed ({1}); see the server's own log")]
    Failed(String, u16),
    /// The connection broke after the answer had begun.
    #[error("{0} broke off in mid-answer")]
    Interrupted(String),
    /// The answer is not what its wire format says.
    #[error("{0} sent something that is not its protocol; is `provider` right?")]
    Malformed(String),
    /// An error event inside a stream.
    #[error("{0} reported an error in mid-answer")]
    InStream(String),
    /// The key could not be had.
    #[error("no key for {0}: {1}")]
    Key(String, String),
    /// The provider has no chat that foretype speaks.
    #[error("{0} answers no conversations; choose another model for `chat.model`")]
    NoChat(String),
    /// The HTTP client could not be made.
    #[error("no HTTP client: {0}")]
    Client(String),
}

impl BackendError {
    /// Only the user can mend it: worth a message.
    #[must_use]
    pub const fn needs_user(&self) -> bool {
        matches!(self, Self::Unauthorized(..) | Self::NotFound(_) | Self::Key(..))
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
