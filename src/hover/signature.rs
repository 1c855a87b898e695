//! What of a declaration stands for the whole of it.

use crate::document::line_ending::normalise;

/// Lines of a type or constant that is shown whole, and most lines of any signature.
const WHOLE: usize = 12;
const MOST: usize = 24;
/// Longest signature, characters.
const LONGEST: usize = 2_000;

/// A declaration up to its body, which `head` is; a short type or constant whole. `lead` is what
/// stands before its first line.
pub(super) fn of_item(code: &str, head: Option<&str>, function: bool, lead: &str) -> String {
    let code = normalise(code);
    let code = without_attributes(&code);
    let whole = code.lines().count() <= WHOLE && code.len() <= LONGEST;
    if whole && !(function && head.is_some()) {
        return tidy(code, lead, false);
    }
    match head {
        Some(head) => tidy(without_attributes(&normalise(head)), lead, true),
        None => tidy(code.split(['{', '\n']).next().unwrap_or(code), lead, true),
    }
}

/// A statement or parameter.
pub(super) fn of_statement(code: &str, lead: &str) -> String {
    let code = normalise(code);
    // Of `let f = |x| {` the first line says what it is.
    let head = if code.lines().count() > 3 { code.lines().next().unwrap_or("") } else { &code };
    tidy(head, lead, head.len() < code.len())
}

/// Without the lines of attributes and decorators at its beginning.
fn without_attributes(code: &str) -> &str {
    let mut text = code;
    loop {
        let line = text.split('\n').next().unwrap_or("");
        let code = line.trim();
        let one = code.starts_with("#[") && code.ends_with(']')
            || code.starts_with('@') && !code.contains(' ') && !code.starts_with("@interface");
        match text.get(line.len() + 1..) {
            Some(rest) if one || code.is_empty() => text = rest,
            _ => break,
        }
    }
    text.trim_start()
}

/// Without the indentation of its first line and what opens a body.
fn tidy(head: &str, lead: &str, cut: bool) -> String {
    let mut head = head.trim_end();
    if cut {
        head = head.trim_end_matches(['{', ':']).trim_end();
    }
    let lines = head.lines().take(MOST).map(|line| line.strip_prefix(lead).unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join("\n");
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text,
    }
}
