//! A region against brute force: a text in which the region's bytes are marked one by one.

use foretype::completion::region::Region;
use foretype::document::Edit;
use foretype::document::offset::{ByteOffset, ByteRange};
use foretype::document::text::Text;

use crate::random::Random;

#[test]
fn follows_edits_as_if_every_byte_were_marked() {
    let (mut random, mut survived) = (Random::new(1), 0);
    for round in 0..3_000 {
        // Outside is `o`, before and after; inside is `i`, and whatever is typed there.
        let (before, inside, after) = (random.below(6), random.below(6), random.below(6));
        let mut text = format!("{}{}{}", "o".repeat(before), "i".repeat(inside), "o".repeat(after));
        let end = before + inside;
        let region = Region::new(ByteOffset(before), ByteOffset(end), text.len());
        let (mut start, mut end) = (before, end);
        for _ in 0..6 {
            // Mostly inside.
            let (low, high) = if random.one_in(4) { (0, text.len()) } else { (start, end) };
            let place = |random: &mut Random| low + random.below(high - low + 1);
            let (a, b) = (place(&mut random), place(&mut random));
            let (a, b) = (a.min(b), a.max(b));
            let inserted = "i".repeat(random.below(4));
            let edit = Edit {
                range: ByteRange::new(ByteOffset(a), ByteOffset(b)),
                removed: text[a..b].to_owned(),
                inserted: inserted.clone(),
                len_before: text.len(),
            };
            let within = start <= a && b <= end;
            assert_eq!(region.survives(&edit), within, "round {round}: {start}..{end}, {a}..{b}");
            if !within {
                break;
            }
            survived += 1;
            text.replace_range(a..b, &inserted);
            end = end + inserted.len() - (b - a);
            start = before;
            let len = text.len();
            assert_eq!(region.end(len), Some(ByteOffset(end)));
            assert_eq!((region.len(len), region.is_empty(len)), (end - start, end == start));
            assert_eq!(text[..start].matches('i').count(), 0);
            assert_eq!(text[end..].matches('i').count(), 0);
            let rope = Text::from(text.as_str());
            for at in 0..=len + 1 {
                let held = start <= at && at <= end;
                assert_eq!(region.holds(ByteOffset(at), len), held);
                let parts = held.then(|| (text[start..at].to_owned(), text[at..end].to_owned()));
                assert_eq!(region.split(&rope, ByteOffset(at)), parts);
            }
        }
        // A text too short for what surrounds the region has no place for it.
        if before + after > 0 {
            assert_eq!(region.end(before + after - 1), None);
        }
    }
    assert!(survived > 3_000, "{survived}");
}
