//! How long an automatic request waits for the next key before a model is asked, and whether a
//! generation under way is kept while the user types on before its first token.

use std::time::{Duration, Instant};

/// A gap longer than this is a pause, not a rhythm.
const PAUSE: Duration = Duration::from_millis(600);
/// The shortest and the longest wait.
const LEAST: Duration = Duration::from_millis(15);
const MOST: Duration = Duration::from_millis(250);
/// The wait before anything is known of the rhythm.
const UNKNOWN: Duration = Duration::from_millis(45);

/// The typing rhythm in one document, and how well suggestions fit what is typed there.
#[derive(Clone, Debug, Default)]
pub struct Rhythm {
    last: Option<Instant>,
    /// Smoothed gap between keys.
    gap: Option<Duration>,
    /// Share of late generations that turned out to be something else, 0 to 1, smoothed.
    diverging: f32,
    /// A generation was overtaken by what was typed, and nothing has fitted since.
    overtaken: bool,
}

impl Rhythm {
    /// A key was typed.
    pub fn key(&mut self, now: Instant) {
        let gap = self.last.replace(now).map(|last| now.duration_since(last));
        match gap {
            Some(gap) if gap < PAUSE => {
                self.gap = Some(self.gap.map_or(gap, |known| (known * 2 + gap) / 3));
            }
            Some(_) => {
                self.gap = None;
                self.overtaken = false;
            }
            None => {}
        }
    }

    /// Typing went on as a suggestion said.
    pub fn agreed(&mut self) {
        self.diverging *= 0.7;
        self.overtaken = false;
    }

    /// Something else was typed before the generation's first token came.
    pub fn diverged(&mut self) {
        self.diverging = self.diverging * 0.7 + 0.3;
        self.overtaken = true;
    }

    /// Whether a generation without a token yet is kept while other keys come. What is typed may
    /// well be what it will say; once that has failed, it is closed at the next key until
    /// something fits or the user pauses.
    #[must_use]
    pub const fn holds(&self) -> bool {
        !self.overtaken
    }

    /// The wait of an automatic request, given the backend's usual time to the first token.
    #[must_use]
    pub fn wait(&self, first_token: Option<Duration>) -> Duration {
        let patience = first_token.map_or(UNKNOWN, |time| time / 4);
        let steady = patience.clamp(LEAST, Duration::from_millis(75));
        let wait = match self.gap {
            None => steady.max(UNKNOWN),
            // A burst of keys: wait until it is over.
            Some(gap) if gap < Duration::from_millis(80) => {
                steady.max(gap * 8 / 5 + Duration::from_millis(15))
            }
            Some(_) => steady,
        };
        (wait + Duration::from_millis(80).mul_f32(self.diverging)).min(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(gaps: &[u64]) -> Rhythm {
        let mut rhythm = Rhythm::default();
        let mut now = Instant::now();
        rhythm.key(now);
        for gap in gaps {
            now += Duration::from_millis(*gap);
            rhythm.key(now);
        }
        rhythm
    }

    fn wait_ms(rhythm: &Rhythm, first_token: u64) -> u128 {
        rhythm.wait(Some(Duration::from_millis(first_token))).as_millis()
    }

    #[test]
    fn a_burst_is_waited_out_and_a_steady_hand_is_not() {
        for gap in [20, 30, 40] {
            let wait = wait_ms(&typed(&[gap; 20]), 150);
            assert!(wait > u128::from(gap) + 10 && wait < 100, "{gap} {wait}");
        }
        assert!(wait_ms(&typed(&[150; 10]), 150) <= 40);
        assert!(wait_ms(&typed(&[150; 10]), 20) <= 20);
        assert!(wait_ms(&typed(&[2_000]), 150) <= 45);
        assert!(wait_ms(&typed(&[150; 10]), 5_000) <= 75);
    }

    #[test]
    fn wrong_guesses_make_it_patient() {
        let mut rhythm = typed(&[150; 10]);
        let before = wait_ms(&rhythm, 150);
        for _ in 0..10 {
            rhythm.diverged();
        }
        assert!(wait_ms(&rhythm, 150) > before + 60 && !rhythm.holds());
        for _ in 0..10 {
            rhythm.agreed();
        }
        assert!(wait_ms(&rhythm, 150) < before + 5 && rhythm.holds());
    }

    #[test]
    fn a_pause_gives_it_another_chance() {
        let mut rhythm = typed(&[30; 5]);
        rhythm.diverged();
        assert!(!rhythm.holds());
        rhythm.key(Instant::now() + Duration::from_secs(5));
        assert!(rhythm.holds());
    }
}
