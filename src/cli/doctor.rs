//! `foretype doctor`: what is configured, what works, and what to do about the rest.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures::StreamExt;

use super::args::Doctor;
use super::{print, project};
use crate::backend::error::BackendError;
use crate::backend::health::Readiness;
use crate::backend::{Ask, Delta, Facts};
use crate::completion::completer::{Completer, LlmCompleter};
use crate::config::{KeySource, ModelChoice, Paths, Provider};
use crate::guard::redact;
use crate::prompt::FimPrompt;
use crate::prompt::budget::Budget;
use crate::prompt::template::Template;

/// How long a model may load while the doctor waits.
const LOAD: Duration = Duration::from_secs(120);

/// How a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Good,
    Note,
    Bad,
}

/// The report as it grows.
#[derive(Default)]
struct Report {
    text: String,
    bad: usize,
    live: bool,
}

impl Report {
    fn say(&mut self, grade: Grade, finding: &str) {
        let mark = match grade {
            Grade::Good => "ok  ",
            Grade::Note => "note",
            Grade::Bad => "BAD ",
        };
        self.bad += usize::from(grade == Grade::Bad);
        self.line(&format!("  {mark}  {finding}"));
    }

    fn heading(&mut self, text: &str) {
        self.line(text);
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
        if self.live {
            let _ = print(&format!("{line}\n"));
        }
    }
}

