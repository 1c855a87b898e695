//! What the model should see: the current document around the cursor, and in a notebook the
//! earlier cells. Everything is stripped of special tokens and redacted here, before it is part of
//! any prompt.

pub mod cells;

use crate::completion::anchor::{Frozen, Parts};
use crate::completion::completer::Query;
use crate::guard::{Redacted, redact, redact_split};
use crate::prompt::FimPrompt;
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
    let frozen = if cells.is_empty() { from_frozen(parts) } else { None };
    let (prefix, middle) = frozen.unwrap_or_else(|| {
        let mut before = cells;
        before.push_str(&strip(parts.prefix.text()));
        let anchor = before.len();
        before.push_str(&strip(&parts.middle));
        redact_split(&before, anchor)
    });
    FimPrompt {
        repo: repo(query),
        files: Vec::new(),
        path: path(query),
        prefix,
        middle,
        suffix: clean(&parts.suffix),
    }
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
