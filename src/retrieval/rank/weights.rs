//! The fitted weights.
//!
//! Fitted by `cargo bench --bench recall -- --set development --dump FILE` and a softmax over each
//! position's candidates (Adam, 40 rounds, L2 0.003, repositories weighted by the root of their
//! size): 3 Rust, 3 Python and 4 ECMAScript repositories. One row for all languages: rows for each
//! did worse on repositories that they had not seen.

use super::features::COUNT;

/// What each of [`super::features::FEATURES`] counts.
#[rustfmt::skip]
pub(super) const WEIGHTS: [f32; COUNT] = [
    0.00, // one
    2.10, // is type
    2.60, // is function
    2.70, // is method
    2.82, // is constant
    -1.59, // is field
    2.64, // is variant
    -1.02, // is macro
    0.60, // imported by name
    2.99, // imported, unused so far
    0.77, // imported, used once
    -0.20, // its file is imported
    0.19, // something of its file is imported
    -1.51, // its type is imported
    -0.13, // named near
    0.53, // named near as a member
    0.07, // called near
    1.80, // named in the file
    -1.12, // named in the file, a member
    0.94, // its type in play
    -2.53, // its type in play, a field
    -0.14, // its type in play and it is named in the file
    -2.35, // of a parent
    -2.19, // of the enclosing type
    1.46, // a type in play
    0.43, // gives a type in play
    6.47, // words of its name
    5.86, // words of its type
    0.68, // similar files use it
    1.87, // similar files use it, rare
    0.20, // files that name it
    -0.90, // definitions of its name
    0.06, // in the same folder
    -0.21, // shares the path
    0.93, // public
    -0.47, // a test's, not from a test
    -3.15, // not imported
    -0.05, // length
    0.33, // unused so far, words of its name
    -1.95, // similar files use it, its type in play
    1.78, // its module named near
    0.42, // its module unused so far
    -0.13, // its file's name near
    1.47, // its type imported, unused so far
    2.48, // makes its type, which is imported
    1.58, // of the enclosing type's parents, named in the file
    1.22, // words of its name, its type in play
    0.15, // words of its name, its module imported
];
