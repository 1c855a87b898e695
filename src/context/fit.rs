//! What of the sources' snippets goes into a prompt: each source has its share, nothing is shown
//! twice, and what does not fit is shortened or left out.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::need::Need;
use super::snippet::{Origin, Shorten, Snippet};
use crate::prompt::budget::snippet_tokens;

/// Of a snippet that must be shortened to less than this part nothing is shown.
const WORTH: f32 = 0.3;
/// Shorter lines (bytes without blanks) are everywhere: brackets, `else`, `return None`.
const TELLING: usize = 12;
/// A snippet of which this part of its telling lines is shown already says nothing new.
const KNOWN: f32 = 0.7;

/// What was not shown, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Its source.
    pub origin: Origin,
    /// Its path.
    pub path: Arc<str>,
    /// Which symbol of it; empty for a whole snippet.
    pub name: String,
    /// What it would have taken, tokens.
    pub tokens: usize,
    /// Why, for a person.
    pub why: &'static str,
}

impl LeftOut {
    pub(super) fn of(snippet: &Snippet, why: &'static str) -> Self {
        Self {
            origin: snippet.origin,
            path: Arc::clone(&snippet.path),
            name: String::new(),
            tokens: tokens(snippet),
            why,
        }
    }
}

/// A source's place: what it may have, in hundredths of all. The least is kept for it where it has
/// something to say.
struct Share {
    least: usize,
    most: usize,
}

/// The first ones are served first.
const fn share(origin: Origin) -> Share {
    match origin {
        Origin::Definitions => Share { least: 40, most: 100 },
        Origin::Dependencies => Share { least: 10, most: 30 },
        Origin::Usages => Share { least: 10, most: 25 },
        Origin::Edits => Share { least: 10, most: 20 },
        Origin::Similar => Share { least: 10, most: 30 },
        Origin::Diagnostics => Share { least: 5, most: 10 },
        Origin::Stack => Share { least: 5, most: 5 },
        Origin::Conventions | Origin::Documentation => Share { least: 0, most: 20 },
    }
}

/// The order in which sources are served where the budget is short.
const SERVED: [Origin; 8] = [
    Origin::Dependencies,
    Origin::Usages,
    Origin::Edits,
    Origin::Similar,
    Origin::Diagnostics,
    Origin::Stack,
    Origin::Conventions,
    Origin::Documentation,
];

/// What a source is asked for at most, tokens.
#[must_use]
pub const fn most(origin: Origin, tokens: usize) -> usize {
    tokens * share(origin).most / 100
}

/// Tokens of a snippet in whatever form it is shown.
#[must_use]
pub fn tokens(snippet: &Snippet) -> usize {
    snippet_tokens(&snippet.path, &snippet.text)
}

/// Chooses among the snippets of all sources but the definitions, which fill what is left: at most
/// `budget` tokens, of which the definitions keep their share if they are `wanted` at all. Answers
/// the chosen in the prompt's order.
#[must_use]
pub fn choose(
    need: &Need<'_>,
    offered: Vec<Snippet>,
    budget: usize,
    definitions: bool,
) -> (Vec<Snippet>, Vec<LeftOut>) {
    let mut seen = Seen::of(need);
    let mut left_out = Vec::new();
    let mut news: Vec<Snippet> = Vec::new();
    for snippet in offered {
        if seen.is_new(need, &snippet) {
            news.push(snippet);
        } else {
            left_out.push(LeftOut::of(&snippet, "shown already"));
        }
    }
    let kept = if definitions { budget * share(Origin::Definitions).least / 100 } else { 0 };
    let mut left = budget - kept;
    let mut chosen: Vec<Snippet> = Vec::new();
    let mut waiting: Vec<Option<Snippet>> = news.into_iter().map(Some).collect();
    // First what each is sure of, then what is left, to the most that each may have.
    for sure in [true, false] {
        for origin in SERVED {
            let Share { least, most } = share(origin);
            let limit = budget * if sure { least } else { most } / 100;
            for slot in &mut waiting {
                let Some(snippet) = slot.take_if(|snippet| snippet.origin == origin) else {
                    continue;
                };
                let used: usize =
                    chosen.iter().filter(|other| other.origin == origin).map(tokens).sum();
                let room = limit.saturating_sub(used).min(left);
                match fitted(&snippet, room, !sure) {
                    Some(snippet) => {
                        left -= tokens(&snippet);
                        chosen.push(snippet);
                    }
                    None => *slot = Some(snippet),
                }
            }
        }
    }
    left_out.extend(waiting.iter().flatten().map(|snippet| LeftOut::of(snippet, "no room")));
    (ordered(chosen), left_out)
}

