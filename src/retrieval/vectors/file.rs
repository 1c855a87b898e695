//! The store on this machine, in a file: what cannot be read whole is thrown away, for it can be made
//! again.
//!
//! Little-endian: `ftvector`, the version, the model's name, numbers in a vector, vectors; their
//! hashes, their numbers; the names that chunks have in common; the chunks; SHA-256 of all before.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::flat::Flat;
use super::{Chunk, ContentHash, Scope};

const MAGIC: &[u8; 8] = b"ftvector";
/// Another arrangement has another number.
const VERSION: u32 = 1;
const CHECKSUM: u64 = 32;
/// Longest name, bytes.
const LONGEST: u32 = 64 * 1024;

/// Why a file was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Discarded {
    /// It has not all of its bytes, or other ones.
    #[error("was torn")]
    Torn,
    /// It is something else.
    #[error("is no index of foretype's")]
    Foreign,
    /// It is of another version.
    #[error("is of another version of foretype")]
    Version,
    /// Another model's vectors.
    #[error("was made with another model")]
    Model,
    /// The model makes vectors of another length by now.
    #[error("has vectors of another length than the model makes now")]
    Dimension,
    /// Larger than the store may be.
    #[error("is larger than it may be")]
    TooLarge,
    /// It cannot be read, and why.
    #[error("cannot be read ({0})")]
    Unreadable(io::ErrorKind),
}

/// Writes it beside the file and renames that, so that there is always a whole one.
///
/// # Errors
/// If it cannot be written; the file is as before.
pub fn save(flat: &Flat, file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        crate::log::make_private(folder)?;
    }
    let beside = file.with_extension(format!("new-{}", std::process::id()));
    // Of one that was killed, whose process id is ours by now.
    let _ = std::fs::remove_file(&beside);
    let written = crate::log::private(&beside).and_then(|new| {
        let mut out = BufWriter::new(new);
        write(flat, &mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    });
    let renamed = written.and_then(|()| std::fs::rename(&beside, file));
    if renamed.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    renamed
}

/// Reads a model's store, or begins one. `dimension`: what the model is known to make.
#[must_use]
pub fn load(
    file: &Path,
    model: &str,
    dimension: Option<usize>,
    most_bytes: usize,
) -> (Flat, Option<Discarded>) {
    let empty = || Flat::new(model, most_bytes);
    let opened = File::open(file).and_then(|open| Ok((open.metadata()?.len(), open)));
    let read = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (empty(), None),
        Err(error) => Err(Discarded::Unreadable(error.kind())),
        Ok((length, open)) => {
            read(BufReader::new(open), length, empty()).and_then(|flat| match dimension {
                Some(now) if !flat.is_empty() && now != flat.dimension => Err(Discarded::Dimension),
                _ => Ok(flat),
            })
        }
    };
    match read {
        Ok(flat) => (flat, None),
        Err(why) => (empty(), Some(why)),
    }
}

/// Writes and digests.
struct Summing<'a, W>(&'a mut W, Sha256);

impl<W: Write> Summing<'_, W> {
    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.1.update(bytes);
        self.0.write_all(bytes)
    }

    fn number(&mut self, number: usize) -> io::Result<()> {
        let number = u32::try_from(number).map_err(|_| io::ErrorKind::FileTooLarge)?;
        self.bytes(&number.to_le_bytes())
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        self.number(text.len())?;
        self.bytes(text.as_bytes())
    }
}

pub(super) fn write(flat: &Flat, out: &mut impl Write) -> io::Result<()> {
    let mut out = Summing(out, Sha256::new());
    out.bytes(MAGIC)?;
    out.bytes(&VERSION.to_le_bytes())?;
    out.text(&flat.model)?;
    out.number(flat.dimension)?;
    out.number(flat.rows.len())?;
    flat.rows.iter().try_for_each(|row| out.bytes(&row.hash.0))?;
    for codes in flat.codes.chunks(4_096) {
        let bytes: Vec<u8> = codes.iter().map(|code| code.cast_unsigned()).collect();
        out.bytes(&bytes)?;
    }
    let chunks = || flat.places.values().flatten();
    let (mut scopes, mut paths) = (BTreeMap::new(), BTreeMap::new());
    for chunk in chunks() {
        scopes.insert(&*chunk.scope, 0);
        paths.insert(&*chunk.path, 0);
    }
    out.number(scopes.len())?;
    for (number, (scope, at)) in scopes.iter_mut().enumerate() {
        *at = number;
        out.text(&scope.repository)?;
        out.text(&scope.branch)?;
    }
    out.number(paths.len())?;
    for (number, (path, at)) in paths.iter_mut().enumerate() {
        *at = number;
        out.text(path)?;
    }
    out.number(chunks().count())?;
    for chunk in chunks() {
        out.number(scopes.get(&*chunk.scope).copied().unwrap_or_default())?;
        out.number(paths.get(&*chunk.path).copied().unwrap_or_default())?;
        out.bytes(&chunk.first_line.to_le_bytes())?;
        out.bytes(&chunk.last_line.to_le_bytes())?;
        out.bytes(&chunk.hash.0)?;
    }
    let Summing(out, sum) = out;
    out.write_all(&sum.finalize())?;
    out.flush()
}

