#![allow(clippy::unwrap_used)]

use super::*;
use crate::retrieval::extract::Extractor;
use crate::retrieval::source::Source;

fn read(index: &Index, path: &str, text: &str) -> FileSymbols {
    let source = Source::from_path(path).unwrap();
    Extractor::default().read(path, source, text, index.names()).unwrap()
}

fn defined(index: &Index, name: &str) -> Vec<String> {
    let Some(name) = index.names().get(name) else { return Vec::new() };
    let mut found: Vec<String> = index
        .definitions(name)
        .iter()
        .filter_map(|at| Some((at.place, index.symbol(*at)?)))
        .map(|(place, (file, symbol))| {
            format!("{}: {}", file.path, file.texts().signature(place, symbol))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_replaced_file_leaves_nothing_behind_and_the_old_snapshot_as_it_was() {
    let mut index = Index::default();
    index.replace(read(&index, "a.py", "class A(B):\n    def go(self): pass\n"));
    let before = index.clone();
    index.replace(read(&index, "a.py", "class A:\n    def run(self): pass\n"));
    assert_eq!(defined(&before, "go"), ["a.py: def go(self)"]);
    assert_eq!(defined(&index, "go"), [""; 0]);
    assert_eq!(defined(&index, "run"), ["a.py: def run(self)"]);
    let (owner, parent) = (index.names().add("A"), index.names().add("B"));
    assert_eq!(before.parents(owner), [parent]);
    assert_eq!(index.parents(owner), []);
    assert_eq!(index.mentions(parent), []);
    assert_eq!(before.mentions(parent).len(), 1);
}

#[test]
fn a_removed_file_is_gone_and_its_number_is_used_again() {
    let mut index = Index::default();
    index.replace(read(&index, "p/a.py", "A = 1\n"));
    index.remove("p/a.py");
    assert!(index.is_empty());
    assert_eq!(defined(&index, "A"), [""; 0]);
    assert_eq!(index.paths().folder("p"), []);
    index.replace(read(&index, "p/b.py", "A = 2\n"));
    assert_eq!(index.id("p/b.py"), Some(FileId(0)));
    assert_eq!(defined(&index, "A"), ["p/b.py: A = 2"]);
}
