//! What the text repeats of what stands before the cursor.

use crate::completion::shape::around::Around;
use crate::completion::shape::lines;
use crate::completion::shape::scan::Inside;
use crate::document::words::is_word;

/// Drops what the text repeats of what stands before the cursor. `None`: not sure yet.
pub(super) fn left_seam<'a>(text: &'a str, around: &Around, ended: bool) -> Option<&'a str> {
    let line = around.before.trim();
    let body = text.trim_start_matches([' ', '\t', '\n']);
    if !line.is_empty() {
        if let Some(left) = repeated_start(text, line, around) {
            return Some(left);
        }
        // All of the line, so far: more must come.
        let lead = text.len() - body.len();
        let may = line.chars().count() >= 3 && line.starts_with(body) && !body.is_empty();
        if may && !ended && body.len() < line.len() && lead <= text.len() {
            return None;
        }
        return Some(partial_word(text, around).unwrap_or(text));
    }
    // As often as they are said.
    let mut left = text;
    loop {
        let shorter = lines_above(left, around, ended)?;
        if shorter.len() == left.len() {
            return Some(left);
        }
        left = shorter;
    }
}

/// The whole beginning of the cursor's line again.
fn repeated_start<'a>(text: &'a str, line: &str, around: &Around) -> Option<&'a str> {
    let body = text.trim_start_matches([' ', '\t', '\n']);
    let left = body.strip_prefix(line)?;
    let chars = line.chars().count();
    let mark = around.language.line_comment().is_some_and(|mark| line == mark);
    if !(chars >= 3 || mark) || !line.chars().any(|c| c.is_alphanumeric() || mark) {
        return None;
    }
    let boundary = match (line.chars().last(), left.chars().next()) {
        (Some('=' | '!' | '<' | '>'), Some('=')) => false,
        (Some(a), Some(b)) => !(is_word(a) && is_word(b)) || around.before.ends_with(is_word),
        _ => true,
    };
    // `a + ` and then `a + b` may be meant; a keyword or a declaration is not said twice.
    let operator = line.ends_with(['+', '-', '*', '/', '|', '&', ',', '(']) && !line.contains('=');
    if !boundary || (operator && !line.contains(char::is_whitespace)) {
        return None;
    }
    // The blank before the cursor is there already.
    Some(if around.before.ends_with([' ', '\t']) {
        left.trim_start_matches([' ', '\t'])
    } else {
        left
    })
}

/// The word or member access that is half typed, again: `self.` + `self.name`, `getUs` + `getUser`.
fn partial_word<'a>(text: &'a str, around: &Around) -> Option<&'a str> {
    if around.in_text() {
        return None;
    }
    let before = around.before.as_str();
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| is_word(*c) || matches!(c, '.' | ':' | '>' | '-' | '$' | '@'))
        .last()
        .map(|(at, _)| at)?;
    let tail = before.get(start..)?;
    let tail = tail.trim_start_matches(['.', ':', '>', '-']);
    let letters = tail.chars().filter(|c| is_word(*c)).count();
    let member = tail.ends_with('.') || tail.ends_with("::") || tail.ends_with("->");
    if letters < 3 && !(member && letters >= 2) {
        return None;
    }
    let left = text.strip_prefix(tail)?;
    // A whole word that is said again, as in `test_test`, is no half word.
    let goes_on = left.chars().next().is_some_and(is_word);
    (member || goes_on || left.starts_with(['(', '.'])).then_some(left)
}

/// Lines that stand directly above, again, or the line that opens the block around the cursor.
fn lines_above<'a>(text: &'a str, around: &Around, ended: bool) -> Option<&'a str> {
    if around.scan.inside() != Inside::Code {
        return Some(text);
    }
    let above = around.above.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
    let above: Vec<&str> = above.take(12).collect();
    let body = text.trim_start_matches('\n');
    let first = body.lines().next().unwrap_or("").trim();
    if first.is_empty() {
        return Some(text);
    }
    let whole = body.contains('\n') || ended;
    let starts = |known: &&str| match whole {
        true => *known == first,
        false => known.starts_with(first) && lines::is_significant(known),
    };
    // The furthest that fits: a run of lines is told from its beginning.
    let Some(depth) = above.iter().rposition(starts) else { return Some(text) };
    if !whole {
        return None;
    }
    if depth == 0 && !lines::is_significant(first) {
        return Some(text);
    }
    // The lines from there down to the cursor, all of them.
    let mut left = body;
    for known in above.iter().take(depth + 1).rev() {
        let Some((line, below)) = next_line(left) else {
            return if ended { Some(text) } else { None };
        };
        if !ended && !left.trim_start_matches('\n').contains('\n') && known.starts_with(line.trim())
        {
            return None;
        }
        if line.trim() != *known {
            return Some(text);
        }
        left = below;
    }
    // A line that waits for more: what follows is wanted, not itself.
    let previous = around.previous().unwrap_or("");
    let waits = lines::declares(first)
        || lines::opens_body(previous, around.language)
        || lines::code_of(previous, around.language).ends_with('{')
        || (around.language.id() == "sql" && !previous.trim_end().ends_with(';'));
    if !waits && depth == 0 {
        return Some(text);
    }
    if left.trim().is_empty() && !ended {
        return None;
    }
    Some(left)
}

/// The next line with anything on it, and what follows.
fn next_line(text: &str) -> Option<(&str, &str)> {
    let mut left = text;
    loop {
        if left.is_empty() {
            return None;
        }
        let (line, below) = left.split_once('\n').unwrap_or((left, ""));
        if !line.trim().is_empty() {
            return Some((line, below));
        }
        left = below;
    }
}