/// What changes least first; then by path and line, so that little moves when one comes or goes. Of
/// what was changed lately the newest, which is the best, stands last.
#[must_use]
pub fn ordered(mut snippets: Vec<Snippet>) -> Vec<Snippet> {
    let key = |of: &Snippet| (of.origin, of.lines.as_ref().map_or(0, |lines| lines.start));
    snippets.sort_by(|a, b| {
        let by_age = match a.origin {
            Origin::Edits => a.score.total_cmp(&b.score),
            _ => std::cmp::Ordering::Equal,
        };
        let by_path = a.origin.cmp(&b.origin).then(by_age).then_with(|| a.path.cmp(&b.path));
        by_path.then_with(|| key(a).cmp(&key(b))).then_with(|| a.text.cmp(&b.text))
    });
    snippets
}

/// The snippet, or what of it fits.
fn fitted(snippet: &Snippet, room: usize, shorten: bool) -> Option<Snippet> {
    let whole = tokens(snippet);
    if whole <= room {
        return Some(snippet.clone());
    }
    #[allow(clippy::cast_precision_loss)]
    let worth = room as f32 >= whole as f32 * WORTH;
    if !shorten || snippet.shorten == Shorten::Never || !worth {
        return None;
    }
    let all: Vec<&str> = snippet.text.split_inclusive('\n').collect();
    for keep in (1..all.len()).rev() {
        let from = if snippet.shorten == Shorten::Start { all.len() - keep } else { 0 };
        // What is said of a signature goes with it.
        let ends = from == 0 && all.get(keep - 1).is_some_and(|line| is_remark(line));
        if ends && snippet.origin == Origin::Dependencies {
            continue;
        }
        let text = all.get(from..from + keep)?.concat();
        if snippet_tokens(&snippet.path, &text) <= room {
            let lines = snippet.lines.as_ref().map(|lines| {
                let start = lines.start + u32::try_from(from).unwrap_or(0);
                start..(start + u32::try_from(keep).unwrap_or(0)).min(lines.end)
            });
            return Some(Snippet { text, lines, ..snippet.clone() });
        }
    }
    None
}

fn is_remark(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("// ") || line.starts_with("# ")
}

/// What the prompt shows already.
struct Seen<'a> {
    own: HashSet<&'a str>,
    places: Vec<(Arc<str>, Range<u32>)>,
}

impl<'a> Seen<'a> {
    fn of(need: &Need<'a>) -> Self {
        let lines = need.before.lines().chain(need.after.lines());
        let own = lines.map(str::trim).filter(|line| line.len() >= TELLING).collect();
        Self { own, places: Vec::new() }
    }

    /// Whether a snippet shows anything new; its place counts as shown from now on.
    fn is_new(&mut self, need: &Need<'_>, snippet: &Snippet) -> bool {
        if let Some(lines) = &snippet.lines {
            let shown = |range: &Range<u32>| lines.start < range.end && range.start < lines.end;
            let own = *snippet.path == *need.path && shown(need.shown);
            let other =
                self.places.iter().any(|(path, range)| *path == snippet.path && shown(range));
            if own || other {
                return false;
            }
            let telling = snippet.text.lines().map(str::trim).filter(|it| it.len() >= TELLING);
            let (mut all, mut known) = (0_u16, 0_u16);
            for line in telling.take(usize::from(u16::MAX)) {
                all += 1;
                known += u16::from(self.own.contains(line));
            }
            if all > 0 && f32::from(known) >= f32::from(all) * KNOWN {
                return false;
            }
            self.places.push((Arc::clone(&snippet.path), lines.clone()));
        }
        true
    }
}

#[cfg(test)]
mod tests;
