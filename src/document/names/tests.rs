use super::*;
use crate::document::language::Language;
use crate::document::parse_queue::parse_now;

/// The names, the nearest first.
fn at(path: &str, source: &str) -> String {
    let cursor = source.find("$0").unwrap();
    let text = Text::from(source.replacen("$0", "", 1).as_str());
    let grammar = Language::from_path(path).unwrap().grammar().unwrap();
    let tree = parse_now(grammar, &text).unwrap();
    names(&tree, &text, ByteOffset(cursor)).join(" ")
}

#[test]
fn what_is_in_scope() {
    for (path, source, wanted) in [
        (
            "a.rs",
            "use std::{io, fmt::Display as Show};\nstruct Store;\nimpl Store {\n    \
             fn size(&self, reader: &mut dyn Reader, n: u8) {\n        { let inner = 1; }\n        \
             let log = Log::new(n);\n        if let Some(word) = n {\n            $0\n        }\n    \
             }\n}\nfn below() {}\n",
            "word log size n reader self Self Store io Show below",
        ),
        (
            "a.py",
            "import os\nfrom .base import Model as Base\n\nclass User(Base):\n    \
             def save(self, session: Session, force=False):\n        for row in rows():\n            \
             query = Query(row)\n        return $0\n",
            "row query save force session self User Model Base os",
        ),
        (
            "a.ts",
            "import { read } from './read'\nclass Pool {\n  take(name: string, of?: Shelf<Book>) {\n    \
             const made = new Desk(name)\n    $0\n  }\n}\nexport function later() {}\n",
            "made of name this Pool read later",
        ),
        ("a.rs", "fn one(a: u8) {\n}\n\nfn two(b: u8) {\n    $0\n}\n", "two b one"),
        ("a.go", "package a\n\nfunc Add(x *Store, y int) {\n\tz := x\n\t$0\n}\n", "z Add y x"),
        (
            "a.java",
            "class A {\n  void b(Store c) {\n    Desk d = e();\n    $0\n  }\n}\n",
            "d b c this A",
        ),
        ("a.c", "int a(struct desk *b) {\n  int c = 1;\n  $0\n}\n", "c b a"),
    ] {
        assert_eq!(at(path, source), wanted, "{source}");
    }
}
