//! `foretype eval`: measures models on the user's own code.

pub mod variant;

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Eval;
use super::{print, project, stopped};
use crate::catalogue;
use crate::completion::completer::Completer;
use crate::completion::silence::Silence;
use crate::config::{Layer, Paths, Problem, Purpose, WORKSPACE};
use crate::eval::cost::{Expected, expected};
use crate::eval::draw::Draw;
use crate::eval::files::{self, Found, Source};
use crate::eval::hide::{Place, places};
use crate::eval::measure::Candidate;
use crate::eval::record::{Record, Records};
use crate::eval::report::{Report, html, table};
use crate::eval::summary::summary;
use crate::indexing::Reach;
use crate::indexing::walk::walk;
use crate::local::{Index, Limits};
use crate::retrieval::folders::{Feeder, Folders};
use crate::retrieval::index::Index as SymbolIndex;

/// How long is waited for what is gathered: nobody types.
const PATIENCE: Duration = Duration::from_secs(60);

/// A model, and what tells its settings from others under the same name.
struct Model {
    candidate: Candidate,
    completer: Arc<dyn Completer>,
    settings: String,
    /// Most tokens of other files.
    tokens: u32,
}

/// Measures, and prints what came of it. Exit code 0 with all places measured, 1 with a part, 2 where
/// something is wrong.
///
/// # Errors
/// If there is no code, no model, or the report cannot be written.
pub async fn run(paths: Paths, args: Eval) -> Result<ExitCode> {
    let root = std::path::absolute(&args.path)?;
    if !root.is_dir() {
        bail!("{}: is no folder; name the folder of your code", args.path.display());
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
            (found, draw)
        }
    })
    .await?;
    if let Some(model) = models.iter_mut().find(|it| it.candidate.name == WORKSPACE) {
        // Of the very files that are drawn from: no copy of one is among them.
        let texts = found.sources.iter().map(|it| (it.path.to_string_lossy(), it.text.as_str()));
        model.candidate.index = Some(Arc::new(Index::build(texts, Limits::default())));
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
    let (mut kept, known) =
        Records::open(&file, args.resume).with_context(|| file.display().to_string())?;
    let mut run = Run::new(&found, &places, &models, known);
    if !run.is_agreed(args.yes)? {
        eprintln!("foretype: nothing was asked");
        return Ok(ExitCode::FAILURE);
    }
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
    if let Some(file) = &args.html {
        let page = html::page(&report, &records);
        std::fs::write(file, page)
            .with_context(|| format!("{}: cannot be written", file.display()))?;
        eprintln!("{}", file.display());
    }
    if args.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        print(&table::text(&report))?;
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A session for each model that is named; without a name, the one that completes.
async fn models(paths: &Paths, root: &Path, args: &Eval) -> Result<Vec<Model>> {
    let names: Vec<Option<&String>> =
        if args.model.is_empty() { vec![None] } else { args.model.iter().map(Some).collect() };
    let without = args.without.iter().map(|source| Some((source, false)));
    let with = args.with_source.iter().map(|source| Some((source, true)));
    let variants: Vec<_> = std::iter::once(None).chain(without).chain(with).collect();
    let all = names.iter().flat_map(|name| variants.iter().map(move |variant| (*name, *variant)));
    let mut models: Vec<Model> = Vec::new();
    for (name, variant) in all {
        let (session, problems) = project::session(paths.clone(), Some(root.to_owned()));
        if models.is_empty() {
            // Which model completes is of no matter where one is named.
            let matters =
                |problem: &&Problem| name.is_none() || problem.place.layer != Layer::Default;
            problems.iter().filter(matters).for_each(|problem| eprintln!("{problem}"));
        }
        if let Some(name) = name {
            project::choose(&session, Purpose::Completion, name)?;
        }
        session.workspace(|workspace| {
            workspace.set_encoding(crate::document::offset::Encoding::Utf32);
        });
        let settings = session.settings(Some(root));
        project::find_server(&session, &settings.resolved.settings.completion.model).await;
        let settings = session.settings(Some(root));
        let chain = session
            .completers(&settings)
            .map_err(|why| anyhow::anyhow!("no model: {why}; name one with --model"))?;
        let first = chain.into_iter().next().context("no model; name one with --model")?;
        let model = settings.resolved.settings.models.get(first.name());
        if model.is_some() {
            // It alone: what another says in its place is no figure of its.
            let table = variant.map(|(source, on)| source.table(on)).unwrap_or_default();
            project::choose_with(&session, Purpose::Completion, first.name(), table)?;
        }
        session.surroundings.be_patient(PATIENCE);
        let label = match variant {
            None => first.name().to_owned(),
            Some(_) if model.is_none() => {
                bail!("{} has no context to leave out; name a model with --model", first.name())
            }
            Some((source, on)) => source.label(first.name(), on),
        };
        if models.iter().any(|known| known.candidate.name == label) {
            bail!("{label}: is named twice");
        }
        let context = session.settings(Some(root)).resolved.settings.context.clone();
        let candidate = Candidate {
            name: label,
            price: model.and_then(|model| catalogue::price(model)).map(|(price, _)| price),
            index: None,
            session: Arc::clone(&session),
        };
        let mut hasher = DefaultHasher::new();
        first.key().hash(&mut hasher);
        context.hash(&mut hasher);
        let settings = format!("{:016x}", hasher.finish());
        let tokens = if context.enabled { context.tokens } else { 0 };
        models.push(Model { candidate, completer: first, settings, tokens });
    }
    Ok(models)
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

struct Run<'a> {
    found: &'a Found,
    cases: Arc<[Case<'a>]>,
    models: &'a [Model],
    known: Vec<Record>,
    /// The models that are known, by the case.
    done: HashMap<String, HashSet<String>>,
    /// Places in files that are never sent.
    unsent: usize,
}

/// A place with its file, and its name.
struct Case<'a> {
    name: String,
    place: &'a Place,
    source: &'a Source,
}

impl<'a> Case<'a> {
    /// Its name is one for people, and a digest of what is hidden there.
    fn new(found: &'a Found, place: &'a Place) -> Option<Self> {
        let source = found.sources.get(place.source)?;
        let line = source.text.get(..place.hidden.start)?.rsplit('\n').next()?;
        let mut hasher = DefaultHasher::new();
        (place.wanted(source), &source.text).hash(&mut hasher);
        let column = line.chars().count() + 1;
        let (name, digest) = (&source.name, hasher.finish());
        let name = format!("{name}:{}:{column} {digest:016x}", place.line + 1);
        Some(Self { name, place, source })
    }
}

impl<'a> Run<'a> {
    fn new(found: &'a Found, places: &'a [Place], models: &'a [Model], known: Vec<Record>) -> Self {
        let cases = places.iter().filter_map(|place| Case::new(found, place)).collect();
        let mut run =
            Self { found, cases, models, known: Vec::new(), done: HashMap::new(), unsent: 0 };
        known.into_iter().for_each(|record| run.note(record));
        run
    }

    fn note(&mut self, record: Record) {
        let of = |model: &Model| {
            record.model == model.candidate.name && record.settings == model.settings
        };
        if record.failed.is_none() && self.models.iter().any(of) {
            self.done.entry(record.case.clone()).or_default().insert(record.model.clone());
        }
        self.known.push(record);
    }

    fn is_known(&self, case: &Case<'_>, model: &Model) -> bool {
        self.done.get(&case.name).is_some_and(|models| models.contains(&model.candidate.name))
    }

    /// What is measured of these places with these models, the last word of each counting.
    fn records(&self) -> Vec<Record> {
        let mut last: HashMap<(&str, &str), &Record> = HashMap::new();
        for record in &self.known {
            let of = self.models.iter().any(|model| {
                model.candidate.name == record.model && model.settings == record.settings
            });
            if of {
                last.insert((&record.case, &record.model), record);
            }
        }
        let mut records = Vec::new();
        for case in self.cases.iter() {
            for model in self.models {
                let key = (case.name.as_str(), model.candidate.name.as_str());
                records.extend(last.get(&key).map(|record| (*record).clone()));
            }
        }
        records
    }

    /// Says what it will cost, and asks where it costs money.
    fn is_agreed(&self, yes: bool) -> Result<bool> {
        let mut sum = 0.0;
        for model in self.models {
            let open = self.cases.iter().filter(|case| !self.is_known(case, model));
            let open: Vec<Place> = open.map(|case| case.place.clone()).collect();
            let (windows, price) = (model.completer.windows(), model.candidate.price);
            let files = model.tokens.min(model.completer.files_room());
            let Expected { prompt_tokens, output_tokens, cost } =
                expected(&self.found.sources, &open, windows, files, price);
            let name = &model.candidate.name;
            if price.is_some() {
                eprintln!(
                    "{name}: {} requests, about {prompt_tokens} tokens sent and {output_tokens} \
                     generated, about {} USD",
                    open.len(),
                    money(cost)
                );
            }
            sum += cost;
        }
        if sum <= 0.0 || yes {
            return Ok(true);
        }
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            bail!("this costs about {} USD; add --yes to agree to that", money(sum));
        }
        eprint!("Go on? [y/N] ");
        std::io::stderr().flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// Asks; false where the user ended it before its end. What is measured is kept at once.
    async fn measure(&mut self, kept: &mut Records) -> Result<bool> {
        let bar = bar(self.cases.len() * self.models.len());
        let stopped = stopped::stopped();
        tokio::pin!(stopped);
        let cases = Arc::clone(&self.cases);
        for (number, case) in cases.iter().enumerate() {
            let mut unsent = false;
            // Each begins as often as any other: what is warm by then is the same for all.
            let order = (0..self.models.len()).map(|at| (at + number) % self.models.len());
            for model in order.filter_map(|at| self.models.get(at)) {
                bar.set_message(model.candidate.name.clone());
                bar.inc(1);
                if self.is_known(case, model) {
                    continue;
                }
                let measured = tokio::select! {
                    biased;
                    _ = &mut stopped => return Ok(false),
                    measured = model.candidate.measure(case.source, case.place, &case.name) => measured,
                };
                match measured {
                    Ok(mut record) => {
                        record.settings.clone_from(&model.settings);
                        if let Err(error) = kept.add(&record) {
                            bar.suspend(|| {
                                eprintln!(
                                    "{}: {error}; --resume will not have all",
                                    kept.file().display()
                                );
                            });
                        }
                        self.note(record);
                    }
                    Err(why @ (Silence::NoModel | Silence::Model(_))) => bail!("{why}"),
                    Err(_) => unsent = true,
                }
            }
            self.unsent += usize::from(unsent);
        }
        bar.finish_and_clear();
        Ok(true)
    }

    fn notes(&self, whole: bool, kept: &Records) -> Vec<String> {
        let mut notes = Vec::new();
        if !whole {
            notes.push("This is a part: it was ended. Go on with --resume.".to_owned());
        }
        if self.unsent > 0 {
            notes.push(format!("{} places are in files that are never sent.", self.unsent));
        }
        if self.found.unreadable > 0 {
            notes.push(format!("{} files could not be read.", self.found.unreadable));
        }
        if self.found.more {
            notes.push(
                "There is more code than was looked at: the seed chose the files.".to_owned(),
            );
        }
        let mut errors: Vec<&String> =
            self.known.iter().filter_map(|record| record.failed.as_ref()).collect();
        errors.sort_unstable();
        errors.dedup();
        notes.extend(errors.iter().take(3).map(|error| format!("An error: {error}")));
        tracing::debug!(file = %kept.file().display(), "measured");
        notes
    }
}

/// USD, to the cent, or as many digits as say something.
fn money(cost: f64) -> String {
    if cost >= 0.1 { format!("{cost:.2}") } else { format!("{cost:.4}") }
}

fn spinner() -> ProgressBar {
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
}

fn bar(length: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len}  {eta} left  {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
