//! Statistics of samples.

use super::draw::Draw;

/// How often a sample is drawn again from itself.
const RESAMPLES: usize = 1_000;
/// Share of the resamples that an interval holds.
const CONFIDENCE: f64 = 0.95;

/// A figure with its confidence interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// The interval's lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// A figure of `count` cases with its 95 % interval by the percentile bootstrap (Efron, "Bootstrap
/// methods: another look at the jackknife", 1979). `figure` gets the cases' numbers, some of them
/// several times. `None` where it gives none for the cases themselves.
#[must_use]
pub fn bootstrap(
    count: usize,
    seed: u64,
    figure: impl Fn(&[usize]) -> Option<f64>,
) -> Option<Estimate> {
    let all: Vec<usize> = (0..count).collect();
    let value = figure(&all)?;
    let mut draw = Draw::new(seed);
    let mut again = all;
    let mut figures = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        again.iter_mut().for_each(|case| *case = draw.below(count));
        figures.extend(figure(&again));
    }
    let tail = (1.0 - CONFIDENCE) / 2.0;
    let low = percentile(&mut figures, tail).unwrap_or(value);
    let high = percentile(&mut figures, 1.0 - tail).unwrap_or(value);
    Some(Estimate { value, low, high })
}

/// The value that the share `at` of the others (0 to 1) lies below: the nearest rank. Sorts them.
#[must_use]
pub fn percentile(values: &mut [f64], at: f64) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let rank = (last as f64 * at.clamp(0.0, 1.0)).round() as usize;
    values.get(rank.min(last)).copied()
}

/// Their mean.
#[must_use]
pub fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks() {
        let mut values = [3.0, 1.0, 2.0, 5.0, 4.0];
        for (at, want) in [(0.0, 1.0), (0.5, 3.0), (0.9, 5.0), (1.0, 5.0)] {
            assert_eq!(percentile(&mut values, at), Some(want));
        }
        assert_eq!(percentile(&mut [], 0.5), None);
        assert_eq!(mean([1.0, 2.0].into_iter()), Some(1.5));
        assert_eq!(mean(std::iter::empty()), None);
    }

    #[test]
    #[allow(clippy::unwrap_used, clippy::cast_precision_loss)]
    fn an_interval_holds_the_share_it_says() {
        // Coins that fall heads three times in ten: the interval must hold 0.3 about 95 times in 100.
        let mut draw = Draw::new(42);
        let mut held = 0;
        for seed in 0..200 {
            let coins: Vec<bool> = (0..100).map(|_| draw.below(10) < 3).collect();
            let share = |cases: &[usize]| {
                let heads = cases.iter().filter(|case| coins.get(**case) == Some(&true)).count();
                Some(heads as f64 / cases.len() as f64)
            };
            let got = bootstrap(coins.len(), seed, share).unwrap();
            assert!(got.low <= got.value && got.value <= got.high);
            held += usize::from(got.low <= 0.3 && 0.3 <= got.high);
        }
        assert!((180..=199).contains(&held), "{held} of 200");
    }
}
