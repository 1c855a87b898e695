//! Follow-ups: the conversation that began with an explanation goes on, by the code actions on its
//! page or by the command `foretype.followUp`.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};

use crate::actions::answer::{self, Given};
use crate::actions::outcome::{CUT_OFF, broke_off};
use crate::backend::FinishReason;
use crate::backend::error::BackendError;
use crate::chat::{self, Heard};
use crate::document::uri::DocumentUri;
use crate::markdown::{closed, safe, safe_from};
use crate::server::capabilities::FOLLOW_UP;
use crate::server::client::Level;
use crate::server::explanation::Sofar;
use crate::server::page::Page;
use crate::server::progress::{Pace, Work};
use crate::server::talk::Talk;
use crate::server::{Server, page};
use crate::workspace::Snapshot;
use crate::workspace::session::sending::Source;

/// Longest question, characters.
const LONGEST: usize = 8_000;
/// Characters of a question that stand in a heading.
const HEADING: usize = 80;

/// What can be asked by keys alone: its name, its title, and what the model is told.
const READY: [(&str, &str, &str); 4] = [
    ("shorter", "Shorter", "Say it again, in a third of the words."),
    ("detail", "In more detail", "Go into more detail, step by step."),
    (
        "simpler",
        "In simpler words",
        "Say it again in simpler words, for someone new to the language.",
    ),
    ("example", "With an example", "Give a short example that shows it."),
];
/// What stands on the page below the last line.
const WRITTEN: &str = "written";

#[derive(Deserialize)]
struct Argument {
    /// The page's URI; without it the conversation used last.
    page: Option<String>,
    /// The user's words.
    words: Option<String>,
    /// Or one of the questions that stand ready.
    ask: Option<String>,
}

/// What can be asked on a page; nothing where the document is none.
pub(super) fn offers(server: &Server, uri: &DocumentUri, only: Option<&[String]>) -> Option<Value> {
    let Some(talk) = server.talks.get(Some(uri)) else {
        // A page of an earlier day: there is nothing to go on with, and nothing else to do either.
        let pages = page::folder(server)?;
        let ours = uri.to_path().is_some_and(|path| path.starts_with(&pages));
        return ours.then(|| json!([]));
    };
    let wanted = |kind: &str| {
        let under = |only: &String| kind == only || kind.starts_with(&format!("{only}."));
        only.is_none_or(|only| {
            only.is_empty() || only.iter().any(|only| only.is_empty() || under(only))
        })
    };
    let literals = server.features().action_literals;
    let item = |name: &str, title: &str| {
        let argument = json!({ "page": uri.as_str(), "ask": name });
        let command = json!({ "title": title, "command": FOLLOW_UP, "arguments": [argument] });
        let kind = format!("{FOLLOW_UP}.{name}");
        let whole = || json!({ "title": title, "kind": kind, "command": command });
        wanted(&kind).then(|| if literals { whole() } else { command.clone() })
    };
    let written = written(server, &talk)
        .and_then(|words| item(WRITTEN, &format!("Ask “{}”", heading(&words))));
    let ready = READY.iter().filter_map(|(name, title, _)| item(name, title));
    Some(written.into_iter().chain(ready).collect())
}

