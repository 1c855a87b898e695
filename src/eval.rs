//! `foretype eval`: measures models on the user's own code. Real code is hidden at seeded places, each
//! model is asked for it through the whole pipeline, and what it says is compared with what stood
//! there.
//!
//! What leaks: nothing of the hidden text is in the document that a model is asked about, and that
//! document is the only one that is open. Of files that are copies of each other, or nearly, one alone is seen.

pub mod copies;
pub mod cost;
pub mod draw;
pub mod figures;
pub mod files;
pub mod hide;
pub mod measure;
mod prose;
pub mod record;
pub mod report;
pub mod score;
pub mod summary;

#[cfg(test)]
mod tests;
