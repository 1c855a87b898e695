//! Document URIs: one spelling for each document, and paths there and back.

use std::path::{Path, PathBuf};

use foretype::document::uri::DocumentUri;

use crate::random::Random;

const NAMES: [&str; 24] = [
    "a", "B", "main.rs", "a b", "100%", "%41", "%zz", "#", "?", "[id]", "ü", "日本", "😀", "a:b",
    "~", "+", "&=", "'", "\"", "c", ".", "x;y", "a,b", "e\u{301}",
];

fn below(random: &mut Random, separator: &str) -> String {
    let name = |random: &mut Random| {
        let first = random.pick(&NAMES);
        format!("{first}{}", random.join(&NAMES, 2))
    };
    (0..=random.below(5)).map(|_| format!("{separator}{}", name(random))).collect()
}

fn is_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

#[test]
fn every_path_comes_back() {
    let mut random = Random::new(1);
    for _ in 0..10_000 {
        let path = match random.below(3) {
            0 => format!("{}:{}", random.pick(&["c", "z", "q"]), below(&mut random, "\\")),
            1 => {
                format!("\\\\{}{}", random.pick(&["srv", "192.168.0.1"]), below(&mut random, "\\"))
            }
            _ => below(&mut random, "/"),
        };
        // Elsewhere than on Windows `/c:/x` is a path too, but its URI is the drive's.
        if path.strip_prefix('/').is_some_and(is_drive) {
            continue;
        }
        let uri = DocumentUri::from_path(Path::new(&path));
        assert_eq!(uri.to_path(), Some(PathBuf::from(&path)), "{uri}");
        assert_eq!(uri.scheme(), "file");
        assert!(uri.as_str().is_ascii(), "{uri}");
        assert_eq!(DocumentUri::new(uri.as_str()), uri);
        assert_eq!(uri.path_like(), path);
    }
}

#[test]
fn any_text_has_one_spelling() {
    const PIECES: [&str; 22] = [
        "file:",
        "file://",
        "file:///",
        "FILE:///",
        "localhost",
        "/",
        "//",
        "\\",
        "c:",
        "C%3A",
        "%3a",
        "%",
        "%2F",
        "%5C",
        "?q",
        "#f",
        "a",
        "é",
        "untitled:",
        "host",
        "%00",
        " ",
    ];
    let mut random = Random::new(2);
    for _ in 0..20_000 {
        let text = random.join(&PIECES, 7);
        let once = DocumentUri::new(&text);
        assert_eq!(DocumentUri::new(once.as_str()), once, "{text:?}");
        let _ = (once.scheme(), once.path_like());
        if let Some(path) = once.to_path() {
            let again = DocumentUri::from_path(&path);
            assert_eq!(again.to_path(), Some(path), "{text:?} {once}");
        }
    }
}
