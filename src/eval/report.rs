//! A run as it is shown: a table for the terminal, JSON for programs, a page with plots.

pub mod html;
pub mod plot;
pub mod rows;
pub mod table;

use serde::Serialize;

use super::summary::Summary;

/// A run and how it came about.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The folder, as it was given.
    pub path: String,
    /// What was hidden.
    pub kind: String,
    /// The seed.
    pub seed: u64,
    /// Places that were asked for.
    pub wanted: usize,
    /// Places that were drawn.
    pub places: usize,
    /// Files that they were drawn from.
    pub files: usize,
    /// What was not measured or not looked at, in words.
    pub notes: Vec<String>,
    /// When it was made: seconds since 1970.
    pub at: u64,
    /// The figures.
    #[serde(flatten)]
    pub summary: Summary,
}
