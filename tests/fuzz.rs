//! Open-ended input for a bounded number of cases with fixed seeds: frames, messages,
//! configuration and backends' streams. Nothing may panic, hang or lose what is well-formed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[path = "support/random.rs"]
mod random;

mod fuzz {
    mod configuration;
    mod frames;
    mod json;
    mod messages;
    mod params;
    mod raw_server;
    mod streams;
}
