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
    pub from_part: Vec<FileId>,
    seen: NumberMap<u64, ()>,
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
            from_part: Vec::new(),
            seen: NumberMap::default(),
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
        if Some(at.file) == query.own || self.all.len() >= MOST {
            return;
        }
        let Some((file, symbol)) = query.index.symbol(at) else { return };
        if file.source.family() != query.cursor.file.source.family() || symbol.shown_inside {
            return;
        }
        if self.seen.insert(key(at), ()).is_none() {
            self.all.push(at);
        }
    }

    fn imported(&mut self, query: &Query<'_>) {
        for (at, _) in &query.imported.symbols {
            self.add(query, *at);
            if !self.from_part.contains(&at.file) {
                self.from_part.push(at.file);
            }
        }
        let file = query.cursor.file;
        if matches!(file.source.family(), Family::Go | Family::Java) {
            let folder = query.index.paths().folder(file.folder()).iter().take(64);
            self.from_whole.extend(folder.map(|id| (*id, Name::NONE)));
        }
        for (id, alias) in self.from_whole.clone() {
            for (at, symbol) in query.index.top_level(id).take(MOST_OF_FILE) {
                if symbol.public || file.source.family() == Family::Rust {
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
            self.named(query, *name);
        }
    }

    fn named(&mut self, query: &Query<'_>, name: Name) {
        let definitions = query.index.definitions(name);
        if definitions.len() <= MOST_DEFINITIONS {
            for at in definitions {
                self.add(query, *at);
            }
            return;
        }
        for at in definitions.iter().take(400) {
            let owner = query.index.symbol(*at).map_or(Name::NONE, |(_, symbol)| symbol.owner);
            let known = query.types.weight(owner) > 0.05
                || self.from_whole.iter().any(|(id, _)| *id == at.file)
                || self.from_part.contains(&at.file);
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
        let mut scores: NumberMap<u32, f32> = NumberMap::default();
        let mut order = Vec::new();
        for (word, weight) in &query.near.words {
            // A word of many names is no word to look for: none are known of it.
            let names = view.with_part(*word);
            let rarity = (all / (1.0 + names.len() as f32)).ln() / 10.0;
            for name in names {
                *scores.entry(name.0).or_insert_with(|| {
                    order.push(*name);
                    0.0
                }) += weight * rarity;
            }
        }
        drop(view);
        let score = |name: &Name| scores.get(&name.0).copied().unwrap_or(0.0);
        order.retain(|name| !query.index.definitions(*name).is_empty());
        let view = query.index.names().view();
        order.sort_by(|a, b| {
            score(b).total_cmp(&score(a)).then_with(|| view.text(*a).cmp(view.text(*b)))
        });
        drop(view);
        for name in order.iter().take(150) {
            for at in query.index.definitions(*name).iter().take(MOST_DEFINITIONS) {
                self.add(query, *at);
            }
        }
    }

    /// What the file names anywhere.
    fn mentioned(&mut self, query: &Query<'_>) {
        for name in &query.mentioned {
            if query.index.definitions(*name).len() <= MOST_DEFINITIONS {
                self.named(query, *name);
            }
        }
    }

    /// What similar files use.
    fn alike(&mut self, query: &Query<'_>) {
        for name in std::mem::take(&mut self.similar.order) {
            if self.similar.share(name) > 0.2 && query.index.definitions(name).len() <= 3 {
                self.named(query, name);
            }
        }
    }
}
