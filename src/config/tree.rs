//! One tree for what is written in TOML and in JSON, with the place of every
//! value, so that there is one reader for all layers.

use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Line and column, from 1, the column in characters.
pub(crate) type Position = (usize, usize);

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) at: Option<Position>,
}

/// What a value can be. JSON's null is absence and has no node.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
    Date,
}

/// A key of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: Option<Position>,
    pub(crate) node: Node,
}

impl Value {
    /// What this is, for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Bool(_) => "true or false",
            Value::Int(_) => "a whole number",
            Value::Float(_) => "a number with a fraction",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Date => "a date",
        }
    }
}

/// A syntax error in a TOML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) at: Option<Position>,
    pub(crate) message: String,
}

/// Reads TOML. With a syntax error the tree is what could be made out.
pub(crate) fn from_toml(text: &str) -> (Vec<Entry>, Option<SyntaxError>) {
    // Windows editors write a byte order mark; the parser skips it itself,
    // and its positions count it, so that it is left where it is.
    let lines = Lines::new(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    let error = errors.first().map(|error| SyntaxError {
        at: error.span().map(|span| lines.position(span.start)),
        message: error.message().to_owned(),
    });
    (entries(document.get_ref(), &lines), error)
}

fn entries(table: &DeTable<'_>, lines: &Lines<'_>) -> Vec<Entry> {
    table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            at: Some(lines.position(key.span().start)),
            node: node(value, lines),
        })
        .collect()
}

fn node(value: &Spanned<DeValue<'_>>, lines: &Lines<'_>) -> Node {
    Node {
        at: Some(lines.position(value.span().start)),
        value: match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => Value::Int(number),
                    Err(_) => Value::Float(number.as_str().parse().unwrap_or(f64::MAX)),
                }
            }
            DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(flag) => Value::Bool(*flag),
            DeValue::Datetime(_) => Value::Date,
            DeValue::Array(items) => Value::List(items.iter().map(|i| node(i, lines)).collect()),
            DeValue::Table(table) => Value::Table(entries(table, lines)),
        },
    }
}

/// Reads JSON; null, and a null member, is nothing.
pub(crate) fn from_json(json: &Json) -> Option<Node> {
    let value = match json {
        Json::Null => return None,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().filter_map(from_json).collect()),
        Json::Object(members) => Value::Table(
            members
                .iter()
                .filter_map(|(key, value)| {
                    Some(Entry { key: key.clone(), at: None, node: from_json(value)? })
                })
                .collect(),
        ),
    };
    Some(Node { value, at: None })
}

/// The starts of a text's lines, to turn byte offsets into positions.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or("");
        let column = before.chars().filter(|c| *c != '\u{feff}').count();
        (line, column + 1)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn toml_places() {
        let (tree, error) = from_toml("a = 1\n[t]\n\"ö\" = { b = 'x' }\n");
        assert_eq!(error, None);
        assert_eq!((tree[0].at, tree[0].node.at), (Some((1, 1)), Some((1, 5))));
        let Value::Table(inner) = &tree[1].node.value else { unreachable!() };
        assert_eq!((inner[0].at, inner[0].node.at), (Some((3, 1)), Some((3, 7))));
    }

    #[test]
    fn numbers() {
        let (tree, error) = from_toml("a = 0x10\nb = 1_000\nc = 1.5\nd = inf\ne = 1e3\nf = -7");
        assert_eq!(error, None);
        let values: Vec<_> = tree.into_iter().map(|entry| entry.node.value).collect();
        assert_eq!(
            values,
            [
                Value::Int(16),
                Value::Int(1000),
                Value::Float(1.5),
                Value::Float(f64::INFINITY),
                Value::Float(1000.0),
                Value::Int(-7)
            ]
        );
    }

    #[test]
    fn syntax_errors_have_a_place_and_keep_the_rest() {
        for (text, line) in [
            ("a = 1\nb = \n", 2),
            ("a = 1\nb = 2 3\n", 2),
            ("a = 1\n\n[t\n", 3),
            ("a = 1\na = 2\n", 2),
        ] {
            let (tree, error) = from_toml(text);
            assert_eq!(error.unwrap().at.unwrap().0, line, "{text}");
            assert_eq!(tree[0].key, "a", "{text}");
        }
        assert_eq!(from_toml("\u{feff}a = 1").1, None);
    }

    #[test]
    fn json_nulls_are_nothing() {
        assert_eq!(from_json(&Json::Null), None);
        let node = from_json(&serde_json::json!({"a": null, "b": [null, 1]})).unwrap();
        let Value::Table(entries) = node.value else { unreachable!() };
        assert_eq!(entries.len(), 1);
    }
}
