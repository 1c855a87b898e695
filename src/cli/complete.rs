//! `foretype complete FILE:LINE:COLUMN`: one suggestion, streamed to the terminal.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::args::Complete;
use super::{print, project};
use crate::backend::error::BackendError;
use crate::completion::once::{Once, loaded, once};
use crate::completion::silence::Silence;
use crate::config::{Paths, Purpose};
use crate::document::offset::{Encoding, Position};
use crate::document::text::Text;

/// How long a model may load before the command gives up.
const LOAD: Duration = Duration::from_secs(300);

/// How long the workspace's files are read at most.
const READING: Duration = Duration::from_secs(5);

/// Prints the suggestion. Exit code 0 with one, 1 without, 2 where something is wrong.
///
/// # Errors
/// If the file, the place, the configuration or the model cannot be used.
pub async fn run(paths: Paths, args: Complete) -> Result<ExitCode> {
    let Complete { place, model, json, explain } = args;
    let (session, problems) = project::session(paths, project::root_of(&place.file));
    for problem in problems {
        eprintln!("{problem}");
    }
    let (uri, document) = project::open(&place.file)?;
    let position = position(document.text(), place.line, place.column).with_context(|| {
        format!("{}:{}:{}: no such place", place.file.display(), place.line, place.column)
    })?;
    session.workspace(|workspace| workspace.set_encoding(Encoding::Utf32));
    session.open(document);
    if let Some(name) = &model {
        project::choose(&session, Purpose::Completion, name)?;
    }
    let settings = session.settings(None);
    project::find_server(&session, &settings.resolved.settings.completion.model).await;
    project::index(&session).await;
    session.surroundings.be_patient(READING);
    project::read_symbols(&session, READING).await;
    let began = Instant::now();
    let mut shown =
        Shown { live: !json && std::io::stdout().is_terminal(), printed: String::new() };
    let answer = loop {
        let (request, gate) = match session.once(&uri, position) {
            Ok(parts) => parts,
            Err(silence) => break refused(silence)?,
        };
        let language = match gate.await {
            Ok(language) => language,
            Err(silence) => break refused(silence)?,
        };
        let completer = request.chain.first().map(Arc::clone).context("no model")?;
        match once(&request, language, |text| shown.show(text)).await {
            Err(BackendError::Loading(name)) if began.elapsed() < LOAD => {
                eprintln!("{name} is loading the model; waiting (Ctrl-C ends)");
                let _ = loaded(completer.as_ref(), LOAD).await;
            }
            other => break other?,
        }
    };
    if explain && !json {
        explain_rules(&answer);
    }
    finish(&answer, &shown, json)
}

/// Where nothing is wrong, silence is an answer.
fn refused(silence: Silence) -> Result<Once> {
    match silence {
        Silence::NoModel | Silence::Model(_) | Silence::NotOpen => bail!("{silence}"),
        silence => Ok(Once::silent(silence)),
    }
}

/// The rules go where no program takes them for the suggestion.
fn explain_rules(answer: &Once) {
    match answer.rules.as_slice() {
        [] => eprintln!("rules: the model's text fits as it is"),
        rules => eprintln!("rules: {}", rules.join(", ")),
    }
}

fn finish(answer: &Once, shown: &Shown, json: bool) -> Result<ExitCode> {
    if json {
        let text = answer.item.as_ref().map(|item| item.edit.text.as_str());
        let value = json!({
            "text": text,
            "reason": answer.silence.as_ref().map(ToString::to_string),
            "rules": answer.rules,
            "model": answer.model,
            "first_token_ms": answer.first_token.map(|time| time.as_secs_f64() * 1e3),
            "total_ms": answer.total.as_secs_f64() * 1e3,
            "prompt_bytes": answer.prompt_bytes,
            "prompt_tokens_estimate": answer.prompt_tokens,
            "usage": answer.usage,
        });
        print(&format!("{value}\n"))?;
    } else if let Some(item) = &answer.item {
        let text = &item.edit.text;
        match text.strip_prefix(&shown.printed) {
            Some(rest) => print(&format!("{rest}\n"))?,
            // What was shown while it streamed was cut afterwards.
            None => print(&format!("\n--\n{text}\n"))?,
        }
    }
    match &answer.silence {
        Some(silence) if answer.item.is_none() => {
            eprintln!("foretype: no suggestion: {silence}");
            Ok(ExitCode::FAILURE)
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Whole lines are shown as they come: the last one may still be cut.
struct Shown {
    live: bool,
    printed: String,
}

impl Shown {
    fn show(&mut self, text: &str) {
        let Some(end) = text.rfind('\n').filter(|_| self.live) else { return };
        let whole = text.get(..end).unwrap_or("");
        if let Some(more) = whole.strip_prefix(&self.printed).filter(|more| !more.is_empty())
            && print(more).is_ok()
        {
            self.printed = whole.to_owned();
        }
    }
}

/// A place counted from 1, columns in characters after a byte order mark.
pub(super) fn position(text: &Text, line: usize, column: usize) -> Result<Position> {
    if line > text.line_count() {
        bail!("the file has {} lines", text.line_count());
    }
    let length = text.line(line - 1).chars().count();
    let mark = usize::from(line == 1 && text.line(0).starts_with('\u{feff}'));
    if column + mark > length + 1 {
        bail!("line {line} has {} characters", length - mark);
    }
    Ok(Position::new(u32::try_from(line - 1)?, u32::try_from(column - 1 + mark)?))
}
