//! Markdown around the code, as chat models write it.

use crate::completion::shape::around::Around;
use crate::completion::shape::prose::is_prose;

pub(super) enum Fence<'a> {
    None,
    Wait,
    /// What is inside, and whether the fence has been closed.
    Inside(&'a str, bool),
}

/// Markdown around the code, as chat models write it.
pub(super) fn unfence<'a>(text: &'a str, around: &Around, ended: bool) -> Fence<'a> {
    if is_prose(around.language) || around.in_text() {
        return Fence::None;
    }
    let body = text.trim_start();
    if body.is_empty() {
        return if ended { Fence::None } else { Fence::Wait };
    }
    let fence = if body.starts_with("```") {
        text.len() - body.len()
    } else if "```".starts_with(body) && !ended {
        return Fence::Wait;
    } else if is_greeting(body) {
        match body.find("\n```") {
            Some(at) => text.len() - body.len() + at + 1,
            None if ended => return Fence::None,
            None => return Fence::Wait,
        }
    } else {
        return Fence::None;
    };
    let from = text.get(fence..).unwrap_or("");
    let Some(line) = from.find('\n') else {
        return if ended { Fence::Inside("", true) } else { Fence::Wait };
    };
    let inside = from.get(line + 1..).unwrap_or("");
    let mut at = 0;
    for line in inside.split_inclusive('\n') {
        let mark = line.trim();
        if mark == "```" {
            return Fence::Inside(inside.get(..at).unwrap_or("").trim_end_matches('\n'), true);
        }
        if !line.ends_with('\n') && !ended && !mark.is_empty() && "```".starts_with(mark) {
            return Fence::Inside(inside.get(..at).unwrap_or(""), false);
        }
        at += line.len();
    }
    Fence::Inside(inside, false)
}

/// How chat models begin before they come to the code.
fn is_greeting(body: &str) -> bool {
    let line = body.lines().next().unwrap_or("");
    let words = [
        "Here",
        "Sure",
        "Certainly",
        "Of course",
        "Okay",
        "Below",
        "To ",
        "The ",
        "This ",
        "You ",
        "I ",
        "I'",
        "Absolutely",
        "Let",
        "Based",
        "In this",
        "Based on",
    ];
    let prose = line.split_whitespace().count() >= 3
        && !line.contains(['{', '}', ';', '=', '(', '<', '_'])
        || line.trim_end().ends_with(':') && line.split_whitespace().count() >= 4;
    words.iter().any(|word| line.starts_with(word)) && prose
}
