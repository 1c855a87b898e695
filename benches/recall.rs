//! How often the signature that the next line needs is in the context (after RepoBench-R and
//! CrossCodeEval).
//!
//! In real repositories (`scripts/corpora`), a line that uses a symbol of another file is taken out
//! of its file; what stands above and below is the open file, and nothing else is open. A symbol is
//! found if the snippets for that cursor show its signature whole, under its own file, in 2,000
//! tokens. The index has the file without the line too. See `needs.rs` for what counts as using.
//!
//! `cargo bench --bench recall [-- --set held-out] [--count N] [--baselines]
//! [--variant prefix|unimported] [--dump FILE]`
//!
//! `--floor P` leaves out what is less probable than that; `--floors P,P,…` measures several besides, at the
//! same places.
//! `--prompt` takes the snippets as a prompt has them: chosen, fitted and redacted by
//! `foretype::context`. `--workspace` measures time and memory of the index instead, with all of them as
//! one workspace; `--gathering` those of gathering for a request.
//!
//! `--meaning URL` asks another question: how often a function is found by what its documentation says
//! of it, by words, by the vectors of llama.cpp's server or one that speaks as it does, and by both.
//!
//! Harder than the rule: `prefix` has nothing below the line; `unimported` has another name
//! in the import of what is used on the line alone, as when it is not written yet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    missing_docs
)]

#[path = "recall/baselines.rs"]
mod baselines;
#[path = "recall/curve.rs"]
mod curve;
#[path = "recall/gathering.rs"]
mod gathering;
#[path = "recall/meaning.rs"]
mod meaning;
#[path = "recall/needs.rs"]
mod needs;
#[path = "recall/report.rs"]
mod report;
#[path = "recall/workspace.rs"]
mod workspace;

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use foretype::context::definitions::{FLOOR, definitions};
use foretype::guard::redact;
use foretype::prompt::special_tokens::strip;
use foretype::retrieval::extract::Extractor;
use foretype::retrieval::index::{FileId, Index, SymbolRef};
use foretype::retrieval::rank::{Cursor, likely, rank};
use foretype::retrieval::render::{Snippet, fill};
use foretype::retrieval::source::Source;
use foretype::retrieval::symbol::FileSymbols;

use baselines::{Pieces, Shown, imported};
use curve::Curve;
use needs::{Need, needs};
use report::Tally;

/// Tokens of context.
const BUDGET: usize = 2_000;

struct Arguments {
    set: Option<String>,
    only: Option<String>,
    count: usize,
    baselines: bool,
    dump: Option<PathBuf>,
    misses: usize,
    shown: usize,
    workspace: bool,
    gathering: bool,
    prompt: bool,
    floor: f32,
    floors: Vec<f32>,
    variant: Option<String>,
    meaning: Option<String>,
}

struct Repository {
    name: String,
    index: Index,
    texts: HashMap<FileId, String>,
    /// Positions: file, line and needs.
    positions: Vec<(FileId, usize, Vec<Need>)>,
}

fn main() {
    let arguments = arguments();
    let Some(corpora) = corpora() else {
        println!("recall: the corpora are not to be had here");
        return;
    };
    if arguments.workspace {
        workspace::measure(&corpora);
        return;
    }
    if let Some(url) = &arguments.meaning {
        meaning::measure(&corpora, url, arguments.count);
        return;
    }
    if arguments.gathering {
        gathering::measure(&corpora);
        return;
    }
    let mut dump = arguments.dump.as_ref().map(|path| std::fs::File::create(path).unwrap());
    let mut tallies: Vec<Tally> = Vec::new();
    let mut curve = Curve::new(arguments.floors.clone());
    for set in ["development", "recall-development", "held-out", "recall-held-out"] {
        let half = set.trim_start_matches("recall-");
        if arguments.set.as_ref().is_some_and(|only| only != half) {
            continue;
        }
        let mut folders: Vec<PathBuf> =
            std::fs::read_dir(corpora.join(set)).unwrap().map(|e| e.unwrap().path()).collect();
        folders.sort();
        for folder in folders {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            if arguments.only.as_ref().is_some_and(|only| *only != name) {
                continue;
            }
            let repository = load(&folder, &name, arguments.count);
            let mut tally = Tally::new(half, &name, &repository.index);
            measure(&repository, &arguments, &mut tally, &mut curve, &mut dump);
            println!("{}", tally.line());
            tallies.push(tally);
        }
    }
    report::print(&tallies);
    curve.print();
}

