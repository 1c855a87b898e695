//! Files that can be made again from what they were made of: whole and right, or not used at all.
//!
//! Little-endian: eight bytes that say what it is, a version, what it holds, and last the checksum of
//! all that stands before it. A file that is cut off, changed by one bit, of another version or
//! something else is refused. It is written and read piece by piece, so that it costs no memory
//! beside what it holds.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// What a file begins with.
pub type Magic = [u8; 8];

/// Bytes of the magic and the version.
const HEAD: u64 = 12;
/// Bytes of the checksum.
const SUM: u64 = 8;
/// No such file is larger.
const LARGEST: u64 = 1 << 30;
/// Bytes that are written and read at once.
const BUFFER: usize = 64 * 1024;

/// Why a file is not used. None of it needs more than to make it anew.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It cannot be read.
    #[error("the saved index cannot be read: {0}; it is built anew")]
    Unreadable(#[from] io::Error),
    /// It is something else.
    #[error("the file is not a saved index; it is built anew")]
    Foreign,
    /// Another version of foretype wrote it.
    #[error("the saved index has version {0}, which is not this program's; it is built anew")]
    Version(u32),
    /// It ends too early, or something in it was changed.
    #[error("the saved index is damaged; it is built anew")]
    Damaged,
}

/// Writes a file beside the path, readable by its owner alone, and puts it in its place only when it
/// is whole.
///
/// # Errors
/// When the folder or the file cannot be written, or the disk is full; what stood there stays.
pub fn save(
    path: &Path,
    magic: Magic,
    version: u32,
    fill: impl FnOnce(&mut Out<BufWriter<File>>) -> io::Result<()>,
) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let write = || {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = BufWriter::with_capacity(BUFFER, options.open(&part)?);
        let file = write(file, magic, version, fill)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&part, path)
    };
    let written = write();
    if written.is_err() {
        // Nothing more can be done about one that cannot be removed either.
        let _ = fs::remove_file(&part);
    }
    written
}

/// Reads what [`save`] has written.
///
/// # Errors
/// See [`Unusable`].
pub fn load<T>(
    path: &Path,
    magic: Magic,
    version: u32,
    take: impl FnOnce(&mut In<BufReader<File>>) -> Option<T>,
) -> Result<T, Unusable> {
    // To open a pipe would be to wait for its writer.
    if !std::fs::metadata(path)?.is_file() {
        return Err(Unusable::Unreadable(std::io::ErrorKind::InvalidInput.into()));
    }
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    read(BufReader::with_capacity(BUFFER, file), len, magic, version, take)
}

/// Writes all of it: what it is, what `fill` gives, and its checksum.
///
/// # Errors
/// Those of what is written to, and of `fill`.
pub fn write<W: Write>(
    to: W,
    magic: Magic,
    version: u32,
    fill: impl FnOnce(&mut Out<W>) -> io::Result<()>,
) -> io::Result<W> {
    let mut out = Out { to, sum: Sum::default() };
    out.bytes(&magic)?;
    out.number(version)?;
    fill(&mut out)?;
    let sum = out.sum.finish();
    out.to.write_all(&sum.to_le_bytes())?;
    Ok(out.to)
}

/// Reads `len` bytes of what [`write()`] gave. `take` gives `None` for what does not fit together; it
/// sees what it reads before the checksum is known to be right.
///
/// # Errors
/// See [`Unusable`].
pub fn read<R: Read, T>(
    from: R,
    len: u64,
    magic: Magic,
    version: u32,
    take: impl FnOnce(&mut In<R>) -> Option<T>,
) -> Result<T, Unusable> {
    let mut from = In { from, left: len.min(LARGEST), sum: Sum::default(), failed: None };
    let mut head = [0; 8];
    let here = head.get_mut(..from.left.min(8) as usize).unwrap_or_default();
    let whole = here.len() == magic.len();
    if from.fill(here).is_none() || !magic.starts_with(here) {
        return Err(from.failed.map_or(Unusable::Foreign, Unusable::Unreadable));
    }
    let found = from.number().filter(|_| whole).ok_or(Unusable::Damaged)?;
    if found != version {
        return Err(Unusable::Version(found));
    }
    from.left = len.min(LARGEST).checked_sub(HEAD + SUM).ok_or(Unusable::Damaged)?;
    let taken = take(&mut from);
    if let Some(error) = from.failed {
        return Err(Unusable::Unreadable(error));
    }
    let taken = taken.filter(|_| from.left == 0).ok_or(Unusable::Damaged)?;
    let sum = from.sum.finish();
    from.left = SUM;
    if from.long() == Some(sum) { Ok(taken) } else { Err(Unusable::Damaged) }
}

/// What is written to.
pub struct Out<W> {
    to: W,
    sum: Sum,
}

