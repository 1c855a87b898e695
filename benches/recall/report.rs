//! Counting and printing.

use std::collections::BTreeMap;
use std::time::Duration;

use foretype::retrieval::index::Index;
use foretype::retrieval::source::{Family, Source};

use super::needs::Need;

const BASELINES: [&str; 3] = ["Jaccard windows", "BM25 chunks", "all imported"];

/// What was counted in one repository.
pub struct Tally {
    set: String,
    name: String,
    pub language: String,
    files: usize,
    positions: usize,
    positions_whole: usize,
    all: Share,
    imported: Share,
    not_imported: Share,
    first_use: Share,
    candidate: Share,
    baselines: [Share; 3],
    pub asked: Vec<Duration>,
    pub read: Vec<Duration>,
    pub replaced: Vec<Duration>,
    pub tokens: Vec<usize>,
    pub candidates: Vec<usize>,
}

#[derive(Default, Clone, Copy)]
struct Share {
    of: usize,
    hits: usize,
}

impl Share {
    fn add(&mut self, hit: bool) {
        self.of += 1;
        self.hits += usize::from(hit);
    }

    fn percent(self) -> String {
        if self.of == 0 {
            return "–".into();
        }
        format!("{:.1}", 100.0 * self.hits as f64 / self.of as f64)
    }
}

impl Tally {
    pub fn new(set: &str, name: &str, index: &Index) -> Self {
        let mut counts: BTreeMap<Source, usize> = BTreeMap::new();
        for (_, file) in index.files() {
            *counts.entry(file.source).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count).map(|(source, _)| source);
        let language = match most.map(Source::family) {
            Some(Family::Script) if most != Some(Source::JavaScript) => "TypeScript".into(),
            Some(Family::Script) => "JavaScript".into(),
            family => family.map_or(String::new(), |family| format!("{family:?}")),
        };
        Self {
            set: set.into(),
            name: name.into(),
            language,
            files: index.len(),
            positions: 0,
            positions_whole: 0,
            all: Share::default(),
            imported: Share::default(),
            not_imported: Share::default(),
            first_use: Share::default(),
            candidate: Share::default(),
            baselines: [Share::default(); 3],
            asked: Vec::new(),
            read: Vec::new(),
            replaced: Vec::new(),
            tokens: Vec::new(),
            candidates: Vec::new(),
        }
    }

    pub fn position(&mut self, needs: &[Need], hits: &[bool], candidates: &[bool]) {
        self.positions += 1;
        self.positions_whole += usize::from(hits.iter().all(|hit| *hit));
        for ((need, hit), candidate) in needs.iter().zip(hits).zip(candidates) {
            self.all.add(*hit);
            let part = if need.imported { &mut self.imported } else { &mut self.not_imported };
            part.add(*hit);
            if need.first_use {
                self.first_use.add(*hit);
            }
            self.candidate.add(*candidate);
        }
    }

    pub fn baseline(&mut self, which: usize, needs: &[Need], hit: impl Fn(&Need) -> bool) {
        for need in needs {
            self.baselines[which].add(hit(need));
        }
    }

    pub fn line(&self) -> String {
        let [a, b, c] = self.baselines.map(Share::percent);
        format!(
            "| {} | {} | {} | {} | {} | {} | **{}** | {} | {} ({}) | {} | {} | {} | {a} | {b} | {c} | {} | {} |",
            self.set,
            self.language,
            self.name,
            self.files,
            self.positions,
            self.all.of,
            self.all.percent(),
            self.imported.percent(),
            self.not_imported.percent(),
            self.not_imported.of,
            self.first_use.percent(),
            self.candidate.percent(),
            percent(self.positions_whole, self.positions),
            times(&self.asked),
            mean(&self.tokens),
        )
    }
}

fn percent(hits: usize, of: usize) -> String {
    Share { of, hits }.percent()
}

fn mean(values: &[usize]) -> usize {
    values.iter().sum::<usize>() / values.len().max(1)
}

pub fn times(all: &[Duration]) -> String {
    let mut all = all.to_vec();
    all.sort_unstable();
    let at = |share: f64| {
        let place = (all.len() as f64 * share) as usize;
        all.get(place.min(all.len().saturating_sub(1))).map_or(0.0, Duration::as_secs_f64) * 1e3
    };
    format!("{:.2}/{:.2}", at(0.5), at(0.99))
}

pub fn print(tallies: &[Tally]) {
    println!(
        "\n| set | language | repository | files | positions | symbols | found | imported | not imported | first use | candidate | whole line | {} | p50/p99 ms | tokens |",
        BASELINES.join(" | ")
    );
    println!("|{}", "---|".repeat(17));
    for tally in tallies {
        println!("{}", tally.line());
    }
    let mut groups: BTreeMap<(String, String), Vec<&Tally>> = BTreeMap::new();
    for tally in tallies {
        groups.entry((tally.set.clone(), tally.language.clone())).or_default().push(tally);
        if tally.language.ends_with("Script") {
            groups.entry((tally.set.clone(), "both Scripts".into())).or_default().push(tally);
        }
    }
    println!("\n| set | language | found | baselines |\n|---|---|---|---|");
    for ((set, language), tallies) in groups {
        let sum = |of: &dyn Fn(&Tally) -> Share| {
            let add = |a: Share, b: Share| Share { of: a.of + b.of, hits: a.hits + b.hits };
            tallies.iter().map(|tally| of(tally)).fold(Share::default(), add).percent()
        };
        println!(
            "| {set} | {language} | {} | {} | {} | {} |",
            sum(&|t| t.all),
            sum(&|t| t.baselines[0]),
            sum(&|t| t.baselines[1]),
            sum(&|t| t.baselines[2]),
        );
    }
    let all = |of: &dyn Fn(&Tally) -> &Vec<Duration>| {
        times(&tallies.iter().flat_map(|tally| of(tally).iter().copied()).collect::<Vec<_>>())
    };
    println!(
        "\nms p50/p99: query {}, reading the open file {}, replacing it {}",
        all(&|t| &t.asked),
        all(&|t| &t.read),
        all(&|t| &t.replaced)
    );
}
