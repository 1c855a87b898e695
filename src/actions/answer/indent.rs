//! Indentation: an answer's lines come to stand where the region stood, in the file's style.
//!
//! A model writes a method as it is in its class, or at the left edge, or with its first line alone
//! at the left edge because the fence came before it; with blanks where the file has tabs. Lines that
//! region and answer share tell which; else the first lines do.

use std::collections::HashMap;
use std::ops::Range;

use super::{Place, heads, strings};
use crate::document::language::Language;

/// Columns of a tab, where columns are compared.
const TAB: usize = 4;
/// Lines of the file around the region that tell its style.
const AROUND: usize = 400;

/// One step of indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) tabs: bool,
    pub(super) columns: usize,
}

/// Columns of a line's leading blanks.
pub(super) fn width(line: &str) -> usize {
    let blank = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
    blank.map(|c| if c == '\t' { TAB } else { 1 }).sum()
}

/// Whether a line says something: brackets and single letters stand everywhere.
pub(super) fn says_something(line: &str) -> bool {
    line.chars().filter(|c| c.is_alphanumeric()).count() >= 3
}

/// A line of a block comment: it stands a blank deeper than the code.
fn is_comment_inside(line: &str) -> bool {
    line.trim_start().starts_with('*') && width(line) % 2 == 1
}

/// Lines without the blanks that all of them begin with.
pub(super) fn dedented<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let lead = |line: &&&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| lead(&line)).min();
    lines.iter().map(|line| line.get(least.unwrap_or(0)..).unwrap_or("")).collect()
}

/// How lines indent; `None` where they do not tell.
pub(super) fn unit<'a>(lines: impl IntoIterator<Item = &'a str>) -> Option<Unit> {
    let (mut tabs, mut blanks) = (0_usize, 0_usize);
    let mut steps = [0_usize; 9];
    let mut above = None;
    for line in lines {
        if line.trim().is_empty() || is_comment_inside(line) {
            continue;
        }
        tabs += usize::from(line.starts_with('\t'));
        blanks += usize::from(line.starts_with("  "));
        let columns = width(line);
        if let Some(step) = above.and_then(|above| columns.checked_sub(above))
            && let Some(count) = steps.get_mut(step)
        {
            *count += 1;
        }
        above = Some(columns);
    }
    if tabs > blanks {
        return Some(Unit { tabs: true, columns: TAB });
    }
    let count = |columns: &usize| steps.get(*columns).copied().unwrap_or(0);
    let best = [2, 4, 8, 3].into_iter().filter(|columns| count(columns) > 0);
    let best = best.max_by_key(|columns| (count(columns), std::cmp::Reverse(*columns)))?;
    Some(Unit { tabs: false, columns: best })
}

/// How the file indents around a region, or as is usual in its language.
pub(super) fn unit_of(place: &Place<'_>) -> Unit {
    let above = place.before.lines().rev().take(AROUND).collect::<Vec<_>>();
    let lines = above.into_iter().rev().chain(place.region.lines());
    let lines: Vec<&str> = lines.chain(place.after.lines().take(AROUND)).collect();
    // What a string says tells nothing of the code.
    let (_, plain) = without_strings(&lines.join("\n"), &lines, place.language);
    unit(plain).unwrap_or(usual(place.language))
}

fn usual(language: Language) -> Unit {
    let (tabs, columns) = match language.id() {
        "go" | "makefile" => (true, TAB),
        "javascript" | "javascriptreact" | "typescript" | "typescriptreact" | "ruby" | "yaml"
        | "json" | "html" | "css" | "scss" | "lua" | "dart" | "scala" => (false, 2),
        _ => (false, 4),
    };
    Unit { tabs, columns }
}

/// An answer's code with the region's indentation.
pub(super) fn fit(code: &str, place: &Place<'_>) -> String {
    let unit = unit_of(place);
    let region: Vec<&str> = place.region.lines().collect();
    let own = region.iter().find(|line| !line.trim().is_empty()).map(|line| width(line));
    let base = own.or(place.columns).unwrap_or_else(|| place.indent());
    let raw: Vec<&str> = code.lines().collect();
    let (strings, plain) = without_strings(code, &raw, place.language);
    let lines = in_style(&plain, &region, unit);
    // What stands at the edge by custom tells nothing.
    let moving: Vec<_> =
        lines.iter().copied().filter(|(_, body)| !is_directive(body, place.language)).collect();
    let python = place.language.id() == "python";
    let (first, rest) = shifts(&moving, &region, base, unit, python);
    let lead = lead(&lines).max(1);
    let mut out = Vec::with_capacity(lines.len());
    for (index, ((columns, body), raw)) in lines.iter().zip(&raw).enumerate() {
        let stays = region.contains(raw) && (rest == 0 || width(raw) < base && says_something(raw));
        let at_edge = *columns == 0 && is_directive(body, place.language);
        if body.is_empty() {
            out.push(String::new());
        } else if stays || at_edge {
            out.push((*raw).to_owned());
        } else {
            let by = if index < lead { first } else { rest };
            out.push(format!("{}{body}", blanks(columns.saturating_add_signed(by), unit)));
        }
    }
    with_strings(out, &raw, &strings, &region)
}

