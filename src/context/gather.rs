//! All sources together: asked, ranked, fitted, redacted, in the prompt's order.
//!
//! What was shown before stays while it is still good: every change costs the model the reading of
//! all that follows it. The same need and past give the same bytes.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::definitions::{FLOOR, Shown, beside};
use super::fit::{self, LeftOut, choose};
use super::need::Need;
use super::snippet::{Origin, Snippet, Stability};
use super::sources::{SOURCES, When};
use crate::completion::anchor::Parts;
use crate::config::ContextSettings;
use crate::document::language::Language;
use crate::document::offset::ByteOffset;
use crate::guard::redact;
use crate::project::Project;
use crate::prompt::ContextFile;
use crate::prompt::special_tokens::strip;
use crate::retrieval::rank::{Cursor, rank};
use crate::workspace::Snapshot;

/// A source's snippets stay as they were unless new ones are worth so much more than what is still
/// worth showing of the old ones (a part of the new ones' worth).
const GAIN: f32 = 0.25;

/// Where a suggestion is wanted, and how much it may be shown.
#[derive(Clone)]
pub struct Place {
    /// The world.
    pub snapshot: Snapshot,
    /// The cursor.
    pub at: ByteOffset,
    /// The language there.
    pub language: Language,
    /// What the prompt shows of the document.
    pub parts: Parts,
    /// Most tokens of other files.
    pub tokens: u32,
}

/// Who gathers context for a completion.
pub trait Gather: Send + Sync {
    /// Most tokens of other files that there will be for a document; 0 where there is nothing to
    /// gather from.
    fn tokens(&self, snapshot: &Snapshot) -> u32;
    /// What to show at a place. What is not there in time is left for the next one.
    fn gather(&self, place: Place) -> BoxFuture<'static, Arc<Gathered>>;
}

/// What is shown.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// As a prompt takes it, in its order.
    pub files: Arc<[ContextFile]>,
    /// What each of them is, in the same order.
    pub snippets: Vec<Snippet>,
    /// What is not shown.
    pub left_out: Vec<LeftOut>,
}

impl Gathered {
    /// The first of it, at most so many tokens.
    #[must_use]
    pub fn within(self: &Arc<Self>, tokens: usize) -> Arc<Self> {
        let mut used = 0;
        let fitting = self.files.iter().take_while(|file| {
            used += file.tokens();
            used <= tokens
        });
        let fitting = fitting.count();
        if fitting == self.files.len() {
            return Arc::clone(self);
        }
        let files = self.files.iter().take(fitting).cloned().collect();
        let snippets = self.snippets.iter().take(fitting).cloned().collect();
        Arc::new(Self { files, snippets, left_out: self.left_out.clone() })
    }
}

/// What was shown at the last time, so that it can stay.
#[derive(Clone, Debug, Default)]
pub struct Past {
    shown: Shown,
    last: Arc<Gathered>,
}

impl Past {
    /// What was shown.
    #[must_use]
    pub const fn last(&self) -> &Arc<Gathered> {
        &self.last
    }
}

/// What has been found out beside the request.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    /// What the slow sources have found.
    pub snippets: Arc<[Snippet]>,
    /// What the project is made with, where that has been read.
    pub project: Option<Arc<Project>>,
}

/// What to show, at most so many tokens, and what to remember of it. `ahead` is asked for last: who looks
/// has as long as the definitions are ranked. Files that `may_show` refuses stay out.
#[must_use]
pub fn gather(
    need: &Need<'_>,
    settings: &ContextSettings,
    tokens: usize,
    ahead: impl FnOnce() -> Ahead,
    past: &Past,
    may_show: impl Fn(&str) -> bool,
) -> Past {
    let on = |origin: Origin| settings.sources.contains(&origin);
    let definitions = need.symbols.filter(|_| on(Origin::Definitions)).map(|file| {
        let cursor = Cursor { file, at: need.at, before: need.before, after: need.after };
        let ranking = rank(need.index, &cursor);
        (cursor, ranking)
    });
    let ahead = ahead();
    let need = &Need { project: ahead.project.as_deref().or(need.project), ..*need };
    let mut offered: Vec<Snippet> = Vec::new();
    for (origin, when, source) in SOURCES.iter().filter(|(origin, ..)| on(*origin)) {
        let new = match when {
            When::Key => source(need, fit::most(*origin, tokens)),
            When::Ahead => {
                ahead.snippets.iter().filter(|one| one.origin == *origin).cloned().collect()
            }
        };
        let old = past.last.snippets.iter().filter(|one| one.origin == *origin);
        offered.extend(settled(*origin, new, old));
    }
    let (mut snippets, mut left_out) = choose(need, offered, tokens, on(Origin::Definitions));
    let mut shown = Shown::default();
    if let Some((cursor, ranking)) = definitions {
        let used: usize = snippets.iter().map(fit::tokens).sum();
        let left = tokens.saturating_sub(used);
        let found = beside(need.index, &cursor, &ranking, left, FLOOR, &past.shown, &snippets);
        shown = found.shown;
        left_out.extend(found.left_out);
        snippets.extend(found.snippets);
        snippets = fit::ordered(snippets);
    }
    snippets.retain(|snippet| {
        let may = !snippet.origin.is_of_workspace() || may_show(&snippet.path);
        if !may {
            left_out.push(LeftOut::of(snippet, "must not be shown"));
        }
        may
    });
    let files = snippets.iter().map(|snippet| clean(snippet, &past.last)).collect();
    Past { shown, last: Arc::new(Gathered { files, snippets, left_out }) }
}

/// A source's old snippets where the new ones are not clearly better, else the new ones.
fn settled<'a>(
    origin: Origin,
    new: Vec<Snippet>,
    old: impl Iterator<Item = &'a Snippet>,
) -> Vec<Snippet> {
    if origin.stability() == Stability::Moment {
        return new;
    }
    // What has another text by now, or is no longer offered, is worth nothing.
    let again = |old: &Snippet| {
        let same = |one: &&Snippet| one.path == old.path && one.text == old.text;
        new.iter().find(same).cloned()
    };
    let kept: Vec<Snippet> = old.filter_map(again).collect();
    let worth = |snippets: &[Snippet]| snippets.iter().map(|one| one.score).sum::<f32>();
    if !kept.is_empty() && worth(&new) - worth(&kept) < worth(&new) * GAIN { kept } else { new }
}

/// A snippet as it may be sent. What was made of it before is not made again.
fn clean(snippet: &Snippet, last: &Gathered) -> ContextFile {
    let same = |known: &&(&Snippet, &ContextFile)| {
        known.0.path == snippet.path && known.0.text == snippet.text
    };
    let known = last.snippets.iter().zip(&*last.files).find(|pair| same(&pair));
    if let Some((_, file)) = known {
        return file.clone();
    }
    let path = strip(&snippet.path).into_owned();
    ContextFile { path, text: redact(&strip(&snippet.text)) }
}

#[cfg(test)]
mod tests;
