//! Which fill-in-the-middle format a model gets: the `template` key of a model's configuration.

mod model;

use std::borrow::Cow;

use crate::prompt::fim::{FimFormat, FimParts, joined};

pub use model::format_for_model;

/// A `template` value as the user wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Template {
    /// By the model's name.
    #[default]
    Auto,
    /// The endpoint takes prompt and suffix as two fields and does the rest.
    Suffix,
    /// A family's format, or the user's own ([`FimFormat::Custom`]).
    Named(FimFormat),
}

impl Template {
    /// Reads a configured value: `auto`, `suffix`, a name of [`template_names`] or one of its
    /// spellings, or a template with placeholders. The error names cause and remedy.
    pub fn parse(value: &str) -> Result<Self, String> {
        match value.trim().to_ascii_lowercase().as_str() {
            "auto" => return Ok(Self::Auto),
            "suffix" => return Ok(Self::Suffix),
            _ => {}
        }
        if let Some(format) = format_by_name(value) {
            return Ok(Self::Named(format));
        }
        if value.contains('{') {
            return CustomTemplate::parse(value).map(|own| Self::Named(FimFormat::Custom(own)));
        }
        Err(format!(
            "unknown template `{}`: use one of {}, or your own text with {{prefix}} and {{suffix}}",
            value.trim(),
            template_names().join(", ")
        ))
    }

    /// The format for `model`; `None` where the endpoint takes a suffix itself, or where the model
    /// is not known to fill in the middle.
    #[must_use]
    pub fn format(&self, model: &str) -> Option<FimFormat> {
        match self {
            Self::Auto => format_for_model(model),
            Self::Suffix => None,
            Self::Named(format) => Some(format.clone()),
        }
    }
}

/// The values that `template` takes, for the schema and for error messages.
#[must_use]
pub fn template_names() -> &'static [&'static str] {
    &[
        "auto",
        "suffix",
        "qwen",
        "codegemma",
        "granite",
        "starcoder2",
        "starcoder",
        "stable-code",
        "codellama",
        "deepseek",
        "codestral",
        "seed-coder",
        "glm",
        "codegeex",
    ]
}

/// A format by the name users write. Case, and which separators are used, do not matter.
#[must_use]
pub fn format_by_name(name: &str) -> Option<FimFormat> {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    Some(match plain.as_str() {
        "qwen" | "qwencoder" | "qwen25coder" | "qwen3coder" => FimFormat::Qwen,
        "codegemma" => FimFormat::CodeGemma,
        "granite" | "granite4" | "granite40" => FimFormat::Granite,
        "starcoder2" => FimFormat::StarCoder2,
        "starcoder" | "starcoder1" | "starcoderbase" | "granitecode" | "granite33" | "codeqwen"
        | "codeqwen15" | "refact" => FimFormat::StarCoder,
        "stablecode" | "stablecode3b" => FimFormat::StableCode,
        "codellama" => FimFormat::CodeLlama,
        "deepseek" | "deepseekcoder" | "deepseekcoderv2" => FimFormat::DeepSeek,
        "codestral" => FimFormat::Codestral,
        "seedcoder" => FimFormat::SeedCoder,
        "glm" | "glm4" | "glm45" => FimFormat::Glm,
        "codegeex" | "codegeex4" => FimFormat::CodeGeex,
        _ => return None,
    })
}

/// The user's own format: text with the placeholders `{prefix}`, `{suffix}`, `{middle}`, `{path}`
/// and `{repo}`; `{{` and `}}` stand for braces. Without `{middle}`, typed text ends the prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomTemplate {
    pieces: Vec<Piece>,
    stops: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Prefix,
    Suffix,
    Middle,
    Path,
    Repo,
}

impl CustomTemplate {
    /// Reads a template. The error names cause and remedy.
    pub fn parse(source: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = source;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            literal.push_str(before);
            if let Some(after) = from.strip_prefix("{{") {
                literal.push('{');
                rest = after;
            } else if let Some(after) = from.strip_prefix("}}") {
                literal.push('}');
                rest = after;
            } else if let Some(inner) = from.strip_prefix('{') {
                let (name, after) = inner.split_once('}').ok_or(
                    "the template has `{` without `}`: close the placeholder, \
                     or write `{{` for a brace",
                )?;
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(placeholder(name)?);
                rest = after;
            } else {
                return Err("the template has `}` without `{`: write `}}` for a brace".to_owned());
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        for (piece, name) in [(Piece::Prefix, "{prefix}"), (Piece::Suffix, "{suffix}")] {
            let found = pieces.iter().filter(|found| **found == piece).count();
            if found != 1 {
                return Err(format!(
                    "the template has {name} {found} times: it needs {{prefix}} and {{suffix}} \
                     once each, to place the code before and after the cursor"
                ));
            }
        }
        Ok(Self { pieces, stops: Vec::new() })
    }

    /// Sets the texts that end an answer, the most important first; empty ones are dropped.
    #[must_use]
    pub fn with_stops(mut self, stops: Vec<String>) -> Self {
        self.stops = stops;
        self.stops.retain(|stop| !stop.is_empty());
        self
    }

    /// The texts that end an answer, the most important first.
    #[must_use]
    pub fn stops(&self) -> &[String] {
        &self.stops
    }

    /// Appends the prompt to `out`. What is put in is never read for placeholders.
    pub(crate) fn render_into(&self, out: &mut String, parts: &FimParts) {
        let prefix = if self.pieces.contains(&Piece::Middle) {
            Cow::Borrowed(parts.prefix)
        } else {
            joined(parts.prefix, parts.middle)
        };
        for piece in &self.pieces {
            out.push_str(match piece {
                Piece::Literal(text) => text,
                Piece::Prefix => &prefix,
                Piece::Suffix => parts.suffix,
                Piece::Middle => parts.middle,
                Piece::Path => parts.path,
                Piece::Repo => parts.repo.unwrap_or_default(),
            });
        }
    }
}

fn placeholder(name: &str) -> Result<Piece, String> {
    Ok(match name.trim() {
        "prefix" => Piece::Prefix,
        "suffix" => Piece::Suffix,
        "middle" => Piece::Middle,
        "path" => Piece::Path,
        "repo" => Piece::Repo,
        other => {
            return Err(format!(
                "the template has the unknown placeholder {{{other}}}: use {{prefix}}, {{suffix}}, \
                 {{middle}}, {{path}} or {{repo}}, or write `{{{{` for a brace"
            ));
        }
    })
}

#[cfg(test)]
mod tests;
