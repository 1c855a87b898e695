//! Indentation: the text's lines come to stand where the document's style puts them.

use std::borrow::Cow;

use super::around::{Around, Unit, width};
use super::items::is_head_of_items;
use super::lines;
use super::scan::{Inside, Scan, TAB};

/// Gives the text the document's indentation; answers whether anything changed. Of a text under way
/// only what is sure comes back.
pub(in crate::completion) fn reindent(text: &str, around: &Around, ended: bool) -> (String, bool) {
    let prose = matches!(around.language.id(), "markdown" | "plaintext");
    if around.in_text() || prose {
        return (text.to_owned(), false);
    }
    let (text, first) = first_line(text, around);
    let shift = match shift(&text, around, ended) {
        Some(shift) => shift,
        // Nothing below the first line is sure.
        None => {
            let line = text.split_inclusive('\n').next().unwrap_or("");
            return (line.to_owned(), first);
        }
    };
    let (out, moved) = move_lines(&text, around, shift);
    (out, first || moved)
}

/// On a line of its own the first line's blanks come after those that are there.
fn first_line<'a>(text: &'a str, around: &Around) -> (Cow<'a, str>, bool) {
    if !around.is_blank() {
        return (Cow::Borrowed(text), false);
    }
    let body = text.trim_start_matches([' ', '\t']);
    let blanks = text.get(..text.len() - body.len()).unwrap_or("");
    let (there, lead) = (width(&around.before), width(blanks));
    let expected = expected(around);
    if lead == 0 && there == 0 && expected > 0 && belongs_deeper(body, around, expected) {
        let made = blanks_of(expected, around.unit, 0);
        return (Cow::Owned(format!("{made}{body}")), true);
    }
    if lead == 0 || body.starts_with('\n') {
        return (Cow::Borrowed(text), false);
    }
    let whole = there + lead;
    // The columns of blanks to put in front.
    let want = if there == 0 {
        // The model knows better than we how deep it is, but for a stray blank.
        let label = body.lines().next().is_some_and(|line| line.trim_end().ends_with(':'));
        if lead == 1 && !label { expected } else { lead }
    } else if whole == expected {
        lead
    } else if there >= expected || lead == there || lead == expected {
        // Said twice, or astray.
        expected.saturating_sub(there)
    } else {
        lead
    };
    let made = blanks_of(want, around.unit, there);
    if made == blanks {
        return (Cow::Borrowed(text), false);
    }
    (Cow::Owned(format!("{made}{body}")), true)
}

/// Whether text at column 0 must stand as deep as the lines around it: they are all in a bracket, and
/// it is neither a closer nor anything that stands at the left by custom.
fn belongs_deeper(body: &str, around: &Around, expected: usize) -> bool {
    let line = body.lines().next().unwrap_or("");
    let word = line.trim_end().strip_suffix(':').is_some_and(|w| !w.contains([' ', '(']));
    let below = around.next().is_some_and(|next| {
        width(next) == expected || next.trim_start().starts_with(['}', ')', ']'])
    });
    let in_bracket = around.scan.open().last().is_some_and(|open| open.indent < expected);
    let plain = line.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '/'));
    below && in_bracket && plain && !word && !text_has_indent(body)
}

fn text_has_indent(body: &str) -> bool {
    body.split('\n').skip(1).any(|line| line.starts_with([' ', '\t']))
}

/// Where a new line stands, going by the one above.
pub(in crate::completion) fn expected(around: &Around) -> usize {
    let Some(above) = around.previous() else { return 0 };
    let code = lines::code_of(above, around.language);
    let opens = code.ends_with(['{', '(', '[']) || lines::opens_body(above, around.language);
    let step = if opens { around.unit.columns } else { 0 };
    width(above) + step
}

/// What is done to the indentation of the lines below the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    /// So many columns.
    By(isize),
    /// One step deeper than this column: all of it was written at column 0.
    Flat(usize),
    /// From steps of so many columns, counted from a column, to the document's.
    Scale(usize, usize),
}

