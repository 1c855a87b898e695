//! The real Helix, with the `languages.toml` that users get, on a real screen: against the real
//! program and a scripted model, with another language server beside it.
//!
//! `scripts/test-helix` installs Helix and runs this. Where it cannot be had the tests say so and
//! pass; with `FORETYPE_REQUIRE_EDITORS=1` they fail.
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
    pub mod screen;
    pub mod terminal_editor;
}

#[path = "helix"]
mod helix {
    mod accept;
    mod actions;
    mod fix;
    mod languages;
    mod menu;
    mod picture;
    mod real;
    mod setting;
    mod typing;
}
