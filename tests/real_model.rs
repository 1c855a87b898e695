//! The program against llama.cpp's own server and a small real model: protocol, streaming, cancel,
//! cache and loading. What the model says is never looked at.
//!
//! Where server and model cannot be had, the tests say so and pass; with
//! `FORETYPE_REQUIRE_REAL_MODEL=1` they fail.
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
    pub mod real_model;
}

#[path = "real_model"]
mod real_model {
    mod actions;
    mod candidates;
    pub mod chat;
    mod embeddings;
    mod gateway;
    mod infill;
    mod plain;
    pub mod setting;
    mod tokens;
}
