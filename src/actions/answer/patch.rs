//! A unified diff instead of code (GNU diffutils, "Detailed Description of Unified Format"): found
//! by its lines, for models count badly, and read past missing blanks and headers.

use super::AnswerError;
use super::indent::{Unit, blanks, signed, width};
use crate::actions::edits::line_diff;

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Line {
    Kept(String),
    Removed(String),
    Added(String),
}

/// Lines that are changed together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hunk {
    /// The line that its header names, from 0.
    at: Option<usize>,
    /// How many lines there are to be before and after, as its header says.
    counts: Option<(usize, usize)>,
    lines: Vec<Line>,
    /// It ends before the header's count of both, with lines that go.
    cut: bool,
}

/// How far two lines may differ and still be the same.
const LEVELS: [fn(&str, &str) -> bool; 3] = [
    |a, b| a == b,
    |a, b| a.trim_end() == b.trim_end(),
    |a, b| a.split_whitespace().eq(b.split_whitespace()),
];

/// The hunks of a diff; `None` where a text is none. `told` if it says that it is one.
pub(super) fn read(text: &str, told: bool) -> Option<Vec<Hunk>> {
    let lines: Vec<&str> = text.lines().collect();
    let headed = lines.iter().any(|line| line.starts_with("@@ -")) || names_files(&lines);
    let changes = lines.iter().any(|line| line.starts_with(['+', '-']));
    if !changes || !(told || headed) {
        return None;
    }
    let mut hunks = vec![Hunk::default()];
    let mut rest = lines.iter().peekable();
    while let Some(line) = rest.next() {
        if line.starts_with("--- ") && rest.peek().is_some_and(|next| next.starts_with("+++ ")) {
            rest.next();
            hunks.push(Hunk::default());
            continue;
        }
        if is_header(line) {
            hunks.push(Hunk { at: line_of(line), counts: counts_of(line), ..Hunk::default() });
            continue;
        }
        let preamble = ["diff --git ", "index ", "\\ No newline", "new file", "old mode", "*** "];
        if preamble.iter().any(|start| line.starts_with(start)) {
            continue;
        }
        let Some(hunk) = hunks.last_mut() else { continue };
        let tail = line.get(1..).unwrap_or("").to_owned();
        hunk.lines.push(match line.as_bytes().first() {
            Some(b'+') => Line::Added(tail),
            Some(b'-') => Line::Removed(tail),
            Some(b' ') => Line::Kept(tail),
            // The blank in front was forgotten.
            _ => Line::Kept((*line).to_owned()),
        });
    }
    if let Some(last) = hunks.last_mut() {
        last.cut = last.is_cut();
    }
    hunks.retain(|hunk| hunk.lines.iter().any(|line| !matches!(line, Line::Kept(_))));
    hunks.iter_mut().for_each(Hunk::trim);
    (!hunks.is_empty()).then_some(hunks)
}

/// Whether a diff ends in the middle of a change.
pub(super) fn is_cut(hunks: &[Hunk]) -> bool {
    hunks.last().is_some_and(|last| last.cut)
}

/// In what is known to be a diff: models leave the numbers out. `@@count` is a variable of Ruby's.
fn is_header(line: &str) -> bool {
    line.starts_with("@@ ") || line.trim_end() == "@@"
}

fn names_files(lines: &[&str]) -> bool {
    lines.windows(2).any(|pair| match pair {
        [one, two] => one.starts_with("--- ") && two.starts_with("+++ "),
        _ => false,
    })
}

/// `@@ -12,3 +12,4 @@`: 11.
fn line_of(header: &str) -> Option<usize> {
    let digits = header.split_once('-')?.1;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse::<usize>().ok()?.checked_sub(1)
}

/// `@@ -12,3 +12,4 @@`: 3 and 4.
fn counts_of(header: &str) -> Option<(usize, usize)> {
    let of = |mark: char| -> Option<usize> {
        let (_, numbers) = header.split_once(mark)?;
        let numbers = numbers.split([' ', '@']).next()?;
        numbers.split_once(',').map_or(Some(1), |(_, count)| count.parse().ok())
    };
    Some((of('-')?, of('+')?))
}

impl Hunk {
    /// Models count badly: what counts less than it says is cut off only where it takes lines away last, and
    /// nothing comes for them.
    fn is_cut(&self) -> bool {
        let Some((old, new)) = self.counts else { return false };
        let count = |is: fn(&Line) -> bool| self.lines.iter().filter(|line| is(line)).count();
        let (added, removed) = (
            count(|line| matches!(line, Line::Added(_))),
            count(|line| matches!(line, Line::Removed(_))),
        );
        let kept = self.lines.len() - added - removed;
        let removes = matches!(self.lines.last(), Some(Line::Removed(_)));
        removes && kept + removed < old && kept + added < new
    }

