//! The configuration: options as written in four layers, and settings as resolved
//! from them.
//!
//! [`Layers`] holds what is written: the user's `config.toml`, the client's two
//! messages and each workspace's `.foretype.toml`. [`Layers::resolve`] makes
//! [`Settings`] of them, whose values are all there and within bounds, and a
//! [`Problem`] for everything that could not be used; the rest still works.
//!
//! Trust: later layers win key by key, but a workspace's file can only take away
//! (`narrow`), a key never follows a model to another address (`merge`), and a bad
//! value on which trust rests switches off what it was about (`options`, `read`).

pub mod api_key;
pub mod defaults;
mod endpoint;
pub mod layers;
mod merge;
mod narrow;
pub mod options;
mod parse;
pub mod paths;
pub mod problem;
pub mod provider;
mod read;
mod reference;
mod renamed;
mod resolve;
pub mod schema;
pub mod settings;
mod show;
mod starter;
mod tree;
pub(crate) mod values;

pub use api_key::{ApiKey, KeyError, KeySource};
pub use layers::{Layers, Origins, Resolved};
pub use options::Options;
pub use paths::Paths;
pub use problem::{Layer, Place, Problem, Severity};
pub use reference::reference_markdown;
pub use resolve::{LOCAL, WORKSPACE};
pub use schema::json_schema;
pub use settings::{
    ActionAnswer, ActionPlace, ActionPrompt, ActionSettings, Api, Auto, Caps, ChatSettings,
    CompletionSettings, ContextSettings, Debounce, Effort, HoverMode, HoverSettings, IndexSettings,
    Limits, LogLevel, Menu, ModelChoice, ModelSettings, Price, Provider, Purpose, Settings,
    SharedSettings, Tls, Waits,
};
pub use starter::init_toml;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests;
