//! A run as a page: one file, nothing fetched, no script.

use std::fmt::Write;

use super::Report;
use super::plot::{Point, colour, escape, latency, quality};
use super::rows::{Cell, ROWS, estimate};
use super::table::signed;
use crate::eval::record::Record;

const STYLE: &str = include_str!("page.css");

/// The page.
#[must_use]
pub fn page(report: &Report, records: &[Record]) -> String {
    let mut out = String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    let _ = write!(
        out,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>foretype eval: {0}</title><style>{STYLE}</style></head><body><main>\
         <h1>Which model serves this code best?</h1>\
         <p>{1} places ({2}, seed {3}) in {4} files of <code>{0}</code>. Real code was hidden there, and \
         each model was asked for it as an editor asks. The small figures are 95 % intervals.</p>",
        escape(&report.path),
        report.places,
        escape(&report.kind),
        report.seed,
        report.files
    );
    legend(&mut out, report);
    plots(&mut out, report, records);
    figures(&mut out, report);
    pairs(&mut out, report);
    languages(&mut out, report);
    for note in &report.notes {
        let _ = write!(out, "<p class=\"note\">{}</p>", escape(note));
    }
    out.push_str("</main></body></html>\n");
    out
}

fn legend(out: &mut String, report: &Report) {
    out.push_str("<p class=\"legend\">");
    for (index, model) in report.summary.models.iter().enumerate() {
        let (colour, name) = (colour(index), escape(&model.model));
        let _ = write!(out, "<span><i style=\"background:{colour}\"></i>{name}</span> ");
    }
    out.push_str("</p>");
}

fn plots(out: &mut String, report: &Report, records: &[Record]) {
    let models = &report.summary.models;
    let times: Vec<(String, Vec<f64>)> = models
        .iter()
        .map(|model| {
            let of = records.iter().filter(|it| it.model == model.model && it.answered);
            (model.model.clone(), of.map(|it| it.total_ms).collect())
        })
        .collect();
    let priced = models.iter().any(|model| model.all.cost.is_some_and(|cost| cost > 0.0));
    #[allow(clippy::cast_precision_loss)]
    let points: Vec<Point> = models
        .iter()
        .filter_map(|model| {
            let saved = model.all.saved?;
            let x = if priced {
                1e3 * model.all.cost.unwrap_or(0.0) / model.all.cases.max(1) as f64
            } else {
                model.all.total.p50?
            };
            Some(Point { name: model.model.clone(), x, y: (saved.value, saved.low, saved.high) })
        })
        .collect();
    let up = "characters saved of 100";
    let _ = write!(
        out,
        "<section><figure><figcaption>How long it takes</figcaption>{}</figure>",
        latency(&times)
    );
    let (caption, plot) = if priced {
        ("What it saves, and costs", quality(&points, "USD for 1,000 suggestions", up, false))
    } else {
        ("What it saves, and takes", quality(&points, "median ms", up, true))
    };
    let _ = write!(out, "<figure><figcaption>{caption}</figcaption>{plot}</figure></section>");
}

fn figures(out: &mut String, report: &Report) {
    let models = &report.summary.models;
    out.push_str("<h2>Figures</h2><table><thead><tr><th></th>");
    for model in models {
        let _ = write!(out, "<th>{}</th>", escape(&model.model));
    }
    out.push_str("</tr></thead><tbody>");
    for row in ROWS {
        let cells: Vec<Cell> = models.iter().map(|model| row.cell(&model.all)).collect();
        if cells.iter().all(|cell| cell.value.is_empty()) {
            continue;
        }
        let _ = write!(out, "<tr><th title=\"{}\">{}</th>", escape(row.says), escape(row.name));
        cells.iter().for_each(|cell| data(out, cell));
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
}

fn pairs(out: &mut String, report: &Report) {
    if report.summary.pairs.is_empty() {
        return;
    }
    out.push_str(
        "<h2>At the same places</h2><p>What the second has more than the first. Where the interval holds \
         0, chance alone may be the reason.</p><table><thead><tr><th></th><th>saved per 100</th>\
         <th>exact, %</th></tr></thead><tbody>",
    );
    for pair in &report.summary.pairs {
        let _ = write!(out, "<tr><th>{} → {}</th>", escape(&pair.first), escape(&pair.second));
        data(out, &signed(pair.saved));
        data(out, &signed(pair.exact));
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
}

fn languages(out: &mut String, report: &Report) {
    let models = &report.summary.models;
    let mut ids: Vec<&String> = models.iter().flat_map(|model| model.languages.keys()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() < 2 {
        return;
    }
    out.push_str("<h2>Saved per 100, by language</h2><table><thead><tr><th></th><th>cases</th>");
    for model in models {
        let _ = write!(out, "<th>{}</th>", escape(&model.model));
    }
    out.push_str("</tr></thead><tbody>");
    for id in ids {
        let of = || models.iter().filter_map(|model| model.languages.get(id));
        let cases = of().map(|figures| figures.cases).max().unwrap_or(0);
        let _ = write!(out, "<tr><th>{}</th><td>{cases}</td>", escape(id));
        for model in models {
            let saved = model.languages.get(id).and_then(|figures| figures.saved);
            data(out, &estimate(saved, 1, ""));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
}

fn data(out: &mut String, cell: &Cell) {
    let _ =
        write!(out, "<td>{} <small>{}</small></td>", escape(&cell.value), escape(&cell.interval));
}
