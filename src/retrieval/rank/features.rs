//! What is known of a candidate, as numbers, and the score they make.

use super::candidates::Candidates;
use super::near::Use;
use super::weights;
use super::{Query, Ranked};
use crate::retrieval::index::{FileId, SymbolRef};
use crate::retrieval::names::{Name, NumberMap, View};
use crate::retrieval::symbol::{FileSymbols, Import, Kind, Symbol};

/// How many numbers a candidate has.
pub const COUNT: usize = 50;

/// A candidate's numbers, in the order of [`FEATURES`].
pub type Features = [f32; COUNT];

/// Those of nothing.
pub(super) const NONE: Features = [0.0; COUNT];

/// Their names.
pub const FEATURES: [&str; COUNT] = [
    "one",
    "is type",
    "is function",
    "is method",
    "is constant",
    "is field",
    "is variant",
    "is macro",
    "imported by name",
    "imported, unused so far",
    "imported, used once",
    "its file is imported",
    "something of its file is imported",
    "its type is imported",
    "named near",
    "named near as a member",
    "called near",
    "named in the file",
    "named in the file, a member",
    "its type in play",
    "its type in play, a field",
    "its type in play and it is named in the file",
    "of a parent",
    "of the enclosing type",
    "a type in play",
    "gives a type in play",
    "words of its name",
    "words of its type",
    "similar files use it",
    "similar files use it, rare",
    "files that name it",
    "definitions of its name",
    "in the same folder",
    "shares the path",
    "public",
    "a test's, not from a test",
    "not imported",
    "length",
    "unused so far, words of its name",
    "similar files use it, its type in play",
    "its module named near",
    "its module unused so far",
    "its file's name near",
    "its type imported, unused so far",
    "makes its type, which is imported",
    "of the enclosing type's parents, named in the file",
    "words of its name, its type in play",
    "words of its name, its module imported",
    "share of its name that is near",
    "share of its name that is near, its module imported",
];

/// What speaks most for a candidate: of the features that are a reason, the weightiest.
pub(super) fn why(features: &Features) -> &'static str {
    let weighed = FEATURES.iter().zip(features.iter().zip(&weights::WEIGHTS));
    let reasons = weighed.skip(REASONS).filter(|(name, _)| !TRAITS.contains(name));
    let best = reasons.max_by(|(_, (a, of)), (_, (b, by))| (*a * *of).total_cmp(&(*b * *by)));
    best.filter(|(_, (value, weight))| *value * *weight > 0.0).map_or("near", |(name, _)| name)
}

/// Features before this one say what a candidate is, not why it would be used.
const REASONS: usize = 8;
/// Others that are no reasons.
const TRAITS: [&str; 6] = [
    "files that name it",
    "public",
    "length",
    "not imported",
    "a test's, not from a test",
    "definitions of its name",
];

/// Scores every candidate; beside them what each score is made of.
pub(super) fn score(query: &Query<'_>, candidates: Candidates) -> (Vec<Ranked>, Vec<Features>) {
    let view = query.index.names().view();
    let context = Context::of(query, &candidates, &view);
    let mut known = Known::default();
    let mut ranked = Vec::with_capacity(candidates.all.len());
    let mut rows = Vec::with_capacity(candidates.all.len());
    for at in &candidates.all {
        let Some((file, symbol)) = query.index.symbol(*at) else { continue };
        let features = context.features(*at, file, symbol, &mut known);
        let weighed = features.iter().zip(&weights::WEIGHTS).map(|(value, weight)| value * weight);
        let row = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        ranked.push(Ranked { at: *at, score: weighed.sum(), probability: 0.0, row });
        rows.push(features);
    }
    (ranked, rows)
}

/// What is the same for all candidates of a query.
struct Context<'a> {
    query: &'a Query<'a>,
    candidates: &'a Candidates,
    view: &'a View<'a>,
    /// By definition: how often the file uses what it imports there.
    imported: NumberMap<u64, u32>,
    imported_types: NumberMap<u32, u32>,
    /// By file: how near its alias stands, and whether it is used at all.
    modules: NumberMap<u32, (f32, bool)>,
    makers: Vec<Name>,
    words: NumberMap<u32, f32>,
    near: NumberMap<u32, f32>,
    test: bool,
}

/// What is the same for all candidates of a name, of an owner and of a file: many have the same.
#[derive(Default)]
struct Known {
    names: NumberMap<u32, OfName>,
    owners: NumberMap<u32, OfOwner>,
    files: NumberMap<u32, OfFile>,
}

