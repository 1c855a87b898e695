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
use crate::actions::answer::{self, AnswerError, Given};
use crate::actions::knowledge::Knowledge;
use crate::actions::order::Order;
use crate::actions::outcome::Words;
use crate::actions::prompts::{PromptError, Prompts};
use crate::backend::Priority;
use crate::chat::{self, Answer};
use crate::completion::completer::LlmCompleter;
use crate::config::HoverMode;
use crate::document::uri::DocumentUri;
use crate::hover::explanations::{Flight, Found, Nothing, Said};
use crate::hover::question::Question;
use crate::hover::shown::{More, is_long, shown};
use crate::hover::symbol::Symbol;
use crate::hover::who;
use crate::markdown::{safe, settled};
use crate::prompt::ChatPrompt;
use crate::server::talk::Talk;
use crate::server::{Server, Wire, convert, page};
use crate::workspace::Snapshot;
use crate::workspace::root_config::RootConfig;
use crate::workspace::session::sending::Source;

/// Documents besides the hovered one in which a declaration is looked for.
const OTHERS: usize = 32;
/// The local store is waited for so long, also by a hover that is not to wait for a model.
const STORE: Duration = Duration::from_millis(20);
/// What is done when the wait is over takes no longer than this.
const SLACK: Duration = Duration::from_millis(250);

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
    let wait = settings.resolved.settings.hover.wait.max(STORE) + SLACK;
    let more = explained(server, &snapshot, &symbol, &settings, began);
    // Also where a disk is slow.
    let more = timeout_at(began + wait, more).await.unwrap_or(More::Nothing);
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

/// A name that is to be explained.
struct Asking<'a> {
    server: &'a Server,
    snapshot: &'a Snapshot,
    symbol: &'a Symbol,
    /// The models for chat.
    chain: Vec<Arc<LlmCompleter>>,
    question: Question,
    /// When the hover is to be answered.
    deadline: Instant,
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
    if session.check_sending(snapshot).await.is_err() {
        return More::Nothing;
    }
    if let Some(other) = &symbol.elsewhere
        && !session.may_quote(other, snapshot).await
    {
        return More::Nothing;
    }
    let (language, reply) = (snapshot.document.language, session.reply_language(settings));
    let folder = Prompts::folder(session.services.paths.config_file.as_deref());
    let about = symbol.clone();
    let make = move || Question::new(&about, language, &reply, &first, folder.as_deref());
    let Some(question) = made(server, make).await else { return More::Nothing };
    let asked = who::may_be_asked(hover.mode, chain.clone());
    let asking = Asking { server, snapshot, symbol, question, chain, deadline };
    asking.explanation(asked, began).await
}

