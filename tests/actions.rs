//! Actions: what is made of a model's answer, and what an editor gets of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[path = "support/random.rs"]
mod random;

#[path = "actions/answers.rs"]
mod answers;
#[path = "actions/offers.rs"]
mod offers;
#[path = "actions/prompts.rs"]
mod prompts;
#[path = "actions/rebase.rs"]
mod rebase;
