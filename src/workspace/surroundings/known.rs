//! What a model of chat is told of the workspace besides the code at hand: what the code uses, what
//! resembles it, what the documentation says of it and how the project is written.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::Surroundings;
use super::disk::Disk;
use super::reading::{self, Reading};
use crate::completion::anchor::Parts;
use crate::config::ContextSettings;
use crate::context::definitions::{Shown, definitions};
use crate::context::gather::Place;
use crate::context::need::Need;
use crate::context::snippet::{Origin, Shorten, Snippet};
use crate::context::sources::{conventions, dependencies, documentation, similar};
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::prompt::budget::estimate;
use crate::retrieval::hybrid::{DEEP, together};
use crate::retrieval::rank::Cursor;
use crate::retrieval::vectors::Hit;
use crate::retrieval::words::Found;
use crate::workspace::Snapshot;
use crate::workspace::root_config::RootConfig;

/// Of the tokens, in hundredths, and so many places at most, each worth this part of the best.
const SIMILAR: usize = 20;
const MOST: usize = 3;
const WORTH: f32 = 0.3;

/// Which of it is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Signatures of what the code uses, from other files and from installed packages.
    pub definitions: bool,
    /// Parts of the documentation that speak of what the code names.
    pub documentation: bool,
    /// How the project is written, as its own files say.
    pub conventions: bool,
    /// Code that resembles it.
    pub similar: bool,
    /// Bytes above and below that are shown besides: they are not told of a second time.
    pub around: (usize, usize),
    /// Most tokens of all together.
    pub tokens: usize,
}

/// What there is of it, neither stripped nor redacted yet.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// In the order of a prompt.
    pub snippets: Vec<Snippet>,
}

impl Known {
    /// What one source has to say, each snippet below its path; by path, so that the same says the same.
    #[must_use]
    pub fn text(&self, origins: &[Origin]) -> String {
        let mut of: Vec<&Snippet> =
            self.snippets.iter().filter(|one| origins.contains(&one.origin)).collect();
        of.sort_by_key(|one| (one.origin, one.origin != Origin::Conventions));
        let mut out = String::new();
        for snippet in of {
            if !out.is_empty() {
                out.push('\n');
            }
            let path: String =
                snippet.path.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            out.push_str(&format!("{path}:\n{}", snippet.text));
        }
        out
    }
}

impl Surroundings {
    /// What is known of a stretch of a document; `near` is the code that means the like. Reads files: it
    /// blocks.
    #[must_use]
    pub fn known(
        self: &Arc<Self>,
        config: &Arc<RootConfig>,
        snapshot: &Snapshot,
        region: ByteRange,
        wanted: Wanted,
        near: &[Hit],
    ) -> Known {
        let Some(root) = snapshot.root.clone() else { return Known::default() };
        let disk = self.disk(&root, config);
        let text = &snapshot.document.text;
        let code = normalise(&text.slice(region));
        let place = Place {
            snapshot: snapshot.clone(),
            at: region.end,
            language: snapshot.document.language,
            parts: Parts { prefix: Arc::new(code.clone().into()), ..Parts::default() },
            tokens: 0,
        };
        let all = ContextSettings {
            // Only who looks for what resembles looks at what else is open.
            sources: wanted.similar.then_some(Origin::Similar).into_iter().collect(),
            ..ContextSettings::default()
        };
        let seen = self.look(&place, &all);
        let names = seen.index().names();
        let library = self.known_library(&root, names);
        if let Some(symbols) = seen.symbols().filter(|_| wanted.definitions) {
            self.learn(config, &root, symbols, names);
        }
        let reading = Reading::new(&self.verdicts, config, Some(&root));
        let known = reading::Known {
            diagnostics: &[],
            project: None,
            files: &disk,
            library: library.as_ref(),
        };
        let mut snippets = seen.with_need(&reading, &known, |need| {
            let mut found = asked(need, &code, wanted);
            if wanted.similar {
                let words = self.alike(&root, config, need.index, need.open, &code);
                let mut alike = together(&words, near, DEEP);
                // Whose signatures are shown has been told of.
                alike.retain(|it| !found.iter().any(|known: &Snippet| known.path == it.path));
                // What stands around it is shown as it is.
                let above = ByteOffset(region.start.0.saturating_sub(wanted.around.0));
                let below = ByteOffset((region.end.0 + wanted.around.1).min(text.len()));
                let own = text.line_of(above)..text.line_of(below) + 1;
                found.extend(shown(need, &alike, &own, wanted.tokens * SIMILAR / 100));
            }
            found
        });
        snippets.retain(|one| !one.origin.is_of_workspace() || disk.may_show(&one.path));
        Known { snippets }
    }

    /// A workspace folder's files.
    #[must_use]
    pub fn disk(&self, root: &Path, config: &Arc<RootConfig>) -> Disk {
        Disk::new(root, Arc::clone(&self.verdicts), Arc::clone(config))
    }
}

/// Each source with its share: what names things exactly comes first.
fn asked(need: &Need<'_>, code: &str, wanted: Wanted) -> Vec<Snippet> {
    let part = |hundredths: usize| wanted.tokens * hundredths / 100;
    let mut found = Vec::new();
    if wanted.conventions {
        found.extend(conventions::conventions(need, part(25)));
    }
    if wanted.documentation {
        found.extend(documentation::about(need.files, code, need.path, part(20)));
    }
    if wanted.definitions {
        found.extend(dependencies::dependencies(need, part(15)));
        if let Some(file) = need.symbols {
            let cursor = Cursor { file, at: need.at, before: need.before, after: need.after };
            // Of the line behind the code at hand alone little of what that needs would be probable.
            let (room, before) = (part(35), Shown::default());
            found.extend(definitions(need.index, &cursor, room, 0.0, &before).0);
        }
    }
    found
}

/// What is alike, as snippets: the best of whatever file, not the code itself. Where nothing of the
/// workspace has been read yet, of what is open and of the files beside.
fn shown(need: &Need<'_>, alike: &[Found], own: &Range<usize>, budget: usize) -> Vec<Snippet> {
    let best = alike.first().map_or(1.0, |found| found.score);
    let mut snippets: Vec<Snippet> = Vec::new();
    let mut left = budget;
    let here = |path: &str, lines: &Range<u32>| {
        let (start, end) = (lines.start as usize, lines.end as usize);
        path == need.path && start < own.end && own.start < end
    };
    for found in alike.iter().take_while(|found| found.score > best * WORTH) {
        let lines = found.lines.start as usize..found.lines.end as usize;
        let open = need.open.iter().find(|open| open.path == found.path);
        let open = open.map(|open| normalise(&open.text.whole()));
        if here(&found.path, &found.lines) || snippets.len() == MOST {
            continue;
        }
        let Some(text) = open.or_else(|| need.files.text(&found.path)) else { continue };
        let code: String = text.split_inclusive('\n').skip(lines.start).take(lines.len()).collect();
        let size = estimate(&code) + estimate(&found.path) + 2;
        if size > left || code.trim().is_empty() {
            continue;
        }
        left -= size;
        snippets.push(Snippet {
            origin: Origin::Similar,
            path: Arc::clone(&found.path),
            text: code,
            lines: Some(found.lines.clone()),
            score: found.score / best,
            shorten: Shorten::End,
            why: "is like the code".into(),
        });
    }
    if snippets.is_empty() {
        snippets = similar::similar(need, budget);
        snippets.retain(|one| !one.lines.as_ref().is_some_and(|lines| here(&one.path, lines)));
    }
    snippets
}
