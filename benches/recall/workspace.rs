//! How long it takes in a workspace of 5,000 files, with edits going on.

use std::path::Path;
use std::time::{Duration, Instant};

use foretype::retrieval::extract::Extractor;
use foretype::retrieval::index::{FileId, Index};
use foretype::retrieval::rank::{Cursor, rank};
use foretype::retrieval::render::fill;
use foretype::retrieval::source::Source;

use super::{BUDGET, report, sample, walk};

/// Files in the workspace: all corpora, and some of them again.
const FILES: usize = 5_000;
/// Queries.
const QUERIES: usize = 600;

/// Reads all corpora into one index and asks it.
pub fn measure(corpora: &Path) {
    let mut paths = Vec::new();
    walk(corpora, &mut paths);
    paths.sort();
    let (mut index, mut extractor) = (Index::default(), Extractor::default());
    let mut texts: Vec<(String, Source, String)> = Vec::new();
    for round in 0.. {
        for path in &paths {
            let below = path.strip_prefix(corpora).unwrap().to_string_lossy().replace('\\', "/");
            if let Some(source) = Source::from_path(&below) {
                let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
                texts.push((format!("{round}/{below}"), source, text));
            }
            if texts.len() == FILES {
                break;
            }
        }
        if texts.len() == FILES {
            break;
        }
    }
    let before = resident();
    let (mut reading, mut putting) = (Duration::ZERO, Duration::ZERO);
    let bytes: usize = texts.iter().map(|(_, _, text)| text.len()).sum();
    for (path, source, text) in &texts {
        let began = Instant::now();
        let file = extractor.read(path, *source, text, index.names());
        reading += began.elapsed();
        let began = Instant::now();
        if let Some(file) = file {
            index.replace(file);
        }
        putting += began.elapsed();
    }
    let megabytes = bytes as f64 / 1e6;
    println!(
        "{} files, {megabytes:.0} MB: read in {:.1} s ({:.1} MB/s, one thread), indexed in {:.2} s; \
         {} MB of memory for it",
        index.len(),
        reading.as_secs_f64(),
        megabytes / reading.as_secs_f64(),
        putting.as_secs_f64(),
        resident().saturating_sub(before) / 1_000_000,
    );
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (at, (_, _, text)) in texts.iter().enumerate() {
        for (newline, _) in text.match_indices('\n').step_by(97) {
            places.push((at, newline + 1));
        }
    }
    sample(&mut places, QUERIES);
    let (mut once, mut best, mut replaced) = (Vec::new(), Vec::new(), Vec::new());
    for (at, offset) in &places {
        let (path, _, text) = &texts[*at];
        let Some(file) = index.file(index.id(path).unwrap_or(FileId(0))).cloned() else { continue };
        let (before, after) = text.split_at(*offset);
        let cursor = Cursor { file: &file, at: before.len(), before, after };
        let mut times: Vec<Duration> = (0..3)
            .map(|_| {
                let began = Instant::now();
                std::hint::black_box(fill(&index, &rank(&index, &cursor).all, BUDGET));
                began.elapsed()
            })
            .collect();
        once.push(times[0]);
        times.sort_unstable();
        best.push(times[0]);
        // An edit elsewhere, while someone still holds the index as it was.
        let held = index.clone();
        let (path, source, text) = &texts[(at * 7 + 13) % texts.len()];
        if let Some(file) = extractor.read(path, *source, text, index.names()) {
            let began = Instant::now();
            index.replace(file);
            replaced.push(began.elapsed());
        }
        drop(held);
    }
    println!(
        "ms p50/p99 of {} queries: {}; the best of three each: {}",
        once.len(),
        report::times(&once),
        report::times(&best)
    );
    println!("ms p50/p99 to replace a file in the index: {}", report::times(&replaced));
}

/// The process's resident memory in bytes, where the system says it.
pub fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}
