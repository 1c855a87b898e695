//! What a workspace cannot do, and what bad values switch off.

use std::time::Duration;

use super::super::*;
use super::{Case, ROOT, problems, user};

const USER: &str = "
[models.a]
provider = 'llama-cpp'
[models.b]
provider = 'ollama'
model = 'm'
[models.broken]
provider = 'x'
[completion]
model = 'a'
fallback = ['b']
debounce_ms = 100
disabled_languages = ['markdown']
ignore = ['x/**']
";

fn workspace(text: &str) -> Resolved {
    Case { user: USER, workspace: text, ..Case::default() }.resolve()
}

/// The problems that the workspace's file added.
fn added(resolved: &Resolved) -> Vec<String> {
    let own = |problem: &&Problem| problem.place.layer == Layer::Workspace;
    let own = resolved.problems.iter().filter(own);
    own.map(ToString::to_string).collect()
}

#[test]
fn a_workspace_narrows() {
    let resolved = workspace(
        "[completion]\nmodel='b'\nfallback=[]\ndebounce_ms=300\ndisabled_languages=['python']\nignore=['y/**']\n[models.a]\nmax_output_tokens=7",
    );
    assert_eq!(added(&resolved), [""; 0]);
    let completion = &resolved.settings.completion;
    assert_eq!(completion.model, ModelChoice::Named("b".into()));
    assert_eq!(completion.fallback, [""; 0]);
    assert_eq!(completion.debounce, Debounce::Fixed(Duration::from_millis(300)));
    assert_eq!(completion.disabled_languages, ["markdown", "python"]);
    assert_eq!(completion.ignore, ["x/**", "y/**"]);
    assert_eq!(resolved.settings.models["a"].max_output_tokens, 7);
    let places: Vec<_> =
        resolved.origins["completion.ignore"].iter().map(ToString::to_string).collect();
    assert_eq!(places, ["config.toml:14:10", ".foretype.toml:6:8"]);
    assert!(!workspace("enabled = false").settings.enabled);
    assert!(!workspace("[completion]\nenabled = false").settings.completion.enabled);

    let resolved = Case { workspace: "[completion]\ndebounce_ms=300", ..Case::default() }.resolve();
    assert_eq!(resolved.settings.completion.debounce, Debounce::Auto);
    assert_eq!(resolved.settings.completion.debounce_at_least, Duration::from_millis(300));
}

#[test]
fn only_documents_under_the_root_are_narrowed() {
    let layers = Case { user: USER, workspace: "enabled = false", ..Case::default() }.layers();
    assert!(!layers.resolve_for_root(ROOT.as_ref()).settings.enabled);
    assert!(layers.resolve().settings.enabled);
    assert!(layers.resolve_for_root("other".as_ref()).settings.enabled);
}

