//! Definitions that the cursor needs: signatures from other files of the workspace, by the index.

use super::snippet::{Origin, Shorten, Snippet};
use crate::retrieval::index::Index;
use crate::retrieval::rank::{Cursor, rank};
use crate::retrieval::render::fill;

/// The signatures that are likeliest used at the cursor, at most `budget` tokens of them, a snippet
/// for each file, by path. The same index and text give the same snippets.
#[must_use]
pub fn definitions(index: &Index, cursor: &Cursor<'_>, budget: usize) -> Vec<Snippet> {
    let found = fill(index, &rank(index, cursor), budget).into_iter();
    let snippet = |found: crate::retrieval::render::Snippet| Snippet {
        origin: Origin::Definitions,
        path: found.path,
        text: found.text,
        lines: None,
        score: 1.0,
        shorten: Shorten::Never,
        why: "used or imported near the cursor".into(),
    };
    found.map(snippet).collect()
}

#[cfg(test)]
mod tests;
