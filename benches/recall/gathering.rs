//! How long it takes to gather a prompt's context in a workspace of 5,000 files, with edits going on: as a
//! request does it, verdicts and redaction with it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use foretype::completion::lane::Lane;
use foretype::config::Paths;
use foretype::context::gather::Place;
use foretype::document::Document;
use foretype::document::offset::{ByteOffset, Position};
use foretype::document::uri::DocumentUri;
use foretype::indexing::{self, Reach};
use foretype::prompt::budget::Budget;
use foretype::retrieval::folders::Feeder;
use foretype::services::Services;
use foretype::workspace::session::Session;
use serde_json::json;

use super::{report, sample, walk};

/// Files in the workspace: all corpora, and some of them again.
const FILES: usize = 5_000;
/// Documents that are opened, one after the other.
const PLACES: usize = 300;
/// Keys typed in each.
const KEYS: usize = 5;
/// Between two documents.
const PAUSE: Duration = Duration::from_millis(50);
/// Between a document's opening and the first request in it: an editor has to show it, and somebody to see
/// it. What is gathered ahead begins when it is opened.
const OPENED: Duration = Duration::from_millis(100);
const BUDGET: Budget = Budget { context_tokens: 8_192, max_output_tokens: 256 };

/// Writes the workspace, reads it, and asks it while other files change.
pub fn measure(corpora: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_path_buf();
    let mut paths = Vec::new();
    walk(corpora, &mut paths);
    paths.sort();
    let code = |path: &&std::path::PathBuf| foretype::code::language(path).is_some();
    let mut files = Vec::new();
    for number in 0..FILES {
        let path = paths.iter().filter(code).cycle().nth(number).unwrap();
        let to =
            root.join((number / paths.len()).to_string()).join(path.strip_prefix(corpora).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(path, &to).unwrap();
        files.push(to);
    }
    for all in [false, true] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(&root, &files, all));
    }
}

async fn run(root: &Path, files: &[std::path::PathBuf], all: bool) {
    let session = Session::new(Arc::new(Services::new(Paths::default(), true)));
    session.workspace(|workspace| workspace.set_roots(vec![root.to_path_buf()]));
    let names = ["stack", "dependencies", "usages", "similar", "diagnostics", "edits"];
    let on: serde_json::Map<_, _> =
        names.iter().map(|name| ((*name).to_owned(), json!(all))).collect();
    session.configure(|layers| layers.set_client(Some(&json!({ "context": on }))));
    let folders = Arc::clone(&session.surroundings.folders);
    folders.set_roots(&[root.to_path_buf()]);
    let before = super::workspace::resident();
    let mut feeder = Feeder::new(Arc::clone(&folders));
    let texts: Vec<String> = files
        .iter()
        .map(|file| String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned())
        .collect();
    let began = Instant::now();
    for (file, text) in files.iter().zip(&texts) {
        feeder.take(file, Some(text));
    }
    let reach = Reach { roots: vec![root.to_path_buf()], ..Reach::default() };
    let walked = indexing::walk::walk(&reach, || Ok::<(), ()>(())).unwrap();
    feeder.read_manifests(root, walked.manifests.iter().map(|(_, file)| file.as_path()));
    println!(
        "{} files read in {:.1} s, {} MB of memory for it; {}",
        folders.files(),
        began.elapsed().as_secs_f64(),
        super::workspace::resident().saturating_sub(before) / 1_000_000,
        if all { "all sources" } else { "definitions alone" },
    );
    // Somebody else's edits, one after the other.
    let stop = Arc::new(AtomicBool::new(false));
    let editing = std::thread::spawn({
        let (stop, files, texts) = (Arc::clone(&stop), files.to_vec(), texts.clone());
        move || {
            for (number, (file, text)) in files.iter().zip(&texts).cycle().step_by(17).enumerate() {
                if stop.load(Ordering::Relaxed) {
                    return number;
                }
                feeder.take(file, Some(&format!("{text}\n# {number}\n")));
                std::thread::sleep(Duration::from_millis(20));
            }
            0
        }
    });
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        places.extend(text.match_indices('\n').step_by(97).map(|(newline, _)| (at, newline + 1)));
    }
    sample(&mut places, PLACES);
    let (mut first, mut typed, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    for (at, offset) in places {
        let uri = DocumentUri::from_path(&files[at]);
        let document = Document::open(uri.as_str(), "", 1, &texts[at]);
        if let Some(syntax) = document.syntax() {
            let _ = syntax.when_fresh().await;
        }
        session.open(document);
        // As a session does it for a document that is opened when the workspace has been read.
        let config = session.settings(Some(root));
        let snapshot = session.workspace(|workspace| workspace.snapshot(&uri)).unwrap();
        drop(session.surroundings.prepare(&config, snapshot));
        tokio::time::sleep(OPENED).await;
        let mut lane = Lane::default();
        for key in 0..=KEYS {
            let snapshot = session.workspace(|workspace| workspace.snapshot(&uri)).unwrap();
            let at = ByteOffset(offset + key);
            let windows = BUDGET.windows_beside(2_000);
            let parts = lane.parts(&snapshot.document, at, windows);
            let language = snapshot.document.language;
            let config = session.settings(Some(root));
            let context = session.surroundings.under(&config);
            let position = snapshot.document.text.position_of(at, snapshot.encoding);
            let place = Place { snapshot, at, language, parts, tokens: 2_000 };
            let began = Instant::now();
            let gathered = context.gather(place).await;
            if key == 0 { &mut first } else { &mut typed }.push(began.elapsed());
            if key == 0 {
                shown.push(gathered.files.iter().map(|file| file.tokens()).sum::<usize>());
            }
            let Position { line, column } = position;
            let change = foretype::document::Change {
                range: Some((Position::new(line, column), Position::new(line, column))),
                text: "x".to_owned(),
            };
            session.change(&uri, key as i32 + 2, &[change]);
        }
        session.close(&uri);
        // Nobody opens a hundred documents in a second: what is read ahead for one ends before the next.
        tokio::time::sleep(PAUSE).await;
    }
    stop.store(true, Ordering::Relaxed);
    let edits = editing.join().unwrap();
    let empty = shown.iter().filter(|tokens| **tokens == 0).count();
    let average = shown.iter().sum::<usize>() / shown.len().max(1);
    println!(
        "ms p50/p99 of {} first requests: {}; of {} keys after: {}; {average} tokens on average, nothing in \
         time {empty} times; {edits} edits of other files meanwhile",
        first.len(),
        report::times(&first),
        typed.len(),
        report::times(&typed),
    );
}
