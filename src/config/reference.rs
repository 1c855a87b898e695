//! The reference page of the configuration, generated from the schema.

use serde_json::Value;

use super::json_schema;
use super::renamed;

/// The page in Markdown: a table of keys for each table of the configuration.
pub fn reference_markdown() -> String {
    let schema = json_schema();
    let mut page = String::from("# Configuration reference\n\n");
    page.push_str(text(&schema, "description"));
    page.push_str(
        "\n\nLater places win, key by key. JSON may write every key in camelCase, \
         `debounceMs`. A workspace's `.foretype.toml` can have `enabled`, \
         `completion.enabled`, `completion.disabled_languages`, `completion.ignore`, \
         `completion.debounce_ms` (only higher), `models.NAME.max_output_tokens` (only \
         lower), `actions.NAME.enabled` (only off), and `model` and `fallback` of \
         `completion` and `chat` (only models that you have configured; a fallback can \
         only get shorter).\n",
    );
    section(&mut page, "", &schema);
    page.push_str("\n## Keys with a new name\n\n");
    page.push_str("The old ones stay understood, with a warning.\n\n| old | new |\n|---|---|\n");
    for (old, new) in renamed::all() {
        page.push_str(&format!("| `{old}` | `{new}` |\n"));
    }
    page
}

/// The keys of a table, then the tables in it.
fn section(page: &mut String, name: &str, schema: &Value) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    let (tables, keys): (Vec<_>, Vec<_>) =
        properties.iter().partition(|(key, schema)| table(key, schema).is_some());
    page.push('\n');
    if !name.is_empty() {
        page.push_str(&format!("## `[{name}]`\n\n"));
        let description = text(schema, "description");
        page.push_str(&format!("{description}\n\n"));
    }
    if !keys.is_empty() {
        page.push_str("| key | value | default | meaning |\n|---|---|---|---|\n");
    }
    for (key, schema) in keys {
        let default = match (schema.get("default"), example(schema)) {
            (Some(default), _) => code(default),
            (None, Some(example)) => format!("none; such as {}", code(example)),
            (None, None) => "none".to_owned(),
        };
        let row =
            [format!("`{key}`"), kind(schema), default, text(schema, "description").to_owned()];
        let row: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        page.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    for (key, schema) in tables {
        if let Some((inner, schema)) = table(key, schema) {
            let inner = if name.is_empty() { inner } else { format!("{name}.{inner}") };
            section(page, &inner, schema);
        }
    }
}

/// The table that a key of the top level is, and its name; a map of tables is the
/// table of any of its names.
fn table<'a>(key: &str, schema: &'a Value) -> Option<(String, &'a Value)> {
    const VALUES_IN_BRACES: [&str; 4] = ["price", "limits", "caps", "api_key"];
    if VALUES_IN_BRACES.contains(&key) {
        return None;
    }
    if schema.get("properties").is_some() {
        return Some((key.to_owned(), schema));
    }
    let each = schema.get("additionalProperties")?;
    each.get("properties")?;
    Some((format!("{key}.NAME"), each))
}

/// What can stand there, in words.
fn kind(schema: &Value) -> String {
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        let choices: Vec<String> = choices.iter().map(kind).collect();
        return choices.join(" or ");
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        let words: Vec<String> = words.iter().map(code).collect();
        return words.join(", ");
    }
    match text(schema, "type") {
        "boolean" => "`true`, `false`".to_owned(),
        "integer" => format!("whole number{}", range(schema)),
        "number" => format!("number{}", range(schema)),
        "string" if schema.get("pattern").is_some() => "text with holes".to_owned(),
        "string" => "text".to_owned(),
        "array" => "list of texts".to_owned(),
        _ => object(schema),
    }
}

fn object(schema: &Value) -> String {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        let texts = schema.pointer("/additionalProperties/type").is_some();
        let any = if texts { "`{ \"Name\" = \"…\" }`" } else { "`{ name = … }`" };
        return any.to_owned();
    };
    let fields: Vec<String> = properties
        .iter()
        .map(|(key, schema)| match text(schema, "type") {
            "array" => format!("{key} = [\"…\"]"),
            "string" => format!("{key} = \"…\""),
            _ => format!("{key} = …"),
        })
        .collect();
    format!("`{{ {} }}`", fields.join(", "))
}

fn range(schema: &Value) -> String {
    match (schema.get("minimum"), schema.get("maximum")) {
        (Some(least), Some(most)) => format!(", {}–{}", plain(least), plain(most)),
        _ => String::new(),
    }
}

/// A bound, without a fraction of nothing.
fn plain(number: &Value) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

fn example(schema: &Value) -> Option<&Value> {
    schema.get("examples")?.as_array()?.first()
}

fn code(value: &Value) -> String {
    format!("`{value}`")
}

fn text<'a>(schema: &'a Value, key: &str) -> &'a str {
    schema.get(key).and_then(Value::as_str).unwrap_or("")
}
