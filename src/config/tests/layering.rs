//! Which layer wins, what is reported, and where.

use std::time::Duration;

use super::super::*;
use super::{Case, problems, user};

const QWEN: &str = "[models.qwen]\nprovider = 'llama-cpp'\n";

#[test]
fn defaults_hold_with_nothing_written() {
    let Resolved { settings, problems, origins } = Case::default().resolve();
    assert_eq!(settings, Settings::default());
    assert!(settings.enabled && settings.completion.enabled && settings.discovery);
    assert_eq!(settings.completion.model, ModelChoice::Auto);
    assert_eq!(settings.completion.debounce, Debounce::Auto);
    assert_eq!(settings.completion.block_after, Duration::from_millis(400));
    assert_eq!(settings.completion.candidates, 3);
    assert_eq!(settings.log_level, LogLevel::Info);
    assert!(problems.is_empty() && origins.is_empty());
}

#[test]
fn later_layers_win_key_by_key() {
    let resolved = Case {
        user: "[completion]\nmax_lines = 1\ncandidates = 1\nmenu = 'never'\n[log]\nlevel='warn'",
        initialization: r#"{"completion": {"maxLines": 2, "candidates": 2}}"#,
        client: r#"{"foretype": {"completion": {"max_lines": 3, "menu": null}}, "other": 1}"#,
        workspace: "",
    }
    .resolve();
    let completion = &resolved.settings.completion;
    assert_eq!((completion.max_lines, completion.candidates), (3, 2));
    assert_eq!(completion.menu, Menu::Never);
    assert_eq!(resolved.settings.log_level, LogLevel::Warn);
    assert_eq!(problems(&resolved), [""; 0]);
    let origin = |key: &str| resolved.origins[key][0].to_string();
    assert_eq!(origin("completion.max_lines"), "workspace/didChangeConfiguration");
    assert_eq!(origin("completion.candidates"), "initializationOptions");
    assert_eq!(origin("completion.menu"), "config.toml:4:8");
}

