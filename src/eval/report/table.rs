//! A run for the terminal.

use std::fmt::Write;

use super::Report;
use super::rows::{Cell, ROWS, estimate};

/// The whole report.
#[must_use]
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    let Report { path, kind, seed, places, files, .. } = report;
    let _ = writeln!(out, "{places} places ({kind}, seed {seed}) in {files} files of {path}\n");
    let models = &report.summary.models;
    let mut lines = vec![head(models.iter().map(|model| model.model.clone()))];
    for row in ROWS {
        let cells: Vec<Cell> = models.iter().map(|model| row.cell(&model.all)).collect();
        if cells.iter().any(|cell| !cell.value.is_empty()) {
            lines.push(line(row.name, &cells));
        }
    }
    write_table(&mut out, &lines);
    if !report.summary.pairs.is_empty() {
        let _ = writeln!(out, "\nWhat the second has more than the first, at the same places:\n");
        let mut lines =
            vec![head(["saved per 100", "exact, %"].map(ToOwned::to_owned).into_iter())];
        for pair in &report.summary.pairs {
            let name = format!("{} → {}", pair.first, pair.second);
            lines.push(line(&name, &[signed(pair.saved), signed(pair.exact)]));
        }
        write_table(&mut out, &lines);
    }
    if models.iter().any(|model| model.languages.len() > 1) {
        let _ = writeln!(out, "\nSaved per 100, by language:\n");
        let mut lines = vec![head(models.iter().map(|model| model.model.clone()))];
        let mut ids: Vec<&String> = models.iter().flat_map(|it| it.languages.keys()).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let saved = |model: &crate::eval::summary::ModelSummary| {
                model.languages.get(id).map_or_else(Cell::default, |it| estimate(it.saved, 1, ""))
            };
            let cases =
                models.iter().filter_map(|it| it.languages.get(id)).map(|it| it.cases).max();
            let name = format!("{id} ({})", cases.unwrap_or(0));
            lines.push(line(&name, &models.iter().map(saved).collect::<Vec<_>>()));
        }
        write_table(&mut out, &lines);
    }
    for note in &report.notes {
        let _ = writeln!(out, "\n{note}");
    }
    out
}

/// A difference, with its sign.
pub(super) fn signed(value: Option<crate::eval::figures::Estimate>) -> Cell {
    let mut cell = estimate(value, 1, "");
    if value.is_some_and(|value| value.value > 0.0) {
        cell.value.insert(0, '+');
    }
    cell
}

fn head(names: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(String::new()).chain(names).collect()
}

fn line(name: &str, cells: &[Cell]) -> Vec<String> {
    let cell = |cell: &Cell| match cell.interval.as_str() {
        "" => cell.value.clone(),
        interval => format!("{} ({interval})", cell.value),
    };
    std::iter::once(name.to_owned()).chain(cells.iter().map(cell)).collect()
}

fn write_table(out: &mut String, lines: &[Vec<String>]) {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let of = |line: &Vec<String>| line.get(column).map_or(0, |cell| cell.chars().count());
        lines.iter().map(of).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for line in lines {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())))
            .collect();
        let _ = writeln!(out, "{}", cells.join("   ").trim_end());
    }
}
