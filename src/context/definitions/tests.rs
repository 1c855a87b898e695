#![allow(clippy::unwrap_used)]

use super::*;
use crate::retrieval::extract::Extractor;
use crate::retrieval::source::Source;

/// The snippets at `$0` in the last file.
fn at_cursor(files: &[(&str, &str)], budget: usize, floor: f32) -> String {
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
    let (snippets, shown) = definitions(&index, &cursor, budget, floor, &Shown::default());
    let again = definitions(&index, &cursor, budget, floor, &shown);
    assert_eq!((snippets.clone(), shown.clone()), again);
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
    let text = at_cursor(&files, 2_000, FLOOR);
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
    let text = at_cursor(&files, 40, FLOOR);
    assert!(text.contains("def parse_item(text: str) -> Item\n"), "{text}");
    assert!(text.len() <= 120, "{text}");
    assert_eq!(at_cursor(&files, 0, FLOOR), "");
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
    let text = at_cursor(&files, 2_000, FLOOR);
    assert!(
        text.contains(
            "pub struct Store\n    // Writes it all\n    pub fn flush(&mut self) -> bool\n"
        ),
        "{text}"
    );
}

#[test]
fn what_is_hardly_probable_is_left_out_though_there_is_room() {
    let many: String = (0..200).map(|n| format!("def odd_{n}(x):\n    pass\n\n")).collect();
    let main = "from shop.item import parse_item\nfrom shop import odds\n\n\ndef go(text):\n    item = parse_item(text)\n    $0\n";
    let mut files = PYTHON.to_vec();
    files.extend([("shop/odds.py", many.as_str()), ("main.py", main)]);
    let odd = |text: &str| text.matches("def odd_").count();
    let all = at_cursor(&files, 2_000, 0.0);
    assert_eq!(odd(&all), 200, "{all}");
    // The likeliest have a little room in any case.
    for floor in [0.05, 1.1] {
        let few = at_cursor(&files, 2_000, floor);
        assert!(few.contains("def parse_item") && odd(&few) < 80, "{few}");
    }
}
