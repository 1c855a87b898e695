//! The sources of context, each its own file: functions of a [`Need`] alone.
//! [`super::definitions`] is apart: it fills what the others leave.

pub mod conventions;
pub mod dependencies;
pub mod diagnostics;
pub mod documentation;
pub mod edits;
pub mod scope;
pub mod similar;
pub mod stack;
pub mod usages;

use super::need::Need;
use super::snippet::{Origin, Snippet};

/// A source: at most so many tokens of snippets, the best first.
pub type Source = fn(&Need<'_>, usize) -> Vec<Snippet>;

/// When a source is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Between a key and its answer: it takes less than a millisecond.
    Key,
    /// Ahead, in the background: it may read files.
    Ahead,
}

/// All of them, by what comes first where the budget is short.
pub const SOURCES: [(Origin, When, Source); 6] = [
    (Origin::Stack, When::Key, stack::stack),
    (Origin::Diagnostics, When::Key, diagnostics::diagnostics),
    (Origin::Edits, When::Key, edits::edits),
    (Origin::Dependencies, When::Ahead, dependencies::dependencies),
    (Origin::Usages, When::Ahead, usages::usages),
    (Origin::Similar, When::Ahead, similar::similar),
];
