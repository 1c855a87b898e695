//! A documentation comment as Markdown: without the marks that make it a comment.

/// Longest documentation, characters.
const LONGEST: usize = 4_000;

/// From the lines of a comment, whatever language it is in.
pub(super) fn of_comment(lines: &str) -> String {
    let mut text = String::new();
    for line in lines.lines() {
        let line = line.trim();
        // Attributes and decorators stand between comments.
        if line.starts_with("#[") || line.starts_with('@') {
            continue;
        }
        let line = unmarked(line);
        text.push_str(tag(line).as_deref().unwrap_or(line));
        text.push('\n');
    }
    bounded(text.trim_matches('\n').trim_end())
}

/// From a string that documents what it stands in (Python, PEP 257): without its quotes and the
/// indentation of its lines.
pub(super) fn of_string(literal: &str) -> String {
    let text = literal.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let quotes = ["\"\"\"", "'''", "\"", "'"];
    let quote = quotes.into_iter().find(|quote| text.starts_with(quote)).unwrap_or("");
    let text = text.strip_prefix(quote).unwrap_or(text);
    let text = text.strip_suffix(quote).unwrap_or(text);
    let mut lines = text.lines();
    let first = lines.next().unwrap_or("").trim();
    let rest: Vec<&str> = lines.collect();
    let said = rest.iter().filter(|line| !line.trim().is_empty());
    let depth = said.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let mut out = first.to_owned();
    for line in rest {
        out.push('\n');
        out.push_str(line.get(depth..).unwrap_or("").trim_end());
    }
    bounded(out.trim())
}

/// A line without the mark of its comment.
fn unmarked(line: &str) -> &str {
    let line = line.strip_suffix("*/").unwrap_or(line).trim_end();
    for mark in ["///", "//!", "/**", "/*!", "//", "/*"] {
        if let Some(rest) = line.strip_prefix(mark) {
            return rest.strip_prefix(' ').unwrap_or(rest);
        }
    }
    for mark in ['*', '#'] {
        if let Some(rest) = line.strip_prefix(mark) {
            return rest.trim_start_matches(mark).strip_prefix(' ').unwrap_or(rest);
        }
    }
    line
}

/// `@param name …` as an item of a list: Markdown would run the lines together.
fn tag(line: &str) -> Option<String> {
    let (tag, rest) = line.strip_prefix('@')?.split_once(' ').unwrap_or((line.get(1..)?, ""));
    tag.chars().all(|c| c.is_ascii_alphanumeric()).then(|| format!("- *@{tag}* {rest}"))
}

fn bounded(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("").trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_lose_their_marks() {
        for (comment, want) in [
            ("/// One.\n///\n///     code\n#[inline]", "One.\n\n    code"),
            ("// Len counts.\n// Twice.", "Len counts.\nTwice."),
            ("/** One. */", "One."),
            (
                "/**\n * One.\n * @param {string} a what\n * @returns b\n */",
                "One.\n- *@param* {string} a what\n- *@returns* b",
            ),
            ("    # One\n    # Two", "One\nTwo"),
            ("/*\n  plain\n*/", "plain"),
            ("", ""),
        ] {
            assert_eq!(of_comment(comment), want, "{comment}");
        }
        assert!(of_comment(&format!("/// {}", "é".repeat(5_000))).ends_with("é…"));
    }

    #[test]
    fn strings_lose_their_quotes_and_indentation() {
        for (literal, want) in [
            ("\"\"\"One.\n\n    Args:\n        a: x\n    \"\"\"", "One.\n\nArgs:\n    a: x"),
            ("r'''One.'''", "One."),
            ("'One'", "One"),
            ("\"\"\"\n    One.\n    \"\"\"", "One."),
        ] {
            assert_eq!(of_string(literal), want, "{literal}");
        }
    }
}
