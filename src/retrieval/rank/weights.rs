//! The fitted weights.

use super::features::COUNT;
use crate::retrieval::source::Family;

/// The weights for a language.
pub(super) fn of(_family: Family) -> &'static [f32; COUNT] {
    &FIRST
}

const FIRST: [f32; COUNT] = [
    -4.0, 0.3, 0.2, 0.0, 0.0, -1.0, -1.0, 0.0, 2.0, 1.5, 0.5, 1.0, 0.3, 0.5, 1.5, 1.0, 0.5, 1.0,
    1.0, 1.5, 0.0, 0.5, 0.5, 0.5, 1.0, 0.3, 1.0, 0.3, 1.0, 0.5, 0.2, -0.5, 0.3, 0.5, 0.5, -1.0,
    0.0, 0.0, 0.5, 0.5, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
];
