//! `--listen`: several editors at one process, over a Unix socket or TCP with a token.
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

#[path = "listen"]
mod listen {
    pub mod listener;
    mod tcp;
    mod unix;
}
