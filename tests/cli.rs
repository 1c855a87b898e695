//! The command line, as a user meets it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[path = "support"]
mod support {
    pub mod fake_backend;
    pub mod lsp;
    pub mod process;
}

#[path = "cli"]
mod cli {
    mod arguments;
    mod complete;
    mod config;
    mod context;
    mod doctor;
    mod eval;
    mod keys;
    mod places;
    mod prompts;
    mod stats;
    mod trials;
}
