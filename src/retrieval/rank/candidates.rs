//! The definitions that are worth a look, a few thousand at most.

use super::Query;
use super::similar::Similar;
use crate::retrieval::index::{FileId, SymbolRef};
use crate::retrieval::names::{Name, NumberMap};
use crate::retrieval::resolve;
use crate::retrieval::source::Family;

/// No more are looked at.
const MOST: usize = 3_000;

/// A name with more definitions is followed only where a type or an import says which.
const MOST_DEFINITIONS: usize = 12;

/// So many names with such words are followed.
const MOST_BY_WORDS: usize = 150;

/// At most that many definitions of one whole imported file.
const MOST_OF_FILE: usize = 200;

/// The definitions to be scored, each once, in the order in which they were found.
pub(super) struct Candidates {
    pub all: Vec<SymbolRef>,
    pub similar: Similar,
    /// Files that are imported as a whole, or that something is imported from.
    pub from_whole: Vec<(FileId, Name)>,
    /// Definitions that such a file passes on from others, and what it is called here.
    pub passed_on: NumberMap<u64, Name>,
    /// Files that something is imported from by name.
    pub from_part: NumberMap<u32, ()>,
    /// Those of `from_whole`.
    whole: NumberMap<u32, ()>,
    seen: NumberMap<u64, ()>,
    /// Names whose definitions have been added as far as they are worth it.
    followed: NumberMap<u32, ()>,
}

pub(super) fn key(at: SymbolRef) -> u64 {
    u64::from(at.file.0) << 32 | u64::from(at.place)
}

impl Candidates {
    pub(super) fn of(query: &Query<'_>) -> Self {
        let mut found = Self {
            all: Vec::new(),
            similar: Similar::of(query),
            from_whole: query.imported.files.clone(),
            passed_on: NumberMap::default(),
            from_part: NumberMap::default(),
            whole: NumberMap::default(),
            seen: NumberMap::default(),
            followed: NumberMap::default(),
        };
        found.imported(query);
        found.near(query);
        found.members(query);
        found.words(query);
        found.mentioned(query);
        found.alike(query);
        found
    }

    fn add(&mut self, query: &Query<'_>, at: SymbolRef) {
        if Some(at.file) == query.own || self.all.len() >= MOST || self.seen.contains_key(&key(at))
        {
            return;
        }
        let Some((file, symbol)) = query.index.symbol(at) else { return };
        if file.source.family() != query.cursor.file.source.family() || symbol.is_shown_inside() {
            return;
        }
        if self.seen.insert(key(at), ()).is_none() {
            self.all.push(at);
        }
    }

    fn imported(&mut self, query: &Query<'_>) {
        for (at, _) in &query.imported.symbols {
            self.add(query, *at);
            self.from_part.insert(at.file.0, ());
        }
        let file = query.cursor.file;
        if matches!(file.source.family(), Family::Go | Family::Java) {
            let folder = query.index.paths().folder(file.folder()).iter().take(64);
            self.from_whole.extend(folder.map(|id| (*id, Name::NONE)));
        }
        self.whole = self.from_whole.iter().map(|(id, _)| (id.0, ())).collect();
        for (id, alias) in self.from_whole.clone() {
            for (at, symbol) in query.index.top_level(id).take(MOST_OF_FILE) {
                if symbol.is_public() || file.source.family() == Family::Rust {
                    self.add(query, at);
                }
            }
            for at in resolve::passed_on(query.index, id, MOST_OF_FILE) {
                self.passed_on.entry(key(at)).or_insert(alias);
                self.add(query, at);
            }
        }
    }

    /// What is named near the cursor, in whatever file it is defined.
    fn near(&mut self, query: &Query<'_>) {
        for name in &query.near.order {
            self.named(query, *name, query.index.definitions(*name));
        }
    }

    /// The definitions of a name that was not followed before.
    fn named(&mut self, query: &Query<'_>, name: Name, definitions: &[SymbolRef]) {
        self.followed.insert(name.0, ());
        if definitions.len() <= MOST_DEFINITIONS {
            for at in definitions {
                self.add(query, *at);
            }
            return;
        }
        for at in definitions.iter().take(400) {
            let owner = query.index.symbol(*at).map_or(Name::NONE, |(_, symbol)| symbol.owner);
            let known = query.types.weight(owner) > 0.05
                || self.whole.contains_key(&at.file.0)
                || self.from_part.contains_key(&at.file.0);
            if known {
                self.add(query, *at);
            }
        }
    }

