//! One function per kind of value: from what is written to what it means, or the
//! fault with its remedy. No fault repeats a text that could be a secret.

mod tables;

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

pub(crate) use self::tables::{caps, extra_body, limits, only, price};

use super::defaults;
use super::problem::{Fault, clip, nearest};
use super::read::expected;
use super::resolve::WORKSPACE;
use super::tree::Value;
use super::values::{Auto, Debounce, Provider, Runner, Word};
use crate::prompt::template::{Template, template_names};

pub(crate) fn flag(value: &Value) -> Result<bool, Fault> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        other => Err(expected("true or false", other)),
    }
}

pub(crate) fn text(value: &Value) -> Result<String, Fault> {
    match value {
        Value::Text(text) if text.trim().is_empty() => {
            Err(Fault::new("is empty", "remove it or fill it in"))
        }
        Value::Text(text) => Ok(text.clone()),
        other => Err(expected("text in quotes", other)),
    }
}

/// The name or tag of a language that people speak. It ends up in prompts: letters and what stands
/// between them.
pub(crate) fn human_language(value: &Value) -> Result<String, Fault> {
    let name = text(value)?.trim().to_owned();
    let good =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '(' | ')' | '.' | '@');
    if name.len() <= defaults::LONGEST_NAME && name.chars().all(good) {
        Ok(name)
    } else {
        Err(Fault::new("is no language", "write its name or tag, such as \"German\" or \"de\""))
    }
}

/// A whole number; a number such as 256.0 is one (clients in Lua write so).
pub(crate) fn whole(value: &Value, range: &RangeInclusive<u32>) -> Result<u32, Fault> {
    let wanted = format!("a whole number from {} to {}", range.start(), range.end());
    let number = match value {
        Value::Int(number) => *number,
        #[allow(clippy::cast_possible_truncation)]
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => *number as i64,
        other => return Err(expected(&wanted, other)),
    };
    u32::try_from(number)
        .ok()
        .filter(|number| range.contains(number))
        .ok_or_else(|| Fault::new(format!("{number} is out of range"), format!("write {wanted}")))
}

pub(crate) fn millis(value: &Value, range: &RangeInclusive<u32>) -> Result<Duration, Fault> {
    whole(value, range).map(|ms| Duration::from_millis(u64::from(ms)))
}

pub(crate) fn number(value: &Value, range: &RangeInclusive<f64>) -> Result<f64, Fault> {
    let wanted = format!("a number from {} to {}", range.start(), range.end());
    let number = match value {
        #[allow(clippy::cast_precision_loss)]
        Value::Int(number) => *number as f64,
        Value::Float(number) => *number,
        other => return Err(expected(&wanted, other)),
    };
    if range.contains(&number) {
        Ok(number)
    } else {
        Err(Fault::new(format!("{number} is out of range"), format!("write {wanted}")))
    }
}

pub(crate) fn word<W: Word>(value: &Value) -> Result<W, Fault> {
    let known = W::EVERY.iter().map(|word| word.word());
    let wanted = one_of(known.clone());
    let Value::Text(text) = value else {
        return Err(expected(&wanted, value));
    };
    match W::EVERY.iter().find(|word| word.word() == text) {
        Some(word) => Ok(*word),
        None => Err(Fault::new(
            format!("`{}` is not known", clip(text)),
            match nearest(text, known) {
                Some(near) => format!("did you mean `{near}`? Write {wanted}"),
                None => format!("write {wanted}"),
            },
        )),
    }
}

pub(crate) fn runner(value: &Value) -> Result<Runner, Fault> {
    let known = Runner::words();
    let Value::Text(text) = value else {
        return Err(expected(&one_of(known), value));
    };
    if text == WORKSPACE {
        return Ok(Runner::Workspace);
    }
    let provider = Provider::EVERY.iter().find(|provider| provider.word() == text);
    provider.map(|provider| Runner::Server(*provider)).ok_or_else(|| {
        Fault::new(
            format!(
                "provider `{}` is not known to this version; it has {}",
                clip(text),
                one_of(known.clone())
            ),
            match nearest(text, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "most other servers speak `openai-compatible` at a `url` of theirs".into(),
            },
        )
    })
}

pub(crate) fn auto(value: &Value) -> Result<Auto, Fault> {
    match value {
        Value::Bool(true) => Ok(Auto::On),
        Value::Bool(false) => Ok(Auto::Off),
        Value::Text(text) if text == "auto" => Ok(Auto::Auto),
        other => Err(unknown_or_kind("\"auto\", true or false", other)),
    }
}

pub(crate) fn debounce(value: &Value) -> Result<Debounce, Fault> {
    match value {
        Value::Text(text) if text == "auto" => Ok(Debounce::Auto),
        Value::Int(_) | Value::Float(_) => {
            millis(value, &defaults::DEBOUNCE_MS).map(Debounce::Fixed)
        }
        other => Err(unknown_or_kind(
            &format!(
                "\"auto\" or milliseconds from {} to {}",
                defaults::DEBOUNCE_MS.start(),
                defaults::DEBOUNCE_MS.end()
            ),
            other,
        )),
    }
}

