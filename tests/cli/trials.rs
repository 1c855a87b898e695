//! What `foretype doctor` tries: a hole, a question, and what else speaks at an address.

use serde_json::{Value, json};

use crate::support::fake_backend::{FakeBackend, Reply};
use crate::support::process::{Home, backend, model};

fn home(backend: &FakeBackend, more: &str) -> Home {
    let home = Home::new();
    home.configure(&format!("{}{more}", model(&backend.url())));
    home
}

/// The table's row of the model for a purpose, its cells by two blanks.
fn row(out: &str, purpose: &str) -> Vec<String> {
    let rows = out.split("\nsummary\n").nth(1).unwrap_or("").lines();
    let cells = |line: &str| -> Vec<String> {
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    let mut rows = rows.map(cells);
    rows.find(|row| row.get(1).is_some_and(|cell| cell == purpose)).unwrap_or_default()
}

#[test]
fn a_hole_is_filled_and_the_table_says_how() {
    let backend = backend();
    for (answer, fills) in [("a + b", "right"), ("a + b + c", "goes on"), ("nonsense", "wrong")] {
        backend.answer(answer);
        let priced = "[models.fake.price]\ninput = 0.5\noutput = 2\n";
        let ran = home(&backend, priced).run(&["doctor"]);
        assert_eq!(ran.code, 0, "{}", ran.stdout);
        let row = row(&ran.stdout, "completion");
        assert_eq!(row.first().map(String::as_str), Some("fake"), "{}", ran.stdout);
        assert!(row[2].ends_with(" ms"), "{row:?}");
        assert!(row.contains(&fills.to_owned()), "{answer}: {row:?}");
        assert!(row.contains(&"0.5/2".to_owned()), "{row:?}");
    }
}

#[test]
fn chat_is_tried_where_it_is_chosen() {
    let backend = backend();
    backend.answer("one two three four five six");
    let ran = home(&backend, "").run(&["doctor"]);
    assert_eq!(row(&ran.stdout, "chat"), [""; 0], "{}", ran.stdout);
    let ran = home(&backend, "[chat]\nmodel = 'fake'\n").run(&["doctor"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(row(&ran.stdout, "chat")[2].ends_with(" ms"), "{}", ran.stdout);
    assert!(ran.stdout.contains("chat: first token after "), "{}", ran.stdout);
}

#[test]
fn everything_is_there_as_json() {
    let backend = backend();
    backend.answer("a + b");
    let ran = home(&backend, "").run(&["doctor", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["good"], true);
    let tried = &report["models"][0];
    assert_eq!((&tried["model"], &tried["purpose"]), (&json!("fake"), &json!("completion")));
    assert_eq!((&tried["fim"], &tried["price"]), (&json!("right"), &Value::Null));
    assert!(tried["first_token_ms"].is_u64(), "{report:#}");
    let all = report["findings"].as_array().unwrap();
    assert!(all.iter().any(|it| it["grade"] == "good" && it["text"] == "the server answers"));

    backend.answer(Reply::status(500));
    let ran = home(&backend, "").run(&["doctor", "--json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, &report["good"]), (1, &json!(false)));
    let all = report["findings"].as_array().unwrap();
    assert!(all.iter().any(|it| it["grade"] == "bad" && it["section"].is_string()));
    assert_eq!(report["models"][0]["first_token_ms"], Value::Null);
}

#[test]
fn another_dialect_is_known_by_what_it_tells() {
    for (path, answer, provider) in [
        ("/api/version", json!({ "version": "0.9.1" }), "ollama"),
        ("/props", json!({ "default_generation_settings": {} }), "llama-cpp"),
        ("/info", json!({ "model_id": "x" }), "tgi"),
    ] {
        let backend = backend();
        for other in ["/api/version", "/props", "/info", "/v1/models"] {
            backend.get_status(other, 404);
        }
        backend.get(path, answer);
        let ran = home(&backend, "").run(&["doctor"]);
        let said = format!("this looks like {provider}: set `provider = \"{provider}\"`");
        assert!(ran.stdout.contains(&said), "{provider}: {}", ran.stdout);
        assert_eq!(ran.code, 1);
    }
}

#[test]
fn what_is_nearly_right_is_named() {
    let backend = backend();
    let near = model(&backend.url()).replace("coder:1.5b", "coder:1.5");
    let home = Home::new();
    home.configure(&near);
    let ran = home.run(&["doctor"]);
    assert!(ran.stdout.contains("did you mean `qwen2.5-coder:1.5b`?"), "{}", ran.stdout);

    backend.answer(Reply::status(401));
    let key = "\napi_key = { env = \"MY_KEY\" }\n\n";
    home.configure(&model(&backend.url()).replacen("\n\n", key, 1));
    let mut command = home.command(&["doctor"]);
    command.env("MY_KEY", "x");
    let ran = crate::support::process::run(command);
    assert!(ran.stdout.contains("check the environment variable `MY_KEY`"), "{}", ran.stdout);

    let twice = model(&format!("{}/v1/v1/chat/completions", backend.url()));
    backend.answer("a + b");
    home.configure(&twice);
    let ran = home.run(&["doctor"]);
    assert!(ran.stdout.contains("`/v1` twice"), "{}", ran.stdout);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
}
