//! The index: the model that makes vectors, and the database that is shared.

use super::{COMPLETES, Resolving, ms};
use crate::config::api_key::{KeyError, KeySource};
use crate::config::defaults;
use crate::config::options::{Options, SharedOptions};
use crate::config::settings::{IndexSettings, ModelChoice, SharedSettings, Tls};

impl Resolving<'_> {
    pub(super) fn index(&mut self, options: &Options, refuse_commands: bool) -> IndexSettings {
        let own = &options.index;
        let model = own.model.as_deref().and_then(|name| match self.named("index.model", name) {
            ModelChoice::Named(name) => Some(name),
            ModelChoice::Workspace(_) => {
                let remedy = "name a model that makes vectors";
                self.problem("index.model", COMPLETES.to_owned(), remedy.to_owned());
                None
            }
            ModelChoice::Auto | ModelChoice::None(_) => None,
        });
        let shared = match own.shared.is_written() {
            true => self.shared(&own.shared, refuse_commands),
            false => None,
        };
        IndexSettings { model, shared }
    }

    /// What cannot be used is told, and then there is none.
    fn shared(&mut self, own: &SharedOptions, refuse_commands: bool) -> Option<SharedSettings> {
        let section = "index.shared";
        if cfg!(not(feature = "postgres")) {
            let message = "this program was built without PostgreSQL";
            let remedy = "build it with `--features postgres`, or remove the table";
            self.warning(section, message.to_owned(), remedy);
            return None;
        }
        let Some(url) = good(&own.url)? else {
            self.lacks(section, "has no `url`", "add `url = \"postgresql://USER@HOST/DATABASE\"`");
            return None;
        };
        let password = good(&own.password)?.unwrap_or_default();
        for (key, source) in [("index.shared.url", &url), ("index.shared.password", &password)] {
            if refuse_commands && matches!(source, KeySource::Command(_)) {
                let reason = KeyError::CommandRefused.to_string();
                let (message, remedy) = reason.split_once("; ").unwrap_or((&reason, ""));
                self.problem(key, format!("refused: {message}"), remedy.into());
                return None;
            }
        }
        let tls = Tls {
            ca_bundle: good(&own.ca_bundle)?,
            client_certificate: good(&own.client_certificate)?,
            client_key: good(&own.client_key)?,
        };
        if tls.client_key.is_some() && tls.client_certificate.is_none() {
            let message = "has a `client_key` but no `client_certificate`";
            self.lacks(section, message, "add `client_certificate = \"…\"`");
            return None;
        }
        let timeout = ms(own.timeout_ms, defaults::DEFAULT_SHARED_TIMEOUT_MS);
        Some(SharedSettings { url, password, tls, timeout })
    }
}

/// A value that may be absent but not bad; a bad one has been told where it was read.
#[allow(clippy::option_option)]
fn good<T: Clone>(value: &Option<Result<T, String>>) -> Option<Option<T>> {
    match value {
        Some(Ok(value)) => Some(Some(value.clone())),
        Some(Err(_)) => None,
        None => Some(None),
    }
}
