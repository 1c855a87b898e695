//! What is wrong with a configuration, and where: every unknown key, bad value
//! and refused request becomes a [`Problem`], and the rest still works.

use std::fmt;
use std::path::PathBuf;

use super::defaults::LONGEST_NAME;

/// How bad a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The value has no effect.
    Error,
    /// The value has its effect, but the user should look at it.
    Warning,
}

/// The places that settings come from, and the built-in defaults. The order is that
/// of precedence; [`Layer::Folder`] and [`Layer::Workspace`] can only narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Built in.
    Default,
    /// The user's `config.toml`.
    User,
    /// The client's `initializationOptions`.
    Initialization,
    /// The client's `workspace/didChangeConfiguration`.
    Client,
    /// What the client answers for one workspace folder.
    Folder,
    /// A workspace's `.foretype.toml`.
    Workspace,
}

/// Where a key was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The layer.
    pub layer: Layer,
    /// The file, for the layers that are files.
    pub file: Option<PathBuf>,
    /// Line and column in the file, from 1, the column in characters.
    pub position: Option<(usize, usize)>,
}

impl Place {
    /// A place that has no file.
    pub fn of(layer: Layer) -> Self {
        Self { layer, file: None, position: None }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{}", file.display())?,
            None => f.write_str(match self.layer {
                Layer::Default => "default",
                Layer::User => "config.toml",
                Layer::Initialization => "initializationOptions",
                Layer::Client => "workspace/didChangeConfiguration",
                Layer::Folder => "the editor's settings for this folder",
                Layer::Workspace => ".foretype.toml",
            })?,
        }
        match self.position {
            Some((line, column)) => write!(f, ":{line}:{column}"),
            None => Ok(()),
        }
    }
}

/// One thing that is wrong. It never contains a key, a header's value or an
/// address, so it may be logged and shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// Where it was written.
    pub place: Place,
    /// The full key, such as `completion.debounce_ms`; empty for a whole file.
    pub key: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        f.write_str(&self.message)?;
        if !self.remedy.is_empty() {
            write!(f, "; {}", self.remedy)?;
        }
        Ok(())
    }
}

/// Why a single value cannot be used: half of a [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) remedy: String,
}

impl Fault {
    pub(crate) fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { message: message.into(), remedy: remedy.into() }
    }
}

/// Joins a section and a key to a full key, quoting what TOML would quote.
pub(crate) fn join_key(section: &str, key: &str) -> String {
    let bare =
        !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let key = if bare { clip(key) } else { quote(&clip(key)) };
    if section.is_empty() { key } else { format!("{section}.{key}") }
}

/// Quotes a text as a TOML basic string, which JSON's escapes are too, but for
/// the delete character.
pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

/// Keeps a name that somebody else wrote short enough for a message, on one line.
pub(crate) fn clip(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(LONGEST_NAME)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(LONGEST_NAME).is_some() {
        out.push('…');
    }
    out
}

/// The name among `known` that `written` most likely means, if one is near.
pub(crate) fn nearest<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if written.len() > 64 {
        return None;
    }
    let plain = |name: &str| name.to_lowercase().replace('-', "_");
    let written = plain(written);
    known
        .into_iter()
        .map(|name| (distance(&written, &plain(name)), name))
        .filter(|(distance, name)| *distance <= name.chars().count().max(3) / 3)
        .min()
        .map(|(_, name)| name)
}

/// The edit distance in characters (insert, delete, replace; Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, to) in row.iter_mut().skip(1).zip(&b) {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = *cell;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("debounce", "debounce_ms", 3),
            ("größe", "grösse", 2),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn nearest_names() {
        let known = ["enabled", "model", "debounce_ms", "menu", "url"];
        for (written, expected) in [
            ("enable", Some("enabled")),
            ("debounce-ms", Some("debounce_ms")),
            ("Modell", Some("model")),
            ("uri", Some("url")),
            ("colour_scheme", None),
        ] {
            assert_eq!(nearest(written, known), expected, "{written}");
        }
    }

    #[test]
    fn display() {
        let problem = Problem {
            place: Place {
                layer: Layer::User,
                file: Some("config.toml".into()),
                position: Some((12, 3)),
            },
            key: "completion.debounce_ms".into(),
            severity: Severity::Error,
            message: "m".into(),
            remedy: "r".into(),
        };
        assert_eq!(problem.to_string(), "config.toml:12:3: `completion.debounce_ms`: m; r");
    }

    #[test]
    fn keys_are_quoted_like_toml() {
        assert_eq!(join_key("", "a"), "a");
        assert_eq!(join_key("models", "qwen-2"), "models.qwen-2");
        assert_eq!(join_key("models", "a.b"), "models.\"a.b\"");
        assert_eq!(join_key("models", ""), "models.\"\"");
    }
}
