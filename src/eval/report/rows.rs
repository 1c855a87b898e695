//! The rows of a report: what each figure is called, and how it is written.

use crate::eval::figures::Estimate;
use crate::eval::summary::Figures;

/// A row: its name, what it says, and how it is read from the figures.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// What it says, for a page.
    pub says: &'static str,
    cell: fn(&Figures) -> Cell,
}

/// A figure as written, and its interval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The figure; empty where there is none.
    pub value: String,
    /// Its interval; empty where there is none.
    pub interval: String,
}

impl Row {
    /// The figure of these.
    #[must_use]
    pub fn cell(&self, figures: &Figures) -> Cell {
        (self.cell)(figures)
    }
}

/// All rows, the ones that matter most first.
pub const ROWS: &[Row] = &[
    Row {
        name: "cases",
        says: "Places that it was asked at.",
        cell: |f| plain(f.cases.to_string()),
    },
    Row {
        name: "saved per 100",
        says: "Characters that its right leading words save, of 100 hidden ones.",
        cell: |f| estimate(f.saved, 1, ""),
    },
    Row {
        name: "answered",
        says: "Places with a suggestion.",
        cell: |f| estimate(f.answered, 1, " %"),
    },
    Row {
        name: "exact",
        says: "Places whose suggestion is what stood there.",
        cell: |f| estimate(f.exact, 1, " %"),
    },
    Row {
        name: "first word wrong",
        says: "Suggestions that are of no use.",
        cell: |f| estimate(f.wrong, 1, " %"),
    },
    Row {
        name: "similarity",
        says: "Of the suggestions to what stood there, 0 to 1: edit distance.",
        cell: |f| estimate(f.similarity, 2, ""),
    },
    Row {
        name: "right at once",
        says: "Leading characters that are right, a place.",
        cell: |f| estimate(f.leading, 1, ""),
    },
    Row {
        name: "syntax errors",
        says: "That a suggestion adds to the file, on average.",
        cell: |f| estimate(f.errors, 2, ""),
    },
    Row {
        name: "first text p50/p90/p99",
        says: "Time to the first text, ms.",
        cell: |f| times(f.first_token),
    },
    Row {
        name: "answer p50/p90/p99",
        says: "Time to the whole suggestion, ms.",
        cell: |f| times(f.total),
    },
    Row {
        name: "prompt tokens",
        says: "Tokens of a prompt, on average.",
        cell: |f| number(f.prompt_tokens, 0, ""),
    },
    Row {
        name: "answer tokens",
        says: "Tokens of an answer, on average.",
        cell: |f| number(f.output_tokens, 0, ""),
    },
    Row {
        name: "from the cache",
        says: "Tokens of prompts that the server had in its cache, where it says.",
        cell: |f| number(f.cached, 0, " %"),
    },
    Row {
        name: "cost",
        says: "Of all these requests, where a price is known, USD.",
        cell: |f| number(f.cost, 4, " USD"),
    },
    Row {
        name: "failed",
        says: "Places where the model gave an error.",
        cell: |f| plain(if f.failed == 0 { String::new() } else { f.failed.to_string() }),
    },
];

/// An estimate with that many decimals.
#[must_use]
pub fn estimate(estimate: Option<Estimate>, decimals: usize, unit: &str) -> Cell {
    estimate.map_or_else(Cell::default, |it| Cell {
        value: format!("{:.decimals$}{unit}", it.value + 0.0),
        interval: format!("{:.decimals$}–{:.decimals$}", it.low + 0.0, it.high + 0.0),
    })
}

const fn plain(value: String) -> Cell {
    Cell { value, interval: String::new() }
}

fn number(value: Option<f64>, decimals: usize, unit: &str) -> Cell {
    plain(value.map_or_else(String::new, |value| format!("{value:.decimals$}{unit}")))
}

fn times(times: crate::eval::summary::Times) -> Cell {
    let ms = |value: Option<f64>| value.map_or("–".to_owned(), short);
    match times.p50 {
        None => Cell::default(),
        Some(_) => plain(format!("{} / {} / {} ms", ms(times.p50), ms(times.p90), ms(times.p99))),
    }
}

/// Milliseconds, to three digits.
fn short(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.2}"),
        ms if ms < 100.0 => format!("{ms:.1}"),
        ms => format!("{ms:.0}"),
    }
}
