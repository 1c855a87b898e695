//! Which definitions of other files the code at a cursor needs.
//!
//! Candidates come from what is imported, from the types in play near the cursor and their members,
//! from names and words near the cursor, and from what similar files use. Each is a row of features
//! (see [`features`]); a linear model, fitted on repositories apart from those it is measured on,
//! says how likely the next line uses it; [`super::render`] takes them by that and by what they cost.
//!
//! Everything here is computed from the snapshot and the text, in the order of the text: the same
//! state gives the same answer.

use super::index::{FileId, Index, SymbolRef};
use super::names::Name;
use super::resolve::{self, Imported};
use super::symbol::FileSymbols;

mod candidates;
pub mod features;
mod near;
mod similar;
mod types;
mod weights;

use candidates::Candidates;
use features::Features;
use near::Near;
use types::Types;

/// Where something is about to be written.
pub struct Cursor<'a> {
    /// The file's symbols, of this text or one a few keys older. They need not be in the index.
    pub file: &'a FileSymbols,
    /// The cursor's byte in the file's text.
    pub at: usize,
    /// The text just before the cursor; some 200 lines of it are looked at.
    pub before: &'a str,
    /// The text just after it; some 80 lines of it are looked at.
    pub after: &'a str,
}

/// A definition, and how likely it is needed (log odds).
#[derive(Debug, Clone, Copy)]
pub struct Ranked {
    /// The definition.
    pub at: SymbolRef,
    /// Log odds that the next line uses it, up to what is the same for all candidates.
    pub score: f32,
    /// How probable it is that it is the one the next line uses, if that is a candidate at all: from 0
    /// to 1, in all 1.
    pub probability: f32,
    /// Where its features are.
    row: u32,
}

/// The definitions that are worth considering, and what says so.
#[derive(Debug, Default)]
pub struct Ranking {
    /// The likeliest first.
    pub all: Vec<Ranked>,
    rows: Vec<Features>,
}

impl Ranking {
    /// What the score of one of them was made of.
    #[must_use]
    pub fn features(&self, one: &Ranked) -> &Features {
        self.rows.get(one.row as usize).unwrap_or(&features::NONE)
    }

    /// What speaks for one of them most, in a few words.
    #[must_use]
    pub fn why(&self, one: &Ranked) -> &'static str {
        features::why(self.features(one))
    }
}

/// All that a query looks at.
struct Query<'a> {
    index: &'a Index,
    cursor: &'a Cursor<'a>,
    /// The cursor's own file in the index, which is never an answer.
    own: Option<FileId>,
    /// The names in the cursor's file, ascending.
    mentioned: Vec<Name>,
    imported: Imported,
    near: Near,
    types: Types,
    /// The type whose code is being written.
    enclosing: Name,
}

/// The definitions of other files that are worth considering at the cursor, the likeliest first.
#[must_use]
pub fn rank(index: &Index, cursor: &Cursor<'_>) -> Ranking {
    let view = index.names().view();
    let near = Near::read(&view, cursor.before, cursor.after);
    drop(view);
    let mut query = Query {
        index,
        cursor,
        own: index.id(&cursor.file.path),
        mentioned: cursor.file.mentions.iter().collect(),
        imported: resolve::imports(index, cursor.file),
        near,
        types: Types::default(),
        enclosing: enclosing(cursor),
    };
    query.types = Types::of(&query);
    let candidates = Candidates::of(&query);
    let (mut ranked, rows) = features::score(&query, candidates);
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| order(index, a.at, b.at)));
    let best = ranked.first().map_or(0.0, |one| one.score);
    let all: f32 = ranked.iter().map(|one| (one.score - best).exp()).sum();
    for one in &mut ranked {
        one.probability = (one.score - best).exp() / all;
    }
    Ranking { all: ranked, rows }
}

/// Those that are at least so probable, of what [`rank`] found.
#[must_use]
pub fn likely(ranked: &[Ranked], floor: f32) -> &[Ranked] {
    let weak = ranked.partition_point(|one| one.probability >= floor);
    ranked.get(..weak).unwrap_or_default()
}

/// Ties fall by path and place.
fn order(index: &Index, a: SymbolRef, b: SymbolRef) -> std::cmp::Ordering {
    let path = |at: SymbolRef| index.file(at.file).map(|file| &file.path);
    path(a).cmp(&path(b)).then(a.place.cmp(&b.place))
}

/// The type whose members stand around the cursor.
fn enclosing(cursor: &Cursor<'_>) -> Name {
    let at = u32::try_from(cursor.at).unwrap_or(u32::MAX);
    let before = cursor.file.symbols.iter().take_while(|symbol| symbol.range.start <= at);
    let inside = before.clone().filter(|symbol| symbol.range.end >= at).last();
    let nearest = inside.or_else(|| before.last());
    nearest.map_or(Name::NONE, |symbol| {
        if symbol.owner.is_some() {
            symbol.owner
        } else if symbol.kind.is_type() {
            symbol.name
        } else {
            Name::NONE
        }
    })
}
