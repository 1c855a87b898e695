//! What an answer repeats: the lines right above and below the region, as models quote them to show where
//! the code stands; or all of itself.

use std::ops::Range;

use super::indent::{says_something, signed, width};

/// Most lines that are quoted.
const MOST: usize = 20;

/// The lines of an answer that are for the region: without those that stand right above and below it
/// already, at the same depth.
pub(super) fn own(
    answer: &[&str],
    before: &[&str],
    region: &[&str],
    after: &[&str],
) -> Range<usize> {
    let all = 0..answer.len();
    let Some(depth) = first(region).map(width) else { return all };
    let known = |lines: &[&str], base: usize, there: &[&str]| {
        let same = |(a, b): (&&str, &&str)| {
            let depths = signed(width(a)) - signed(base) == signed(width(b)) - signed(depth);
            a.trim() == b.trim() && (a.trim().is_empty() || depths)
        };
        lines.len() == there.len() && lines.iter().zip(there).all(same)
    };
    let says = |lines: &[&str]| lines.iter().filter(|line| says_something(line)).count();
    let head = |count: &usize| {
        let lines = answer.get(..*count).unwrap_or_default();
        let above = before.get(before.len().saturating_sub(*count)..).unwrap_or_default();
        let base = first(answer.get(*count..).unwrap_or_default()).map(width);
        // One line alone may be one more of its kind.
        base.is_some_and(|base| known(lines, base, above))
            && (says(lines) > 1 || lines.len() > 2 && says(lines) > 0)
            && !region.starts_with(lines)
    };
    let from = (1..=MOST.min(answer.len())).rev().find(head).unwrap_or(0);
    let base = first(answer.get(from..).unwrap_or_default()).map_or(0, width);
    let tail = |count: &usize| {
        let start = answer.len() - count;
        let lines = answer.get(start..).unwrap_or_default();
        let below = after.get(..*count).unwrap_or_default();
        let rest = answer.get(from..start).unwrap_or_default();
        known(lines, base, below)
            && says(lines) > 0
            && first(rest).is_some()
            && !ends_so(region, lines)
    };
    let most = MOST.min(answer.len().saturating_sub(from));
    let to = answer.len() - (1..=most).rev().find(tail).unwrap_or(0);
    from..to
}

/// The first of two halves of an answer that say the very same, where the region does not.
pub(super) fn once<'a, 'b>(answer: &'a [&'b str], region: &[&str]) -> &'a [&'b str] {
    let half = |lines: &[&str]| -> Option<usize> {
        let says: Vec<usize> = (0..lines.len())
            .filter(|at| lines.get(*at).is_some_and(|line| !line.trim().is_empty()))
            .collect();
        let (one, other) = says.split_at(says.len() / 2);
        let text = |rows: &[usize]| -> Vec<&str> {
            rows.iter().filter_map(|row| lines.get(*row)).map(|line| line.trim()).collect()
        };
        let twice = one.len() > 1 && text(one) == text(other);
        twice.then(|| other.first().copied()).flatten()
    };
    match half(answer).filter(|_| half(region).is_none()) {
        Some(at) => answer.get(..at).unwrap_or(answer),
        None => answer,
    }
}

fn first<'a>(lines: &[&'a str]) -> Option<&'a str> {
    lines.iter().copied().find(|line| !line.trim().is_empty())
}

fn ends_so(region: &[&str], lines: &[&str]) -> bool {
    let tail = region.get(region.len().saturating_sub(lines.len())..).unwrap_or_default();
    tail.len() == lines.len() && tail.iter().zip(lines).all(|(a, b)| a.trim() == b.trim())
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_is_none_of_the_answer() {
        let before = ["fn a() {", "    log();", "    let x = one();"];
        let after = ["    send(y);", "}", ""];
        let region = ["    let y = x;"];
        for (answer, want) in [
            (vec!["    let y = x + 1;"], 0..1),
            (vec!["    let y = x + 1;", "    send(y);"], 0..1),
            (vec!["let y = x + 1;", "send(y);"], 0..1),
            (vec!["    let y = x + 1;", "    send(y);", "}"], 0..1),
            (vec!["    log();", "    let x = one();", "    let y = x + 1;"], 2..3),
            // One line may be another of its kind, or stand in what is new.
            (vec!["    let x = one();", "    let y = x + 1;"], 0..2),
            (vec!["    if x {", "        send(y);"], 0..2),
            (vec!["    send(y);"], 0..1),
        ] {
            assert_eq!(own(&answer, &before, &region, &after), want, "{answer:?}");
        }
        let region = ["    let y = x;", "    send(y);"];
        assert_eq!(own(&["    send(x);", "    send(y);"], &before, &region, &after), 0..2);
    }

    #[test]
    fn an_answer_that_says_the_same_twice() {
        let one = ["fn a() {", "    b()", "}"];
        let twice: Vec<&str> = one.iter().chain(&[""]).chain(&one).copied().collect();
        assert_eq!(once(&twice, &["fn a() {}"]), &twice[..4]);
        assert_eq!(once(&twice, &twice), twice);
        assert_eq!(once(&["b();", "b();"], &["b();"]), ["b();", "b();"]);
    }
}
