//! Signatures as text, grouped by file and by type, within a budget of tokens.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::index::{FileId, Index, SymbolRef};
use super::names::{Name, Names, NumberMap};
use super::rank::Ranked;
use super::said::Texts;
use super::source::Family;
use super::symbol::{FileSymbols, Kind, Symbol};

/// The signatures of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Below the workspace folder.
    pub path: Arc<str>,
    /// Signatures in the order of the file, members below their type.
    pub text: String,
    /// What is shown.
    pub symbols: Vec<SymbolRef>,
}

/// How much its cost counts against a definition: 0 takes by score alone.
const COST: f32 = 0.5;

/// The documentation of so many, the likeliest, is shown too.
const DOCUMENTED: usize = 8;

/// Overloads of one function: so many are shown.
const OVERLOADS: u8 = 2;

/// An upper estimate of a text's tokens: three bytes to one.
#[must_use]
pub fn estimate(text: &str) -> usize {
    text.len().div_ceil(3)
}

/// A definition that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    /// Which.
    pub at: SymbolRef,
    /// With the first sentence of its documentation.
    pub documented: bool,
}

/// Takes definitions by score and cost until the budget (tokens) is full, and shows them.
#[must_use]
pub fn fill(index: &Index, ranked: &[Ranked], budget: usize) -> Vec<Snippet> {
    show(index, &choose(index, ranked, budget))
}

/// Takes definitions by score and cost until the budget (tokens) is full.
#[must_use]
pub fn choose(index: &Index, ranked: &[Ranked], budget: usize) -> Vec<Pick> {
    let mut order: Vec<(f32, usize)> = Vec::with_capacity(ranked.len());
    for (place, one) in ranked.iter().enumerate() {
        if let Some((_, symbol)) = index.symbol(one.at) {
            order.push((value(one.score, symbol.signature_len()), place));
        }
    }
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut chosen = Vec::new();
    let mut files: NumberMap<u32, ()> = NumberMap::default();
    let mut headers: NumberMap<u64, ()> = NumberMap::default();
    let mut overloads: NumberMap<u64, u8> = NumberMap::default();
    let (mut left, mut misses) = (budget, 0);
    for (rank, (_, place)) in order.iter().enumerate() {
        let Some(at) = ranked.get(*place).map(|one| one.at) else { continue };
        let Some((file, symbol)) = index.symbol(at) else { continue };
        let same = overloads.entry(overload(at.file, symbol)).or_default();
        if *same >= OVERLOADS {
            continue;
        }
        let documented = rank < DOCUMENTED && symbol.doc_len() > 0;
        let mut cost = line_cost(symbol, documented);
        if !files.contains_key(&at.file.0) {
            cost += estimate(&file.path) + 2;
        }
        let header = u64::from(at.file.0) << 32 | u64::from(symbol.owner.0);
        let headed = !symbol.owner.is_some() || headers.contains_key(&header);
        if !headed {
            cost += estimate(&index.names().text(symbol.owner)) + 3;
        }
        if cost > left {
            // Something shorter may still go in.
            misses += 1;
            if misses > 40 {
                break;
            }
            continue;
        }
        left -= cost;
        *same += 1;
        headers.insert(header, ());
        files.insert(at.file.0, ());
        chosen.push(Pick { at, documented });
    }
    chosen
}

/// The text of what was taken. Files come in the order of their paths, so that a small change in
/// the ranking moves little of it.
#[must_use]
pub fn show(index: &Index, picks: &[Pick]) -> Vec<Snippet> {
    Renderer::new(index).show(picks)
}

/// Shows definitions again and again: what a file's definitions say is unpacked once.
pub struct Renderer<'a> {
    index: &'a Index,
    texts: NumberMap<u32, Texts>,
}

impl<'a> Renderer<'a> {
    /// For one index.
    #[must_use]
    pub fn new(index: &'a Index) -> Self {
        Self { index, texts: NumberMap::default() }
    }

