//! Who may be asked now: limits and caps, counted over all editors of the user.
//!
//! The window slides strictly: in no 60 s more than the limit. A token bucket or its twin GCRA,
//! which rate limiters usually are, lets a burst through on top of what flows in meanwhile, so
//! nearly twice the limit in the first minute; a provider that counts by the minute refuses that.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::request::Subject;
use super::{count, int};
use crate::config::settings::{Caps, Limits, Purpose};

/// What a limit by the minute looks at. A little longer than a minute, for a request takes longer
/// on its way to the server at one time than at another.
pub const WINDOW: Duration = Duration::from_millis(60_250);
/// How long a process answers for what it has under way before it must say so again, ms. One that
/// was killed holds its places for no longer.
pub(super) const LEASE: i64 = 30_000;
/// A row further in the future than this (ms) is of a clock that was set back.
const AHEAD: i64 = 5_000;

/// A request that wants to be sent.
#[derive(Clone, Debug)]
pub struct Want {
    /// The model.
    pub subject: Arc<Subject>,
    /// What for.
    pub purpose: Purpose,
    /// Its limits, or what of them is for this kind of request.
    pub limits: Limits,
    /// Its caps.
    pub caps: Caps,
    /// Tokens it will use at most, as far as can be told.
    pub tokens: u64,
    /// USD it will cost at most; 0 where the price is not known.
    pub cost: f64,
    /// What the limits by the minute look at; [`WINDOW`] but in tests.
    pub window: Duration,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It may be sent; under this number its admission is kept.
    Granted(i64),
    /// Not before this long, because of that key of `limits`.
    Wait(Duration, &'static str),
    /// It alone is more than that key of `limits` lets through in a minute.
    Never(&'static str),
    /// A cap is reached.
    Capped(Capped),
}

/// A cap that is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capped {
    /// The key of `caps`.
    pub key: &'static str,
    /// Used so far, of how much, with the unit.
    pub used: String,
    /// The first day (UTC, `YYYY-MM-DD`) of the next period.
    pub until: String,
}

/// Decides at `now` (ms since 1970), and counts what is granted.
pub(super) fn admit(
    connection: &mut Connection,
    want: &Want,
    now: i64,
) -> rusqlite::Result<Verdict> {
    let scope = want.subject.scope.as_str();
    let window = i64::try_from(want.window.as_millis()).unwrap_or(i64::MAX);
    // Taken at once, so that no other process counts the same rows meanwhile.
    let write = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    settle_in(&write, now)?;
    write.execute(
        "DELETE FROM admissions WHERE (at <= ?1 AND open = 0) OR at > ?2 + ?3",
        params![now - window, now, AHEAD],
    )?;
    let refused = match limited(&write, want, scope, now, window)? {
        None => capped(&write, want, scope, now)?.map(Verdict::Capped),
        limited => limited,
    };
    if let Some(verdict) = refused {
        write.commit()?;
        return Ok(verdict);
    }
    write.execute(
        "INSERT INTO admissions (scope, at, tokens, cost, open, lease, name, model, provider, purpose)
         VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9)",
        params![
            scope,
            now,
            int(want.tokens),
            want.cost,
            now + LEASE,
            want.subject.name,
            want.subject.model,
            want.subject.provider,
            want.purpose.as_str(),
        ],
    )?;
    let id = write.last_insert_rowid();
    write.commit()?;
    Ok(Verdict::Granted(id))
}

/// Counts what processes had under way that were killed, as used up: nobody knows better.
pub(super) fn settle(connection: &mut Connection, now: i64) -> rusqlite::Result<()> {
    let left = "SELECT EXISTS (SELECT 1 FROM admissions WHERE open = 1 AND lease <= ?1)";
    if !connection.query_row(left, [now], |row| row.get(0))? {
        return Ok(());
    }
    let write = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    settle_in(&write, now)?;
    write.commit()
}

/// The same, in a transaction. What was reserved for the answer is not told apart from the prompt.
fn settle_in(write: &Connection, now: i64) -> rusqlite::Result<()> {
    write.execute(
        "INSERT INTO daily (day, scope, purpose, name, model, provider, requests, failed,
            estimated, prompt, cached, output, cost)
         SELECT date(at / 1000, 'unixepoch'), scope, purpose, name, model, provider, 1, 1, 1,
            tokens, 0, 0, nullif(cost, 0)
         FROM admissions WHERE open = 1 AND lease <= ?1 AND tokens > 0
         ON CONFLICT (day, scope, purpose) DO UPDATE SET
            requests = requests + 1,
            failed = failed + 1,
            estimated = estimated + 1,
            prompt = prompt + excluded.prompt,
            cost = CASE WHEN excluded.cost IS NULL THEN cost
                ELSE coalesce(cost, 0) + excluded.cost END",
        [now],
    )?;
    write.execute("UPDATE admissions SET open = 0 WHERE open = 1 AND lease <= ?1", [now])?;
    Ok(())
}

