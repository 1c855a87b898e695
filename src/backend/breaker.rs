//! The circuit breaker of an endpoint. After several failures in a row it is left alone for a
//! while, so that the next in the chain answers at once; then one request tries it.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;

use super::Priority;
use super::error::BackendError;

/// This many failures in a row open it,
const FAILURES: u32 = 5;
/// or so many without even a connection.
const UNREACHABLE: u32 = 3;
/// or so many that took too long: each of them has cost its user the whole wait.
const LATE: u32 = 3;
/// How long it stays open the first time, and at the longest; it doubles in between.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Where the two clocks have come so far apart, the machine slept: what was known is old.
const SLEPT: Duration = Duration::from_secs(5);

/// Now, by the clock that stands still while the machine sleeps and by the one on the wall.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Stands still while the machine sleeps (on Linux and macOS).
    pub at: Instant,
    /// Goes on.
    pub wall: SystemTime,
}

impl Moment {
    /// Now.
    #[must_use]
    pub fn now() -> Self {
        Self { at: Instant::now(), wall: SystemTime::now() }
    }
}

/// The breaker.
#[derive(Default)]
pub struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    unreachable: u32,
    late: u32,
    /// How often it has opened without a success in between.
    trips: u32,
    open: Option<Open>,
    /// One request is trying it.
    probing: bool,
}

struct Open {
    since: Moment,
    pause: Duration,
    reason: String,
}

impl State {
    fn close(&mut self) {
        *self = Self { probing: self.probing, ..Self::default() };
    }

    /// Closes it where the machine has slept meanwhile.
    fn wake_up(&mut self, now: Moment) {
        let Some(open) = &self.open else { return };
        let awake = now.at.saturating_duration_since(open.since.at);
        let passed = now.wall.duration_since(open.since.wall).unwrap_or_default();
        if passed.saturating_sub(awake) > SLEPT {
            self.close();
        }
    }

    /// Until when it is left alone and why; `None` where a request may go.
    fn shut(&self, now: Moment) -> Option<(Instant, &str)> {
        let open = self.open.as_ref()?;
        let until = open.since.at + open.pause;
        match until > now.at {
            true => Some((until, &open.reason)),
            // The one that tries it is soon back.
            false => self.probing.then(|| (now.at + FIRST_PAUSE, open.reason.as_str())),
        }
    }
}

impl Breaker {
    /// Until when automatic requests leave it alone, and why.
    #[must_use]
    pub fn shut(&self, now: Moment) -> Option<(Instant, String)> {
        let mut state = self.0.lock();
        state.wake_up(now);
        state.shut(now).map(|(until, reason)| (until, reason.to_owned()))
    }

    /// Lets a request through, or says how long not and why. What the user asks for always goes.
    ///
    /// # Errors
    /// The time that is left, and the reason.
    pub fn enter(
        self: &Arc<Self>,
        priority: Priority,
        now: Moment,
    ) -> Result<Pass, (Duration, String)> {
        let mut state = self.0.lock();
        state.wake_up(now);
        if priority != Priority::Invoked
            && let Some((until, reason)) = state.shut(now)
        {
            return Err((until.saturating_duration_since(now.at), reason.to_owned()));
        }
        let probe = state.open.is_some() && !state.probing;
        state.probing |= probe;
        Ok(Pass { breaker: Arc::clone(self), probe })
    }

    /// The server was seen to be there: whoever comes next may try it.
    pub fn seen(&self, now: Moment) {
        let mut state = self.0.lock();
        state.unreachable = 0;
        if let Some(open) = state.open.as_mut() {
            open.pause = now.at.saturating_duration_since(open.since.at);
        }
    }
}

/// A request that was let through. Dropped, it has said all it knows.
pub struct Pass {
    breaker: Arc<Breaker>,
    probe: bool,
}

impl Pass {
    /// Something came back.
    pub fn answered(&self) {
        let mut state = self.breaker.0.lock();
        if state.open.is_some() {
            state.close();
        }
    }

    /// All is well.
    pub fn succeeded(&self) {
        self.breaker.0.lock().close();
    }

