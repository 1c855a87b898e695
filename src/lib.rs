//! foretype: a language server that gives any editor AI code completion from the model its user
//! chooses.
//!
//! The way of a request: [`server`] → [`workspace`] gives a snapshot → [`completion`] →
//! [`context`] → [`guard`] → [`prompt`] → [`backend`], and back up the stream: stop rule →
//! polish → review → reply. Nothing calls backwards.

pub mod actions;
pub mod backend;
pub mod catalogue;
pub mod chat;
pub mod cli;
pub mod code;
pub mod completion;
pub mod config;
pub mod context;
pub mod doctor;
pub mod document;
pub mod embedding;
pub mod eval;
pub mod feedback;
pub mod guard;
pub mod hover;
pub mod indexing;
pub mod local;
pub mod log;
pub mod markdown;
pub mod project;
pub mod prompt;
pub mod retrieval;
pub mod sealed;
pub mod server;
pub mod services;
pub mod status;
pub mod store;
#[cfg(feature = "otlp")]
pub mod telemetry;
pub mod workspace;
