//! What a request can be answered with, given how far a generation has come. Pure: time is given.

use std::time::{Duration, Instant};

use super::generation::{End, Progress};
use super::reuse::{self, Rest};
use super::shape::lines;
use super::shape::stop::StopRule;
use super::trigger::Extent;
use crate::backend::error::BackendError;

/// A request's view of a generation.
pub struct View<'a> {
    /// Text that stands before the generation's own.
    pub lead: &'a str,
    /// What was typed of it up to the cursor.
    pub typed: &'a str,
    /// What stands behind the cursor before the text that followed.
    pub after: &'a str,
    /// Only the rest of the line may be answered.
    pub one_line: bool,
    /// A block under way is answered this long after its first whole line.
    pub block_after: Duration,
    /// Where the generation's text is complete.
    pub rule: &'a StopRule,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Answer with these texts to insert at the cursor, best first; none: the model has nothing.
    Ready(Vec<String>),
    /// Wait for more, at most until then.
    Wait(Option<Instant>),
    /// Something else was typed, or all of it: a new generation is needed.
    Over,
    /// It failed before any text.
    Failed(BackendError),
}

/// Decides at `now`.
#[must_use]
pub fn decide(progress: &Progress, view: &View<'_>, now: Instant) -> Decision {
    match &progress.end {
        Some(End::Failed(error)) => return Decision::Failed(error.clone()),
        Some(End::Diverged) => return Decision::Over,
        _ => {}
    }
    let blank = progress.texts.iter().all(|text| text.trim().is_empty());
    if blank && progress.end.is_some() && !view.lead.is_empty() {
        // Nothing but what the user has just deleted.
        return Decision::Over;
    }
    let Some(best) = progress.texts.first() else {
        let ended = progress.end.is_some();
        return match (ended, view.typed.is_empty()) {
            (true, true) => Decision::Ready(Vec::new()),
            (true, false) => Decision::Over,
            _ => Decision::Wait(None),
        };
    };
    let left = match reuse::rest(&format!("{}{best}", view.lead), view.typed, view.after) {
        Rest::Left(left) => left,
        Rest::Diverged => return Decision::Over,
        Rest::Ahead if progress.end.is_none() => return Decision::Wait(None),
        Rest::Ahead => return Decision::Over,
    };
    if progress.end.is_none() {
        return under_way(progress, view, &left, now);
    }
    if left.trim().is_empty() && !view.typed.is_empty() {
        return Decision::Over;
    }
    let mut texts: Vec<String> = Vec::new();
    for text in &progress.texts {
        let Rest::Left(left) = reuse::rest(&format!("{}{text}", view.lead), view.typed, view.after)
        else {
            continue;
        };
        let text = shown(&left, view.one_line, progress.end.as_ref());
        if !text.trim().is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    match &progress.end {
        Some(End::Broken(error)) if texts.is_empty() => Decision::Failed(error.clone()),
        _ => Decision::Ready(texts),
    }
}

fn under_way(progress: &Progress, view: &View<'_>, left: &str, now: Instant) -> Decision {
    let one_line = view.one_line || view.rule.extent == Extent::Line;
    let Some(first) = first_line(left) else { return Decision::Wait(None) };
    if one_line {
        return Decision::Ready(vec![first.to_owned()]);
    }
    let since = progress.first_line.map(|at| at + view.block_after);
    let due = !view.typed.is_empty() || since.is_none_or(|at| at <= now);
    if !due {
        return Decision::Wait(since);
    }
    // Whole lines at a boundary, as far as they lie after what was typed.
    let best = progress.texts.first().map_or("", String::as_str);
    let hidden = view.rule.presentable(best).map_or(0, |end| best.len() - end);
    let text = left.len().checked_sub(hidden).and_then(|end| left.get(..end)).unwrap_or("");
    let text = if text.trim().is_empty() { first } else { text };
    Decision::Ready(vec![text.to_owned()])
}

/// The first line with anything in it, once it is whole; leading blank lines stay.
fn first_line(text: &str) -> Option<&str> {
    text.get(..lines::first_line(text)?)
}

/// What is shown of a finished text. Where it was cut off, half a line is worse than none; where it
/// broke, it is no good at all.
fn shown(left: &str, one_line: bool, end: Option<&End>) -> String {
    let whole = left.rfind('\n').and_then(|end| left.get(..end));
    let whole = whole.filter(|text| !text.trim().is_empty());
    let text = match end {
        Some(End::Broken(_)) => whole.unwrap_or(""),
        _ => left,
    };
    if one_line { first_line(text).unwrap_or(text).to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(texts: &[&str], first_line: Option<Instant>, end: Option<End>) -> Progress {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Progress { texts, first_line, end, ..Progress::default() }
    }

    #[test]
    fn answers_as_soon_as_there_is_enough() {
        let now = Instant::now();
        let later = now + Duration::from_millis(400);
        let line = StopRule::for_line(Extent::Line, "let a = ");
        let block = StopRule::for_line(Extent::Block, "fn a() {");
        let ready = |text: &str| Decision::Ready(vec![text.to_owned()]);
        let wait = Decision::Wait(None);
        let done = Some(End::Complete);
        let gone = BackendError::Interrupted("m".into());
        let broken = Some(End::Broken(gone.clone()));
        let body = "\n    b();\n    c();\n    d";
        for (rule, texts, at, end, typed, one_line, when, want) in [
            // A line: once it is whole or over.
            (&line, &["f(x"][..], None, None, "", false, now, wait.clone()),
            (&line, &["f(x)"], None, done.clone(), "", false, now, ready("f(x)")),
            (&line, &["f(x)"], None, done.clone(), "f(", false, now, ready("x)")),
            (&line, &["f(x)"], None, done.clone(), "g", false, now, Decision::Over),
            (&line, &["f(x)"], None, done.clone(), "f(x)", false, now, Decision::Over),
            (&line, &["f("], None, None, "f(x", false, now, wait.clone()),
            (&line, &[], None, None, "", false, now, wait.clone()),
            (&line, &[], None, done.clone(), "", false, now, Decision::Ready(vec![])),
            // A block: 400 ms after its first line, whole lines only; at once when typed through.
            (&block, &[body], Some(now), None, "", false, now, Decision::Wait(Some(later))),
            (&block, &[body], Some(now), None, "", false, later, ready("\n    b();\n    c();")),
            (&block, &[body], Some(now), None, "\n    b", false, now, ready("();\n    c();")),
            (&block, &[body], Some(now), None, "", true, now, ready("\n    b();")),
            (&block, &[body], Some(now), done.clone(), "", false, now, ready(body)),
            (
                &block,
                &[body],
                Some(now),
                Some(End::CutOff),
                "",
                false,
                now,
                // Polish cuts it back to where it can end.
                ready(body),
            ),
            (
                &block,
                &[body],
                Some(now),
                broken.clone(),
                "",
                false,
                now,
                ready("\n    b();\n    c();"),
            ),
            (&line, &["f(x"], None, broken.clone(), "", false, now, Decision::Failed(gone.clone())),
            (&line, &["f(x"], None, Some(End::CutOff), "", false, now, ready("f(x")),
            // Several candidates: distinct ones, best first.
            (
                &line,
                &["a", "b", "a"],
                None,
                done.clone(),
                "",
                false,
                now,
                Decision::Ready(vec!["a".into(), "b".into()]),
            ),
        ] {
            let progress = progress(texts, at, end);
            let view = View {
                lead: "",
                typed,
                after: "",
                one_line,
                block_after: Duration::from_millis(400),
                rule,
            };
            assert_eq!(decide(&progress, &view, when), want, "{texts:?} {typed:?}");
        }
    }
}
