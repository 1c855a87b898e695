//! What the doctor found: lines of text, and the same for a program.

use std::fmt::Write as _;

use serde::Serialize;

use super::trial::Trial;

/// How a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Grade {
    /// As it should be.
    Good,
    /// Good to know.
    Note,
    /// To be mended; the finding says how.
    Bad,
}

/// The report as it grows.
#[derive(Default)]
pub struct Report {
    text: String,
    bad: usize,
    /// Told of each line as it is written.
    live: Option<fn(&str)>,
    section: String,
    findings: Vec<Finding>,
    trials: Vec<Row>,
}

#[derive(Serialize)]
struct Finding {
    section: String,
    grade: Grade,
    text: String,
}

/// A model that was tried for a purpose.
#[derive(Serialize)]
pub(super) struct Row {
    /// Its name in the configuration.
    pub model: String,
    /// What for.
    pub purpose: &'static str,
    /// How it went; none where it failed.
    #[serde(flatten)]
    pub trial: Option<Trial>,
    /// USD per million tokens in and out.
    pub price: Option<(f64, f64)>,
    /// Where its key comes from.
    pub key: String,
}

impl Report {
    /// A report whose lines are shown as they come.
    #[must_use]
    pub fn live(each_line: fn(&str)) -> Self {
        Self { live: Some(each_line), ..Self::default() }
    }

    /// All lines.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Everything as JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "good": self.is_good(),
            "findings": self.findings,
            "models": self.trials,
        })
    }

    /// Whether nothing is to be mended.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.bad == 0
    }

    pub(super) const fn bad(&self) -> usize {
        self.bad
    }

    pub(super) fn say(&mut self, grade: Grade, finding: &str) {
        let mark = match grade {
            Grade::Good => "ok  ",
            Grade::Note => "note",
            Grade::Bad => "BAD ",
        };
        self.bad += usize::from(grade == Grade::Bad);
        let (section, text) = (self.section.clone(), finding.to_owned());
        self.findings.push(Finding { section, grade, text });
        self.line(&format!("  {mark}  {finding}"));
    }

    pub(super) fn heading(&mut self, line: &str) {
        line.clone_into(&mut self.section);
        self.line(line);
    }

    pub(super) fn tried(&mut self, row: Row) {
        self.trials.push(row);
    }

    /// The trials as a table, one line each.
    pub(super) fn table(&mut self) {
        if self.trials.is_empty() {
            return;
        }
        let heads =
            ["model", "purpose", "first token", "tokens/s", "streams", "fills", "price", "key"];
        let mut rows = vec![heads.map(str::to_owned)];
        rows.extend(self.trials.iter().map(Row::cells));
        let mut widths = [0; 8];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        self.heading("summary");
        for row in rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths) {
                let _ = write!(line, "  {cell:<width$}");
            }
            self.line(line.trim_end());
        }
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
        if let Some(live) = self.live {
            live(line);
        }
    }
}

impl Row {
    fn cells(&self) -> [String; 8] {
        use super::trial::Fim;

        let none = || "-".to_owned();
        let trial = self.trial.clone().unwrap_or_default();
        let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let first = match (trial.first_token_ms, &self.trial) {
            (Some(ms), _) => format!("{ms} ms"),
            (None, Some(_)) => "nothing".to_owned(),
            (None, None) => "failed".to_owned(),
        };
        let fills = trial.fim.map(|fim| match fim {
            Fim::Right => "right",
            Fim::GoesOn => "goes on",
            Fim::Wrong => "wrong",
        });
        [
            self.model.clone(),
            self.purpose.to_owned(),
            first,
            trial.tokens_per_second.map_or_else(none, |rate| rate.to_string()),
            trial.streams.map_or_else(none, yes),
            fills.map_or_else(none, str::to_owned),
            self.price.map_or_else(none, |(input, output)| format!("{input}/{output}")),
            self.key.clone(),
        ]
    }
}
