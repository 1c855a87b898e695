//! Actions: what is made of a model's answer, and what an editor gets of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;
use support::random;

#[path = "actions/answers.rs"]
mod answers;
#[path = "actions/apart.rs"]
mod apart;
#[path = "actions/cases.rs"]
mod cases;
#[path = "actions/clients.rs"]
mod clients;
#[path = "actions/early.rs"]
mod early;
#[path = "actions/editor.rs"]
mod editor;
#[path = "actions/files.rs"]
mod files;
#[path = "actions/in_flight.rs"]
mod in_flight;
#[path = "actions/knowledge.rs"]
mod knowledge;
#[path = "actions/mending.rs"]
mod mending;
#[path = "actions/merge.rs"]
mod merge;
#[path = "actions/offers.rs"]
mod offers;
#[path = "actions/placed.rs"]
mod placed;
#[path = "actions/projects.rs"]
mod projects;
#[path = "actions/prompts.rs"]
mod prompts;
#[path = "actions/rebase.rs"]
mod rebase;
#[path = "actions/refused.rs"]
mod refused;
#[path = "actions/review.rs"]
mod review;
#[path = "actions/server.rs"]
mod server;
#[path = "actions/shown.rs"]
mod shown;
#[path = "actions/speed.rs"]
mod speed;
#[path = "actions/typing.rs"]
mod typing;
#[path = "actions/vectors.rs"]
mod vectors;
