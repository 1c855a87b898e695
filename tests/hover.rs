//! Hover, and the pages that explanations are written to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

#[path = "hover/asking.rs"]
mod asking;
#[path = "hover/follow_ups.rs"]
mod follow_ups;
#[path = "hover/keeping.rs"]
mod keeping;
#[path = "hover/language.rs"]
mod language;
#[path = "hover/replies.rs"]
mod replies;
#[path = "hover/setting.rs"]
mod setting;
#[path = "hover/symbols.rs"]
mod symbols;
