//! How many tokens a model's tokenizer really makes of a text, by what its server counts of prompts, or
//! exactly where it can be asked: estimates are the same for all models, and too high for most.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;

/// Requests that are remembered: the worst of them decides, so that one that counts only what was not
/// cached does not.
const REMEMBERED: usize = 64;
/// Smaller prompts (tokens) are mostly the format's own marks.
const TELLING: u64 = 200;
/// Beyond the worst that was seen.
const MARGIN: f64 = 1.08;
/// No tokenizer of code makes fewer of it; who counts less does not count all.
const LEAST: f64 = 0.5;
/// Beyond the worst that a server counted exactly: other parts of the code are a little denser.
const EXACT_MARGIN: f64 = 1.02;
/// Exact counts that are remembered; the worst of them decides.
const EXACT: usize = 16;
/// Sixteenths: a coarse step, so that a prompt's windows rarely move; coarser where it is guessed.
const WHOLE: u32 = 16;
const GUESSED: u32 = 2;
const LOWEST: u32 = 10;
const LOWEST_EXACT: u32 = 6;
const HIGHEST: u32 = 24;

/// Tokens that were counted, of those that were estimated.
#[derive(Debug)]
pub struct Density {
    seen: Mutex<VecDeque<f64>>,
    exact: Mutex<VecDeque<f64>>,
    sixteenths: AtomicU32,
}

impl Default for Density {
    fn default() -> Self {
        Self { seen: Mutex::default(), exact: Mutex::default(), sixteenths: AtomicU32::new(WHOLE) }
    }
}

impl Density {
    /// A server has counted so many tokens where so many were estimated.
    #[allow(clippy::cast_precision_loss)]
    pub fn note(&self, estimated: u64, counted: u64) {
        let ratio = counted as f64 / estimated.max(1) as f64;
        if estimated < TELLING || ratio < LEAST || !self.exact.lock().is_empty() {
            return;
        }
        let mut seen = self.seen.lock();
        seen.push_back(ratio);
        if seen.len() > REMEMBERED {
            seen.pop_front();
        }
        let worst = seen.iter().copied().fold(0.0, f64::max);
        let known = seen.len() == REMEMBERED;
        drop(seen);
        let sixteenths = fitting((LOWEST..=HIGHEST).step_by(GUESSED as usize), worst * MARGIN);
        // More tokens than estimated count at once, fewer when that is known for sure.
        if known || sixteenths > self.sixteenths.load(Ordering::Relaxed) {
            self.sixteenths.store(sixteenths, Ordering::Relaxed);
        }
    }

    /// The server's own tokenizer makes so many tokens of texts of which so many were estimated. From the
    /// first time on this counts alone: it is no guess.
    #[allow(clippy::cast_precision_loss)]
    pub fn exact(&self, estimated: u64, counted: u64) {
        if estimated < TELLING {
            return;
        }
        let mut exact = self.exact.lock();
        exact.push_back(counted as f64 / estimated as f64);
        if exact.len() > EXACT {
            exact.pop_front();
        }
        let worst = exact.iter().copied().fold(0.0, f64::max);
        drop(exact);
        let sixteenths = fitting(LOWEST_EXACT..=HIGHEST, worst * EXACT_MARGIN);
        self.sixteenths.store(sixteenths, Ordering::Relaxed);
    }

    /// Whether the server's own tokenizer was asked.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.exact.lock().is_empty()
    }

    /// How many estimated tokens fit into so many real ones.
    #[must_use]
    pub fn estimated(&self, tokens: u32) -> u32 {
        let sixteenths = u64::from(self.sixteenths.load(Ordering::Relaxed));
        u32::try_from(u64::from(tokens) * u64::from(WHOLE) / sixteenths).unwrap_or(u32::MAX)
    }
}

/// The first step that is not less than a ratio.
fn fitting(mut steps: impl Iterator<Item = u32>, ratio: f64) -> u32 {
    steps.find(|step| f64::from(*step) >= ratio * f64::from(WHOLE)).unwrap_or(HIGHEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_many_decides_and_too_many_tokens_count_at_once() {
        let density = Density::default();
        for _ in 1..REMEMBERED {
            density.note(1_000, 700);
            assert_eq!(density.estimated(800), 800);
        }
        density.note(1_000, 700);
        // 0.7 · 1.08 is a little over six eighths.
        assert_eq!(density.estimated(700), 800);
        for (estimated, counted) in [(1_000, 100), (100, 90), (0, 5)] {
            density.note(estimated, counted);
            assert_eq!(density.estimated(700), 800, "{estimated} {counted}");
        }
        density.note(1_000, 1_100);
        assert_eq!(density.estimated(1_000), 800);
        density.note(1_000, 90_000);
        assert_eq!(density.estimated(1_200), 800);
        for _ in 0..REMEMBERED {
            density.note(1_000, 600);
        }
        assert_eq!(density.estimated(600), 800);
    }

    #[test]
    fn what_is_counted_exactly_counts_at_once_and_alone() {
        let density = Density::default();
        density.exact(100, 70);
        assert!(!density.is_exact());
        density.exact(1_000, 700);
        // 0.7 · 1.02 is a little under twelve sixteenths.
        assert_eq!((density.estimated(750), density.is_exact()), (1_000, true));
        density.note(1_000, 1_400);
        assert_eq!(density.estimated(750), 1_000);
        // The worst of the last ones.
        density.exact(1_000, 1_200);
        assert_eq!(density.estimated(1_250), 1_000);
        for _ in 0..EXACT {
            density.exact(1_000, 300);
        }
        assert_eq!(density.estimated(375), 1_000);
    }
}
