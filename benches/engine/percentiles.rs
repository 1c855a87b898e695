//! How long the slowest of many polishes take: a median hides what a user feels now and then.

use std::hint::black_box;
use std::time::{Duration, Instant};

use foretype::completion::shape::Shaper;
use foretype::completion::trigger::Trigger;
use foretype::document::offset::ByteOffset;
use foretype::document::{Document, DocumentSnapshot};

use super::fixtures;

/// So many polishes are timed.
const ROUNDS: usize = 5_000;

/// Prints the percentiles of a polish of 40 lines at places all over a file of 10,000.
pub fn polish() {
    let (document, places) = document();
    let suggestion = fixtures::suggestion(40);
    let shapers: Vec<Shaper> = places
        .iter()
        .map(|at| Shaper::new(&document, *at, Trigger::Automatic, 60).unwrap())
        .collect();
    let mut times = Vec::with_capacity(ROUNDS);
    for shaper in shapers.iter().cycle().take(ROUNDS) {
        let end = shaper.rule().complete(&suggestion).unwrap();
        let text = suggestion.get(..end).unwrap();
        let began = Instant::now();
        let polished = shaper.fit(black_box(text));
        times.push(began.elapsed());
        assert!(black_box(polished).is_ok());
    }
    report("polish, 40 lines in a file of 10k, at 100 places", times);
    // And what is read around the cursor before.
    let mut times = Vec::with_capacity(ROUNDS);
    for at in places.iter().cycle().take(ROUNDS) {
        let shaper = Shaper::new(&document, *at, Trigger::Automatic, 60).unwrap();
        let began = Instant::now();
        black_box(shaper.rule().complete(black_box("x;\n")));
        times.push(began.elapsed());
    }
    report("surroundings of a cursor in 10k lines, at 100 places", times);
}

/// Some 10,000 lines with an empty body here and there, and the places in those bodies.
fn document() -> (DocumentSnapshot, Vec<ByteOffset>) {
    let mut source = String::new();
    let mut places = Vec::new();
    for number in 0..100 {
        source.push_str(&fixtures::lines(98));
        source.push_str(&format!("fn body_{number}(values: &[u64]) {{"));
        places.push(ByteOffset(source.len()));
        source.push_str("\n}\n");
    }
    let document = Document::open("file:///a.rs", "rust", 1, &source);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(fixtures::fresh(&document));
    (document.snapshot(), places)
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: f64| {
        let index = (times.len() as f64 * share) as usize;
        times.get(index.min(times.len() - 1)).copied().unwrap_or_default()
    };
    println!(
        "{name}: {} times, p50 {:?}, p90 {:?}, p99 {:?}, max {:?}",
        times.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
}
