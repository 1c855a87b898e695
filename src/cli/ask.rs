//! `foretype ask QUESTION`: one question to the model for chat, its answer streamed to the
//! terminal. Ctrl-C closes the connection.

use std::io::{ErrorKind, IsTerminal, Read};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::args::Ask;
use super::{print, project, write};
use crate::chat::{self, Answer};
use crate::config::{ModelChoice, Paths, Purpose};
use crate::guard::{Redacted, redact};
use crate::prompt::ChatPrompt;

/// Longest question, bytes.
const LONGEST: u64 = 1024 * 1024;

/// Prints the answer. Exit code 0 with a whole one, 1 with a part, 2 where something is wrong.
///
/// # Errors
/// If there is no question, or no model that answers it.
pub async fn run(paths: Paths, args: Ask) -> Result<ExitCode> {
    let question = question(&args)?;
    let folder = std::env::current_dir().ok();
    let (session, problems) = project::session(paths, folder);
    for problem in problems {
        eprintln!("{problem}");
    }
    if let Some(name) = &args.model {
        project::choose(&session, Purpose::Chat, name)?;
    }
    let settings = session.settings(None);
    if settings.resolved.settings.chat.model == ModelChoice::Auto {
        let found = crate::backend::discovery::find(&session.services).await;
        if let Some(found) = &found {
            eprintln!("{}", found.announcement);
        }
        session.set_found(found.and_then(|found| found.model));
    }
    let chain = session
        .chat_chain(&settings)
        .map_err(|why| anyhow::anyhow!("no model for chat: {why}; set `chat.model`"))?;
    let prompt = ChatPrompt::question(Redacted::default(), redact(&question));
    let began = Instant::now();
    let mut first = None;
    let (unread, mut failure) = (CancellationToken::new(), None);
    let answered = chat::answer(&chain, &prompt, |text| {
        first.get_or_insert_with(|| began.elapsed());
        if !args.json
            && let Err(error) = write(text)
        {
            failure = Some(error);
            unread.cancel();
        }
    });
    let answer = tokio::select! {
        biased;
        () = unread.cancelled() => None,
        answer = answered => Some(answer?),
    };
    let Some(answer) = answer.filter(|_| failure.is_none()) else {
        // Nobody reads on: the rest is neither waited nor paid for.
        return match failure {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(ExitCode::SUCCESS),
        };
    };
    if args.json {
        let ms = |time: std::time::Duration| time.as_secs_f64() * 1e3;
        let value = json!({
            "text": answer.text,
            "model": answer.model,
            "usage": answer.usage,
            "first_token_ms": first.map(ms),
            "total_ms": ms(began.elapsed()),
            "broken": answer.broken.as_ref().map(ToString::to_string),
        });
        print(&format!("{value}\n"))?;
    } else if !answer.text.ends_with('\n') {
        print("\n")?;
    }
    Ok(end(&answer))
}

fn end(answer: &Answer) -> ExitCode {
    match &answer.broken {
        Some(error) => {
            eprintln!("foretype: the answer is not whole: {error}");
            ExitCode::FAILURE
        }
        None => ExitCode::SUCCESS,
    }
}

fn question(args: &Ask) -> Result<String> {
    let mut question = args.question.join(" ");
    if question.trim().is_empty() && !std::io::stdin().is_terminal() {
        let mut input = std::io::stdin().take(LONGEST);
        input.read_to_string(&mut question).context("standard input: is no UTF-8 text")?;
    }
    if question.trim().is_empty() {
        bail!("there is no question; write it behind `foretype ask` or pipe it in");
    }
    Ok(question)
}