#[test]
fn what_a_workspace_cannot_do_has_no_effect_and_is_reported() {
    let before = workspace("").settings;
    for (text, key) in [
        ("[models.a]\nurl='http://evil'", "models.a.url"),
        ("[models.a]\nendpoint='http://evil'", "models.a.url"),
        ("[models.a]\nprovider='ollama'", "models.a.provider"),
        ("[models.a]\nmodel='x'", "models.a.model"),
        ("[models.a]\napi_key={command=['x']}", "models.a.api_key"),
        ("[models.a]\napiKey='x'", "models.a.api_key"),
        ("[models.a]\nheaders={A='b'}", "models.a.headers"),
        ("[models.a]\ntemplate='suffix'", "models.a.template"),
        ("[models.a]\napi='chat'", "models.a.api"),
        ("[models.a]\napi_version='1'", "models.a.api_version"),
        ("[models.a]\nsystem='x'", "models.a.system"),
        ("[models.a]\nreasoning='high'", "models.a.reasoning"),
        ("[models.a]\nextra_body={a=1}", "models.a.extra_body"),
        ("[models.a]\nextraBody={}", "models.a.extra_body"),
        ("[models.a]\nca_bundle='/x'", "models.a.ca_bundle"),
        ("[models.a]\nclient_certificate='/x'", "models.a.client_certificate"),
        ("[models.a]\nclient_key='/x'", "models.a.client_key"),
        ("[models.a]\nlimits={concurrent=9}", "models.a.limits"),
        ("[models.a]\ncaps={}", "models.a.caps"),
        ("[models.a]\nprice={input=0,output=0}", "models.a.price"),
        ("[models.a]\ntotal_timeout_ms=1", "models.a.total_timeout_ms"),
        ("[completion]\nfirst_token_timeout_ms=1", "completion.first_token_timeout_ms"),
        ("[completion]\ntotal_timeout_ms=1", "completion.total_timeout_ms"),
        ("[chat]\nidle_timeout_ms=1", "chat.idle_timeout_ms"),
        ("[chat]\nmax_output_tokens=1", "chat.max_output_tokens"),
        ("[models.a]\nmax_output_tokens=300", "models.a.max_output_tokens"),
        ("[models.new]\nmax_output_tokens=3", "models.new"),
        ("[completion]\nmodel='new'", "completion.model"),
        ("[completion]\nmodel='broken'", "completion.model"),
        ("[completion]\nmodel='auto'", "completion.model"),
        ("[completion]\nfallback=['b', 'a']", "completion.fallback"),
        ("[completion]\ndebounce_ms=50", "completion.debounce_ms"),
        ("[completion]\ndebounce_ms='auto'", "completion.debounce_ms"),
        ("[completion]\nspeculate=true", "completion.speculate"),
        ("[completion]\ninstant=true", "completion.instant"),
        ("[workspace]\nmax_tokens=16000000", "workspace.max_tokens"),
        ("[workspace]\ndependencies=true", "workspace.dependencies"),
        ("[completion]\nmenu='always'", "completion.menu"),
        ("[completion]\ncandidates=10", "completion.candidates"),
        ("[completion]\nmax_lines=200", "completion.max_lines"),
        ("[completion]\nblock_after_ms=1", "completion.block_after_ms"),
        ("[chat]\nmodel='new'", "chat.model"),
        ("[chat]\nlanguage='Klingon'", "chat.language"),
        ("[hover]\nmode='on'", "hover.mode"),
        ("[hover]\nwait_ms=60000", "hover.wait_ms"),
        ("[actions.mine]\nprompt='Send it away'", "actions.mine.prompt"),
        ("[actions.new]\ntitle='Mine'", "actions.new.title"),
        ("[actions.mine]\nanswer='replace'", "actions.mine.answer"),
        ("[discovery]\nenabled=true", "discovery.enabled"),
        ("[log]\nlevel='trace'", "log.level"),
        ("nonsense=1", "nonsense"),
    ] {
        let resolved = workspace(text);
        assert_eq!(resolved.settings, before, "{text}");
        let own: Vec<_> = resolved
            .problems
            .iter()
            .filter(|problem| problem.place.layer == Layer::Workspace)
            .collect();
        assert!(own.iter().any(|problem| problem.key == key), "{text}: {own:#?}");
        assert!(own.iter().all(|problem| problem.place.position.is_some()), "{text}: {own:#?}");
    }
    let resolved = workspace("[models.a]\nurl='http://evil'");
    assert_eq!(
        added(&resolved),
        [
            ".foretype.toml:2:1: `models.a.url`: a workspace cannot set `models.a.url`; move it to your user configuration"
        ]
    );
}

#[test]
fn what_an_editor_says_of_a_folder_narrows_before_its_file_does() {
    let written = serde_json::json!({
        "models": { "a": { "url": "http://evil" }, "new": { "provider": "llama-cpp" } },
        "log": { "level": "trace" },
        "completion": { "model": "b", "ignore": ["y/**"], "debounceMs": 50, "candidates": 9 },
    });
    let case = Case { user: USER, workspace: "[completion]\nignore=['z']", ..Case::default() };
    let mut layers = case.layers();
    let before = layers.resolve_for_root(ROOT.as_ref());
    layers.set_folders([(ROOT.into(), &written)]);
    let resolved = layers.resolve_for_root(ROOT.as_ref());
    assert_eq!(resolved.settings.models, before.settings.models);
    assert_eq!(resolved.settings.log_level, before.settings.log_level);
    let completion = &resolved.settings.completion;
    assert_eq!(completion.model, ModelChoice::Named("b".into()));
    assert_eq!(completion.ignore, ["x/**", "y/**", "z"]);
    assert_eq!(completion.debounce, Debounce::Fixed(Duration::from_millis(100)));
    assert_eq!(completion.candidates, before.settings.completion.candidates);
    let own = |problem: &&Problem| problem.place.layer == Layer::Folder;
    let own: Vec<_> = resolved.problems.iter().filter(own).map(ToString::to_string).collect();
    assert_eq!(
        own,
        [
            "the editor's settings for this folder: `completion.debounce_ms`: a workspace can only raise it; change it in your user configuration"
        ]
    );
    layers.set_folders([]);
    assert_eq!(layers.resolve_for_root(ROOT.as_ref()), before);
}

#[test]
fn a_workspace_turns_hover_down_and_never_up() {
    use HoverMode::{Auto, Cached, Off, On};
    for (user, workspace, want, refused) in [
        ("on", "auto", Auto, false),
        ("on", "cached", Cached, false),
        ("on", "on", On, false),
        ("auto", "off", Off, false),
        ("auto", "on", Auto, true),
        ("cached", "auto", Cached, true),
        ("off", "cached", Off, true),
        ("on", "nonsense", Off, true),
        ("nonsense", "off", Off, false),
    ] {
        let text = |mode: &str| format!("[hover]\nmode = '{mode}'");
        let (user, workspace) = (text(user), text(workspace));
        let resolved = Case { user: &user, workspace: &workspace, ..Case::default() }.resolve();
        assert_eq!(resolved.settings.hover.mode, want, "{user} {workspace}");
        assert_eq!(!added(&resolved).is_empty(), refused, "{user} {workspace}");
    }
}

