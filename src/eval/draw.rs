//! Seeded chance: the same seed draws the same places on every machine.

/// SplitMix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
#[derive(Clone, Debug)]
pub struct Draw(u64);

impl Draw {
    /// From a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        // By multiplication (Lemire, "Fast random integer generation in an interval", 2019): the bias
        // of so small an interval is far below what a measurement could see.
        let wide = u128::from(self.number()) * end as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Puts a list into an order of chance (Fisher & Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_sequence() {
        // The reference implementation's output for the seed 1234567.
        let mut draw = Draw::new(1_234_567);
        let first = [draw.number(), draw.number(), draw.number()];
        assert_eq!(
            first,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn every_number_below_and_none_else() {
        let mut draw = Draw::new(1);
        let mut seen = [0; 5];
        for _ in 0..1_000 {
            let number = draw.below(5);
            if let Some(count) = seen.get_mut(number) {
                *count += 1;
            }
        }
        assert!(seen.iter().all(|count| (150..250).contains(count)), "{seen:?}");
        assert_eq!(draw.below(0), 0);
        let mut list: Vec<u32> = (0..100).collect();
        draw.shuffle(&mut list);
        assert_ne!(list, (0..100).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..100).collect::<Vec<_>>());
    }
}