/// Runs the command. What goes wrong is a message to the user.
pub(super) async fn handle(
    server: &Server,
    argument: Value,
    token: Option<Value>,
) -> Result<Value> {
    let argument: Option<Argument> = serde_json::from_value(argument).ok();
    let argument = argument.filter(|argument| argument.words.is_some() || argument.ask.is_some());
    let Argument { page, words, ask } = argument.ok_or_else(|| {
        Error::invalid_params("foretype.followUp takes { \"page\": …, \"words\": … }")
    })?;
    let page = page.map(|page| DocumentUri::new(&page));
    let tell = |why: &str| {
        server.client.show(Level::Warning, &format!("foretype: {why}"));
        Ok(Value::Null)
    };
    let (talk, mut turn) = match server.talks.take_turn(page.as_ref()) {
        Ok(taken) => taken,
        Err(why) => return tell(&why.to_string()),
    };
    let question = match (words, ask.as_deref()) {
        (Some(words), _) => Question::said(&words),
        (None, Some(WRITTEN)) => {
            written(server, &talk).map(|words| Question { title: None, words })
        }
        (None, Some(name)) => {
            let ready = READY.iter().find(|(known, ..)| *known == name);
            ready.map(|(_, title, words)| Question {
                title: Some((*title).to_owned()),
                words: (*words).to_owned(),
            })
        }
        (None, None) => None,
    };
    let Some(question) = question else {
        return tell("there is nothing to ask; write a question below the last line of the page");
    };
    if question.words.chars().count() > LONGEST {
        return tell("the question is too long; keep it to a few paragraphs");
    }
    let settings = server.session.settings(talk.source.root.as_deref());
    let chain =
        match may_ask(server, &talk).await.and_then(|()| server.session.chat_chain(&settings)) {
            Ok(chain) => chain,
            Err(why) => return tell(&why.to_string()),
        };
    let prompt = talk.asked(&question.words);
    let work = Work::begin_here(server, token, "foretype: follow-up").await;
    let kept = on_page(server, &talk);
    // What its user has written there may end in a fence.
    let before = format!("{}{}", closed(&kept), question.heading());
    let shows = open(server, &talk).is_none() && server.features().show_document;
    let page = Page::begin(server, talk.file.clone(), before.clone(), kept.len(), shows);
    turn.grows(page.watch(), kept.len());
    let (mut sofar, mut pace) = (Sofar::new(false), Pace::default());
    let answering = chat::answer_with_pauses(&chain, &prompt, |heard| {
        let text = match heard {
            Heard::Text(text) => text,
            Heard::Waiting(why) => return work.report(why),
        };
        sofar.add(text);
        page.add(text);
        if pace.is_due() {
            work.report(&sofar.message());
        }
    });
    let answer = tokio::select! {
        answer = answering => answer,
        () = work.cancelled.cancelled() => return Err(Error::request_cancelled()),
    };
    drop(work);
    match answer.map_err(|why| (Level::Error, why.to_string())).and_then(useful) {
        Ok((words, cut)) => {
            let end = if cut { format!("\n\n*{CUT_OFF}*") } else { String::new() };
            let whole = safe_from(&format!("{before}{words}{end}\n"), kept.len());
            if !page.finish(&whole).await {
                tell("the page could not be written; look whether the disk is full")?;
            }
            turn.answered(prompt, &words, whole);
            Ok(json!({ "page": talk.page.as_str(), "text": safe(&words) }))
        }
        Err((level, why)) => {
            let come = sofar.text().trim();
            if !come.is_empty() {
                // It has been seen.
                let come = format!("{before}{come}");
                let left = page::ended(&come, before.len(), kept.len(), &broke_off(&why));
                page.finish(&left).await;
                turn.left(left);
            }
            server.client.show(level, &format!("foretype: {why}"));
            Ok(Value::Null)
        }
    }
}

/// A question for the page and for the model.
struct Question {
    /// Its heading; `None` where its user has written it there.
    title: Option<String>,
    words: String,
}

impl Question {
    fn said(words: &str) -> Option<Self> {
        let words = words.trim();
        (!words.is_empty()).then(|| Self { title: Some(words.to_owned()), words: words.to_owned() })
    }

    fn heading(&self) -> String {
        let Some(title) = &self.title else { return "\n\n".to_owned() };
        let short = heading(title);
        if short == title.trim() {
            return format!("\n\n## {short}\n\n");
        }
        let quoted: String = title.lines().map(|line| format!("> {line}\n")).collect();
        format!("\n\n## {short}\n\n{quoted}\n")
    }
}

/// The beginning of a question, on one line.
fn heading(words: &str) -> String {
    let line = words.trim().lines().next().unwrap_or("").trim_start_matches(['#', '>', ' ']);
    let mut short: String = line.chars().take(HEADING).collect();
    if short.len() < words.trim().len() && short.len() < line.len() {
        short.push('…');
    }
    short
}

/// The words, and whether they are cut off.
fn useful(answer: chat::Answer) -> std::result::Result<(String, bool), (Level, String)> {
    let given = Given { text: &answer.text, finish: answer.finish };
    let cut = answer.finish == Some(FinishReason::Length);
    match answer.broken {
        Some(broken) => Err((Level::Error, BackendError::to_string(&broken))),
        None => answer::words(given)
            .map(|words| (words, cut))
            .map_err(|why| (Level::Warning, why.to_string())),
    }
}

/// Whether the document that it is about may still be sent.
async fn may_ask(
    server: &Server,
    talk: &Talk,
) -> std::result::Result<(), crate::completion::silence::Silence> {
    let open = server.session.workspace(|workspace| workspace.snapshot(&talk.source.uri));
    // It may have another language or another folder by now.
    let source = open.as_ref().map_or_else(|| talk.source.clone(), Source::of);
    server.session.check_sending_of(&source).await
}

fn open(server: &Server, talk: &Talk) -> Option<Snapshot> {
    server.session.workspace(|workspace| workspace.snapshot(&talk.page))
}

fn text_of(open: &Snapshot) -> String {
    open.document.text.whole().into_owned()
}

/// What the user has written on the page.
fn written(server: &Server, talk: &Talk) -> Option<String> {
    talk.written_below(&text_of(&open(server, talk)?))
}

/// The page as it is, without blanks at its end.
fn on_page(server: &Server, talk: &Talk) -> String {
    let open = open(server, talk).map(|open| text_of(&open));
    let text = open.unwrap_or_else(|| talk.text.clone());
    crate::document::line_ending::normalise(&text).trim_end().to_owned()
}
