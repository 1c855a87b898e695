//! `foretype prompts list | show | render`.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::args::{PromptsCommand, RenderPrompt};
use super::{print, project};
use crate::actions::knowledge::Knowledge;
use crate::actions::offers::{Wanted, offers};
use crate::actions::prompts::Prompts;
use crate::actions::subject::Subject;
use crate::actions::task::Task;
use crate::config::Paths;
use crate::document::offset::{ByteRange, Encoding, Position};
use crate::hover::question;
use crate::hover::symbol::Symbol;
use crate::prompt::ChatPrompt;

/// Runs the subcommand.
///
/// # Errors
/// If there is no such prompt or it cannot be used.
pub async fn run(paths: Paths, what: PromptsCommand) -> Result<ExitCode> {
    let folder = Prompts::folder(paths.config_file.as_deref());
    let prompts = Prompts::read(folder.as_deref())?;
    match what {
        PromptsCommand::List => {
            for (name, template) in prompts.all() {
                let kind = if template.action { "" } else { " (a part of others)" };
                let place = template
                    .file
                    .as_ref()
                    .map_or("built in".to_owned(), |file| file.display().to_string());
                print(&format!("{name:<12} {place}{kind}\n"))?;
            }
            if let Some(folder) = folder {
                let folder = folder.display();
                print(&format!("\nA file {folder}/NAME.jinja takes the place of one.\n"))?;
            }
        }
        PromptsCommand::Show { name } => print(&prompts.get(&name)?.text)?,
        PromptsCommand::Render(render) => return self::render(paths, &prompts, render).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// What the model would be told at a place; no model is asked.
async fn render(paths: Paths, prompts: &Prompts, args: RenderPrompt) -> Result<ExitCode> {
    let RenderPrompt { name, place } = args;
    let (session, problems) = project::session(paths, project::root_of(&place.file));
    for problem in problems {
        eprintln!("{problem}");
    }
    let (uri, document) = project::open(&place.file)?;
    if let Some(syntax) = document.syntax() {
        // Without a tree the lines tell.
        let _ = syntax.when_fresh().await;
    }
    session.workspace(|workspace| workspace.set_encoding(Encoding::Utf32));
    session.open(document);
    let snapshot = session.workspace(|workspace| workspace.snapshot(&uri)).context("no file")?;
    let line = u32::try_from(place.line - 1)?;
    let column = u32::try_from(place.column - 1)?;
    let at = snapshot.document.text.byte_of(Position::new(line, column), Encoding::Utf32);
    if let Err(why) = session.check_sending(&snapshot).await {
        eprintln!("foretype: no model is ever told this: {why}");
    }
    let settings = session.settings(snapshot.root.as_deref());
    let reply = session.reply_language(&settings);
    if name == question::PROMPT {
        let symbol = Symbol::at(&snapshot, at, &[]).context("no name stands there")?;
        let values = question::values(&symbol, snapshot.document.language, &reply);
        return told(&prompts.render(&name, &values)?);
    }
    let customs: Vec<_> = settings.resolved.settings.actions.values().cloned().collect();
    let wanted = Wanted { customs: &customs, ..Wanted::default() };
    let all = offers(&snapshot.document, ByteRange::empty(at), &wanted);
    let Some(offer) =
        all.iter().find(|offer| offer.task.to_string() == name || offer.task.prompt() == name)
    else {
        prompts.get(&name)?;
        let mut names: Vec<String> = all.iter().map(|offer| offer.task.to_string()).collect();
        names.dedup();
        bail!("`{name}` is not offered there; there are: {}", names.join(", "));
    };
    let mut subject = Subject::new(&snapshot, &offer.task, offer.target, ByteRange::empty(at))?
        .made_with(&session.project(&snapshot).await, &snapshot.document);
    subject.values.reply_language = reply;
    let knowledge = Knowledge::gather(&session, &snapshot, &offer.task, subject.region).await;
    subject = subject.knowing(knowledge);
    told(&match &offer.task {
        Task::Custom(own) => prompts.clone().render_own(own, subject.values)?,
        task => prompts.render(task.prompt(), &subject.values)?,
    })
}

fn told(prompt: &ChatPrompt) -> Result<ExitCode> {
    print(&format!("{}\n\n=== user\n", prompt.system.as_str()))?;
    for message in &prompt.messages {
        print(&format!("{}\n", message.text.as_str()))?;
    }
    Ok(ExitCode::SUCCESS)
}
