//! `foretype doctor`: each finding names the thing, the cause and the remedy.

use serde_json::json;

use crate::support::fake_backend::{FakeBackend, Reply};
use crate::support::process::{Home, KEY, Ran, backend, model};

fn doctor(home: &Home) -> Ran {
    home.run(&["doctor"])
}

/// Exit code and last line agree; every part is there.
fn finds(name: &str, ran: &Ran, bad: usize, parts: &[&str]) {
    let summary = match bad {
        0 => "all is well".to_owned(),
        1 => "1 thing to mend".to_owned(),
        bad => format!("{bad} things to mend"),
    };
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.last(), Some(&summary.as_str()), "{name}: {}", ran.stdout);
    assert_eq!(ran.code, i32::from(bad > 0), "{name}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("  BAD ")).count(), bad, "{name}");
    assert_eq!(ran.stderr, "", "{name}");
    for part in parts {
        assert!(ran.stdout.contains(part), "{name}: {part} in {}", ran.stdout);
    }
}

#[test]
fn all_is_well() {
    let backend = backend();
    let home = Home::with_backend(&backend);
    for (provider, parts) in [
        ("openai-compatible", &["model: qwen2.5-coder:1.5b", "format of the model's family"][..]),
        ("llama-cpp", &["model: qwen2.5-coder-1.5b-q8_0.gguf", "context window: 8192", "/infill"]),
        ("ollama", &["model: qwen2.5-coder:1.5b", "format of the model's family"]),
    ] {
        home.configure(&model(&backend.url()).replace("openai-compatible", provider));
        let ran = doctor(&home);
        finds(provider, &ran, 0, parts);
        for part in [
            "every key is understood",
            "completion uses models.fake",
            "no key",
            "the server answers",
            "first token after ",
            "foretype.log",
        ] {
            assert!(ran.stdout.contains(part), "{provider}: {part}: {}", ran.stdout);
        }
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_told() {
    let home = Home::new();
    home.configure("[models.mine]\nprovider = 'workspace'\n");
    std::fs::write(home.path().join("cache"), "no folder").unwrap();
    let told = "so the workspace is read anew at each start; check its owner";
    finds("cache", &doctor(&home), 0, &[told, "cache cannot be written ("]);
    // Nor does it keep anybody from completing.
    home.file("a.py", "def unheard():\n    return \n");
    assert_eq!(home.run(&["complete", "a.py:2:12"]).code, 1);
}

#[test]
fn the_model_that_is_built_in_needs_nothing() {
    let home = Home::new();
    home.configure("[models.mine]\nprovider = 'workspace'\n");
    let uses = "completion uses the embedded model of the workspace (models.mine)";
    let itself =
        "models.mine (workspace)\n  ok    the embedded model of the workspace: it asks nobody";
    finds("built in", &doctor(&home), 0, &[uses, itself]);
    home.configure("[models.mine]\nprovider = 'workspace'\nurl = 'http://127.0.0.1:1'\n");
    let warned = "`models.mine.url`: `workspace` has no such setting; remove it";
    finds("a key too many", &doctor(&home), 0, &[uses, warned]);
}

#[test]
fn what_a_server_refuses_has_a_remedy() {
    type Prepare = fn(&FakeBackend);
    let cases: [(&str, Prepare, usize, &str); 8] = [
        ("wrong key", |b| b.answer(Reply::status(401)), 1, "(401); set or renew `api_key`"),
        ("forbidden", |b| b.get_status("/v1/models", 403), 1, "(403); set or renew `api_key`"),
        ("unknown path", |b| b.get_status("/v1/models", 404), 1, "check `model` and `url`"),
        ("busy", |b| b.answer(Reply::status(429).retry_after(9)), 1, "asks for a pause of 9s"),
        ("broken", |b| b.answer(Reply::status(500)), 1, "see the server's own log"),
        ("not its protocol", |b| b.get("/v1/models", json!("hello")), 1, "is `provider` right?"),
        ("slow", |b| b.get_hang("/v1/models"), 0, "question about itself within 10s"),
        ("silent", |b| b.answer(""), 0, "said nothing to a tiny test"),
    ];
    for (name, prepare, bad, part) in cases {
        let backend = backend();
        prepare(&backend);
        finds(name, &doctor(&Home::with_backend(&backend)), bad, &[part]);
    }
}

#[test]
fn what_the_configuration_lacks_has_a_remedy() {
    let backend = backend();
    let good = model(&backend.url());
    let ollama = good.replace("openai-compatible", "ollama");
    let known = "qwen2.5-coder:1.5b";
    let key = |source: &str| good.replace("\n\n", &format!("\napi_key = {source}\n\n"));
    let failing = format!("{{ command = ['{}', '--bogus'] }}", env!("CARGO_BIN_EXE_foretype"));
    for (name, config, bad, parts) in [
        (
            "unknown model",
            good.replace(known, "qwen2.5-coder:7b"),
            1,
            &[
                "does not list `qwen2.5-coder:7b`; set `model` to one that it has (qwen2.5-coder:1.5b)",
            ][..],
        ),
        ("unknown to Ollama", ollama.replace(known, "codellama"), 1, &["`ollama pull codellama`"]),
        ("no format", good.replace(known, "gpt-x"), 1, &["a conversation about a marked hole"]),
        ("nobody there", model("http://127.0.0.1:1"), 1, &["cannot reach fake at 127.0.0.1:1"]),
        ("no variable", key("{ env = \"NO_SUCH_KEY\" }"), 1, &["`NO_SUCH_KEY` is not set"]),
        ("failed command", key(&failing), 1, &["run it in a terminal"]),
        ("key in the file", key(&format!("\"{KEY}\"")), 0, &["{ env = … } or { command = … }"]),
        ("too much", good.replace("\n\n", "\ncontext_tokens = 90000\n\n"), 0, &["90000 tokens"]),
        ("unknown key", format!("{good}nonsense = 1\n"), 1, &["config.toml:8:1: ", "remove it"]),
        (
            "no url",
            good.replace("url", "#"),
            1,
            &["has no `url`; add", "so there is no completion"],
        ),
        ("off", format!("enabled = false\n{good}"), 0, &["completion is off"]),
        (
            "nothing",
            "discovery.enabled = false\n".into(),
            0,
            &["completion uses the embedded model of the workspace"],
        ),
    ] {
        let home = Home::new();
        home.configure(&config);
        let ran = doctor(&home);
        finds(name, &ran, bad, parts);
        assert!(!ran.stdout.contains(KEY), "{name}");
    }
}

#[test]
fn a_context_that_the_server_has_not_is_bad() {
    let backend = backend();
    let home = Home::new();
    let config = model(&backend.url()).replace("openai-compatible", "llama-cpp");
    home.configure(&config.replace("\n\n", "\ncontext_tokens = 90000\n\n"));
    finds(
        "context",
        &doctor(&home),
        1,
        &["`context_tokens` is 90000, but the server has 8192; lower it"],
    );
}

#[test]
fn a_model_without_fill_in_the_middle_is_bad() {
    let backend = backend();
    backend.model(|model| model.fim_tokens = false);
    let home = Home::new();
    let config = model(&backend.url()).replace("openai-compatible", "llama-cpp");
    home.configure(&config.replace("qwen2.5-coder:1.5b", "chatty"));
    finds("none", &doctor(&home), 1, &["no fill-in-the-middle tokens", "set `template`"]);
    home.configure(&config);
    finds("by its name", &doctor(&home), 0, &["by the format of the model's family"]);
    home.configure(&config.replace("\n\n", "\ntemplate = \"<{prefix}|{suffix}>\"\n\n"));
    finds("by a template", &doctor(&home), 0, &["by the configured `template`"]);
}

#[test]
fn a_log_that_cannot_be_written_is_bad() {
    let backend = backend();
    let home = Home::with_backend(&backend);
    std::fs::write(home.path().join("state"), "").unwrap();
    finds("log", &doctor(&home), 1, &["foretype.log cannot be written"]);
}

#[test]
fn the_bundle_holds_the_findings_without_home_text_or_keys() {
    let backend = backend();
    backend.answer("marker-answer");
    let home = Home::new();
    let keys = format!("\napi_key = \"{KEY}\"\nheaders = {{ \"X-Key\" = \"{KEY}\" }}\n\n");
    home.configure(&model(&backend.url()).replace("\n\n", &keys));
    home.file("main.rs", "marker-text");
    let ran = home.run(&["doctor", "--bundle", "report.txt"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let bundle = std::fs::read_to_string(home.project().join("report.txt")).unwrap();
    for part in ["foretype ", "models.fake", "~", "first token after "] {
        assert!(bundle.contains(part), "{part} in {bundle}");
    }
    for secret in [home.path().to_str().unwrap(), KEY, "marker"] {
        assert!(!bundle.contains(secret), "{secret} in {bundle}");
    }
    let ran = home.run(&["doctor", "--bundle", "nowhere/report.txt"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("nowhere/report.txt: cannot be written"), "{}", ran.stderr);
}
