//! Answers that say nothing: placeholders, a comment's mark alone, talk where code is expected.

use super::Draft;
use crate::completion::shape::around::Around;
use crate::completion::shape::scan::Inside;

/// What models write instead of code.
const PLACEHOLDERS: [&str; 9] = [
    "existing code",
    "your code",
    "rest of the",
    "rest of code",
    "implement this",
    "todo: implement",
    "code goes here",
    "no changes",
    "remaining code",
];

/// Leaves nothing of a text that says nothing.
pub(in crate::completion) fn drop(draft: &mut Draft, around: &Around) {
    if around.in_text() || crate::completion::shape::prose::is_prose(around.language) {
        return;
    }
    let text = draft.text.trim();
    let again = text.len() >= 3
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
        && around.before.strip_suffix(text).is_some_and(|left| left.ends_with(' '));
    // A comment is no value.
    let before = around.before.trim_end();
    let asks = before.ends_with('=') || before.ends_with("=>") || before.ends_with("return");
    let comment = around.language.line_comment().is_some_and(|mark| text.starts_with(mark));
    let no_value = asks && comment && !text.contains('\n');
    // A brace of which nothing stands below opens nothing.
    let brace = text == "{"
        && around.is_blank()
        && !around.language.by_indentation()
        && !around.next().is_some_and(|next| {
            crate::completion::shape::around::width(next)
                > crate::completion::shape::around::width(&around.before)
        });
    if again
        || brace
        || no_value
        || is_mark(text, around)
        || is_placeholder(text, around)
        || is_talk(text, around)
    {
        draft.text.clear();
    }
}

/// A comment's beginning without a comment.
fn is_mark(text: &str, around: &Around) -> bool {
    around.language.line_comment() == Some(text)
        || around.language.block_comment().is_some_and(|(begin, _)| begin == text)
}

fn is_placeholder(text: &str, around: &Around) -> bool {
    if text.contains('\n') || text.is_empty() {
        return false;
    }
    if text == "NO_EDITS" {
        return true;
    }
    let dots = text.trim_end_matches(';') == "..." || text == "…";
    if dots {
        return !around.language.by_indentation() && around.is_blank();
    }
    let comment = around.language.line_comment().and_then(|mark| text.strip_prefix(mark));
    let Some(comment) = comment.filter(|_| around.is_blank()) else { return false };
    let lower = comment.to_ascii_lowercase();
    if matches!(lower.trim().trim_end_matches(':'), "todo" | "fixme" | "..." | "…") {
        return true;
    }
    PLACEHOLDERS.iter().any(|words| lower.contains(words))
}

/// Cuts where a model that has written its code begins to talk about it.
pub(in crate::completion) fn cut_talk(draft: &mut Draft, around: &Around) {
    if around.in_text() || crate::completion::shape::prose::is_prose(around.language) {
        return;
    }
    let mut scan = around.scan.clone();
    let mut at = 0;
    let mut blank = false;
    for line in draft.text.split_inclusive('\n') {
        let code = scan.inside() == Inside::Code;
        if at > 0 && blank && code && is_sentence(line) && around.language.id() != "sql" {
            draft.text.truncate(at);
            return;
        }
        scan.feed(line, |_, _| {});
        blank = line.trim().is_empty();
        at += line.len();
    }
}

/// A chat model that talks rather than writes code.
fn is_talk(text: &str, around: &Around) -> bool {
    let line = text.lines().next().unwrap_or("");
    is_sentence(line) && around.is_blank() && around.language.id() != "sql"
}

fn is_sentence(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let sentence = line.chars().next().is_some_and(char::is_uppercase)
        && line.trim_end().ends_with(['.', '?', '!', ':'])
        && !line.contains(['(', ')', '{', '}', ';', '=', '<', '>', '_', '[', ']']);
    words >= 6 && sentence
}
