//! A model with one source of context more or less, to see what the source is worth.

use std::str::FromStr;

use serde_json::{Map, Value, json};

use crate::config::options::ContextOptions;

/// A source of context by its name in the configuration, or `all` of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant(String);

impl FromStr for Variant {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let switches = ContextOptions::default().switches();
        let mut known = switches.iter().map(|(origin, _)| origin.name());
        if name == "all" || known.any(|known| known == name) {
            return Ok(Self(name.to_owned()));
        }
        let names = switches.map(|(origin, _)| origin.name()).join(", ");
        Err(format!("there is no such source; there are: all, {names}"))
    }
}

impl Variant {
    /// The configuration's table `context` with it switched.
    pub(super) fn table(&self, on: bool) -> Map<String, Value> {
        let mut table = Map::new();
        if self.0 == "all" && !on {
            table.insert("enabled".to_owned(), json!(false));
        } else if self.0 == "all" {
            for (origin, _) in ContextOptions::default().switches() {
                table.insert(origin.name().to_owned(), json!(true));
            }
        } else {
            table.insert(self.0.clone(), json!(on));
        }
        table
    }

    /// A model's name with it.
    pub(super) fn label(&self, model: &str, on: bool) -> String {
        let word = if on { "with" } else { "without" };
        match (self.0.as_str(), on) {
            ("all", false) => format!("{model} without context"),
            ("all", true) => format!("{model} with all context"),
            (source, _) => format!("{model} {word} {source}"),
        }
    }
}
