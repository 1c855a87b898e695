//! Chat: a conversation answered by the first of the models chosen for it that can.

pub mod language;

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;

use crate::backend::error::{BackendError, NoText};
use crate::backend::health::Readiness;
use crate::backend::{Ask, ChatAsk, Delta, FinishReason, Priority, Usage};
use crate::completion::completer::LlmCompleter;
use crate::config::settings::Purpose;
use crate::prompt::ChatPrompt;
use crate::prompt::budget::{Budget, estimate};

/// How long a model may load while a conversation waits.
const LOAD: Duration = Duration::from_secs(300);
/// Bytes of an answer that are taken for each token that it may have: tokens of blanks are long.
const BYTES_PER_TOKEN: usize = 16;
/// Bytes of an answer that are taken in any case.
const BYTES: usize = 256 * 1024;

/// An answer, whole or as far as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its text.
    pub text: String,
    /// The configured name of the model that gave it.
    pub model: String,
    /// Why it ended, where the server says.
    pub finish: Option<FinishReason>,
    /// What it cost, where the server says.
    pub usage: Option<Usage>,
    /// It broke off, and why.
    pub broken: Option<BackendError>,
}

/// What is heard of an answer under way.
#[derive(Clone, Copy, Debug)]
pub enum Heard<'a> {
    /// More of its text.
    Text(&'a str),
    /// It is waited for: why, and for how long.
    Waiting(&'a str),
}

/// Asks the models of `chain` in their order, until one answers; `show` gets the text as it comes.
/// Dropping the future closes the connection.
///
/// # Errors
/// Why the first model did not answer, where none did.
pub async fn answer(
    chain: &[Arc<LlmCompleter>],
    prompt: &ChatPrompt,
    show: impl FnMut(&str),
) -> Result<Answer, BackendError> {
    answer_as(Priority::Invoked, chain, prompt, show).await
}

/// As [`answer`]; `hear` is told of pauses as well.
///
/// # Errors
/// As there.
pub async fn answer_with_pauses(
    chain: &[Arc<LlmCompleter>],
    prompt: &ChatPrompt,
    hear: impl FnMut(Heard<'_>),
) -> Result<Answer, BackendError> {
    heard(Priority::Invoked, chain, prompt, hear).await
}

/// As [`answer`], for a question that is more or less urgent.
///
/// # Errors
/// As there.
pub async fn answer_as(
    priority: Priority,
    chain: &[Arc<LlmCompleter>],
    prompt: &ChatPrompt,
    mut show: impl FnMut(&str),
) -> Result<Answer, BackendError> {
    let hear = |heard: Heard<'_>| {
        if let Heard::Text(text) = heard {
            show(text);
        }
    };
    heard(priority, chain, prompt, hear).await
}

async fn heard(
    priority: Priority,
    chain: &[Arc<LlmCompleter>],
    prompt: &ChatPrompt,
    mut hear: impl FnMut(Heard<'_>),
) -> Result<Answer, BackendError> {
    let mut failed = None;
    for model in chain {
        let mut asked = ask(priority, model, prompt, &mut hear).await;
        if matches!(asked, Err(BackendError::Loading(_))) {
            hear(Heard::Waiting(&format!("{} is being loaded", model.endpoint().name())));
            if loaded(model).await {
                asked = ask(priority, model, prompt, &mut hear).await;
            }
        }
        match asked {
            Ok(answer) => return Ok(answer),
            Err(error) => {
                let name = &model.endpoint().model.name;
                tracing::info!(model = name, "no answer: {error}");
                // The user hears of the first: it is the one they chose.
                failed.get_or_insert(error);
            }
        }
    }
    Err(failed.unwrap_or(BackendError::NoModel))
}

/// Whether a conversation fits a model's window as it is.
#[must_use]
pub fn fits(model: &LlmCompleter, prompt: &ChatPrompt) -> bool {
    budget(model).fits_chat(prompt)
}

fn budget(model: &LlmCompleter) -> Budget {
    let endpoint = model.endpoint();
    // The wire format puts the model's own system text before the conversation's.
    let own = endpoint.model.system.as_deref().map_or(0, estimate);
    let own = u32::try_from(own).unwrap_or(u32::MAX);
    let window = endpoint.context_tokens().saturating_sub(own);
    let answer = endpoint.model.chat_output_tokens.min(window / 2);
    let prompt = endpoint.density.estimated(window - answer);
    Budget { context_tokens: answer.saturating_add(prompt), max_output_tokens: answer }
}

async fn ask(
    priority: Priority,
    model: &LlmCompleter,
    prompt: &ChatPrompt,
    hear: &mut impl FnMut(Heard<'_>),
) -> Result<Answer, BackendError> {
    let endpoint = model.endpoint();
    let prompt = budget(model).fit_chat(prompt.clone());
    let ask = ChatAsk { prompt, purpose: Purpose::Chat, priority };
    let mut deltas = model.backend().stream(Ask::Chat(ask));
    let tokens = usize::try_from(endpoint.chat_output_tokens()).unwrap_or(usize::MAX);
    let most = tokens.saturating_mul(BYTES_PER_TOKEN).max(BYTES);
    let mut answer = Answer {
        text: String::new(),
        model: endpoint.model.name.clone(),
        finish: None,
        usage: None,
        broken: None,
    };
    let mut pauses = endpoint.health.pauses();
    loop {
        let delta = tokio::select! {
            biased;
            delta = deltas.next() => delta,
            Ok(()) = pauses.changed() => {
                let pause = pauses.borrow_and_update().clone();
                if let Some(pause) = pause.filter(|_| answer.text.is_empty()) {
                    hear(Heard::Waiting(&pause));
                }
                continue;
            }
        };
        let Some(delta) = delta else { break };
        match delta {
            Ok(Delta::Text { index: 0, text }) => {
                hear(Heard::Text(&text));
                answer.text.push_str(&text);
                if answer.text.len() > most {
                    answer.broken = Some(BackendError::Endless(endpoint.name(), most / 1024));
                    break;
                }
            }
            Ok(Delta::Text { .. }) => {}
            Ok(Delta::Finished { reason, .. }) => answer.finish = Some(reason),
            Ok(Delta::Usage(usage)) => answer.usage = Some(usage),
            Err(error) => {
                endpoint.note(&error);
                if answer.text.is_empty() {
                    return Err(error);
                }
                // What has been shown cannot be taken back: it stays, and its end is told.
                answer.broken = Some(error);
                break;
            }
        }
    }
    if answer.text.trim().is_empty() {
        return Err(BackendError::Empty(endpoint.name(), NoText::Nothing));
    }
    Ok(answer)
}

/// Waits until the model is loaded; false where it takes too long.
async fn loaded(model: &LlmCompleter) -> bool {
    let mut readiness = model.endpoint().health.watch();
    let over = readiness.wait_for(|readiness| *readiness != Readiness::Loading);
    tokio::time::timeout(LOAD, over).await.is_ok()
}
