//! The protocol as an editor sees it: the life of a connection, replies, cancels, bad input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

#[path = "protocol/frames.rs"]
mod frames;
#[path = "protocol/initialize.rs"]
mod initialize;
#[path = "protocol/life.rs"]
mod life;
#[path = "protocol/panics.rs"]
mod panics;
#[path = "protocol/replies.rs"]
mod replies;
