//! What is found, and in how many tokens, with floors of different height under the probability.

use std::collections::BTreeMap;

use foretype::prompt::budget::snippet_tokens;
use foretype::retrieval::index::Index;
use foretype::retrieval::rank::{Ranked, likely};
use foretype::retrieval::render::fill;

use super::needs::Need;
use super::{BUDGET, shows};

/// Several floors over the same places.
pub struct Curve {
    floors: Vec<f32>,
    /// By language, for each floor.
    found: BTreeMap<String, Vec<Found>>,
}

#[derive(Default, Clone)]
struct Found {
    needs: usize,
    hits: usize,
    /// Of each place.
    tokens: Vec<usize>,
}

impl Curve {
    pub fn new(floors: Vec<f32>) -> Self {
        Self { floors, found: BTreeMap::new() }
    }

    pub fn position(&mut self, language: &str, index: &Index, ranked: &[Ranked], needs: &[Need]) {
        let found = self.found.entry(language.to_owned()).or_default();
        found.resize(self.floors.len(), Found::default());
        for (floor, found) in self.floors.iter().zip(found) {
            let snippets = fill(index, likely(ranked, *floor), BUDGET);
            found.needs += needs.len();
            let hit = |need: &&Need| shows(index, &snippets, &need.definitions);
            found.hits += needs.iter().filter(hit).count();
            let tokens = snippets.iter().map(|of| snippet_tokens(&of.path, &of.text)).sum();
            found.tokens.push(tokens);
        }
    }

    pub fn print(&self) {
        if self.floors.is_empty() {
            return;
        }
        let languages: Vec<&str> = self.found.keys().map(String::as_str).collect();
        println!("\n| floor | {} | tokens, mean | median | p90 |", languages.join(" | "));
        println!("|{}", "---|".repeat(languages.len() + 4));
        for (at, floor) in self.floors.iter().enumerate() {
            let of = || self.found.values().map(|found| &found[at]);
            let mut tokens: Vec<usize> = of().flat_map(|one| one.tokens.iter().copied()).collect();
            tokens.sort_unstable();
            let cells: Vec<String> = of()
                .map(|one| {
                    let mean = one.tokens.iter().sum::<usize>() / one.tokens.len().max(1);
                    format!("{:.1} ({mean})", 100.0 * one.hits as f64 / one.needs.max(1) as f64)
                })
                .collect();
            println!(
                "| {floor} | {} | {} | {} | {} |",
                cells.join(" | "),
                tokens.iter().sum::<usize>() / tokens.len().max(1),
                tokens.get(tokens.len() / 2).copied().unwrap_or(0),
                tokens.get(tokens.len() * 9 / 10).copied().unwrap_or(0),
            );
        }
    }
}
