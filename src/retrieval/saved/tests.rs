#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fmt::Write as _;

use super::*;
use crate::retrieval::extract::Extractor;

const FILES: [(&str, &str); 4] = [
    (
        "src/store.rs",
        "use crate::shape::{Shape, Size as Area};\n\n/// Keeps things. For long.\npub struct Store {\n    \
         pub name: String,\n}\n\nimpl Store {\n    /// Opens it.\n    pub fn open(name: &str) -> Store { todo!() }\n}\n\
         pub trait Keeper: Clone {}\n",
    ),
    (
        "app/views.py",
        "from .models import User\n\nclass View(Base):\n    def get(self) -> User: ...\n",
    ),
    (
        "web/a.ts",
        "export * from './b';\nexport default function begin(x: number): Promise<void> {}\n",
    ),
    (
        "Main.java",
        "package a.b;\nimport java.util.List;\npublic class Main { List<String> all; }\n",
    ),
];

fn index() -> Index {
    let mut index = Index::default();
    let mut extractor = Extractor::default();
    let mut read = |index: &mut Index, path: &str, text: &str| {
        let source = Source::from_path(path).unwrap();
        let mut file = extractor.read(path, source, text, index.names()).unwrap();
        file.stamp = text.len() as u64;
        index.replace(file);
    };
    // What is gone leaves its names behind, and its number.
    read(&mut index, "gone.rs", "pub fn forgotten() {}\n");
    for (path, text) in FILES {
        read(&mut index, path, text);
    }
    index.remove("gone.rs");
    let mut manifests = Manifests::default();
    manifests.add("Cargo.toml", "[package]\nname = \"my-crate\"\n");
    manifests.add("tsconfig.json", r#"{"compilerOptions": {"paths": {"@/*": ["web/*"]}}}"#);
    index.set_manifests(manifests);
    index
}

fn bytes(index: &Index) -> Vec<u8> {
    sealed::write(Vec::new(), MAGIC, VERSION, |out| index.write(out)).unwrap()
}

fn read(bytes: &[u8]) -> Result<Index, Unusable> {
    sealed::read(bytes, bytes.len() as u64, MAGIC, VERSION, super::take)
}

/// All that an index answers, in words.
fn told(index: &Index) -> String {
    let names = index.names();
    let word = |name: &Name| names.text(*name);
    let mut files: Vec<_> = index.files().collect();
    files.sort_by_key(|(_, file)| file.path.clone());
    let mut told = format!("{:?}\n", index.paths().manifests());
    for (_, file) in files {
        let _ = writeln!(told, "{} {:?} {} {}", file.path, file.source, file.stamp, file.package);
        let texts = file.texts();
        for (place, symbol) in (0..).zip(&file.symbols) {
            let types: Vec<String> = file.types(symbol).iter().map(word).collect();
            let places = index.definitions(symbol.name).len();
            let (members, parents) = (index.members(symbol.name), index.parents(symbol.name));
            let _ = writeln!(
                told,
                "  {} {:?} {} {} {} {} {:?} {} «{}» «{}» {types:?} {places} {} {}",
                word(&symbol.name),
                symbol.kind,
                symbol.is_public(),
                symbol.is_shown_inside(),
                word(&symbol.owner),
                symbol.is_restricted(),
                symbol.range,
                symbol.line,
                texts.signature(place, symbol),
                texts.doc(place, symbol),
                members.len(),
                parents.len(),
            );
        }
        for import in &file.imports {
            let Import { path, name, alias, reexport, uses } = import;
            let _ = writeln!(told, "  {path} {} {} {reexport} {uses}", word(name), word(alias));
        }
        let parents = file.parents.iter().map(|(owner, parent)| word(owner) + ": " + &word(parent));
        let mut mentions: Vec<String> = file.mentions.iter().map(|name| word(&name)).collect();
        mentions.sort();
        let _ = writeln!(told, "  {:?} {mentions:?}", parents.collect::<Vec<_>>());
    }
    told
}

#[test]
fn what_is_read_back_is_what_it_was() {
    let before = index();
    let after = read(&bytes(&before)).unwrap();
    assert_eq!(told(&after), told(&before));
    assert!(told(&after).contains("Keeps things"), "{}", told(&after));
    // Names that no file has are gone, and the next time it is the same to the byte.
    assert!(before.names().get("forgotten").is_some() && after.names().get("forgotten").is_none());
    assert_eq!(bytes(&read(&bytes(&after)).unwrap()), bytes(&after));
}

#[test]
fn one_cut_off_or_changed_anywhere_is_refused() {
    let good = bytes(&index());
    for len in 0..good.len() {
        assert!(matches!(read(&good[..len]), Err(Unusable::Damaged)), "{len} of {}", good.len());
    }
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut changed = good.clone();
            changed[at] ^= 1 << bit;
            assert!(read(&changed).is_err(), "bit {bit} of byte {at}");
        }
    }
}

/// Someone may write a right sum under wrong numbers.
#[test]
fn wrong_numbers_under_a_right_sum_do_no_harm() {
    let good = bytes(&index());
    let mut accepted = 0;
    for at in 12..good.len() - 8 {
        for value in [0, 1, 0x7f, 0xff] {
            let mut changed = good.clone();
            changed[at] = value;
            let (body, sum) = changed.split_last_chunk_mut::<8>().unwrap();
            *sum = sealed::Sum::of(body).to_le_bytes();
            if let Ok(index) = read(&changed) {
                accepted += 1;
                assert!(!told(&index).is_empty());
            }
        }
    }
    assert!(accepted > 100, "the sum was right: {accepted}");
}
