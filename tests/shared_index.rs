//! The index that a team shares, in a real PostgreSQL with pgvector. Needs the feature `postgres`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

#[path = "support"]
mod support {
    pub mod fake_backend;
    pub mod lsp;
    pub mod postgres;
    pub mod process;
}

#[path = "shared_index"]
mod shared_index {
    mod cli;
    mod failures;
    mod pushes;
    mod roles;
    mod searched;
    mod setting;
    mod tls;
}
