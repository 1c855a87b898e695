//! The small network that turns rows of numbers into probabilities.
//!
//! One hidden layer for candidates, one for the case that none is right, and a softmax over all of
//! them. It is fitted on development repositories by the benchmark `workspace`, with a fixed seed.

use super::features::{NONE_WIDTH, WIDTH};

/// Hidden units for candidates.
pub const HIDDEN: usize = 32;
/// Hidden units for the case that none is right.
pub const NONE_HIDDEN: usize = 12;
/// How many weights there are.
pub const WEIGHTS: usize =
    (WIDTH + 1) * HIDDEN + HIDDEN + (NONE_WIDTH + 1) * NONE_HIDDEN + NONE_HIDDEN + 1;

/// The weights, in the order in which they are used.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// All [`WEIGHTS`] of them.
    pub weights: Vec<f32>,
}

impl Network {
    /// From little-endian bytes; none where there are too few or too many.
    pub fn from_bytes(bytes: &[u8]) -> Option<Network> {
        let (numbers, rest) = bytes.as_chunks::<4>();
        let weights: Vec<f32> = numbers.iter().map(|four| f32::from_le_bytes(*four)).collect();
        (rest.is_empty() && weights.len() == WEIGHTS).then_some(Network { weights })
    }

    /// The probability of each row; what is missing to 1 is that of none.
    pub fn probabilities(&self, rows: &[[f32; WIDTH]], none: &[f32; NONE_WIDTH]) -> Vec<f32> {
        let split = (WIDTH + 1) * HIDDEN + HIDDEN;
        let (own, other) = self.weights.split_at_checked(split).unwrap_or((&[], &[]));
        let score_none = score::<NONE_WIDTH, NONE_HIDDEN>(other, none)
            + other.last().copied().unwrap_or_default();
        let scores: Vec<f32> = rows.iter().map(|row| score::<WIDTH, HIDDEN>(own, row)).collect();
        let top = scores.iter().copied().fold(score_none, f32::max);
        let rest = (score_none - top).exp();
        let exps: Vec<f32> = scores.iter().map(|score| (score - top).exp()).collect();
        let sum = exps.iter().sum::<f32>() + rest;
        exps.iter().map(|e| e / sum).collect()
    }
}

/// A hidden layer of rectified units and one output. The weights: for each input the row to every
/// unit, the units' offsets, the output's weights.
fn score<const W: usize, const H: usize>(weights: &[f32], row: &[f32; W]) -> f32 {
    let (rows, _) = weights.as_chunks::<H>();
    let mut units = [0.0_f32; H];
    if let Some(offsets) = rows.get(W) {
        units = *offsets;
    }
    for (&value, to) in row.iter().zip(rows) {
        if value != 0.0 {
            units.iter_mut().zip(to).for_each(|(unit, weight)| *unit += value * weight);
        }
    }
    let out = rows.get(W + 1).copied().unwrap_or([0.0; H]);
    units.iter().zip(out).map(|(unit, weight)| unit.max(0.0) * weight).sum()
}
