//! One model: its key, its server, its window, how it fills in the middle, and a first token.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;

use super::report::{Grade, Report};
use crate::backend::error::BackendError;
use crate::backend::health::Readiness;
use crate::backend::wire::table::{Way, way};
use crate::backend::{Ask, Delta, Facts, FimAsk, Priority};
use crate::completion::completer::{Completer, LlmCompleter};
use crate::config::settings::ModelSettings;
use crate::config::{KeySource, Provider};
use crate::guard::redact;
use crate::prompt::FimPrompt;
use crate::prompt::budget::Budget;
use crate::prompt::template::Template;

/// How long a model may load while the doctor waits.
const LOAD: Duration = Duration::from_secs(120);

/// Checks it.
pub(super) async fn check(completer: &Arc<LlmCompleter>, report: &mut Report) {
    let endpoint = Arc::clone(completer.endpoint());
    let model = &endpoint.model;
    report.heading(&format!("models.{} ({}, {})", model.name, model.provider, model.url));
    key(&model.api_key, report);
    let facts = match probe(completer).await {
        Ok(facts) => facts,
        Err(error) => return report.say(Grade::Bad, &error.to_string()),
    };
    report.say(Grade::Good, "the server answers");
    model_known(completer, &facts, report);
    let context = endpoint.context_tokens();
    match (model.context_tokens, facts.context_tokens) {
        (Some(set), Some(said)) if set > said => report.say(
            Grade::Bad,
            &format!("`context_tokens` is {set}, but the server has {said}; lower it"),
        ),
        (None, None) => report.say(
            Grade::Note,
            &format!("the server does not tell its context window; {context} tokens are assumed (set `context_tokens`)"),
        ),
        _ => report.say(Grade::Good, &format!("context window: {context} tokens")),
    }
    let answered = first_token(completer, report).await;
    // What the server can do is known once it has been tried.
    match probe(completer).await {
        Ok(facts) => fim(completer, &facts, report),
        Err(error) if answered => report.say(Grade::Bad, &error.to_string()),
        Err(_) => {}
    }
}

fn key(source: &KeySource, report: &mut Report) {
    match source {
        KeySource::None => report.say(Grade::Good, "no key"),
        KeySource::Literal(_) => report.say(
            Grade::Note,
            "the key stands in the configuration; { env = … } or { command = … } keeps it out",
        ),
        other => report.say(Grade::Good, &format!("key from {}", other.masked())),
    }
}

