//! Text for people: paragraphs, lists, quotes, sections, rather than statements and blocks.

use super::around::{Around, width};
use crate::document::language::Language;

/// Whether a language is written for people.
pub(in crate::completion) fn is_prose(language: Language) -> bool {
    matches!(
        language.id(),
        "markdown" | "mdx" | "plaintext" | "restructuredtext" | "asciidoc" | "latex" | "git-commit"
    )
}

/// Length in bytes of the text that belongs to the cursor's paragraph, list, quote or section;
/// `None` while it may go on.
pub(in crate::completion) fn end(text: &str, around: &Around) -> Option<usize> {
    let before = around.before.trim_start();
    let quote = before.starts_with('>');
    let list = is_item(before)
        || (around.is_blank() && around.previous().is_some_and(is_item) && is_item(text));
    let section = around.is_blank() && !list;
    let mut at = 0;
    let mut content = 0;
    let mut gap = false;
    let mut fence = false;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let whole = line.ends_with('\n');
        let body = line.trim();
        if start == 0 && !around.is_blank() && body.is_empty() && content == 0 {
            continue;
        }
        if body.is_empty() {
            gap |= content > 0;
            if gap && !fence && !list && !section && whole {
                return Some(content);
            }
            continue;
        }
        if start > 0 && !fence && content > 0 {
            let heading = body.starts_with('#') || (gap && around.language.id() == "plaintext");
            let over = match () {
                () if list => heading || (gap && !is_item(line) && width(line) == 0),
                () if quote => !body.starts_with('>'),
                () => heading,
            };
            if over && (whole || !may_be_item(body)) {
                return Some(content);
            }
            if over {
                return None;
            }
        }
        if body.starts_with("```") || body.starts_with("~~~") {
            fence = !fence;
        }
        content = start + line.trim_end().len();
        // A heading is a line.
        let headed = start == 0 && before.starts_with('#') && around.language.id() != "plaintext";
        if headed && whole {
            return Some(content);
        }
    }
    None
}

/// Whether a line begins with the mark of a list's item.
fn is_item(line: &str) -> bool {
    let body = line.trim_start();
    let number = body.trim_start_matches(|c: char| c.is_ascii_digit());
    body.starts_with(['-', '*', '+'])
        && body.get(1..).is_none_or(|left| left.is_empty() || left.starts_with(' '))
        || (number.len() < body.len() && number.starts_with(['.', ')']))
}

fn may_be_item(half: &str) -> bool {
    half.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ')' | '-' | '*' | '+' | '>' | '#'))
}
