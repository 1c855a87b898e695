//! The subcommands.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::read::{self, Rules};
use super::show;
use crate::backend::Priority;
use crate::backend::embed::{EmbedError, EmbedKind, Embedder};
use crate::backend::waits::{Patience, Waiting};
use crate::cli::args::{Folder, Index, IndexCommand, Push};
use crate::cli::{print, project, stopped};
use crate::config::{ModelSettings, Paths, SharedSettings};
use crate::guard::{IgnoreRules, redact};
use crate::retrieval::shared::schema::Found;
use crate::retrieval::shared::{Collect, Shared, SharedError, Wish};
use crate::retrieval::vectors::push::{Progress, Pushed, push};
use crate::retrieval::vectors::repository;
use crate::retrieval::vectors::{Scope, StoreError};
use crate::services::Services;
use crate::workspace::root_config::RootConfig;

/// What a text is made a vector of to learn how many numbers that has.
const PROBE: &str = "fn main() {}";

/// Where a command works.
struct Here {
    root: PathBuf,
    scope: Arc<Scope>,
    shared: SharedSettings,
    model: Arc<ModelSettings>,
    services: Arc<Services>,
    config: Arc<RootConfig>,
}

pub(super) async fn run(paths: Paths, args: Index) -> Result<ExitCode> {
    match args.what {
        IndexCommand::Push(args) => {
            let here = Here::look(paths, &args.place, true)?;
            tokio::select! {
                biased;
                code = stopped::stopped() => {
                    eprintln!("foretype: ended; what is embedded is kept, and the next push goes on");
                    Ok(code)
                }
                done = here.push(&args) => done,
            }
        }
        IndexCommand::Status(args) => {
            let here = Here::look(paths, &args.place, false)?;
            let shared = here.open(Wish::Read, true).await?;
            let status = shared.status().await?;
            let text = match args.json {
                true => serde_json::to_string_pretty(&status)? + "\n",
                false => show::status(shared.name(), &status),
            };
            print(&text)?;
            Ok(ExitCode::SUCCESS)
        }
        IndexCommand::Gc(args) => {
            let here = Here::look(paths, &args.place, false)?;
            let shared = here.open(Wish::Write, true).await?;
            let what = Collect { branches: args.forget, days: args.days };
            let collected = shared.collect(&what).await?;
            print(&show::collected(&collected))?;
            Ok(ExitCode::SUCCESS)
        }
        IndexCommand::Migrate(args) => {
            let here = Here::look(paths, &args, false)?;
            let mut shared = here.open(Wish::Write, false).await?;
            let before = shared.migrate().await?;
            here.welcome(&mut shared).await?;
            print(&show::migrated(shared.name(), before))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

impl Here {
    /// `exact`: the branch has to be known.
    fn look(paths: Paths, place: &Folder, exact: bool) -> Result<Self> {
        let folder = std::path::absolute(&place.path)?;
        if !folder.is_dir() {
            bail!("{}: is no folder; name the folder of a repository", place.path.display());
        }
        let known = repository::look(&folder);
        let repository = place.repository.clone().or(known.repository).context(
            "the repository has no remote `origin` to be named by; name it with --repository",
        )?;
        let branch = place.branch.clone().or(known.branch);
        let branch = match (branch, exact) {
            (Some(branch), _) => branch,
            (None, false) => String::new(),
            (None, true) => bail!("no branch is checked out; name one with --branch"),
        };
        let (session, problems) = project::session(paths, Some(known.root.clone()));
        problems.iter().for_each(|problem| eprintln!("{problem}"));
        let config = session.settings(Some(&known.root));
        let settings = &config.resolved.settings;
        let shared = settings.index.shared.clone().context(
            "no index is shared; name its database in `config.toml`: [index.shared] url = \"postgresql://USER@HOST/DATABASE\"",
        )?;
        let model = settings.index.model.as_ref().and_then(|name| settings.models.get(name));
        let model = Arc::clone(model.context(
            "no model makes vectors; name an embedding model in `config.toml`: [index] model = \"NAME\"",
        )?);
        Ok(Self {
            root: known.root,
            scope: Arc::new(Scope { repository, branch }),
            shared,
            model,
            services: Arc::clone(&session.services),
            config,
        })
    }

    async fn open(&self, wish: Wish, whole: bool) -> Result<Shared, SharedError> {
        let scope = Arc::clone(&self.scope);
        let model = self.model.called();
        match whole {
            true => Shared::connect(&self.shared, true, wish, scope, model).await,
            false => Shared::open(&self.shared, true, wish, scope, model).await,
        }
    }

    fn embedder(&self) -> Result<Arc<dyn Embedder>> {
        Ok(self.services.embedder(&self.model, Priority::Invoked)?)
    }

    /// Learns how many numbers the model's vectors have, and makes room for them.
    async fn welcome(&self, shared: &mut Shared) -> Result<Arc<dyn Embedder>> {
        let embedder = self.embedder()?;
        let mut patience = Patience::new(true);
        let probe = loop {
            match embedder.embed(vec![redact(PROBE)], EmbedKind::Passage).await {
                Err(EmbedError::Backend(error)) => {
                    let tell = |waiting: Option<Waiting<'_>>| {
                        if let Some(waiting) = waiting.filter(|it| it.begins) {
                            eprintln!("{}", show::pause(waiting.left));
                        }
                    };
                    if !patience.wait(&error, tell).await {
                        return Err(EmbedError::from(error).into());
                    }
                }
                other => break other?,
            }
        };
        let dimension = probe.vectors.first().map_or(0, Vec::len);
        shared.welcome(dimension).await?;
        Ok(embedder)
    }

    async fn push(&self, args: &Push) -> Result<ExitCode> {
        let mut shared = self.open(Wish::Write, false).await?;
        // The first push of an owner begins the index; changing one is never done by the way, for it
        // locks everybody out who has an earlier foretype.
        match shared.found().await? {
            Found::Nothing => {
                shared.migrate().await.map_err(|error| match error {
                    SharedError::ReadOnly(name) => SharedError::Missing(name),
                    other => other,
                })?;
            }
            _ => shared.check().await?,
        }
        let embedder = self.welcome(&mut shared).await?;
        shared.begin().await?;
        let root = self.root.clone();
        let global = self.services.paths.config_file.as_ref().and_then(|file| file.parent());
        let ignore = IgnoreRules::new(Some(root.clone()));
        let ignore = match global {
            Some(folder) => ignore.with_global(folder.join("ignore")),
            None => ignore,
        };
        let rules = Rules { ignore, config: Arc::clone(&self.config) };
        let files = tokio::task::spawn_blocking(move || read::files(&root, &rules)).await?;
        let bar = bar(files.len());
        let read = read::read(self.root.clone(), files, Arc::clone(&self.scope));
        let mut paused = false;
        let told = |progress: Progress| {
            bar.set_position(progress.files as u64);
            bar.set_message(show::progress(&progress));
            let begins = progress.pause.filter(|_| !paused);
            if let Some(left) = begins.filter(|_| bar.is_hidden()) {
                eprintln!("{}", show::pause(left));
            }
            paused = progress.pause.is_some();
        };
        let pushed = push(&shared, &*embedder, read, told).await?;
        bar.finish_and_clear();
        if pushed.full {
            return Err(StoreError::Full("not everything has room".to_owned()).into());
        }
        self.print(args, &pushed)?;
        Ok(ExitCode::SUCCESS)
    }

    fn print(&self, args: &Push, pushed: &Pushed) -> Result<()> {
        let text = match args.json {
            true => serde_json::to_string(pushed)? + "\n",
            false => show::pushed(&self.scope, pushed),
        };
        print(&text)
    }
}

fn bar(length: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} files  {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
