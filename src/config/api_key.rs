//! A model's key: where it comes from, and a type that cannot be printed.

mod command;
pub mod keyring;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::parse::only;
use super::problem::{Fault, clip};
use super::read::expected;
use super::tree::Value;

/// How long a key command may take.
const COMMAND_TIME: Duration = Duration::from_secs(10);
/// The longest name of an environment variable, bytes.
const LONGEST_VARIABLE: usize = 128;

/// A secret: a key, or a header's value. It belongs to the endpoint of the model
/// it stands in and is sent to no other.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// A secret that is at hand.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the request that needs it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where a model's key comes from.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum KeySource {
    /// The endpoint needs none.
    #[default]
    None,
    /// An environment variable of this name.
    Env(String),
    /// The variable that the provider's users keep its key in; none if it is not set.
    Usual(&'static str),
    /// The first line that this program prints, with its arguments.
    Command(Vec<String>),
    /// An entry in the operating system's keyring.
    Keyring(String),
    /// The key itself.
    Literal(ApiKey),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Why there is no key. No message has anything of the key in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The variable is not there, or not text.
    #[error("the environment variable `{0}` is not set; set it where the editor is started")]
    NotSet(String),
    /// There is something, but nothing to send.
    #[error("{0} gave an empty key; check what is stored there")]
    Empty(String),
    /// A header cannot carry it.
    #[error("{0} gave a key with characters that no key has; check what is stored there")]
    Malformed(String),
    /// Several editors may reach a listening server: it runs nothing for them.
    #[error("a listening server runs no key commands; give the key by an environment variable")]
    CommandRefused,
    /// The program could not be started.
    #[error("the key command `{program}` could not be started: {reason}")]
    CommandNotStarted {
        /// The program.
        program: String,
        /// The operating system's reason.
        reason: String,
    },
    /// The program ended with an error. What it printed is not repeated.
    #[error("the key command `{program}` failed with {status}; run it in a terminal to see why")]
    CommandFailed {
        /// The program.
        program: String,
        /// Its exit status.
        status: String,
    },
    /// The program did not end, perhaps because it waits for a password.
    #[error(
        "the key command `{program}` took longer than {seconds} s; run it once in a terminal to unlock it"
    )]
    CommandTimedOut {
        /// The program.
        program: String,
        /// The time it had, s.
        seconds: u64,
    },
    /// The keyring has no entry of this name.
    #[error("the keyring has no `{0}`; store the key with `foretype key set {0}`")]
    NotInKeyring(String),
    /// The keyring cannot be used, and why.
    #[error("the operating system's keyring cannot be used ({0}); use `env` or `command`")]
    Keyring(String),
    /// Nobody unlocked it within this many seconds.
    #[error(
        "the operating system's keyring did not answer within {0} s; unlock it, then try again"
    )]
    KeyringTimedOut(u64),
}

impl KeySource {
    /// Fetches the key. A command blocks for up to ten seconds, a keyring until it is unlocked,
    /// for half a minute at most: call this where blocking is allowed. With `allow_command` false none is run.
    pub fn resolve(&self, allow_command: bool) -> Result<Option<ApiKey>, KeyError> {
        let env = |name: &str| std::env::var(name).ok();
        self.resolve_with(allow_command, env, COMMAND_TIME)
    }

    fn resolve_with(
        &self,
        allow_command: bool,
        env: impl Fn(&str) -> Option<String>,
        time: Duration,
    ) -> Result<Option<ApiKey>, KeyError> {
        let (from, secret) = match self {
            KeySource::None => return Ok(None),
            KeySource::Env(name) => (
                format!("the environment variable `{name}`"),
                env(name).ok_or_else(|| KeyError::NotSet(name.clone()))?,
            ),
            KeySource::Usual(name) => match env(name).filter(|key| !key.trim().is_empty()) {
                Some(key) => (format!("the environment variable `{name}`"), key),
                None => return Ok(None),
            },
            KeySource::Command(_) if !allow_command => return Err(KeyError::CommandRefused),
            KeySource::Command(words) => {
                let program = words.first().map_or("", String::as_str);
                (format!("the key command `{program}`"), command::first_line(words, time)?)
            }
            KeySource::Keyring(name) => (format!("the keyring's `{name}`"), keyring::read(name)?),
            KeySource::Literal(key) => ("`api_key`".to_owned(), key.expose().to_owned()),
        };
        let key = ApiKey::new(secret.trim());
        if key.expose().is_empty() {
            return Err(KeyError::Empty(from));
        }
        if !is_header_text(key.expose()) {
            return Err(KeyError::Malformed(from));
        }
        Ok(Some(key))
    }

