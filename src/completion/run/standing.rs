//! What needs no model: the suggestion that stands here already, and what is remembered of this text.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Joined, Run};
use crate::completion::cache::Key;
use crate::completion::generation::Generation;
use crate::completion::lane::Method;
use crate::completion::trigger::{Extent, Trigger};
use crate::completion::wait::{Decision, View, decide};

impl Run<'_> {
    /// The suggestion that stands here already.
    pub(super) fn standing(&self) -> Option<Joined> {
        let request = self.request;
        let text = &request.snapshot.document.text;
        let mut lane = self.lane.lock();
        if request.popup.is_some() {
            let generation = lane.popup(&self.key(Extent::Line)?)?;
            return Some(Joined::at_its_place(generation));
        }
        if request.method == Method::Inline {
            lane.leave_popup();
        }
        lane.leave_place(text, request.at);
        let standing = lane.standing(text, request.at)?;
        // Asked for by hand, several are wanted, unless several are there.
        if request.trigger == Trigger::Invoked && standing.live.candidates < self.candidates() {
            return None;
        }
        let live = standing.live;
        // What the workspace model knows is another thing than when it spoke.
        if standing.typed.is_empty() && live.lead.is_empty() && !self.is_by_first(&live.by) {
            return None;
        }
        let view = View {
            lead: &live.lead,
            typed: &standing.typed,
            after: &standing.after,
            one_line: false,
            block_after: Duration::ZERO,
            rule: live.generation.rule(),
        };
        let over = live.generation.look(|progress| decide(progress, &view, Instant::now()));
        if over == Decision::Over {
            lane.remove(&live.generation);
            return None;
        }
        Some(Joined {
            generation: live.generation,
            lead: live.lead,
            typed: standing.typed,
            after: standing.after,
        })
    }

    pub(super) fn is_by_first(&self, by: &Arc<str>) -> bool {
        let chain = self.ready_chain().unwrap_or_default();
        chain.first().is_none_or(|first| first.key() == *by)
    }

    /// A suggestion made from exactly this text before.
    pub(super) fn cached(&self, extent: Extent) -> Option<Joined> {
        let mut key = self.key(extent)?;
        let first = self.ready_chain().ok().and_then(|chain| chain.into_iter().next());
        let first = first.or_else(|| self.request.chain.first().cloned())?;
        let by = first.key();
        key = key.by(Arc::clone(&by));
        let texts = self.engine.cache.get(&key)?.as_ref().clone();
        let generation = Generation::ready(texts, self.rule(extent), first.name().into());
        Some(self.place(Arc::new(generation), extent, by))
    }

    /// What the answer is made from. Made once: it reads all the text around the cursor.
    pub(super) fn key(&self, extent: Extent) -> Option<Key> {
        self.key.get_or_init(|| self.make_key(extent)).clone()
    }

    pub(super) fn make_key(&self, extent: Extent) -> Option<Key> {
        let request = self.request;
        let completer = request.chain.first()?.key();
        let document = &request.snapshot.document;
        let extent = if request.popup.is_some() { Extent::Line } else { extent };
        let key = Key::new(document, request.at, completer, extent, self.candidates());
        Some(key.bounded(request.settings.max_lines))
    }
}