/// A template as it is written; `prompt` says which there are.
pub(crate) fn template(value: &Value) -> Result<String, Fault> {
    let Value::Text(text) = value else {
        return Err(expected("the name of a template, or one", value));
    };
    let Err(error) = Template::parse(text) else {
        return Ok(text.clone());
    };
    if text.contains('{') {
        let (message, remedy) = error.split_once(": ").unwrap_or((&error, ""));
        return Err(Fault::new(one_line(message), one_line(remedy)));
    }
    let known = || template_names().iter().copied();
    let remedy = match nearest(text, known()) {
        _ if text == "chat" => "set `api = \"chat\"`".to_owned(),
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("write {}, or a text with `{{prefix}}` and `{{suffix}}` in it", one_of(known()))
        }
    };
    let message = match text.as_str() {
        "chat" => "a conversation has no template".to_owned(),
        name => format!("template `{}` is not known", clip(name)),
    };
    Err(Fault::new(message, remedy))
}

/// A message of another module, which may repeat what was written.
fn one_line(message: &str) -> String {
    const LONGEST: usize = 200;
    let line = message.replace(char::is_control, " ");
    line.chars().take(LONGEST).collect()
}

/// A list of texts, without doubles.
pub(crate) fn list(value: &Value) -> Result<Vec<String>, Fault> {
    let items = match value {
        Value::List(items) => items,
        Value::Table(entries) if entries.is_empty() => return Ok(Vec::new()),
        other => return Err(expected("a list, [\"…\", \"…\"]", other)),
    };
    if items.len() > defaults::LIST {
        return Err(Fault::new(
            format!("has {} entries", items.len()),
            format!("keep it to {}", defaults::LIST),
        ));
    }
    let mut out: Vec<String> = Vec::with_capacity(items.len());
    for item in items {
        match &item.value {
            Value::Text(text) if !text.is_empty() => {
                if !out.contains(text) {
                    out.push(text.clone());
                }
            }
            Value::Text(_) => {
                return Err(Fault::new("has an empty text in it", "remove that"));
            }
            other => {
                return Err(Fault::new(
                    format!("has {} in it", other.kind()),
                    "write texts in quotes only",
                ));
            }
        }
    }
    Ok(out)
}

/// Globs that block; one that would unblock again is refused, and so is one that
/// would quietly match nothing.
pub(crate) fn globs(value: &Value) -> Result<Vec<String>, Fault> {
    let globs = list(value)?;
    for glob in &globs {
        let why = if glob.starts_with('!') {
            "would take files back in"
        } else if glob.starts_with('#') {
            "is a comment"
        } else if glob.trim() != glob || glob.chars().any(char::is_control) {
            "has blanks around it or control characters in it"
        } else if !closed(glob) {
            "has a bracket or brace that is not closed"
        } else {
            continue;
        };
        return Err(Fault::new(
            format!("the pattern `{}` {why}", clip(glob)),
            "correct or remove it; until then nothing is completed",
        ));
    }
    Ok(globs)
}

/// Whether every `[` and `{` of a glob is closed, and no `}` stands alone.
fn closed(glob: &str) -> bool {
    let mut braces = 0_usize;
    let mut chars = glob.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.next().is_none() => return false,
            '{' => braces += 1,
            '}' => match braces.checked_sub(1) {
                Some(left) => braces = left,
                None => return false,
            },
            '[' => {
                // A `]` that comes first, also after `!` or `^`, is a member.
                let mut next = chars.next();
                if matches!(next, Some('!' | '^')) {
                    next = chars.next();
                }
                if next.is_none() || !chars.by_ref().any(|c| c == ']') {
                    return false;
                }
            }
            _ => {}
        }
    }
    braces == 0
}

/// Ollama's `keep_alive`: a duration with a unit, or seconds; negative is for ever.
pub(crate) fn keep_alive(value: &Value) -> Result<String, Fault> {
    let wanted = "a duration such as \"30m\", \"1h30m\" or \"-1s\"";
    match value {
        Value::Int(seconds) => Ok(format!("{seconds}s")),
        Value::Text(text) if is_duration(text) => Ok(text.clone()),
        Value::Text(text) => Err(Fault::new(
            format!("`{}` is not a duration", clip(text)),
            format!("write {wanted}"),
        )),
        other => Err(expected(wanted, other)),
    }
}

fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    if rest.is_empty() || text.len() > 32 {
        return false;
    }
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let Some(left) =
            ["ms", "s", "m", "h"].into_iter().find_map(|unit| after.strip_prefix(unit))
        else {
            return false;
        };
        if after.len() == rest.len() {
            return false;
        }
        rest = left;
    }
    true
}

/// Azure's `api-version`, which goes into the query.
pub(crate) fn api_version(value: &Value) -> Result<String, Fault> {
    let version = text(value)?;
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if version.len() <= defaults::LONGEST_NAME && version.chars().all(good) {
        Ok(version)
    } else {
        Err(Fault::new("is no version", "write one like \"2024-10-21\""))
    }
}

/// A file, by its whole path or from the user's home folder.
pub(crate) fn file(value: &Value) -> Result<PathBuf, Fault> {
    let written = text(value)?;
    let path = match written.strip_prefix("~/").or_else(|| written.strip_prefix("~\\")) {
        Some(rest) => match std::env::home_dir() {
            Some(home) => home.join(rest),
            None => {
                return Err(Fault::new("has a `~`, but no home folder is known", "write it out"));
            }
        },
        None => PathBuf::from(&written),
    };
    if path.is_absolute() && !written.contains('\0') {
        Ok(path)
    } else {
        Err(Fault::new("is not a whole path", "begin it with `~/` or at the root"))
    }
}

fn unknown_or_kind(wanted: &str, found: &Value) -> Fault {
    match found {
        Value::Text(text) => {
            Fault::new(format!("`{}` is not known", clip(text)), format!("write {wanted}"))
        }
        other => expected(wanted, other),
    }
}

fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests;
