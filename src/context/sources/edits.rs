//! What the user has changed lately, in this and other files, as small diffs, the newest last.
//!
//! The session keeps every change with the time it came at. Here they are undone one by one on a copy
//! of the text, and those that belong together (soon after one another, on neighbouring lines) become
//! one diff: a word that was typed is one, not a diff for each key.

use std::collections::HashMap;
use std::sync::Arc;

use crate::context::need::{Edited, Need};
use crate::context::snippet::{Origin, Shorten, Snippet};
use crate::document::Edit;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::prompt::budget::estimate;

/// So many diffs at most.
const MOST: usize = 8;
/// Changes that are looked at.
const LOOKED_AT: usize = 400;
/// A longer pause (ms) parts what is changed in the same place.
const PAUSE: u64 = 60_000;
/// Lines between changes that belong together.
const APART: usize = 2;
/// Of a diff with more lines than that (old and new) nothing is shown: a paste, a format, a revert.
const LINES: usize = 40;
/// Longer lines (bytes) are data.
const LONGEST_LINE: usize = 400;

/// Changes to one place of a document, as one.
struct Cluster<'a> {
    path: &'a Arc<str>,
    /// When its earliest change came, in ms before the newest of all.
    age: u64,
    before: Text,
    /// What was replaced, in bytes of `before`.
    old: ByteRange,
    after: Text,
    /// What stands there since, in bytes of `after`.
    new: ByteRange,
    /// Nothing was changed in the document since.
    last: bool,
}

/// What was changed, a snippet for each file with its diffs, the newest last; the file that was changed
/// last comes first. The change that is being made at the cursor is left out: the prompt shows it, and
/// it is another one with every key.
#[must_use]
pub fn edits(need: &Need<'_>, budget: usize) -> Vec<Snippet> {
    let mut snippets: Vec<Snippet> = Vec::new();
    let (mut left, mut shown) = (budget, 0);
    for cluster in clusters(need) {
        if cluster.last && &**cluster.path == need.path && cluster.is_at(ByteOffset(need.at)) {
            continue;
        }
        let Some((line, diff)) = cluster.diff() else { continue };
        let known = snippets.iter_mut().find(|snippet| snippet.path == *cluster.path);
        let size = estimate(&diff) + if known.is_some() { 0 } else { estimate(cluster.path) + 2 };
        if size > left || shown == MOST {
            break;
        }
        left -= size;
        shown += 1;
        match known {
            Some(known) => known.text.insert_str(0, &diff),
            None => snippets.push(Snippet {
                origin: Origin::Edits,
                path: Arc::clone(cluster.path),
                text: diff,
                lines: None,
                score: 1.0,
                shorten: Shorten::Start,
                why: format!("changed lately, at line {line}").into(),
            }),
        }
    }
    for (rank, snippet) in (1_u8..).zip(&mut snippets) {
        snippet.score = 1.0 / f32::from(rank);
    }
    snippets
}

/// The newest first.
fn clusters<'a>(need: &Need<'a>) -> Vec<Cluster<'a>> {
    let mut clusters: Vec<Cluster<'a>> = Vec::new();
    // What each document was like at the moment that has been reached; `None`: it cannot be known.
    let mut then: HashMap<&str, Option<Text>> = HashMap::new();
    let now = |path: &str| {
        let open = || need.open.iter().find(|open| &*open.path == path).map(|open| &open.text);
        if path == need.path { Some(need.text) } else { open() }.cloned()
    };
    let mut age = 0_u64;
    for edited in need.edits.iter().rev().take(LOOKED_AT) {
        let at = age;
        age = age.saturating_add(edited.pause);
        let known = then.entry(&edited.path).or_insert_with(|| now(&edited.path));
        let Some(after) = known.take() else { continue };
        let Some(before) = undone(&after, &edited.edit) else { continue };
        *known = Some(before.clone());
        let newest = clusters.iter_mut().rev().find(|cluster| *cluster.path == edited.path);
        let last = newest.is_none();
        if let Some(cluster) = newest
            && cluster.takes(edited, at, &after)
        {
            cluster.extend(&edited.edit, at, before);
            continue;
        }
        if clusters.len() > 2 * MOST {
            break;
        }
        clusters.push(Cluster {
            path: &edited.path,
            age: at,
            old: edited.edit.range,
            new: inserted(&edited.edit),
            before,
            after,
            last,
        });
    }
    clusters
}

