//! A cursor anywhere, in code that is being typed.

use foretype::document::offset::ByteOffset;
use foretype::hover::symbol::Symbol;

use super::sources::{C, CPP, GO, JAVA, PYTHON, RUST, TS};
use super::symbols::{document, snapshot};
use crate::support::random::Random;

const SOURCES: [(&str, &str); 7] = [
    ("rust", RUST),
    ("python", PYTHON),
    ("typescriptreact", TS),
    ("go", GO),
    ("java", JAVA),
    ("c", C),
    ("cpp", CPP),
];

/// The name under the cursor is what is found, whatever is torn around it.
#[test]
fn what_is_found_is_what_stands_there() {
    let (mut random, mut found) = (Random::new(6), 0);
    for (language, source) in SOURCES {
        for round in 0..6 {
            let mut text = source.replace('\n', if round % 2 == 0 { "\n" } else { "\r\n" });
            for _ in 0..round {
                let (one, other) = (random.boundary(&text), random.boundary(&text));
                let (from, to) = (one.min(other), one.max(other).min(one.min(other) + 40));
                let to = (from..=to).rev().find(|at| text.is_char_boundary(*at)).unwrap();
                let with = random.pick(&["", "{", "\"", "é", "🎉 ", "(", "\n", "/*", "x.y"]);
                text.replace_range(from..to, with);
            }
            let snapshot = snapshot(document("untitled:case", language, &text));
            for at in (round..=text.len()).step_by(13).filter(|at| text.is_char_boundary(*at)) {
                let Some(symbol) = Symbol::at(&snapshot, ByteOffset(at), &[]) else { continue };
                found += 1;
                let range = symbol.range;
                assert!(range.start.0 <= at && at <= range.end.0, "{language} {round} {at}");
                assert_eq!(text[range.as_range()], symbol.name, "{language} {round} {at}");
                let code = symbol.code.lines().count();
                assert!(code > 0 && symbol.code.len() <= 8 * 1024, "{language} {round} {at}");
                // It is asked about under the same key wherever in the name the cursor is.
                let again = Symbol::at(&snapshot, range.start, &[]).unwrap();
                assert_eq!((again.code, again.signature), (symbol.code, symbol.signature));
            }
        }
    }
    assert!(found > 300, "{found}");
}
