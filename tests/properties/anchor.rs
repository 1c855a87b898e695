//! A frozen prompt: whatever is typed at its place, its parts make up the document again.

use foretype::completion::anchor::{Anchor, Windows};
use foretype::document::offset::{ByteOffset, Encoding};
use foretype::document::{Change, Document};

use crate::random::Random;

const SOURCE: [&str; 14] = [
    "fn f(a: &str) {\n",
    "    let x = g(1);\r\n",
    "}\n",
    "\n",
    "日本語 = \"😀\"\n",
    "é",
    "\t",
    "word ",
    "x",
    "longer_word_without_blanks",
    "\r\n",
    "(",
    ")",
    "\r\n\r\n",
];
const TYPED: [&str; 12] = ["a", "foo", " ", "(", "\n", "\n    ", "\"", "é", "😀", ";", "\r\n", "x"];
const CLOSERS: [&str; 5] = [")", "]", "}", "\"", "'"];

fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[test]
fn prefix_middle_closers_and_suffix_are_the_document() {
    let (mut random, mut served, mut moved) = (Random::new(1), 0, 0);
    for round in 0..1_500 {
        let mark = if random.one_in(8) { "\u{feff}" } else { "" };
        let most = [3, 40, 400][random.below(3)];
        let source = format!("{mark}{}", random.join(&SOURCE, most));
        let mut document = Document::open("untitled:a", "plaintext", 1, &source);
        let encoding = Encoding::Utf8;
        let somewhere = mark.len() + random.below(source.len() - mark.len() + 1);
        let somewhere = document.text().floor(ByteOffset(somewhere));
        let position = document.text().position_of(somewhere, encoding);
        let mut at = document.text().byte_of(position, encoding);
        let windows = Windows { prefix: 1 + random.below(3_000), suffix: 1 + random.below(800) };
        let anchor = Anchor::new(document.text(), at, windows);
        let first = anchor.parts(document.text(), at, windows);
        let first = first.unwrap_or_else(|| panic!("round {round}: it does not serve its cursor"));
        assert!(
            first.prefix.text().len() <= windows.prefix + 4,
            "{round}: {}",
            first.prefix.text().len()
        );
        assert!(
            first.suffix.text().len() <= windows.suffix,
            "{round}: {}",
            first.suffix.text().len()
        );
        let mut closers = String::new();
        for step in 0..12 {
            let name = format!("round {round}, step {step}");
            let whole = document.text().slice(foretype::document::offset::ByteRange::new(
                ByteOffset(0),
                document.text().end(),
            ));
            let (before, after) = whole.split_at(at.0);
            let before = plain(before.strip_prefix('\u{feff}').unwrap_or(before));
            let after = plain(after);
            match anchor.parts(document.text(), at, windows) {
                Some(parts) => {
                    served += 1;
                    let (head, tail) = (parts.prefix.text(), &parts.middle);
                    assert!(before.ends_with(&format!("{head}{tail}")), "{name}: before");
                    assert!(
                        after.starts_with(&format!("{closers}{}", parts.suffix.text())),
                        "{name}: after"
                    );
                    assert_eq!(head, first.prefix.text(), "{name}");
                    assert_eq!(parts.suffix.text(), first.suffix.text(), "{name}");
                }
                None => moved += 1,
            }
            // A key: text, and at times a closer that the editor sets behind the cursor.
            let typed = random.pick(&TYPED).to_owned();
            let closer = if random.one_in(4) { random.pick(&CLOSERS) } else { "" };
            let position = document.text().position_of(at, encoding);
            let text = format!("{typed}{closer}");
            let change = Change { range: Some((position, position)), text };
            let edit = document.apply(&change, encoding).unwrap();
            assert!(anchor.survives(&edit), "{name}");
            at = ByteOffset(at.0 + typed.len());
            closers.insert_str(0, closer);
        }
        // Before the frozen prefix's end and behind the frozen suffix's start nothing may change.
        let len = document.text().len();
        let end = document.text().position_of(ByteOffset(len), encoding);
        let change = Change { range: Some((end, end)), text: "x".into() };
        let edit = document.apply(&change, encoding).unwrap();
        assert_eq!(anchor.survives(&edit), at.0 + closers.len() == len, "round {round}");
    }
    assert!(served > 10_000 && moved < served / 4, "{served} {moved}");
}
