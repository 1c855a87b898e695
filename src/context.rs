//! What the model should see: the current document around the cursor, and in a notebook the
//! earlier cells. Everything is stripped of special tokens and redacted here, before it is part of
//! any prompt.

pub mod cells;
pub mod definitions;
pub mod fit;
pub mod gather;
pub mod need;
pub mod reading;
pub mod snippet;
pub mod sources;
pub mod staged;

use std::sync::Arc;

use crate::completion::anchor::{Frozen, Parts};
use crate::completion::completer::Query;
use crate::guard::{Redacted, redact, redact_split};
use crate::prompt::FimPrompt;
use crate::prompt::comments::Comment;
use crate::prompt::special_tokens::strip;

/// How far back (bytes) a secret may begin that what is typed completes. Private keys, which are
/// longer, are looked for apart.
const SEAM: usize = 2 * 1024;

/// The prompt for a query, not fitted yet.
#[must_use]
pub fn fim_prompt(query: &Query) -> FimPrompt {
    let document = &query.snapshot.document;
    let cells = cells::text(&query.snapshot.earlier_cells, document, query.language);
    let parts = &query.parts;
    let whole = secret_at_cursor(parts);
    let frozen = if cells.is_empty() && !whole { from_frozen(parts) } else { None };
    let (prefix, middle, suffix) = match frozen {
        Some((prefix, middle)) => (prefix, middle, clean(&parts.suffix)),
        None => {
            let mut before = cells;
            before.push_str(&strip(parts.prefix.text()));
            let anchor = before.len();
            before.push_str(&strip(&parts.middle));
            if whole {
                around_cursor(before, anchor, &strip(parts.suffix.text()))
            } else {
                let (prefix, middle) = redact_split(&before, anchor);
                (prefix, middle, clean(&parts.suffix))
            }
        }
    };
    FimPrompt {
        repo: repo(query),
        files: Arc::clone(&query.files),
        comment: Comment::of(query.language),
        path: path(query),
        prefix,
        middle,
        suffix,
    }
}

/// Whether the cursor stands inside a secret: then each half may look like none. Tokens do not go
/// over line breaks, so the line around the cursor tells.
fn secret_at_cursor(parts: &Parts) -> bool {
    let (prefix, suffix) = (parts.prefix.text(), parts.suffix.text());
    let before = format!("{}{}", last_line(prefix), &parts.middle);
    let before = strip(last_line(&before));
    let after = suffix.split('\n').next().unwrap_or("");
    let mut end = after.len().min(SEAM);
    while !after.is_char_boundary(end) {
        end -= 1;
    }
    let after = strip(after.get(..end).unwrap_or(""));
    let goes_on = |c: char| !c.is_whitespace();
    // Between blanks there is no secret to stand in.
    if !(before.ends_with(goes_on) && after.starts_with(goes_on)) {
        return false;
    }
    let (first, second) = redact_split(&format!("{before}{after}"), before.len());
    first != redact(&before) || second != redact(&after)
}

/// The end of a text from the beginning of its last line on, at most [`SEAM`] bytes.
fn last_line(text: &str) -> &str {
    let line = text.rfind('\n').map_or(0, |at| at + 1);
    let mut from = line.max(text.len().saturating_sub(SEAM));
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..).unwrap_or("")
}

/// Prefix, middle and suffix redacted as one text: a secret around the cursor goes whole.
fn around_cursor(before: String, anchor: usize, suffix: &str) -> (Redacted, Redacted, Redacted) {
    let (cursor, mut whole) = (before.len(), before);
    whole.push_str(suffix);
    let (prefix, _) = redact_split(&whole, anchor);
    let (upto, suffix) = redact_split(&whole, cursor);
    let middle = upto.keep_end(upto.len().saturating_sub(prefix.len()));
    (prefix, middle, suffix)
}

fn clean(frozen: &Frozen) -> Redacted {
    frozen.redacted(|raw| redact(&strip(raw))).clone()
}

/// Prefix and middle where no secret lies across the seam between them: then the prefix is as it
/// was for the last key.
fn from_frozen(parts: &Parts) -> Option<(Redacted, Redacted)> {
    let raw = parts.prefix.text();
    if raw.rfind("-----BEGIN") > raw.rfind("-----END") {
        return None;
    }
    // From the beginning of the seam's line, or of the one before if it begins there: tokens do not
    // go over line breaks.
    let line = raw.trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1);
    let mut from = line.max(raw.len().saturating_sub(SEAM));
    while !raw.is_char_boundary(from) {
        from += 1;
    }
    let tail = strip(raw.get(from..)?);
    let (before, middle) = redact_split(&format!("{tail}{}", strip(&parts.middle)), tail.len());
    (before == redact(&tail)).then(|| (clean(&parts.prefix), middle))
}

/// Name of the workspace folder.
fn repo(query: &Query) -> Option<String> {
    let root = query.snapshot.root.as_deref()?;
    Some(strip(&root.file_name()?.to_string_lossy()).into_owned())
}

/// The document's path below its workspace folder, `/` between folders; elsewhere its file name.
fn path(query: &Query) -> String {
    let uri = &query.snapshot.document.uri;
    let full = uri.path_like().replace('\\', "/");
    let root = query.snapshot.root.as_deref().map(|root| root.to_string_lossy().replace('\\', "/"));
    let below = root.and_then(|root| {
        let rest = full.strip_prefix(root.as_str())?.strip_prefix('/')?;
        Some(rest.to_owned())
    });
    let path = below.unwrap_or_else(|| full.rsplit('/').next().unwrap_or("").to_owned());
    strip(&path).into_owned()
}
