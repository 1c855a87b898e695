//! What the model should see: the current document around the cursor, and in a notebook the
//! earlier cells. Everything is stripped of special tokens and redacted here, before it is part of
//! any prompt.

pub mod cells;

use crate::completion::completer::Query;
use crate::guard::{redact, redact_split};
use crate::prompt::FimPrompt;
use crate::prompt::special_tokens::strip;

/// The prompt for a query, not fitted yet.
#[must_use]
pub fn fim_prompt(query: &Query) -> FimPrompt {
    let document = &query.snapshot.document;
    let mut before = cells::text(&query.snapshot.earlier_cells, document, query.language);
    before.push_str(&strip(&query.parts.prefix));
    let anchor = before.len();
    before.push_str(&strip(&query.parts.middle));
    let (prefix, middle) = redact_split(&before, anchor);
    FimPrompt {
        repo: repo(query),
        files: Vec::new(),
        path: path(query),
        prefix,
        middle,
        suffix: redact(&strip(&query.parts.suffix)),
    }
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
