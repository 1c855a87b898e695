#![allow(clippy::unwrap_used)]

use super::*;
use crate::retrieval::extract::Extractor;
use crate::retrieval::source::Source;

/// The snippets at `$0` in the last file.
fn at_cursor(files: &[(&str, &str)], budget: usize) -> String {
    let (mut index, mut extractor) = (Index::default(), Extractor::default());
    let (last, others) = files.split_last().unwrap();
    for (path, text) in others {
        let source = Source::from_path(path).unwrap();
        index.replace(extractor.read(path, source, text, index.names()).unwrap());
    }
    let (before, after) = last.1.split_once("$0").unwrap();
    let source = Source::from_path(last.0).unwrap();
    let text = format!("{before}{after}");
    let file = extractor.read(last.0, source, &text, index.names()).unwrap();
    let cursor = Cursor { file: &file, at: before.len(), before, after };
    let (snippets, shown) = definitions(&index, &cursor, budget, &Shown::default());
    assert_eq!((snippets.clone(), shown.clone()), definitions(&index, &cursor, budget, &shown));
    snippets.iter().map(|snippet| format!("== {}\n{}", snippet.path, snippet.text)).collect()
}

const PYTHON: [(&str, &str); 3] = [
    (
        "shop/cart.py",
        "from .item import Item\n\nclass Cart:\n    \"\"\"What a customer takes along.\"\"\"\n\n    def add(self, item: Item, count: int = 1) -> None:\n        pass\n\n    @property\n    def total(self) -> int:\n        return 0\n",
    ),
    (
        "shop/item.py",
        "class Item:\n    price: int = 0\n\ndef parse_item(text: str) -> Item:\n    return Item()\n",
    ),
    ("shop/far.py", "def unrelated_thing(x):\n    pass\n"),
];

#[test]
fn an_imported_class_comes_with_its_members_and_what_it_says_of_itself() {
    let mut files = PYTHON.to_vec();
    files.push(("main.py", "from shop.cart import Cart\n\ncart = Cart()\n$0\n"));
    let text = at_cursor(&files, 2_000);
    for line in [
        "== shop/cart.py\n",
        "# What a customer takes along\nclass Cart\n",
        "    def add(self, item: Item, count: int = 1) -> None\n",
        "    @property def total(self) -> int\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn a_small_budget_has_the_likeliest_and_is_kept() {
    let mut files = PYTHON.to_vec();
    files.push(("main.py", "from shop.item import parse_item\n\n\ndef go(text):\n    $0\n"));
    let text = at_cursor(&files, 40);
    assert!(text.contains("def parse_item(text: str) -> Item\n"), "{text}");
    assert!(text.len() <= 120, "{text}");
    assert_eq!(at_cursor(&files, 0), "");
}

#[test]
fn the_type_of_a_parameter_brings_its_methods_in() {
    let files = [
        ("src/lib.rs", "mod store;\nmod run;\n"),
        (
            "src/store.rs",
            "pub struct Store;\nimpl Store {\n    /// Writes it all.\n    pub fn flush(&mut self) -> bool { true }\n}\n",
        ),
        ("src/run.rs", "use crate::store::Store;\nfn run(store: &mut Store) {\n    $0\n}\n"),
    ];
    let text = at_cursor(&files, 2_000);
    assert!(
        text.contains(
            "pub struct Store\n    // Writes it all\n    pub fn flush(&mut self) -> bool\n"
        ),
        "{text}"
    );
}
