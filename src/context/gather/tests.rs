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

/// What the slow sources have found.
fn nothing() -> Ahead {
    Ahead::default()
}

fn of(snippets: Arc<[Snippet]>) -> Ahead {
    Ahead { snippets, project: None }
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
    let first = gather(&world.need(), &settings, 2_000, nothing, &Past::default(), |_| true);
    let text = shown(&first);
    assert!(text.contains("class Cart") && text.contains("def add(self, item)"), "{text}");
    for _ in 0..3 {
        assert_eq!(
            text,
            shown(&gather(&world.need(), &settings, 2_000, nothing, &first, |_| true))
        );
        assert_eq!(
            text,
            shown(&gather(&world.need(), &settings, 2_000, nothing, &Past::default(), |_| true))
        );
    }
    for tokens in [20, 40, 60, 2_000] {
        let past = gather(&world.need(), &settings, tokens, nothing, &first, |_| true);
        let used: usize = past.last().files.iter().map(ContextFile::tokens).sum();
        assert!(used <= tokens, "{used} of {tokens}");
    }
    assert_eq!(shown(&gather(&world.need(), &on(&[]), 2_000, nothing, &first, |_| true)), "");
    assert_eq!(shown(&gather(&world.need(), &settings, 0, nothing, &first, |_| true)), "");
}

#[test]
fn secrets_and_special_tokens_stay_out() {
    let world = world("from keys import fetch\n\nfetch($0\n");
    let past = gather(
        &world.need(),
        &on(&[Origin::Definitions]),
        2_000,
        nothing,
        &Past::default(),
        |_| true,
    );
    let text = shown(&past);
    assert!(text.contains("def fetch(") && !text.contains("ghp_"), "{text}");
    let settings = on(&[Origin::Definitions]);
    let may = |path: &str| path != "keys.py";
    let past = gather(&world.need(), &settings, 2_000, nothing, &Past::default(), may);
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
        past = gather(&world.need(), &settings, 60, nothing, &past, |_| true);
        texts.push(shown(&past));
    }
    texts.dedup();
    assert!(texts.len() <= 2, "{texts:#?}");
}

#[test]
fn a_declaration_that_a_usage_shows_is_not_shown_again() {
    let cart = "class Cart:\n    def add(self, item):\n        return parse_item(item)\n\n    def total(self):\n        pass\n";
    let world = World::new("main.py", CODE).file("shop/cart.py", cart);
    let usage = Snippet {
        origin: Origin::Usages,
        path: "shop/cart.py".into(),
        text: "    def add(self, item):\n        return parse_item(item)\n".into(),
        lines: Some(1..3),
        score: 1.0,
        shorten: crate::context::snippet::Shorten::Never,
        why: "because".into(),
    };
    let settings = on(&[Origin::Definitions, Origin::Usages]);
    let (without, with) = (gathered(&world, &settings, &[]), gathered(&world, &settings, &[usage]));
    assert!(shown(&without).contains("def add(self, item)"), "{}", shown(&without));
    assert_eq!(shown(&with).matches("def add(self, item)").count(), 1, "{}", shown(&with));
    assert!(shown(&with).contains("def total(self)"), "{}", shown(&with));
    let left = with.last().left_out.iter().find(|left| left.name == "add").unwrap();
    assert_eq!((left.origin, left.why), (Origin::Definitions, "shown already"));
    // Nor where it was shown before the usage was found.
    let after = gather(&world.need(), &settings, 2_000, || of(usages(&with)), &without, |_| true);
    assert_eq!(shown(&after).matches("def add(self, item)").count(), 1, "{}", shown(&after));
}

fn gathered(world: &World, settings: &ContextSettings, ahead: &[Snippet]) -> Past {
    gather(&world.need(), settings, 2_000, || of(ahead.into()), &Past::default(), |_| true)
}

fn usages(past: &Past) -> Arc<[Snippet]> {
    let of = past.last().snippets.iter().filter(|one| one.origin == Origin::Usages);
    of.cloned().collect()
}

#[test]
fn definitions_without_room_are_told_of_with_all_that_speaks_for_those_with_it() {
    let world = world(CODE);
    let settings = on(&[Origin::Definitions]);
    let past = gather(&world.need(), &settings, 22, nothing, &Past::default(), |_| true);
    let left = &past.last().left_out;
    assert!(left.iter().any(|left| left.why == "no room" && left.name == "add"), "{left:?}");
    let past = gather(&world.need(), &settings, 2_000, nothing, &Past::default(), |_| true);
    let all = past.last();
    let cart = all.snippets.iter().find(|one| &*one.path == "shop/cart.py").unwrap();
    assert!(cart.why.contains("Cart: ") && cart.why.contains("add: "), "{}", cart.why);
}
