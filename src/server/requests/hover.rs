//! `textDocument/hover`: what a name is, by the syntax tree at once, and what a model says of it,
//! from what it has said before or as far as it has come when the wait is over.
//!
//! No hover is ever an error: a mouse that moves asks for nothing that could fail.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

use super::code_action::parsed;
use crate::actions::act::Order;
use crate::actions::answer::{self, Given};
use crate::actions::prompts::{PromptError, Prompts};
use crate::backend::Priority;
use crate::chat;
use crate::completion::completer::LlmCompleter;
use crate::config::HoverMode;
use crate::document::uri::DocumentUri;
use crate::hover::explanations::{Flight, Found, Nothing, Said};
use crate::hover::question::{Key, Question};
use crate::hover::shown::{More, shown};
use crate::hover::symbol::Symbol;
use crate::hover::who;
use crate::prompt::ChatPrompt;
use crate::server::{Server, Wire, convert, page};
use crate::workspace::Snapshot;
use crate::workspace::root_config::RootConfig;

/// Documents besides the hovered one in which a declaration is looked for.
const OTHERS: usize = 32;
/// The local store is waited for so long, also by a hover that is not to wait for a model.
const STORE: Duration = Duration::from_millis(20);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Params {
    text_document: lsp::TextDocumentIdentifier,
    position: lsp::Position,
}

/// Answers the request; `null` where there is nothing.
pub(crate) async fn handle(server: &Server, params: Wire<Params>) -> Result<Value> {
    let Params { text_document, position } = params.params()?;
    let began = Instant::now();
    let uri = DocumentUri::new(text_document.uri.as_ref());
    let Some((snapshot, _)) = parsed(server, &uri).await else { return Ok(Value::Null) };
    let settings = server.session.settings(snapshot.root.as_deref());
    let text = &snapshot.document.text;
    let position = convert::position(position);
    let outside = usize::try_from(position.line).is_ok_and(|line| line >= text.line_count());
    if !settings.resolved.settings.enabled || outside {
        return Ok(Value::Null);
    }
    let at = text.byte_of(position, snapshot.encoding);
    let others = server.session.others(&snapshot, OTHERS);
    let looked = snapshot.clone();
    let symbol = tokio::task::spawn_blocking(move || Symbol::at(&looked, at, &others)).await;
    let Some(symbol) = symbol.ok().flatten() else { return Ok(Value::Null) };
    let more = explained(server, &snapshot, &symbol, &settings, began).await;
    let markdown = server.features().hover_markdown;
    Ok(match shown(&symbol, snapshot.document.language, &more, markdown) {
        Some(value) => {
            let kind = if markdown { "markdown" } else { "plaintext" };
            json!({
                "contents": { "kind": kind, "value": value },
                "range": convert::range_to_lsp(text, symbol.range, snapshot.encoding),
            })
        }
        None => Value::Null,
    })
}

/// What a model says of a symbol, as far as that is known in time.
async fn explained(
    server: &Server,
    snapshot: &Snapshot,
    symbol: &Symbol,
    settings: &RootConfig,
    began: Instant,
) -> More {
    let session = &server.session;
    let hover = settings.resolved.settings.hover;
    if hover.mode == HoverMode::Off {
        return More::Nothing;
    }
    let deadline = began + hover.wait;
    let Ok(chain) = session.chat_chain(settings) else { return More::Nothing };
    let Some(first) = chain.first().map(|model| Arc::clone(&model.endpoint().model)) else {
        return More::Nothing;
    };
    for part in [Some(snapshot), symbol.elsewhere.as_ref()].into_iter().flatten() {
        if session.check_sending(part).await.is_err() {
            return More::Nothing;
        }
    }
    let (language, reply) = (snapshot.document.language, session.reply_language(settings));
    let folder = Prompts::folder(session.services.paths.config_file.as_deref());
    let about = symbol.clone();
    let make = move || Question::new(&about, language, &reply, &first, folder.as_deref());
    let Some(question) = made(server, make).await else { return More::Nothing };
    let key = question.key;
    let explanations = &session.services.explanations;
    let kept = timeout_at(deadline.max(began + STORE), explanations.find(&key)).await;
    if let Ok(Some(whole)) = kept {
        return whole_of(server, symbol, &key, &whole).await;
    }
    let asked = who::may_be_asked(hover.mode, chain);
    if asked.is_empty() {
        return More::Nothing;
    }
    let Some(prompt) = made(server, move || question.prompt()).await else {
        return More::Nothing;
    };
    match explanations.join(key, |said| write(prompt, asked, said)) {
        Found::Whole(whole) => whole_of(server, symbol, &key, &whole).await,
        Found::Nothing => More::Nothing,
        Found::Flying(flight) => wait(server, symbol, flight, deadline).await,
    }
}