    /// It failed.
    pub fn failed(&self, error: &BackendError, now: Moment) {
        if !is_trouble(error) {
            return;
        }
        let mut state = self.breaker.0.lock();
        if state.open.is_some() && !self.probe {
            // Sent before it opened.
            return;
        }
        state.failures += 1;
        match error.is_unreachable() {
            true => state.unreachable += 1,
            false => state.unreachable = 0,
        }
        match error {
            BackendError::TimedOut(..) => state.late += 1,
            _ => state.late = 0,
        }
        let enough =
            state.failures >= FAILURES || state.unreachable >= UNREACHABLE || state.late >= LATE;
        if self.probe || enough {
            let pause = FIRST_PAUSE * 2_u32.saturating_pow(state.trips.min(8));
            let pause = pause.min(LONGEST_PAUSE);
            state.trips += 1;
            let reason = format!("{error} (that was {} times in a row)", state.failures);
            state.open = Some(Open { since: now, pause, reason });
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.probe {
            self.breaker.0.lock().probing = false;
        }
    }
}

/// Says something of the server, not of the one request, and not by a pause of its own.
const fn is_trouble(error: &BackendError) -> bool {
    use BackendError as E;
    !matches!(
        error,
        E::Busy(..)
            | E::Loading(_)
            | E::NoInfill(_)
            | E::TooLong(..)
            | E::TooLarge(..)
            | E::Refused(..)
            | E::Filtered(_)
            | E::Declined(_)
            | E::Empty(..)
            | E::NoModel
            | E::Limited(..)
            | E::OverLimit(..)
            | E::Capped(..)
            | E::Resting(..)
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    struct Clock(Moment);

    impl Clock {
        fn start() -> Self {
            Self(Moment::now())
        }
        fn goes(&mut self, seconds: u64) -> Moment {
            self.0.at += Duration::from_secs(seconds);
            self.0.wall += Duration::from_secs(seconds);
            self.0
        }
        fn sleeps(&mut self, seconds: u64) -> Moment {
            self.0.wall += Duration::from_secs(seconds);
            self.0
        }
    }

    fn failed() -> BackendError {
        BackendError::Failed("m at host".into(), 500)
    }

    fn open(error: &BackendError, times: u32, now: Moment) -> Arc<Breaker> {
        let breaker = Arc::new(Breaker::default());
        for _ in 0..times {
            breaker
                .enter(Priority::Fresh, now)
                .unwrap_or_else(|_| panic!("shut too early"))
                .failed(error, now);
        }
        breaker
    }

    fn is_shut(breaker: &Arc<Breaker>, now: Moment) -> bool {
        let shut = breaker.enter(Priority::Fresh, now).is_err();
        assert_eq!(breaker.shut(now).is_some(), shut);
        shut
    }

    #[test]
    fn opens_after_failures_in_a_row_and_sooner_where_nobody_is_there() {
        let now = Moment::now();
        let gone = BackendError::Unreachable("m".into());
        let pause = BackendError::Busy("m".into(), Duration::from_secs(1), 429);
        let late =
            BackendError::TimedOut("m".into(), Duration::from_secs(15), "timeouts.first_token");
        for (error, times) in [(failed(), FAILURES), (gone, UNREACHABLE), (late, LATE)] {
            assert!(!is_shut(&open(&error, times - 1, now), now), "{error}");
            assert!(is_shut(&open(&error, times, now), now), "{error}");
        }
        assert!(!is_shut(&open(&pause, 50, now), now));
        let breaker = open(&failed(), FAILURES - 1, now);
        breaker.enter(Priority::Fresh, now).unwrap_or_else(|_| panic!("shut")).succeeded();
        breaker
            .enter(Priority::Fresh, now)
            .unwrap_or_else(|_| panic!("shut"))
            .failed(&failed(), now);
        assert!(!is_shut(&breaker, now), "in a row");
    }

    #[test]
    fn one_request_tries_it_and_closes_it_or_waits_twice_as_long() {
        let mut clock = Clock::start();
        let breaker = open(&failed(), FAILURES, clock.0);
        let mut pause = 2;
        for _ in 0..8 {
            assert!(is_shut(&breaker, clock.goes(pause - 1)), "{pause}");
            let now = clock.goes(1);
            let probe = breaker.enter(Priority::Fresh, now).unwrap_or_else(|_| panic!("shut"));
            assert!(is_shut(&breaker, now), "one at a time");
            probe.failed(&failed(), now);
            drop(probe);
            pause = (pause * 2).min(60);
        }
        let now = clock.goes(pause);
        let probe = breaker.enter(Priority::Fresh, now).unwrap_or_else(|_| panic!("shut"));
        probe.answered();
        assert!(!is_shut(&breaker, now));
        // Superseded before it knew: the next one tries.
        let breaker = open(&failed(), FAILURES, clock.0);
        let now = clock.goes(2);
        drop(breaker.enter(Priority::Fresh, now));
        assert!(!is_shut(&breaker, now));
    }

    #[test]
    fn the_user_is_never_kept_out() {
        let now = Moment::now();
        let breaker = open(&failed(), FAILURES, now);
        assert!(is_shut(&breaker, now));
        let probe = breaker.enter(Priority::Invoked, now).unwrap_or_else(|_| panic!("shut"));
        probe.succeeded();
        assert!(!is_shut(&breaker, now));
    }

    #[test]
    fn a_sleep_of_the_machine_closes_it() {
        let mut clock = Clock::start();
        let breaker = open(&failed(), FAILURES, clock.0);
        assert!(is_shut(&breaker, clock.sleeps(3)), "a clock that is corrected");
        assert!(!is_shut(&breaker, clock.sleeps(3_600)));
    }

    #[test]
    fn what_was_sent_before_it_opened_does_not_lengthen_it() {
        let mut clock = Clock::start();
        let breaker = Arc::new(Breaker::default());
        let sent: Vec<_> = (0..20).map(|_| breaker.enter(Priority::Fresh, clock.0)).collect();
        for pass in sent.into_iter().flatten() {
            pass.failed(&failed(), clock.0);
        }
        assert!(is_shut(&breaker, clock.goes(1)));
        assert!(!is_shut(&breaker, clock.goes(1)));
    }
}
