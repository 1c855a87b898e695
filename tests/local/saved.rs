//! A saved index is the same index, or none.

use foretype::local::store::{MAGIC, Unusable, VERSION};
use foretype::local::{Index, Limits, Overlay};

use super::workspace::{index, said, text};
use crate::random::Random;

#[test]
fn a_saved_index_answers_as_the_one_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let before = index();
    before.save(&path).unwrap();
    let after = Index::read(&path).unwrap();
    assert_eq!(after.to_bytes(), before.to_bytes());
    let cursor = "pub fn side(width: f64, hei$0\n";
    let ask = |index| text(said(index, &Overlay::default(), "src/new.rs", cursor));
    assert!(!ask(&before).is_empty());
    assert_eq!(ask(&after), ask(&before));
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing half written is left");
}

#[test]
fn an_index_cut_off_anywhere_is_refused() {
    let bytes = index().to_bytes();
    for len in 0..bytes.len() {
        let cut = Index::from_bytes(&bytes[..len]);
        assert!(matches!(cut, Err(Unusable::Damaged)), "{len} of {}", bytes.len());
    }
    let longer: Vec<u8> = bytes.iter().copied().chain([0]).collect();
    assert!(matches!(Index::from_bytes(&longer), Err(Unusable::Damaged)));
}

#[test]
fn an_index_with_any_bit_changed_is_refused() {
    let bytes = index().to_bytes();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert!(Index::from_bytes(&changed).is_err(), "bit {bit} of byte {at}");
        }
    }
    // The sum goes by eight bytes: every rest that can be left.
    for rest in 1..=8 {
        let index = Index::build([("x".repeat(rest), "let a = b;")], Limits::default());
        let bytes = index.to_bytes();
        for at in bytes.len() - 16..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(Index::from_bytes(&changed).is_err(), "byte {at} of {}", bytes.len());
        }
    }
}

#[test]
fn what_is_none_and_what_is_another_version_is_said() {
    let mut bytes = index().to_bytes();
    assert!(matches!(Index::from_bytes(b"PK\x03\x04 and so on"), Err(Unusable::Foreign)));
    bytes[MAGIC.len()] = VERSION as u8 + 1;
    assert!(matches!(Index::from_bytes(&bytes), Err(Unusable::Version(v)) if v == VERSION + 1));
    let nowhere = Index::read(std::path::Path::new("/nonexistent/index"));
    assert!(matches!(nowhere, Err(Unusable::Unreadable(_))));
}

/// Someone may write a right sum under wrong numbers.
#[test]
fn wrong_numbers_under_a_right_sum_do_no_harm() {
    let bytes = index().to_bytes();
    let mut random = Random::new(5);
    let mut accepted = 0;
    for _ in 0..3000 {
        let mut changed = bytes.clone();
        for _ in 0..1 + random.below(4) {
            let at = MAGIC.len() + 4 + random.below(bytes.len() - MAGIC.len() - 12);
            changed[at] = random.next() as u8;
        }
        sign(&mut changed);
        if let Ok(index) = Index::from_bytes(&changed) {
            accepted += 1;
            let _ = said(&index, &Overlay::default(), "src/new.rs", "let file = self.$0\n}\n");
        }
    }
    assert!(accepted > 100, "the sum was right: {accepted}");
}

fn sign(bytes: &mut [u8]) {
    let (body, sum) = bytes.split_last_chunk_mut::<8>().unwrap();
    *sum = foretype::sealed::Sum::of(body).to_le_bytes();
}

#[test]
fn an_index_that_cannot_be_written_leaves_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    index().save(&path).unwrap();
    let nowhere = folder.path().join("missing").join("index");
    assert!(index().save(&nowhere).is_err());
    // A folder stands where the index should.
    let taken = folder.path().join("taken");
    std::fs::create_dir(&taken).unwrap();
    std::fs::write(taken.join("file"), "").unwrap();
    assert!(index().save(&taken).is_err());
    assert!(Index::read(&path).is_ok());
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 2, "no part of it is left");
}
