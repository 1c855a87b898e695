//! `foretype doctor`, and what editors call by the same name: what is configured, what works, and
//! what to do about the rest.

mod dialect;
mod embedding;
mod model;
mod report;
mod trial;

use std::path::Path;

pub use self::report::Report;

use self::report::Grade;
use crate::backend::http::is_loopback;
use crate::config::{ModelChoice, Paths, Purpose, Resolved, Settings, WORKSPACE};
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
        ModelChoice::Workspace(name) => {
            let table = match resolved.settings.embedded.contains(name) {
                true => format!(" (models.{name})"),
                false => String::new(),
            };
            let said = format!("completion uses the embedded model of the workspace{table}");
            report.say(Grade::Good, &said);
        }
        ModelChoice::Auto => {
            let found = crate::backend::discovery::find(&session.services).await;
            match &found {
                Some(found) => report.say(Grade::Note, &found.announcement),
                None => nobody(&resolved.settings, report),
            }
            if let Some(model) = found.and_then(|found| found.model) {
                let completer = session.services.completer(&model);
                let http = session.services.http();
                model::check(&completer, &[Purpose::Completion], http, report).await;
            }
        }
    }
    proxies(resolved, report);
    for (name, model) in &resolved.settings.models {
        let completer = session.services.completer(model);
        let purposes = purposes(resolved, name);
        model::check(&completer, &purposes, session.services.http(), report).await;
        if resolved.settings.index.model.as_ref() == Some(name) {
            embedding::check(session, &settings, root, model, report).await;
        }
    }
    for name in &resolved.settings.embedded {
        report.heading(&format!("models.{name} ({WORKSPACE})"));
        report.say(Grade::Good, "the embedded model of the workspace: it asks nobody");
    }
    report.table();
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

/// No server was found, and none is configured.
fn nobody(settings: &Settings, report: &mut Report) {
    const TO_DO: &str =
        "run `foretype config init` and edit the file, or start llama.cpp's server or Ollama";
    let found = "no model is configured and no local server was found";
    if settings.completion.fallback.iter().any(|name| settings.is_built_in(name)) {
        let so = "so the embedded model of the workspace completes, and nothing answers questions";
        report.say(Grade::Note, &format!("{found}, {so}; for more {TO_DO}"));
    } else {
        report.say(Grade::Bad, &format!("{found}; {TO_DO}"));
    }
}

/// What a model is used for. Where nothing is chosen for chat the only model would serve it, but
/// that nobody said; a model that nothing uses is tried as one for completion. One that makes vectors is
/// tried apart.
fn purposes(resolved: &Resolved, name: &str) -> Vec<Purpose> {
    let settings = &resolved.settings;
    let is = |choice: &ModelChoice| *choice == ModelChoice::Named(name.to_owned());
    let among = |fallback: &[String]| fallback.iter().any(|other| other == name);
    let chosen = |key: &str| resolved.origins.contains_key(key);
    let completion = is(&settings.completion.model) || among(&settings.completion.fallback);
    let chat = (is(&settings.chat.model) && chosen("chat.model")) || among(&settings.chat.fallback);
    // A model that makes vectors writes nothing, unless it is told to.
    if settings.index.model.as_deref() == Some(name) && !chosen("completion.model") && !chat {
        return Vec::new();
    }
    match (completion, chat) {
        (true, true) => vec![Purpose::Completion, Purpose::Chat],
        (false, true) => vec![Purpose::Chat],
        (_, false) => vec![Purpose::Completion],
    }
}

/// A proxy in the environment explains much of what goes wrong.
fn proxies(resolved: &Resolved, report: &mut Report) {
    let far = |url: &str| url.parse().is_ok_and(|url| !is_loopback(&url));
    if !resolved.settings.models.values().any(|model| far(&model.url)) {
        return;
    }
    for name in ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
    {
        if std::env::var_os(name).is_some_and(|proxy| !proxy.is_empty()) {
            let said = format!(
                "`{name}` is set: servers elsewhere are reached through a proxy, unless `NO_PROXY` names them"
            );
            return report.say(Grade::Note, &said);
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
    if let Some(folder) = &paths.cache_dir
        && let Err(error) = can_be_written(folder)
    {
        let said = format!(
            "cache: {} cannot be written ({error}), so the workspace is read anew at each start; check its owner",
            folder.display()
        );
        report.say(Grade::Note, &said);
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

/// Makes the folder where there is none, and a file in it for a moment.
fn can_be_written(folder: &Path) -> std::io::Result<()> {
    crate::log::make_private(folder)?;
    let file = folder.join(format!("{}.part", std::process::id()));
    std::fs::write(&file, [])?;
    std::fs::remove_file(file)
}
