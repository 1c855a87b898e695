//! Definitions that the cursor needs: signatures from other files of the workspace, by the index.

use std::collections::HashSet;
use std::sync::Arc;

use super::fit::LeftOut;
use super::snippet::{Origin, Shorten, Snippet};
use crate::prompt::budget::snippet_tokens;
use crate::retrieval::index::{Index, SymbolRef};
use crate::retrieval::names::{Name, Names, NumberMap};
use crate::retrieval::rank::{Cursor, Ranked, Ranking, likely, rank};
use crate::retrieval::render::{self, Pick, Renderer, choose};
use crate::retrieval::symbol::Kind;

/// What was shown stays, unless that what is needed is shown becomes so much more probable: every
/// change costs the model the reading of all that follows it.
const GAIN: f32 = 0.1;

/// For a suggestion, what is less probable than that is not worth its tokens: a model has to read them,
/// and its user waits for it. Chosen by the curve in docs/benchmarks.md.
pub const FLOOR: f32 = 0.001;
/// So many tokens are soon read, so the likeliest have them in any case: in a small workspace the ranking
/// may be sure of the wrong one.
const LITTLE: usize = 400;

/// Of what is not shown so many are told of.
const MOST_LEFT: usize = 20;
/// So many names of a file are told of for each reason.
const NAMED: usize = 8;

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

/// The signatures that are likeliest used at the cursor, at most `budget` tokens of them and, but for the
/// first few, none less probable than `floor` (0 to 1), a snippet for each file, by path. What was shown before stays unless
/// something else is clearly better. The same index, text and past give the same snippets.
#[must_use]
pub fn definitions(
    index: &Index,
    cursor: &Cursor<'_>,
    budget: usize,
    floor: f32,
    before: &Shown,
) -> (Vec<Snippet>, Shown) {
    let ranking = rank(index, cursor);
    let found = beside(index, cursor, &ranking, budget, floor, before, &[]);
    (found.snippets, found.shown)
}

/// What is shown of definitions, what is to be remembered of it, and what is not shown.
pub struct Found {
    /// A snippet for each file, by path.
    pub snippets: Vec<Snippet>,
    /// For the next time.
    pub shown: Shown,
    /// The likeliest of the others.
    pub left_out: Vec<LeftOut>,
}

/// The same of what was ranked, beside snippets of `others`: a declaration that one of those shows is not
/// shown again.
#[must_use]
pub fn beside(
    index: &Index,
    cursor: &Cursor<'_>,
    ranking: &Ranking,
    budget: usize,
    floor: f32,
    before: &Shown,
    others: &[Snippet],
) -> Found {
    let ranked = ranking.all.as_slice();
    let news = |at: SymbolRef| !others.iter().any(|other| shows(index, other, at));
    let mut renderer = Renderer::new(index);
    let chosen = |renderer: &mut Renderer<'_>, ranked: &[Ranked], budget| {
        if ranked.iter().all(|one| news(one.at)) {
            return fitting(renderer, ranked, budget);
        }
        let new: Vec<Ranked> = ranked.iter().filter(|one| news(one.at)).copied().collect();
        fitting(renderer, &new, budget)
    };
    let probable = likely(ranked, floor);
    let mut new = chosen(&mut renderer, probable, budget);
    if probable.len() < ranked.len() && tokens(&renderer.show(&new)) < LITTLE {
        new = chosen(&mut renderer, ranked, LITTLE.min(budget));
    }
    let likely = Likely::of(ranked);
    let mut old = before.find(index, cursor);
    old.retain(|pick| news(pick.at));
    let stays = !old.is_empty()
        && likely.sum(&new) - likely.sum(&old) < GAIN
        && tokens(&renderer.show(&old)) <= budget;
    let picks = if stays { old } else { new };
    let why = |one: &Ranked| {
        if !news(one.at) {
            "shown already"
        } else if one.probability < floor {
            "hardly probable"
        } else if stays {
            "what was shown stays"
        } else {
            "no room"
        }
    };
    Found {
        snippets: snippets(&mut renderer, &picks, ranking, &likely),
        left_out: left_out(index, &picks, ranked, why),
        shown: Shown::of(index, &picks),
    }
}

