//! Whether a failed request is sent once more, and after how long: only where nothing of an answer
//! had come, and where the failure is of the moment. Dropping a request drops its retry.

use std::hash::BuildHasher;
use std::time::Duration;

use super::error::BackendError;
use crate::config::settings::Purpose;

/// A suggestion is asked for once more, after a pause between these.
const COMPLETION: (Duration, Duration) = (Duration::from_millis(100), Duration::from_millis(250));
/// One that would have to wait this long is not wanted any more.
const COMPLETION_WAIT: Duration = Duration::from_secs(1);
/// An answer in chat is asked for this many times more,
const CHAT: u32 = 3;
/// after a random part of this, doubled each time up to the other ("full jitter":
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>).
const CHAT_FIRST: Duration = Duration::from_millis(500);
const CHAT_LONGEST: Duration = Duration::from_secs(8);
/// A pause that a server asks for is waited for in chat up to this.
pub(super) const CHAT_WAIT: Duration = Duration::from_secs(30);

/// How long to wait before the next try; `None`: there is none. `tried` counts the retries so far.
#[must_use]
pub fn pause(purpose: Purpose, tried: u32, error: &BackendError, random: u64) -> Option<Duration> {
    let asked_for = error.quiet_for().unwrap_or_default();
    match purpose {
        Purpose::Completion => {
            let (least, most) = COMPLETION;
            // A broken connection has had its second try, at once and on a new one.
            let passing = error.is_transient() && !matches!(error, BackendError::Reset(_));
            let again = tried == 0 && passing && asked_for < COMPLETION_WAIT;
            again.then(|| asked_for.max(least + part(most - least, random)))
        }
        Purpose::Chat | Purpose::Index => {
            let passing = error.is_transient() || error.is_unreachable();
            let again = tried < CHAT && passing && asked_for <= CHAT_WAIT;
            let most = (CHAT_FIRST * 2_u32.saturating_pow(tried)).min(CHAT_LONGEST);
            // On top of what was asked for: not everyone at the same moment.
            again.then(|| asked_for + part(most, random))
        }
    }
}

/// A random part of a time.
fn part(of: Duration, random: u64) -> Duration {
    let nanos = u64::try_from(of.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(random % nanos.saturating_add(1))
}

/// A number that nobody else has.
#[must_use]
pub fn random() -> u64 {
    std::hash::RandomState::new().hash_one(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> String {
        "m at host".into()
    }

    fn busy(ms: u64, code: u16) -> BackendError {
        BackendError::Busy(name(), Duration::from_millis(ms), code)
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        use BackendError as E;
        for (error, completion, chat) in [
            (E::Reset(name()), false, true),
            (E::SentTooSlowly(name(), 408), true, true),
            (busy(500, 429), true, true),
            (busy(2_000, 429), false, true),
            (busy(30_000, 503), false, true),
            (busy(31_000, 429), false, false),
            (E::Failed(name(), 500), true, true),
            (E::Gateway(name(), 502), true, true),
            (E::Unavailable(name(), 503), true, true),
            (E::Gateway(name(), 504), true, true),
            (E::Overloaded(name(), 529), true, true),
            (E::Unreachable(name()), false, true),
            (E::Loading(name()), false, false),
            (E::TimedOut(name(), Duration::from_secs(9), "x"), false, false),
            (E::Unauthorized(name(), 401), false, false),
            (E::NotFound(name()), false, false),
            (E::Refused(name(), 400), false, false),
            (E::Malformed(name()), false, false),
            (E::Interrupted(name()), false, false),
        ] {
            for random in [0, 1, u64::MAX, 0x9e37_79b9_7f4a_7c15] {
                let first = pause(Purpose::Completion, 0, &error, random);
                assert_eq!(first.is_some(), completion, "{error}");
                assert_eq!(pause(Purpose::Completion, 1, &error, random), None, "{error}");
                for tried in 0..CHAT {
                    let again = pause(Purpose::Chat, tried, &error, random);
                    assert_eq!(again.is_some(), chat, "{error}");
                }
                assert_eq!(pause(Purpose::Chat, CHAT, &error, random), None, "{error}");
            }
        }
    }

    #[test]
    fn pauses_differ_and_keep_what_was_asked_for() {
        let (failed, mut seen) = (BackendError::Failed(name(), 500), Vec::new());
        for seed in 0..200_u64 {
            let random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let short = pause(Purpose::Completion, 0, &failed, random).unwrap_or_default();
            assert!((COMPLETION.0..=COMPLETION.1).contains(&short), "{short:?}");
            seen.push(short);
            for tried in 0..CHAT {
                let most = CHAT_FIRST * 2_u32.pow(tried);
                let long = pause(Purpose::Chat, tried, &failed, random).unwrap_or_default();
                assert!(long <= most, "{long:?}");
                let asked = pause(Purpose::Chat, tried, &busy(3_000, 429), random);
                let asked = asked.unwrap_or_default();
                assert!(asked >= Duration::from_secs(3) && asked <= Duration::from_secs(3) + most);
            }
        }
        seen.sort();
        seen.dedup();
        assert!(seen.len() > 150);
    }
}