fn arguments() -> Arguments {
    let mut found = Arguments {
        set: None,
        only: None,
        count: 300,
        baselines: false,
        dump: None,
        misses: 0,
        shown: 0,
        workspace: false,
        gathering: false,
        prompt: false,
        floor: 0.0,
        floors: Vec::new(),
        variant: None,
        meaning: None,
    };
    let mut rest = std::env::args().skip(1);
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--set" => found.set = rest.next(),
            "--only" => found.only = rest.next(),
            "--count" => found.count = rest.next().and_then(|n| n.parse().ok()).unwrap_or(300),
            "--baselines" => found.baselines = true,
            "--dump" => found.dump = rest.next().map(PathBuf::from),
            "--workspace" => found.workspace = true,
            "--gathering" => found.gathering = true,
            "--prompt" => found.prompt = true,
            "--floor" => found.floor = rest.next().and_then(|n| n.parse().ok()).unwrap_or(0.0),
            "--floors" => {
                let list = rest.next().unwrap_or_default();
                found.floors = list.split(',').map(|floor| floor.parse().unwrap()).collect();
            }
            "--show" => found.shown = rest.next().and_then(|n| n.parse().ok()).unwrap_or(20),
            "--meaning" => found.meaning = rest.next(),
            "--variant" => found.variant = rest.next(),
            "--misses" => found.misses = rest.next().and_then(|n| n.parse().ok()).unwrap_or(20),
            _ => {}
        }
    }
    found
}

/// The folder of the corpora, fetched if need be.
fn corpora() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("FORETYPE_CORPORA") {
        return Some(folder.into());
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/corpora");
    let output = Command::new(script).output().ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(folder.trim()))
}

fn load(folder: &Path, name: &str, count: usize) -> Repository {
    let mut paths = Vec::new();
    walk(folder, &mut paths);
    paths.sort();
    let (mut index, mut extractor, mut texts) =
        (Index::default(), Extractor::default(), HashMap::new());
    for path in paths {
        let below = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
        let Some(source) = Source::from_path(&below) else { continue };
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let Some(file) = extractor.read(&below, source, &text, index.names()) else { continue };
        index.replace(file);
        texts.insert(index.id(&below).unwrap(), text);
    }
    let mut positions = Vec::new();
    for (id, file) in index.files() {
        for (line, needs) in needs(&index, file, &texts[&id], &name.replace('-', "_")) {
            positions.push((id, line, needs));
        }
    }
    sample(&mut positions, count);
    Repository { name: name.to_owned(), index, texts, positions }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}

/// Keeps `count` of them, the same ones every time.
fn sample<T>(all: &mut Vec<T>, count: usize) {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for at in (1..all.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        all.swap(at, (state % (at as u64 + 1)) as usize);
    }
    all.truncate(count);
}

fn measure(
    repository: &Repository,
    arguments: &Arguments,
    tally: &mut Tally,
    curve: &mut Curve,
    dump: &mut Option<std::fs::File>,
) {
    let index = &repository.index;
    let mut texts: Vec<_> =
        repository.texts.iter().map(|(id, text)| (*id, text.as_str())).collect();
    texts.sort_by_key(|(id, _)| id.0);
    let pieces = arguments.baselines.then(|| {
        let windows = Pieces::cut(texts.iter().copied(), 60, 20, index.names());
        let chunks = Pieces::cut(texts.iter().copied(), 40, 40, index.names());
        (windows, chunks)
    });
    let mut extractor = Extractor::default();
    let mut missed = 0;
    for (number, (id, line, needs)) in repository.positions.iter().enumerate() {
        let text = &repository.texts[id];
        let (before, mut after) = without(text, *line);
        let old = index.file(*id).unwrap();
        let mut hidden = Vec::new();
        match arguments.variant.as_deref() {
            Some("prefix") => after = "",
            Some("unimported") => {
                let open = format!("{before}\n{after}");
                let file = extractor.read(&old.path, old.source, &open, index.names()).unwrap();
                hidden = unused(&file, needs, index);
            }
            _ => {}
        }
        let (before, after) = (&*mask(before, &hidden), &*mask(after, &hidden));
        let open = format!("{before}\n{after}");
        let read = Instant::now();
        let file = extractor.read(&old.path, old.source, &open, index.names()).unwrap();
        tally.read.push(read.elapsed());
        let mut index = index.clone();
        let replaced = Instant::now();
        index.replace(extractor.read(&old.path, old.source, &open, index.names()).unwrap());
        tally.replaced.push(replaced.elapsed());
        let cursor = Cursor { file: &file, at: before.len(), before, after };
        let asked = Instant::now();
        let ranking = rank(&index, &cursor);
        let ranked = &ranking.all;
        let snippets = if arguments.prompt {
            in_prompt(&index, &cursor)
        } else {
            fill(&index, likely(ranked, arguments.floor), BUDGET)
        };
        tally.asked.push(asked.elapsed());
        curve.position(&tally.language, &index, ranked, needs);
        let size: usize = snippets.iter().map(|s| s.text.len() + s.path.len() + 4).sum();
        tally.tokens.push(size.div_ceil(3));
        tally.candidates.push(ranked.len());
        let candidate = |need: &Need| ranked.iter().any(|r| need.definitions.contains(&r.at));
        let hits: Vec<bool> =
            needs.iter().map(|need| shows(&index, &snippets, &need.definitions)).collect();
        tally.position(needs, &hits, &needs.iter().map(candidate).collect::<Vec<_>>());
        for (need, hit) in needs.iter().zip(&hits) {
            let show = number < arguments.shown;
            if show || !hit && missed < arguments.misses {
                missed += usize::from(!hit);
                let source = text.lines().nth(*line).unwrap_or("").trim();
                let place = ranked.iter().position(|r| need.definitions.contains(&r.at));
                let at = need.definitions[0];
                let (of, symbol) = index.symbol(at).unwrap();
                println!(
                    "{} {}:{} {} (imported {}, first {}) place {place:?} of {} | {} | {}",
                    if *hit { "found" } else { "missed" },
                    old.path,
                    line + 1,
                    need.name,
                    need.imported,
                    need.first_use,
                    ranked.len(),
                    of.path,
                    of.texts().signature(at.place, symbol)
                );
                println!("     {source}");
            }
        }
        if let Some(dump) = dump {
            let query = format!("{}-{number}", repository.name);
            for (place, one) in ranked.iter().enumerate() {
                let wanted = needs.iter().any(|need| need.definitions.contains(&one.at));
                // The likelier ones, and some of the rest.
                if !wanted && place > 250 && place % 8 != 0 {
                    continue;
                }
                let (_, symbol) = index.symbol(one.at).unwrap();
                let cost = symbol.signature_len();
                let values: Vec<String> = ranking
                    .features(one)
                    .iter()
                    .map(|v| if *v == 0.0 { "0".into() } else { format!("{v:.3}") })
                    .collect();
                writeln!(
                    dump,
                    "{query} {} {} {cost} {}",
                    old.source.family() as u8,
                    u8::from(wanted),
                    values.join(" ")
                )
                .unwrap();
            }
            for need in needs.iter().filter(|need| !candidate(need)) {
                writeln!(dump, "{query} {} 2 0 {}", old.source.family() as u8, need.name).unwrap();
            }
        }
        if let Some((windows, chunks)) = &pieces {
            let above = tail(before, 60);
            let names = index.names();
            tally.baseline(0, needs, |need| {
                covers(&index, &windows.jaccard(above, *id, 4, BUDGET, names), need)
            });
            tally.baseline(1, needs, |need| {
                covers(&index, &chunks.bm25(tail(before, 40), *id, BUDGET, names), need)
            });
            tally.baseline(2, needs, |need| covers(&index, &imported(&index, &file, BUDGET), need));
        }
    }
}

