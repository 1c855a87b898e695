//! What a file's definitions say, packed: it is the most of what is kept of a workspace, and only the few
//! that are shown are read again.

use std::ops::Range;

use lz4_flex::block::{compress, decompress_into};

use super::symbol::Symbol;
use super::tight;

/// The texts of a file's definitions, one after the other: each one's signature, then the first sentence
/// of its documentation. As an LZ4 block (lz4/doc/lz4_Block_format.md), or as they are where that is no
/// shorter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    packed: Box<[u8]>,
    /// Bytes of the texts.
    len: u32,
}

impl Said {
    /// Packs texts.
    #[must_use]
    pub fn of(texts: &str) -> Self {
        let packed = compress(texts.as_bytes());
        let is_shorter = packed.len() < texts.len();
        let packed = tight::boxed(if is_shorter { &packed } else { texts.as_bytes() });
        Self { packed, len: u32::try_from(texts.len()).unwrap_or(u32::MAX) }
    }

    /// What was packed elsewhere: the bytes, and how many the texts have.
    #[must_use]
    pub fn packed(packed: Box<[u8]>, len: u32) -> Option<Self> {
        let said = Self { packed, len };
        said.unpack().is_some().then_some(said)
    }

    /// The bytes, and how many the texts have.
    #[must_use]
    pub const fn parts(&self) -> (&[u8], u32) {
        (&self.packed, self.len)
    }

    fn unpack(&self) -> Option<String> {
        let len = self.len as usize;
        if self.packed.len() == len {
            return String::from_utf8(self.packed.to_vec()).ok();
        }
        // A block holds at most 255 times its bytes.
        if len > self.packed.len().saturating_mul(256) {
            return None;
        }
        let mut bytes = vec![0; len];
        let unpacked = decompress_into(&self.packed, &mut bytes).ok()?;
        (unpacked == len).then(|| String::from_utf8(bytes).ok())?
    }

    /// The texts, of these definitions.
    #[must_use]
    pub fn read(&self, symbols: &[Symbol]) -> Texts {
        let mut at = 0;
        let starts = symbols.iter().map(|symbol| {
            let start = at;
            at += symbol.signature_len() + symbol.doc_len();
            start
        });
        Texts { starts: starts.collect(), text: self.unpack().unwrap_or_default() }
    }

    /// Bytes of memory they take beside their own size.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.packed.len()
    }
}

/// What a file's definitions say, to be read. A symbol is one of that file, by its place there.
pub struct Texts {
    text: String,
    starts: Vec<usize>,
}

impl Texts {
    /// The declaration without its body, on one line.
    #[must_use]
    pub fn signature(&self, place: u32, symbol: &Symbol) -> &str {
        self.get(place, 0..symbol.signature_len())
    }

    /// The first sentence of the documentation, or nothing.
    #[must_use]
    pub fn doc(&self, place: u32, symbol: &Symbol) -> &str {
        let len = symbol.signature_len();
        self.get(place, len..len + symbol.doc_len())
    }

    fn get(&self, place: u32, of: Range<usize>) -> &str {
        let start = self.starts.get(place as usize).copied().unwrap_or(usize::MAX);
        let range = start.saturating_add(of.start)..start.saturating_add(of.end);
        self.text.get(range).unwrap_or("")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_what_they_were_and_take_no_more_room() {
        let long = "pub fn read(&mut self, buf: &mut [u8]) -> io::Result<usize>".repeat(40);
        for text in ["", "x", "fn f()", "fn größer(ß: &str)", &long] {
            let said = Said::of(text);
            assert!(said.bytes() <= text.len());
            assert_eq!(said.unpack().unwrap(), text);
            let (packed, len) = said.parts();
            assert_eq!(Said::packed(packed.into(), len), Some(said.clone()));
        }
        assert!(Said::of(&long).bytes() < 200);
    }

    #[test]
    fn what_is_no_such_text_is_refused() {
        let said = Said::of(&"pub fn read(&mut self)".repeat(40));
        let (packed, len) = said.parts();
        for (bytes, len) in [
            (packed, len + 1),
            (packed, len - 1),
            (packed, u32::MAX),
            (packed.get(1..).unwrap(), len),
            (&[][..], 9),
            (&[0xff, 0xff][..], 2),
        ] {
            assert_eq!(Said::packed(bytes.into(), len), None, "{len}");
        }
    }
}