#[test]
fn hover_and_the_language_come_from_every_layer_of_the_users() {
    let at = |user: &str, initialization: &str, client: &str| {
        let resolved = Case { user, initialization, client, workspace: "" }.resolve();
        let settings = resolved.settings.clone();
        (settings.hover.mode, settings.hover.wait.as_millis(), settings.chat.language, resolved)
    };
    let (mode, wait, language, _) = at("", "", "");
    assert_eq!((mode, wait, language), (HoverMode::Auto, 1_200, None));
    let written = "[hover]\nmode = 'on'\nwait_ms = 5\n[chat]\nlanguage = 'German'";
    let (mode, wait, language, resolved) = at(written, "", "");
    assert_eq!((mode, wait, language.as_deref()), (HoverMode::On, 5, Some("German")));
    let shown = resolved.show();
    for line in ["mode = \"on\"  # config.toml:2:8", "wait_ms = 5  #", "language = \"German\"  #"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let first = r#"{"hover": {"mode": "cached", "waitMs": 6}, "chat": {"language": "de"}}"#;
    let (mode, wait, language, _) = at(written, first, "");
    assert_eq!((mode, wait, language.as_deref()), (HoverMode::Cached, 6, Some("de")));
    let (mode, wait, ..) = at(written, first, r#"{"hover": {"mode": "off"}}"#);
    assert_eq!((mode, wait), (HoverMode::Off, 6));
    for (bad, why) in [
        ("[chat]\nlanguage = \"a\\nb\"", "is no language"),
        ("[chat]\nlanguage = 'say: yes'", "is no language"),
        ("[hover]\nwait_ms = 60001", "out of range"),
        ("[hover]\nmode = 'of'", "did you mean `off`?"),
    ] {
        let all = problems(&user(bad));
        assert!(all.iter().any(|said| said.contains(why)), "{bad}: {all:?}");
        assert_eq!(all.len(), 1, "{bad}: {all:?}");
    }
}

#[test]
fn models_merge_by_name_and_key() {
    let resolved = Case {
        user: "[models.a]\nprovider='ollama'\nmodel='m'\ntemperature=1\n[models.b]\nprovider='llama-cpp'",
        initialization: r#"{"models": {"a": {"maxOutputTokens": 10, "temperature": 0.5}}, "completion": {"model": "a"}}"#,
        ..Case::default()
    }
    .resolve();
    let a = resolved.settings.model(&resolved.settings.completion.model).unwrap();
    assert_eq!((a.max_output_tokens, a.temperature), (10, Some(0.5)));
    assert_eq!((a.model.as_str(), a.url.as_str()), ("m", "http://127.0.0.1:11434"));
    assert_eq!(resolved.settings.models.len(), 2);
    assert_eq!(problems(&resolved), [""; 0]);
}

#[test]
fn what_clients_send_for_nothing() {
    for json in [
        "null",
        "{}",
        "[]",
        r#"{"foretype": null, "editor": {}}"#,
        r#"{"foretype": {}}"#,
        r#"{"completion": []}"#,
    ] {
        let resolved = Case { initialization: json, client: json, ..Case::default() }.resolve();
        assert_eq!(resolved.settings, Settings::default(), "{json}");
        assert_eq!(problems(&resolved), [""; 0], "{json}");
    }
}

#[test]
fn a_full_file_has_no_problems() {
    let resolved = user(
        r#"
enabled = true
[models.gateway]
provider = "openai-compatible"
url = "https://gateway.example/v1/"
model = "qwen2.5-coder-1.5b"
template = "<P>{prefix}<S>{suffix}<M>"
stop = ["<E>"]
context_tokens = 8192
max_output_tokens = 256
temperature = 0.0
api_key = { env = "X" }
headers = { "X-Org" = "..." }
price = { input = 0.15, output = 0.60 }
connect_timeout_ms = 2000
first_token_timeout_ms = 15000
idle_timeout_ms = 10000
[models.local]
provider = "ollama"
model = "x"
keep_alive = "30m"
[completion]
enabled = true
model = "gateway"
fallback = ["local", "workspace"]
instant = true
debounce_ms = 150
speculate = true
menu = "always"
block_after_ms = 400
max_lines = 40
candidates = 3
disabled_languages = ["markdown"]
ignore = ["**/generated/**"]
[workspace]
max_tokens = 1_000_000
dependencies = true
[chat]
model = "gateway"
fallback = []
[discovery]
enabled = false
[log]
level = "debug"
"#,
    );
    assert_eq!(problems(&resolved), [""; 0]);
    let settings = &resolved.settings;
    let model = &settings.models["gateway"];
    assert_eq!(model.url, "https://gateway.example");
    assert_eq!(model.api_key, KeySource::Env("X".into()));
    assert_eq!(model.price, Some(Price { input: 0.15, output: 0.6, cached: None }));
    assert_eq!(settings.completion.fallback, ["local", "workspace"]);
    assert!(settings.completion.instant && settings.workspace.dependencies);
    assert_eq!(settings.workspace.tokens, 1_000_000);
    assert_eq!(settings.completion.debounce, Debounce::Fixed(Duration::from_millis(150)));
    assert_eq!(settings.completion.speculate, Auto::On);
    assert!(!settings.discovery);
}

#[test]
fn problems_name_place_key_and_remedy() {
    for (text, expected) in [
        (
            "[completion]\ndebounse_ms = 1",
            "config.toml:2:1: `completion.debounse_ms`: is not a known key; did you mean `completion.debounce_ms`?",
        ),
        (
            "colour = 1",
            "config.toml:1:1: `colour`: is not a known key; remove it; `foretype config schema` lists every key",
        ),
        ("completion = 1", "config.toml:1:14: `completion`: is a whole number; write a table"),
        (
            "[completion]\n  debounce_ms = 5001",
            "config.toml:2:17: `completion.debounce_ms`: 5001 is out of range; write a whole number from 0 to 5000",
        ),
        (
            "[completion]\ndebounce_ms = 'fast'",
            "config.toml:2:15: `completion.debounce_ms`: `fast` is not known; write \"auto\" or milliseconds from 0 to 5000",
        ),
        (
            "[completion]\nmenu = true",
            "config.toml:2:8: `completion.menu`: is true or false; write `auto`, `always` or `never`",
        ),
        (
            "[log]\nlevel = 'inf'",
            "config.toml:2:9: `log.level`: `inf` is not known; did you mean `info`? Write `off`, `error`, `warn`, `info`, `debug` or `trace`",
        ),
        (
            "[completion]\ndebounce = 5",
            "config.toml:2:1: `completion.debounce`: is now called `completion.debounce_ms`; rename it",
        ),
        (
            "[completion]\ndebounce = 5\ndebounce_ms = 6",
            "config.toml:2:1: `completion.debounce`: `completion.debounce_ms` is given too, and counts; remove this one",
        ),
        ("a = 1\nb = = 2", "config.toml:2:"),
        (
            "[completion]\nmodel = 'qwem'\n[models.qwen]\nprovider='llama-cpp'",
            "config.toml:2:9: `completion.model`: there is no model `qwem`; did you mean `qwen`?",
        ),
        (
            "[completion]\nfallback = ['x']",
            "config.toml:2:12: `completion.fallback`: there is no model `x`; add a table `[models.x]`",
        ),
        (
            "discovery = { enabled = false }\n[completion]\nmodel = 'auto'",
            "config.toml:3:9: `completion.model`: `auto` looks for a local server, which `discovery.enabled` forbids; allow it or name a model",
        ),
        (
            "[models.a]",
            "config.toml:1:9: `models.a`: has no `provider`; add `provider = \"openai-compatible\"`, \"llama-cpp\" or \"ollama\"",
        ),
        (
            "[models.a]\nprovider = 'ollama'",
            "config.toml:1:9: `models.a`: has no `model`; add `model = \"…\"`, its name at the server",
        ),
        (
            "[models.a]\nprovider = 'openai-compatible'\nmodel = 'm'",
            "config.toml:1:9: `models.a`: has no `url`; add `url = \"https://…\"`",
        ),
        (
            "[models.a]\nprovider = 'llama-cpp'\nurl = 'localhost:8080'",
            "config.toml:3:7: `models.a.url`: the address does not begin with `http://` or `https://`; write `http://localhost:8080`",
        ),
        (
            "[models.auto]\nprovider = 'llama-cpp'",
            "config.toml:1:9: `models.auto`: is the word for a server that is found by itself; give the model another name",
        ),
        (
            "[models.a]\nprovider = 'llama-cpp'\ncontext_tokens = 512\nmax_output_tokens = 400",
            "config.toml:4:21: `models.a.max_output_tokens`: leaves the prompt too little of `context_tokens`; 256 is used; lower it",
        ),
    ] {
        let resolved = user(text);
        let all = problems(&resolved);
        assert_eq!(all.len(), 1, "{text}: {all:#?}");
        if expected.ends_with(':') {
            assert!(all[0].starts_with(expected), "{}", all[0]);
        } else {
            assert_eq!(all[0], expected);
        }
    }
}

#[test]
fn the_rest_still_works() {
    let resolved = Case {
        user: "[completion]\nmax_lines = 'x'\ncandidates = 5\nnonsense = 1",
        client: r#"{"completion": {"candidates": 99, "blockAfterMs": 1}}"#,
        ..Case::default()
    }
    .resolve();
    let completion = &resolved.settings.completion;
    assert_eq!((completion.max_lines, completion.candidates), (40, 5));
    assert_eq!(completion.block_after, Duration::from_millis(1));
    assert_eq!(resolved.problems.len(), 3);
}

#[test]
fn old_names_work() {
    let resolved = user("[models.a]\nprovider='llama-cpp'\nendpoint='http://a'\nmax_tokens=9");
    let model = &resolved.settings.models["a"];
    assert_eq!((model.url.as_str(), model.max_output_tokens), ("http://a", 9));
    let severities: Vec<_> = resolved.problems.iter().map(|p| p.severity).collect();
    assert_eq!(severities, [Severity::Warning; 2]);
    let json = r#"{"models": {"a": {"provider": "llama-cpp", "maxTokens": 9}}}"#;
    let resolved = Case { client: json, ..Case::default() }.resolve();
    assert_eq!(resolved.settings.models["a"].max_output_tokens, 9);
    assert_eq!(
        problems(&resolved),
        [
            "workspace/didChangeConfiguration: `models.a.maxTokens`: is now called `models.a.max_output_tokens`; rename it"
        ]
    );
}

#[test]
fn the_model_that_completes() {
    let two = format!("{QWEN}[models.b]\nprovider='llama-cpp'\n");
    let bad = "[models.b]\nprovider='x'\n".to_owned();
    let mine = "[models.mine]\nprovider='workspace'\n";
    let named = |name: &str| Some(ModelChoice::Named(name.to_owned()));
    let built_in = |name: &str| Some(ModelChoice::Workspace(name.to_owned()));
    for (text, expected) in [
        (String::new(), Some(ModelChoice::Auto)),
        ("discovery = { enabled = false }".to_owned(), built_in("workspace")),
        (format!("{two}[completion]\nmodel='workspace'"), built_in("workspace")),
        (format!("{two}{mine}[completion]\nmodel='mine'"), built_in("mine")),
        (mine.to_owned(), built_in("mine")),
        // A model that the user calls so is theirs.
        (
            "[models.workspace]\nprovider='llama-cpp'\n[completion]\nmodel='workspace'".into(),
            named("workspace"),
        ),
        (QWEN.to_owned(), named("qwen")),
        (two.clone(), None),
        (format!("{two}[completion]\nmodel='b'"), named("b")),
        (format!("{two}[completion]\nmodel='auto'"), Some(ModelChoice::Auto)),
        // A server that was found is called so, but a model of that name is itself.
        (format!("{two}[completion]\nmodel='local'"), Some(ModelChoice::Auto)),
        (
            "[models.local]\nprovider='llama-cpp'\n[completion]\nmodel='local'".into(),
            named("local"),
        ),
        (format!("{two}[completion]\nmodel='c'"), None),
        (bad.clone(), None),
        (format!("{bad}[completion]\nmodel='b'"), None),
        (format!("{bad}{QWEN}[completion]\nmodel='qwen'\nfallback=['b']"), named("qwen")),
    ] {
        let resolved = user(&text);
        match expected {
            Some(choice) => assert_eq!(resolved.settings.completion.model, choice, "{text}"),
            None => assert!(
                matches!(resolved.settings.completion.model, ModelChoice::None(_)),
                "{text}"
            ),
        }
        let fallback: &[&str] = if text.contains("fallback") { &[] } else { &["workspace"] };
        assert_eq!(resolved.settings.completion.fallback, fallback, "{text}");
    }
    let resolved = user(&format!("{QWEN}[completion]\nfallback=['workspace']"));
    assert_eq!((problems(&resolved).len(), resolved.settings.completion.fallback.len()), (0, 1));
    // It answers no questions.
    let resolved = user(&format!("{QWEN}[chat]\nmodel='workspace'\nfallback=['workspace']"));
    assert_eq!(problems(&resolved).len(), 2);
    assert!(matches!(resolved.settings.chat.model, ModelChoice::None(_)));
}

#[test]
fn layers_can_be_taken_back() {
    let mut layers = Case {
        user: "enabled = false",
        client: r#"{"enabled": true, "log": {"level": "off"}}"#,
        workspace: "enabled = false",
        ..Case::default()
    }
    .layers();
    assert!(layers.resolve().settings.enabled);
    layers.set_client(None);
    assert!(!layers.resolve().settings.enabled);
    layers.set_user(None);
    layers.set_workspace(super::ROOT, None);
    assert_eq!(layers.resolve_for_root(super::ROOT.as_ref()).settings, Settings::default());
}

#[test]
fn a_model_s_own_time_outs_win_over_its_purpose_s() {
    let resolved = user(
        "[models.a]\nprovider='llama-cpp'\nidle_timeout_ms=3\n[completion]\nidle_timeout_ms=5\ntotal_timeout_ms=6\n[chat]\nidle_timeout_ms=7\nfirst_token_timeout_ms=8\nmax_output_tokens=9",
    );
    assert_eq!(problems(&resolved), [""; 0]);
    let model = &resolved.settings.models["a"];
    let waits = |purpose| {
        let waits = model.waits(purpose);
        [waits.first_token, waits.idle, waits.total].map(|wait| wait.as_millis())
    };
    assert_eq!(waits(Purpose::Completion), [15_000, 3, 6]);
    assert_eq!(waits(Purpose::Chat), [8, 3, 600_000]);
    assert_eq!(model.chat_output_tokens, 9);
    let small = user("[models.a]\nprovider='llama-cpp'\ncontext_tokens=1024");
    assert_eq!(small.settings.models["a"].chat_output_tokens, 512);
}
