//! Edits of a snapshot brought over what the user has typed since. A line that the user changed is
//! never overwritten: then nothing is done at all.

use super::changes::{Edge, LineEdit, exactly, start_of};
use crate::document::Edit;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;

/// The user changed a line that the edits change as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("you changed the same lines meanwhile, so nothing was done; ask again")]
pub struct Touched;

/// The edits of `then` against the text as it is now: `since` is what was done to it, in order, and
/// `now` what came of that.
///
/// # Errors
/// [`Touched`].
pub fn rebase(
    edits: &[LineEdit],
    then: &Text,
    since: &[Edit],
    now: &Text,
) -> Result<Vec<LineEdit>, Touched> {
    let mut places: Vec<Place> = edits.iter().map(Place::new).collect();
    for edit in since {
        // From the last to the first, so that the ones before keep their places.
        for piece in pieces(edit).iter().rev() {
            for place in &mut places {
                place.follow(piece);
            }
        }
    }
    let moved = places.iter().zip(edits).map(|(place, edit)| {
        let range = place.settle(edit.edges, now)?;
        if now.slice(range) != then.slice(edit.range) {
            return Err(Touched);
        }
        Ok(LineEdit { range, text: edit.text.clone(), edges: edit.edges })
    });
    moved.collect()
}

/// Bytes replaced by so many others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) len: usize,
}

impl Piece {
    /// It replaces nothing by nothing.
    pub(super) const fn is_nothing(&self) -> bool {
        self.start == self.end && self.len == 0
    }

    /// Where a byte is that stands at its end or behind it.
    pub(super) const fn carry(&self, at: usize) -> usize {
        at - (self.end - self.start) + self.len
    }
}

/// What an edit really changed: some clients send the whole text for every key, formatters too.
pub(super) fn pieces(edit: &Edit) -> Vec<Piece> {
    let base = edit.range.start.0;
    let (old, new) = (edit.removed.as_str(), edit.inserted.as_str());
    if old.contains('\n') && new.contains('\n') {
        let text = Text::from(old);
        let all = ByteRange::new(ByteOffset(0), text.end());
        if !new.contains('\r') && !old.contains('\r') {
            let lines = exactly(&text, all, new);
            return lines
                .iter()
                .map(|line| piece(base + line.range.start.0, &text.slice(line.range), &line.text))
                .collect();
        }
    }
    vec![piece(base, old, new)]
}

/// What differs between two texts that stand at `base`.
fn piece(base: usize, old: &str, new: &str) -> Piece {
    let same = |(a, b): &(char, char)| a == b;
    let head: usize =
        old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (old, new) = (old.get(head..).unwrap_or(""), new.get(head..).unwrap_or(""));
    let tail: usize =
        old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let start = base + head;
    Piece { start, end: start + old.len() - tail, len: new.len() - tail }
}

/// Where an edit's lines are. What was typed right at their beginning stands between `start.0` and
/// `start.1`, and so at their end.
struct Place {
    start: (usize, usize),
    end: (usize, usize),
}

impl Place {
    fn new(edit: &LineEdit) -> Self {
        let (start, end) = (edit.range.start.0, edit.range.end.0);
        Self { start: (start, start), end: (end, end) }
    }

    fn follow(&mut self, piece: &Piece) {
        if piece.is_nothing() {
            return;
        }
        let left = |at: usize| match at {
            at if piece.end < at => piece.carry(at),
            at => at.min(piece.start),
        };
        let right = |at: usize| match at {
            at if piece.start > at => at,
            at if piece.end >= at => piece.start + piece.len,
            at => piece.carry(at),
        };
        self.start = (left(self.start.0), right(self.start.1));
        self.end = (left(self.end.0), right(self.end.1));
    }

    /// The lines as they are now, if they still are lines of their own.
    fn settle(&self, edges: (Edge, Edge), now: &Text) -> Result<ByteRange, Touched> {
        let line = |at: usize| now.line_of(ByteOffset(at));
        let (from, to) = (self.start.1, self.end.0);
        if self.start == self.end {
            // New lines: they stand before the line below, or behind the one above.
            let (left, right) = self.start;
            let at = match edges.0 {
                Edge::Start => start_of(now, line(right)),
                Edge::End => now.line_end(line(left)),
            };
            return if (left..=right).contains(&at.0) {
                Ok(ByteRange::empty(at))
            } else {
                Err(Touched)
            };
        }
        let is = |edge: Edge, at: usize| match edge {
            Edge::Start => start_of(now, line(at)).0 == at,
            Edge::End => now.line_end(line(at)).0 == at,
        };
        if from > to || !is(edges.0, from) || !is(edges.1, to) {
            return Err(Touched);
        }
        Ok(ByteRange::new(ByteOffset(from), ByteOffset(to)))
    }
}
