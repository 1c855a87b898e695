//! Polish on any text at any place: it never panics, only takes away, and finds nothing more to
//! take away where nothing follows.

use foretype::completion::candidate::review;
use foretype::completion::shape::Shaper;
use foretype::completion::trigger::Trigger;
use foretype::document::offset::ByteOffset;
use foretype::document::{Document, DocumentSnapshot};
use foretype::prompt::special_tokens::first_leak;

use crate::random::Random;

fn shaper(document: &DocumentSnapshot, at: ByteOffset) -> Shaper {
    Shaper::new(document, at, Trigger::Invoked, 60).unwrap()
}

const AROUND: [&str; 18] = [
    "f(", ")", ");", "\"", "'", "}", "]", "a", "b();", " ", "    ", "\n", "\r\n", "\n}\n",
    "\n    ", "é😀", "{", "`",
];
const TEXT: [&str; 24] = [
    "f(",
    "a",
    ")",
    ");",
    "\"",
    "hi\"",
    "]",
    "{",
    "}",
    "\n",
    "\n    ",
    "\n}",
    "b();",
    " ",
    "  ",
    "é",
    "😀",
    "<|endoftext|>",
    "<|fim_",
    "<EOT>",
    "</s>",
    "\u{a0}",
    "x, y",
    "'",
];

#[test]
fn any_text_fits_any_place() {
    let (mut random, mut shown) = (Random::new(1), 0);
    for round in 0..15_000 {
        let (before, after) = (random.join(&AROUND, 6), random.join(&AROUND, 6));
        let whole = format!("{before}{after}");
        let document = Document::open("untitled:a", "plaintext", 3, &whole).snapshot();
        let text = random.join(&TEXT, 8);
        let name = format!("round {round}: {before:?} | {after:?} + {text:?}");
        let at = ByteOffset(before.len());
        let Ok(polished) = shaper(&document, at).fit(&text) else { continue };
        shown += 1;
        let item = review(polished, &document, 7).expect(&name);
        assert_eq!((item.id, item.version), (7, 3));
        let (range, got) = (item.edit.range, item.edit.text.as_str());
        assert!(range.start == at && range.end.0 <= whole.len(), "{name}: {range:?}");
        let replaced = &whole[range.as_range()];
        assert!(!replaced.contains(['\n', '\r']), "{name}: replaces {replaced:?}");
        assert!(!got.trim().is_empty(), "{name}: {got:?}");
        let rest = after.split(['\n', '\r']).next().unwrap();
        assert!(!rest.trim().is_empty() || got.trim_end() == got, "{name}: blanks, {got:?}");
        assert!(first_leak(got).is_none(), "{name}: {got:?}");
        let plain = got.replace("\r\n", "\n").replace('\r', "\n");
        assert!(text.starts_with(&plain), "{name}: {got:?} is not its beginning");
        // What is replaced comes back in the text, in order.
        let mut left = got.chars();
        let mut written = replaced.chars().filter(|c| !c.is_whitespace());
        assert!(written.all(|c| left.any(|d| c == d)), "{name}: {got:?}");
    }
    assert!(shown > 8_000, "{shown}");
}

#[test]
fn polished_twice_is_polished_once_where_nothing_follows() {
    let mut random = Random::new(2);
    for round in 0..10_000 {
        let before = random.join(&AROUND, 6);
        let document = Document::open("untitled:a", "plaintext", 1, &before).snapshot();
        let at = ByteOffset(before.len());
        let text = random.join(&TEXT, 8);
        let polish = |text: String| {
            let polished = shaper(&document, at).fit(&text);
            polished.and_then(|polished| review(polished, &document, 1))
        };
        let Ok(once) = polish(text.clone()) else { continue };
        let twice = polish(once.edit.text.replace("\r\n", "\n").replace('\r', "\n"));
        assert_eq!(twice.as_ref().ok(), Some(&once), "round {round}: {before:?} {text:?}");
    }
}
