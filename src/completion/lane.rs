//! What the engine remembers of one document: the suggestion that stands there or is being made,
//! the frozen prompt, the typing rhythm and who is waiting.

use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::anchor::{Anchor, Parts, Windows};
use super::cache::Key;
use super::debounce::Rhythm;
use super::generation::{End, Generation};
use super::region::Region;
use super::reuse;
use super::trigger::Trigger;
use crate::document::offset::ByteOffset;
use crate::document::text::Text;
use crate::document::{DocumentSnapshot, Edit};

/// How far back over its beginning a suggestion is followed (bytes).
const MAX_LEAD: usize = 80;

/// Which protocol method asks. The two share a generation and never supersede each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `textDocument/inlineCompletion`
    Inline,
    /// `textDocument/completion`
    Menu,
}

/// A suggestion in its place: still streaming or finished.
#[derive(Clone)]
pub struct Live {
    /// Its text.
    pub generation: Arc<Generation>,
    /// How many candidates it was asked for.
    pub candidates: u8,
    /// The key of who was to answer: with another it would be another suggestion.
    pub by: Arc<str>,
    /// Text deleted just before its place since it was made; stands before its own text.
    pub lead: String,
    region: Region,
}

/// A live suggestion seen from a cursor.
pub struct Standing {
    /// The suggestion.
    pub live: Live,
    /// What was typed of it up to the cursor.
    pub typed: String,
    /// What stands between the cursor and the text that followed (auto-closed brackets).
    pub after: String,
}

struct Waiting {
    number: u64,
    method: Method,
    trigger: Trigger,
    at: ByteOffset,
    superseded: CancellationToken,
}

/// One document's state in the engine.
#[derive(Default)]
pub struct Lane {
    live: Option<Live>,
    /// A generation for the document as it would be with a popup's item inserted.
    popup: Option<(Key, Arc<Generation>)>,
    anchor: Option<Anchor>,
    /// How the user types here.
    pub rhythm: Rhythm,
    waiting: Vec<Waiting>,
    /// Counts requests and changes.
    visits: u64,
}

impl Lane {
    /// A request arrives: older ones of its method are superseded (an invoked one only by
    /// another invoked one), and those elsewhere in the document.
    pub fn enter(
        &mut self,
        method: Method,
        trigger: Trigger,
        at: ByteOffset,
    ) -> (u64, CancellationToken) {
        self.waiting.retain(|older| {
            let yields = older.trigger == Trigger::Automatic || trigger == Trigger::Invoked;
            let superseded = yields && (older.method == method || older.at != at);
            if superseded {
                older.superseded.cancel();
            }
            !superseded
        });
        self.visits += 1;
        let superseded = CancellationToken::new();
        let entry =
            Waiting { number: self.visits, method, trigger, at, superseded: superseded.clone() };
        self.waiting.push(entry);
        (self.visits, superseded)
    }

    /// A request has been answered or cancelled.
    pub fn leave(&mut self, number: u64) {
        self.waiting.retain(|waiting| waiting.number != number);
    }

    /// A request was cancelled. Where nobody waits any more, a generation under way is closed:
    /// at once where it would not be kept while typing goes on, else after a moment in which a key
    /// may take it up again. Answers what [`Lane::give_up`] needs to know for that.
    #[must_use]
    pub fn abandon(&mut self) -> Option<u64> {
        let live = self.live.iter().map(|live| &live.generation);
        let mut all = live.chain(self.popup.iter().map(|(_, generation)| generation));
        let streaming = all.any(|one| one.look(|progress| progress.end.is_none()));
        if !self.waiting.is_empty() || !streaming {
            return None;
        }
        if !self.rhythm.holds() {
            self.live = None;
            self.popup = None;
            return None;
        }
        Some(self.visits)
    }

    /// Closes the generation under way if nothing has happened here since `visits`.
    pub fn give_up(&mut self, visits: u64) {
        if self.visits == visits && self.abandon().is_some() {
            self.live = None;
            self.popup = None;
        }
    }

    /// Everyone waiting is superseded, and nothing is remembered.
    pub fn clear(&mut self) {
        self.close();
        *self = Self::default();
    }

