//! `foretype ask QUESTION`: one question to the model for chat, its answer streamed to the
//! terminal. Ctrl-C closes the connection.

use std::io::{ErrorKind, IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::args::Ask;
use super::{print, project, write};
use crate::actions::knowledge::Knowledge;
use crate::chat::{self, Answer};
use crate::config::{Paths, Purpose};
use crate::guard::{Redacted, redact};
use crate::prompt::ChatPrompt;
use crate::workspace::session::Session;

/// How long the workspace's code is embedded; what is missing then is left for the next time.
const EMBEDDING: Duration = Duration::from_secs(10);
/// Longest question, bytes.
const LONGEST: u64 = 1024 * 1024;

/// Prints the answer. Exit code 0 with a whole one, 1 with a part, 2 where something is wrong.
///
/// # Errors
/// If there is no question, or no model that answers it.
pub async fn run(paths: Paths, args: Ask) -> Result<ExitCode> {
    let question = question(&args)?;
    // As for a file in this folder.
    let root = std::env::current_dir().ok().and_then(|here| project::root_of(&here.join("x")));
    let (session, problems) = project::session(paths, root.clone());
    for problem in problems {
        eprintln!("{problem}");
    }
    if let Some(name) = &args.model {
        project::choose(&session, Purpose::Chat, name)?;
    }
    let settings = session.settings(root.as_deref());
    project::find_server(&session, &settings.resolved.settings.chat.model).await;
    let chain = session
        .chat_chain(&settings)
        .map_err(|why| anyhow::anyhow!("no model for chat: {why}; set `chat.model`"))?;
    let question = redact(&question);
    let system = match &root {
        Some(root) => told(&session, root, &question).await,
        None => Redacted::default(),
    };
    let prompt = ChatPrompt::question(system, question);
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

/// What the model is told beside the question, as in an editor.
async fn told(session: &Arc<Session>, root: &Path, question: &Redacted) -> Redacted {
    let waiting = project::embed(session, root, EMBEDDING).await;
    let system = Knowledge::of_question(session, root, question).await;
    if let Some(why) = waiting.or_else(|| session.embedding.trouble()) {
        eprintln!("foretype: the workspace's code was searched by words: {why}");
    }
    system
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

/// The question, and behind it what is piped in.
fn question(args: &Ask) -> Result<String> {
    let mut question = args.question.join(" ");
    if !std::io::stdin().is_terminal() {
        let mut input = Vec::new();
        std::io::stdin().take(LONGEST + 1).read_to_end(&mut input).context("standard input")?;
        if input.len() as u64 > LONGEST {
            bail!("standard input: is longer than {} KiB; give less of it", LONGEST / 1024);
        }
        let input = String::from_utf8(input).ok().context("standard input: is no UTF-8 text")?;
        if !question.is_empty() && !input.trim().is_empty() {
            question.push_str("\n\n");
        }
        question.push_str(&input);
    }
    if question.trim().is_empty() {
        bail!("there is no question; write it behind `foretype ask` or pipe it in");
    }
    Ok(question)
}
