//! Any text and any JSON as configuration: something holds afterwards, and what does not is named.

use std::path::{Path, PathBuf};

use foretype::config::{Layers, init_toml};
use serde_json::{Value, json};

use super::json::{anything, damage};
use crate::random::Random;

const WORDS: [&str; 34] = [
    "[models.a]",
    "[models]",
    "[completion]",
    "[[models]]",
    "[chat]",
    "provider",
    "url",
    "model",
    "template",
    "api_key",
    "debounce_ms",
    "fallback",
    "ignore",
    "=",
    "\"ollama\"",
    "\"llama-cpp\"",
    "\"http://127.0.0.1:1\"",
    "\"auto\"",
    "{ env = \"X\" }",
    "{ command = [\"x\"] }",
    "[",
    "]",
    "{",
    "}",
    "\n",
    "\n",
    "\n",
    "# c\n",
    "\"",
    "'",
    "1e999",
    "-1",
    "true",
    "\u{0}",
];

fn good() -> Value {
    json!({
        "enabled": true,
        "models": { "m": { "provider": "openai-compatible", "url": "http://127.0.0.1:9/v1",
            "model": "qwen2.5-coder", "template": "auto", "context_tokens": 8192,
            "max_output_tokens": 256, "api_key": { "env": "X" }, "headers": { "x": "y" },
            "price": { "input": 0.1, "output": 0.2 }, "stop": ["a"], "keep_alive": "5m" } },
        "completion": { "model": "m", "fallback": [], "debounce_ms": "auto", "speculate": false,
            "menu": "auto", "max_lines": 20, "candidates": 2, "ignore": ["*.x"],
            "disabled_languages": ["c"] },
        "chat": { "model": "m" }, "discovery": { "enabled": false }, "log": { "level": "info" },
    })
}

fn resolve(layers: &Layers) {
    let root = Path::new("/w");
    for resolved in [layers.resolve(), layers.resolve_for_root(root)] {
        for model in resolved.settings.models.values() {
            assert!(model.url.starts_with("http"), "no address");
            assert!(model.max_output_tokens > 0);
        }
        assert!(resolved.settings.completion.max_lines > 0);
        for problem in &resolved.problems {
            assert!(!problem.to_string().contains('\u{0}'), "a control character in a message");
        }
        let _ = (resolved.show(), format!("{resolved:?}"));
    }
}

#[test]
fn any_text_is_a_configuration() {
    let mut random = Random::new(1);
    let starter = init_toml();
    for _ in 0..1_500 {
        let text = match random.below(4) {
            0 => String::from_utf8_lossy(&random.bytes(120)).into_owned(),
            1 => {
                let (from, to) = (random.boundary(starter), random.boundary(starter));
                starter[from.min(to)..from.max(to)].replacen("# ", "", random.below(40))
            }
            _ => random.join(&WORDS, 24),
        };
        let mut layers = Layers::default();
        let file = PathBuf::from("/w/.foretype.toml");
        layers.set_workspace("/w", Some((file.clone(), random.join(&WORDS, 24))));
        layers.set_user(Some((file, text)));
        layers.refuse_commands(random.one_in(2));
        resolve(&layers);
    }
}

#[test]
fn any_json_is_a_configuration() {
    let mut random = Random::new(2);
    for _ in 0..1_500 {
        let mut values = [good(), json!({ "foretype": good() })];
        for value in &mut values {
            for _ in 0..random.below(5) {
                damage(value, &mut random);
            }
            if random.one_in(6) {
                *value = anything(&mut random, 4);
            }
        }
        let mut layers = Layers::default();
        layers.set_initialization(Some(&values[0]));
        layers.set_client(Some(&values[1]));
        resolve(&layers);
    }
}
