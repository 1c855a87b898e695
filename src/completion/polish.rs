//! Makes a candidate fit the text around it. Rules run in a fixed order, look at nothing but the
//! candidate and its snapshot, and never at a clock.

use super::candidate::{Candidate, Polished, TextEdit};
use super::silence::Silence;
use crate::document::DocumentSnapshot;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::prompt::special_tokens;

/// How far below the cursor (bytes) repeated lines are looked for.
const LOOK_BELOW: usize = 4_096;

/// Polishes a candidate.
///
/// # Errors
/// [`Silence::Nothing`] where nothing worth showing is left.
pub fn polish(candidate: Candidate, document: &DocumentSnapshot) -> Result<Polished, Silence> {
    let Candidate { at, mut text } = candidate;
    let line = document.text.line_of(at);
    let line_end = document.text.line_end(line);
    let rest = document.text.slice(ByteRange::new(at, line_end)).into_owned();

    cut_leak(&mut text);
    trim_end(&mut text);
    let mut end = at;
    if rest.trim().is_empty() {
        if text.contains('\n') {
            let below_end = ByteOffset(line_end.0.saturating_add(LOOK_BELOW));
            let below = document.text.slice(ByteRange::new(line_end, below_end));
            drop_lines_below(&mut text, &normalise(&below));
            trim_end(&mut text);
        }
    } else if cut_overlap(&mut text, &rest) == 0 && replaces(&text, &rest) {
        end = line_end;
    }
    if text.trim().is_empty() {
        return Err(Silence::Nothing);
    }
    Ok(Polished { edits: vec![TextEdit { range: ByteRange::new(at, end), text }] })
}

/// Cuts at the first special token or end-of-text marker.
fn cut_leak(text: &mut String) {
    if let Some(at) = special_tokens::first_leak(text) {
        text.truncate(at);
    }
}

/// Drops blanks and line breaks at the end.
fn trim_end(text: &mut String) {
    text.truncate(text.trim_end().len());
}

/// Cuts from the text's end what the line goes on with anyway; answers how much (bytes).
fn cut_overlap(text: &mut String, rest: &str) -> usize {
    let rest = rest.trim_end();
    let overlap = (1..=rest.len())
        .rev()
        .filter_map(|len| rest.get(..len))
        .find(|start| !start.trim().is_empty() && text.ends_with(start));
    let Some(overlap) = overlap.map(str::len) else { return 0 };
    // A closer that the text needs for a bracket of its own is not the rest's.
    if closes_own(text.get(..text.len() - overlap).unwrap_or("")) {
        return 0;
    }
    text.truncate(text.len() - overlap);
    overlap
}

/// Whether the text leaves a bracket open, so that its last closer is its own.
fn closes_own(text: &str) -> bool {
    text.chars().fold(0_i64, |depth, c| match c {
        '(' | '[' | '{' => depth + 1,
        ')' | ']' | '}' => depth - 1,
        _ => depth,
    }) > 0
}

/// Whether the text holds all that the rest of the line consists of, closers an editor set, so
/// that it stands in the rest's place.
fn replaces(text: &str, rest: &str) -> bool {
    let rest = rest.trim_end();
    let closing = rest.chars().all(|c| matches!(c, ')' | ']' | '}' | '>' | '"' | '\'' | '`' | ';'));
    let mut left = text.chars();
    closing && !closes_own(text) && overclosed(text) && rest.chars().all(|c| left.any(|d| c == d))
}

/// Whether the text closes brackets or quotes that were open before it.
fn overclosed(text: &str) -> bool {
    let mut depth = 0_i64;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return true;
        }
    }
    ['"', '\'', '`'].iter().any(|quote| text.matches(*quote).count() % 2 == 1)
}

/// Drops the lines at the text's end that stand just below the cursor anyway.
fn drop_lines_below(text: &mut String, below: &str) {
    let below: Vec<&str> =
        below.split('\n').map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let lines: Vec<&str> = text.split('\n').collect();
    for drop in (1..lines.len()).rev() {
        let Some(tail) = lines.get(lines.len() - drop..) else { continue };
        let tail: Vec<&str> =
            tail.iter().map(|line| line.trim_end()).filter(|line| !line.is_empty()).collect();
        let blank = tail.iter().all(|line| line.trim().is_empty());
        if !blank && tail.len() <= below.len() && tail.iter().zip(&below).all(|(a, b)| a == b) {
            let kept = lines.get(..lines.len() - drop).unwrap_or_default().join("\n");
            *text = kept;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    /// (source with the cursor at `$0`, the model's text, the document afterwards)
    #[test]
    fn fits_the_text_around() {
        for (source, text, want) in [
            ("let a = $0", "1;", "let a = 1;"),
            ("let a = $0\n", "1;  \n", "let a = 1;\n"),
            // What follows on the line is not doubled.
            ("f($0)", "a, b)", "f(a, b)"),
            ("f($0);", "a, b);", "f(a, b);"),
            ("f($0);", "a, g(b));", "f(a, g(b));"),
            ("f($0);", "a, b)", "f(a, b);"),
            ("f($0)", "g(a)", "f(g(a))"),
            ("say(\"$0\")", "hi\")", "say(\"hi\")"),
            ("f($0)", "a)?.b()", "f(a)?.b()"),
            ("f($0, b)", "a", "f(a, b)"),
            ("x = [$0]", "1, 2]", "x = [1, 2]"),
            ("if a $0{", "&& b {", "if a && b {"),
            // Lines that stand below anyway.
            ("fn a() {$0\n}\n", "\n    b();\n}", "fn a() {\n    b();\n}\n"),
            ("{\n    $0\n    b();\n}\n", "a();\n    b();\n}", "{\n    a();\n    b();\n}\n"),
            ("{\n    $0\n}\n", "if x {\n        y\n    }", "{\n    if x {\n        y\n    }\n}\n"),
            // Special tokens end the text.
            ("a = $0", "1<|endoftext|>b", "a = 1"),
            ("a = $0", "1<|fim_prefix|>", "a = 1"),
        ] {
            let at = source.find("$0").unwrap_or(0);
            let plain = source.replacen("$0", "", 1);
            let document = Document::open("untitled:a", "rust", 1, &plain).snapshot();
            let candidate = Candidate { at: ByteOffset(at), text: text.to_owned() };
            let mut got = plain.clone();
            if let Ok(polished) = polish(candidate, &document) {
                for edit in polished.edits {
                    got.replace_range(edit.range.as_range(), &edit.text);
                }
            }
            assert_eq!(got, want, "{source:?} {text:?}");
        }
    }

    #[test]
    fn says_nothing_rather_than_blanks_or_what_is_there() {
        for (source, text) in [("a$0", "  \n "), ("f($0)", ")"), ("a$0", "<|endoftext|>")] {
            let at = source.find("$0").unwrap_or(0);
            let document = Document::open("untitled:a", "rust", 1, &source.replacen("$0", "", 1));
            let candidate = Candidate { at: ByteOffset(at), text: text.to_owned() };
            let got = polish(candidate, &document.snapshot());
            assert_eq!(got, Err(Silence::Nothing), "{source} {text}");
        }
    }
}
