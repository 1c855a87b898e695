//! Trees under random edits, for every grammar: equal to a fresh parse wherever that has no error,
//! and never outside of the text, however stale.

use std::time::Duration;

use foretype::document::language::Grammar;
use foretype::document::offset::{ByteOffset, ByteRange, Encoding, Position};
use foretype::document::parse_queue::parse_now;
use foretype::document::syntax::Syntax;
use foretype::document::text::Text;
use foretype::document::{Change, Document};

use super::tree_check::check;
use crate::random::Random;

const BATCHES: usize = 120;
const PIECES: [&str; 30] = [
    "a",
    "x1",
    " ",
    "\n",
    "\n    ",
    "\r\n",
    "\t",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "`",
    ";",
    ",",
    ":",
    "=",
    "// c\n",
    "/*",
    "*/",
    "#",
    "é",
    "😀",
    "return ",
    "if x {\n}\n",
    "<",
    ">",
];

macro_rules! source {
    ($file:literal) => {
        include_str!(concat!("../../fixtures/sources/", $file))
    };
}

/// (language id, its grammar, a source)
const LANGUAGES: [(&str, Grammar, &str); 9] = [
    ("rust", Grammar::Rust, source!("rust.rs")),
    ("python", Grammar::Python, source!("python.py")),
    ("javascript", Grammar::JavaScript, source!("javascript.js")),
    ("typescript", Grammar::TypeScript, source!("typescript.ts")),
    ("typescriptreact", Grammar::Tsx, source!("tsx.tsx")),
    ("go", Grammar::Go, source!("go.go")),
    ("java", Grammar::Java, source!("java.java")),
    ("c", Grammar::C, source!("c.c")),
    ("cpp", Grammar::Cpp, source!("cpp.cpp")),
];

fn whole(text: &Text) -> String {
    text.slice(ByteRange::new(ByteOffset(0), text.end())).into_owned()
}

async fn fresh(syntax: &Syntax, name: &str) {
    let fresh = tokio::time::timeout(Duration::from_secs(20), syntax.when_fresh()).await;
    fresh.unwrap_or_else(|_| panic!("{name}: never parsed")).unwrap();
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(test);
}

/// Small edits as one types, moves of whole lines, and at times what undoes them.
fn change(random: &mut Random, text: &str) -> (usize, usize, String) {
    let at = random.boundary(text);
    match random.below(6) {
        // A line copied from elsewhere: mostly valid code.
        0 => {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let line = if lines.is_empty() { "" } else { lines[random.below(lines.len())] };
            let start = text[..at].rfind('\n').map_or(0, |lf| lf + 1);
            (start, start, line.to_owned())
        }
        // A line gone.
        1 => {
            let start = text[..at].rfind('\n').map_or(0, |lf| lf + 1);
            let end = text[at..].find('\n').map_or(text.len(), |lf| at + lf + 1);
            (start, end, String::new())
        }
        // A longer or a shorter word.
        2 => {
            let after_letter = text[..at].ends_with(|c: char| c.is_ascii_alphabetic());
            (at, at, if after_letter { "z".into() } else { String::new() })
        }
        3 => {
            let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
            (at, end, String::new())
        }
        _ => (at, at, random.join(&PIECES, 2)),
    }
}

/// Replaces what differs by one edit, as an undo does; the tree goes on from the broken one.
fn put_right(document: &mut Document, text: &mut String, sound: &str) {
    let chars = text.chars().zip(sound.chars());
    let start: usize = chars.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    // Between CR and LF there is no position.
    let start = if text[..start].ends_with('\r') { start - 1 } else { start };
    let encoding = Encoding::Utf8;
    let position = |at| document.text().position_of(ByteOffset(at), encoding);
    let range = Some((position(start), position(text.len())));
    let change = Change { range, text: sound[start..].to_owned() };
    document.apply(&change, encoding).unwrap();
    sound.clone_into(text);
    assert_eq!(whole(document.text()), *text);
}

async fn walk(id: &str, grammar: Grammar, source: &str, ending: &str) {
    let mut random = Random::new(id.len() as u64 + ending.len() as u64);
    let mut text = source.replace('\n', ending);
    let mut document = Document::open("untitled:a", id, 1, &text);
    let encoding = Encoding::Utf16;
    let (mut compared, mut stale, mut broken_for, mut sound) = (0, 0, 0, text.clone());
    for batch in 0..BATCHES {
        let name = format!("{id} {ending:?}, batch {batch}");
        let syntax = document.syntax().expect("a grammar").clone();
        let before = document.snapshot();
        let tree_before = before.tree.as_ref().and_then(|tree| tree.tree());
        let sexp_before = tree_before.map(|tree| tree.root_node().to_sexp());
        let text_before = text.clone();
        for _ in 0..=random.below(3) {
            let (start, end, with) = change(&mut random, &text);
            let position = |at| document.text().position_of(ByteOffset(at), encoding);
            let change = Change { range: Some((position(start), position(end))), text: with };
            let edit = document.apply(&change, encoding).unwrap();
            text.replace_range(edit.range.as_range(), &edit.inserted);
            assert_eq!(whole(document.text()), text, "{name}");
            if let Some(tree) = document.snapshot().tree {
                stale += usize::from(!tree.is_fresh());
                check(tree.tree().unwrap(), &text, &format!("{name}, stale"));
            }
        }
        fresh(&syntax, &name).await;
        let snapshot = document.snapshot();
        let tree = snapshot.tree.clone().expect("a tree");
        assert!(tree.is_fresh(), "{name}");
        let (got, want) = (tree.tree().unwrap(), parse_now(grammar, &snapshot.text).unwrap());
        check(got, &text, &name);
        let broken = want.root_node().has_error();
        if !broken {
            compared += 1;
            let (got, want) = (got.root_node().to_sexp(), want.root_node().to_sexp());
            assert_eq!(got, want, "{name}: not what a fresh parse gives");
        }
        // The snapshot from before still shows what it showed.
        assert_eq!(whole(&before.text), text_before, "{name}");
        let still = before.tree.as_ref().and_then(|tree| tree.tree());
        assert_eq!(still.map(|tree| tree.root_node().to_sexp()), sexp_before, "{name}");
        if let Some(tree) = still {
            check(tree, &text_before, &format!("{name}, before"));
        }
        // Code that stays broken is put right after a while, so that much is compared.
        broken_for = if broken { broken_for + 1 } else { 0 };
        if broken_for > random.below(4) {
            put_right(&mut document, &mut text, &sound);
            broken_for = 0;
            fresh(document.syntax().expect("a grammar"), &name).await;
        } else if !broken && text.len() < 2 * source.len() {
            sound.clone_from(&text);
        }
    }
    assert!(compared > BATCHES / 8, "{id} {ending:?}: only {compared} were compared");
    assert!(stale > BATCHES / 2, "{id}: only {stale} trees were stale");
}