/// Where what was inserted stands.
fn inserted(edit: &Edit) -> ByteRange {
    let start = edit.range.start;
    ByteRange::new(start, ByteOffset(start.0 + edit.inserted.len()))
}

/// The text before an edit; `None` where that cannot be known: a large edit is kept without its text.
fn undone(after: &Text, edit: &Edit) -> Option<Text> {
    let kept = edit.range.len() == edit.removed.len();
    let fits =
        edit.len_before.checked_sub(edit.removed.len())? + edit.inserted.len() == after.len();
    if !(kept && fits) {
        return None;
    }
    let mut before = after.clone();
    before.replace(inserted(edit), &edit.removed);
    Some(before)
}

impl Cluster<'_> {
    /// Whether an earlier change is one of these. `after` is the text after it, which is `before` here.
    fn takes(&self, edited: &Edited, at: u64, after: &Text) -> bool {
        let rows = |range: ByteRange| (after.line_of(range.start), after.line_of(range.end));
        let ((first, last), (own_first, own_last)) = (rows(inserted(&edited.edit)), rows(self.old));
        at - self.age <= PAUSE && first <= own_last + APART && own_first <= last + APART
    }

    /// Takes an earlier change in.
    fn extend(&mut self, edit: &Edit, at: u64, before: Text) {
        let theirs = inserted(edit);
        let (from, to) = (self.old.start.0.min(theirs.start.0), self.old.end.0.max(theirs.end.0));
        // What lies between them stands there before and after alike.
        let new_from = self.new.start.0.saturating_sub(self.old.start.0 - from);
        let new_to = self.new.end.0 + (to - self.old.end.0);
        self.new = ByteRange::new(ByteOffset(new_from), ByteOffset(new_to));
        let old_to = (to + edit.removed.len()).saturating_sub(edit.inserted.len());
        self.old = ByteRange::new(ByteOffset(from), ByteOffset(old_to));
        self.before = before;
        self.age = at;
    }

    /// Whether a place stands in it or next to it.
    fn is_at(&self, at: ByteOffset) -> bool {
        let row = self.after.line_of(at);
        let (first, last) = (self.after.line_of(self.new.start), self.after.line_of(self.new.end));
        row + 1 >= first && row <= last + 1
    }

    /// Its first line (from 1) and its diff; nothing where nothing is worth telling.
    fn diff(&self) -> Option<(usize, String)> {
        let lines = |text: &Text, range: ByteRange| -> Vec<String> {
            let (first, last) = (text.line_of(range.start), text.line_of(range.end));
            let rows = first..(last + 1).min(text.line_count()).min(first + 4 * LINES);
            rows.map(|row| normalise(&text.line(row))).collect()
        };
        let (old, new) = (lines(&self.before, self.old), lines(&self.after, self.new));
        let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let (old, new) = (old.get(same..)?, new.get(same..)?);
        let ends = old.iter().rev().zip(new.iter().rev());
        let same_end = ends.take_while(|(old, new)| old == new).count();
        let (old, new) = (old.get(..old.len() - same_end)?, new.get(..new.len() - same_end)?);
        let first = self.after.line_of(self.new.start) + same;
        let said = |lines: &[String]| -> String {
            lines.iter().flat_map(|line| line.chars()).filter(|c| !c.is_whitespace()).collect()
        };
        let long = |line: &String| line.len() > LONGEST_LINE;
        if said(old) == said(new)
            || old.len() + new.len() > LINES
            || old.iter().chain(new).any(long)
        {
            return None;
        }
        let mut diff = format!("@@ line {} @@\n", first + 1);
        // The line above says where it is.
        let above = first.checked_sub(1).map(|row| normalise(&self.after.line(row)));
        let above = above.filter(|line| !line.trim().is_empty() && !long(line));
        let old = old.iter().map(|line| ('-', line));
        let new = new.iter().map(|line| ('+', line));
        for (mark, line) in above.iter().map(|line| (' ', line)).chain(old).chain(new) {
            diff.push(mark);
            diff.push_str(line);
            diff.push('\n');
        }
        Some((first + 1, diff))
    }
}

#[cfg(test)]
mod tests;
