//! `foretype context FILE:LINE:COLUMN`: what a model would be shown there. No model is asked.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::args::Context;
use super::{print, project};
use crate::completion::once::seen;
use crate::completion::silence::Silence;
use crate::config::{ModelChoice, Paths, Purpose, WORKSPACE};
use crate::context::fit::LeftOut;
use crate::context::gather::Gathered;
use crate::document::DocumentSnapshot;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange, Encoding};
use crate::prompt::FittedFim;
use crate::prompt::budget::estimate;
use crate::workspace::root_config::RootConfig;

/// How long the workspace's files are read.
const READING: Duration = Duration::from_secs(120);
/// How long is waited for what is gathered: nobody types.
const PATIENCE: Duration = Duration::from_secs(60);

/// One part of the prompt.
struct Part<'a> {
    name: &'a str,
    path: &'a str,
    /// Which lines of it, the first and the last, from 1; `None` where it is no stretch of a file.
    lines: Option<(u32, u32)>,
    tokens: usize,
    why: String,
    text: &'a str,
}

/// What is not in the prompt.
struct Absent {
    name: &'static str,
    path: String,
    what: String,
    tokens: usize,
    why: String,
}

/// Shows the prompt. Exit code 0; 1 where nothing would be sent.
///
/// # Errors
/// If the file, the place or the configuration cannot be used.
pub async fn run(paths: Paths, args: Context) -> Result<ExitCode> {
    let Context { place, model, json } = args;
    let root = project::root_of(&place.file);
    let (session, problems) = project::session(paths, root.clone());
    for problem in problems {
        eprintln!("{problem}");
    }
    let (uri, document) = project::open(&place.file)?;
    let position = super::complete::position(document.text(), place.line, place.column)
        .with_context(|| {
            format!("{}:{}:{}: no such place", place.file.display(), place.line, place.column)
        })?;
    session.workspace(|workspace| workspace.set_encoding(Encoding::Utf32));
    session.open(document);
    if let Some(name) = &model {
        project::choose(&session, Purpose::Completion, name)?;
    }
    let settings = session.settings(root.as_deref());
    project::find_server(&session, &settings.resolved.settings.completion.model).await;
    session.surroundings.be_patient(PATIENCE);
    project::read_symbols(&session, READING).await;
    let (request, gate) = match session.once(&uri, position) {
        Ok(parts) => parts,
        Err(silence) => return refused(&silence),
    };
    let language = match gate.await {
        Ok(language) => language,
        Err(silence) => return refused(&silence),
    };
    let settings = session.settings(root.as_deref());
    let chain = session.chain(&settings).unwrap_or_default();
    let Some(completer) = chain.first() else { bail!(without_prompt(&settings)) };
    let (query, gathered) = seen(&request, language).await;
    let prompt = completer.ask(&query).prompt;
    let parts = parts(&prompt, &gathered);
    let absent = absent(&prompt, &gathered, &request.snapshot.document, request.at);
    let total: usize = parts.iter().map(|part| part.tokens).sum();
    let model = &completer.endpoint().model;
    let window = completer.endpoint().context_tokens();
    if json {
        let left_out: Vec<Value> = absent.iter().map(absent_value).collect();
        let shown = json!({
            "model": model.name,
            "context_tokens": window,
            "output_tokens": prompt.max_output_tokens(),
            "tokens_estimate": total,
            "parts": parts.iter().map(part_value).collect::<Vec<_>>(),
            "left_out": left_out,
        });
        print(&format!("{shown:#}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut page = format!(
        "model {}: a window of {window} tokens, {} of them for the answer\n\n",
        model.name,
        prompt.max_output_tokens()
    );
    for part in &parts {
        page += &row(part.tokens, part.name, &part.place(), &part.why);
    }
    page += &row(total, "in all", "", "estimated");
    if !absent.is_empty() {
        page += "\nleft out\n";
        for Absent { name, path, what, tokens, why } in &absent {
            page += &row(*tokens, name, format!("{path} {what}").trim_end(), why);
        }
    }
    for part in &parts {
        let line_end = if part.text.ends_with('\n') { "" } else { "\n" };
        page += &format!("\n=== {} {}\n{}{line_end}", part.name, part.place(), part.text);
    }
    print(&page)?;
    Ok(ExitCode::SUCCESS)
}

impl Part<'_> {
    /// The path, and the lines where it is some of a file.
    fn place(&self) -> String {
        match self.lines {
            Some((first, last)) => format!("{}:{first}-{last}", self.path),
            None => self.path.to_owned(),
        }
    }
}

/// What is sent, in its order.
fn parts<'a>(prompt: &'a FittedFim, gathered: &'a Gathered) -> Vec<Part<'a>> {
    let prompt = prompt.prompt();
    let mut parts: Vec<Part<'a>> = Vec::new();
    for (file, snippet) in prompt.files.iter().zip(&gathered.snippets) {
        parts.push(Part {
            name: snippet.origin.name(),
            path: &file.path,
            lines: snippet.lines.as_ref().map(|lines| (lines.start + 1, lines.end)),
            tokens: file.tokens(),
            why: snippet.why.to_string(),
            text: file.text.as_str(),
        });
    }
    for (name, text, why) in [
        ("prefix", &prompt.prefix, "before the line"),
        ("typed", &prompt.middle, "of the line, up to the cursor"),
        ("suffix", &prompt.suffix, "after the cursor"),
    ] {
        parts.push(Part {
            name,
            path: &prompt.path,
            lines: None,
            tokens: estimate(text.as_str()),
            why: why.to_owned(),
            text: text.as_str(),
        });
    }
    parts
}

/// What is not sent: snippets that were not taken, those that the model's window has no room for after
/// all, and what of the document lies beyond it.
fn absent(
    prompt: &FittedFim,
    gathered: &Gathered,
    document: &DocumentSnapshot,
    at: ByteOffset,
) -> Vec<Absent> {
    let prompt = prompt.prompt();
    let of = |left: &LeftOut| Absent {
        name: left.origin.name(),
        path: left.path.to_string(),
        what: left.name.clone(),
        tokens: left.tokens,
        why: left.why.to_owned(),
    };
    let mut absent: Vec<Absent> = gathered.left_out.iter().map(of).collect();
    let beyond = gathered.snippets.iter().zip(&*gathered.files).skip(prompt.files.len());
    absent.extend(beyond.map(|(snippet, file)| Absent {
        name: snippet.origin.name(),
        path: file.path.clone(),
        what: String::new(),
        tokens: file.tokens(),
        why: "no room in the model's window".to_owned(),
    }));
    let text = &document.text;
    let whole = |from, to| normalise(&text.slice(ByteRange::new(from, to)));
    let (before, after) = (whole(ByteOffset(0), at), whole(at, text.end()));
    let lines = |text: &str| text.matches('\n').count();
    let size = |text: &str| (lines(text), estimate(text));
    let (prefix, typed) = (size(prompt.prefix.as_str()), size(prompt.middle.as_str()));
    let shown_before = (prefix.0 + typed.0, prefix.1 + typed.1);
    for (name, whole, shown) in [
        ("prefix", size(&before), shown_before),
        ("suffix", size(&after), size(prompt.suffix.as_str())),
    ] {
        let missing = whole.0.saturating_sub(shown.0);
        if missing > 0 {
            absent.push(Absent {
                name,
                path: prompt.path.clone(),
                what: String::new(),
                tokens: whole.1.saturating_sub(shown.1),
                why: format!("no room: {missing} of {} lines", whole.0),
            });
        }
    }
    absent
}

fn row(tokens: usize, name: &str, path: &str, why: &str) -> String {
    format!("{:<60}", format!("{tokens:>7}  {name:<13} {path}")).trim_end().to_owned()
        + &format!("  {why}\n")
}

fn part_value(part: &Part<'_>) -> Value {
    let mut value = json!({
        "part": part.name,
        "path": part.path,
        "tokens_estimate": part.tokens,
        "why": part.why,
        "text": part.text,
    });
    if let (Some((first, last)), Some(value)) = (part.lines, value.as_object_mut()) {
        value.insert("lines".to_owned(), json!([first, last]));
    }
    value
}

fn absent_value(left: &Absent) -> Value {
    let mut value = json!({
        "part": left.name,
        "path": left.path,
        "tokens_estimate": left.tokens,
        "why": left.why,
    });
    if let Some(value) = value.as_object_mut().filter(|_| !left.what.is_empty()) {
        value.insert("name".to_owned(), json!(left.what));
    }
    value
}

/// Why there is no prompt to be shown, and what to do.
fn without_prompt(settings: &RootConfig) -> String {
    match &settings.resolved.settings.completion.model {
        ModelChoice::Workspace(name) if name != WORKSPACE => format!(
            "there is no prompt: `completion.model` is the workspace model `{name}`, which is sent none; \
             name one of your models with --model"
        ),
        _ => "there is no prompt: no model is configured that is sent one, and no local server was found, so \
              the workspace model completes; start llama.cpp or Ollama, run `foretype config init`, or name \
              one of your models with --model"
            .to_owned(),
    }
}

/// Where nothing is wrong, nothing being sent is an answer.
fn refused(silence: &Silence) -> Result<ExitCode> {
    match silence {
        Silence::NoModel | Silence::Model(_) | Silence::NotOpen => bail!("{silence}"),
        silence => {
            eprintln!("foretype: nothing is sent: {silence}");
            Ok(ExitCode::FAILURE)
        }
    }
}
