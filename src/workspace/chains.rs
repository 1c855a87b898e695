//! Which models serve a purpose, in the order in which they are asked.

use std::sync::Arc;

use super::root_config::RootConfig;
use super::session::Session;
use crate::completion::completer::{Completer, LlmCompleter};
use crate::completion::silence::Silence;
use crate::config::{ModelChoice, ModelSettings, Settings};

impl Session {
    /// Who completes under these settings, best first: the models, and the embedded one.
    ///
    /// # Errors
    /// Why there is nobody.
    pub fn completers(&self, settings: &RootConfig) -> Result<Vec<Arc<dyn Completer>>, Silence> {
        let all = &settings.resolved.settings;
        let own = &all.completion;
        let built_in = |name: &str| Arc::new(self.embedded.called(name)) as Arc<dyn Completer>;
        let asked = |model| self.services.completer(model) as Arc<dyn Completer>;
        let found = self.found();
        let first = match &own.model {
            ModelChoice::Named(name) => all.models.get(name).map(asked),
            ModelChoice::Auto => found.as_ref().map(asked),
            ModelChoice::Workspace(name) => Some(built_in(name)),
            ModelChoice::None(why) => return Err(Silence::Model(why.clone())),
        };
        // Under another name the embedded one says the same.
        let mut built_in_is_there = matches!(own.model, ModelChoice::Workspace(_));
        let fallback = own.fallback.iter().filter_map(|name| match all.models.get(name) {
            Some(model) => Some(asked(model)),
            None if std::mem::replace(&mut built_in_is_there, true) => None,
            None => Some(built_in(name)),
        });
        let chain: Vec<_> = first.into_iter().chain(fallback).collect();
        if chain.is_empty() { Err(Silence::NoModel) } else { Ok(chain) }
    }

    /// The models that complete under these settings, best first.
    ///
    /// # Errors
    /// Why there is none.
    pub fn chain(&self, settings: &RootConfig) -> Result<Vec<Arc<LlmCompleter>>, Silence> {
        let settings = &settings.resolved.settings;
        let first = match &settings.completion.model {
            ModelChoice::Named(name) => settings.models.get(name).cloned(),
            ModelChoice::Auto => self.found(),
            ModelChoice::Workspace(_) => None,
            ModelChoice::None(why) => return Err(Silence::Model(why.clone())),
        };
        self.models(first.as_ref(), &settings.completion.fallback, settings)
    }

    /// The models that answer conversations under these settings, best first. A local server that
    /// was found serves chat too where nothing is configured.
    ///
    /// # Errors
    /// Why there is none.
    pub fn chat_chain(&self, settings: &RootConfig) -> Result<Vec<Arc<LlmCompleter>>, Silence> {
        let settings = &settings.resolved.settings;
        let first = match &settings.chat.model {
            ModelChoice::Named(name) => settings.models.get(name).cloned(),
            ModelChoice::Auto => self.found(),
            ModelChoice::Workspace(_) => None,
            ModelChoice::None(why) => return Err(Silence::Model(why.clone())),
        };
        self.models(first.as_ref(), &settings.chat.fallback, settings)
    }

    fn models(
        &self,
        first: Option<&Arc<ModelSettings>>,
        fallback: &[String],
        settings: &Settings,
    ) -> Result<Vec<Arc<LlmCompleter>>, Silence> {
        let fallback = fallback.iter().filter_map(|name| settings.models.get(name));
        let models = first.into_iter().chain(fallback);
        let chain: Vec<_> = models.map(|model| self.services.completer(model)).collect();
        if chain.is_empty() { Err(Silence::NoModel) } else { Ok(chain) }
    }
}
