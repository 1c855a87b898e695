//! How many tokens a model's tokenizer really makes of a text, from what its server counts: estimates are
//! the same for all models, and too high for most.

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
/// Eighths: a coarse step, so that a prompt's windows rarely move.
const WHOLE: u32 = 8;
const LOWEST: u32 = 5;
const HIGHEST: u32 = 12;

/// Tokens that were counted, of those that were estimated.
#[derive(Debug)]
pub struct Density {
    seen: Mutex<VecDeque<f64>>,
    eighths: AtomicU32,
}

impl Default for Density {
    fn default() -> Self {
        Self { seen: Mutex::default(), eighths: AtomicU32::new(WHOLE) }
    }
}

impl Density {
    /// A server has counted so many tokens where so many were estimated.
    #[allow(clippy::cast_precision_loss)]
    pub fn note(&self, estimated: u64, counted: u64) {
        let ratio = counted as f64 / estimated.max(1) as f64;
        if estimated < TELLING || ratio < LEAST {
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
        let fits = |eighths: &u32| f64::from(*eighths) >= worst * MARGIN * f64::from(WHOLE);
        let eighths = (LOWEST..=HIGHEST).find(fits).unwrap_or(HIGHEST);
        // More tokens than estimated count at once, fewer when that is known for sure.
        if known || eighths > self.eighths.load(Ordering::Relaxed) {
            self.eighths.store(eighths, Ordering::Relaxed);
        }
    }

    /// How many estimated tokens fit into so many real ones.
    #[must_use]
    pub fn estimated(&self, tokens: u32) -> u32 {
        let eighths = u64::from(self.eighths.load(Ordering::Relaxed));
        u32::try_from(u64::from(tokens) * u64::from(WHOLE) / eighths).unwrap_or(u32::MAX)
    }
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
}
