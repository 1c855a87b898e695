//! The JSON schema of the configuration, generated from [`Options`], for editors
//! that check and complete `config.toml` and their own settings.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::options::Options;

/// The schema, JSON Schema draft 2020-12. Every table refuses unknown keys.
pub fn json_schema() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    let mut generator = settings.into_generator();
    let mut schema = Options::json_schema(&mut generator);
    Tidy.transform(&mut schema);
    if let Some(object) = schema.as_object_mut() {
        let draft = generator.settings().meta_schema.clone();
        if let Some(draft) = draft {
            object.insert("$schema".to_owned(), draft.into_owned().into());
        }
    }
    schema.to_value()
}

/// Takes out what speaks of Rust: a key that may be absent is not null, numbers
/// have no width, and a description's lines are one paragraph.
struct Tidy;

impl Transform for Tidy {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        object.remove("format");
        for empty in ["default", "required"] {
            if object.get(empty).is_some_and(is_empty_table) {
                object.remove(empty);
            }
        }
        if let Some(Value::String(text)) = object.get_mut("description") {
            *text = text.replace('\n', " ");
        }
        if let Some(Value::Array(types)) = object.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                object.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(words)) = object.get_mut("enum") {
            words.retain(|word| !word.is_null());
        }
        let Some(Value::Array(choices)) = object.get_mut("anyOf") else {
            return;
        };
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
}

fn is_empty_table(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty)
}
