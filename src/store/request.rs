//! A request that is over, as it is noted.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::int;
use crate::config::settings::{ModelSettings, Purpose};

/// Which model it was.
#[derive(Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its name in the configuration.
    pub name: String,
    /// Its name at the server.
    pub model: String,
    /// What its server speaks.
    pub provider: &'static str,
    /// Whose limits and caps hold: the configured name, the server and the model there, so that
    /// editors with the same configuration share them, and another model of the same name does not.
    pub scope: String,
}

impl Subject {
    /// Of a model.
    #[must_use]
    pub fn new(model: &ModelSettings) -> Arc<Self> {
        let server = match reqwest::Url::parse(&model.url) {
            Ok(url) => url.origin().ascii_serialization(),
            Err(_) => String::new(),
        };
        Arc::new(Self {
            name: model.name.clone(),
            model: model.model.clone(),
            provider: model.provider.as_str(),
            scope: format!("{} {server} {}", model.name, model.model),
        })
    }
}

/// Tokens of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Of the prompt, the cached ones among them.
    pub prompt: u64,
    /// Of the prompt, those that the server had in its cache.
    pub cached: u64,
    /// Of the answer.
    pub output: u64,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server came to its end.
    Finished,
    /// Something went wrong.
    Failed,
    /// We left: what was typed is something else, or there was enough text.
    Cancelled,
}

impl Outcome {
    /// Its name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A request that is over.
#[derive(Clone, Debug)]
pub struct Request {
    /// When it was sent, ms since 1970 (UTC).
    pub at_ms: i64,
    /// The model.
    pub subject: Arc<Subject>,
    /// What for.
    pub purpose: Purpose,
    /// What it used.
    pub tokens: Tokens,
    /// The server did not count; `tokens` are a guess.
    pub estimated: bool,
    /// USD, where the price is known.
    pub cost: Option<f64>,
    /// To the first token, ms.
    pub first_ms: Option<u64>,
    /// To the end, ms.
    pub total_ms: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Its admission, where there was one.
    pub admission: Option<i64>,
}

/// Writes a request; to be called in a transaction.
pub(super) fn write(connection: &Connection, request: &Request) -> rusqlite::Result<()> {
    let Request { at_ms, subject, purpose, tokens, estimated, cost, .. } = request;
    let Subject { name, model, provider, scope } = subject.as_ref();
    let Tokens { prompt, cached, output } = *tokens;
    let (prompt, cached, output) = (int(prompt), int(cached), int(output));
    let purpose = purpose.as_str();
    connection.execute(
        "INSERT INTO requests (at, name, model, provider, purpose, prompt, cached, output,
            estimated, cost, first_ms, total_ms, outcome)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            at_ms,
            name,
            model,
            provider,
            purpose,
            prompt,
            cached,
            output,
            estimated,
            cost,
            request.first_ms.map(int),
            int(request.total_ms),
            request.outcome.as_str(),
        ],
    )?;
    let failed = request.outcome == Outcome::Failed;
    connection.execute(
        "INSERT INTO daily (day, scope, purpose, name, model, provider, requests, failed,
            estimated, prompt, cached, output, cost)
         VALUES (date(?1 / 1000, 'unixepoch'), ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (day, scope, purpose) DO UPDATE SET
            requests = requests + 1,
            failed = failed + excluded.failed,
            estimated = estimated + excluded.estimated,
            prompt = prompt + excluded.prompt,
            cached = cached + excluded.cached,
            output = output + excluded.output,
            cost = CASE WHEN excluded.cost IS NULL THEN cost
                ELSE coalesce(cost, 0) + excluded.cost END",
        params![
            at_ms, scope, purpose, name, model, provider, failed, estimated, prompt, cached,
            output, cost
        ],
    )?;
    if let Some(admission) = request.admission {
        // From here on the tokens that were really used count.
        connection.execute(
            "UPDATE admissions SET open = 0, tokens = ?2 WHERE id = ?1",
            params![admission, prompt.saturating_add(output)],
        )?;
    }
    Ok(())
}
