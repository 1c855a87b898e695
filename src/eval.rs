//! `foretype eval`: measures models on the user's own code. Real code is hidden at seeded places, each
//! model is asked for it through the whole pipeline, and what it says is compared with what stood
//! there.
//!
//! What leaks: nothing of the hidden text is in the document that a model is asked about, and that
//! document is the only one that is open. Files that are copies of it are not drawn from twice.

pub mod cost;
pub mod draw;
pub mod figures;
pub mod files;
pub mod hide;
pub mod measure;
pub mod record;
pub mod report;
pub mod score;
pub mod summary;

#[cfg(test)]
mod tests;
