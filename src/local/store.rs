//! The index in a [sealed] file: nothing in one can lead to more than a wrong
//! suggestion, for all that is read is checked against its bounds.
//!
//! Seven lengths, then words, files, tokens and both suffix arrays.

use std::io::{self, Read, Write};
use std::path::Path;

use super::index::{File, Index};
use super::segment::{MAX_TOKENS, Packed, Segment};
use super::vocabulary::{BUILT_IN, MAX_WORDS, Vocabulary};
pub use crate::sealed::Unusable;
use crate::sealed::{self, In, Magic, Out};

/// What an index's file begins with.
pub const MAGIC: Magic = *b"FTWSIDX\n";
/// Of the format, and of the lexer whose tokens it holds: one that cuts otherwise is another version.
pub const VERSION: u32 = 3;

const LENGTHS: usize = 7;
/// No index has more of anything.
const LONGEST: usize = 1 << 30;
/// Numbers that are written and read at once.
const BLOCK: usize = 4096;

impl Index {
    /// Writes the index beside the path and puts it in its place only when it is whole.
    ///
    /// # Errors
    /// When the folder or the file cannot be written, or the disk is full; what stood there stays.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        sealed::save(path, MAGIC, VERSION, |out| self.write(out))
    }

    /// Reads a saved index.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn read(path: &Path) -> Result<Index, Unusable> {
        sealed::load(path, MAGIC, VERSION, take)
    }

    /// The index as it is saved.
    pub fn to_bytes(&self) -> Vec<u8> {
        // To write into memory never fails.
        sealed::write(Vec::new(), MAGIC, VERSION, |out| self.write(out)).unwrap_or_default()
    }

    /// Reads what [`Index::to_bytes`] gave.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Index, Unusable> {
        sealed::read(bytes, bytes.len() as u64, MAGIC, VERSION, take)
    }

    fn write<W: Write>(&self, out: &mut Out<W>) -> io::Result<()> {
        let (text, ends, tags) = self.vocabulary.columns();
        let lengths = [
            text.len(),
            ends.len(),
            self.files.len(),
            self.files.iter().map(|file| file.path.len()).sum(),
            self.segment.text.len(),
            self.segment.exact.len(),
            self.left_out,
        ];
        lengths.iter().try_for_each(|length| out.long(*length as u64))?;
        out.bytes(text.as_bytes())?;
        for ends in ends.chunks(BLOCK) {
            let bytes: Vec<u8> = ends.iter().flat_map(|end| end.to_le_bytes()).collect();
            out.bytes(&bytes)?;
        }
        out.bytes(tags)?;
        for file in &self.files {
            out.number(file.start)?;
            out.number(file.path.len() as u32)?;
            out.long(file.stamp)?;
        }
        self.files.iter().try_for_each(|file| out.bytes(file.path.as_bytes()))?;
        for column in [&self.segment.text, &self.segment.exact, &self.segment.alike] {
            for values in column.chunks(BLOCK) {
                let bytes: Vec<u8> = values.iter().flat_map(|value| value.bytes()).collect();
                out.bytes(&bytes)?;
            }
        }
        Ok(())
    }
}

fn length<R: Read>(from: &mut In<R>) -> Option<usize> {
    from.long()?.try_into().ok().filter(|length| *length <= LONGEST)
}

/// Numbers of `BYTES` bytes each.
fn numbers<R: Read, T, const BYTES: usize>(
    from: &mut In<R>,
    len: usize,
    number: impl Fn([u8; BYTES]) -> T,
) -> Option<Vec<T>> {
    let mut numbers = Vec::with_capacity(from.room(len, BYTES as u64)?);
    let mut buffer = vec![0; BLOCK * BYTES];
    while numbers.len() < len {
        let block = buffer.get_mut(..BLOCK.min(len - numbers.len()) * BYTES)?;
        from.fill(block)?;
        numbers.extend(block.as_chunks::<BYTES>().0.iter().map(|bytes| number(*bytes)));
    }
    Some(numbers)
}

fn packed<R: Read>(
    from: &mut In<R>,
    len: usize,
    is_good: impl Fn(u32) -> bool,
) -> Option<Vec<Packed>> {
    let values = numbers(from, len, Packed::from_bytes)?;
    values.iter().all(|value| is_good(value.get())).then_some(values)
}

fn take<R: Read>(from: &mut In<R>) -> Option<Index> {
    let mut lengths = [0; LENGTHS];
    for to in &mut lengths {
        *to = length(from)?;
    }
    let [text, words, files, paths, tokens, sorted, left_out] = lengths;
    if words < BUILT_IN as usize || words > MAX_WORDS || tokens > MAX_TOKENS || sorted != tokens {
        return None;
    }
    let text = String::from_utf8(from.bytes(text)?).ok()?;
    let ends = numbers(from, words, u32::from_le_bytes)?;
    let tags = from.bytes(words)?;
    let vocabulary = Vocabulary::from_columns(text, ends, tags)?;
    let mut heads = Vec::with_capacity(from.room(files, 16)?);
    for _ in 0..files {
        heads.push((from.number()?, from.number()?, from.long()?));
    }
    let mut left = paths;
    let mut files = Vec::with_capacity(heads.len());
    for (start, len, stamp) in heads {
        left = left.checked_sub(len as usize)?;
        let path = String::from_utf8(from.bytes(len as usize)?).ok()?;
        files.push(File { path, start, stamp });
    }
    let ascending = files.is_sorted_by_key(|file| file.start);
    let inside = files.last().is_none_or(|file| (file.start as usize) < tokens);
    let text = packed(from, tokens, |value| (Packed::id(value) as usize) < words)?;
    let exact = packed(from, sorted, |at| at as usize <= tokens)?;
    let alike = packed(from, sorted, |at| at as usize <= tokens)?;
    let segment = Segment { text, exact, alike };
    (ascending && inside && left == 0).then_some(Index { vocabulary, segment, files, left_out })
}
