//! What a model is asked about a name, and the key under which its answer is kept: a digest of all
//! that the answer depends on, so that the same code is never asked about twice.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::symbol::Symbol;
use crate::actions::fitting::fitted;
use crate::actions::knowledge::Knowledge;
use crate::actions::prompts::{PromptError, Prompts, Values};
use crate::config::ModelSettings;
use crate::document::language::Language;
use crate::prompt::ChatPrompt;

/// The prompt's template.
pub const PROMPT: &str = "hover";

/// SHA-256 of a question.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Enough of it for the name of a file.
    #[must_use]
    pub fn short(&self) -> String {
        self.0.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Of anything, for tests and measurements.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.short())
    }
}

/// A question about a name.
#[derive(Clone)]
pub struct Question {
    /// What its answer is kept under.
    pub key: Key,
    values: Values,
    prompts: Prompts,
}

impl Question {
    /// About a symbol, for a model, answered in a language (its English name). Reads the user's
    /// templates. Neither the file's path nor what stands around the code is in it: an edit there is
    /// no reason to ask again.
    ///
    /// # Errors
    /// A template of the user's that cannot be read.
    pub fn new(
        symbol: &Symbol,
        language: Language,
        reply_language: &str,
        model: &ModelSettings,
        folder: Option<&Path>,
    ) -> Result<Self, PromptError> {
        let prompts = Prompts::read(folder)?;
        let values = values(symbol, language, reply_language);
        let mut digest = Sha256::new();
        let mut part = |text: &[u8]| {
            digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
            digest.update(text);
        };
        part(model.provider.as_str().as_bytes());
        for text in [&model.url, &model.model, model.system.as_ref().unwrap_or(&String::new())] {
            part(text.as_bytes());
        }
        for (name, text) in prompts.texts(PROMPT) {
            part(name.as_bytes());
            part(text.as_bytes());
        }
        for text in [&values.language, &values.symbol, &values.code, &values.reply_language] {
            part(text.as_bytes());
        }
        for text in &values.around {
            part(text.as_bytes());
        }
        Ok(Self { key: Key(digest.finalize().into()), values, prompts })
    }

    /// With what is known of the workspace. It is no part of the key: what changes elsewhere is no reason
    /// to ask again.
    #[must_use]
    pub fn knowing(mut self, knowledge: Knowledge, stack: Vec<String>) -> Self {
        self.values.definitions = knowledge.definitions;
        self.values.documentation = knowledge.documentation;
        self.values.stack = stack;
        self
    }

    /// The conversation to begin, redacted, as much of it as `fits`; `None` where nothing does.
    ///
    /// # Errors
    /// A template that makes no sense.
    pub fn prompt(
        &self,
        fits: impl Fn(&ChatPrompt) -> bool,
    ) -> Result<Option<ChatPrompt>, PromptError> {
        let render = |values: &Values| self.prompts.render(PROMPT, values);
        Ok(fitted(self.values.clone(), true, render, fits)?.map(|fitted| fitted.prompt))
    }
}

/// What the prompt says of a symbol.
#[must_use]
pub fn values(symbol: &Symbol, language: Language, reply_language: &str) -> Values {
    let language = symbol.elsewhere.as_ref().map_or(language, |other| other.document.language);
    Values {
        language: language.name().to_owned(),
        fence: language.id().to_owned(),
        symbol: symbol.name.clone(),
        code: symbol.code.clone(),
        lines: symbol.code.lines().count(),
        around: symbol.around.clone(),
        reply_language: reply_language.to_owned(),
        ..Values::default()
    }
}