impl<W: Write> Out<W> {
    /// Writes bytes as they are.
    ///
    /// # Errors
    /// Those of what is written to, here and below.
    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.add(bytes);
        self.to.write_all(bytes)
    }

    /// Writes a number in four bytes.
    #[allow(clippy::missing_errors_doc)]
    pub fn number(&mut self, number: u32) -> io::Result<()> {
        self.bytes(&number.to_le_bytes())
    }

    /// Writes a number in eight bytes.
    #[allow(clippy::missing_errors_doc)]
    pub fn long(&mut self, number: u64) -> io::Result<()> {
        self.bytes(&number.to_le_bytes())
    }

    /// Writes a number in as few bytes as it needs, seven bits in each.
    #[allow(clippy::missing_errors_doc)]
    pub fn short(&mut self, mut number: u32) -> io::Result<()> {
        let mut bytes = [0; 5];
        let mut len = 0;
        for byte in &mut bytes {
            *byte = (number & 0x7f) as u8;
            number >>= 7;
            len += 1;
            if number == 0 {
                break;
            }
            *byte |= 0x80;
        }
        self.bytes(bytes.get(..len).unwrap_or_default())
    }

    /// Writes how many there are of something.
    ///
    /// # Errors
    /// If there are too many, too.
    pub fn count(&mut self, count: usize) -> io::Result<()> {
        self.short(u32::try_from(count).map_err(|_| io::ErrorKind::FileTooLarge)?)
    }

    /// Writes a text and its length.
    #[allow(clippy::missing_errors_doc)]
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.count(text.len())?;
        self.bytes(text.as_bytes())
    }
}

/// What is read from.
pub struct In<R> {
    from: R,
    /// Bytes that are left.
    left: u64,
    sum: Sum,
    failed: Option<io::Error>,
}

impl<R: Read> In<R> {
    /// Reads so many bytes as there is room for; `None` where there are not as many, here and below.
    pub fn fill(&mut self, to: &mut [u8]) -> Option<()> {
        self.left = self.left.checked_sub(to.len() as u64)?;
        if let Err(error) = self.from.read_exact(to) {
            // A file that ends before its end was cut just now.
            if error.kind() != io::ErrorKind::UnexpectedEof {
                self.failed = Some(error);
            }
            return None;
        }
        self.sum.add(to);
        Some(())
    }

    /// Reads so many bytes.
    pub fn bytes(&mut self, len: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; self.room(len, 1)?];
        self.fill(&mut bytes)?;
        Some(bytes)
    }

    /// Reads a number of four bytes.
    pub fn number(&mut self) -> Option<u32> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes)?;
        Some(u32::from_le_bytes(bytes))
    }

    /// Reads a number of eight bytes.
    pub fn long(&mut self) -> Option<u64> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes)?;
        Some(u64::from_le_bytes(bytes))
    }

    /// Reads a number that was written short.
    pub fn short(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in [0, 7, 14, 21, 28] {
            let mut byte = [0];
            self.fill(&mut byte)?;
            let [byte] = byte;
            number |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// Reads how many there are of something that takes at least `each` bytes.
    pub fn count(&mut self, each: u64) -> Option<usize> {
        let count = self.short()? as usize;
        self.room(count, each)
    }

    /// As many, if there are bytes for them.
    pub fn room(&self, count: usize, each: u64) -> Option<usize> {
        let bytes = (count as u64).checked_mul(each)?;
        (bytes <= self.left).then_some(count)
    }

    /// Reads a text and its length.
    pub fn text(&mut self) -> Option<String> {
        let len = self.count(1)?;
        String::from_utf8(self.bytes(len)?).ok()
    }
}

/// A checksum: eight bytes at a time, each step undone by no other, so that a change of any one of
/// them changes it.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    state: u64,
    /// Bytes that wait for their eight.
    rest: [u8; 8],
    len: u64,
}

const K: u64 = 0x9e37_79b9_7f4a_7c15;

impl Sum {
    /// Of a whole.
    #[must_use]
    pub fn of(bytes: &[u8]) -> u64 {
        let mut sum = Self::default();
        sum.add(bytes);
        sum.finish()
    }

    /// Adds what comes next.
    pub fn add(&mut self, mut bytes: &[u8]) {
        let waiting = (self.len % 8) as usize;
        self.len += bytes.len() as u64;
        if waiting > 0 {
            let (head, tail) = bytes.split_at(bytes.len().min(8 - waiting));
            self.rest.iter_mut().skip(waiting).zip(head).for_each(|(to, from)| *to = *from);
            if waiting + head.len() < 8 {
                return;
            }
            self.mix(u64::from_le_bytes(self.rest));
            bytes = tail;
        }
        let (chunks, tail) = bytes.as_chunks::<8>();
        for chunk in chunks {
            self.mix(u64::from_le_bytes(*chunk));
        }
        self.rest.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
    }

    const fn mix(&mut self, value: u64) {
        self.state = (self.state ^ value).wrapping_mul(K).rotate_left(31);
    }

    /// The sum of what was added.
    #[must_use]
    pub fn finish(&self) -> u64 {
        let mut own = self.clone();
        let waiting = (self.len % 8) as usize;
        for byte in self.rest.iter().take(waiting) {
            own.mix(u64::from(*byte));
        }
        own.mix(self.len ^ K);
        own.state ^ (own.state >> 32)
    }
}

#[cfg(test)]
mod tests;
