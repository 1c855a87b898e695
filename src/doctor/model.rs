//! One model: its key, its server, its window, how it fills in the middle, and what it is used for,
//! tried.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::dialect;
use super::report::{Grade, Report, Row};
use super::trial::{self, LOAD};
use crate::backend::Facts;
use crate::backend::error::BackendError;
use crate::backend::http::Http;
use crate::backend::wire::way::{Way, way};
use crate::catalogue::{self, Source};
use crate::completion::completer::LlmCompleter;
use crate::config::problem::nearest;
use crate::config::settings::ModelSettings;
use crate::config::{KeySource, Provider, Purpose};
use crate::prompt::template::Template;

/// Checks it, and tries what it is used for.
pub(super) async fn check(
    completer: &Arc<LlmCompleter>,
    purposes: &[Purpose],
    http: &Http,
    report: &mut Report,
) {
    let endpoint = Arc::clone(completer.endpoint());
    let model = &endpoint.model;
    report.heading(&format!("models.{} ({}, {})", model.name, model.provider, model.url));
    key(&model.api_key, report);
    let facts = match probe(completer).await {
        Ok(facts) => Some(facts),
        // It may do its work all the same.
        Err(error @ BackendError::Silent(..)) => {
            report.say(Grade::Note, &error.to_string());
            None
        }
        Err(error) => {
            report.say(Grade::Bad, &error.to_string());
            remedies(completer, &error, http, report).await;
            for purpose in purposes {
                report.tried(row(completer, *purpose, None));
            }
            return;
        }
    };
    if let Some(facts) = &facts {
        report.say(Grade::Good, "the server answers");
        model_known(completer, facts, report);
        window(completer, facts, report);
    }
    price(completer, report);
    let mut answered = false;
    for purpose in purposes {
        let (trial, error) = trial::attempt(completer, *purpose, report).await;
        if let Some(error) = error {
            remedies(completer, &error, http, report).await;
        }
        answered |= trial.is_some();
        report.tried(row(completer, *purpose, trial));
    }
    if !purposes.contains(&Purpose::Completion) || facts.is_none() {
        return;
    }
    // What the server can do is known once it has been tried.
    match probe(completer).await {
        Ok(facts) => fim(completer, &facts, report),
        Err(error) if answered => report.say(Grade::Bad, &error.to_string()),
        Err(_) => {}
    }
}

fn row(completer: &LlmCompleter, purpose: Purpose, trial: Option<trial::Trial>) -> Row {
    let model = &completer.endpoint().model;
    Row {
        model: model.name.clone(),
        purpose: purpose.as_str(),
        trial,
        price: catalogue::price(model).map(|(price, _)| (price.input, price.output)),
        key: match &model.api_key {
            KeySource::None => "-".to_owned(),
            source => source.masked(),
        },
    }
}

/// What more can be said of an error than its own message.
async fn remedies(
    completer: &LlmCompleter,
    error: &BackendError,
    http: &Http,
    report: &mut Report,
) {
    let endpoint = completer.endpoint();
    if matches!(error, BackendError::Unauthorized(..)) {
        report.say(Grade::Note, &endpoint.model.api_key.remedy());
    }
    if dialect::may_be(error)
        && let Some(provider) = dialect::find(http, endpoint).await
    {
        let likely = format!("this looks like {provider}: set `provider = \"{provider}\"`");
        report.say(Grade::Note, &likely);
    }
}

fn window(completer: &LlmCompleter, facts: &Facts, report: &mut Report) {
    let endpoint = completer.endpoint();
    let (tokens, source) = endpoint.context_from();
    match (endpoint.model.context_tokens, facts.context_tokens) {
        (Some(set), Some(said)) if set > said => report.say(
            Grade::Bad,
            &format!("`context_tokens` is {set}, but the server has {said}; lower it"),
        ),
        _ if source == Source::Default => report.say(
            Grade::Note,
            &format!("the server does not tell its context window; {tokens} tokens are assumed (set `context_tokens`)"),
        ),
        _ if source == Source::Catalogue => report.say(
            Grade::Good,
            &format!("context window: {tokens} tokens, by the catalogue of {}", catalogue::date()),
        ),
        _ => report.say(Grade::Good, &format!("context window: {tokens} tokens")),
    }
}

fn price(completer: &LlmCompleter, report: &mut Report) {
    let model = &completer.endpoint().model;
    if let Some((price, source)) = catalogue::price(model) {
        let from = match source {
            Source::Catalogue => format!(", by the catalogue of {}", catalogue::date()),
            _ => String::new(),
        };
        let (input, output) = (price.input, price.output);
        let said = format!("price: {input} in, {output} out, USD per million tokens{from}");
        report.say(Grade::Good, &said);
    }
}

fn key(source: &KeySource, report: &mut Report) {
    match source {
        KeySource::None => report.say(Grade::Good, "no key"),
        KeySource::Literal(_) => report.say(
            Grade::Note,
            "the key stands in the configuration; { env = … } or { command = … } keeps it out",
        ),
        KeySource::Usual(name) if std::env::var_os(name).is_none() => {
            report.say(Grade::Note, &format!("no key: {}", source.remedy()));
        }
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
            let meant = nearest(&model.model, facts.models.iter().map(String::as_str))
                .map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            report.say(
                Grade::Bad,
                &format!(
                    "the server does not list `{}`; set `model` to one that it has ({}){pull}{meant}",
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
