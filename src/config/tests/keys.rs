//! Where keys and headers go, and where they are never seen.

use super::super::*;
use super::{Case, problems, user};

const FAKE: &str = concat!("not-a-", "real-key");

#[test]
fn a_key_stays_with_its_address() {
    let user = format!(
        "[models.a]\nprovider='openai-compatible'\nmodel='m'\nurl='https://Good/v1'\napi_key='{FAKE}'\nheaders={{A='{FAKE}'}}"
    );
    for (client, key_kept, headers_kept) in [
        (r#"{"models": {"a": {"model": "n"}}}"#, true, true),
        (r#"{"models": {"a": {"url": "https://good/"}}}"#, true, true),
        (r#"{"models": {"a": {"url": "https://evil"}}}"#, false, false),
        (r#"{"models": {"a": {"url": "http://good"}}}"#, false, false),
        (r#"{"models": {"a": {"baseUrl": "https://good:8/v1"}}}"#, false, false),
    ] {
        let resolved = Case { user: &user, client, ..Case::default() }.resolve();
        let model = &resolved.settings.models["a"];
        assert_eq!(model.api_key != KeySource::None, key_kept, "{client}");
        assert_eq!(!model.headers.is_empty(), headers_kept, "{client}");
        for (key, kept) in [("models.a.api_key", key_kept), ("models.a.headers", headers_kept)] {
            let told = resolved
                .problems
                .iter()
                .any(|problem| problem.key == key && problem.place.layer == Layer::Client);
            assert_eq!(told, !kept, "{client} {key}");
            assert_eq!(resolved.origins.contains_key(key), kept, "{client} {key}");
        }
    }
    let own = r#"{"models": {"a": {"url": "https://b", "apiKey": {"env": "X"}, "headers": {}}}}"#;
    let resolved = Case { user: &user, client: own, ..Case::default() }.resolve();
    assert_eq!(resolved.settings.models["a"].api_key, KeySource::Env("X".into()));
    assert!(resolved.problems.iter().all(|problem| problem.place.layer != Layer::Client));
}

#[test]
fn what_else_is_said_to_a_server_stays_with_its_address() {
    let user = "[models.a]\nprovider='openai-compatible'\nmodel='m'\nurl='https://good'\nsystem='s'\nextra_body={a=1}\nca_bundle='~/ca.pem'\nclient_certificate='~/c.pem'\nclient_key='~/k.pem'";
    let keys = ["system", "extra_body", "ca_bundle", "client_certificate", "client_key"];
    for (url, kept) in [("https://good/v1", true), ("https://evil", false)] {
        let client = format!(r#"{{"models": {{"a": {{"url": "{url}"}}}}}}"#);
        let resolved = Case { user, client: &client, ..Case::default() }.resolve();
        let model = &resolved.settings.models["a"];
        let has = [
            model.system.is_some(),
            !model.extra_body.is_empty(),
            model.tls.ca_bundle.is_some(),
            model.tls.client_certificate.is_some(),
            model.tls.client_key.is_some(),
        ];
        assert_eq!(has, [kept; 5], "{url}");
        for key in keys {
            let key = format!("models.a.{key}");
            let told = resolved.problems.iter().any(|problem| problem.key == key);
            assert_eq!(told, !kept, "{url} {key}");
        }
    }
}

#[test]
fn a_usual_key_goes_to_the_provider_itself_only() {
    let usual = KeySource::Usual("OPENAI_API_KEY");
    for (user, client, expected) in [
        ("provider='openai'", "{}", usual.clone()),
        ("provider='openai'\nurl='https://api.openai.com/v1'", "{}", usual),
        ("provider='openai'\nurl='https://gateway.example/v1'", "{}", KeySource::None),
        ("provider='openai'", r#"{"url": "http://127.0.0.1:1"}"#, KeySource::None),
        ("provider='openai'", r#"{"url": "https://evil.example"}"#, KeySource::None),
        ("provider='openai-compatible'\nurl='https://api.openai.com'", "{}", KeySource::None),
        ("provider='openai'\napi_key={env='MINE'}", "{}", KeySource::Env("MINE".into())),
        ("provider='openai'\napi_key=''", "{}", KeySource::None),
    ] {
        let user = format!("[models.a]\nmodel='m'\n{user}");
        let client = format!(r#"{{"models": {{"a": {client}}}}}"#);
        let resolved = Case { user: &user, client: &client, ..Case::default() }.resolve();
        assert_eq!(resolved.settings.models["a"].api_key, expected, "{user} {client}");
    }
}

#[test]
fn a_key_does_not_follow_a_default_address_either() {
    let key = "api_key={env='X'}";
    for (user, client, kept) in [
        ("provider='llama-cpp'", r#"{"provider": "ollama", "model": "m"}"#, false),
        ("provider='llama-cpp'", r#"{"url": "http://evil"}"#, false),
        ("provider='llama-cpp'", r#"{"url": "http://127.0.0.1:8080"}"#, true),
        ("", r#"{"provider": "llama-cpp"}"#, false),
        ("url='http://a/v1'", r#"{"provider": "llama-cpp"}"#, true),
    ] {
        let user = format!("[models.a]\n{user}\n{key}");
        let client = format!(r#"{{"models": {{"a": {client}}}}}"#);
        let resolved = Case { user: &user, client: &client, ..Case::default() }.resolve();
        let model = &resolved.settings.models["a"];
        assert_eq!(model.api_key != KeySource::None, kept, "{user} {client}");
    }
    // Also not by way of an address that could not be used.
    let resolved = Case {
        user: &format!("[models.a]\nprovider='llama-cpp'\nurl='http://a'\n{key}"),
        initialization: r#"{"models": {"a": {"url": "nonsense"}}}"#,
        client: r#"{"models": {"a": {"url": "http://evil"}}}"#,
        workspace: "",
    }
    .resolve();
    assert_eq!(resolved.settings.models["a"].api_key, KeySource::None);
}

#[test]
fn a_listening_server_refuses_commands() {
    let mut layers = Case {
        user: "[models.a]\nprovider='llama-cpp'\napi_key={command=['pass']}",
        ..Case::default()
    }
    .layers();
    assert!(layers.resolve().problems.is_empty());
    layers.refuse_commands(true);
    let resolved = layers.resolve();
    assert!(resolved.settings.models.is_empty());
    assert_eq!(
        problems(&resolved),
        [
            "config.toml:3:9: `models.a.api_key`: refused: a listening server runs no key commands; give the key by an environment variable"
        ]
    );
}

#[test]
fn nothing_shows_a_secret() {
    let layers = Case {
        user: &format!("[models.a]\nprovider='llama-cpp'\napi_key='{FAKE}'\nheaders={{A='{FAKE}'}}\n[models.b]\nprovider='llama-cpp'\napi_key={{command=['x', '{FAKE}']}}\n[models.c]\napikey='{FAKE}'\nurl='http://u:{FAKE}@a'\n[models.d]\nprovider='llama-cpp'\nheaders={{A=['{FAKE}']}}"),
        client: &format!(r#"{{"models": {{"a": {{"url": "http://b", "headers": "{FAKE}"}}}}}}"#),
        ..Case::default()
    }
    .layers();
    let resolved = layers.resolve();
    let everything =
        format!("{layers:?} {resolved:#?} {} {}", resolved.show(), problems(&resolved).join("\n"));
    assert!(!everything.contains(FAKE));
    assert!(resolved.problems.iter().any(|problem| problem.severity == Severity::Warning
        && problem.message == "the key itself stands here"));
    for broken in [
        format!("k = \"{FAKE}"),
        format!("k = {FAKE}"),
        format!("[m]\n{FAKE}"),
        format!("k = '{FAKE}' x"),
    ] {
        assert!(!problems(&user(&broken)).join("").contains(FAKE), "{broken}");
    }
}