/// Runs every check. Exit code 0 if nothing is bad.
///
/// # Errors
/// If the bundle cannot be written.
pub async fn run(paths: Paths, args: Doctor) -> Result<ExitCode> {
    let mut report = Report { live: true, ..Report::default() };
    report.heading(&format!("foretype {} on {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS));
    files(&paths, &mut report);
    let root = std::env::current_dir().ok().and_then(|folder| project::root_of(&folder.join("x")));
    let (session, _) = project::session(paths, root.clone());
    let settings = session.settings(root.as_deref());
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
        ModelChoice::None(why) if report.bad > 0 => {
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
                check_model(&session.services.completer(&model), &mut report).await;
            }
        }
    }
    for model in resolved.settings.models.values() {
        check_model(&session.services.completer(model), &mut report).await;
    }
    let summary = match report.bad {
        0 => "all is well".to_owned(),
        1 => "1 thing to mend".to_owned(),
        bad => format!("{bad} things to mend"),
    };
    report.heading(&summary);
    if let Some(file) = &args.bundle {
        std::fs::write(file, anonymous(&report.text))
            .with_context(|| format!("{}: cannot be written", file.display()))?;
        print(&format!("wrote {}\n", file.display()))?;
    }
    Ok(if report.bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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

async fn check_model(completer: &Arc<LlmCompleter>, report: &mut Report) {
    let endpoint = Arc::clone(completer.endpoint());
    let model = &endpoint.model;
    report.heading(&format!("models.{} ({}, {})", model.name, model.provider, model.url));
    key(&model.api_key, report);
    let facts = match probe(completer).await {
        Ok(facts) => facts,
        Err(error) => return report.say(Grade::Bad, &error.to_string()),
    };
    report.say(Grade::Good, "the server answers");
    model_known(completer, &facts, report);
    let context = endpoint.context_tokens();
    match (model.context_tokens, facts.context_tokens) {
        (Some(set), Some(said)) if set > said => report.say(
            Grade::Bad,
            &format!("`context_tokens` is {set}, but the server has {said}; lower it"),
        ),
        (None, None) => report.say(
            Grade::Note,
            &format!("the server does not tell its context window; {context} tokens are assumed (set `context_tokens`)"),
        ),
        _ => report.say(Grade::Good, &format!("context window: {context} tokens")),
    }
    let answered = first_token(completer, report).await;
    // What the server can do is known once it has been tried.
    match probe(completer).await {
        Ok(facts) => fim(completer, &facts, report),
        Err(error) if answered => report.say(Grade::Bad, &error.to_string()),
        Err(_) => {}
    }
}

fn key(source: &KeySource, report: &mut Report) {
    match source {
        KeySource::None => report.say(Grade::Good, "no key"),
        KeySource::Literal(_) => report.say(
            Grade::Note,
            "the key stands in the configuration; { env = … } or { command = … } keeps it out",
        ),
        other => report.say(Grade::Good, &format!("key from {}", other.masked())),
    }
}

async fn probe(completer: &LlmCompleter) -> Result<Facts, BackendError> {
    let began = Instant::now();
    loop {
        match completer.backend().probe().await {
            Err(BackendError::Loading(_)) if began.elapsed() < LOAD => {
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
            other => return other,
        }
    }
}

fn model_known(completer: &LlmCompleter, facts: &Facts, report: &mut Report) {
    let model = &completer.endpoint().model;
    match (&facts.model, facts.models.is_empty()) {
        (Some(name), _) => report.say(Grade::Good, &format!("model: {name}")),
        (None, false) => {
            let pull = if model.provider == Provider::Ollama {
                format!(", or run `ollama pull {}`", model.model)
            } else {
                String::new()
            };
            let listed: Vec<&str> = facts.models.iter().take(8).map(String::as_str).collect();
            report.say(
                Grade::Bad,
                &format!(
                    "the server does not list `{}`; set `model` to one that it has ({}){pull}",
                    model.model,
                    listed.join(", ")
                ),
            );
        }
        (None, true) => report.say(Grade::Note, "the server does not tell its model"),
    }
    if facts.loaded == Some(false) {
        report.say(Grade::Note, "the model is not in memory; the first suggestion loads it");
    }
}

fn fim(completer: &LlmCompleter, facts: &Facts, report: &mut Report) {
    let model = &completer.endpoint().model;
    let template = Template::parse(&model.template).unwrap_or_default();
    let known = template.format(&model.model).is_some();
    let way = match (&template, model.provider) {
        (Template::Named(_), _) => Some("by the configured `template`"),
        (Template::Suffix, Provider::OpenAiCompatible | Provider::Ollama) => {
            Some("prompt and suffix are sent apart (`template = \"suffix\"`)")
        }
        (_, Provider::LlamaCpp) if facts.fim != Some(false) => Some("by the server's /infill"),
        _ if known => Some("by the format of the model's family"),
        _ => None,
    };
    match (way, model.provider) {
        (Some(way), _) => report.say(Grade::Good, &format!("fill in the middle: {way}")),
        (None, Provider::Ollama) => report.say(
            Grade::Note,
            "fill in the middle: by Ollama's own template, if the model has one; if suggestions ignore what stands after the cursor, take a coder model such as qwen2.5-coder",
        ),
        (None, Provider::LlamaCpp) => report.say(
            Grade::Bad,
            "the model has no fill-in-the-middle tokens, so it sees only what stands before the cursor; take a coder model such as Qwen2.5-Coder, or set `template`",
        ),
        (None, Provider::OpenAiCompatible) => report.say(
            Grade::Bad,
            "the model's name tells no fill-in-the-middle format, so it sees only what stands before the cursor; set `template` to its family's",
        ),
    }
}

/// A tiny completion, measured; whether it was answered.
async fn first_token(completer: &Arc<LlmCompleter>, report: &mut Report) -> bool {
    let endpoint = completer.endpoint();
    let budget = Budget { context_tokens: endpoint.context_tokens(), max_output_tokens: 16 };
    let prompt = FimPrompt {
        path: "add.py".into(),
        prefix: redact("def add(a, b):\n    return "),
        suffix: redact("\n"),
        ..FimPrompt::default()
    };
    let ask = Ask { prompt: budget.fit(prompt), candidates: 1, one_line: true };
    let waited = Instant::now();
    let mut outcome = try_once(completer, ask.clone()).await;
    while matches!(outcome, Err(BackendError::Loading(_))) && waited.elapsed() < LOAD {
        while completer.readiness(Instant::now()) == Readiness::Loading && waited.elapsed() < LOAD {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        outcome = try_once(completer, ask.clone()).await;
    }
    match outcome {
        Ok(Some(took)) => {
            let slow = took > Duration::from_secs(2);
            let grade = if slow { Grade::Note } else { Grade::Good };
            let hint = if slow { " (slow: a smaller model, or a GPU, would be felt)" } else { "" };
            report.say(grade, &format!("first token after {} ms{hint}", took.as_millis()));
        }
        Ok(None) => report.say(Grade::Note, "the model said nothing to a tiny test"),
        Err(error) => {
            report.say(Grade::Bad, &error.to_string());
            return false;
        }
    }
    true
}

async fn try_once(completer: &LlmCompleter, ask: Ask) -> Result<Option<Duration>, BackendError> {
    let began = Instant::now();
    let mut stream = completer.backend().stream(ask);
    while let Some(delta) = stream.next().await {
        if let Delta::Text { .. } = delta? {
            return Ok(Some(began.elapsed()));
        }
    }
    Ok(None)
}

/// Without the user's name in paths.
fn anonymous(text: &str) -> String {
    let home = std::env::home_dir().filter(|home| home != Path::new("/"));
    match home.as_ref().and_then(|home| home.to_str()) {
        Some(home) => text.replace(home, "~"),
        None => text.to_owned(),
    }
}
