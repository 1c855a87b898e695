//! `foretype doctor`, and what editors call by the same name: what is configured, what works, and
//! what to do about the rest.

mod model;
mod report;

use std::path::Path;

pub use self::report::Report;

use self::report::Grade;
use crate::config::{ModelChoice, Paths};
use crate::store::Store;
use crate::workspace::session::Session;

/// Examines a session's settings in a folder, or outside of all, and every model in them. Each model
/// is asked for a token, so this takes as long as they do.
pub async fn examine(session: &Session, root: Option<&Path>, report: &mut Report) {
    report.heading(&format!("foretype {} on {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS));
    files(&session.services.paths, report);
    store(&session.services.store, report).await;
    let settings = session.settings(root);
    let resolved = &settings.resolved;
    report.heading("configuration");
    for problem in &resolved.problems {
        let grade = if problem.severity == crate::config::Severity::Error {
            Grade::Bad
        } else {
            Grade::Note
        };
        report.say(grade, &problem.to_string());
    }
    if resolved.problems.is_empty() {
        report.say(Grade::Good, "every key is understood");
    }
    for (name, why) in &resolved.settings.unusable {
        let (own, below) = (format!("models.{name}"), format!("models.{name}."));
        // Said with its place already.
        if !resolved.problems.iter().any(|it| it.key == own || it.key.starts_with(&below)) {
            report.say(Grade::Bad, &format!("models.{name} cannot be used: {why}"));
        }
    }
    if !(resolved.settings.enabled && resolved.settings.completion.enabled) {
        report.say(Grade::Note, "completion is off (`enabled` or `completion.enabled`)");
    }
    match &resolved.settings.completion.model {
        ModelChoice::Named(name) => {
            report.say(Grade::Good, &format!("completion uses models.{name}"))
        }
        // What is behind it may have been said.
        ModelChoice::None(why) if !report.is_good() => {
            report.say(Grade::Note, &format!("so there is no completion: {why}"));
        }
        ModelChoice::None(why) => report.say(Grade::Bad, &format!("no completion: {why}")),
        ModelChoice::Auto => {
            let found = crate::backend::discovery::find(&session.services).await;
            match &found {
                Some(found) => report.say(Grade::Note, &found.announcement),
                None => report.say(
                    Grade::Bad,
                    "no model is configured and no local server was found; run `foretype config init` and edit the file, or start llama.cpp's server or Ollama",
                ),
            }
            if let Some(model) = found.and_then(|found| found.model) {
                model::check(&session.services.completer(&model), report).await;
            }
        }
    }
    for model in resolved.settings.models.values() {
        model::check(&session.services.completer(model), report).await;
    }
    report.heading(&match report.bad() {
        0 => "all is well".to_owned(),
        1 => "1 thing to mend".to_owned(),
        bad => format!("{bad} things to mend"),
    });
}

async fn store(store: &Store, report: &mut Report) {
    store.flush().await;
    match (store.file(), store.problem()) {
        (_, Some(problem)) => report.say(Grade::Note, &format!("usage: {problem}")),
        (Some(file), None) => report.say(Grade::Good, &format!("usage: {}", file.display())),
        (None, None) => {
            report.say(Grade::Note, "usage is kept in memory: no folder for it is known")
        }
    }
}

fn files(paths: &Paths, report: &mut Report) {
    report.heading("files");
    if let Some(reason) = &paths.reason {
        report.say(Grade::Bad, reason);
    }
    if let Some(file) = &paths.config_file {
        let there =
            if file.exists() { "" } else { " (not there; `foretype config init` makes one)" };
        report.say(Grade::Good, &format!("configuration: {}{there}", file.display()));
    }
    if let Some(folder) = &paths.log_dir {
        let log = folder.join(crate::log::FILE);
        match crate::log::check(folder) {
            Ok(()) => report.say(Grade::Good, &format!("log: {}", log.display())),
            Err(error) => report.say(
                Grade::Bad,
                &format!("log: {} cannot be written ({error}); check its owner", log.display()),
            ),
        }
    }
}
