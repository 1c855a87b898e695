//! What was used, read back.

use rusqlite::{Connection, params};
use serde::Serialize;

use super::count;

/// Used today (UTC), by all editors and models together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Today {
    /// Requests.
    pub requests: u64,
    /// Tokens, prompt and answer together.
    pub tokens: u64,
    /// USD, as far as prices are known.
    pub cost: f64,
}

/// Used on one day, of one model, for one purpose.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DayUsage {
    /// The day (UTC), `YYYY-MM-DD`.
    pub day: String,
    /// The model's name in the configuration.
    pub name: String,
    /// The model's name at the server.
    pub model: String,
    /// What the server speaks.
    pub provider: String,
    /// What for.
    pub purpose: String,
    /// Requests.
    pub requests: u64,
    /// Those that failed.
    pub failed: u64,
    /// Those whose tokens are a guess, for the server did not count.
    pub estimated: u64,
    /// Tokens of prompts, the cached ones among them.
    pub prompt_tokens: u64,
    /// Tokens of prompts that servers had in their caches.
    pub cached_tokens: u64,
    /// Tokens of answers.
    pub output_tokens: u64,
    /// USD, where the price is known.
    pub cost: Option<f64>,
}

/// What was used today.
pub(super) fn today(connection: &Connection, now: i64) -> rusqlite::Result<Today> {
    connection.query_row(
        "SELECT coalesce(sum(requests), 0), coalesce(sum(prompt + output), 0), total(cost)
         FROM daily WHERE day = date(?1 / 1000, 'unixepoch')",
        [now],
        |row| {
            Ok(Today {
                requests: count(row.get(0)?),
                tokens: count(row.get(1)?),
                cost: row.get(2)?,
            })
        },
    )
}

/// What was used in the last `days` days.
pub(super) fn days(
    connection: &Connection,
    now: i64,
    days: u32,
) -> rusqlite::Result<Vec<DayUsage>> {
    let mut read = connection.prepare(
        "SELECT day, name, model, provider, purpose, sum(requests), sum(failed), sum(estimated),
            sum(prompt), sum(cached), sum(output), sum(cost)
         FROM daily WHERE day > date(?1 / 1000, 'unixepoch', ?2)
         GROUP BY day, name, model, provider, purpose ORDER BY day, name, model, purpose",
    )?;
    let rows = read.query_map(params![now, format!("-{days} days")], |row| {
        Ok(DayUsage {
            day: row.get(0)?,
            name: row.get(1)?,
            model: row.get(2)?,
            provider: row.get(3)?,
            purpose: row.get(4)?,
            requests: count(row.get(5)?),
            failed: count(row.get(6)?),
            estimated: count(row.get(7)?),
            prompt_tokens: count(row.get(8)?),
            cached_tokens: count(row.get(9)?),
            output_tokens: count(row.get(10)?),
            cost: row.get(11)?,
        })
    })?;
    rows.collect()
}