/// The text before a line and after it.
fn without(text: &str, line: usize) -> (&str, &str) {
    let mut start = 0;
    for _ in 0..line {
        start += text[start..].find('\n').map_or(text.len() - start, |at| at + 1);
    }
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at + 1);
    (&text[..start], &text[end..])
}

fn tail(text: &str, lines: usize) -> &str {
    let start = text.rmatch_indices('\n').nth(lines).map_or(0, |(at, _)| at + 1);
    &text[start..]
}

/// Whether one of the definitions' signatures stands whole in the snippet of its file.
fn shows(index: &Index, snippets: &[Snippet], definitions: &[SymbolRef]) -> bool {
    definitions.iter().any(|at| {
        let (file, symbol) = index.symbol(*at).unwrap();
        let texts = file.texts();
        let signature = texts.signature(at.place, symbol);
        snippets.iter().any(|snippet| {
            snippet.path == file.path
                && snippet.symbols.contains(at)
                && snippet.text.contains(signature)
        })
    })
}

/// What a prompt has of them.
fn in_prompt(index: &Index, cursor: &Cursor<'_>) -> Vec<Snippet> {
    let (found, _) = definitions(index, cursor, BUDGET, FLOOR, &Default::default());
    let whole = fill(index, &rank(index, cursor).all, usize::MAX);
    let of = |path: &str| whole.iter().find(|snippet| &*snippet.path == path);
    found
        .into_iter()
        .map(|snippet| Snippet {
            symbols: of(&snippet.path).map(|all| all.symbols.clone()).unwrap_or_default(),
            text: redact(&strip(&snippet.text)).as_str().to_owned(),
            path: snippet.path,
        })
        .collect()
}

/// Whether the lines of a definition's name are shown: more lenient, for the baselines.
fn covers(index: &Index, shown: &[Shown], need: &Need) -> bool {
    need.definitions.iter().any(|at| {
        let (_, symbol) = index.symbol(*at).unwrap();
        shown.iter().any(|piece| piece.file == at.file && piece.lines.contains(&symbol.line))
    })
}

/// What is imported for the hidden line alone.
fn unused(file: &FileSymbols, needs: &[Need], index: &Index) -> Vec<String> {
    let unused = file.imports.iter().filter(|import| import.uses == 0);
    let names = unused.map(|import| index.names().text(import.alias));
    names.filter(|alias| needs.iter().any(|need| need.imported && need.name == *alias)).collect()
}

/// The text with other words of the same length in place of these.
fn mask(text: &str, hidden: &[String]) -> String {
    let mut masked = text.to_owned();
    for word in hidden {
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let places: Vec<usize> = masked.match_indices(word.as_str()).map(|(at, _)| at).collect();
        for at in places {
            let end = at + word.len();
            let whole =
                !inside(masked[..at].chars().next_back()) && !inside(masked[end..].chars().next());
            if whole {
                masked.replace_range(at..end, &"q".repeat(word.len()));
            }
        }
    }
    masked
}