async fn probe(completer: &LlmCompleter) -> Result<Facts, BackendError> {
    let began = Instant::now();
    loop {
        match completer.backend().probe().await {
            Err(BackendError::Loading(_)) if began.elapsed() < LOAD => {
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
            other => return other,
        }
    }
}

fn model_known(completer: &LlmCompleter, facts: &Facts, report: &mut Report) {
    let model = &completer.endpoint().model;
    match (&facts.model, facts.models.is_empty()) {
        (Some(name), _) => report.say(Grade::Good, &format!("model: {name}")),
        (None, false) => {
            let pull = if model.provider == Provider::Ollama {
                format!(", or run `ollama pull {}`", model.model)
            } else {
                String::new()
            };
            let listed: Vec<&str> = facts.models.iter().take(8).map(String::as_str).collect();
            report.say(
                Grade::Bad,
                &format!(
                    "the server does not list `{}`; set `model` to one that it has ({}){pull}",
                    model.model,
                    listed.join(", ")
                ),
            );
        }
        (None, true) => report.say(Grade::Note, "the server does not tell its model"),
    }
    if facts.loaded == Some(false) {
        report.say(Grade::Note, "the model is not in memory; the first suggestion loads it");
    }
}

fn fim(completer: &LlmCompleter, facts: &Facts, report: &mut Report) {
    let model = &completer.endpoint().model;
    let way = match (way(model), model.provider) {
        (Way::Format, _)
            if Template::parse(&model.template).unwrap_or_default() != Template::Auto =>
        {
            Some("by the configured `template`")
        }
        (Way::Format, _) => Some("by the format of the model's family"),
        (Way::Suffix, _) => Some("prompt and suffix are sent apart (`template = \"suffix\"`)"),
        (Way::Hole, _) => Some("by a conversation about a marked hole (no format is known for it)"),
        (Way::Server, Provider::LlamaCpp) if facts.fim != Some(false) => {
            match Template::parse(&model.template) {
                Ok(Template::Named(_)) => Some("by the configured `template`"),
                _ => Some("by the server's /infill"),
            }
        }
        (Way::Server, Provider::LlamaCpp | Provider::Ollama) => by_template(model),
        (Way::Server, _) => Some("by the server's own API"),
        (Way::Prefix, _) => None,
    };
    match (way, model.provider) {
        (Some(way), _) => report.say(Grade::Good, &format!("fill in the middle: {way}")),
        (None, Provider::Ollama) => report.say(
            Grade::Note,
            "fill in the middle: by Ollama's own template, if the model has one; if suggestions ignore what stands after the cursor, take a coder model such as qwen2.5-coder",
        ),
        (None, Provider::LlamaCpp) => report.say(
            Grade::Bad,
            "the model has no fill-in-the-middle tokens, so it sees only what stands before the cursor; take a coder model such as Qwen2.5-Coder, or set `template`",
        ),
        (None, _) => report.say(
            Grade::Bad,
            "the model's name tells no fill-in-the-middle format, so it sees only what stands before the cursor; set `template` to its family's",
        ),
    }
}

/// Of a server that fills in by its own template, or by ours.
fn by_template(model: &ModelSettings) -> Option<&'static str> {
    let template = Template::parse(&model.template).unwrap_or_default();
    match &template {
        Template::Named(_) => Some("by the configured `template`"),
        Template::Suffix if model.provider == Provider::Ollama => {
            Some("prompt and suffix are sent apart (`template = \"suffix\"`)")
        }
        _ => template.format(&model.model).map(|_| "by the format of the model's family"),
    }
}

/// A tiny completion, measured; whether it was answered.
async fn first_token(completer: &Arc<LlmCompleter>, report: &mut Report) -> bool {
    let endpoint = completer.endpoint();
    let budget = Budget { context_tokens: endpoint.context_tokens(), max_output_tokens: 16 };
    let prompt = FimPrompt {
        path: "add.py".into(),
        prefix: redact("def add(a, b):\n    return "),
        suffix: redact("\n"),
        ..FimPrompt::default()
    };
    let ask = Ask::Fim(FimAsk {
        prompt: budget.fit(prompt),
        candidates: 1,
        one_line: true,
        priority: Priority::Invoked,
    });
    let waited = Instant::now();
    let mut outcome = try_once(completer, ask.clone()).await;
    while matches!(outcome, Err(BackendError::Loading(_))) && waited.elapsed() < LOAD {
        while completer.readiness(Instant::now()) == Readiness::Loading && waited.elapsed() < LOAD {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        outcome = try_once(completer, ask.clone()).await;
    }
    match outcome {
        Ok(Some(took)) => {
            let slow = took > Duration::from_secs(2);
            let grade = if slow { Grade::Note } else { Grade::Good };
            let hint = if slow { " (slow: a smaller model, or a GPU, would be felt)" } else { "" };
            report.say(grade, &format!("first token after {} ms{hint}", took.as_millis()));
        }
        Ok(None) => report.say(Grade::Note, "the model said nothing to a tiny test"),
        Err(error) => {
            report.say(Grade::Bad, &error.to_string());
            return false;
        }
    }
    true
}

async fn try_once(completer: &LlmCompleter, ask: Ask) -> Result<Option<Duration>, BackendError> {
    let began = Instant::now();
    let mut stream = completer.backend().stream(ask);
    while let Some(delta) = stream.next().await {
        if let Delta::Text { .. } = delta? {
            return Ok(Some(began.elapsed()));
        }
    }
    Ok(None)
}