#[derive(Clone, Copy)]
struct OfName {
    near: Use,
    named: bool,
    /// How much it is a type in play.
    weight: f32,
    words: f32,
    share_near: f32,
    share: f32,
    rare: f32,
    /// Logarithms of how many files mention it, and of how many definitions it has.
    mentions: f32,
    definitions: f32,
}

#[derive(Clone, Copy)]
struct OfOwner {
    weight: f32,
    words: f32,
    uses: Option<u32>,
    ancestor: bool,
    enclosing: bool,
}

#[derive(Clone, Copy)]
struct OfFile {
    module: Option<(f32, bool)>,
    from_part: bool,
    same_folder: bool,
    shared: f32,
    test: bool,
    stem: f32,
}

impl<'a> Context<'a> {
    #[allow(clippy::cast_precision_loss)]
    fn of(query: &'a Query<'a>, candidates: &'a Candidates, view: &'a View<'a>) -> Self {
        let mut imported = NumberMap::default();
        let mut imported_types = NumberMap::default();
        let uses = |alias: Name| {
            let import = query.cursor.file.imports.iter().filter(|import| import.alias == alias);
            import.map(|import| import.uses).max().unwrap_or(0)
        };
        for (at, alias) in &query.imported.symbols {
            imported.insert(super::candidates::key(*at), uses(*alias));
            if let Some((_, symbol)) = query.index.symbol(*at) {
                imported_types.insert(symbol.name.0, uses(*alias));
            }
        }
        let mut modules: NumberMap<u32, (f32, bool)> = NumberMap::default();
        for (id, alias) in &candidates.from_whole {
            let known = modules.entry(id.0).or_insert((0.0, false));
            let unused = alias.0 > 2 && uses(*alias) == 0;
            *known = (known.0.max(query.near.of(*alias).weight), known.1 || unused);
        }
        let makers = ["new", "__init__", "constructor", "builder", "default", "create"];
        let makers = makers.iter().filter_map(|maker| view.get(maker)).collect();
        let all = view.len() as f32;
        let rarity = |names: usize| (all / (1.0 + names as f32)).ln().max(0.0) / 8.0;
        let words = &query.near.words;
        let near = words.iter().map(|(word, weight)| (word.0, weight.min(1.0))).collect();
        let words = words
            .iter()
            .map(|(word, weight)| (word.0, weight.min(1.5) * rarity(view.count_with_part(*word))));
        let words = words.collect();
        let test = is_test(&query.cursor.file.path);
        Self {
            query,
            candidates,
            view,
            imported,
            imported_types,
            modules,
            makers,
            words,
            near,
            test,
        }
    }

    #[allow(clippy::cast_precision_loss)]
    fn of_name(&self, name: Name) -> OfName {
        let query = self.query;
        let share = self.candidates.similar.share(name);
        let mentions = query.index.mention_count(name) as f32;
        OfName {
            near: query.near.of(name),
            named: query.mentioned.binary_search(&name).is_ok(),
            weight: query.types.weight(name),
            words: self.words(name),
            share_near: self.share(name),
            share,
            rare: share * (1.0 - (mentions / (1.0 + query.index.len() as f32)).sqrt()),
            mentions: (1.0 + mentions).ln(),
            definitions: (query.index.definitions(name).len() as f32).ln(),
        }
    }

    fn of_owner(&self, owner: Name) -> OfOwner {
        let is_one = owner.is_some();
        OfOwner {
            weight: self.query.types.weight(owner),
            words: if is_one { self.words(owner) } else { 0.0 },
            uses: self.imported_types.get(&owner.0).copied(),
            ancestor: self.query.types.ancestors.contains(&owner),
            enclosing: is_one && owner == self.query.enclosing,
        }
    }

    fn of_file(&self, id: FileId, file: &FileSymbols) -> OfFile {
        let own = self.query.cursor.file;
        let stem = match file.stem() {
            "mod" | "index" | "__init__" | "lib" => file.folder().rsplit('/').next().unwrap_or(""),
            stem => stem,
        };
        OfFile {
            module: self.modules.get(&id.0).copied(),
            from_part: self.candidates.from_part.contains_key(&id.0),
            same_folder: file.folder() == own.folder(),
            shared: shared(&file.path, &own.path),
            test: is_test(&file.path),
            stem: self.view.get(stem).map_or(0.0, |name| self.query.near.of(name).weight),
        }
    }

