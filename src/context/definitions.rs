//! Definitions that the cursor needs: signatures from other files of the workspace, by the index.

use std::sync::Arc;

use super::snippet::{Origin, Shorten, Snippet};
use crate::prompt::budget::snippet_tokens;
use crate::retrieval::index::{Index, SymbolRef};
use crate::retrieval::names::{Name, Names, NumberMap};
use crate::retrieval::rank::{Cursor, Ranked, likely, rank};
use crate::retrieval::render::{self, Pick, choose, show};
use crate::retrieval::symbol::Kind;

/// What was shown stays, unless that what is needed is shown becomes so much more probable: every
/// change costs the model the reading of all that follows it.
const GAIN: f32 = 0.1;

/// For a suggestion, what is less probable than that is not worth its tokens: a model has to read them,
/// and its user waits for it. Chosen by the curve in docs/benchmarks.md.
pub const FLOOR: f32 = 0.001;

/// Definitions that were shown, by what names them through edits.
#[derive(Clone, Default)]
pub struct Shown {
    /// The names that the picks' are: those of an index that was made anew are others.
    names: Arc<Names>,
    picks: Vec<Known>,
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} definitions", self.picks.len())
    }
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        self.picks == other.picks
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Known {
    path: Arc<str>,
    owner: Name,
    name: Name,
    kind: Kind,
    /// Of several alike, which.
    number: usize,
    documented: bool,
}

/// The signatures that are likeliest used at the cursor, at most `budget` tokens of them and none less
/// probable than `floor` (0 to 1), a snippet for each file, by path. What was shown before stays unless
/// something else is clearly better. The same index, text and past give the same snippets.
#[must_use]
pub fn definitions(
    index: &Index,
    cursor: &Cursor<'_>,
    budget: usize,
    floor: f32,
    before: &Shown,
) -> (Vec<Snippet>, Shown) {
    let ranked = rank(index, cursor);
    let new = fitting(index, likely(&ranked, floor), budget);
    let likely = Likely::of(&ranked);
    let old = before.find(index, cursor);
    let stays = !old.is_empty()
        && likely.sum(&new) - likely.sum(&old) < GAIN
        && tokens(&show(index, &old)) <= budget;
    let picks = if stays { old } else { new };
    (snippets(index, &picks, &ranked, &likely), Shown::of(index, &picks))
}

/// As much as fits in whatever form it is shown: how many lines and files it makes is known only
/// afterwards.
fn fitting(index: &Index, ranked: &[Ranked], budget: usize) -> Vec<Pick> {
    let mut room = budget;
    loop {
        let picks = choose(index, ranked, room);
        let over = tokens(&show(index, &picks)).saturating_sub(budget);
        if over == 0 || picks.is_empty() {
            return picks;
        }
        room = room.saturating_sub(over);
    }
}

fn tokens(snippets: &[render::Snippet]) -> usize {
    snippets.iter().map(|of| snippet_tokens(&of.path, &of.text)).sum()
}

fn snippets(index: &Index, picks: &[Pick], ranked: &[Ranked], likely: &Likely) -> Vec<Snippet> {
    let mut places = NumberMap::default();
    for (place, one) in ranked.iter().enumerate() {
        places.insert(key(one.at), place);
    }
    let snippet = |found: render::Snippet| {
        let best = found.symbols.iter().filter_map(|at| places.get(&key(*at)).copied()).min();
        let why = best.and_then(|place| ranked.get(place)).and_then(|one| {
            let (_, symbol) = index.symbol(one.at)?;
            Some(format!("{}: {}", index.names().text(symbol.name), one.why()))
        });
        let own = found.symbols.iter().map(|at| likely.of_one(*at));
        Snippet {
            origin: Origin::Definitions,
            path: Arc::clone(&found.path),
            score: own.sum(),
            text: found.text,
            lines: None,
            shorten: Shorten::Never,
            why: why.map_or("shown before".into(), Into::into),
        }
    };
    show(index, picks).into_iter().map(snippet).collect()
}

/// How probable it is that a definition is the one needed, among all candidates.
struct Likely {
    by: NumberMap<u64, f32>,
}

impl Likely {
    fn of(ranked: &[Ranked]) -> Self {
        Self { by: ranked.iter().map(|one| (key(one.at), one.probability)).collect() }
    }

    fn of_one(&self, at: SymbolRef) -> f32 {
        self.by.get(&key(at)).copied().unwrap_or(0.0)
    }

    fn sum(&self, picks: &[Pick]) -> f32 {
        picks.iter().map(|pick| self.of_one(pick.at)).sum()
    }
}

impl Shown {
    fn of(index: &Index, picks: &[Pick]) -> Self {
        let known = |pick: &Pick| {
            let (file, symbol) = index.symbol(pick.at)?;
            let alike = alike(index, &file.path, symbol.owner, symbol.name, symbol.kind);
            Some(Known {
                path: Arc::clone(&file.path),
                owner: symbol.owner,
                name: symbol.name,
                kind: symbol.kind,
                number: alike.iter().position(|at| *at == pick.at)?,
                documented: pick.documented,
            })
        };
        Self { names: Arc::clone(index.names()), picks: picks.iter().filter_map(known).collect() }
    }

    /// What of it is still there, in an index that may be another one by now.
    fn find(&self, index: &Index, cursor: &Cursor<'_>) -> Vec<Pick> {
        let find = |known: &Known| {
            let at = alike(index, &known.path, known.owner, known.name, known.kind);
            let own = *known.path == *cursor.file.path;
            let at = at.get(known.number).filter(|_| !own)?;
            Some(Pick { at: *at, documented: known.documented })
        };
        let same = Arc::ptr_eq(&self.names, index.names());
        self.picks.iter().filter(|_| same).filter_map(find).collect()
    }
}

/// The definitions of a file that have that name, owner and kind, in its order.
fn alike(index: &Index, path: &str, owner: Name, name: Name, kind: Kind) -> Vec<SymbolRef> {
    let Some(id) = index.id(path) else { return Vec::new() };
    let here = index.definitions(name).iter().copied().filter(|at| at.file == id);
    let is = |at: &SymbolRef| {
        let symbol = index.symbol(*at).map(|(_, symbol)| symbol);
        symbol.is_some_and(|symbol| symbol.owner == owner && symbol.kind == kind)
    };
    let mut found: Vec<_> = here.filter(is).collect();
    found.sort_unstable();
    found
}

fn key(at: SymbolRef) -> u64 {
    u64::from(at.file.0) << 32 | u64::from(at.place)
}

#[cfg(test)]
mod tests;