    /// The document changed: everyone waiting is superseded, and what no longer fits is dropped,
    /// which closes its connection.
    pub fn changed(&mut self, edits: &[Edit], text: &Text, now: Instant) {
        for waiting in self.waiting.drain(..) {
            waiting.superseded.cancel();
        }
        self.visits += 1;
        // Typing on with the popup's item selected comes to the same text.
        if edits.iter().any(|edit| [&*edit.removed, &*edit.inserted].concat().contains('\n')) {
            self.popup = None;
        }
        self.rhythm.key(now);
        for edit in edits {
            if self.anchor.as_ref().is_some_and(|anchor| !anchor.survives(edit)) {
                self.anchor = None;
            }
            if self.live.as_mut().is_some_and(|live| !live.follow(edit)) {
                self.live = None;
            }
        }
        let Some(live) = &self.live else { return };
        let end = live.region.end(text.len());
        let typed = end.and_then(|end| live.region.split(text, end)).map(|(typed, _)| typed);
        let Some(typed) = typed else {
            self.live = None;
            return;
        };
        let (suggestion, streaming) = live.generation.look(|progress| {
            let text = progress.texts.first().map(|text| format!("{}{text}", live.lead));
            (text.unwrap_or_default(), progress.end.is_none())
        });
        if suggestion.is_empty() && streaming {
            if live.generation.is_asked() && self.rhythm.holds() && live.lead.is_empty() {
                live.generation.set_typed(typed);
            } else {
                self.live = None;
            }
        } else if !reuse::agrees(&suggestion, &typed) {
            self.live = None;
        } else {
            if live.lead.is_empty() {
                live.generation.set_typed(typed);
            }
            self.rhythm.agreed();
        }
    }

    /// The document is closed, or the connection: who waits is answered, what streams ends.
    pub fn close(&mut self) {
        for waiting in self.waiting.drain(..) {
            waiting.superseded.cancel();
        }
        self.popup = None;
        let over = |live: &Live| live.generation.look(|progress| progress.end.is_some());
        self.live = self.live.take().filter(over);
    }

    /// The live suggestion, if the cursor stands in it.
    #[must_use]
    pub fn standing(&self, text: &Text, at: ByteOffset) -> Option<Standing> {
        let live = self.live.as_ref()?;
        let over = live
            .generation
            .look(|progress| matches!(progress.end, Some(End::Diverged | End::Failed(_))));
        if over {
            return None;
        }
        let (typed, after) = live.region.split(text, at)?;
        Some(Standing { live: live.clone(), typed, after })
    }

    /// Puts a new suggestion in its place; the one before it is dropped.
    pub fn place(
        &mut self,
        generation: Arc<Generation>,
        candidates: u8,
        by: Arc<str>,
        text: &Text,
        at: ByteOffset,
    ) {
        let region = Region::at(at, text.len());
        self.live = Some(Live { generation, candidates, by, lead: String::new(), region });
    }

    /// Takes the live suggestion away if the cursor has left it; nothing is made for a place
    /// where nobody is.
    pub fn leave_place(&mut self, text: &Text, at: ByteOffset) {
        if self.live.as_ref().is_some_and(|live| !live.region.holds(at, text.len())) {
            self.live = None;
        }
    }

    /// Takes it away if it is this one.
    pub fn remove(&mut self, generation: &Arc<Generation>) {
        if self.live.as_ref().is_some_and(|live| Arc::ptr_eq(&live.generation, generation)) {
            self.live = None;
        }
        if self.popup.as_ref().is_some_and(|(_, popup)| Arc::ptr_eq(popup, generation)) {
            self.popup = None;
        }
    }

    /// The generation for a popup's item; one for another item is let go.
    #[must_use]
    pub fn popup(&mut self, key: &Key) -> Option<Arc<Generation>> {
        self.popup = self.popup.take().filter(|(known, _)| known == key);
        self.popup.as_ref().map(|(_, popup)| Arc::clone(popup))
    }

    /// No item is selected any more.
    pub fn leave_popup(&mut self) {
        self.popup = None;
    }

    /// Remembers a popup's generation.
    pub fn place_popup(&mut self, key: Key, generation: Arc<Generation>) {
        self.popup = Some((key, generation));
    }

    /// The prompt's parts at a cursor; the anchor moves there if it no longer serves.
    #[must_use]
    pub fn parts(
        &mut self,
        document: &DocumentSnapshot,
        at: ByteOffset,
        windows: Windows,
    ) -> Parts {
        let text = &document.text;
        if let Some(parts) = self.anchor.as_ref().and_then(|anchor| anchor.parts(text, at, windows))
        {
            return parts;
        }
        let anchor = Anchor::of(document, at, windows);
        let parts = anchor.parts(text, at, windows);
        self.anchor = Some(anchor);
        parts.unwrap_or_default()
    }
}

impl Live {
    /// Moves along with an edit; false where the suggestion does not survive it.
    fn follow(&mut self, edit: &Edit) -> bool {
        if self.region.survives(edit) {
            return true;
        }
        // Backspaced over its beginning: what was deleted would have to be typed again.
        let before = self.region.start.0.saturating_sub(edit.range.start.0);
        let deleted = edit.removed.get(..before).unwrap_or("");
        let within = before > 0
            && edit.range.end >= self.region.start
            && edit.range.end.0 + self.region.tail <= edit.len_before;
        let short = deleted.len() + self.lead.len() <= MAX_LEAD && !deleted.contains(['\n', '\r']);
        if !(within && short && edit.inserted.is_empty() && deleted.len() == before) {
            return false;
        }
        self.lead.insert_str(0, deleted);
        self.region.start = edit.range.start;
        true
    }
}