    /// By which some lines become others.
    pub(super) fn between(old: &[&str], new: &[&str]) -> Self {
        let owned = |line: &&str| (*line).to_owned();
        let (mut lines, mut next) = (Vec::new(), 0);
        for hunk in line_diff::hunks(old, new) {
            let kept = old.get(next..hunk.old.start).unwrap_or_default();
            lines.extend(kept.iter().map(owned).map(Line::Kept));
            let gone = old.get(hunk.old.clone()).unwrap_or_default();
            lines.extend(gone.iter().map(owned).map(Line::Removed));
            let added = new.get(hunk.new).unwrap_or_default();
            lines.extend(added.iter().map(owned).map(Line::Added));
            next = hunk.old.end;
        }
        lines.extend(old.get(next..).unwrap_or_default().iter().map(owned).map(Line::Kept));
        Self { lines, ..Self::default() }
    }

    /// The lines that it looks for.
    fn old(&self) -> Vec<&str> {
        let old = self.lines.iter().filter_map(|line| match line {
            Line::Kept(text) | Line::Removed(text) => Some(text.as_str()),
            Line::Added(_) => None,
        });
        old.collect()
    }

    /// Blank context at the edges tells nothing.
    fn trim(&mut self) {
        let blank = |line: &Line| matches!(line, Line::Kept(text) if text.trim().is_empty());
        while self.lines.last().is_some_and(blank) {
            self.lines.pop();
        }
        let lead = self.lines.iter().take_while(|line| blank(line)).count();
        self.lines.drain(..lead);
    }
}

/// Takes out of hunks the lines that they add and that are such; one that they remove is kept. `None` where
/// nothing is left of hunks that were to remove one.
pub(super) fn take(hunks: &mut Vec<Hunk>, is: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let (mut taken, mut removes) = (Vec::new(), false);
    for hunk in hunks.iter_mut() {
        hunk.lines.retain_mut(|line| match line {
            Line::Added(text) if is(text) => {
                taken.push(text.trim().to_owned());
                false
            }
            Line::Removed(text) if is(text) => {
                removes = true;
                *line = Line::Kept(std::mem::take(text));
                true
            }
            _ => true,
        });
    }
    hunks.retain(|hunk| hunk.lines.iter().any(|line| !matches!(line, Line::Kept(_))));
    hunks.iter_mut().for_each(Hunk::trim);
    (!hunks.is_empty() || !removes).then_some(taken)
}

/// That a diff is of a file, as far as it names one: by its whole path, or the end of it.
///
/// # Errors
/// [`AnswerError::OtherFile`].
pub(super) fn of_file(diff: &str, file: Option<&str>) -> Result<(), AnswerError> {
    let Some(file) = file else { return Ok(()) };
    let lines: Vec<&str> = diff.lines().collect();
    let mut named = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let next = lines.get(at + 1).copied().unwrap_or("");
        if let (Some(old), Some(new)) = (line.strip_prefix("--- "), next.strip_prefix("+++ ")) {
            named.extend([old, new]);
        }
        named.extend(line.strip_prefix("*** Update File: "));
        named.extend(line.strip_prefix("diff --git ").iter().flat_map(|both| both.split(' ')));
    }
    let other = |name: &&str| {
        let name = name.split('\t').next().unwrap_or("").trim();
        // `original` and `modified` are no files.
        name.contains(['.', '/']) && name != "/dev/null" && !is_own(name, file)
    };
    if named.iter().any(other) { Err(AnswerError::OtherFile) } else { Ok(()) }
}

