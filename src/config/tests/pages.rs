//! What is generated: the schema, the reference, the starter, `show`.

use serde_json::{Value as Json, json};

use super::super::tree;
use super::super::*;
use super::{Case, ROOT, problems, user};

/// Every key of the schema in full, with its schema.
fn keys(schema: &Json, section: &str, out: &mut Vec<(String, Json)>) {
    for (key, schema) in schema["properties"].as_object().unwrap() {
        let full = if section.is_empty() { key.clone() } else { format!("{section}.{key}") };
        if key == "models" || key == "actions" {
            keys(&schema["additionalProperties"], &format!("{key}.NAME"), out);
        } else if schema["properties"].is_object()
            && !["price", "limits", "caps"].contains(&key.as_str())
        {
            keys(schema, &full, out);
        } else {
            out.push((full, schema.clone()));
        }
    }
}

fn all_keys() -> Vec<(String, Json)> {
    let mut out = Vec::new();
    keys(&json_schema(), "", &mut out);
    out
}

/// A layer with one key in it.
fn layer_with(key: &str, value: Json) -> Json {
    key.rsplit('.').fold(value, |value, part| json!({ part: value }))
}

#[test]
fn the_reader_knows_every_key_of_the_schema() {
    let keys = all_keys();
    assert_eq!(keys.len(), 82);
    for (key, schema) in keys {
        assert!(schema["description"].is_string(), "{key}");
        // A value that no key can have: the key is known if its value is complained about.
        let options = layer_with(&key, json!([[1]]));
        let mut layers = Layers::default();
        layers.set_client(Some(&options));
        let told = layers.resolve().problems;
        let told = told.iter().find(|problem| problem.key == key).unwrap();
        assert_ne!(told.message, "is not a known key", "{key}");
    }
}

#[test]
fn defaults_examples_and_bounds_of_the_schema_are_the_reader_s() {
    for (key, schema) in all_keys() {
        let mut values =
            vec![schema["default"].clone(), schema["minimum"].clone(), schema["maximum"].clone()];
        values.extend(schema["examples"].as_array().cloned().unwrap_or_default());
        values.extend(schema["enum"].as_array().cloned().unwrap_or_default());
        for value in values {
            let mut layers = Layers::default();
            layers.set_client(Some(&layer_with(&key, value.clone())));
            let mut told = layers.resolve().problems;
            // An example names a model that is not there.
            told.retain(|problem| !problem.message.starts_with("there is no model"));
            assert!(told.iter().all(|problem| problem.key != key), "{key} = {value}: {told:?}");
        }
        for (bound, step) in [("minimum", -1.0), ("maximum", 1.0)] {
            let Some(bound) = schema[bound].as_f64() else {
                continue;
            };
            let mut layers = Layers::default();
            layers.set_client(Some(&layer_with(&key, json!(bound + step))));
            let told = layers.resolve().problems;
            assert!(told.iter().any(|problem| problem.key == key), "{key} {bound}");
        }
        // What the schema calls the default changes nothing.
        if !schema["default"].is_null()
            && !key.starts_with("models.")
            && !key.starts_with("actions.")
        {
            let mut layers = Layers::default();
            layers.set_client(Some(&layer_with(&key, schema["default"].clone())));
            assert_eq!(layers.resolve().settings, Settings::default(), "{key}");
        }
    }
}

#[test]
fn the_schema_is_closed_and_free_of_nulls() {
    fn check(value: &Json) {
        if let Some(object) = value.as_object() {
            if object.get("properties").is_some_and(Json::is_object) && object.contains_key("type")
            {
                assert_eq!(object["additionalProperties"], json!(false), "{value}");
            }
            assert!(!object.contains_key("$ref"), "{value}");
            object.values().for_each(check);
        }
        if let Some(list) = value.as_array() {
            list.iter().for_each(check);
        }
        assert!(!value.is_null());
        assert_ne!(*value, json!("null"));
    }
    let schema = json_schema();
    check(&schema);
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let tokens =
        &schema["properties"]["models"]["additionalProperties"]["properties"]["max_output_tokens"];
    assert_eq!(
        (&tokens["minimum"], &tokens["maximum"], &tokens["default"]),
        (&json!(1), &json!(8192), &json!(256))
    );
}