    fn features(
        &self,
        at: SymbolRef,
        file: &FileSymbols,
        symbol: &Symbol,
        known: &mut Known,
    ) -> Features {
        let query = self.query;
        let flag = |yes: bool| f32::from(u8::from(yes));
        let name = symbol.name;
        let name = *known.names.entry(name.0).or_insert_with(|| self.of_name(name));
        let owner = symbol.owner;
        let owner = *known.owners.entry(owner.0).or_insert_with(|| self.of_owner(owner));
        let of_file = known.files.entry(at.file.0).or_insert_with(|| self.of_file(at.file, file));
        let OfFile { module, from_part, same_folder, shared, test, stem } = *of_file;
        let OfName { near, named, share, .. } = name;
        let member = symbol.kind.is_member();
        let uses = self.imported.get(&super::candidates::key(at)).copied();
        let owner_imported = owner.uses.is_some();
        let passed_on = self.candidates.passed_on.get(&super::candidates::key(at));
        let (module_near, module_unused) = passed_on.map_or(module.unwrap_or_default(), |alias| {
            let unused = |import: &&Import| import.alias == *alias && import.uses == 0;
            let unused = query.cursor.file.imports.iter().any(|import| unused(&import));
            (query.near.of(*alias).weight, unused && alias.0 > 2)
        });
        let from_whole = module.is_some() || passed_on.is_some();
        let top = !symbol.owner.is_some();
        let made = owner_imported && self.makers.contains(&symbol.name);
        let gives = file.types(symbol).iter().map(|of| query.types.weight(*of)).fold(0.0, f32::max);
        [
            1.0,
            flag(symbol.kind.is_type()),
            flag(symbol.kind == Kind::Function),
            flag(symbol.kind == Kind::Method),
            flag(symbol.kind == Kind::Constant),
            flag(symbol.kind == Kind::Field),
            flag(symbol.kind == Kind::Variant),
            flag(symbol.kind == Kind::Macro),
            flag(uses.is_some()),
            flag(uses == Some(0)),
            flag(uses == Some(1)),
            flag(from_whole),
            flag(from_part && uses.is_none()),
            flag(owner_imported),
            near.weight,
            if member { near.member } else { 0.0 },
            near.called,
            flag(named),
            flag(named && member),
            if member { owner.weight } else { 0.0 },
            if symbol.kind == Kind::Field { owner.weight } else { 0.0 },
            if named { owner.weight } else { 0.0 },
            flag(owner.ancestor),
            flag(owner.enclosing),
            if member { 0.0 } else { name.weight },
            gives,
            name.words,
            owner.words,
            share,
            name.rare,
            name.mentions,
            name.definitions,
            flag(same_folder),
            shared,
            flag(symbol.is_public()),
            flag(test && !self.test),
            flag(uses.is_none() && !from_whole && !owner_imported),
            (1.0 + symbol.signature_len() as f32).ln(),
            if uses == Some(0) { name.words } else { 0.0 },
            share * owner.weight,
            if top { module_near } else { 0.0 },
            flag(top && module_unused),
            stem,
            flag(owner.uses == Some(0)),
            flag(made),
            flag(owner.ancestor && named),
            name.words * owner.weight,
            if from_whole && top { name.words } else { 0.0 },
            name.share_near,
            if from_whole && top { name.share_near } else { 0.0 },
        ]
    }

    /// How much of a name's words stand near the cursor, weighted by how rare they are.
    #[allow(clippy::cast_precision_loss)]
    fn words(&self, name: Name) -> f32 {
        let parts = self.view.parts(name);
        let found: f32 = parts.iter().filter_map(|part| self.words.get(&part.0)).sum();
        found / (1.0 + parts.len() as f32)
    }

    /// Of all that is rare in a name, the share that stands near the cursor.
    #[allow(clippy::cast_precision_loss)]
    fn share(&self, name: Name) -> f32 {
        let all = self.view.len() as f32;
        let (mut near, mut whole) = (0.0, f32::MIN_POSITIVE);
        for part in self.view.parts(name) {
            let rarity = (all / (1.0 + self.view.count_with_part(*part) as f32)).ln().max(0.0);
            whole += rarity;
            if let Some(weight) = self.near.get(&part.0) {
                near += rarity * weight;
            }
        }
        near / whole
    }
}

/// The share of the path's folders that two files have in common.
#[allow(clippy::cast_precision_loss)]
fn shared(a: &str, b: &str) -> f32 {
    let common = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count();
    let longest = a.split('/').count().max(b.split('/').count());
    common as f32 / longest.max(1) as f32
}

fn is_test(path: &str) -> bool {
    path.split('/')
        .any(|part| part.starts_with("test") || part.contains("_test") || part.contains(".test."))
}