/// The lines inside of strings, and code without them.
fn without_strings<'a>(
    code: &str,
    raw: &[&'a str],
    language: Language,
) -> (Vec<Range<usize>>, Vec<&'a str>) {
    let strings = strings::lines(code, language);
    let inside = |row: usize| strings.iter().any(|rows| rows.contains(&row));
    let line = |(row, line): (usize, &&'a str)| if inside(row) { "" } else { *line };
    let plain = raw.iter().enumerate().map(line).collect();
    (strings, plain)
}

/// The lines with those of strings as they came; as they were, where all else moved.
fn with_strings(
    mut lines: Vec<String>,
    raw: &[&str],
    strings: &[Range<usize>],
    region: &[&str],
) -> String {
    let inside = |row: usize| strings.iter().any(|rows| rows.contains(&row));
    let mut pairs = lines.iter().zip(raw).enumerate();
    let moved = pairs.any(|(row, (line, raw))| !inside(row) && line.trim_end() != raw.trim_end());
    for rows in strings {
        let Some(own) = raw.get(rows.clone()) else { continue };
        let own = if moved {
            strings::restored(own, region)
        } else {
            own.iter().map(|line| (*line).to_owned()).collect()
        };
        lines.splice(rows.clone(), own);
    }
    lines.join("\n")
}

/// Code moved so that its first line stands `to` columns deep.
pub(super) fn moved(code: &str, to: usize, unit: Unit, around: &str, language: Language) -> String {
    let raw: Vec<&str> = code.lines().collect();
    let (strings, plain) = without_strings(code, &raw, language);
    let lines = in_style(&plain, &[], unit);
    let first = lines.iter().find(|(_, body)| !body.is_empty()).map_or(0, |(columns, _)| *columns);
    let by = signed(to) - signed(first);
    let line = |(columns, body): &(usize, &str)| {
        if body.is_empty() || (*columns == 0 && is_directive(body, language)) {
            return (*body).to_owned();
        }
        format!("{}{body}", blanks(columns.saturating_add_signed(by), unit))
    };
    let lines = lines.iter().map(line).collect();
    with_strings(lines, &raw, &strings, &around.lines().collect::<Vec<_>>())
}

/// Each line's columns in the file's style, and its text.
fn in_style<'a>(raw: &[&'a str], region: &[&str], unit: Unit) -> Vec<(usize, &'a str)> {
    let own = self::unit(raw.iter().copied());
    let tabs = raw.iter().any(|line| line.starts_with('\t'));
    let least = raw.iter().filter(|line| !line.trim().is_empty()).map(|line| width(line)).min();
    let least = least.unwrap_or(0);
    // The steps of another style, where every line stands on one of them.
    let step = own.filter(|own| {
        !own.tabs
            && !tabs
            && own.columns != unit.columns
            && raw.iter().all(|line| {
                line.trim().is_empty()
                    || is_comment_inside(line)
                    || (width(line) - least).is_multiple_of(own.columns)
            })
            && !is_shared(raw, region)
    });
    raw.iter()
        .map(|line| {
            let body = line.trim_start_matches([' ', '\t']);
            let blanks = line.get(..line.len() - body.len()).unwrap_or("");
            let tabs = blanks.chars().filter(|c| *c == '\t').count();
            let spaces = blanks.len() - tabs;
            let columns = match step {
                Some(own) => {
                    let deeper = spaces - least.min(spaces);
                    least + deeper / own.columns * unit.columns + deeper % own.columns
                }
                None => tabs * unit.columns + spaces,
            };
            (columns, body)
        })
        .collect()
}

/// Whether two lines that follow each other in the region do so in the answer, one as much deeper
/// than the other: then the steps are the same.
fn is_shared(raw: &[&str], region: &[&str]) -> bool {
    let steps = |lines: &[&str]| -> Vec<(String, isize)> {
        lines
            .windows(2)
            .filter_map(|pair| match pair {
                [one, two] if width(two) > width(one) && says_something(two) => {
                    let text = format!("{}\n{}", one.trim(), two.trim());
                    Some((text, signed(width(two)) - signed(width(one))))
                }
                _ => None,
            })
            .collect()
    };
    let ours = steps(region);
    steps(raw).iter().any(|step| ours.contains(step))
}

/// How many lines at the beginning stand as deep as the first: its comments and attributes, and the line
/// of code below if that stands with them. None where the first line is code.
fn lead(lines: &[(usize, &str)]) -> usize {
    let Some((first, _)) = lines.first() else { return 0 };
    let (mut count, mut open) = (0, false);
    for (columns, body) in lines {
        let begins = heads::is_head(body) && *columns <= first + 1;
        if !(open || begins) {
            break;
        }
        open = (open || body.starts_with("/*")) && !body.contains("*/");
        count += 1;
    }
    let beside = lines.get(count).is_some_and(|(columns, _)| columns == first);
    count + usize::from(count > 0 && beside)
}

