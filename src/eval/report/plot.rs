//! Plots as SVG, without scripts.

use std::fmt::Write;

/// Colours of the models, told apart by people who do not see red or green as well (Okabe & Ito,
/// "Color universal design", 2008).
const COLOURS: [&str; 7] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f"];
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 44.0;

/// The colour of the model at that place.
#[must_use]
pub fn colour(index: usize) -> &'static str {
    COLOURS.get(index % COLOURS.len()).copied().unwrap_or("#000")
}

/// An axis: its ends, and whether it is logarithmic.
#[derive(Clone, Copy, Debug)]
struct Axis {
    from: f64,
    to: f64,
    log: bool,
}

impl Axis {
    /// Where a value is, 0 to 1.
    fn at(self, value: f64) -> f64 {
        let place = |value: f64| if self.log { value.max(1e-9).log10() } else { value };
        let (from, to) = (place(self.from), place(self.to));
        if to > from { ((place(value) - from) / (to - from)).clamp(0.0, 1.0) } else { 0.5 }
    }

    /// Round values on it.
    fn ticks(self) -> Vec<f64> {
        if self.log {
            let mut ticks = Vec::new();
            let mut decade = 10f64.powf(self.from.max(1e-9).log10().floor());
            while decade <= self.to && ticks.len() < 40 {
                let steps = [1.0, 2.0, 5.0].map(|step| step * decade);
                ticks.extend(steps.iter().filter(|at| (self.from..=self.to).contains(*at)));
                decade *= 10.0;
            }
            return ticks;
        }
        let rough = (self.to - self.from) / 5.0;
        let decade = 10f64.powf(rough.max(1e-9).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|step| step * decade);
        let step = step.into_iter().find(|step| *step >= rough).unwrap_or(rough);
        let mut at = (self.from / step).ceil() * step;
        let mut ticks = Vec::new();
        while at <= self.to + step * 1e-6 && ticks.len() < 40 {
            ticks.push(at);
            at += step;
        }
        ticks
    }
}

/// Shares of answers that are there after so many ms: one line for each model.
#[must_use]
pub fn latency(series: &[(String, Vec<f64>)]) -> String {
    let all = || series.iter().flat_map(|(_, values)| values).copied().filter(|it| *it > 0.0);
    let (from, to) = (all().fold(f64::MAX, f64::min), all().fold(0.0, f64::max));
    if to <= 0.0 {
        return String::new();
    }
    let x = Axis { from: from * 0.8, to: to * 1.25, log: true };
    let y = Axis { from: 0.0, to: 100.0, log: false };
    let mut svg = frame(x, y, "ms until the suggestion is there", "% of suggestions");
    for (index, (name, values)) in series.iter().enumerate() {
        let mut values = values.clone();
        values.sort_unstable_by(f64::total_cmp);
        let mut path = String::new();
        #[allow(clippy::cast_precision_loss)]
        for (rank, value) in values.iter().enumerate() {
            let share = 100.0 * (rank + 1) as f64 / values.len() as f64;
            let (before, after) = (100.0 * rank as f64 / values.len() as f64, share);
            let mark = if rank == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{mark}{:.1} {:.1}", px(x, *value), py(y, before));
            let _ = write!(path, "L{:.1} {:.1}", px(x, *value), py(y, after));
        }
        let _ = write!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"><title>{}</title></path>",
            colour(index),
            escape(name)
        );
    }
    svg.push_str("</svg>");
    svg
}

/// A model in a plot of quality: what it costs, what it saves, and that figure's interval.
pub struct Point {
    /// Its name.
    pub name: String,
    /// Across.
    pub x: f64,
    /// Up, with its interval.
    pub y: (f64, f64, f64),
}

/// Quality against what it costs.
#[must_use]
pub fn quality(points: &[Point], across: &str, up: &str, log: bool) -> String {
    let xs = || points.iter().map(|point| point.x);
    let (least, most) = (xs().fold(f64::MAX, f64::min), xs().fold(0.0, f64::max));
    let x = if log {
        Axis { from: least * 0.5, to: most * 2.0, log: true }
    } else {
        Axis { from: 0.0, to: if most > 0.0 { most * 1.2 } else { 1.0 }, log: false }
    };
    let highest = points.iter().map(|point| point.y.2).fold(0.0, f64::max);
    let y = Axis { from: 0.0, to: if highest > 0.0 { highest * 1.15 } else { 1.0 }, log: false };
    let mut svg = frame(x, y, across, up);
    for (index, point) in points.iter().enumerate() {
        let (at, colour) = (px(x, point.x), colour(index));
        let (value, low, high) = (py(y, point.y.0), py(y, point.y.1), py(y, point.y.2));
        let _ = write!(
            svg,
            "<path d=\"M{at:.1} {low:.1}V{high:.1}M{:.1} {low:.1}h10M{:.1} {high:.1}h10\" \
             stroke=\"{colour}\" stroke-width=\"1.5\"/>\
             <circle cx=\"{at:.1}\" cy=\"{value:.1}\" r=\"5\" fill=\"{colour}\"/>",
            at - 5.0,
            at - 5.0,
        );
        // Its name stands where there is room.
        let (dx, anchor) = if at > WIDTH * 0.7 { (-10.0, "end") } else { (10.0, "start") };
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            at + dx,
            value - 8.0,
            escape(&point.name)
        );
    }
    svg.push_str("</svg>");
    svg
}

fn px(axis: Axis, value: f64) -> f64 {
    LEFT + axis.at(value) * (WIDTH - LEFT - RIGHT)
}

fn py(axis: Axis, value: f64) -> f64 {
    HEIGHT - BOTTOM - axis.at(value) * (HEIGHT - TOP - BOTTOM)
}

/// Axes, their round values and names.
fn frame(x: Axis, y: Axis, across: &str, up: &str) -> String {
    let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{} against {}\">",
        escape(up),
        escape(across)
    );
    for tick in y.ticks() {
        let at = py(y, tick);
        let _ = write!(
            svg,
            "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{right}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 6.0,
            at + 4.0,
            round(tick)
        );
    }
    for tick in x.ticks() {
        let at = px(x, tick);
        let _ = write!(
            svg,
            "<path class=\"grid\" d=\"M{at:.1} {TOP}V{bottom}\"/>\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            bottom + 16.0,
            round(tick)
        );
    }
    let _ = write!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\
         <text transform=\"translate(14 {:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
        f64::midpoint(LEFT, right),
        HEIGHT - 8.0,
        escape(across),
        f64::midpoint(TOP, bottom),
        escape(up)
    );
    svg
}

fn round(value: f64) -> String {
    let text = if value.abs() >= 10.0 || value == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.4}")
    };
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// Text in markup.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