#[test]
fn trees_equal_a_fresh_parse() {
    run(async {
        for (id, grammar, source) in LANGUAGES {
            walk(id, grammar, source, "\n").await;
        }
    });
}

#[test]
fn trees_of_other_line_endings_too() {
    run(async {
        for (id, grammar, source) in LANGUAGES {
            walk(id, grammar, source, "\r\n").await;
        }
        walk("javascript", Grammar::JavaScript, LANGUAGES[2].2, "\r").await;
    });
}

#[test]
fn a_closed_document_ends_its_parse() {
    run(async {
        let large = LANGUAGES[0].2.repeat(2_000);
        let document =
            Document::open("untitled:a", "rust", 1, &large[..4_900_000.min(large.len())]);
        let syntax = document.syntax().expect("a grammar").clone();
        let waiting = syntax.when_fresh();
        drop(document);
        let ended = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        assert!(ended.expect("the wait ends").is_err(), "it was parsed after all");
        // Who asks later is not kept waiting either.
        let late = tokio::time::timeout(Duration::from_secs(10), syntax.when_fresh()).await;
        assert!(late.expect("the wait ends").is_err());
        let other = Document::open("untitled:b", "rust", 1, "fn b() {}\n");
        fresh(other.syntax().expect("a grammar"), "another document").await;
        assert!(syntax.tree().is_none(), "a tree came after the close");
    });
}

#[test]
fn too_large_a_text_has_no_tree_and_gets_it_back() {
    use foretype::document::{TREE_LIMIT, TREE_LINE_LIMIT};
    let long = "x".repeat(TREE_LINE_LIMIT - 6);
    run(async {
        for (large, key) in [
            ("// a comment\n".repeat(TREE_LIMIT / 13 + 1), ""),
            (format!("fn a() {{}}\n// {long}xxxx\nfn b() {{}}\n"), ""),
            // A key makes the line, or the text, too long, also by joining two.
            (format!("// {long}\n"), "xxx"),
            (format!("// {long}\nabcd"), "\u{8}"),
            ("// a comment\n".repeat(TREE_LIMIT / 13), "x\nxxxxxxxxxxx"),
        ] {
            let mut document = Document::open("untitled:a", "rust", 1, "fn a() {}\n");
            let mut change = |range, text: &str| {
                document.apply(&Change { range, text: text.into() }, Encoding::Utf8).unwrap();
                let syntax = document.syntax().cloned();
                assert!(syntax.is_some() || document.snapshot().tree.is_none());
                let text = document.text();
                (syntax, text.position_of(text.line_end(0), Encoding::Utf8))
            };
            let (syntax, end) = change(None, &large);
            assert_eq!(syntax.is_some(), !key.is_empty(), "before {key:?}");
            let next = Position::new(1, 0);
            let range = if key == "\u{8}" { (end, next) } else { (end, end) };
            let (syntax, end) = change(Some(range), &key.replace('\u{8}', ""));
            assert!(syntax.is_none(), "after {key:?}");
            // Deleting brings it back.
            let (syntax, _) = change(Some((Position::new(0, 2), end)), "");
            if !key.is_empty() && !key.contains('\n') {
                fresh(&syntax.expect("a tree again"), "a line less").await;
            }
            let (syntax, _) = change(None, "fn b() {}\n");
            fresh(&syntax.expect("a grammar"), "small again").await;
        }
    });
}

#[test]
fn a_table_of_data_keeps_no_tree() {
    run(async {
        let table = format!("a = [\n{}]\n", "1,1,1,1,1,1,\n".repeat(370_000));
        let document = Document::open("untitled:a", "javascript", 1, &table);
        let syntax = document.syntax().expect("a grammar").clone();
        let parsed = tokio::time::timeout(Duration::from_secs(60), syntax.when_fresh()).await;
        assert!(parsed.expect("the wait ends").is_err(), "a tree of millions of nodes was kept");
        assert!(document.snapshot().tree.is_none());
    });
}
