//! The models that are measured: a session of its own for each, and for each variant of it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::catalogue;
use crate::cli::args::Eval;
use crate::cli::project;
use crate::completion::completer::Completer;
use crate::config::{Layer, Paths, Problem, Purpose};
use crate::eval::measure::Candidate;

/// How long is waited for what is gathered: nobody types.
const PATIENCE: Duration = Duration::from_secs(60);

/// A model, and what tells its settings from others under the same name.
pub(super) struct Model {
    pub(super) candidate: Candidate,
    pub(super) completer: Arc<dyn Completer>,
    pub(super) settings: String,
    /// Most tokens of other files.
    pub(super) tokens: u32,
}

/// A session for each model that is named; without a name, the one that completes.
pub(super) async fn models(paths: &Paths, root: &Path, args: &Eval) -> Result<Vec<Model>> {
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
