//! The fake backend does what the other tests rely on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

#[path = "support/fake_backend/self_test.rs"]
mod self_test;
