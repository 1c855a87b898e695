//! What must hold for every text, edit and suggestion: checked on many random ones, with fixed
//! seeds, against plain references.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    missing_docs
)]

#[path = "support/random.rs"]
mod random;

mod properties {
    mod anchor;
    mod document;
    mod markdown;
    mod polish;
    mod prompt;
    mod reference;
    mod region;
    mod reuse;
    mod stop;
    mod syntax;
    mod tree_check;
    mod uri;
}
