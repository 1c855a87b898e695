//! `foretype stats`: what was used, from the local store.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use super::args::{Stats, StatsCommand, Usage};
use super::print;
use crate::config::Paths;
use crate::store::Store;
use crate::store::usage::DayUsage;

/// Prints it.
///
/// # Errors
/// If standard output is closed.
pub async fn run(paths: &Paths, args: &Stats) -> Result<ExitCode> {
    let StatsCommand::Usage(Usage { days, json }) = args.what;
    let store = Store::new(paths.state_dir.clone());
    let rows = store.usage(days).await;
    if let Some(problem) = store.problem() {
        eprintln!("foretype: {problem}");
    }
    print(&if json { as_json(&rows) } else { as_table(&rows, days) })?;
    Ok(ExitCode::SUCCESS)
}

fn total(rows: &[DayUsage]) -> DayUsage {
    let mut total = DayUsage::default();
    for row in rows {
        total.requests += row.requests;
        total.failed += row.failed;
        total.estimated += row.estimated;
        total.prompt_tokens += row.prompt_tokens;
        total.cached_tokens += row.cached_tokens;
        total.output_tokens += row.output_tokens;
        if let Some(cost) = row.cost {
            *total.cost.get_or_insert(0.0) += cost;
        }
    }
    total
}

fn as_json(rows: &[DayUsage]) -> String {
    let DayUsage { requests, failed, estimated, prompt_tokens, .. } = total(rows);
    let DayUsage { cached_tokens, output_tokens, cost, .. } = total(rows);
    let total = json!({
        "requests": requests, "failed": failed, "estimated": estimated,
        "prompt_tokens": prompt_tokens, "cached_tokens": cached_tokens,
        "output_tokens": output_tokens, "cost": cost,
    });
    format!("{:#}\n", json!({ "days": rows, "total": total }))
}

fn as_table(rows: &[DayUsage], days: u32) -> String {
    if rows.is_empty() {
        return format!("nothing was asked of any model in the last {days} days\n");
    }
    let widest = |of: fn(&DayUsage) -> &str, least: usize| {
        rows.iter().map(|row| of(row).chars().count()).fold(least, usize::max)
    };
    let name = widest(|row| &row.name, 5);
    let purpose = widest(|row| &row.purpose, 7);
    let mut text = format!(
        "{:<10}  {:<name$}  {:<purpose$}  {:>8}  {:>6}  {:>11}  {:>11}  {:>10}  {:>10}\n",
        "day (UTC)", "model", "purpose", "requests", "failed", "prompt", "cached", "output", "USD"
    );
    let mut line = |day: &str, model: &str, what: &str, row: &DayUsage| {
        let guess = if row.estimated > 0 { "~" } else { "" };
        let cost = row.cost.map_or("-".to_owned(), |cost| format!("{cost:.4}"));
        let _ = writeln!(
            text,
            "{day:<10}  {model:<name$}  {what:<purpose$}  {:>8}  {:>6}  {:>11}  {:>11}  {:>10}  {cost:>10}",
            row.requests,
            row.failed,
            format!("{guess}{}", row.prompt_tokens),
            row.cached_tokens,
            format!("{guess}{}", row.output_tokens),
        );
    };
    for row in rows {
        line(&row.day, &row.name, &row.purpose, row);
    }
    line("total", "", "", &total(rows));
    if rows.iter().any(|row| row.estimated > 0) {
        text.push_str("~: where a request was broken off or its server does not count, tokens are estimated\n");
    }
    if rows.iter().any(|row| row.cost.is_none()) {
        text.push_str("-: the model has no `price` in the configuration\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_their_total() {
        let row = DayUsage {
            day: "2026-11-20".into(),
            name: "gpt".into(),
            model: "gpt-5".into(),
            provider: "openai".into(),
            purpose: "completion".into(),
            requests: 12,
            failed: 1,
            estimated: 0,
            prompt_tokens: 12_000,
            cached_tokens: 9_000,
            output_tokens: 340,
            cost: Some(0.0125),
        };
        let guess = DayUsage { purpose: "chat".into(), estimated: 2, cost: None, ..row.clone() };
        let want = "\
day (UTC)   model  purpose     requests  failed       prompt       cached      output         USD
2026-11-20  gpt    completion        12       1        12000         9000         340      0.0125
2026-11-20  gpt    chat              12       1       ~12000         9000        ~340           -
total                                24       2       ~24000        18000        ~680      0.0125
~: where a request was broken off or its server does not count, tokens are estimated
-: the model has no `price` in the configuration
";
        assert_eq!(as_table(&[row.clone(), guess], 7), want);
        assert!(as_table(&[], 7).contains("last 7 days"));
        assert!(as_json(&[row]).contains("\"prompt_tokens\": 12000"));
    }
}
