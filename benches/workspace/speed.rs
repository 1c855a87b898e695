//! How fast an index is built and an answer given.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use foretype::local::network::Network;
use foretype::local::predict::predict;
use foretype::local::scene::Scene;
use foretype::local::{Caution, Cursor, Index, Limits};

use super::corpus::Repo;
use super::cut::{Cut, Rng, draw};

const ANSWERS: usize = 2000;

/// Prints both for everything below a folder, up to the default limit.
pub fn measure(folder: &Path, network: &Network, seed: u64) {
    let repo = Repo::read(folder, Limits::default());
    let used = repo.index.files().len();
    let texts: Vec<(&str, &str)> = repo
        .index
        .files()
        .iter()
        .map(|f| f.path.as_str())
        .zip(repo.index.files().iter().map(|f| text_of(&repo, &f.path)))
        .collect();
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let began = Instant::now();
    let index = black_box(Index::build(texts, Limits::default()));
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "index: {} tokens of {used} files, {} files left out; {:.1} MB in {seconds:.2} s: {:.1} MB/s; \
         {:.2} bytes a token",
        index.tokens(),
        repo.index.left_out(),
        bytes as f64 / 1e6,
        bytes as f64 / 1e6 / seconds,
        index.bytes() as f64 / index.tokens() as f64,
    );
    let began = Instant::now();
    let saved = index.to_bytes();
    let written = began.elapsed().as_secs_f64();
    let began = Instant::now();
    black_box(Index::from_bytes(&saved).unwrap());
    println!(
        "saved: {:.1} MB, {written:.2} s to write to memory, {:.2} s to read from it",
        saved.len() as f64 / 1e6,
        began.elapsed().as_secs_f64(),
    );
    drop((saved, index));
    let mut rng = Rng(seed);
    let mut times = Vec::new();
    for _ in 0..ANSWERS {
        let case = draw(&repo, &mut rng, Cut::Character, false);
        let began = Instant::now();
        let scope = case.names();
        let cursor = Cursor { scope: &scope, ..case.cursor() };
        let scene = Scene::new(&repo.index, &case.overlay, cursor);
        black_box(scene.and_then(|mut scene| predict(&mut scene, network, Caution::default())));
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[times.len() * share / 100];
    println!("{ANSWERS} answers: p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms", at(50), at(90), at(99));
}

fn text_of<'r>(repo: &'r Repo, path: &str) -> &'r str {
    let found = repo.files.binary_search_by(|(own, _)| Path::new(own).cmp(Path::new(path)));
    found.map_or("", |number| &repo.files[number].1)
}
