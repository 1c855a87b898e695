//! What an answer is made of: polished, reviewed, and who gave it or why there is none.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Joined, Run};
use crate::completion::candidate::{Candidate, Reviewed, review};
use crate::completion::engine::Author;
use crate::completion::generation::{End, Generation};
use crate::completion::shape::polish::{PARSES, polish};
use crate::completion::silence::Silence;
use crate::completion::trigger::{self, Extent, Trigger};
use crate::document::offset::ByteRange;

static IDS: AtomicU64 = AtomicU64::new(1);

impl Run<'_> {
    /// Polish and review.
    pub(super) fn finish(
        &self,
        texts: &[String],
        joined: &Joined,
    ) -> Result<Vec<Reviewed>, Silence> {
        let document = &self.request.snapshot.document;
        let end = joined.generation.look(|progress| progress.end.clone());
        let cut_off = end == Some(End::CutOff);
        let whole = end == Some(End::Complete) && joined.typed.is_empty() && texts.len() == 1;
        // What is typed through stays as it was seen to fit.
        let parsed = joined.generation.is_parsed();
        let mut items: Vec<Reviewed> = Vec::new();
        let mut why = Silence::Nothing;
        for text in texts {
            let candidate = Candidate { at: self.request.at, text: text.clone() };
            let id = IDS.fetch_add(1, Ordering::Relaxed);
            let polished = polish(candidate, self.cursor.around(), cut_off, parsed);
            if whole && !polished.rules.contains(&PARSES) {
                joined.generation.set_parsed();
            }
            tracing::debug!(id, rules = ?polished.rules, "polished");
            match polished.result.and_then(|polished| review(polished, document, id)) {
                Ok(item) if items.iter().all(|known| known.edit != item.edit) => items.push(item),
                Ok(_) => {}
                Err(silence) => why = silence,
            }
        }
        if let Some((range, text)) = &self.request.popup {
            // One range is all a popup's item has: what would reach behind the cursor is left out.
            items.retain(|item| item.edit.range.is_empty());
            for item in &mut items {
                // The cursor must stay at the item's end, and the range is the popup's.
                item.edit.text.insert_str(0, text);
                item.edit.range = *range;
            }
        }
        if items.is_empty() { Err(why) } else { Ok(items) }
    }

    /// In the middle of a line an automatic request gets at most the rest of that line. What the
    /// editor closed by itself is not the middle of a line.
    pub(super) fn one_line(&self, after: &str) -> bool {
        let request = self.request;
        let text = &request.snapshot.document.text;
        let end = text.line_end(text.line_of(request.at));
        let rest = text.slice(ByteRange::new(request.at, end));
        let rest = rest.strip_prefix(after.split('\n').next().unwrap_or("")).unwrap_or(&rest);
        let in_line = trigger::extent(rest) == Extent::Line;
        request.popup.is_some() || (request.trigger == Trigger::Automatic && in_line)
    }

    /// Who answered, and why not the first.
    pub(super) fn author(&self, generation: &Generation) -> Author {
        let (by, failed) = generation.look(|now| (now.by.clone(), now.failed.clone()));
        let model = by.map(|by| by.to_string()).unwrap_or_default();
        let first = self.request.chain.first().filter(|first| first.name() != model);
        let instead = first.and_then(|first| {
            failed.as_ref().map(Silence::of).or_else(|| self.not_ready(first.as_ref()))
        });
        Author { model, instead }
    }

    /// What to say of a silence. Where the first model could not be asked, the user can mend that and
    /// not that the fallback has nothing to say.
    pub(super) fn reason(&self, why: Silence) -> Silence {
        match self.request.chain.first() {
            Some(first) if why == Silence::Nothing => {
                self.not_ready(first.as_ref()).unwrap_or_else(|| first.silence())
            }
            _ => why,
        }
    }
}
