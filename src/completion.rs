//! The completion engine: trigger → reuse → join → debounce → build → stream → polish → review.
//! Each step is a small module of its own; [`engine`] runs them in order.

pub mod anchor;
pub mod cache;
pub mod candidate;
pub mod completer;
pub mod debounce;
pub mod engine;
mod finally;
pub mod from_workspace;
pub mod generation;
pub mod lane;
pub mod once;
pub mod region;
pub mod reuse;
mod run;
pub mod scope;
pub mod shape;
mod sight;
pub mod silence;
pub mod trigger;
pub mod wait;
