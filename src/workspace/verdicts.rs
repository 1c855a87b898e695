//! Whether a file may be completed, remembered for a moment so that the file system is asked
//! neither on the message path nor for every key.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::elsewhere::{Below, Elsewhere};
use crate::document::uri::DocumentUri;
use crate::guard::{BlockReason, Glance, IgnoreRules, Verdict};

/// How long a verdict holds before the file system is asked again.
const HOLDS: Duration = Duration::from_secs(2);

/// More than this many are kept only while they hold.
const MANY: usize = 256;

/// Verdicts by document, and the rules of each workspace folder.
#[derive(Default)]
pub struct Verdicts {
    rules: Mutex<HashMap<Option<PathBuf>, Arc<IgnoreRules>>>,
    known: Mutex<HashMap<DocumentUri, (Verdict, Instant)>>,
    global: Mutex<Option<PathBuf>>,
    pages: Mutex<Option<PathBuf>>,
    elsewhere: Mutex<Elsewhere>,
}

impl Verdicts {
    /// Sets the user's own ignore file, obeyed everywhere.
    pub fn set_global(&self, path: Option<PathBuf>) {
        *self.global.lock() = path;
        self.rules.lock().clear();
    }

    /// Sets the folder of foretype's own pages: they are nobody's code.
    pub fn set_pages(&self, folder: Option<PathBuf>) {
        *self.pages.lock() = folder;
    }

    /// Folders of other schemes came and went.
    pub fn change_elsewhere(&self, added: &[DocumentUri], removed: &[DocumentUri]) {
        self.elsewhere.lock().change(added, removed);
        self.known.lock().clear();
    }

    /// Where a document is below a folder of another scheme than a file's.
    #[must_use]
    pub fn elsewhere(&self, uri: &DocumentUri) -> Option<Below> {
        self.elsewhere.lock().below(uri)
    }

    /// Whether the document may be completed. Files, and cells of one, are judged by its path and
    /// real path; other schemes by their path in a folder of the same scheme, else by the name in their
    /// URI.
    pub async fn verdict(
        &self,
        uri: &DocumentUri,
        file: Option<PathBuf>,
        root: Option<PathBuf>,
    ) -> Verdict {
        if let Some(verdict) = self.known(uri) {
            return verdict;
        }
        let (path, root) = match (file, self.elsewhere(uri)) {
            (Some(path), _) => (path, root),
            (None, Some(Below { root, path })) => (root.join(path), Some(root)),
            (None, None) => {
                let kind = crate::guard::secret_kind(&uri.path_like());
                return Verdict { blocked: kind.map(BlockReason::SecretFile), in_context: true };
            }
        };
        let rules = self.rules_of(root);
        let judged = tokio::task::spawn_blocking({
            let rules = Arc::clone(&rules);
            let pages = self.pages.lock().clone();
            move || match pages.filter(|pages| is_inside(&path, pages)) {
                Some(_) => Verdict { blocked: Some(BlockReason::Page), in_context: false },
                None => rules.check(&path),
            }
        });
        // Where judging itself fails, nothing leaves the machine.
        let verdict = judged.await.unwrap_or(Verdict {
            blocked: Some(BlockReason::SecretFile("file that could not be checked")),
            in_context: false,
        });
        for warning in rules.warnings() {
            tracing::warn!("{warning}");
        }
        let mut known = self.known.lock();
        if known.len() >= MANY {
            // Some may be of documents that were closed while they were judged.
            known.retain(|_, (_, at)| at.elapsed() < HOLDS);
        }
        known.insert(uri.clone(), (verdict.clone(), Instant::now()));
        drop(known);
        verdict
    }

    /// Judges a file at once. Reads the file system.
    #[must_use]
    pub fn judge(&self, file: &Path, root: Option<&Path>) -> Verdict {
        self.rules_of(root.map(Path::to_owned)).check(file)
    }

    /// For many files of one folder in a row.
    #[must_use]
    pub fn judge_of(&self, root: Option<&Path>) -> Judge {
        Judge { rules: self.rules_of(root.map(Path::to_owned)), glance: Glance::default() }
    }

    /// Whether the user has rules of their own, which are in no folder of the workspace. Reads the
    /// file system.
    #[must_use]
    pub fn has_own_rules(&self) -> bool {
        self.global.lock().as_ref().is_some_and(|file| file.exists())
    }

    /// The verdict, if it has been asked for a moment ago.
    #[must_use]
    pub fn known(&self, uri: &DocumentUri) -> Option<Verdict> {
        let known = self.known.lock();
        let (verdict, _) = known.get(uri).filter(|(_, at)| at.elapsed() < HOLDS)?;
        Some(verdict.clone())
    }

    /// Forgets a closed document.
    pub fn forget(&self, uri: &DocumentUri) {
        self.known.lock().remove(uri);
    }

    /// Forgets every verdict, after an ignore file changed.
    pub fn clear(&self) {
        self.known.lock().clear();
    }

    fn rules_of(&self, root: Option<PathBuf>) -> Arc<IgnoreRules> {
        let global = self.global.lock().clone();
        let mut rules = self.rules.lock();
        let make = || {
            let rules = IgnoreRules::new(root.clone());
            Arc::new(match global {
                Some(path) => rules.with_global(path),
                None => rules,
            })
        };
        Arc::clone(rules.entry(root.clone()).or_insert_with(make))
    }
}

/// Judges the files of one gathering: an ignore file that changes meanwhile counts for the next.
pub struct Judge {
    rules: Arc<IgnoreRules>,
    glance: Glance,
}

impl Judge {
    /// Judges a file. Reads the file system.
    #[must_use]
    pub fn verdict(&self, file: &Path) -> Verdict {
        self.rules.check_at(file, &self.glance)
    }
}

/// Whether a file is in a folder, by their real paths too.
fn is_inside(file: &Path, folder: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    file.starts_with(folder)
        || real(file).zip(real(folder)).is_some_and(|(file, folder)| file.starts_with(folder))
}
