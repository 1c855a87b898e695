//! Lines that name the file, as a prompt's header does.

use crate::completion::shape::around::Around;

/// Lines that name the file, as a prompt's header does.
pub(super) fn skip_headers<'a>(text: &'a str, around: &Around, ended: bool) -> Option<&'a str> {
    let mut left = text;
    loop {
        let body = left.trim_start_matches('\n');
        let Some((line, below)) = body.split_once('\n') else {
            // A line under way may still turn out to be one.
            return if !ended && may_be_header(body, around) { None } else { Some(left) };
        };
        if !is_header(line, around) {
            return Some(left);
        }
        left = below;
    }
}

fn comment_body<'a>(line: &'a str, around: &Around) -> Option<&'a str> {
    let body = line.trim();
    let mark = around.language.line_comment()?;
    body.strip_prefix(mark).map(str::trim)
}

const HEADERS: [&str; 6] = ["path:", "file:", "filename:", "filepath:", "language:", "file path:"];

fn is_header(line: &str, around: &Around) -> bool {
    if !may_stand(around) {
        return false;
    }
    let body = line.trim();
    if ["<filename>", "<file_sep>", "<repo_name>"].iter().any(|mark| body.starts_with(mark)) {
        return true;
    }
    let Some(comment) = comment_body(line, around) else { return false };
    let lower = comment.to_ascii_lowercase();
    // At a file's beginning such a line may be the file's own.
    if around.previous().is_none_or(|line| line.starts_with("#!")) && !lower.starts_with("path:") {
        return false;
    }
    let path = |text: &str| {
        let text = text.trim();
        !text.contains(' ') && text.contains('.') && !text.ends_with('.')
    };
    HEADERS.iter().any(|name| {
        lower
            .strip_prefix(name)
            .is_some_and(|left| !left.trim().is_empty() && !left.trim().contains(' '))
    }) || (path(comment) && comment.contains('/') && !comment.contains("://"))
}

/// Whether a header can be told from a comment of the code: on a line of its own, or where a value is
/// asked for.
fn may_stand(around: &Around) -> bool {
    let before = around.before.trim();
    before.is_empty()
        || before.ends_with('=')
        || before.ends_with("=>")
        || before.ends_with("return")
}

fn may_be_header(half: &str, around: &Around) -> bool {
    if !may_stand(around) {
        return false;
    }
    let Some(comment) = comment_body(half, around) else { return false };
    let lower = comment.to_ascii_lowercase();
    HEADERS.iter().any(|name| name.starts_with(lower.as_str()) || lower.starts_with(name))
        || (!comment.contains(' ') && comment.contains('/'))
}
