//! The index against plain searches through the same tokens.

use std::collections::HashMap;

use foretype::local::dialect::Dialect;
use foretype::local::segment::{Cell, Order, Segment};
use foretype::local::{Index, Limits, Overlay};

use super::workspace::{FILES, index};
use crate::random::Random;

/// Tokens 1 to 9 in some files, which 0 begins.
fn tokens(random: &mut Random) -> Vec<u32> {
    let mut all = vec![0];
    for _ in 0..20 + random.below(300) {
        all.push(if random.one_in(30) { 0 } else { 1 + random.below(9) as u32 });
    }
    all
}

/// How many tokens before each place are those of the context.
fn matches(text: &[u32], context: &[u32]) -> HashMap<u32, u32> {
    let matched = |at: usize| {
        let before = text[..at].iter().rev();
        before.zip(context).take_while(|(a, b)| a == b && **a != 0).count() as u32
    };
    (1..=text.len()).map(|at| (at as u32, matched(at))).filter(|(_, n)| *n > 0).collect()
}

#[test]
fn every_place_is_found_with_the_length_of_its_match() {
    let mut random = Random::new(1);
    for _ in 0..200 {
        let text = tokens(&mut random);
        let cells = text.iter().map(|&id| Cell { id, space: false }).collect();
        // Odd numbers are names, which are all alike.
        let classes = |id: u32| if id % 2 == 1 { 99 } else { id };
        let segment = Segment::new(cells, classes);
        let context: Vec<u32> =
            (0..1 + random.below(8)).map(|_| 1 + random.below(9) as u32).collect();
        for order in [Order::Exact, Order::Alike] {
            let alike = |id: &u32| if order == Order::Alike { classes(*id) } else { *id };
            let (text, context): (Vec<u32>, Vec<u32>) =
                (text.iter().map(alike).collect(), context.iter().map(alike).collect());
            let wanted = matches(&text, &context);
            let found = segment.nearest(order, &|id| alike(&id), &context, text.len(), 0);
            let places: HashMap<u32, u32> = found.iter().map(|p| (p.at, p.matched)).collect();
            assert_eq!(places, wanted, "{text:?} after {context:?}");
            assert_eq!(found.len(), wanted.len());
            assert!(found.is_sorted_by(|a, b| a.matched >= b.matched));
            // Few of them are the best of them.
            let few = segment.nearest(order, &|id| alike(&id), &context, 2, 0);
            let mut best: Vec<u32> = wanted.values().copied().collect();
            best.sort_unstable_by(|a, b| b.cmp(a));
            let few: Vec<u32> = few.iter().map(|place| place.matched).collect();
            assert_eq!(few.first(), best.first());
            assert!(few.len() == best.len().min(4));
        }
    }
}

#[test]
fn the_places_beyond_the_nearest_are_drawn_once_each() {
    let mut random = Random::new(2);
    for _ in 0..100 {
        let text = tokens(&mut random);
        let cells = text.iter().map(|&id| Cell { id, space: false }).collect();
        let segment = Segment::new(cells, |id| id);
        let context = [1 + random.below(9) as u32];
        let found = segment.nearest(Order::Exact, &|id| id, &context, 1, 1000);
        let mut places: Vec<u32> = found.iter().map(|place| place.at).collect();
        places.sort_unstable();
        let mut wanted: Vec<u32> = matches(&text, &context).into_keys().collect();
        wanted.sort_unstable();
        assert_eq!(places, wanted);
    }
}

#[test]
fn copies_of_a_line_are_found_by_their_tokens() {
    let text = "a(b);\nc;\n  a( b ); // why\nx a(b);\na(b);d\na(b)\n;\n";
    let index = Index::build([("x.rs", text), ("y.rs", "a(b);")], Limits::default());
    let dialect = Dialect::of("x.rs");
    assert_eq!(index.places_of_line("  a(b);", dialect).len(), 3);
    assert_eq!(index.places_of_line("c;", dialect).len(), 1);
    for none in ["", "// a", "b", "unheard(of)"] {
        assert!(index.places_of_line(none, dialect).is_empty(), "{none}");
    }
}

#[test]
fn hidden_places_are_hidden_to_the_last() {
    let mut random = Random::new(3);
    for _ in 0..200 {
        let mut overlay = Overlay::default();
        let mut hidden = [false; 100];
        for _ in 0..random.below(8) {
            let from = random.below(100);
            let to = from + random.below(100 - from);
            overlay.hide(std::iter::once(from as u32..to as u32));
            hidden[from..to].fill(true);
        }
        for (at, &wanted) in hidden.iter().enumerate() {
            assert_eq!(overlay.hides(at as u32), wanted, "{at}");
        }
    }
}

#[test]
fn files_are_found_by_place_and_by_path() {
    let index = index();
    for (number, (path, _)) in FILES.iter().enumerate() {
        let places = index.places_of(path).unwrap();
        assert!(places.clone().all(|at| index.file_at(at) == number));
    }
    assert_eq!(index.places_of("elsewhere.rs"), None);
}

#[test]
fn what_does_not_fit_is_left_out_whole() {
    let all = index();
    for tokens in [0, 1, 10, 60, all.tokens() - 1, all.tokens()] {
        let index = Index::build(FILES, Limits { tokens });
        assert!(index.tokens() <= tokens);
        assert_eq!(index.files().len() + index.left_out(), FILES.len());
    }
    assert_eq!(Index::build(FILES, Limits { tokens: all.tokens() }).left_out(), 0);
}

#[test]
fn a_large_index_keeps_to_twelve_bytes_a_token() {
    let mut random = Random::new(4);
    let names: Vec<String> = (0..20_000).map(|n| format!("name_of_thing_{n}")).collect();
    let file = |random: &mut Random| {
        let lines = (0..2000).map(|_| {
            let name = |random: &mut Random| names[random.below(names.len())].clone();
            format!("    let {} = {}(1, \"x\");\n", name(random), name(random))
        });
        lines.collect::<String>()
    };
    let files: Vec<(String, String)> =
        (0..20).map(|n| (format!("src/{n}.rs"), file(&mut random))).collect();
    let index = Index::build(files, Limits::default());
    let each = index.bytes() as f64 / index.tokens() as f64;
    assert!(index.tokens() > 300_000 && each <= 12.0, "{each} bytes a token");
}