/// Reads and digests no more than there is.
struct Checking<R> {
    from: R,
    sum: Sha256,
    /// Bytes until the checksum.
    left: u64,
}

impl<R: Read> Checking<R> {
    fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Discarded> {
        // Looked at before any memory is taken.
        self.left = self.left.checked_sub(count as u64).ok_or(Discarded::Torn)?;
        let mut bytes = vec![0; count];
        self.from.read_exact(&mut bytes).map_err(|_| Discarded::Torn)?;
        self.sum.update(&bytes);
        Ok(bytes)
    }

    fn number(&mut self) -> Result<u32, Discarded> {
        let bytes: [u8; 4] = self.bytes(4)?.try_into().map_err(|_| Discarded::Torn)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn count(&mut self) -> Result<usize, Discarded> {
        Ok(self.number()? as usize)
    }

    fn text(&mut self) -> Result<String, Discarded> {
        let length = self.number()?;
        if length > LONGEST {
            return Err(Discarded::Torn);
        }
        String::from_utf8(self.bytes(length as usize)?).map_err(|_| Discarded::Torn)
    }

    fn hash(&mut self) -> Result<ContentHash, Discarded> {
        Ok(ContentHash(self.bytes(32)?.try_into().map_err(|_| Discarded::Torn)?))
    }
}

/// Reads a file of this length into an empty store.
pub(super) fn read(from: impl Read, length: u64, mut flat: Flat) -> Result<Flat, Discarded> {
    let left = length.checked_sub(CHECKSUM).ok_or(Discarded::Torn)?;
    let mut from = Checking { from, sum: Sha256::new(), left };
    if from.bytes(MAGIC.len())? != MAGIC {
        return Err(Discarded::Foreign);
    }
    if from.number()? != VERSION {
        return Err(Discarded::Version);
    }
    let is_other = from.text()? != flat.model;
    let (dimension, rows) = (from.count()?, from.count()?);
    if is_other {
        return Err(Discarded::Model);
    }
    match dimension.checked_mul(rows) {
        Some(bytes) if bytes <= flat.most_bytes && rows <= flat.most_bytes => {}
        _ => return Err(Discarded::TooLarge),
    }
    if rows > 0 && dimension == 0 {
        return Err(Discarded::Torn);
    }
    flat.dimension = dimension;
    let mut hashes = Vec::new();
    for _ in 0..rows {
        hashes.push(from.hash()?);
    }
    for hash in hashes {
        let codes: Vec<i8> =
            from.bytes(dimension)?.into_iter().map(|byte| byte.cast_signed()).collect();
        if flat.has(&hash) {
            return Err(Discarded::Torn);
        }
        flat.push(hash, &codes);
    }
    let chunks = chunks(&mut from)?;
    let mut sum = [0; 32];
    if from.left != 0
        || from.from.read_exact(&mut sum).is_err()
        || sum != <[u8; 32]>::from(from.sum.finalize())
    {
        return Err(Discarded::Torn);
    }
    flat.replace(chunks);
    Ok(flat)
}

fn chunks<R: Read>(from: &mut Checking<R>) -> Result<Vec<Chunk>, Discarded> {
    let (mut scopes, mut paths, mut chunks) = (Vec::new(), Vec::<Arc<str>>::new(), Vec::new());
    for _ in 0..from.count()? {
        scopes.push(Arc::new(Scope { repository: from.text()?, branch: from.text()? }));
    }
    for _ in 0..from.count()? {
        paths.push(from.text()?.into());
    }
    for _ in 0..from.count()? {
        let scope = scopes.get(from.count()?).ok_or(Discarded::Torn)?;
        let path = paths.get(from.count()?).ok_or(Discarded::Torn)?;
        chunks.push(Chunk {
            scope: Arc::clone(scope),
            path: Arc::clone(path),
            first_line: from.number()?,
            last_line: from.number()?,
            hash: from.hash()?,
        });
    }
    Ok(chunks)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;
