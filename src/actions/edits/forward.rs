//! Places of an older text brought to where they are now: an offer is chosen a while after it was made.

use super::rebase::{Piece, pieces};
use crate::actions::order::Order;
use crate::document::Edit;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::workspace::edit_log::Revision;

impl Order {
    /// The same order for the text that it has become by `since`; `None` where the code that it is about
    /// has been touched.
    #[must_use]
    pub fn forward(&self, since: &[Edit], now: Revision) -> Option<Self> {
        let mut order = self.clone();
        order.revision = now;
        order.target = forward(self.target, since)?;
        order.selection = shrunk(self.selection, since);
        order.findings.retain_mut(|finding| match forward(finding.range, since) {
            Some(range) => {
                finding.range = range;
                true
            }
            None => false,
        });
        // Without what is wrong there is nothing to mend.
        (order.findings.is_empty() == self.findings.is_empty()).then_some(order)
    }
}

/// Where a range is after the edits, if none of them changed what is in it. What is typed at its ends
/// is not in it.
#[must_use]
pub fn forward(range: ByteRange, since: &[Edit]) -> Option<ByteRange> {
    let (mut start, mut end) = (range.start.0, range.end.0);
    each(since, |piece| {
        if piece.end <= start {
            (start, end) = (piece.carry(start), piece.carry(end));
            true
        } else {
            piece.start >= end
        }
    })
    .then(|| ByteRange::new(ByteOffset(start), ByteOffset(end)))
}

/// Where what is left of a range is.
pub(in crate::actions) fn shrunk(range: ByteRange, since: &[Edit]) -> ByteRange {
    let (mut start, mut end) = (range.start.0, range.end.0);
    each(since, |piece| {
        start = if piece.end <= start { piece.carry(start) } else { start.min(piece.start) };
        end = match end {
            end if piece.start >= end => end,
            end if piece.end <= end => piece.carry(end),
            _ => piece.start,
        };
        end = end.max(start);
        true
    });
    ByteRange::new(ByteOffset(start), ByteOffset(end))
}

/// Hands on what each edit really changed, the last of its pieces first; false as soon as one is refused.
fn each(since: &[Edit], mut take: impl FnMut(&Piece) -> bool) -> bool {
    since.iter().all(|edit| {
        let pieces = pieces(edit);
        pieces.iter().rev().filter(|piece| !piece.is_nothing()).all(&mut take)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` with `[` and `]` around the range, changed by each `(old, new)` in turn; what the range
    /// holds then, and what is left of it.
    fn after(text: &str, edits: &[(&str, &str)], whole: bool) -> (Option<String>, String) {
        let start = text.find('[').unwrap_or(0);
        let mut now = text.replacen('[', "", 1);
        let end = now.find(']').unwrap_or(start);
        now = now.replacen(']', "", 1);
        let mut since = Vec::new();
        for (old, new) in edits {
            let at = now.find(old).unwrap_or(0);
            let before = now.clone();
            now = now.replacen(old, new, 1);
            let (at, removed, inserted) = if whole {
                (0, before.clone(), now.clone())
            } else {
                (at, (*old).to_owned(), (*new).to_owned())
            };
            let range = ByteRange::new(ByteOffset(at), ByteOffset(at + removed.len()));
            since.push(Edit { range, removed, inserted, len_before: before.len() });
        }
        let range = ByteRange::new(ByteOffset(start), ByteOffset(end));
        let held = |range: ByteRange| now.get(range.as_range()).unwrap_or("?").to_owned();
        (forward(range, &since).map(held), held(shrunk(range, &since)))
    }

    #[test]
    fn what_stands_elsewhere_is_no_hindrance() {
        for whole in [false, true] {
            for (text, edits, want, left) in [
                ("a\n[b]\nc\n", vec![("a", "aa\nx")], Some("b"), "b"),
                ("a\n[b]\nc\n", vec![("c", "")], Some("b"), "b"),
                ("a\n[b]\nc\n", vec![("a\n", "")], Some("b"), "b"),
                ("a\n[bd]\nc\n", vec![("bd", "bxd")], None, "bxd"),
                ("a\n[bd]\nc\n", vec![("a", "1"), ("d\nc", "")], None, "b"),
                ("a\n[bd]\nc\n", vec![("a\nb", "")], None, "d"),
                // At its ends.
                ("a [bd] c\n", vec![("a ", "a x")], Some("bd"), "bd"),
                ("a [bd] c\n", vec![(" c", "x c")], Some("bd"), "bd"),
                ("a []c\n", vec![("a", "äx")], Some(""), ""),
                ("🎉\n[ü]\n", vec![("🎉", "🎉🎉")], Some("ü"), "ü"),
            ] {
                let got = after(text, &edits, whole);
                assert_eq!(
                    got,
                    (want.map(Into::into), left.to_owned()),
                    "{text:?} {edits:?} {whole}"
                );
            }
        }
    }
}
