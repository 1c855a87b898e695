//! What others do, over the same files and the same budget.

use std::collections::{HashMap, HashSet};

use foretype::retrieval::index::{FileId, Index};
use foretype::retrieval::names::{Names, for_each_part};
use foretype::retrieval::render::estimate;
use foretype::retrieval::resolve;
use foretype::retrieval::symbol::FileSymbols;

/// A piece of a file that a baseline shows: lines from and to.
pub struct Shown {
    pub file: FileId,
    pub lines: std::ops::Range<u32>,
}

/// A repository cut into pieces.
pub struct Pieces {
    pieces: Vec<Piece>,
    frequency: HashMap<u32, f64>,
    average: f64,
}

struct Piece {
    file: FileId,
    lines: std::ops::Range<u32>,
    tokens: usize,
    words: HashMap<u32, u32>,
    length: f64,
}

fn words(names: &Names, text: &str) -> HashMap<u32, u32> {
    let mut found = HashMap::new();
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
        if word.len() > 1 && !word.starts_with(|c: char| c.is_ascii_digit()) {
            *found.entry(names.add(word).0).or_insert(0) += 1;
            for_each_part(word, |part| {
                if part.len() < word.len() {
                    *found.entry(names.add(part).0).or_insert(0) += 1;
                }
            });
        }
    }
    found
}

impl Pieces {
    pub fn cut<'a>(
        files: impl Iterator<Item = (FileId, &'a str)>,
        size: usize,
        step: usize,
        names: &Names,
    ) -> Self {
        let mut pieces = Vec::new();
        for (file, text) in files {
            let lines: Vec<&str> = text.lines().collect();
            let mut at = 0;
            while at < lines.len() {
                let end = (at + size).min(lines.len());
                let text = lines[at..end].join("\n");
                let words = words(names, &text);
                let length = words.values().sum::<u32>().into();
                let lines = at as u32..end as u32;
                pieces.push(Piece { file, lines, tokens: estimate(&text), words, length });
                at += step;
            }
        }
        let mut frequency: HashMap<u32, f64> = HashMap::new();
        for piece in &pieces {
            for word in piece.words.keys() {
                *frequency.entry(*word).or_default() += 1.0;
            }
        }
        let average = pieces.iter().map(|p| p.length).sum::<f64>() / pieces.len().max(1) as f64;
        Self { pieces, frequency, average }
    }

    /// The windows with the greatest share of words in common with the text, `most` of them.
    pub fn jaccard(
        &self,
        query: &str,
        own: FileId,
        most: usize,
        budget: usize,
        names: &Names,
    ) -> Vec<Shown> {
        let query: HashSet<u32> = words(names, query).into_keys().collect();
        self.take(own, most, budget, |piece| {
            let common = query.iter().filter(|word| piece.words.contains_key(word)).count();
            common as f64 / (query.len() + piece.words.len() - common).max(1) as f64
        })
    }

    /// The chunks that BM25 (k1 1.2, b 0.75) puts first.
    pub fn bm25(&self, query: &str, own: FileId, budget: usize, names: &Names) -> Vec<Shown> {
        let query: HashSet<u32> = words(names, query).into_keys().collect();
        let count = self.pieces.len() as f64;
        self.take(own, usize::MAX, budget, |piece| {
            let score = |word: &u32| {
                let Some(times) = piece.words.get(word) else { return 0.0 };
                let times = f64::from(*times);
                let with = self.frequency.get(word).copied().unwrap_or(0.0);
                let idf = ((count - with + 0.5) / (with + 0.5) + 1.0).ln();
                let long = 1.2 * (0.25 + 0.75 * piece.length / self.average);
                idf * times * 2.2 / (times + long)
            };
            query.iter().map(score).sum()
        })
    }

    fn take(
        &self,
        own: FileId,
        most: usize,
        budget: usize,
        score: impl Fn(&Piece) -> f64,
    ) -> Vec<Shown> {
        let others = self.pieces.iter().enumerate().filter(|(_, piece)| piece.file != own);
        let mut order: Vec<(f64, usize)> = others.map(|(at, piece)| (score(piece), at)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (mut left, mut shown) = (budget, Vec::new());
        for (_, at) in order.into_iter().take(most.min(200)) {
            let piece = &self.pieces[at];
            if piece.tokens > left {
                break;
            }
            left -= piece.tokens;
            shown.push(Shown { file: piece.file, lines: piece.lines.clone() });
        }
        shown
    }
}

/// The signatures of everything that is imported, in the order of the imports.
pub fn imported(index: &Index, file: &FileSymbols, budget: usize) -> Vec<Shown> {
    let found = resolve::imports(index, file);
    let symbols = found.symbols.iter().map(|(at, _)| *at);
    let whole = found.files.iter().flat_map(|(id, _)| index.top_level(*id).map(|(at, _)| at));
    let (mut left, mut shown) = (budget, Vec::new());
    for at in symbols.chain(whole) {
        let Some((_, symbol)) = index.symbol(at) else { continue };
        let cost = symbol.signature_len().div_ceil(3) + 1;
        if cost > left {
            break;
        }
        left -= cost;
        shown.push(Shown { file: at.file, lines: symbol.line..symbol.line + 1 });
    }
    shown
}
