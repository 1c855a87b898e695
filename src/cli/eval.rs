//! `foretype eval`: measures models on the user's own code.

mod agreed;
mod models;
mod page;
mod progress;
mod run;
pub mod variant;

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use self::agreed::is_agreed;
use self::models::models;
use self::progress::spinner;
use self::run::Run;
use super::args::Eval;
use super::print;
use crate::config::Paths;
use crate::eval::draw::Draw;
use crate::eval::files;
use crate::eval::hide::places;
use crate::eval::record::Records;
use crate::eval::report::{Report, html, table};
use crate::eval::summary::summary;
use crate::indexing::Reach;
use crate::indexing::walk::walk;
use crate::local::{Index, Limits};
use crate::retrieval::folders::{Feeder, Folders};
use crate::retrieval::index::Index as SymbolIndex;

/// Measures, and prints what came of it. Exit code 0 with all places measured, 1 with a part or with a model
/// that only failed, 2 where something is wrong.
///
/// # Errors
/// If there is no code, no model, or the report cannot be written.
pub async fn run(paths: Paths, args: Eval) -> Result<ExitCode> {
    let root = std::path::absolute(&args.path)?;
    if !root.is_dir() {
        bail!("{}: is no folder; name the folder of your code", args.path.display());
    }
    if let Some(file) = &args.html {
        page::check(file)?;
    }
    let mut models = models(&paths, &root, &args).await?;
    let mut draw = Draw::new(args.seed);
    let (found, mut draw) = tokio::task::spawn_blocking({
        let root = root.clone();
        let bar = spinner();
        move || {
            let found = files::find(&root, &mut draw, |files| {
                bar.set_message(format!("reading code: {files} files"));
                true
            });
            bar.finish_and_clear();
            (found, draw)
        }
    })
    .await?;
    if models.iter().any(|it| it.completer.is_built_in()) {
        // Of the very files that are drawn from: no copy of one is among them.
        let texts = found.sources.iter().map(|it| (it.path.to_string_lossy(), it.text.as_str()));
        let index = Arc::new(Index::build(texts, Limits::default()));
        for model in models.iter_mut().filter(|it| it.completer.is_built_in()) {
            model.candidate.index = Some(Arc::clone(&index));
        }
    }
    let read = tokio::task::spawn_blocking({
        let sources: Vec<_> =
            found.sources.iter().map(|it| (it.path.clone(), it.text.clone())).collect();
        let root = root.clone();
        // Of the very files that are drawn from, as well.
        move || symbols(&root, &sources)
    })
    .await?;
    for model in &models {
        model.candidate.session.surroundings.folders.put(root.clone(), read.clone());
    }
    let places = places(&found.sources, args.kind, args.count as usize, &mut draw);
    if places.is_empty() {
        bail!(
            "{}: there is no code to hide ({}); name a folder with code, or another --kind",
            args.path.display(),
            args.kind
        );
    }
    let file = records_file(&paths, &root, &args)?;
    let known = if args.resume {
        Records::known(&file).with_context(|| file.display().to_string())?
    } else {
        Vec::new()
    };
    let mut run = Run::new(&found, &places, &models, known);
    if !is_agreed(&run, &found.sources, &models, args.yes)? {
        eprintln!("foretype: nothing was asked");
        return Ok(ExitCode::FAILURE);
    }
    let mut kept = Records::begin(&file, args.resume).unwrap_or_else(|error| {
        eprintln!("{}: {error}; --resume will not have this run", file.display());
        Records::nowhere(&file)
    });
    let whole = run.measure(&mut kept).await?;
    let notes = run.notes(whole, &kept);
    let names: Vec<String> = models.iter().map(|model| model.candidate.name.clone()).collect();
    let records = run.records();
    let report = Report {
        path: args.path.display().to_string(),
        kind: args.kind.to_string(),
        seed: args.seed,
        wanted: args.count as usize,
        places: places.len(),
        files: found.sources.len(),
        notes,
        at: u64::try_from(crate::store::now_ms() / 1_000).unwrap_or(0),
        summary: summary(&records, &names, args.seed),
    };
    // It was paid for: the figures are printed even where the page cannot be written any more.
    let written = args.html.as_ref().map(|file| page::write(file, &html::page(&report, &records)));
    if args.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        print(&table::text(&report))?;
    }
    written.transpose()?;
    Ok(if whole && !run.has_failed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The symbols of files, and what the folder's manifests say.
fn symbols(root: &Path, sources: &[(PathBuf, String)]) -> SymbolIndex {
    let folders = Arc::new(Folders::default());
    folders.set_roots(&[root.to_path_buf()]);
    let mut feeder = Feeder::new(Arc::clone(&folders));
    for (file, text) in sources {
        feeder.take(file, Some(text));
    }
    let reach = Reach { roots: vec![root.to_path_buf()], ..Reach::default() };
    let Ok(walked) = walk(&reach, || Ok::<(), Infallible>(()));
    feeder.read_manifests(root, walked.manifests.iter().map(|(_, file)| file.as_path()));
    folders.index(root).map(|index| index.snapshot()).unwrap_or_default()
}

/// Where a run keeps what it measured.
fn records_file(paths: &Paths, root: &Path, args: &Eval) -> Result<PathBuf> {
    let state =
        paths.state_dir.as_ref().context("the state folder is not known; set FORETYPE_HOME")?;
    let mut hasher = DefaultHasher::new();
    (root, args.kind, args.seed).hash(&mut hasher);
    Ok(state.join("eval").join(format!("{:016x}.jsonl", hasher.finish())))
}