/// How the lines below the first must be moved to stand right of what opens them. `None`: not sure
/// yet. The first line of the body tells.
fn shift(text: &str, around: &Around, ended: bool) -> Option<Move> {
    const STAY: Option<Move> = Some(Move::By(0));
    let unit = around.unit.columns;
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or("");
    if !first.ends_with('\n') {
        return if ended { STAY } else { None };
    }
    let blank = around.is_blank();
    let base = if blank { width(&around.before) + width(first) } else { around.indent };
    let mut scan = around.scan.clone();
    let open = scan.open().len();
    scan.feed(first, |_, _| {});
    if scan.inside() != Inside::Code {
        return STAY;
    }
    let head = if blank { first.to_owned() } else { format!("{}{first}", around.before) };
    let code = lines::code_of(&head, around.language);
    let body = lines::opens_body(&head, around.language);
    let opens =
        body || (scan.open().len() > open.min(around.floor) && code.ends_with(['{', '(', '[']));
    let yaml = around.language.id() == "yaml";
    let mut gap = false;
    for line in lines {
        let text = line.trim_start();
        if text.is_empty() || (text.trim().is_empty() && line.ends_with('\n')) {
            gap = true;
            continue;
        }
        let columns = width(line);
        if text.starts_with('#') && columns == 0 {
            return STAY;
        }
        if !opens {
            // A brace on a line of its own stands below what it belongs to.
            let doubled = text.trim() == "{" && base > 0 && columns == 2 * base;
            if doubled {
                return Some(Move::By(-signed(base)));
            }
            // All of it at column 0, though even the block around stands deeper.
            let inner = around.opener(base).is_some_and(|opener| width(opener) > 0);
            if columns == 0 && inner && !line.ends_with('\n') && !ended {
                return None;
            }
            let plain = text.trim_end().ends_with(';') && code.ends_with(';');
            let flat = blank
                && !gap
                && plain
                && columns == 0
                && inner
                && !lines::declares(text)
                && !text.starts_with(['}', ')', '#']);
            return if flat { Some(Move::By(signed(base))) } else { STAY };
        }
        if text.starts_with(['}', ')', ']']) || lines::is_end_word(line) {
            return Some(Move::By(if columns < base { signed(base) - signed(columns) } else { 0 }));
        }
        let block =
            code.strip_suffix('{').is_some_and(|head| !is_head_of_items(head, around.language));
        let braces = body || block;
        let label = text.starts_with(['#', '@']) || text.trim_end().ends_with(':');
        // Another declaration belongs nowhere here, and a body that stands below is one already.
        let stands = around.next().is_some_and(|next| width(next) > base);
        let apart = label || gap || stands || lines::declares(text);
        // A document whose blocks stand as deep as what opens them.
        let flat = around.floor.checked_sub(1).and_then(|index| around.scan.open().get(index));
        let flat = flat.is_some_and(|open| open.bracket == '{' && open.indent >= base);
        let apart = apart || flat;
        if columns == 0 && braces && !apart && !lines::is_comment(text, around.language) {
            return Some(Move::Flat(base));
        }
        return Some(match () {
            () if columns == base + unit || !braces => Move::By(0),
            () if yaml && text.starts_with("- ") && columns == base => Move::By(0),
            () if columns == 2 * base + unit && base > 0 => Move::By(-signed(base)),
            () if base == 0 => {
                foreign_step(columns, around.unit).map_or(Move::By(0), |step| Move::Scale(step, 0))
            }
            () if columns > base => {
                let level = base / unit.max(1) + 1;
                match foreign_step(columns / level.max(1), around.unit) {
                    Some(step) if columns == level * step => Move::Scale(step, 0),
                    _ => match foreign_step(columns - base, around.unit) {
                        Some(step) => Move::Scale(step, base),
                        None => Move::By(0),
                    },
                }
            }
            // One step from column 0.
            () if columns == unit || foreign(line, around.unit) => Move::By(signed(base)),
            () => Move::By(0),
        });
    }
    if ended { STAY } else { None }
}

