//! Loops: a model that says the same again and again is cut where it begins to.

use super::Draft;
use crate::document::words::is_word;

/// So often may the same lines follow each other.
const ROUNDS: usize = 3;
/// Longest block looked for, in lines.
const LONGEST: usize = 12;
/// So often may the same characters follow each other on a line; and where the model's budget ran
/// out over them.
const TIMES: usize = 6;
const TIMES_CUT_OFF: usize = 4;
/// Longest repetition on a line that is looked for, in bytes.
const LONGEST_PIECE: usize = 48;
/// So many lines that differ in a number alone are a runaway where the budget ran out.
const COUNTED: usize = 6;

/// Cuts a loop to its first round.
pub(in crate::completion) fn cut(draft: &mut Draft) {
    let rules: [fn(&str, bool) -> Option<usize>; 3] = [lines, pieces, counted];
    for rule in rules {
        if let Some(end) = rule(&draft.text, draft.cut_off) {
            draft.text.truncate(end);
            // What the budget cut is gone.
            draft.cut_off = false;
        }
    }
}

/// Blocks of lines that follow themselves: where the first round ends.
fn lines(text: &str, cut_off: bool) -> Option<usize> {
    let mut lines: Vec<&str> = text.split('\n').collect();
    // The last block may have no blank line below it.
    if lines.last().is_some_and(|line| !line.trim().is_empty()) {
        lines.push("");
    }
    for period in 1..=LONGEST.min(lines.len() / 2) {
        for start in 0..lines.len().saturating_sub(period) {
            let block = lines.get(start..start + period)?;
            if !says_something(block) || is_data(block) {
                continue;
            }
            let round =
                |round: usize| lines.get(start + round * period..start + (round + 1) * period);
            let same =
                |next: &[&str]| next.iter().map(|l| l.trim()).eq(block.iter().map(|l| l.trim()));
            let rounds = 1 + (1..).take_while(|number| round(*number).is_some_and(same)).count();
            let left = lines.get(start + rounds * period..).unwrap_or_default();
            // Cut off in the middle of a round.
            let half =
                cut_off && rounds > 1 && period > 1 && left.len() <= period && begins(left, block);
            if rounds >= ROUNDS || half || (rounds > 1 && is_paragraph(block)) {
                let kept = lines.get(..start + period)?;
                let end = kept.iter().map(|line| line.len() + 1).sum::<usize>() - 1;
                return Some(end.min(text.len()));
            }
        }
    }
    None
}

/// Whether a block is a paragraph of its own, of several lines and a blank one: such a one is not
/// said twice.
fn is_paragraph(block: &[&str]) -> bool {
    let blank = block.last().is_some_and(|line| line.trim().is_empty());
    blank && block.iter().filter(|line| !line.trim().is_empty()).count() > 2
}

/// Whether lines, the last of them half, are the beginning of a block.
fn begins(left: &[&str], block: &[&str]) -> bool {
    !left.is_empty() && left.iter().zip(block).all(|(a, b)| b.trim().starts_with(a.trim()))
}

fn says_something(block: &[&str]) -> bool {
    let letters: usize =
        block.iter().map(|line| line.chars().filter(|c| c.is_alphanumeric()).count()).sum();
    letters >= 4
}

/// Rows of a table, entries, markup: the same may well follow.
fn is_data(block: &[&str]) -> bool {
    block.iter().all(|line| {
        let line = line.trim();
        line.is_empty()
            || line.ends_with(',')
            || line.starts_with(['<', '|'])
            || !line.chars().any(char::is_alphabetic)
    })
}

/// Characters that follow themselves to the end of the last line: where the first round ends.
fn pieces(text: &str, cut_off: bool) -> Option<usize> {
    let start = text.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(start..)?.trim_end();
    let bytes = line.as_bytes();
    let times = if cut_off { TIMES_CUT_OFF } else { TIMES };
    for period in 2..=LONGEST_PIECE.min(bytes.len() / times) {
        let run = bytes
            .iter()
            .rev()
            .zip(bytes.iter().rev().skip(period))
            .take_while(|(a, b)| a == b)
            .count();
        if run + period < times * period {
            continue;
        }
        let from = bytes.len() - run - period;
        let piece = line.get(from..from + period)?;
        // Numbers in a row are data.
        let mut words = piece.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let data = !cut_off && words.all(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        if !data && piece.chars().filter(|c| c.is_alphabetic()).count() >= 2 {
            // Where a quote is closed, if there is such a place.
            let whole = |end: &usize| {
                let head = line.get(..*end).unwrap_or("");
                let even = |quote| head.matches(quote).count().is_multiple_of(2);
                let next = line.get(*end..).and_then(|left| left.chars().next());
                let parted = !head.ends_with(is_word) || !next.is_some_and(is_word);
                parted && even('\'') && even('"') && even('`')
            };
            let end = (from + period..from + 2 * period).find(whole).unwrap_or(from + period);
            return Some(start + end);
        }
    }
    None
}

/// Lines at the end of a text over which the budget ran out that differ in a number alone: where the first of them ends.
fn counted(text: &str, cut_off: bool) -> Option<usize> {
    if !cut_off {
        return None;
    }
    let shape = |line: &str| -> String {
        line.trim().chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>()
    };
    let plain = |line: &str| {
        let mut last = ' ';
        shape(line)
            .chars()
            .filter(|c| std::mem::replace(&mut last, *c) != '0' || *c != '0')
            .collect::<String>()
    };
    let lines: Vec<&str> = text.split('\n').collect();
    let last = plain(lines.last()?);
    let half = lines.len().checked_sub(2).and_then(|at| lines.get(at)).map(|line| plain(line));
    // The last one may be half.
    let (shape, skip) = match half {
        Some(whole) if whole != last && whole.starts_with(&last) => (whole, 1),
        _ => (last, 0),
    };
    let alike = |line: &&&str| plain(line) == shape && !line.trim_end().ends_with(',');
    let count = lines.iter().rev().skip(skip).take_while(alike).count();
    let first = lines.len() - skip - count;
    if count < COUNTED || !shape.contains('0') {
        return None;
    }
    let kept = lines.get(..=first)?;
    Some(kept.iter().map(|line| line.len() + 1).sum::<usize>() - 1)
}