fn limited(
    read: &Connection,
    want: &Want,
    scope: &str,
    now: i64,
    window: i64,
) -> rusqlite::Result<Option<Verdict>> {
    let wait = |at: i64, key| Verdict::Wait(Duration::from_millis(count(at + window - now)), key);
    let Limits { requests_per_minute, tokens_per_minute, concurrent } = want.limits;
    if let Some(most) = concurrent {
        let open: i64 = read.query_row(
            "SELECT count(*) FROM admissions WHERE scope = ?1 AND open = 1 AND lease > ?2",
            params![scope, now],
            |row| row.get(0),
        )?;
        if open >= i64::from(most) {
            // When one of them ends is not known: another process may tell nobody.
            return Ok(Some(Verdict::Wait(Duration::from_millis(100), "concurrent")));
        }
    }
    if let Some(most) = requests_per_minute {
        let last = read
            .query_row(
                "SELECT at FROM admissions WHERE scope = ?1 AND at > ?2
                 ORDER BY at DESC LIMIT 1 OFFSET ?3",
                params![scope, now - window, i64::from(most.max(1)) - 1],
                |row| row.get(0),
            )
            .optional()?;
        if let Some(last) = last {
            return Ok(Some(wait(last, "requests_per_minute")));
        }
    }
    let Some(most) = tokens_per_minute.map(u64::from) else { return Ok(None) };
    if want.tokens > most {
        return Ok(Some(Verdict::Never("tokens_per_minute")));
    }
    let mut rows = read.prepare(
        "SELECT at, tokens FROM admissions WHERE scope = ?1 AND at > ?2 ORDER BY at DESC",
    )?;
    let mut used = want.tokens;
    let mut rows = rows.query(params![scope, now - window])?;
    while let Some(row) = rows.next()? {
        used = used.saturating_add(count(row.get(1)?));
        if used > most {
            // This one and those before it must have left the window.
            return Ok(Some(wait(row.get(0)?, "tokens_per_minute")));
        }
    }
    Ok(None)
}

fn capped(
    read: &Connection,
    want: &Want,
    scope: &str,
    now: i64,
) -> rusqlite::Result<Option<Capped>> {
    let Caps { cost_per_day, cost_per_month, tokens_per_day, tokens_per_month } = want.caps;
    let (open_tokens, open_cost): (i64, f64) = read.query_row(
        "SELECT coalesce(sum(tokens), 0), total(cost) FROM admissions
         WHERE scope = ?1 AND open = 1 AND lease > ?2",
        params![scope, now],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let day = ("start of day", "+1 day");
    let month = ("start of month", "+1 month");
    let day_keys = ("cost_per_day", "tokens_per_day");
    let month_keys = ("cost_per_month", "tokens_per_month");
    for ((start, next), (cost_key, tokens_key), cost, tokens) in [
        (day, day_keys, cost_per_day, tokens_per_day),
        (month, month_keys, cost_per_month, tokens_per_month),
    ] {
        if cost.is_none() && tokens.is_none() {
            continue;
        }
        let (used_tokens, used_cost, until): (i64, f64, String) = read.query_row(
            "SELECT coalesce(sum(prompt + output), 0), total(cost),
                date(?2 / 1000, 'unixepoch', ?3, ?4)
             FROM daily WHERE scope = ?1 AND day >= date(?2 / 1000, 'unixepoch', ?3)",
            params![scope, now, start, next],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        if let Some(cap) = cost.filter(|cap| used_cost + open_cost + want.cost > *cap) {
            let used = format!("{:.4} of {cap} USD", used_cost + open_cost);
            return Ok(Some(Capped { key: cost_key, used, until }));
        }
        let sum = count(used_tokens).saturating_add(count(open_tokens));
        if let Some(cap) = tokens.filter(|cap| sum.saturating_add(want.tokens) > *cap) {
            let used = format!("{sum} of {cap} tokens");
            return Ok(Some(Capped { key: tokens_key, used, until }));
        }
    }
    Ok(None)
}
