//! More than was asked for: the whole file, or the class around a method. The region is found in it.

use std::ops::Range;

use super::indent::{says_something, width};
use crate::actions::edits::line_diff;

/// Lines above that say something, by which an answer that ends in the file's middle is known to begin at its
/// top.
const TOP: usize = 3;

/// The lines of an answer that stand for the region, where the answer is the file, or a block around
/// the region, and not the region alone.
pub(super) fn part(
    answer: &[&str],
    before: &[&str],
    region: &[&str],
    after: &[&str],
) -> Option<Range<usize>> {
    if let Some(found) = aligned(answer, before, region, after) {
        return Some(found);
    }
    let first = answer.iter().position(|line| !line.trim().is_empty())?;
    let own = region.iter().find(|line| !line.trim().is_empty())?;
    let head = answer.get(first)?;
    if head.trim() == own.trim() {
        return None;
    }
    let headers = headers(before, width(own));
    let at =
        *headers.iter().find(|at| before.get(**at).is_some_and(|b| b.trim() == head.trim()))?;
    let outer = width(before.get(at)?);
    // Where the block ends below the region.
    let inside = after.iter().take_while(|line| line.trim().is_empty() || width(line) > outer);
    let mut below = inside.count();
    let closer = |line: &&&str| line.trim_start().starts_with(['}', ')', ']']);
    below += usize::from(after.get(below).as_ref().is_some_and(closer));
    let (members, rest) = (before.get(at..)?, after.get(..below)?);
    if let Some(found) = aligned(answer, members, region, rest) {
        return Some(found);
    }
    wrapped(answer, first, &headers, before)
}

/// The region in an answer that holds most of what stands before and after it as well.
fn aligned(
    answer: &[&str],
    before: &[&str],
    region: &[&str],
    after: &[&str],
) -> Option<Range<usize>> {
    let file: Vec<&str> =
        before.iter().chain(region).chain(after).map(|line| line.trim()).collect();
    let trimmed: Vec<&str> = answer.iter().map(|line| line.trim()).collect();
    let (start, end) = (before.len(), before.len() + region.len());
    let hunks = line_diff::hunks(&file, &trimmed);
    let map = line_diff::matched(&hunks, file.len());
    let held = |range: Range<usize>| {
        let lines = file.get(range.clone())?.iter().zip(map.get(range)?);
        let (mut all, mut found) = (0, 0);
        for (_, to) in lines.filter(|(line, _)| says_something(line)) {
            all += 1;
            found += usize::from(to.is_some());
        }
        Some((all, found))
    };
    let ((above, above_held), (below, below_held)) = (held(0..start)?, held(end..file.len())?);
    let enough = |all: usize, found: usize| found * 5 >= all * 3;
    // All of the file down to the region, or to a few lines below it.
    let from_the_top = || {
        let tail = map.get(end..)?;
        let come = tail.iter().take_while(|to| to.is_some()).count();
        let last =
            come.checked_sub(1).map_or(Some(answer.len()), |last| Some((*tail.get(last)?)? + 1))?;
        let alone = tail.iter().skip(come).all(Option::is_none);
        (above >= TOP && alone && last == answer.len()).then_some(())
    };
    if above + below == 0
        || !enough(above, above_held)
        || !(enough(below, below_held) || from_the_top().is_some())
    {
        return None;
    }
    // A change across the region's edge is parted there, line for line.
    let over =
        |edge: usize| hunks.iter().find(|hunk| hunk.old.start < edge && edge <= hunk.old.end);
    let from = match over(start) {
        Some(hunk) => hunk.new.start + hunk.new.len().min(start - hunk.old.start),
        None => start.checked_sub(1).map_or(Some(0), |last| Some(map.get(last)?.as_ref()? + 1))?,
    };
    let across = |hunk: &&line_diff::Hunk| hunk.old.start <= end && end < hunk.old.end;
    let to = match hunks.iter().find(across) {
        Some(hunk) => hunk.new.end - hunk.new.len().min(hunk.old.end - end),
        None => match map.get(end) {
            Some(to) => (*to)?,
            None => answer.len(),
        },
    };
    (from <= to).then_some(from..to)
}

/// The region in an answer that repeats the headers of blocks around it and nothing else of them.
fn wrapped(
    answer: &[&str],
    first: usize,
    headers: &[usize],
    before: &[&str],
) -> Option<Range<usize>> {
    let is_header = |line: &str| {
        headers.iter().any(|at| before.get(*at).is_some_and(|header| header.trim() == line.trim()))
    };
    let next = |from: usize| {
        let below = answer.get(from..)?.iter().position(|line| !line.trim().is_empty());
        Some(from + below?)
    };
    let (mut from, mut to) = (first, answer.len());
    while let Some(line) = answer.get(from)
        && is_header(line)
        && let Some(inner) = next(from + 1)
        && width(answer.get(inner)?) > width(line)
    {
        let last = answer.get(..to)?.iter().rposition(|line| !line.trim().is_empty())?;
        let closer = answer.get(last)?;
        if width(closer) == width(line) && last > inner {
            to = last;
        }
        from = inner;
    }
    (from > first).then_some(from..to)
}

/// The lines above that stand ever less deep: what the region is in, outermost first.
fn headers(before: &[&str], mut depth: usize) -> Vec<usize> {
    let mut found = Vec::new();
    for (at, line) in before.iter().enumerate().rev() {
        if depth == 0 {
            break;
        }
        if says_something(line) && width(line) < depth {
            depth = width(line);
            found.push(at);
        }
    }
    found.reverse();
    found
}
