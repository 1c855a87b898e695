//! The model that makes vectors, tried; and what the session's vectors and the team's index are.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::report::{Grade, Report};
use crate::backend::Priority;
use crate::backend::embed::{EmbedError, EmbedKind};
use crate::config::ModelSettings;
use crate::embedding::Stage;
use crate::guard::redact;
use crate::workspace::root_config::RootConfig;
use crate::workspace::session::Session;

/// What is embedded to see whether that works.
const PROBE: &str = "fn main() {}";
/// Longest time for it: a server may have to load the model.
const TRIAL: Duration = Duration::from_secs(60);

/// Tries the model, and says what the last search found wrong.
pub(super) async fn check(
    session: &Session,
    config: &Arc<RootConfig>,
    root: Option<&Path>,
    model: &Arc<ModelSettings>,
    report: &mut Report,
) {
    let began = Instant::now();
    match tokio::time::timeout(TRIAL, tried(session, model)).await {
        Ok(Ok(numbers)) => {
            let ms = began.elapsed().as_millis();
            report.say(Grade::Good, &format!("index: vectors of {numbers} numbers, after {ms} ms"));
        }
        Ok(Err(error)) => report.say(Grade::Bad, &format!("index: {error}")),
        Err(_) => {
            let name = &model.name;
            let said = format!(
                "index: models.{name} made no vector within {TRIAL:?}; see its load, or take a smaller one"
            );
            report.say(Grade::Bad, &said);
        }
    }
    if let Stage::Waiting(reason) = &*session.embedding.watch().borrow() {
        report.say(Grade::Note, &format!("index: the code is embedded later: {reason}"));
    }
    if let Some(trouble) = session.embedding.trouble() {
        let said = format!("index: the last search was by words alone: {trouble}");
        report.say(Grade::Note, &said);
    }
    #[cfg(feature = "postgres")]
    team(session, config, root, model, report).await;
    #[cfg(not(feature = "postgres"))]
    let _ = (config, root);
}

async fn tried(session: &Session, model: &Arc<ModelSettings>) -> Result<usize, EmbedError> {
    let embedder = session.services.embedder(model, Priority::Invoked)?;
    let embedded = embedder.embed(vec![redact(PROBE)], EmbedKind::Query).await?;
    Ok(embedded.vectors.first().map_or(0, Vec::len))
}

/// Connects to the team's index, where there is one.
#[cfg(feature = "postgres")]
async fn team(
    session: &Session,
    config: &Arc<RootConfig>,
    root: Option<&Path>,
    model: &Arc<ModelSettings>,
    report: &mut Report,
) {
    use crate::retrieval::shared::{Shared, Wish};
    use crate::retrieval::vectors::Scope;
    use crate::retrieval::vectors::repository;

    let Some(shared) = &config.resolved.settings.index.shared else { return };
    let known = root.map(repository::look).unwrap_or_default();
    let scope = Scope {
        repository: known.repository.unwrap_or_default(),
        branch: known.branch.unwrap_or_default(),
    };
    let allow = session.services.allow_commands;
    let open = Shared::connect(shared, allow, Wish::Read, Arc::new(scope), model.called()).await;
    match open {
        Ok(open) => {
            report.say(Grade::Good, &format!("index: the team's at {} is searched", open.name()));
        }
        Err(error) => report.say(Grade::Bad, &format!("index: {error}")),
    }
}
