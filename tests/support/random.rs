//! Numbers that are the same in every run.
#![allow(dead_code, missing_docs)]

/// A small generator (Marsaglia's xorshift); the seed is not 0.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap_or_default()
    }
}
