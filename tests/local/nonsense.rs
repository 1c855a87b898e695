//! Any text at all: no panic, and an answer that can be inserted.

use foretype::local::{Caution, Cursor, Index, Limits, Overlay, predict};

use super::workspace::FILES;
use crate::random::Random;

const PIECES: [&str; 40] = [
    "fn ",
    "let ",
    "x",
    "self",
    ".",
    "::",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "\n",
    "\n    ",
    "\n\t",
    " ",
    "\"",
    "'",
    "`",
    "\\",
    "\"\"\"",
    "'''",
    "#",
    "//",
    "/*",
    "*/",
    "r#\"",
    "b'",
    "0x",
    "1.5",
    "ä",
    "名",
    "🦀",
    "\u{0}",
    "\r\n",
    "\u{301}",
    "=>",
    "'a",
    "print(name, file=sys.stderr)",
    "\u{feff}",
];
const PATHS: [&str; 6] = ["a.rs", "b/c.py", "d.ts", "", "/", "Makefile"];

#[test]
fn nothing_makes_it_panic() {
    let mut random = Random::new(6);
    let mut answers = 0;
    for _ in 0..400 {
        let mut files: Vec<(&str, String)> =
            FILES.iter().map(|(path, text)| (*path, (*text).to_owned())).collect();
        for _ in 0..random.below(3) {
            files.push((random.pick(&PATHS), random.join(&PIECES, 60)));
        }
        let index = Index::build(files, Limits::default());
        let mut overlay = Overlay::default();
        for _ in 0..random.below(3) {
            let text = random.join(&PIECES, 60);
            overlay.edit(&index, random.pick(&PATHS), &text);
        }
        for _ in 0..5 {
            let (prefix, suffix) = (random.join(&PIECES, 40), random.join(&PIECES, 40));
            let scope = [random.pick(&PIECES), random.pick(&PIECES)].map(str::to_owned);
            let path = random.pick(&PATHS);
            let cursor = Cursor { path, prefix: &prefix, suffix: &suffix, scope: &scope };
            let caution = Caution { token: 0.0, whole: 0.0, block: 0.0 };
            let said = predict(&index, &overlay, cursor, caution);
            answers += usize::from(said.is_some());
            assert!(said.is_none_or(|said| said.probability.is_finite()));
        }
    }
    assert!(answers > 100, "{answers}");
}

#[test]
fn long_lines_and_long_words_are_read() {
    let long = "x".repeat(100_000);
    let many = "a,".repeat(100_000);
    let string = format!("\"{}\"", "word ".repeat(20_000));
    let files = [("a.rs", long.as_str()), ("b.rs", many.as_str()), ("c.rs", string.as_str())];
    let index = Index::build(files, Limits::default());
    for prefix in [long.as_str(), many.as_str(), string.as_str()] {
        let cursor = Cursor { path: "d.rs", prefix, suffix: prefix, scope: &[] };
        let _ = predict(&index, &Overlay::default(), cursor, Caution::default());
    }
}
