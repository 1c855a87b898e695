//! `foretype key` and `foretype models`.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::process::{Home, KEY};

#[test]
fn models_say_what_they_come_to_and_from_where() {
    let home = Home::new();
    home.configure(&format!(
        "[models.gpt]\nprovider = 'openai'\nmodel = 'gpt-4.1-2025-04-14'\n\
         [models.own]\nprovider = 'ollama'\nmodel = 'qwen2.5-coder:1.5b'\ncontext_tokens = 8192\n\
         api_key = '{KEY}'\nprice = {{ input = 1, output = 2 }}\n\
         [models.new]\nprovider = 'openrouter'\nmodel = 'nobody/knows-this'\n"
    ));
    let ran = home.run(&["models", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let models: Value = serde_json::from_str(&ran.stdout).unwrap();
    let get = |name: &str, key: &str| {
        let models = models.as_array().unwrap();
        models.iter().find(|it| it["name"] == name).unwrap()[key].clone()
    };
    assert_eq!(get("gpt", "context_tokens"), 1_047_576);
    assert_eq!(get("gpt", "context_from"), "catalogue");
    assert_eq!(get("gpt", "price"), json!({ "input": 2.0, "output": 8.0, "cached": 0.5 }));
    assert_eq!(get("gpt", "key"), "{ env = \"OPENAI_API_KEY\" }");
    assert_eq!(get("own", "context_from"), "configuration");
    assert_eq!(get("own", "price_from"), "configuration");
    assert_eq!((get("new", "context_from"), get("new", "price")), (json!("default"), Value::Null));
    let ran = home.run(&["models"]);
    for part in ["gpt (openai, gpt-4.1-2025-04-14)", "by the catalogue of 20", "as configured"] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains(KEY));
    assert!(Home::new().run(&["models"]).stdout.contains("no model is configured"));
    let home = Home::new();
    home.configure("[models.mine]\nprovider = 'workspace'\n");
    let ran = home.run(&["models"]);
    let said =
        "mine (workspace, built in)\n  completes from the workspace's own code; asks nobody\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, said), "{}", ran.stderr);
    let models: Value = serde_json::from_str(&home.run(&["models", "--json"]).stdout).unwrap();
    assert_eq!(models, json!([{ "name": "mine", "provider": "workspace" }]));
    home.configure("[models.capped]\nprovider = 'llama-cpp'\ncaps = { cost_per_month = 1 }\n");
    let ran = home.run(&["models"]);
    let said = "capped\n  cannot be used: `caps.cost_per_month` needs a price\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, said), "{}", ran.stderr);
}

#[test]
fn a_key_is_taken_whole_and_under_a_name_that_can_be_written() {
    for (name, key, said) in [
        ("claude", "k".repeat(64 * 1024 + 1), "longer than 64 KiB"),
        (" ", KEY.to_owned(), "no name for a key"),
        ("a\"b", KEY.to_owned(), "no name for a key"),
    ] {
        let home = Home::new();
        let mut command = home.command(&["key", "set", name]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // What is refused by its name is not read.
        let _ = child.stdin.take().unwrap().write_all(key.as_bytes());
        let ran = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(said) && !stderr.contains(&key), "{stderr}");
    }
}

#[test]
fn a_key_is_not_taken_from_nothing() {
    let ran = Home::new().run(&["key", "set", "claude"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no key was given"), "{}", ran.stderr);
    // As an argument it would be seen by others.
    let ran = Home::new().run(&["key", "set", "claude", KEY]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("unexpected argument"), "{}", ran.stderr);
}

/// Without a session bus there is no Secret Service.
#[test]
#[cfg(target_os = "linux")]
fn a_keyring_that_is_not_there_is_told() {
    let home = Home::new();
    let alone = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env_remove("XDG_RUNTIME_DIR");
        command
            .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}/no-bus", home.path().display()));
        command
    };
    let mut command = alone(&["key", "set", "claude"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{KEY}").unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("keyring cannot be used"), "{told}");
    assert!(told.contains("use `env` or `command`"), "{told}");
    assert!(!told.contains(KEY) && output.stdout.is_empty());

    home.configure(
        "[models.m]\nprovider = 'llama-cpp'\nurl = 'http://127.0.0.1:1'\napi_key = { keyring = 'claude' }\n",
    );
    let ran = crate::support::process::run(alone(&["doctor"]));
    assert!(ran.stdout.contains("keyring cannot be used"), "{}", ran.stdout);
}
