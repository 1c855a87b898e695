//! The workspace model: its tokens, its index, what it says, and that it survives anything.
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

mod local {
    mod answers;
    mod index;
    mod names;
    mod nonsense;
    mod saved;
    mod tokens;
    mod workspace;
}
