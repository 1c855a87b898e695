#![allow(clippy::unwrap_used)]

use super::*;
use crate::context::need::fixture::World;

fn on(sources: &[Origin]) -> ContextSettings {
    ContextSettings { enabled: true, tokens: 2_000, sources: sources.iter().copied().collect() }
}

fn world(marked: &str) -> World {
    World::new("main.py", marked)
        .file("shop/cart.py", "class Cart:\n    def add(self, item):\n        pass\n")
        .file("shop/item.py", "class Item:\n    pass\n\ndef parse_item(text):\n    pass\n")
        .file("keys.py", "TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'\ndef fetch(TOKEN='ghp_0123456789abcdefghijABCDEFGHIJ012345'):\n    pass\n")
}

fn shown(past: &Past) -> String {
    let files = past.last().files.iter();
    files.map(|file| format!("== {}\n{}", file.path, file.text.as_str())).collect()
}

const CODE: &str = "from shop.cart import Cart\n\n\ndef go(cart: Cart):\n    $0\n";

#[test]
fn the_same_need_and_past_give_the_same_bytes() {
    let world = world(CODE);
    let settings = on(&[Origin::Definitions]);
    let first = gather(&world.need(), &settings, 2_000, &[], &Past::default(), |_| true);
    let text = shown(&first);
    assert!(text.contains("class Cart") && text.contains("def add(self, item)"), "{text}");
    for _ in 0..3 {
        assert_eq!(text, shown(&gather(&world.need(), &settings, 2_000, &[], &first, |_| true)));
        assert_eq!(
            text,
            shown(&gather(&world.need(), &settings, 2_000, &[], &Past::default(), |_| true))
        );
    }
    for tokens in [20, 40, 60, 2_000] {
        let past = gather(&world.need(), &settings, tokens, &[], &first, |_| true);
        let used: usize = past.last().files.iter().map(ContextFile::tokens).sum();
        assert!(used <= tokens, "{used} of {tokens}");
    }
    assert_eq!(shown(&gather(&world.need(), &on(&[]), 2_000, &[], &first, |_| true)), "");
    assert_eq!(shown(&gather(&world.need(), &settings, 0, &[], &first, |_| true)), "");
}

#[test]
fn secrets_and_special_tokens_stay_out() {
    let world = world("from keys import fetch\n\nfetch($0\n");
    let past =
        gather(&world.need(), &on(&[Origin::Definitions]), 2_000, &[], &Past::default(), |_| true);
    let text = shown(&past);
    assert!(text.contains("def fetch(") && !text.contains("ghp_"), "{text}");
    let settings = on(&[Origin::Definitions]);
    let may = |path: &str| path != "keys.py";
    let past = gather(&world.need(), &settings, 2_000, &[], &Past::default(), may);
    assert!(!shown(&past).contains("fetch"), "{}", shown(&past));
    assert_eq!(past.last().left_out.last().unwrap().why, "must not be shown");
}

#[test]
fn what_was_shown_stays_until_something_is_clearly_better() {
    let old = |path: &str, score| Snippet {
        origin: Origin::Similar,
        path: path.into(),
        text: format!("of {path}\n"),
        lines: None,
        score,
        shorten: crate::context::snippet::Shorten::Never,
        why: "because".into(),
    };
    let paths = |snippets: &[Snippet]| -> String {
        snippets.iter().map(|one| one.path.to_string()).collect()
    };
    for (new, want) in [
        (vec![old("a", 0.5), old("b", 0.5)], "ab"),
        // A little better is not enough.
        (vec![old("a", 0.5), old("b", 0.5), old("c", 0.2)], "ab"),
        (vec![old("a", 0.5), old("b", 0.5), old("c", 0.6)], "abc"),
        // What is gone is gone.
        (vec![old("b", 0.5), old("c", 0.1)], "b"),
        (vec![old("c", 0.1)], "c"),
        (vec![], ""),
    ] {
        let before = [old("a", 0.5), old("b", 0.5)];
        assert_eq!(paths(&settled(Origin::Similar, new.clone(), before.iter())), want);
        // What was done last is always told anew.
        assert_eq!(settled(Origin::Edits, new.clone(), before.iter()).len(), new.len());
    }
}

#[test]
fn definitions_stay_while_the_line_is_typed() {
    let settings = on(&[Origin::Definitions]);
    let mut past = Past::default();
    let mut texts = Vec::new();
    let mut world = world(CODE);
    for typed in ["", "p", "pa", "parse", "parse_item", "parse_item(", "parse_item(x)", "cart.add"]
    {
        world.now(&CODE.replace("$0", &format!("{typed}$0")));
        past = gather(&world.need(), &settings, 60, &[], &past, |_| true);
        texts.push(shown(&past));
    }
    texts.dedup();
    assert!(texts.len() <= 2, "{texts:#?}");
}