/// Whether a name in an answer is that of a file: its whole path, or the end of it.
pub(super) fn is_own(name: &str, file: &str) -> bool {
    let name = name.trim_matches(['`', '*', '#', ' ', ':']).replace('\\', "/");
    let own = |name: &str| {
        let name = name.trim_start_matches("./");
        let ends = |long: &str, short: &str| {
            long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        ends(file, name) || ends(name, file)
    };
    let short = name.strip_prefix("a/").or_else(|| name.strip_prefix("b/"));
    own(&name) || short.is_some_and(own)
}

/// In how many places of a file that touch some of its lines others stand: by what they say exactly, else
/// with less and less of their blanks.
pub(super) fn places(lines: &[&str], file: &[&str], part: (usize, usize)) -> usize {
    found(lines, file, part).len()
}

/// Sorts hunks by where they stand.
pub(super) fn sort(hunks: &mut [Hunk], file: &[&str], part: (usize, usize)) {
    hunks.sort_by_key(|hunk| found(&hunk.old(), file, part).first().copied());
}

fn found(lines: &[&str], file: &[&str], (start, end): (usize, usize)) -> Vec<usize> {
    let touches = |at: &usize| at + lines.len() > start && *at < end;
    let mut all = LEVELS.iter().map(|same| {
        let fits = |at: &usize| {
            let there = file.get(*at..at + lines.len());
            there.is_some_and(|there| there.iter().zip(lines).all(|(a, b)| same(a, b)))
        };
        (0..file.len()).filter(touches).filter(fits).collect::<Vec<_>>()
    });
    all.find(|places| !places.is_empty()).unwrap_or_default()
}

/// The lines of `file` from `start` to `end` with the hunks applied; `None` where one of them fits
/// nowhere, or changes a line outside.
pub(super) fn apply(
    hunks: &[Hunk],
    file: &[&str],
    (start, end): (usize, usize),
    unit: Unit,
) -> Option<String> {
    let mut out: Vec<String> = Vec::new();
    let mut done = start;
    for hunk in hunks {
        let placed = place(hunk, file, (start, end), done)?;
        let shift = placed.shift(file);
        let mut at = placed.at;
        for line in &placed.lines {
            match line {
                Line::Added(text) => {
                    if at < done || at > end {
                        return None;
                    }
                    out.extend(file.get(done..at)?.iter().map(|line| (*line).to_owned()));
                    done = at;
                    out.push(moved(text, shift, unit));
                }
                Line::Kept(_) => at += 1,
                Line::Removed(_) => {
                    if at < done || at >= end {
                        return None;
                    }
                    out.extend(file.get(done..at)?.iter().map(|line| (*line).to_owned()));
                    at += 1;
                    done = at;
                }
            }
        }
    }
    out.extend(file.get(done..end)?.iter().map(|line| (*line).to_owned()));
    Some(out.join("\n"))
}

/// A hunk whose place is known.
struct Placed<'a> {
    at: usize,
    lines: Vec<&'a Line>,
}

impl Placed<'_> {
    /// By how many columns the file's lines stand deeper than the hunk's.
    fn shift(&self, file: &[&str]) -> isize {
        let mut at = self.at;
        for line in &self.lines {
            if let Line::Kept(text) | Line::Removed(text) = line {
                if !text.trim().is_empty() {
                    let there = file.get(at).map_or(0, |line| width(line));
                    return signed(there) - signed(width(text));
                }
                at += 1;
            }
        }
        0
    }
}

fn moved(text: &str, shift: isize, unit: Unit) -> String {
    let body = text.trim_start_matches([' ', '\t']);
    if shift == 0 || body.is_empty() {
        return text.to_owned();
    }
    format!("{}{body}", blanks(width(text).saturating_add_signed(shift), unit))
}

/// Finds a hunk's lines, first as they are, then by what whitespace leaves, then with less and less
/// of the context at its edges.
fn place<'a>(
    hunk: &'a Hunk,
    file: &[&str],
    (start, end): (usize, usize),
    done: usize,
) -> Option<Placed<'a>> {
    let kept = |line: &&Line| matches!(line, Line::Kept(_));
    let lead = hunk.lines.iter().take_while(kept).count();
    let trail = hunk.lines.iter().rev().take_while(kept).count();
    for fuzz in 0..=lead.max(trail) {
        let (from, to) = (fuzz.min(lead), hunk.lines.len() - fuzz.min(trail));
        let lines: Vec<&Line> = hunk.lines.get(from..to)?.iter().collect();
        let old: Vec<&str> = lines
            .iter()
            .filter_map(|line| match line {
                Line::Kept(text) | Line::Removed(text) => Some(text.as_str()),
                Line::Added(_) => None,
            })
            .collect();
        if old.iter().all(|line| line.trim().is_empty()) {
            // Nothing to hold on to, unless there is nothing at all.
            let blank = file.get(start..end)?.iter().all(|line| line.trim().is_empty());
            return (blank && hunk.lines.len() == lines.len()).then_some(Placed { at: end, lines });
        }
        // A diff counts the file's lines, or those of the part that it was shown.
        let near = |at: usize| {
            let told = hunk.at.map_or(start, |told| told + from);
            at.abs_diff(told).min(at.abs_diff(told + start))
        };
        for same in LEVELS {
            let fits = |at: &usize| {
                let there = file.get(*at..at + old.len());
                there.is_some_and(|there| there.iter().zip(&old).all(|(a, b)| same(a, b)))
            };
            let from = done.saturating_sub(lead);
            let touches = |at: &usize| *at + old.len() >= start && *at <= end;
            let best = (from..=file.len()).filter(touches).filter(fits).min_by_key(|at| near(*at));
            if let Some(at) = best {
                return Some(Placed { at, lines });
            }
        }
    }
    None
}
