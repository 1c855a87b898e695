#![allow(clippy::unwrap_used)]

use super::*;
use crate::context::need::fixture::World;

fn snippet(origin: Origin, path: &str, text: &str, lines: Option<Range<u32>>) -> Snippet {
    Snippet {
        origin,
        path: path.into(),
        text: text.to_owned(),
        lines,
        score: 1.0,
        shorten: Shorten::Never,
        why: "because".into(),
    }
}

fn paths(chosen: &[Snippet]) -> Vec<&str> {
    chosen.iter().map(|snippet| &*snippet.path).collect()
}

#[test]
fn stable_parts_stand_first_and_nothing_is_there_twice() {
    let world =
        World::new("now.py", "def already_shown_here():\n    return something_long()\n$0\n");
    let offered = vec![
        snippet(Origin::Edits, "z.diff", "-a\n+b\n", None),
        snippet(Origin::Similar, "b.py", "def other_thing_entirely():\n    pass\n", Some(0..2)),
        snippet(Origin::Similar, "b.py", "    pass\n", Some(1..2)),
        snippet(Origin::Usages, "b.py", "other_thing_entirely()\n", Some(9..10)),
        snippet(Origin::Usages, "now.py", "something_long()\n", Some(1..2)),
        snippet(
            Origin::Similar,
            "copy.py",
            "def already_shown_here():\n    return something_long()\n",
            Some(4..6),
        ),
        snippet(Origin::Stack, "stack", "axum 0.8\n", None),
    ];
    let (chosen, left_out) = choose(&world.need(), offered, 2_000, true);
    assert_eq!(paths(&chosen), ["stack", "b.py", "b.py", "z.diff"]);
    assert_eq!(left_out.len(), 3);
    assert!(left_out.iter().all(|left| left.why == "shown already"), "{left_out:?}");
}

#[test]
fn what_was_changed_last_stands_last() {
    let world = World::new("now.py", "$0");
    let changed = |path: &str, score| Snippet {
        score,
        ..snippet(Origin::Edits, path, "@@ line 1 @@\n-old\n+new\n", None)
    };
    // As the source says it: the newest first.
    for names in [["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a"]] {
        let offered = names.iter().zip([1.0, 0.5, 0.25]).map(|(name, score)| changed(name, score));
        let (chosen, _) = choose(&world.need(), offered.collect(), 1_000, true);
        let mut oldest_first = names;
        oldest_first.reverse();
        assert_eq!(paths(&chosen), oldest_first);
    }
}

#[test]
fn a_remark_does_not_stay_without_its_signature() {
    let text =
        "pub struct Value\n    // Says one\n    pub fn one()\n    // Says two\n    pub fn two()\n";
    let one = Snippet { shorten: Shorten::End, ..snippet(Origin::Dependencies, "a", text, None) };
    let got = fitted(&one, tokens(&one) - 1, true).unwrap();
    assert_eq!(got.text, "pub struct Value\n    // Says one\n    pub fn one()\n");
}

#[test]
fn every_source_has_its_share_and_definitions_keep_theirs() {
    let world = World::new("now.py", "$0");
    let big = |origin, path: &str, lines: usize, shorten| Snippet {
        shorten,
        ..snippet(origin, path, &"a line of the text that it has\n".repeat(lines), None)
    };
    for budget in [0, 50, 200, 1_000, 4_000] {
        for wanted in [true, false] {
            let offered: Vec<Snippet> = Origin::ALL
                .into_iter()
                .filter(|origin| *origin != Origin::Definitions)
                .flat_map(|origin| {
                    [("a", Shorten::End), ("b", Shorten::Never), ("c", Shorten::Start)]
                        .map(|(path, shorten)| big(origin, path, 20, shorten))
                })
                .collect();
            let (chosen, left_out) = choose(&world.need(), offered, budget, wanted);
            let of = |origin| -> usize {
                chosen.iter().filter(|one| one.origin == origin).map(tokens).sum()
            };
            for origin in Origin::ALL {
                assert!(of(origin) <= most(origin, budget), "{origin:?} of {budget}");
            }
            let all: usize = chosen.iter().map(tokens).sum();
            assert!(all <= budget * if wanted { 60 } else { 100 } / 100, "{all} of {budget}");
            assert_eq!(chosen.len() + left_out.len(), 24);
            assert!(chosen.iter().all(|one| one.text.ends_with('\n')));
            if budget == 4_000 {
                assert!(of(Origin::Dependencies) > 0 && of(Origin::Edits) > 0);
            }
        }
    }
}

#[test]
fn what_is_shortened_loses_whole_lines_at_the_right_end() {
    let text = "first line of it\nsecond line of it\nthird line of it\n";
    for (shorten, want, lines) in [
        (Shorten::End, "first line of it\nsecond line of it\n", 3..5),
        (Shorten::Start, "second line of it\nthird line of it\n", 4..6),
    ] {
        let one = Snippet { shorten, ..snippet(Origin::Edits, "a", text, Some(3..6)) };
        let room = tokens(&one) - 1;
        let got = fitted(&one, room, true).unwrap();
        assert_eq!((got.text.as_str(), got.lines.clone()), (want, Some(lines)));
        assert!(tokens(&got) <= room);
        assert!(fitted(&one, room, false).is_none() && fitted(&one, 5, true).is_none());
    }
    assert!(fitted(&snippet(Origin::Edits, "a", text, None), 15, true).is_none());
}
