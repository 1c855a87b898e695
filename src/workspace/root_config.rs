//! What the configuration comes to for one workspace folder, or for what is in none: worked out
//! once, looked up with every key.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use ignore::gitignore::Gitignore;

use crate::completion::completer::Completer;
use crate::completion::silence::Silence;
use crate::config::{CompletionSettings, Resolved};
use crate::document::DocumentSnapshot;
use crate::document::language::Language;
use crate::guard::globs;

/// Who may answer, best first; or why nobody.
pub type Chain = Result<Arc<[Arc<dyn Completer>]>, Silence>;

/// Settings that hold under a workspace folder.
pub struct RootConfig {
    /// Settings, problems and origins.
    pub resolved: Resolved,
    /// The settings of completion.
    pub completion: Arc<CompletionSettings>,
    disabled: Vec<Language>,
    ignore: Option<Gitignore>,
    chain: OnceLock<Chain>,
}

impl RootConfig {
    /// For a folder.
    #[must_use]
    pub fn new(root: Option<&Path>, resolved: Resolved) -> Self {
        let completion = Arc::new(resolved.settings.completion.clone());
        let ids = completion.disabled_languages.iter();
        let disabled = ids.filter_map(|id| Language::from_id(id)).collect();
        let ignore = (!completion.ignore.is_empty()).then(|| globs(root, &completion.ignore));
        Self { resolved, completion, disabled, ignore, chain: OnceLock::new() }
    }

    /// The chain, made by `make` the first time.
    pub fn chain(&self, make: impl FnOnce() -> Chain) -> Chain {
        self.chain.get_or_init(make).clone()
    }

    /// Whether a document may be completed, as far as the settings say.
    ///
    /// # Errors
    /// Why not.
    pub fn allows(&self, document: &DocumentSnapshot, file: Option<&Path>) -> Result<(), Silence> {
        if !self.resolved.settings.enabled {
            return Err(Silence::Off("enabled"));
        }
        if !self.completion.enabled {
            return Err(Silence::Off("completion.enabled"));
        }
        self.allows_sending(document.language, file)?;
        self.allows_language(document.language)
    }

    /// Whether a document may be sent to a model at all, as far as the settings say.
    ///
    /// # Errors
    /// Why not.
    pub fn allows_sending(&self, language: Language, file: Option<&Path>) -> Result<(), Silence> {
        if !self.resolved.settings.enabled {
            return Err(Silence::Off("enabled"));
        }
        if language.is_secret() {
            return Err(Silence::Blocked("environment files are never sent".into()));
        }
        if file.is_some_and(|file| self.ignores(file)) {
            return Err(Silence::Blocked("the file is ignored by `completion.ignore`".into()));
        }
        Ok(())
    }

    /// Whether a language may be completed.
    ///
    /// # Errors
    /// Why not.
    pub fn allows_language(&self, language: Language) -> Result<(), Silence> {
        if self.disabled.contains(&language) {
            return Err(Silence::Off("completion.disabled_languages"));
        }
        Ok(())
    }

    /// Whether `completion.ignore` names a file.
    #[must_use]
    pub fn ignores(&self, path: &Path) -> bool {
        self.ignore.as_ref().is_some_and(|ignore| {
            let below = path.strip_prefix(ignore.path()).unwrap_or(path);
            ignore.matched_path_or_any_parents(below, false).is_ignore()
        })
    }
}
