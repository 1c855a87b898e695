//! The identifiers of a file, packed: most of what is known of a workspace is which names stand where.

use super::names::Name;
use super::tight;

/// Names, each once, ascending; each by its distance from the one before, seven bits in a byte.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    bytes: Box<[u8]>,
    len: u32,
}

impl Mentions {
    /// Of names in whatever order.
    #[must_use]
    pub fn of(mut names: Vec<Name>) -> Self {
        names.sort_unstable();
        names.dedup();
        let (mut bytes, mut last) = (Vec::with_capacity(names.len() * 2), 0);
        for name in &names {
            let mut step = name.0 - last;
            while step >= 0x80 {
                bytes.push((step & 0x7f) as u8 | 0x80);
                step >>= 7;
            }
            bytes.push(step as u8);
            last = name.0;
        }
        Self { bytes: tight::boxed(&bytes), len: u32::try_from(names.len()).unwrap_or(u32::MAX) }
    }

    /// The names, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Name> {
        let (mut bytes, mut last) = (self.bytes.iter(), 0_u32);
        std::iter::from_fn(move || {
            let mut shift = 0;
            loop {
                let byte = *bytes.next()?;
                last = last.wrapping_add(u32::from(byte & 0x7f) << shift);
                if byte & 0x80 == 0 {
                    return Some(Name(last));
                }
                shift += 7;
            }
        })
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of memory they take beside their own size.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_come_back_ascending_and_once() {
        for names in [vec![], vec![0], vec![7, 3, 7, 127, 128, 16_384, 2_097_152, u32::MAX, 0]] {
            let mentions = Mentions::of(names.iter().copied().map(Name).collect());
            let mut want = names;
            want.sort_unstable();
            want.dedup();
            let got: Vec<u32> = mentions.iter().map(|name| name.0).collect();
            assert_eq!((got, mentions.len()), (want.clone(), want.len()));
        }
    }
}
