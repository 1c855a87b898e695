//! The plugin in real Neovim, 0.12 and 0.11, on a real screen and without one, against the real
//! program and a scripted model.
//!
//! `scripts/test-neovim` installs both versions and runs this. Where one cannot be had the tests
//! say so and pass; with `FORETYPE_REQUIRE_EDITORS=1` they fail.
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
    pub mod random;
    pub mod real_model;
    pub mod screen;
    pub mod terminal_editor;
}

#[path = "neovim"]
mod neovim {
    mod accept;
    mod actions;
    mod fix;
    mod install;
    mod menu;
    mod minimum;
    mod nvim;
    mod picture;
    mod real;
    mod setting;
    mod state;
    mod text;
    mod typing;
}