    fn members(&mut self, query: &Query<'_>) {
        let mut order = query.types.order.clone();
        order.sort_by(|a, b| query.types.weight(*b).total_cmp(&query.types.weight(*a)));
        for owner in order {
            for at in query.index.definitions(owner).iter().take(MOST_DEFINITIONS) {
                self.add(query, *at);
            }
            for at in query.index.members(owner).iter().take(MOST_OF_FILE) {
                self.add(query, *at);
            }
        }
    }

    /// Definitions whose name shares rare words with the text.
    #[allow(clippy::cast_precision_loss)]
    fn words(&mut self, query: &Query<'_>) {
        let view = query.index.names().view();
        let all = view.len() as f32;
        let mut places: NumberMap<u32, usize> = NumberMap::default();
        let mut order: Vec<(f32, Name)> = Vec::new();
        for (word, weight) in &query.near.words {
            // A word of many names is no word to look for: none are known of it.
            let names = view.with_part(*word);
            let rarity = (all / (1.0 + names.len() as f32)).ln() / 10.0;
            for name in names {
                let place = *places.entry(name.0).or_insert_with(|| {
                    order.push((0.0, *name));
                    order.len() - 1
                });
                if let Some((score, _)) = order.get_mut(place) {
                    *score += weight * rarity;
                }
            }
        }
        let better = |a: &(f32, Name), b: &(f32, Name)| {
            b.0.total_cmp(&a.0).then_with(|| view.text(a.1).cmp(view.text(b.1)))
        };
        // Only the best are looked up, and only they are brought into order: most names of a language
        // are no definition's.
        let mut found: Vec<&[SymbolRef]> = Vec::new();
        let mut rest = order.as_mut_slice();
        while found.len() < MOST_BY_WORDS && !rest.is_empty() {
            let (some, others) = best(rest, 4 * MOST_BY_WORDS, better);
            let definitions = some.iter().map(|(_, name)| query.index.definitions(*name));
            found.extend(definitions.filter(|definitions| !definitions.is_empty()));
            rest = others;
        }
        drop(view);
        for definitions in found.iter().take(MOST_BY_WORDS) {
            for at in definitions.iter().take(MOST_DEFINITIONS) {
                self.add(query, *at);
            }
        }
    }

    /// What the file names anywhere.
    fn mentioned(&mut self, query: &Query<'_>) {
        for name in &query.mentioned {
            if self.followed.contains_key(&name.0) {
                continue;
            }
            let definitions = query.index.definitions(*name);
            if definitions.len() <= MOST_DEFINITIONS {
                self.named(query, *name, definitions);
            }
        }
    }

    /// What similar files use.
    fn alike(&mut self, query: &Query<'_>) {
        for name in std::mem::take(&mut self.similar.order) {
            if self.followed.contains_key(&name.0) || self.similar.share(name) <= 0.2 {
                continue;
            }
            let definitions = query.index.definitions(name);
            if definitions.len() <= 3 {
                self.named(query, name, definitions);
            }
        }
    }
}

/// The first `most` by an order, in that order, and the rest as it comes.
fn best<T>(
    of: &mut [T],
    most: usize,
    order: impl Fn(&T, &T) -> std::cmp::Ordering + Copy,
) -> (&mut [T], &mut [T]) {
    if of.len() > most {
        of.select_nth_unstable_by(most, order);
    }
    let (some, rest) = of.split_at_mut(most.min(of.len()));
    some.sort_unstable_by(order);
    (some, rest)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_in_their_order_whatever_the_rest_is_in() {
        let mut all: Vec<u32> = (0..500).map(|n| n * 7919 % 503).collect();
        let mut want = all.clone();
        want.sort_unstable();
        let (mut rest, mut found) = (all.as_mut_slice(), Vec::new());
        while !rest.is_empty() {
            let (some, others) = best(rest, 60, Ord::cmp);
            assert!(some.len() == 60 || others.is_empty());
            found.extend_from_slice(some);
            rest = others;
        }
        assert_eq!(found, want);
    }
}