/// The step of another style, if it is one.
fn foreign_step(columns: usize, unit: Unit) -> Option<usize> {
    let unit = Some(unit.columns).filter(|_| unit.known)?;
    (matches!((unit, columns), (2, 4) | (4, 2) | (2, 8) | (4, 8))).then_some(columns)
}

fn signed(columns: usize) -> isize {
    isize::try_from(columns).unwrap_or(0)
}

/// Moves the lines below the first and writes their indentation in the document's characters.
fn move_lines(text: &str, around: &Around, shift: Move) -> (String, bool) {
    let mut scan: Scan = around.scan.clone();
    let unit = around.unit;
    let below = text.split_once('\n').map_or("", |(_, below)| below);
    let foreign = foreign(below, unit);
    let lead = text.split('\n').next().unwrap_or("");
    let base = if around.is_blank() { width(&around.before) + width(lead) } else { around.indent };
    let mut own = 0;
    let mut out = String::with_capacity(text.len() + 16);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let code = scan.inside() == Inside::Code;
        let depth = scan.open().len();
        scan.feed(line, |_, _| {});
        if index == 0 {
            own = scan.open().len();
        }
        let body = line.trim_start_matches([' ', '\t']);
        let blanks = line.get(..line.len() - body.len()).unwrap_or("");
        if index == 0 || !code || body.trim().is_empty() || (shift == Move::By(0) && !foreign) {
            out.push_str(line);
            continue;
        }
        let columns = match foreign_columns(blanks, unit) {
            Some(columns) if foreign => columns,
            _ => width(blanks),
        };
        let columns = match shift {
            // What is moved left does not leave the block.
            Move::By(less) if less < 0 => {
                columns.saturating_add_signed(less).max(base.min(columns))
            }
            Move::By(more) => columns.saturating_add_signed(more),
            // What closes the opener stands below it.
            Move::Flat(column) if depth <= own && body.starts_with(['}', ')', ']']) => column,
            Move::Flat(column) if lines::is_end_word(body) => column,
            Move::Flat(column) => columns + column + unit.columns,
            Move::Scale(step, from) if columns > from => {
                from + (columns - from) * unit.columns / step
            }
            Move::Scale(..) => columns,
        };
        out.push_str(&blanks_of(columns, unit, 0));
        out.push_str(body);
    }
    let changed = out != text;
    (out, changed)
}

/// Whether the text indents by the other character.
fn foreign(text: &str, unit: Unit) -> bool {
    let mut lines = text.split('\n').filter(|line| !line.trim().is_empty());
    let other = if unit.tabs { ' ' } else { '\t' };
    unit.known && lines.any(|line| line.starts_with(other))
}

/// Columns of blanks written in the other style, so that a step there is a step here.
fn foreign_columns(blanks: &str, unit: Unit) -> Option<usize> {
    if unit.tabs {
        let spaces = blanks.chars().filter(|c| *c == ' ').count();
        let tabs = blanks.chars().filter(|c| *c == '\t').count();
        // Two or four blanks to a step: four where they divide evenly.
        let step = if spaces % 4 == 0 { 4 } else { 2 };
        return Some((tabs + spaces / step) * TAB);
    }
    let tabs = blanks.chars().filter(|c| *c == '\t').count();
    let spaces = blanks.chars().filter(|c| *c == ' ').count();
    Some(tabs * unit.columns + spaces)
}

/// Blanks for so many columns, behind `there` columns that stand already.
fn blanks_of(columns: usize, unit: Unit, there: usize) -> String {
    if unit.tabs && there.is_multiple_of(TAB) {
        let mut out = "\t".repeat(columns / TAB);
        out.push_str(&" ".repeat(columns % TAB));
        return out;
    }
    " ".repeat(columns)
}