impl Asking<'_> {
    async fn explanation(self, asked: Vec<Arc<LlmCompleter>>, began: Instant) -> More {
        let (key, deadline) = (self.question.key, self.deadline);
        let explanations = &self.server.session.services.explanations;
        let kept = timeout_at(deadline.max(began + STORE), explanations.find(&key)).await;
        if let Ok(Some(whole)) = kept {
            return self.whole(&whole).await;
        }
        if asked.is_empty() {
            return More::Nothing;
        }
        let Some(prompt) = self.prompt(&asked).await else { return More::Nothing };
        match explanations.join(key, |said| write(prompt, asked, said)) {
            Found::Whole(whole) => self.whole(&whole).await,
            Found::Nothing => More::Nothing,
            Found::Flying(flight) => self.wait(flight).await,
        }
    }

    /// What fits the first of the models.
    async fn prompt(&self, asked: &[Arc<LlmCompleter>]) -> Option<ChatPrompt> {
        let (session, snapshot) = (&self.server.session, self.snapshot);
        let knowledge = Knowledge::of_name(session, snapshot, self.symbol.range).await;
        let stack = session.project(snapshot).await.stack;
        let question = self.question.clone().knowing(knowledge, stack);
        let model = Arc::clone(asked.first()?);
        made(self.server, move || question.prompt(|prompt| chat::fits(&model, prompt))).await?
    }

    /// Waits for an explanation; one that is not there in time goes on being written, on a page.
    async fn wait(self, flight: Arc<Flight>) -> More {
        let mut said = flight.watch();
        // Whether it ended in time or not, what there is now counts.
        let ended = timeout_at(self.deadline, said.wait_for(|said| said.end.is_some())).await;
        if matches!(ended, Ok(Err(_))) {
            // It broke off without a word.
            return More::Nothing;
        }
        drop(ended);
        let now = said.borrow().clone();
        let text = match now.end {
            Some(Ok(())) => return self.whole(&now.text).await,
            Some(Err(nothing)) => return broken(readable(&now.text), &nothing),
            None => readable(&now.text),
        };
        // There is no page before there is something on it.
        let page = if text.is_empty() { None } else { self.page(&text, false).await };
        match &page {
            Some((file, title)) => {
                let talk = self.talk(file.clone()).await;
                page::follow(self.server, file.clone(), title.clone(), flight, talk);
            }
            None => {
                let mut said = flight.watch();
                self.server.tasks.spawn(async move {
                    // Held until it is over.
                    let _flight = flight;
                    let _ = said.wait_for(|said| said.end.is_some()).await;
                });
            }
        }
        More::Part { text, page: page.map(|(file, _)| uri(&file)) }
    }

    /// A whole explanation, with a page for what is too long for a hover.
    async fn whole(self, text: &str) -> More {
        let (text, mut page) = (text.to_owned(), None);
        if is_long(&text) {
            page = self.page(&text, true).await;
            if let Some((file, title)) = &page
                && self.server.talks.get(Some(&DocumentUri::from_path(file))).is_none()
            {
                let begin = self.talk(file.clone()).await;
                begin(on_page(title, &text, true).unwrap_or_default(), text.clone());
            }
        }
        More::Whole { text, page: page.map(|(file, _)| uri(&file)) }
    }

    /// Writes a page; answers it and its title. One that grows, or that has become a conversation, is
    /// left as it is.
    async fn page(&self, text: &str, whole: bool) -> Option<(PathBuf, String)> {
        let (server, symbol) = (self.server, self.symbol);
        let file = page::folder(server)?.join(page::for_hover(&symbol.name, &self.question.key));
        let title = format!("# `{}`\n\n", symbol.name);
        let lives = server.following.holds(&file)
            || server.talks.get(Some(&DocumentUri::from_path(&file))).is_some();
        let written = match on_page(&title, text, whole) {
            _ if lives => true,
            Some(text) => page::write(&file, text).await,
            None => false,
        };
        written.then_some((file, title))
    }

    /// What begins the conversation on a page, once its text and the explanation are there.
    async fn talk(&self, file: PathBuf) -> impl FnOnce(String, String) + Send + use<> {
        let prompt = self.prompt(&self.chain).await;
        let source = Source::of(self.snapshot);
        let talks = self.server.talks.clone();
        move |page_text, text| {
            let Some(prompt) = prompt else { return };
            let page = DocumentUri::from_path(&file);
            let words = Words { text, cut: false, part: None, prompt };
            talks.begin(Talk::new(&page, file, page_text, words, source));
        }
    }
}

fn uri(file: &std::path::Path) -> String {
    DocumentUri::from_path(file).as_str().to_owned()
}

/// What a page has: all of a text, or as much as more of it changes nothing about; nothing where that is
/// no word yet.
fn on_page(title: &str, text: &str, whole: bool) -> Option<String> {
    let text = format!("{title}{}", text.trim_end());
    let end = if whole { text.len() } else { settled(&text) };
    let shown = text.get(..end).filter(|_| end > title.len())?;
    Some(format!("{}\n", safe(shown.trim_end())))
}

/// As much as came, and why it is not all; nothing where nobody said anything.
fn broken(text: String, nothing: &Nothing) -> More {
    match nothing.words().filter(|_| !text.is_empty()) {
        Some(why) => More::Broken { text, why },
        None => More::Nothing,
    }
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
        Ok(Answer { broken: Some(why), .. }) => Err(Nothing::Broken(why.to_string())),
        Ok(answer) => answer::explained(Given { text: &answer.text, finish: answer.finish })
            .map_err(|why| match why {
                AnswerError::CutOff => Nothing::CutOff,
                _ => Nothing::Useless,
            }),
        Err(error) => {
            tracing::debug!("no explanation: {error}");
            Err(Nothing::Failed)
        }
    };
    (said, end)
}
