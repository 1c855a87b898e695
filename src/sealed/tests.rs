#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;

const MAGIC: Magic = *b"a test.\n";

fn sealed() -> Vec<u8> {
    let fill = |out: &mut Out<Vec<u8>>| {
        out.text("words")?;
        [0, 127, 128, 16_384, u32::MAX].iter().try_for_each(|number| out.short(*number))?;
        out.number(7)?;
        out.long(u64::MAX)
    };
    write(Vec::new(), MAGIC, 3, fill).unwrap()
}

fn opened(bytes: &[u8]) -> Result<(String, Vec<u32>, u64), Unusable> {
    read(bytes, bytes.len() as u64, MAGIC, 3, |from| {
        let text = from.text()?;
        let mut numbers = (0..5).map(|_| from.short()).collect::<Option<Vec<u32>>>()?;
        numbers.push(from.number()?);
        Some((text, numbers, from.long()?))
    })
}

#[test]
fn it_is_what_it_was_or_none() {
    let bytes = sealed();
    let (text, numbers, long) = opened(&bytes).unwrap();
    assert_eq!((text.as_str(), long), ("words", u64::MAX));
    assert_eq!(numbers, [0, 127, 128, 16_384, u32::MAX, 7]);
    for len in 0..bytes.len() {
        assert!(matches!(opened(&bytes[..len]), Err(Unusable::Damaged)), "{len}");
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert!(opened(&changed).is_err(), "bit {bit} of byte {at}");
        }
    }
    assert!(matches!(opened(b"PK\x03\x04 and so on"), Err(Unusable::Foreign)));
    assert!(matches!(opened(&[bytes, vec![0]].concat()), Err(Unusable::Damaged)));
}

#[test]
fn a_sum_is_the_same_however_it_is_cut() {
    let bytes: Vec<u8> = (0..100).collect();
    for cut in 0..bytes.len() {
        let mut sum = Sum::default();
        let (head, tail) = bytes.split_at(cut);
        for part in head.chunks(3).chain([tail]) {
            sum.add(part);
        }
        assert_eq!(sum.finish(), Sum::of(&bytes), "{cut}");
    }
    assert_ne!(Sum::of(b"a\0"), Sum::of(b"a"));
}
