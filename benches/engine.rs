//! The engine's steps in this process: what a key costs besides the network and the model.
//!
//! `cargo bench` takes less than two minutes. An edit in a 5 MB line must stay under 5 ms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

#[path = "engine/fixtures.rs"]
mod fixtures;
#[path = "engine/hover.rs"]
mod hover;
#[path = "engine/percentiles.rs"]
mod percentiles;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use foretype::actions::offers::{Wanted, offers};
use foretype::completion::cache::{Key, SuggestionCache};
use foretype::completion::lane::Lane;
use foretype::completion::reuse;
use foretype::completion::shape::Shaper;
use foretype::completion::trigger::{Extent, Trigger};
use foretype::document::language::Language;
use foretype::document::offset::{ByteOffset, ByteRange, Encoding, Position};
use foretype::document::{Change, Document};
use foretype::prompt::budget::Budget;
use foretype::prompt::fim::{FimFormat, FimParts};

use fixtures::{Standing, fresh, lines, long_line, middle, query, request, suggestion};

const BUDGET: Budget = Budget { context_tokens: 8_192, max_output_tokens: 256 };

fn cache(c: &mut Criterion) {
    let document = Document::open("file:///a.rs", "rust", 1, &lines(500)).snapshot();
    let (cache, at) = (SuggestionCache::default(), middle(&document));
    let key = || Key::new(&document, at, "model".into(), Extent::Line, 1);
    cache.put(key(), vec!["compute(index)".to_owned()]);
    c.bench_function("cache hit", |b| b.iter(|| cache.get(black_box(&key())).unwrap()));
}

fn prompt(c: &mut Criterion) {
    for (name, count) in [("500 lines", 500), ("100k lines", 100_000)] {
        let document = Document::open("file:///a.rs", "rust", 1, &lines(count)).snapshot();
        let at = middle(&document);
        // Anew, and with prefix and suffix frozen by the key before.
        for (kind, keep) in [("new", false), ("frozen", true)] {
            let mut lane = Lane::default();
            c.bench_function(&format!("prompt, {kind}, {name}"), |b| {
                b.iter(|| {
                    if !keep {
                        lane = Lane::default();
                    }
                    let parts = lane.parts(&document, at, BUDGET.windows());
                    let query = query(&document, parts);
                    let fitted = BUDGET.fit(foretype::context::fim_prompt(&query));
                    let prompt = fitted.prompt();
                    FimFormat::Qwen.render(&FimParts {
                        repo: None,
                        files: &[],
                        path: &prompt.path,
                        prefix: prompt.prefix.as_str(),
                        suffix: prompt.suffix.as_str(),
                        middle: prompt.middle.as_str(),
                    })
                });
            });
        }
    }
}

/// One char in and out again at a place: two edits for each step, so that the text stays as it is.
fn keys(c: &mut Criterion, name: &str, mut document: Document, at: ByteOffset) {
    let encoding = Encoding::Utf16;
    let change = |start: Position, end: Position, text: &str| Change {
        range: Some((start, end)),
        text: text.to_owned(),
    };
    let mut inside = false;
    c.bench_function(name, |b| {
        b.iter(|| {
            let start = document.text().position_of(at, encoding);
            let end = Position::new(start.line, start.column + u32::from(inside));
            let text = if inside { "" } else { "x" };
            let edit = document.apply(&change(start, end, text), encoding).unwrap();
            inside = !inside;
            edit
        });
    });
}

fn edits(c: &mut Criterion) {
    let runtime = fixtures::runtime();
    for (name, count) in [("edit and convert, 1M lines", 1_000_000), ("…, 100k lines", 100_000)] {
        let document = Document::open("file:///a.rs", "rust", 1, &lines(count));
        let at = middle(&document.snapshot());
        let name = name.replace('…', "edit and convert with a tree");
        runtime.block_on(fresh(&document));
        keys(c, &name, document, at);
    }
    let document = Document::open("file:///a.js", "javascript", 1, &long_line(5_000_000));
    runtime.block_on(fresh(&document));
    let at = middle(&document.snapshot());
    keys(c, "edit in a line of 5 MB", document, at);
}

fn text(c: &mut Criterion) {
    let suggestion = suggestion(40);
    // A body to write in the middle of 10,000 lines, whose tree is fresh.
    let half = lines(5_000);
    let source = format!("{half}fn body() {{\n}}\n{half}");
    let document = Document::open("file:///a.rs", "rust", 1, &source);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(fresh(&document));
    let document = document.snapshot();
    let at = ByteOffset(half.len() + "fn body() {".len());
    let shaper = || Shaper::new(&document, at, Trigger::Automatic, 60).unwrap();
    let ready = shaper();
    c.bench_function("stop rule, 40 lines", |b| {
        b.iter(|| ready.rule().complete(black_box(&suggestion)).unwrap());
    });
    let end = ready.rule().complete(&suggestion).unwrap();
    let text = suggestion.get(..end).unwrap();
    c.bench_function("surroundings of a cursor in 10k lines", |b| {
        b.iter(|| shaper().rule().complete(black_box("x;\n")));
    });
    c.bench_function("polish, 40 lines in a file of 10k", |b| {
        b.iter(|| ready.fit(black_box(text)).unwrap());
    });
    let typed = suggestion.get(..suggestion.len() / 2).unwrap();
    c.bench_function("what is left of 40 lines after 20", |b| {
        b.iter(|| reuse::rest(black_box(&suggestion), black_box(typed), ""));
    });
    let source = lines(2_000);
    let source = source.get(..32 * 1024).unwrap();
    c.bench_function("redact 32 KiB", |b| b.iter(|| foretype::guard::redact(black_box(source))));
}

/// What is offered at every place of 10,000 lines; an editor asks with every move of the cursor.
fn actions(c: &mut Criterion) {
    let document = Document::open("file:///a.rs", "rust", 1, &lines(10_000));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(fresh(&document));
    let document = document.snapshot();
    let places: Vec<ByteRange> = (0..10_000)
        .step_by(7)
        .map(|line| ByteRange::empty(document.text.line_end(line + line % 5)))
        .collect();
    let mut next = places.iter().cycle();
    c.bench_function("offers in 10k lines", |b| {
        b.iter(|| offers(&document, *next.next().unwrap(), &Wanted::default()));
    });
    let mut took: Vec<Duration> = places
        .iter()
        .map(|place| {
            let began = std::time::Instant::now();
            black_box(offers(&document, *place, &Wanted::default()));
            began.elapsed()
        })
        .collect();
    took.sort();
    let p99 = took.get(took.len() * 99 / 100).unwrap();
    eprintln!("offers in 10k lines: p99 {p99:?} of {} places", took.len());
}

fn slowest(_: &mut Criterion) {
    percentiles::polish();
}

fn standing(c: &mut Criterion) {
    let runtime = fixtures::runtime();
    let (engine, document) = runtime.block_on(async {
        let document = Document::open("file:///a.rs", "rust", 1, &lines(500));
        Standing::begin(document.snapshot()).await
    });
    c.bench_function("a standing suggestion", |b| {
        b.iter(|| {
            let (request, gate) = request(&document, Language::from_id("rust").unwrap());
            runtime.block_on(engine.complete(request, gate))
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .without_plots();
    targets = cache, prompt, edits, text, slowest, actions, hover::from_cache, standing
}
criterion_main!(benches);
