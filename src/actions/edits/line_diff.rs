//! The difference between two lists of lines.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

/// Lines of the old list and the lines of the new one that stand for them; either may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::actions) struct Hunk {
    pub(in crate::actions) old: Range<usize>,
    pub(in crate::actions) new: Range<usize>,
}

/// Lines of both lists up to which the shortest difference is looked for: that takes the longer the more
/// they differ, with thousands of lines whole seconds. Beyond, a short one is enough.
const SHORTEST: usize = 2_000;

/// Where the lists differ, in order: as few lines as can be, moved to where a reader would cut.
pub(in crate::actions) fn hunks(old: &[&str], new: &[&str]) -> Vec<Hunk> {
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    let few = old.len() + new.len() <= SHORTEST;
    let how = if few { Algorithm::MyersMinimal } else { Algorithm::Histogram };
    let mut diff = Diff::compute(how, &input);
    diff.postprocess_lines(&input);
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| Hunk { old: range(hunk.before), new: range(hunk.after) }).collect()
}

/// For each of so many old lines, the new line that it is, if it is still there.
pub(in crate::actions) fn matched(hunks: &[Hunk], old: usize) -> Vec<Option<usize>> {
    let mut map = Vec::with_capacity(old);
    let mut next = 0;
    for hunk in hunks {
        while map.len() < hunk.old.start {
            map.push(Some(next));
            next += 1;
        }
        map.resize(hunk.old.end, None);
        next = hunk.new.end;
    }
    while map.len() < old {
        map.push(Some(next));
        next += 1;
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_named() {
        let old = ["a", "b", "c", "d"];
        let new = ["a", "x", "c", "d", "e"];
        assert_eq!(
            hunks(&old, &new),
            [Hunk { old: 1..2, new: 1..2 }, Hunk { old: 4..4, new: 4..5 }]
        );
        assert_eq!(matched(&hunks(&old, &new), 4), [Some(0), None, Some(2), Some(3)]);
        assert_eq!(matched(&hunks(&["x", "a"], &["a"]), 2), [None, Some(0)]);
        assert_eq!(hunks(&[], &["a"]), [Hunk { old: 0..0, new: 0..1 }]);
        assert!(hunks(&old, &old).is_empty());
    }
}
