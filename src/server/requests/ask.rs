//! The command `foretype.ask`: a conversation, answered by the model for chat. With a
//! `workDoneToken` its progress is told, with a `partialResultToken` its text as it comes.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use crate::actions::knowledge::Knowledge;
use crate::backend::FinishReason;
use crate::chat::{self, Heard};
use crate::guard::{Redacted, redact};
use crate::prompt::{ChatPrompt, Message, Role};
use crate::server::Server;
use crate::server::progress::{Pace, Work};

/// LSP 3.17, "RequestFailed".
const REQUEST_FAILED: i64 = -32803;

/// The tokens a request came with.
pub(crate) struct Tokens {
    pub work_done: Option<Value>,
    pub partial: Option<Value>,
}

#[derive(Deserialize)]
struct Question {
    /// The turns so far, the last one the user's.
    messages: Vec<Turn>,
}

#[derive(Deserialize)]
struct Turn {
    role: Speaker,
    text: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Speaker {
    User,
    Assistant,
}

/// Asks.
pub(crate) async fn handle(
    server: &Server,
    question: Value,
    root: Option<&Path>,
    tokens: Tokens,
) -> Result<Value> {
    let Question { messages } = serde_json::from_value(question).map_err(|_| {
        Error::invalid_params(
            "foretype.ask takes { \"messages\": [{ \"role\": \"user\", \"text\": … }] }",
        )
    })?;
    let messages: Vec<Message> = messages.into_iter().map(turn).collect();
    if messages.last().is_none_or(|last| last.role != Role::User || last.text.is_empty()) {
        return Err(Error::invalid_params("foretype.ask needs a question as its last message"));
    }
    let settings = server.session.settings(root);
    let chain = server.session.chat_chain(&settings).map_err(|why| failed(&why.to_string()))?;
    let name = chain.first().map(|model| model.endpoint().model.name.clone()).unwrap_or_default();
    let question = messages.last().map(|last| last.text.clone()).unwrap_or_default();
    let system = match root {
        Some(root) => Knowledge::of_question(&server.session, root, &question).await,
        None => Redacted::default(),
    };
    let prompt = ChatPrompt { system, messages };
    let work = Work::begin(server, tokens.work_done, &format!("foretype: asking {name}"));
    let mut telling =
        Telling { server, work: &work, partial: tokens.partial, chars: 0, pace: Pace::default() };
    let answer = tokio::select! {
        answer = chat::answer_with_pauses(&chain, &prompt, |heard| match heard {
            Heard::Text(text) => telling.text(text),
            Heard::Waiting(why) => work.report(why),
        }) => answer,
        () = work.cancelled.cancelled() => return Err(Error::request_cancelled()),
    };
    drop(work);
    let answer = answer.map_err(|error| failed(&error.to_string()))?;
    Ok(json!({
        "text": answer.text,
        "model": answer.model,
        "usage": answer.usage,
        "cutOff": answer.finish == Some(FinishReason::Length),
        "broken": answer.broken.map(|error| error.to_string()),
    }))
}

fn turn(turn: Turn) -> Message {
    let role = match turn.role {
        Speaker::User => Role::User,
        Speaker::Assistant => Role::Assistant,
    };
    Message { role, text: redact(&turn.text) }
}

fn failed(why: &str) -> Error {
    let mut error = Error::new(ErrorCode::from(REQUEST_FAILED));
    error.message = why.to_owned().into();
    error
}

/// Tells of an answer under way.
struct Telling<'a> {
    server: &'a Server,
    work: &'a Work,
    partial: Option<Value>,
    chars: usize,
    pace: Pace,
}

impl Telling<'_> {
    fn text(&mut self, text: &str) {
        self.chars += text.chars().count();
        if let Some(token) = &self.partial {
            self.server.client.progress(token, &json!({ "text": text }));
        }
        if self.pace.is_due() {
            self.work.report(&format!("{} characters", self.chars));
        }
    }
}