/// By how many columns the first lines and the others must move.
fn shifts(
    lines: &[(usize, &str)],
    region: &[&str],
    base: usize,
    unit: Unit,
    python: bool,
) -> (isize, isize) {
    let Some((first, _)) = lines.iter().find(|(_, body)| !body.is_empty()) else {
        return (0, 0);
    };
    let to_base = signed(base) - signed(*first);
    // The code's own first line: comments may stand above it.
    let lead = lead(lines);
    let comments = |(_, body): &&(usize, &str)| body.is_empty() || heads::is_head(body);
    let code = match lead {
        0 => lines.iter().position(|(_, body)| !body.is_empty()),
        lead => {
            Some(lead - usize::from(lines.get(lead - 1).as_ref().is_some_and(|it| !comments(it))))
        }
    };
    let code = code.unwrap_or(0);
    let Some((depth, head)) = lines.get(code) else { return (to_base, to_base) };
    if to_base != 0 && lead > 0 && depth > first {
        // Comments beside the fence, and the code as deep as it stands.
        return (to_base, signed(base) - signed(*depth));
    }
    let below: Vec<_> = lines.iter().skip(code + 1).filter(|(_, body)| !body.is_empty()).collect();
    // The bracket that closes what the first line opens stands as deep as it should. Where no tree tells
    // what belongs together the region may end with one that closes more.
    let closer = |line: &&&str| line.trim_start().starts_with(['}', ')', ']']);
    let last = region.iter().rfind(|line| !line.trim().is_empty()).filter(closer);
    if head.ends_with(['{', '(', '['])
        && last.is_none_or(|line| width(line) == base)
        && let Some((columns, _)) =
            below.last().filter(|(_, body)| body.starts_with(['}', ')', ']']))
    {
        return (to_base, signed(base) - signed(*columns));
    }
    // So does the first line of what a colon begins.
    if python
        && head.ends_with(':')
        && let Some((columns, _)) = below.first()
    {
        return (to_base, signed(base + unit.columns) - signed(*columns));
    }
    // A line of the region may stand less deep now: a block around it is gone.
    if to_base == 0 {
        return (0, 0);
    }
    if let Some(shared) = shared_shift(&below, region) {
        let known = region.iter().find(|line| line.trim() == head.trim());
        let own = known.map_or(to_base, |line| signed(width(line)) - signed(*first));
        return (if *first == 0 && base > 0 { own } else { shared }, shared);
    }
    let least = below.iter().map(|(columns, _)| *columns).min();
    let Some(least) = least.filter(|_| to_base != 0) else { return (to_base, 0) };
    if to_base < 0 || least < base {
        let most = signed(least.min(*first));
        return (to_base, to_base.max(-most));
    }
    // All else stands as deep as the region or deeper: was it moved, or only the first line?
    let next = below.first().map_or(0, |(columns, _)| *columns);
    let closes = below
        .last()
        .is_some_and(|(columns, body)| *columns == base && body.starts_with(['}', ')', ']']));
    let one_step = next == first + unit.columns;
    if !closes && one_step { (to_base, to_base) } else { (to_base, 0) }
}

/// The commonest move from the answer's lines to those of the region with the same text.
fn shared_shift(lines: &[&(usize, &str)], region: &[&str]) -> Option<isize> {
    let mut at: HashMap<&str, Option<usize>> = HashMap::new();
    for line in region.iter().filter(|line| says_something(line)) {
        at.entry(line.trim()).and_modify(|at| *at = None).or_insert(Some(width(line)));
    }
    let mut counts: HashMap<isize, usize> = HashMap::new();
    for (columns, body) in lines {
        if let Some(Some(there)) = at.get(body.trim()) {
            *counts.entry(signed(*there) - signed(*columns)).or_default() += 1;
        }
    }
    let all: usize = counts.values().sum();
    let (by, count) = counts.into_iter().max_by_key(|(by, count)| (*count, -by.abs()))?;
    (count * 2 > all).then_some(by)
}

/// Directives stand at the left edge wherever they are.
fn is_directive(body: &str, language: Language) -> bool {
    matches!(language.id(), "c" | "cpp") && body.starts_with('#')
}

/// Blanks for so many columns.
pub(super) fn blanks(columns: usize, unit: Unit) -> String {
    if unit.tabs {
        let mut out = "\t".repeat(columns / TAB);
        out.push_str(&" ".repeat(columns % TAB));
        return out;
    }
    " ".repeat(columns)
}

pub(super) fn signed(columns: usize) -> isize {
    isize::try_from(columns).unwrap_or(0)
}