/// Whether a snippet shows where a symbol is declared.
fn shows(index: &Index, snippet: &Snippet, at: SymbolRef) -> bool {
    let (Some(lines), Some((file, symbol))) = (&snippet.lines, index.symbol(at)) else {
        return false;
    };
    lines.contains(&symbol.line) && snippet.path == file.path
}

/// The likeliest that were not picked.
fn left_out(
    index: &Index,
    picks: &[Pick],
    ranked: &[Ranked],
    why: impl Fn(&Ranked) -> &'static str,
) -> Vec<LeftOut> {
    let picked: HashSet<u64> = picks.iter().map(|pick| key(pick.at)).collect();
    let others = ranked.iter().filter(|one| !picked.contains(&key(one.at)));
    let of = |one: &Ranked| {
        let (file, symbol) = index.symbol(one.at)?;
        Some(LeftOut {
            origin: Origin::Definitions,
            path: Arc::clone(&file.path),
            name: index.names().text(symbol.name),
            tokens: symbol.signature_len().div_ceil(3) + 1,
            why: why(one),
        })
    };
    others.take(MOST_LEFT).filter_map(of).collect()
}

/// As much as fits in whatever form it is shown: how many lines and files it makes is known only
/// afterwards.
pub(super) fn fitting(renderer: &mut Renderer<'_>, ranked: &[Ranked], budget: usize) -> Vec<Pick> {
    let mut room = budget;
    loop {
        let picks = choose(renderer.index(), ranked, room);
        let over = tokens(&renderer.show(&picks)).saturating_sub(budget);
        if over == 0 || picks.is_empty() {
            return picks;
        }
        room = room.saturating_sub(over);
    }
}

fn tokens(snippets: &[render::Snippet]) -> usize {
    snippets.iter().map(|of| snippet_tokens(&of.path, &of.text)).sum()
}

fn snippets(
    renderer: &mut Renderer<'_>,
    picks: &[Pick],
    ranking: &Ranking,
    likely: &Likely,
) -> Vec<Snippet> {
    let index = renderer.index();
    let mut places = NumberMap::default();
    for (place, one) in ranking.all.iter().enumerate() {
        places.insert(key(one.at), place);
    }
    let snippet = |found: render::Snippet| {
        let why = reasons(index, &found.symbols, ranking, &places);
        let own = found.symbols.iter().map(|at| likely.of_one(*at));
        Snippet {
            origin: Origin::Definitions,
            path: Arc::clone(&found.path),
            score: own.sum(),
            text: found.text,
            lines: None,
            shorten: Shorten::Never,
            why: why.into(),
        }
    };
    renderer.show(picks).into_iter().map(snippet).collect()
}

/// What speaks for the symbols of a file, the likeliest first: `Cart: imported by name; add, total: its
/// type in play`.
fn reasons(
    index: &Index,
    symbols: &[SymbolRef],
    ranking: &Ranking,
    places: &NumberMap<u64, usize>,
) -> String {
    let mut known: Vec<usize> =
        symbols.iter().filter_map(|at| places.get(&key(*at)).copied()).collect();
    known.sort_unstable();
    let mut groups: Vec<(&'static str, Vec<Name>)> = Vec::new();
    for one in known.iter().filter_map(|place| ranking.all.get(*place)) {
        let Some((_, symbol)) = index.symbol(one.at) else { continue };
        let why = ranking.why(one);
        match groups.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(symbol.name),
            None => groups.push((why, vec![symbol.name])),
        }
    }
    let group = |(why, names): &(&str, Vec<Name>)| {
        let told = names.iter().take(NAMED).map(|name| index.names().text(*name));
        let told: Vec<String> = told.collect();
        let more = names.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}: {why}", told.join(", "))
    };
    let groups: Vec<String> = groups.iter().map(group).collect();
    if groups.is_empty() { "shown before".to_owned() } else { groups.join("; ") }
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
