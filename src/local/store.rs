//! The index in a file: whole and right, or not used at all.
//!
//! Little-endian: [`MAGIC`], the version, seven lengths, then words, files, tokens and both suffix
//! arrays, and last the checksum of all that stands before it. A file that is cut off, changed by
//! one bit, from another version or no index at all is refused; nothing in it can lead to more than
//! a wrong suggestion, for all that is read is checked against its bounds.

use std::fs::{self, File as Disk};
use std::io::{self, Read, Write};
use std::path::Path;

use super::index::{File, Index};
use super::segment::{MAX_TOKENS, Packed, Segment};
use super::vocabulary::{BUILT_IN, MAX_WORDS, Vocabulary};

/// What an index's file begins with.
pub const MAGIC: [u8; 8] = *b"FTWSIDX\n";
/// Of the format, and of the lexer whose tokens it holds: one that cuts otherwise is another version.
pub const VERSION: u32 = 1;

const LENGTHS: usize = 7;
const HEAD: usize = MAGIC.len() + 4 + LENGTHS * 8;
const SUM: usize = 8;
/// No index of [`MAX_TOKENS`] is larger.
const LARGEST: u64 = 1 << 30;

/// Why a saved index is not used. None of it needs more than to build the index anew.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It cannot be read.
    #[error("the saved index cannot be read: {0}; it is built anew")]
    Unreadable(#[from] io::Error),
    /// It is something else.
    #[error("the file is not a saved index; it is built anew")]
    Foreign,
    /// Another version of foretype wrote it.
    #[error("the saved index has version {0}, this is version {VERSION}; it is built anew")]
    Version(u32),
    /// It ends too early, or something in it was changed.
    #[error("the saved index is damaged; it is built anew")]
    Damaged,
}

impl Index {
    /// Writes the index beside the path and puts it in its place only when it is whole.
    ///
    /// # Errors
    /// When the folder or the file cannot be written, or the disk is full; what stood there stays.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let part = path.with_file_name(name);
        let written = self.write(&part).and_then(|()| fs::rename(&part, path));
        if written.is_err() {
            // Nothing more can be done about one that cannot be removed either.
            let _ = fs::remove_file(&part);
        }
        written
    }

    fn write(&self, part: &Path) -> io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(part)?;
        file.write_all(&self.to_bytes())?;
        file.sync_all()
    }

    /// Reads a saved index.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn read(path: &Path) -> Result<Index, Unusable> {
        let file = Disk::open(path)?;
        let mut bytes = Vec::new();
        file.take(LARGEST).read_to_end(&mut bytes)?;
        Index::from_bytes(&bytes)
    }

    /// The index as it is saved.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (text, ends, tags) = self.vocabulary.columns();
        let paths: usize = self.files.iter().map(|file| file.path.len()).sum();
        let lengths = [
            text.len(),
            ends.len(),
            self.files.len(),
            paths,
            self.segment.text.len(),
            self.segment.exact.len(),
            self.left_out,
        ];
        let mut bytes = Vec::with_capacity(HEAD + text.len() + self.segment.len() * 9);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(lengths.iter().flat_map(|len| (*len as u64).to_le_bytes()));
        bytes.extend(text.as_bytes());
        bytes.extend(ends.iter().flat_map(|end| end.to_le_bytes()));
        bytes.extend(tags);
        for file in &self.files {
            bytes.extend(file.start.to_le_bytes());
            bytes.extend((file.path.len() as u32).to_le_bytes());
            bytes.extend(file.stamp.to_le_bytes());
        }
        bytes.extend(self.files.iter().flat_map(|file| file.path.bytes()));
        for column in [&self.segment.text, &self.segment.exact, &self.segment.alike] {
            bytes.extend(column.iter().flat_map(|packed| packed.bytes()));
        }
        let sum = checksum(&bytes);
        bytes.extend(sum.to_le_bytes());
        bytes
    }

    /// Reads what [`Index::to_bytes`] gave.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Index, Unusable> {
        let mut from = Reader { bytes };
        if from.take(MAGIC.len()) != Some(&MAGIC) {
            let cut = bytes.len() < MAGIC.len() && MAGIC.starts_with(bytes);
            return Err(if cut { Unusable::Damaged } else { Unusable::Foreign });
        }
        let version = from.number().ok_or(Unusable::Damaged)?;
        if version != VERSION {
            return Err(Unusable::Version(version));
        }
        let (body, sum) = bytes.split_last_chunk::<SUM>().ok_or(Unusable::Damaged)?;
        if checksum(body) != u64::from_le_bytes(*sum) {
            return Err(Unusable::Damaged);
        }
        from.rest(body).ok_or(Unusable::Damaged)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn long(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_le_bytes)
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.long()?).ok().filter(|&len| len <= LARGEST as usize)
    }

    fn packed(&mut self, len: usize, is_good: impl Fn(u32) -> bool) -> Option<Vec<Packed>> {
        let (values, _) = self.take(len.checked_mul(3)?)?.as_chunks::<3>();
        let values: Vec<Packed> = values.iter().map(|bytes| Packed::from_bytes(*bytes)).collect();
        values.iter().all(|value| is_good(value.get())).then_some(values)
    }

    /// All that comes after the version, in a file whose sum is right.
    fn rest(mut self, body: &[u8]) -> Option<Index> {
        self.bytes = self.bytes.get(..self.bytes.len().checked_sub(SUM)?)?;
        debug_assert!(body.ends_with(self.bytes));
        let mut lengths = [0; LENGTHS];
        for length in &mut lengths {
            *length = self.length()?;
        }
        let [text, words, files, paths, tokens, sorted, left_out] = lengths;
        if words < BUILT_IN as usize || words > MAX_WORDS || tokens > MAX_TOKENS {
            return None;
        }
        let text = std::str::from_utf8(self.take(text)?).ok()?.to_owned();
        let (ends, _) = self.take(words.checked_mul(4)?)?.as_chunks::<4>();
        let ends: Vec<u32> = ends.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
        let tags = self.take(words)?.to_vec();
        let vocabulary = Vocabulary::from_columns(text, ends, tags)?;
        let mut heads = Vec::new();
        for _ in 0..files {
            heads.push((self.number()?, self.number()?, self.long()?));
        }
        let mut names = Reader { bytes: self.take(paths)? };
        let mut files = Vec::with_capacity(heads.len());
        for (start, len, stamp) in heads {
            let path = std::str::from_utf8(names.take(len as usize)?).ok()?.to_owned();
            files.push(File { path, start, stamp });
        }
        let ascending = files.is_sorted_by_key(|file| file.start);
        let inside = files.last().is_none_or(|file| (file.start as usize) < tokens);
        let text = self.packed(tokens, |value| (Packed::id(value) as usize) < words)?;
        let exact = self.packed(sorted, |at| at as usize <= tokens)?;
        let alike = self.packed(sorted, |at| at as usize <= tokens)?;
        let segment = Segment { text, exact, alike };
        (ascending && inside && sorted == tokens && self.bytes.is_empty()).then_some(Index {
            vocabulary,
            segment,
            files,
            left_out,
        })
    }
}

/// Eight bytes at a time, each step undone by no other: a change of any one chunk changes the sum.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sum = bytes.len() as u64 ^ K;
    let (chunks, tail) = bytes.as_chunks::<8>();
    for chunk in chunks {
        sum = (sum ^ u64::from_le_bytes(*chunk)).wrapping_mul(K).rotate_left(31);
    }
    for &byte in tail {
        sum = (sum ^ u64::from(byte)).wrapping_mul(K).rotate_left(31);
    }
    sum ^ (sum >> 32)
}