    /// What to do when a server wants a key, or another one.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            KeySource::None => "set `api_key`".to_owned(),
            KeySource::Env(name) => format!("check the environment variable `{name}`"),
            KeySource::Usual(name) => {
                format!("set the environment variable `{name}`, or `api_key`")
            }
            KeySource::Command(_) => "check what the key command prints".to_owned(),
            KeySource::Keyring(name) => {
                format!("renew it with `foretype key set {}`", clip(name))
            }
            KeySource::Literal(_) => "renew `api_key`".to_owned(),
        }
    }

    /// How it may be shown: names, never secrets. Arguments can hold secrets.
    pub fn masked(&self) -> String {
        use super::problem::quote;
        match self {
            KeySource::None => "none".to_owned(),
            KeySource::Env(name) => format!("{{ env = {} }}", quote(name)),
            KeySource::Usual(name) => format!("{{ env = {} }}", quote(name)),
            KeySource::Command(words) => {
                let program = quote(words.first().map_or("", String::as_str));
                let rest = if words.len() > 1 { ", \"***\"" } else { "" };
                format!("{{ command = [{program}{rest}] }}")
            }
            KeySource::Keyring(name) => format!("{{ keyring = {} }}", quote(name)),
            KeySource::Literal(_) => "\"***\"".to_owned(),
        }
    }

    pub(crate) fn parse(value: &Value) -> Result<Self, Fault> {
        let remedy = "write { env = \"NAME\" } or { command = [\"program\", \"argument\"] }";
        let entries = match value {
            // Clients that list every setting send an empty text for "none".
            Value::Text(text) if text.trim().is_empty() => return Ok(KeySource::None),
            Value::Text(text) if is_header_text(text.trim()) => {
                return Ok(KeySource::Literal(ApiKey::new(text.trim())));
            }
            Value::Text(_) => {
                return Err(Fault::new("has characters that no key has", remedy));
            }
            Value::Table(entries) => entries,
            other => return Err(expected("{ env = \"NAME\" }", other)),
        };
        only(entries, &["env", "command", "keyring"])?;
        let [entry] = entries.as_slice() else {
            return Err(Fault::new("needs exactly one source", remedy));
        };
        let bad = || Fault::new(format!("has an `{}` that cannot be used", entry.key), remedy);
        match (entry.key.as_str(), &entry.node.value) {
            ("env", Value::Text(name)) if is_variable(name) => Ok(KeySource::Env(name.clone())),
            // Perhaps the key itself: names are shown, so that this must not become one.
            ("env", Value::Text(_)) => Err(Fault::new(
                "has an `env` that is no variable's name",
                "write the name of the variable, of letters, digits and `_`, never the key itself",
            )),
            ("keyring", Value::Text(name)) if !name.is_empty() => {
                Ok(KeySource::Keyring(name.clone()))
            }
            ("command", Value::List(items)) => {
                let words: Option<Vec<String>> = items
                    .iter()
                    .map(|item| match &item.value {
                        Value::Text(word) if !word.contains('\0') => Some(word.clone()),
                        _ => None,
                    })
                    .collect();
                words
                    .filter(|words| words.first().is_some_and(|program| !program.is_empty()))
                    .map(KeySource::Command)
                    .ok_or_else(bad)
            }
            _ => Err(bad()),
        }
    }
}

/// Whether a text is the name of an environment variable (POSIX.1-2024, base definitions, 3.216).
fn is_variable(name: &str) -> bool {
    name.len() <= LONGEST_VARIABLE
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
}

/// Whether a key looks like the name of a variable in the spelling of a shell or another program.
pub(crate) fn is_reference(key: &ApiKey) -> bool {
    let key = key.expose();
    let braced = || key.strip_prefix("${")?.strip_suffix('}');
    let name = braced().or_else(|| key.strip_prefix('$')).or_else(|| key.strip_prefix("env:"));
    name.is_some_and(is_variable)
}

/// Whether a header can carry it: visible ASCII and blanks (RFC 9110, 5.5).
pub(crate) fn is_header_text(text: &str) -> bool {
    text.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
}

impl JsonSchema for KeySource {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "KeySource".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let source = |name: &str, schema: serde_json::Value| {
            json_schema!({
                "type": "object",
                "properties": { name: schema },
                "required": [name],
                "additionalProperties": false,
            })
        };
        json_schema!({
            "anyOf": [
                source("env", serde_json::json!({ "type": "string", "minLength": 1 })),
                source("command", serde_json::json!({
                    "type": "array", "items": { "type": "string" }, "minItems": 1
                })),
                source("keyring", serde_json::json!({ "type": "string", "minLength": 1 })),
                { "type": "string" },
            ]
        })
    }
}

impl JsonSchema for ApiKey {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests;