#[test]
fn the_reference_names_every_key() {
    let page = reference_markdown();
    for (key, _) in all_keys() {
        let key = key.rsplit('.').next().unwrap();
        assert!(page.contains(&format!("| `{key}` | ")), "{key}");
    }
    for section in [
        "`[models.NAME]`",
        "`[actions.NAME]`",
        "`[completion]`",
        "`[chat]`",
        "`[discovery]`",
        "`[log]`",
    ] {
        assert!(page.contains(&format!("## {section}")), "{section}");
    }
    assert!(page.contains("| `debounce_ms` | `\"auto\"` or whole number, 0–5000 | `\"auto\"` | "));
    assert!(page.contains("| `completion.debounce` | `completion.debounce_ms` |"));
}

#[test]
fn the_starter_works_as_it_is_and_uncommented() {
    let resolved = user(init_toml());
    assert_eq!(problems(&resolved), [""; 0]);
    assert_eq!(resolved.settings, Settings::default());
    let uncommented: Vec<&str> = init_toml()
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.starts_with('[') || rest.contains(" = ") => rest,
            _ => line,
        })
        .collect();
    let resolved = user(&uncommented.join("\n"));
    assert_eq!(problems(&resolved), [""; 0]);
    assert_eq!(resolved.settings.models.len(), 3);
}

#[test]
fn show_is_toml_and_names_origins() {
    let resolved = Case {
        user: "[models.\"a.b\"]\nprovider='llama-cpp'\napi_key={env='X'}\nheaders={A='b'}\nprice={input=1,output=0.5}\ntemperature=0\nlimits={concurrent=2}\ncaps={cost_per_day=1}\nextra_body={a={b=[1,2.0,'x']}}\nsystem='s'\nidle_timeout_ms=7\nurl='https://a'\nca_bundle='~/ca.pem'\n[models.c]",
        client: r##"{"completion": {"model": "a.b", "ignore": ["a#\"b"]}}"##,
        workspace: "[completion]\nignore=['y']\ndebounce_ms=9",
        ..Case::default()
    }
    .resolve();
    let page = resolved.show();
    for line in [
        "enabled = true  # default",
        "model = \"a.b\"  # workspace/didChangeConfiguration",
        "ignore = [\"a#\\\"b\", \"y\"]  # workspace/didChangeConfiguration, .foretype.toml:2:8",
        "# debounce_ms is at least 9",
        "[models.\"a.b\"]",
        "api_key = { env = \"X\" }  # config.toml:3:9",
        "headers = { \"A\" = \"***\" }  # config.toml:4:9",
        "temperature = 0.0  # config.toml:6:13",
        "max_output_tokens = 256  # default",
        "limits = { concurrent = 2 }  # config.toml:7:8",
        "caps = { cost_per_day = 1.0 }  # config.toml:8:6",
        "extra_body = { \"a\" = { \"b\" = [1, 2.0, \"x\"] } }  # config.toml:9:12",
        "first_token_timeout_ms = 120000  # default",
        "# models.c cannot be used: has no `provider`",
    ] {
        assert!(page.lines().any(|shown| shown == line), "{line}\n{page}");
    }
    assert_eq!(tree::from_toml(&page).1, None);

    // What is shown is what holds: read again, it comes to the same.
    let again = user(&page.replace("# debounce_ms is at least 9", "").replace("\"***\"", "\"b\""));
    let narrowed = again.settings.completion;
    assert_eq!(narrowed.ignore, resolved.settings.completion.ignore);
    assert_eq!(again.settings.models, resolved.settings.models);
    let empty = Layers::default().resolve_for_root(ROOT.as_ref()).show();
    assert_eq!(user(&empty).settings, Settings::default());
}
