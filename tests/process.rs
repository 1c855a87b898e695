//! The server as an editor starts it: a process of its own on pipes.
#![cfg(unix)]
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

#[path = "process"]
mod process {
    mod config;
    mod frames;
    mod life;
    mod log;
    mod parent;
}
