//! The fitted weights.
//!
//! Fitted by `scripts/fit-ranking` on 3 Rust, 3 Python and 4 ECMAScript repositories, the corpora's
//! development sets. One row for all languages: rows for each did worse on repositories that they had
//! not seen.

use super::features::COUNT;

/// What each of [`super::features::FEATURES`] counts.
#[rustfmt::skip]
pub(super) const WEIGHTS: [f32; COUNT] = [
    -0.00, // one
    2.03, // is type
    2.55, // is function
    2.22, // is method
    2.81, // is constant
    -1.93, // is field
    2.02, // is variant
    -0.81, // is macro
    0.83, // imported by name
    3.01, // imported, unused so far
    0.78, // imported, used once
    -0.44, // its file is imported
    0.34, // something of its file is imported
    -1.57, // its type is imported
    -0.11, // named near
    0.52, // named near as a member
    -0.18, // called near
    1.87, // named in the file
    -0.59, // named in the file, a member
    1.63, // its type in play
    -2.89, // its type in play, a field
    -0.27, // its type in play and it is named in the file
    -1.84, // of a parent
    -1.77, // of the enclosing type
    1.21, // a type in play
    0.34, // gives a type in play
    4.39, // words of its name
    5.99, // words of its type
    0.75, // similar files use it
    2.00, // similar files use it, rare
    0.18, // files that name it
    -0.91, // definitions of its name
    0.18, // in the same folder
    -0.24, // shares the path
    1.01, // public
    -2.02, // a test's, not from a test
    -3.05, // not imported
    -0.03, // length
    0.26, // unused so far, words of its name
    -2.61, // similar files use it, its type in play
    1.99, // its module named near
    0.55, // its module unused so far
    -0.30, // its file's name near
    1.89, // its type imported, unused so far
    2.63, // makes its type, which is imported
    1.34, // of the enclosing type's parents, named in the file
    1.38, // words of its name, its type in play
    -0.42, // words of its name, its module imported
    1.06, // share of its name that is near
    0.64, // share of its name that is near, its module imported
];
