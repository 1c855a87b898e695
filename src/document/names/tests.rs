use super::*;
use crate::document::language::Language;
use crate::document::parse_queue::parse_now;

/// `name` and `name:Type`, the nearest first.
fn at(path: &str, source: &str) -> String {
    let cursor = source.find("$0").unwrap();
    let text = Text::from(source.replacen("$0", "", 1).as_str());
    let grammar = Language::from_path(path).unwrap().grammar().unwrap();
    let tree = parse_now(grammar, &text).unwrap();
    let found = names(&tree, &text, ByteOffset(cursor));
    let shown = |one: Name| one.name + &one.of.map(|of| format!(":{of}")).unwrap_or_default();
    found.into_iter().map(shown).collect::<Vec<_>>().join(" ")
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
            "word log:Log size self:Store reader:Reader n:u8 this:Store Self:Store cls:Store Store \
             io Display Show below",
        ),
        (
            "a.py",
            "import os\nfrom .base import Model as Base\n\nclass User(Base):\n    \
             def save(self, session: Session, force=False):\n        for row in rows:\n            \
             query = Query(row)\n        return $0\n",
            "query:Query row save self:User session:Session force User this:User Self:User cls:User \
             os Model Base",
        ),
        (
            "a.ts",
            "import { read } from './read'\nclass Pool {\n  take(name: string, of?: Shelf<Book>) {\n    \
             const made = new Desk(name)\n    $0\n  }\n}\nexport function later() {}\n",
            "made:Desk take name:string of:Shelf Pool self:Pool this:Pool Self:Pool cls:Pool read \
             later",
        ),
        ("a.rs", "fn one(a: u8) {\n}\n\nfn two(b: u8) {\n    $0\n}\n", "two b:u8 one"),
        ("a.py", "def one(a):\n    pass\n\n$0\n", "one"),
        (
            "a.go",
            "package a\n\nfunc Add(x *Store, y int) {\n\tz := x\n\t$0\n}\n",
            "z Add x:Store y:int",
        ),
        ("a.java", "class A {\n  void b(Store c) {\n    Desk d = e();\n    $0\n  }\n}\n", ""),
        ("a.c", "int a(struct desk *b) {\n  int c = 1;\n  $0\n}\n", ""),
    ] {
        assert_eq!(at(path, source), wanted, "{source}");
    }
}

#[test]
fn types_as_they_are_written() {
    for (text, wanted) in [
        ("&'a mut Arc<store::Store<T>>", Some("Store")),
        (": Promise<Book>", Some("Promise")),
        ("Optional[models.User]", Some("User")),
        ("'User'", Some("User")),
        ("[u8; 4]", Some("u8")),
        ("impl Iterator<Item = u8> + '_", Some("Iterator")),
        ("", None),
        ("4", None),
    ] {
        assert_eq!(types::of_annotation(text), wanted, "{text}");
    }
    for (text, wanted) in [
        ("Store::open(path)?", Some("Store")),
        ("models.User(name)", Some("User")),
        ("await new Desk()", Some("Desk")),
        ("Event::Closed(1)", Some("Event")),
        ("Vec::<u8>::new()", Some("Vec")),
        ("Some(x)", None),
        ("LIMIT", None),
        ("read(Store::new())", None),
        ("", None),
    ] {
        assert_eq!(types::of_value(text), wanted, "{text}");
    }
}
