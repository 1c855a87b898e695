//! Values in braces: a price, limits, caps, more fields of a body.

use std::ops::RangeInclusive;

use serde_json::Value as Json;

use super::{number, one_of, whole};
use crate::config::defaults;
use crate::config::problem::{Fault, clip};
use crate::config::read::{expected, snake_case};
use crate::config::tree::{Entry, Value};
use crate::config::values::{Caps, Limits, Price};

/// How deep tables and lists of a body may stand in each other.
const DEEPEST: usize = 16;
/// Fields that the prompt and the way of the answer depend on.
const OWN_FIELDS: [&str; 10] = [
    "stream",
    "messages",
    "prompt",
    "suffix",
    "input",
    "input_prefix",
    "input_suffix",
    "contents",
    "inputs",
    "n",
];

pub(crate) fn price(value: &Value) -> Result<Price, Fault> {
    let wanted = "{ input = 0.15, output = 0.60 }, USD per million tokens";
    let fields = Fields::of(value, wanted, &["input", "output", "cached"])?;
    let part = |name: &str| {
        let missing = || Fault::new(format!("has no `{name}`"), format!("write {wanted}"));
        fields.number(name, &defaults::PRICE)?.ok_or_else(missing)
    };
    Ok(Price {
        input: part("input")?,
        output: part("output")?,
        cached: fields.number("cached", &defaults::PRICE)?,
    })
}

pub(crate) fn limits(value: &Value) -> Result<Limits, Fault> {
    let wanted = "{ requests_per_minute = 60, tokens_per_minute = 100_000, concurrent = 4 }";
    let known = ["requests_per_minute", "tokens_per_minute", "concurrent"];
    let fields = Fields::of(value, wanted, &known)?;
    Ok(Limits {
        requests_per_minute: fields.whole("requests_per_minute", &defaults::RATE)?,
        tokens_per_minute: fields.whole("tokens_per_minute", &defaults::RATE)?,
        concurrent: fields.whole("concurrent", &defaults::CONCURRENT)?,
    })
}

pub(crate) fn caps(value: &Value) -> Result<Caps, Fault> {
    let wanted = "{ cost_per_day = 1.0, tokens_per_month = 10_000_000 }";
    let known = ["cost_per_day", "cost_per_month", "tokens_per_day", "tokens_per_month"];
    let fields = Fields::of(value, wanted, &known)?;
    Ok(Caps {
        cost_per_day: fields.number("cost_per_day", &defaults::PRICE)?,
        cost_per_month: fields.number("cost_per_month", &defaults::PRICE)?,
        tokens_per_day: fields.whole("tokens_per_day", &defaults::TOKENS)?.map(u64::from),
        tokens_per_month: fields.whole("tokens_per_month", &defaults::TOKENS)?.map(u64::from),
    })
}

/// More fields of a request's body.
pub(crate) fn extra_body(value: &Value) -> Result<serde_json::Map<String, Json>, Fault> {
    let entries = match value {
        Value::Table(entries) => entries.as_slice(),
        Value::List(items) if items.is_empty() => &[],
        other => return Err(expected("a table, such as { top_k = 20 }", other)),
    };
    if let Some(entry) = entries.iter().find(|entry| OWN_FIELDS.contains(&entry.key.as_str())) {
        let message = format!("has a `{}`, which is foretype's own to say", entry.key);
        return Err(Fault::new(message, "remove it"));
    }
    object(entries, DEEPEST)
}

fn object(entries: &[Entry], deepest: usize) -> Result<serde_json::Map<String, Json>, Fault> {
    let one = |entry: &Entry| Ok((entry.key.clone(), json(&entry.node.value, deepest)?));
    entries.iter().map(one).collect()
}

fn json(value: &Value, deepest: usize) -> Result<Json, Fault> {
    let Some(deeper) = deepest.checked_sub(1) else {
        return Err(Fault::new("is nested too deeply", "make it flatter"));
    };
    Ok(match value {
        Value::Bool(flag) => Json::from(*flag),
        Value::Int(number) => Json::from(*number),
        Value::Float(number) if number.is_finite() => Json::from(*number),
        Value::Text(text) => Json::from(text.as_str()),
        Value::List(items) => {
            let items: Result<Vec<_>, _> =
                items.iter().map(|item| json(&item.value, deeper)).collect();
            Json::from(items?)
        }
        Value::Table(entries) => Json::Object(object(entries, deeper)?),
        Value::Float(_) | Value::Date => {
            return Err(Fault::new("has a value that JSON has not", "write it as text"));
        }
    })
}

/// The entries of a table in braces, under the spelling of TOML.
struct Fields<'a>(Vec<(String, &'a Value)>);

impl<'a> Fields<'a> {
    fn of(value: &'a Value, wanted: &str, known: &[&str]) -> Result<Self, Fault> {
        let entries = match value {
            Value::Table(entries) => entries.as_slice(),
            Value::List(items) if items.is_empty() => &[],
            other => return Err(expected(wanted, other)),
        };
        let fields: Vec<_> =
            entries.iter().map(|it| (snake_case(&it.key), &it.node.value)).collect();
        match fields.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            Some((key, _)) => Err(unknown(key, known)),
            None => Ok(Self(fields)),
        }
    }

    fn number(&self, name: &str, range: &RangeInclusive<f64>) -> Result<Option<f64>, Fault> {
        self.read(name, |value| number(value, range))
    }

    fn whole(&self, name: &str, range: &RangeInclusive<u32>) -> Result<Option<u32>, Fault> {
        self.read(name, |value| whole(value, range))
    }

    fn read<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&Value) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let Some((_, value)) = self.0.iter().find(|(key, _)| key == name) else {
            return Ok(None);
        };
        let named = |fault: Fault| Fault::new(format!("`{name}` {}", fault.message), fault.remedy);
        parse(value).map(Some).map_err(named)
    }
}

/// The fault of the first entry that is none of `known`.
pub(crate) fn only(entries: &[Entry], known: &[&str]) -> Result<(), Fault> {
    match entries.iter().find(|entry| !known.contains(&entry.key.as_str())) {
        Some(entry) => Err(unknown(&entry.key, known)),
        None => Ok(()),
    }
}

fn unknown(key: &str, known: &[&str]) -> Fault {
    Fault::new(
        format!("has an unknown `{}` in it", clip(key)),
        format!("it can have {}", one_of(known.iter().copied())),
    )
}
