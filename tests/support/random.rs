//! Seeded randomness for long random walks: the same numbers on every machine and every run,
//! unless `FORETYPE_TEST_SEED` is set to a number, which gives other walks.

#![allow(dead_code, clippy::indexing_slicing, missing_docs)]

/// A xorshift generator (Marsaglia, "Xorshift RNGs", 2003).
pub struct Random(u64);

impl Random {
    /// From a seed; different seeds give unrelated walks.
    pub fn new(seed: u64) -> Self {
        let other = std::env::var("FORETYPE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.wrapping_add(1).wrapping_add(other.unwrap_or(0_u64) << 20);
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Any 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// From 0 to `end`, which is left out; 0 where there is nothing else.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() >> 16) as usize % end.max(1)
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of them.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    /// Up to `most` of them, joined.
    pub fn join(&mut self, items: &[&str], most: usize) -> String {
        (0..self.below(most + 1)).map(|_| self.pick(items)).collect()
    }

    /// Up to `most` random bytes.
    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| (self.next() >> 24) as u8).collect()
    }

    /// A byte offset of `text` at a char boundary.
    pub fn boundary(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// `bytes` in pieces of random sizes, most of them small.
    pub fn chunks<'a>(&mut self, mut bytes: &'a [u8]) -> Vec<&'a [u8]> {
        let mut chunks = Vec::new();
        let usual = [1, 3, 17, 200, 5_000][self.below(5)];
        while !bytes.is_empty() {
            let (chunk, rest) = bytes.split_at((1 + self.below(usual)).min(bytes.len()));
            chunks.push(chunk);
            bytes = rest;
        }
        chunks
    }
}