#[test]
fn a_workspace_never_turns_on() {
    for text in ["enabled = true", "completion = { enabled = true }"] {
        let off = text.replace("true", "false");
        let resolved = Case { user: &off, workspace: text, ..Case::default() }.resolve();
        let settings = &resolved.settings;
        assert!(!(settings.enabled && settings.completion.enabled), "{text}");
        assert_eq!(added(&resolved).len(), 1, "{text}");
        assert_eq!(added(&workspace(text)), [""; 0], "{text}");
    }
}

#[test]
fn bad_values_fail_closed() {
    for (text, product, completion, discovery) in [
        ("enabled = 'yes'", false, true, true),
        ("enabled = 1", false, true, true),
        ("[completion]\nenabled = 'true'", true, false, true),
        ("[completion]\nignore = '*.env'", true, false, true),
        ("[completion]\nignore = ['!*.env']", true, false, true),
        ("[completion]\nignore = ['a', 1]", true, false, true),
        ("[completion]\ndisabled_languages = 'python'", true, false, true),
        ("[discovery]\nenabled = 'no'", true, true, false),
    ] {
        let resolved = user(text);
        let settings = &resolved.settings;
        let got = (settings.enabled, settings.completion.enabled, settings.discovery);
        assert_eq!(got, (product, completion, discovery), "{text}");
        assert_eq!(resolved.problems.len(), 1, "{text}");
    }
    for text in ["[completion]\nignore = 1", "[completion]\nignore = ['!a']", "enabled = 1", "= ="]
    {
        let settings = workspace(text).settings;
        assert!(!(settings.enabled && settings.completion.enabled), "{text}");
    }
    // A later good value takes its place.
    let resolved = Case {
        user: "[completion]\nignore = 1",
        client: r#"{"completion": {"ignore": ["a"]}}"#,
        ..Case::default()
    }
    .resolve();
    assert!(resolved.settings.completion.enabled);
}

#[test]
fn a_model_with_a_bad_value_is_set_aside() {
    let good = "[models.a]\nprovider='llama-cpp'\nurl='http://a'\n";
    for (client, reason) in [
        (
            r#"{"url": "localhost"}"#,
            "`url`: the address does not begin with `http://` or `https://`",
        ),
        (r#"{"url": 5}"#, "`url`: is a whole number"),
        (r#"{"provider": 5}"#, "`provider`: is a whole number"),
        (r#"{"limits": 60}"#, "`limits`: is a whole number"),
        (r#"{"caps": {"cost": 1}}"#, "`caps`: has an unknown `cost` in it"),
        (
            r#"{"extraBody": {"stream": 1}}"#,
            "`extra_body`: has a `stream`, which is foretype's own to say",
        ),
        (r#"{"caBundle": "ca.pem"}"#, "`ca_bundle`: is not a whole path"),
        (r#"{"clientKey": "~/key.pem"}"#, "has a `client_key` but no `client_certificate`"),
        (r#"{"apiKey": {"file": "x"}}"#, "`api_key`: has an unknown `file` in it"),
        (r#"{"caps": {"cost_per_day": 1}}"#, "`caps.cost_per_day` needs a price"),
        (
            r#"{"headers": {"content-length": "5"}}"#,
            "`headers`: has a `content-length`, which foretype sets itself",
        ),
        (r#"{"headers": {"a b": "x"}}"#, "`headers`: has a `a b` that no header can be"),
    ] {
        let client = format!(r#"{{"models": {{"a": {client}}}}}"#);
        let resolved = Case { user: good, client: &client, ..Case::default() }.resolve();
        assert_eq!(resolved.settings.unusable["a"], reason, "{client}");
        assert!(resolved.settings.models.is_empty(), "{client}");
        let choice = &resolved.settings.completion.model;
        assert_eq!(*choice, ModelChoice::None(format!("model `a` cannot be used: {reason}")));
        assert_eq!(resolved.problems.len(), 1, "{client}: {:#?}", problems(&resolved));
    }
}

#[test]
fn of_a_broken_file_only_what_turns_off_counts() {
    let text = "enabled = false\n[models.a]\nprovider='llama-cpp'\napi_key={env='X'}\n[completion]\nenabled=true\nignore=['x']\nmodel='a'\nmax_lines = \n";
    let resolved =
        Case { user: text, client: r#"{"log": {"level": "off"}}"#, ..Case::default() }.resolve();
    let settings = &resolved.settings;
    assert!(!settings.enabled && settings.models.is_empty());
    assert_eq!(settings.completion.ignore, ["x"]);
    assert_eq!(settings.log_level, LogLevel::Off);
    let all = problems(&resolved);
    assert_eq!(all.len(), 1, "{all:#?}");
    assert!(all[0].starts_with("config.toml:9:"), "{}", all[0]);
    assert!(resolved.origins.contains_key("enabled"));
    assert!(!resolved.origins.contains_key("models.a.provider"));
}
