//! Whether vectors find what words do not: a function by the first sentence of its documentation, which
//! is taken out of the code beforehand. The place of the function's chunk by BM25, by an embedding
//! model's vectors, and by both (reciprocal rank fusion), as chat and actions search.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use foretype::backend::embed::{EmbedKind, Embedder, connect};
use foretype::backend::endpoint::Endpoint;
use foretype::backend::http::Http;
use foretype::config::Layers;
use foretype::guard::redact;
use foretype::retrieval::chunks::rows;
use foretype::retrieval::extract::Extractor;
use foretype::retrieval::hybrid::{DEEP, together};
use foretype::retrieval::names::Names;
use foretype::retrieval::source::{Family, Source};
use foretype::retrieval::symbol::{FileSymbols, Kind};
use foretype::retrieval::vectors::chunks::cut;
use foretype::retrieval::vectors::flat::{Flat, MOST_BYTES};
use foretype::retrieval::vectors::{Piece, Scope};
use foretype::retrieval::words::{Found, Words};

use super::{sample, walk};

/// Shorter sentences (bytes) name nothing.
const TELLING: usize = 25;

/// A function, by where it stands, and what is said of it.
struct Query {
    path: Arc<str>,
    line: u32,
    asked: String,
}

/// How often the chunk is among the first 1, 3 and 10, and the mean of 1 / place.
#[derive(Default)]
struct Places([u32; 3], f64, u32);

impl Places {
    fn note(&mut self, query: &Query, found: &[Found]) {
        let is = |of: &Found| of.path == query.path && of.lines.contains(&query.line);
        self.2 += 1;
        if let Some(place) = found.iter().position(is) {
            self.1 += 1.0 / (place + 1) as f64;
            for (count, most) in self.0.iter_mut().zip([1, 3, 10]) {
                *count += u32::from(place < most);
            }
        }
    }

    fn line(&self) -> String {
        let part = |count: u32| 100.0 * f64::from(count) / f64::from(self.2.max(1));
        let [one, three, ten] = self.0.map(part);
        format!("{one:5.1} {three:5.1} {ten:5.1}  {:.3}", self.1 / f64::from(self.2.max(1)))
    }
}

/// For each repository of the held-out set, and all of them.
pub fn measure(corpora: &Path, url: &str, count: usize) {
    let embedder = embedder(url);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut folders: Vec<PathBuf> = Vec::new();
    for set in ["held-out", "recall-held-out"] {
        let folder = std::fs::read_dir(corpora.join(set)).unwrap();
        folders.extend(folder.map(|entry| entry.unwrap().path()));
    }
    folders.sort();
    let mut all: [Places; 3] = Default::default();
    println!("found among the first 1, 3, 10 (%), mean reciprocal place: words | vectors | both");
    for folder in folders {
        let (files, queries) = read(&folder, count);
        let (mut words, mut flat) = (Words::default(), Flat::new("m", MOST_BYTES));
        let mut pieces: Vec<Piece> = Vec::new();
        for (file, text) in &files {
            put(&mut words, file, text);
            let scope = Arc::new(Scope { repository: String::new(), branch: String::new() });
            pieces.extend(cut(&scope, &file.path, text, rows(file, text)));
        }
        let began = Instant::now();
        for batch in pieces.chunks(32) {
            let texts = batch.iter().map(|piece| piece.text.clone()).collect();
            let embedded = runtime.block_on(embedder.embed(texts, EmbedKind::Passage)).unwrap();
            for (piece, vector) in batch.iter().zip(embedded.vectors) {
                flat.put(piece.chunk.hash, &vector).unwrap();
            }
        }
        let seconds = began.elapsed().as_secs_f64();
        let chunks = pieces.len();
        flat.replace(pieces.into_iter().map(|piece| piece.chunk).collect());
        let mut own: [Places; 3] = Default::default();
        for query in &queries {
            let by_words = words.search(&query.asked, DEEP);
            let texts = vec![redact(&query.asked)];
            let asked = runtime.block_on(embedder.embed(texts, EmbedKind::Query)).unwrap();
            let near = flat.nearest(&asked.vectors[0], DEEP).unwrap();
            let found =
                [by_words.clone(), together(&[], &near, DEEP), together(&by_words, &near, DEEP)];
            for (places, found) in own.iter_mut().chain(&mut all).zip(found.iter().cycle()) {
                places.note(query, found);
            }
        }
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let told: Vec<String> = own.iter().map(Places::line).collect();
        println!(
            "{name:<16} {chunks:>5} chunks, {seconds:.0} s, {:>4} questions  {}",
            queries.len(),
            told.join(" | ")
        );
    }
    let told: Vec<String> = all.iter().map(Places::line).collect();
    println!("all: {} questions  {}", all[0].2, told.join(" | "));
}

