//! What is waited for while nobody types, when a model is measured or an index filled: a limit or a pause that
//! a server asks for makes it take longer, and nothing is lost by it.

use std::time::Duration;

use tokio::time::Instant;

use crate::backend::error::BackendError;

/// Pauses after failures of the moment, such as a gateway's.
const PAUSES: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// Longer than this nothing is waited for at one place.
pub const LONGEST: Duration = Duration::from_secs(15 * 60);
/// Shorter pauses are not worth asking again.
const SHORTEST: Duration = Duration::from_millis(100);
/// How often it is told what is waited for.
const TOLD: Duration = Duration::from_secs(1);

/// What a failure says of the places to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nothing: it is of this place.
    Place,
    /// Where it comes again and again, that they will fail as well.
    Passing,
    /// That they will fail as well, until somebody mends it.
    Lasting,
}

impl Failure {
    /// Of an error that was not waited out.
    #[must_use]
    pub const fn of(error: &BackendError) -> Self {
        use BackendError as E;
        match error {
            // It is of one prompt.
            E::OverLimit(..) => Self::Place,
            E::NoInfill(_) | E::Client(_) | E::Limited(..) | E::Resting(..) | E::Busy(..) => {
                Self::Lasting
            }
            error if error.needs_user() || error.is_unreachable() => Self::Lasting,
            error if error.is_transient() => Self::Passing,
            _ => Self::Place,
        }
    }
}

/// Something is waited for.
pub struct Waiting<'a> {
    /// Why.
    pub error: &'a BackendError,
    /// How long still.
    pub left: Duration,
    /// It begins; else it goes on.
    pub begins: bool,
}

/// How long is waited at one place, and how often it is asked again.
pub struct Patience {
    tried: usize,
    until: Instant,
}

impl Patience {
    /// `hopeful`: the last place did not fail for a reason of the moment. Where it did, that was tried again
    /// there, and a limit or a pause alone is waited for.
    #[must_use]
    pub fn new(hopeful: bool) -> Self {
        let tried = if hopeful { 0 } else { PAUSES.len() };
        Self { tried, until: Instant::now() + LONGEST }
    }

    /// Waits for the end of a failure; false where it is not worth it. `told` hears of it, and of its end
    /// (`None`).
    pub async fn wait(
        &mut self,
        error: &BackendError,
        mut told: impl FnMut(Option<Waiting<'_>>),
    ) -> bool {
        let Some(pause) = self.pause(error) else { return false };
        let end = Instant::now() + pause;
        let mut begins = true;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            told(Some(Waiting { error, left, begins }));
            begins = false;
            tokio::time::sleep(left.min(TOLD)).await;
        }
        told(None);
        true
    }

    fn pause(&mut self, error: &BackendError) -> Option<Duration> {
        use BackendError as E;
        let pause = match error {
            E::Limited(_, left, _) | E::Resting(_, left) | E::Busy(_, left, _) => *left,
            error if error.is_transient() || error.is_unreachable() => {
                let pause = *PAUSES.get(self.tried)?;
                self.tried += 1;
                pause
            }
            _ => return None,
        };
        let pause = pause.max(SHORTEST);
        (Instant::now() + pause <= self.until).then_some(pause)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use parking_lot::Mutex;

    use super::*;

    fn busy(seconds: u64) -> BackendError {
        BackendError::Busy("m".into(), Duration::from_secs(seconds), 429)
    }

    fn quiet(_: Option<Waiting<'_>>) {}

    #[tokio::test(start_paused = true)]
    async fn a_limit_is_waited_for_and_told_each_second() {
        let (began, heard) = (Instant::now(), Mutex::new(Vec::new()));
        let error = BackendError::Limited("m".into(), Duration::from_secs(3), "key".into());
        let told = |waiting: Option<Waiting<'_>>| {
            heard.lock().push(waiting.map(|it| (it.left.as_secs(), it.begins)));
        };
        assert!(Patience::new(true).wait(&error, told).await);
        assert_eq!(began.elapsed().as_secs(), 3);
        let heard = heard.into_inner();
        assert_eq!(heard, [Some((3, true)), Some((2, false)), Some((1, false)), None]);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_waited_for_without_end() {
        // As often as it is asked for, but not longer than that in all.
        let (mut patience, began, mut times) = (Patience::new(true), Instant::now(), 0);
        while patience.wait(&busy(60), quiet).await {
            times += 1;
        }
        assert_eq!((times, began.elapsed()), (15, LONGEST));
        assert!(!Patience::new(true).wait(&busy(3_600), quiet).await);
        let failed = BackendError::Failed("m".into(), 500);
        let (mut patience, began) = (Patience::new(true), Instant::now());
        while patience.wait(&failed, quiet).await {}
        assert_eq!(began.elapsed().as_secs(), 7);
        assert!(!Patience::new(false).wait(&failed, quiet).await);
        assert!(Patience::new(false).wait(&busy(1), quiet).await);
        // A server that asks for no pause is not asked in a loop.
        let began = Instant::now();
        assert!(Patience::new(true).wait(&busy(0), quiet).await);
        assert_eq!(began.elapsed(), SHORTEST);
    }

    #[tokio::test(start_paused = true)]
    async fn what_only_the_user_can_mend_is_not_waited_for() {
        use BackendError as E;
        let name = || "m".to_owned();
        for (error, failure) in [
            (E::Unauthorized(name(), 401), Failure::Lasting),
            (E::NotFound(name()), Failure::Lasting),
            (E::Capped(name(), name(), name(), name()), Failure::Lasting),
            (E::OverLimit(name(), name()), Failure::Place),
            (E::Refused(name(), 400), Failure::Place),
            (E::TooLong(name(), 400), Failure::Place),
            (E::TimedOut(name(), LONGEST, "key"), Failure::Place),
        ] {
            assert!(!Patience::new(true).wait(&error, quiet).await, "{error}");
            assert_eq!(Failure::of(&error), failure, "{error}");
        }
        assert_eq!(Failure::of(&E::Failed(name(), 500)), Failure::Passing);
        assert_eq!(Failure::of(&E::Unreachable(name())), Failure::Lasting);
        assert_eq!(Failure::of(&busy(3_600)), Failure::Lasting);
    }
}
