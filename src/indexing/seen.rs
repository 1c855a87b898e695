//! Files as they looked when they were read, so that those that look the same need not be read again.
//!
//! How a file looks is its time, its size and, where the system says so, its number and the time of its
//! entry. A file that was changed a moment before it was looked at may be changed again without looking
//! otherwise, for the clock of a file system has ticks (of up to two seconds on FAT; Git calls such entries
//! "racily clean"): it is not remembered, and read again the next time.

use std::collections::HashMap;
use std::fs::Metadata;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::sealed::{self, In, Magic, Out, Sum, Unusable};

/// What such a file begins with.
const MAGIC: Magic = *b"FTSEEN!\n";
/// Of the format, and of what counts as text that somebody wrote.
const VERSION: u32 = 2;
/// No file system's clock has longer ticks; and what passes between two clocks.
const TICK: Duration = Duration::from_secs(3);
/// Bytes of one file.
const EACH: u64 = 24;

/// In the place of a text's stamp where there is no text, or none that somebody wrote.
pub const NONE: u64 = 0;

/// What tells a path from another.
#[must_use]
pub fn digest(path: &Path) -> u64 {
    Sum::of(path.as_os_str().as_encoded_bytes())
}

/// How a file looks, asked at that time; none where it may yet be changed without looking otherwise.
#[must_use]
pub fn look_of(of: &Metadata, now: SystemTime) -> Option<u64> {
    let changed = of.modified().ok()?;
    let mut sum = Sum::default();
    sum.add(&of.len().to_le_bytes());
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        for number in [of.dev(), of.ino()] {
            sum.add(&number.to_le_bytes());
        }
        for time in [of.ctime(), of.ctime_nsec()] {
            sum.add(&time.to_le_bytes());
        }
    }
    is_settled(changed, now).then(|| {
        let since = changed.duration_since(SystemTime::UNIX_EPOCH);
        let nanos = since.unwrap_or_else(|before| before.duration()).as_nanos();
        sum.add(&nanos.to_le_bytes());
        sum.finish()
    })
}

/// Whether a file that was last changed then cannot be changed any more without another time.
fn is_settled(changed: SystemTime, now: SystemTime) -> bool {
    now.duration_since(changed).is_ok_and(|since| since > TICK)
}

/// What is known of files.
#[derive(Debug)]
pub struct Seen {
    /// From the last time: by the path's digest, the look and the text's stamp.
    known: HashMap<u64, (u64, u64)>,
    /// From now on.
    next: HashMap<u64, (u64, u64)>,
    /// Of those, how many were not known so.
    fresh: usize,
    /// Nothing was known at all.
    new: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self::of(HashMap::new())
    }
}

impl Seen {
    fn of(known: HashMap<u64, (u64, u64)>) -> Self {
        Self { new: known.is_empty(), known, next: HashMap::new(), fresh: 0 }
    }

    /// The stamp that a file's text has, if it looks as it did.
    pub fn stamp(&mut self, path: &Path, look: Option<u64>) -> Option<u64> {
        let digest = digest(path);
        let same = |(known, _): &&(u64, u64)| Some(*known) == look;
        if let Some((_, stamp)) = self.next.get(&digest).filter(same) {
            return Some(*stamp);
        }
        let found = *self.known.get(&digest).filter(same)?;
        self.known.remove(&digest);
        self.next.insert(digest, found);
        Some(found.1)
    }

    /// A file was read that looked so before, and this is the stamp of its text.
    pub fn note(&mut self, path: &Path, look: Option<u64>, stamp: u64) {
        if let Some(look) = look {
            let before = self.next.insert(digest(path), (look, stamp));
            self.fresh += usize::from(before != Some((look, stamp)));
        }
    }

    /// Whether it is worth keeping: where nothing was kept, or so many files were not known as they look
    /// now.
    #[must_use]
    pub const fn is_worth_keeping(&self, many: usize) -> bool {
        self.fresh > if self.new { 0 } else { many }
    }

    /// Writes what is known of the files that were asked for.
    ///
    /// # Errors
    /// When the folder or the file cannot be written, or the disk is full; what stood there stays.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        sealed::save(path, MAGIC, VERSION, |out| self.write(out))
    }

    fn write<W: Write>(&self, out: &mut Out<W>) -> io::Result<()> {
        out.count(self.next.len())?;
        for (digest, (look, stamp)) in &self.next {
            [digest, look, stamp].into_iter().try_for_each(|number| out.long(*number))?;
        }
        Ok(())
    }

    /// Reads what was known.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn load(path: &Path) -> Result<Self, Unusable> {
        sealed::load(path, MAGIC, VERSION, Self::take)
    }

    fn take<R: Read>(from: &mut In<R>) -> Option<Self> {
        let count = from.count(EACH)?;
        let mut known = HashMap::with_capacity(count);
        for _ in 0..count {
            known.insert(from.long()?, (from.long()?, from.long()?));
        }
        Some(Self::of(known))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_known_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seen");
        let (a, b) = (Path::new("a.rs"), Path::new("b.rs"));
        let mut seen = Seen::default();
        seen.note(a, Some(1), 10);
        seen.note(b, None, 20);
        assert!(seen.is_worth_keeping(9));
        seen.save(&file).unwrap();
        let mut seen = Seen::load(&file).unwrap();
        assert_eq!(seen.stamp(a, Some(2)), None);
        assert_eq!(seen.stamp(a, None), None);
        assert_eq!(seen.stamp(b, None), None);
        assert_eq!(seen.stamp(a, Some(1)), Some(10));
        assert!(!seen.is_worth_keeping(0));
        // Files that nobody asks for any more are forgotten.
        seen.save(&file).unwrap();
        Seen::load(&file).unwrap().save(&file).unwrap();
        assert_eq!(Seen::load(&file).unwrap().stamp(a, Some(1)), None);
    }

    /// On a clock whose second is the shortest time: changed, read and changed again in one of them.
    #[test]
    fn a_file_changed_in_the_second_it_was_read_in_is_not_known() {
        let second = |n: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(n);
        let (changed, read) = (second(100), second(100) + Duration::from_millis(900));
        assert!(!is_settled(changed, read));
        // Nor one from the future, nor by a clock whose ticks are those of FAT.
        assert!(!is_settled(second(101), second(100)));
        assert!(!is_settled(second(100), second(101) + Duration::from_millis(999)));
        assert!(is_settled(second(100), second(110)));
    }

    #[test]
    fn a_file_of_the_same_size_and_time_looks_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rs");
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let look = |path: &Path| look_of(&std::fs::metadata(path).unwrap(), SystemTime::now());
        let write = |path: &Path, text: &str, at: SystemTime| {
            std::fs::write(path, text).unwrap();
            std::fs::File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
        };
        write(&path, "fn a() {}\n", long_ago);
        let before = look(&path).unwrap();
        assert_eq!(look(&path), Some(before));
        write(&path, "fn a() {}\n\n", long_ago);
        assert_ne!(look(&path), Some(before), "another size");
        write(&path, "fn a() {}\n", long_ago + Duration::from_nanos(100));
        assert_ne!(look(&path), Some(before), "another time within the second");
        #[cfg(unix)]
        {
            let other = folder.path().join("b.rs");
            write(&other, "fn b() {}\n", long_ago);
            std::fs::rename(&other, &path).unwrap();
            assert_ne!(look(&path), Some(before), "another file in its place");
        }
    }
}