/// Waits for an explanation; one that is not there in time goes on being written, on a page.
async fn wait(server: &Server, symbol: &Symbol, flight: Arc<Flight>, deadline: Instant) -> More {
    let mut said = flight.watch();
    // Whether it ended in time or not, what there is now counts; it may have broken off without a word.
    let ended = timeout_at(deadline, said.wait_for(|said| said.end.is_some())).await;
    if matches!(ended, Ok(Err(_))) {
        return More::Nothing;
    }
    drop(ended);
    let now = said.borrow().clone();
    match now.end {
        Some(Ok(())) => whole_of(server, symbol, &flight.key(), &now.text).await,
        Some(Err(_)) => More::Nothing,
        None => {
            let text = readable(&now.text);
            let page = begin_page(server, symbol, &flight.key(), &text).await;
            if let Some((file, title)) = page.clone() {
                page::follow(server, file, title, flight.watch(), flight);
            } else {
                let mut said = flight.watch();
                server.tasks.spawn(async move {
                    // Held until it is over.
                    let _flight = flight;
                    let _ = said.wait_for(|said| said.end.is_some()).await;
                });
            }
            More::Part { text, page: page.map(|(file, _)| uri(&file)) }
        }
    }
}

/// A whole explanation, with a page for what is too long for a hover.
async fn whole_of(server: &Server, symbol: &Symbol, key: &Key, text: &str) -> More {
    if !crate::hover::shown::is_long(text) {
        return More::Whole { text: text.to_owned(), page: None };
    }
    let page = begin_page(server, symbol, key, text).await;
    More::Whole { text: text.to_owned(), page: page.map(|(file, _)| uri(&file)) }
}

/// Writes a page; answers it and its title.
async fn begin_page(
    server: &Server,
    symbol: &Symbol,
    key: &Key,
    text: &str,
) -> Option<(PathBuf, String)> {
    let file = page::folder(server)?.join(page::for_hover(&symbol.name, key));
    let title = format!("# `{}`\n\n", symbol.name);
    let written = page::write(&file, format!("{title}{}\n", text.trim_end())).await;
    written.then_some((file, title))
}

fn uri(file: &std::path::Path) -> String {
    DocumentUri::from_path(file).as_str().to_owned()
}

/// What of a text under way can be shown.
fn readable(text: &str) -> String {
    answer::words(Given { text, finish: None }).unwrap_or_default()
}

/// Keeps what a model has said of a declaration when its user asked: hovers show it from now on.
pub(super) async fn remember(server: &Server, order: &Order, text: &str) {
    let session = &server.session;
    let now = session.workspace(|workspace| {
        let current = workspace.log().revision(&order.uri) == Some(order.revision);
        workspace.snapshot(&order.uri).filter(|_| current)
    });
    let Some(snapshot) = now else { return };
    let settings = session.settings(snapshot.root.as_deref());
    let Ok(chain) = session.chat_chain(&settings) else { return };
    let Some(model) = chain.first().map(|model| Arc::clone(&model.endpoint().model)) else {
        return;
    };
    let (language, reply) = (snapshot.document.language, session.reply_language(&settings));
    let folder = Prompts::folder(session.services.paths.config_file.as_deref());
    let target = order.target;
    let key = tokio::task::spawn_blocking(move || {
        let symbol = Symbol::declared(&snapshot, target)?;
        let question = Question::new(&symbol, language, &reply, &model, folder.as_deref());
        question.ok().map(|question| question.key)
    });
    if let Ok(Some(key)) = key.await {
        session.services.explanations.keep(key, text);
    }
}

/// What is made of templates, away from the messages' way; one of the user's that cannot be used is
/// named in the log.
async fn made<T: Send + 'static>(
    server: &Server,
    make: impl FnOnce() -> std::result::Result<T, PromptError> + Send + 'static,
) -> Option<T> {
    match tokio::task::spawn_blocking(make).await.ok()? {
        Ok(made) => Some(made),
        Err(error) => {
            let message = format!("hover: {error}");
            server.client.warn_once(&message.clone(), message);
            None
        }
    }
}

/// Asks the models; what they say goes to `said`.
async fn write(
    prompt: ChatPrompt,
    chain: Vec<Arc<LlmCompleter>>,
    said: watch::Sender<Said>,
) -> (watch::Sender<Said>, std::result::Result<String, Nothing>) {
    let show = |more: &str| said.send_modify(|said| said.text.push_str(more));
    let answer = chat::answer_as(Priority::Fresh, &chain, &prompt, show).await;
    let end = match answer {
        Ok(answer) if answer.broken.is_some() => Err(Nothing::Failed),
        Ok(answer) => answer::explained(Given { text: &answer.text, finish: answer.finish })
            .map_err(|_| Nothing::Useless),
        Err(error) => {
            tracing::debug!("no explanation: {error}");
            Err(Nothing::Failed)
        }
    };
    (said, end)
}
