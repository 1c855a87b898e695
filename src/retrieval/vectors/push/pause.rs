//! Pauses that an embedder asks for (429 with Retry-After, or a limit of the configuration): whoever fills
//! a store waits for them, within a bound.

use std::time::Duration;

use tokio::time::Instant;

use crate::backend::embed::EmbedError;
use crate::backend::error::BackendError;

/// Longest time that is waited without a vector having come.
pub const MOST: Duration = Duration::from_mins(30);
/// Shortest pause: some servers ask for none at all.
const LEAST: Duration = Duration::from_secs(1);
/// How often what is left of one is told.
const TELL: Duration = Duration::from_secs(1);

/// What has been waited.
#[derive(Debug, Default)]
pub struct Pauses {
    /// Since vectors came.
    waited: Duration,
}

impl Pauses {
    /// Waits as an error asks for, and tells what is left.
    ///
    /// # Errors
    /// The error itself where it asks for no pause, or for more than [`MOST`] with those before.
    pub async fn wait(
        &mut self,
        error: EmbedError,
        mut told: impl FnMut(Duration),
    ) -> Result<(), EmbedError> {
        let Some(pause) = asked(&error).map(|pause| pause.max(LEAST)) else { return Err(error) };
        self.waited = self.waited.saturating_add(pause);
        if self.waited > MOST {
            return Err(error);
        }
        let until = Instant::now() + pause;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            told(left);
            tokio::time::sleep(left.min(TELL)).await;
        }
    }

    /// Vectors have come.
    pub const fn over(&mut self) {
        self.waited = Duration::ZERO;
    }
}

/// The pause that an error asks for.
const fn asked(error: &EmbedError) -> Option<Duration> {
    match error {
        EmbedError::Backend(
            BackendError::Busy(_, pause, _) | BackendError::Limited(_, pause, _),
        ) => Some(*pause),
        _ => None,
    }
}