    /// The index.
    #[must_use]
    pub const fn index(&self) -> &'a Index {
        self.index
    }

    /// See [`show`].
    pub fn show(&mut self, picks: &[Pick]) -> Vec<Snippet> {
        let mut chosen: BTreeMap<FileId, Vec<(u32, bool)>> = BTreeMap::new();
        for pick in picks {
            chosen.entry(pick.at.file).or_default().push((pick.at.place, pick.documented));
        }
        let mut snippets: Vec<Snippet> =
            chosen.into_iter().filter_map(|(id, places)| self.snippet(id, places)).collect();
        snippets.sort_by(|a, b| a.path.cmp(&b.path));
        snippets
    }

    fn snippet(&mut self, id: FileId, places: Vec<(u32, bool)>) -> Option<Snippet> {
        let file = self.index.file(id)?;
        let texts = self.texts.entry(id.0).or_insert_with(|| file.texts());
        Some(Page { names: self.index.names(), file, texts, id }.write(places))
    }
}

/// The score less what its length (bytes) costs.
#[allow(clippy::cast_precision_loss)]
fn value(score: f32, signature: usize) -> f32 {
    score - COST * (8.0 + signature as f32 / 3.0).ln()
}

fn overload(file: FileId, symbol: &Symbol) -> u64 {
    (u64::from(file.0) << 40) ^ (u64::from(symbol.owner.0) << 20) ^ u64::from(symbol.name.0)
}

fn line_cost(symbol: &Symbol, document: bool) -> usize {
    let indent = if symbol.owner.is_some() { 5 } else { 1 };
    let doc = if document { symbol.doc_len() + indent + 4 } else { 0 };
    (symbol.signature_len() + indent + doc).div_ceil(3)
}

/// One file whose definitions are being shown.
struct Page<'a> {
    names: &'a Names,
    file: &'a FileSymbols,
    texts: &'a Texts,
    id: FileId,
}

/// A definition that is shown: its place, whether with its documentation, and what it is.
type Shown<'a> = (u32, bool, &'a Symbol);

impl Page<'_> {
    fn write(&self, mut places: Vec<(u32, bool)>) -> Snippet {
        places.sort_unstable();
        let symbol = |place: u32| self.file.symbols.get(place as usize);
        let symbols: Vec<Shown<'_>> = places
            .iter()
            .filter_map(|(place, document)| Some((*place, *document, symbol(*place)?)))
            .collect();
        let (mut text, mut order) = (String::new(), Vec::new());
        let mut headed: Vec<Name> = Vec::new();
        for shown in &symbols {
            let symbol = shown.2;
            if symbol.owner.is_some() {
                if headed.contains(&symbol.owner) {
                    continue;
                }
                headed.push(symbol.owner);
                let own =
                    symbols.iter().find(|(_, _, of)| of.kind.is_type() && of.name == symbol.owner);
                if own.is_none() {
                    self.header(&mut text, &self.names.text(symbol.owner));
                }
                self.members(&mut text, &mut order, symbol.owner, &symbols);
            } else {
                self.line(&mut text, shown, "");
                order.push(SymbolRef { file: self.id, place: shown.0 });
                if symbol.kind.is_type() && !headed.contains(&symbol.name) {
                    headed.push(symbol.name);
                    self.members(&mut text, &mut order, symbol.name, &symbols);
                }
            }
        }
        Snippet { path: Arc::clone(&self.file.path), text, symbols: order }
    }

    fn members(
        &self,
        text: &mut String,
        order: &mut Vec<SymbolRef>,
        owner: Name,
        symbols: &[Shown<'_>],
    ) {
        for shown in symbols.iter().filter(|(_, _, symbol)| symbol.owner == owner) {
            self.line(text, shown, "    ");
            order.push(SymbolRef { file: self.id, place: shown.0 });
        }
    }

    /// The line that stands for a type whose own declaration is not shown.
    fn header(&self, text: &mut String, owner: &str) {
        let word = match self.file.source.family() {
            Family::Rust => "impl ",
            Family::Go => "type ",
            _ => "class ",
        };
        text.extend([word, owner, ":\n"]);
    }

    fn line(&self, text: &mut String, (place, document, symbol): &Shown<'_>, indent: &str) {
        let mark = if self.file.source.family() == Family::Python { "# " } else { "// " };
        if *document {
            text.extend([indent, mark, self.texts.doc(*place, symbol), "\n"]);
        }
        text.extend([indent, self.texts.signature(*place, symbol)]);
        text.push_str(if symbol.kind == Kind::Variant { ",\n" } else { "\n" });
    }
}
