//! The vectors of one workspace folder, and the file that keeps them: one for each folder, so that those
//! of another model are thrown away.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::Want;
use crate::backend::Priority;
use crate::backend::embed::{EmbedError, Embedder};
use crate::config::ModelSettings;
use crate::indexing::saved::not_kept;
use crate::retrieval::vectors::file;
use crate::retrieval::vectors::flat::{Flat, FlatStore, MOST_BYTES};
use crate::services::Services;

/// Most files of vectors kept; the oldest go first.
const MOST: usize = 20;
/// How their names end.
const ENDING: &str = "vectors";

/// The vectors of a folder.
pub(super) struct Folder {
    model: Arc<ModelSettings>,
    pub(super) store: FlatStore,
    pub(super) embedder: Arc<dyn Embedder>,
    file: Option<PathBuf>,
    /// One writes it at a time.
    saving: Mutex<()>,
}

impl Folder {
    /// As it was kept, or empty. Reads the file: it blocks.
    ///
    /// # Errors
    /// Where the model's provider makes no vectors.
    pub(super) fn load(
        services: &Services,
        cache: Option<&Path>,
        want: &Want,
    ) -> Result<Self, EmbedError> {
        let empty = Self::new(services, cache, want)?;
        let Some(file) = &empty.file else { return Ok(empty) };
        let dimension = empty.embedder.dimension();
        let (flat, discarded) = file::load(file, &name(&want.model), dimension, MOST_BYTES);
        if let Some(why) = discarded {
            tracing::info!("{}: {why}; its vectors are made anew", file.display());
        }
        Ok(Self { store: FlatStore::new(flat), ..empty })
    }

    /// Without any vectors, and a new acquaintance with the model.
    ///
    /// # Errors
    /// Where the model's provider makes no vectors.
    pub(super) fn new(
        services: &Services,
        cache: Option<&Path>,
        want: &Want,
    ) -> Result<Self, EmbedError> {
        let mut hasher = DefaultHasher::new();
        want.root.hash(&mut hasher);
        let number = hasher.finish();
        Ok(Self {
            embedder: services.embedder(&want.model, Priority::Prefetch)?,
            store: FlatStore::new(Flat::new(&name(&want.model), MOST_BYTES)),
            model: Arc::clone(&want.model),
            file: cache.map(|folder| folder.join(format!("{number:016x}.{ENDING}"))),
            saving: Mutex::default(),
        })
    }

    /// Whether its vectors are those that are wanted.
    pub(super) fn is_of(&self, want: &Want) -> bool {
        self.model == want.model && want.shared.is_none()
    }

    /// Keeps it, as far as it can be: where it cannot, what is missing is embedded again next time. It
    /// blocks.
    pub(super) fn save(&self) {
        let Some(file) = &self.file else { return };
        let _turn = self.saving.lock();
        if let Some(folder) = file.parent() {
            forget_oldest(folder, file);
        }
        if let Err(error) = self.store.read(|flat| file::save(flat, file)) {
            tracing::warn!("{}", not_kept("the vectors are", file, &error));
        }
    }
}

/// What the vectors are named after: what the server calls the model, for by any address it makes the
/// same of a text; the address where it has no name.
fn name(model: &ModelSettings) -> String {
    match model.model.as_str() {
        "" => format!("{} {}", model.provider, model.url),
        name => name.to_owned(),
    }
}

/// Makes room for one more.
fn forget_oldest(folder: &Path, but: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let path = entry.path();
            let at = entry.metadata().and_then(|of| of.modified()).ok()?;
            let ours = path.extension().is_some_and(|ending| ending == ENDING) && path != but;
            ours.then_some((at, path))
        })
        .collect();
    files.sort();
    let surplus = (files.len() + 1).saturating_sub(MOST);
    for (_, file) in files.into_iter().take(surplus) {
        let _ = std::fs::remove_file(file);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_files_go() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..MOST + 3 {
            std::fs::write(folder.path().join(format!("{number}.{ENDING}")), "").unwrap();
        }
        std::fs::write(folder.path().join("0.index"), "").unwrap();
        forget_oldest(folder.path(), &folder.path().join(format!("0.{ENDING}")));
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        // With the one that is written, and another's file.
        assert_eq!(left, MOST + 1);
        assert!(folder.path().join(format!("0.{ENDING}")).exists());
    }
}
