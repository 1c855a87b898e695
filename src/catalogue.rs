//! What is known of models by their names: `data/models.toml`. It fills in where the configuration
//! and the server are silent; a model that it does not know works all the same.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::config::{ModelSettings, Price, Provider};

/// What is known of a family of models.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// How names of it begin, in the spelling of [`plain`].
    names: Vec<String>,
    /// Window, tokens.
    pub context: Option<u32>,
    /// Longest answer, tokens.
    pub output: Option<u32>,
    /// Whether it fills in the middle.
    #[serde(default)]
    pub fim: bool,
    /// Whether it answers conversations.
    #[serde(default = "yes")]
    pub chat: bool,
    /// Whether it may think before it answers.
    #[serde(default)]
    pub reasons: bool,
    price: Option<Listed>,
    #[serde(default)]
    sold_by: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Listed {
    input: f64,
    output: f64,
    cached: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    date: String,
    family: Vec<Known>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The user said so.
    Configuration,
    /// The server said so.
    Server,
    /// By the model's name.
    Catalogue,
    /// Nobody said anything.
    Default,
}

const fn yes() -> bool {
    true
}

/// Read when it is first needed, never while starting.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/models.toml"))
        .unwrap_or_else(|_| Catalogue { date: String::new(), family: Vec::new() })
});

/// The day on which the catalogue was true, as `YYYY-MM-DD`.
#[must_use]
pub fn date() -> &'static str {
    &CATALOGUE.date
}

/// What is known of a model, by its name at a server.
#[must_use]
pub fn find(name: &str) -> Option<&'static Known> {
    let name = plain(name);
    // Where a name begins is what it is; names of others may stand before it, of what it was
    // distilled from after it.
    let place = |pattern: &str| {
        name.match_indices(pattern).map(|(at, _)| at).find(|at| {
            let before = name.get(..*at).unwrap_or("");
            let after = name.get(at + pattern.len()..).unwrap_or("");
            (before.is_empty() || before.ends_with('-'))
                && (after.is_empty() || after.starts_with('-'))
        })
    };
    let every = CATALOGUE.family.iter().flat_map(|known| {
        known.names.iter().filter_map(move |pattern| Some((place(pattern)?, pattern, known)))
    });
    every
        .min_by_key(|(at, pattern, _)| (*at, std::cmp::Reverse(pattern.len())))
        .map(|(_, _, known)| known)
}

/// What is known of a configured model. A server of one's own has the window that it was started
/// with, whatever the model could: of those, nothing is known by name.
#[must_use]
pub fn of(model: &ModelSettings) -> Option<&'static Known> {
    match model.provider {
        Provider::LlamaCpp
        | Provider::Ollama
        | Provider::LmStudio
        | Provider::Vllm
        | Provider::Tgi => None,
        _ => find(&model.model),
    }
}

impl Known {
    /// What it costs at a provider, if that is known.
    #[must_use]
    pub fn price(&self, provider: Provider) -> Option<Price> {
        let sold = self.sold_by.iter().any(|by| by == provider.as_str());
        let listed = self.price.filter(|_| sold)?;
        Some(Price { input: listed.input, output: listed.output, cached: listed.cached })
    }
}

/// What a model costs: as configured, else by the catalogue.
#[must_use]
pub fn price(model: &ModelSettings) -> Option<(Price, Source)> {
    let configured = model.price.map(|price| (price, Source::Configuration));
    let listed = || {
        let price = of(model)?.price(model.provider)?;
        // A gateway under a vendor's name has prices of its own.
        let own = model.provider == Provider::AzureOpenAi
            || model.provider.default_url() == Some(model.url.as_str());
        own.then_some((price, Source::Catalogue))
    };
    configured.or_else(listed)
}

/// A name without its owner's, in lower case, with hyphens only: `openai/gpt-4.1` is `gpt-4-1`,
/// `accounts/fireworks/models/qwen2p5-coder-32b` is `qwen2-5-coder-32b`.
fn plain(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
    let mut out = String::with_capacity(name.len());
    let mut chars = name.chars().peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        let between = last.is_ascii_digit() && chars.peek().is_some_and(char::is_ascii_digit);
        out.push(match c {
            '.' | '_' | ':' | '@' | ' ' => '-',
            'p' if between => '-',
            c => c,
        });
        last = c;
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;
