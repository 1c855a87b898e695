//! The tables of the index.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;

use super::Checked;
use crate::config::api_key::KeySource;
use crate::config::problem::Fault;
use crate::config::read::Reader;
use crate::config::tree::Value;
use crate::config::{defaults, parse};

/// The index of code by what it means: for chat and actions.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct IndexOptions {
    /// The name of the model that makes vectors of texts: an embedding model, not one that writes. Where
    /// one is named, the workspace's code is sent to it in the background, without secrets and without
    /// files that are ignored.
    #[schemars(extend("examples" = ["embedder"]))]
    pub model: Option<String>,
    /// An index that a team shares, in PostgreSQL with pgvector. It needs a program built with the
    /// feature `postgres`. Only the user's own file can have it.
    #[schemars(default)]
    pub shared: SharedOptions,
}

/// An index that a team shares, in PostgreSQL with pgvector. It needs a program built with the feature
/// `postgres`. Only the user's own file can have it.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SharedOptions {
    /// The database's address, `"postgresql://USER@HOST/DATABASE"`, or where that comes from:
    /// `{ env = "NAME" }`, `{ command = ["pass", "show", "index"] }` or `{ keyring = "name" }`. It is
    /// never shown. Over a network TLS is required, and the certificate checked.
    #[schemars(with = "Option<KeySource>")]
    pub url: Checked<KeySource>,
    /// The password, where the address has none; from the same kinds of places.
    #[schemars(with = "Option<KeySource>")]
    pub password: Checked<KeySource>,
    /// A PEM file of certificates that are trusted besides the system's.
    #[schemars(with = "Option<String>")]
    pub ca_bundle: Checked<PathBuf>,
    /// A PEM file with the certificate that is shown to the server, and its private key
    /// unless `client_key` names another file.
    #[schemars(with = "Option<String>")]
    pub client_certificate: Checked<PathBuf>,
    /// A PEM file with the private key of `client_certificate`, without a password.
    #[schemars(with = "Option<String>")]
    pub client_key: Checked<PathBuf>,
    /// Longest time for a search, in ms.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end()),
        extend("default" = defaults::DEFAULT_SHARED_TIMEOUT_MS)
    )]
    pub timeout_ms: Option<Duration>,
}

impl IndexOptions {
    pub(super) fn read(mut table: Reader<'_>) -> Self {
        let model = table.take("model", parse::text);
        let shared = table.table("shared").map(SharedOptions::read).unwrap_or_default();
        table.finish();
        Self { model, shared }
    }
}

impl SharedOptions {
    fn read(mut table: Reader<'_>) -> Self {
        let timeout = |value: &Value| parse::millis(value, &defaults::TIMEOUT_MS);
        let shared = Self {
            url: table.read("url", KeySource::parse),
            password: table.read("password", KeySource::parse),
            ca_bundle: table.read("ca_bundle", parse::file),
            client_certificate: table.read("client_certificate", parse::file),
            client_key: table.read("client_key", parse::file),
            timeout_ms: table.take("timeout_ms", timeout),
        };
        if let Some(Ok(KeySource::Literal(_))) = &shared.password {
            let remedy =
                "better: { env = \"NAME\" } or { command = [\"pass\", \"show\", \"NAME\"] }";
            table.warn("password", Fault::new("the password itself stands here", remedy));
        }
        table.finish();
        shared
    }

    /// Whether anything is said.
    pub(crate) fn is_written(&self) -> bool {
        *self != Self::default()
    }
}
