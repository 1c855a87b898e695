//! What a file's definitions say, packed: it is the most of what is kept of a workspace, and only the few
//! that are shown are read again.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use lz4_flex::block::{compress, compress_with_dict, decompress_into_with_dict};
use parking_lot::Mutex;

use super::symbol::Symbol;
use super::tight;

/// Bytes of a [`Dictionary`], and how many of one file are taken into it.
const DICTIONARY: usize = 32 * 1024;
const OF_ONE: usize = 512;

/// What the definitions of a workspace say alike: a block is shorter that can point into it. Made of
/// the first files that are read, and the same from then on.
#[derive(Default)]
pub struct Dictionary {
    whole: OnceLock<Arc<[u8]>>,
    begun: Mutex<Vec<u8>>,
}

impl Dictionary {
    /// One that was made before, as [`Self::bytes`] gave it.
    pub fn set(&self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            // It has one only if this was done before.
            let _ = self.whole.set(bytes.into());
        }
    }

    /// What it holds; nothing before it is whole.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.whole.get().map_or(&[], |whole| whole)
    }

    /// Packs texts.
    #[must_use]
    pub fn pack(&self, texts: &str) -> Said {
        let dictionary = self.whole.get().cloned();
        if dictionary.is_none() {
            self.learn(texts.as_bytes());
        }
        Said::of(texts, dictionary)
    }

    fn learn(&self, texts: &[u8]) {
        let mut begun = self.begun.lock();
        begun.extend(texts.iter().take(OF_ONE));
        if begun.len() >= DICTIONARY {
            self.set(std::mem::take(&mut *begun));
        }
    }

    /// What was packed elsewhere with this dictionary or without: see [`Said::parts`]. `None` where it
    /// was not.
    #[must_use]
    pub fn packed(&self, packed: Box<[u8]>, len: u32, with: bool) -> Option<Said> {
        let dictionary = if with { Some(Arc::clone(self.whole.get()?)) } else { None };
        let said = Said { packed, len, dictionary };
        said.unpack().is_some().then_some(said)
    }
}

/// The texts of a file's definitions, one after the other: each one's signature, then the first sentence
/// of its documentation. As an LZ4 block (lz4/doc/lz4_Block_format.md), or as they are where that is no
/// shorter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    packed: Box<[u8]>,
    /// Bytes of the texts.
    len: u32,
    dictionary: Option<Arc<[u8]>>,
}

impl Said {
    fn of(texts: &str, dictionary: Option<Arc<[u8]>>) -> Self {
        let packed = match &dictionary {
            Some(dictionary) => compress_with_dict(texts.as_bytes(), dictionary),
            None => compress(texts.as_bytes()),
        };
        let is_shorter = packed.len() < texts.len();
        let packed = tight::boxed(if is_shorter { &packed } else { texts.as_bytes() });
        Self { packed, len: u32::try_from(texts.len()).unwrap_or(u32::MAX), dictionary }
    }

    /// The bytes, how many the texts have, and whether they were packed with the dictionary.
    #[must_use]
    pub const fn parts(&self) -> (&[u8], u32, bool) {
        (&self.packed, self.len, self.dictionary.is_some())
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
        let dictionary = self.dictionary.as_deref().unwrap_or_default();
        let unpacked = decompress_into_with_dict(&self.packed, &mut bytes, dictionary).ok()?;
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
        let dictionary = Dictionary::default();
        let line =
            |number: usize| format!("pub fn read_{number}(&self, buf: &mut [u8]) -> Result<usize>");
        let lone = dictionary.pack(&line(0)).bytes();
        let long: String = (0..40).map(line).collect();
        for number in 0..200 {
            for text in ["", "x", "fn f()", "fn größer(ß: &str)", &long, &line(number)] {
                let said = dictionary.pack(text);
                assert!(said.bytes() <= text.len());
                assert_eq!(said.unpack().unwrap(), text);
                let (packed, len, with) = said.parts();
                assert_eq!(dictionary.packed(packed.into(), len, with), Some(said.clone()));
            }
        }
        assert!((DICTIONARY..DICTIONARY + OF_ONE).contains(&dictionary.bytes().len()));
        // What others say too takes hardly any room.
        assert!(dictionary.pack(&line(0)).bytes() < lone / 2, "{lone}");
        // Another workspace can be told the same.
        let other = Dictionary::default();
        other.set(dictionary.bytes().to_vec());
        let (said, again) = (dictionary.pack(&long), other.pack(&long));
        assert_eq!(said.parts(), again.parts());
    }

    #[test]
    fn what_is_no_such_text_is_refused() {
        let dictionary = Dictionary::default();
        let said = dictionary.pack(&"pub fn read(&mut self)".repeat(40));
        let (packed, len, _) = said.parts();
        for (bytes, len, with) in [
            (packed, len + 1, false),
            (packed, len - 1, false),
            (packed, u32::MAX, false),
            (packed, len, true),
            (packed.get(1..).unwrap(), len, false),
            (&[][..], 9, false),
            (&[0xff, 0xff][..], 2, false),
        ] {
            assert_eq!(dictionary.packed(bytes.into(), len, with), None, "{len}");
        }
    }
}