fn embedder(url: &str) -> Arc<dyn Embedder> {
    let mut layers = Layers::default();
    let model = serde_json::json!({ "provider": "llama-cpp", "url": url, "model": "m" });
    layers.set_initialization(Some(&serde_json::json!({ "models": { "m": model } })));
    let model = Arc::clone(&layers.resolve().settings.models["m"]);
    connect(Arc::new(Endpoint::new(model, Arc::new(Http::default()), false))).unwrap()
}

/// The files without what is said of their functions, and so many of those.
fn read(folder: &Path, count: usize) -> (Vec<(FileSymbols, String)>, Vec<Query>) {
    let mut paths = Vec::new();
    walk(folder, &mut paths);
    paths.sort();
    let (mut extractor, names) = (Extractor::default(), Names::default());
    let (mut files, mut queries) = (Vec::new(), Vec::new());
    for path in paths {
        let below = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
        let Some(source) = Source::from_path(&below) else { continue };
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).replace("\r\n", "\n");
        let Some(told) = extractor.read(&below, source, &text, &names) else { continue };
        let bare = without_documentation(&text, source);
        let Some(file) = extractor.read(&below, source, &bare, &names) else { continue };
        // The same definitions in the same order, unless the text was cut otherwise than it is meant.
        if told.symbols.len() != file.symbols.len() {
            continue;
        }
        let texts = told.texts();
        for (place, (old, new)) in (0..).zip(told.symbols.iter().zip(&file.symbols)) {
            let asked = texts.doc(place, old).to_owned();
            let function = matches!(old.kind, Kind::Function | Kind::Method);
            if function && asked.len() >= TELLING && old.name == new.name {
                queries.push(Query { path: Arc::clone(&file.path), line: new.line, asked });
            }
        }
        files.push((file, bare));
    }
    sample(&mut queries, count);
    (files, queries)
}

/// Takes out doc comments and docstrings, whole lines of them.
fn without_documentation(text: &str, source: Source) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut until: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let start = line.trim();
        if let Some(end) = until {
            if start.ends_with(end) {
                until = None;
            }
            continue;
        }
        let opened = match source.family() {
            Family::Python => {
                let bare = start.trim_start_matches(['r', 'R', 'b', 'u', 'f']);
                ["\"\"\"", "'''"].into_iter().find(|mark| bare.starts_with(mark)).map(|m| (m, bare))
            }
            Family::Rust if start.starts_with("///") || start.starts_with("//!") => continue,
            _ => Some(("*/", start)).filter(|_| start.starts_with("/*")),
        };
        match opened {
            Some((end, rest)) => {
                if !(rest.len() > end.len() + 2 && rest.ends_with(end)) {
                    until = Some(end);
                }
            }
            None if source.family() == Family::Script && start.starts_with("//") => {}
            None if source.family() == Family::Python && start.starts_with('#') => {}
            None => kept.push_str(line),
        }
    }
    kept
}

fn put(words: &mut Words, file: &FileSymbols, text: &str) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let chunks: Vec<(std::ops::Range<u32>, String)> = rows(file, text)
        .into_iter()
        .map(|rows| (rows.start as u32..rows.end as u32, lines[rows].concat()))
        .collect();
    words.replace(&file.path, chunks.iter().map(|(rows, code)| (rows.clone(), code.as_str())));
}
