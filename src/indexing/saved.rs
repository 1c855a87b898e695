//! Indexes that outlive the process, in the cache folder: one file for each set of folders.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Reach;
use crate::local::Index;
use crate::local::store::Unusable;

/// Most indexes kept; the oldest go first.
const MOST: usize = 20;
/// How their names end.
const ENDING: &str = "index";

/// The file of the index of what is to be read.
#[must_use]
pub fn file(folder: &Path, reach: &Reach) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    (&reach.roots, reach.limits.tokens, reach.dependencies).hash(&mut hasher);
    folder.join(format!("{:016x}.{ENDING}", hasher.finish()))
}

/// Reads an index; none where there is none that can be used.
#[must_use]
pub fn read(file: &Path) -> Option<Index> {
    match Index::read(file) {
        Ok(index) => Some(index),
        Err(Unusable::Unreadable(error)) if error.kind() == ErrorKind::NotFound => None,
        Err(why) => {
            tracing::info!("{why}");
            None
        }
    }
}

/// Keeps an index, as far as it can be: a full disk or a folder that cannot be written only means
/// that it is built anew the next time.
pub fn write(index: &Index, file: &Path) {
    let Some(folder) = file.parent() else { return };
    let written = std::fs::create_dir_all(folder).and_then(|()| {
        forget_oldest(folder);
        index.save(file)
    });
    if let Err(error) = written {
        tracing::warn!("the index of the workspace is not kept: {}: {error}", file.display());
    }
}

fn forget_oldest(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let path = entry.path();
            let at = entry.metadata().and_then(|of| of.modified()).ok()?;
            path.extension().is_some_and(|ending| ending == ENDING).then_some((at, path))
        })
        .collect();
    files.sort();
    let surplus = (files.len() + 1).saturating_sub(MOST);
    for (_, file) in files.into_iter().take(surplus) {
        let _ = std::fs::remove_file(file);
    }
}
