use super::super::tree;
use super::*;
use serde_json::json;

const FAKE: &str = concat!("not-a-", "real-key");

fn parse(json: serde_json::Value) -> Result<KeySource, Fault> {
    KeySource::parse(&tree::from_json(&json).unwrap().value)
}

fn resolve(source: &KeySource) -> Result<Option<ApiKey>, KeyError> {
    let env = |name: &str| match name {
        "SET" => Some(format!("{FAKE}\n")),
        "BLANK" => Some(" \n".to_owned()),
        "BROKEN" => Some("a\nb".to_owned()),
        _ => None,
    };
    source.resolve_with(true, env, COMMAND_TIME)
}

#[test]
fn written() {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    for (json, expected) in [
        (json!(""), Some(KeySource::None)),
        (json!(FAKE), Some(KeySource::Literal(ApiKey::new(FAKE)))),
        (json!({"env": "X"}), Some(KeySource::Env("X".into()))),
        (json!({"keyring": "x"}), Some(KeySource::Keyring("x".into()))),
        (json!({"command": ["pass", "show"]}), Some(KeySource::Command(words(&["pass", "show"])))),
        (json!({"command": "pass show"}), None),
        (json!({"command": []}), None),
        (json!({"command": [""]}), None),
        (json!({"command": [1]}), None),
        (json!({"env": ""}), None),
        (json!({"env": "$X"}), None),
        (json!({"env": "_a1"}), Some(KeySource::Env("_a1".into()))),
        (json!({"env": "1A"}), None),
        (json!({"env": "A".repeat(129)}), None),
        (json!({"env": "A", "keyring": "b"}), None),
        (json!({"file": "x"}), None),
        (json!({}), None),
        (json!("a\nb"), None),
        (json!(5), None),
        (json!([]), None),
    ] {
        assert_eq!(parse(json.clone()).ok(), expected, "{json}");
    }
}

#[test]
fn nothing_shows_a_secret() {
    let command = KeySource::Command(vec!["program".into(), FAKE.into()]);
    for source in [KeySource::Literal(ApiKey::new(FAKE)), command] {
        assert!(!format!("{source:?} {source:#?}").contains(FAKE));
    }
    assert_eq!(format!("{:?}", ApiKey::new(FAKE)), "***");
    let fault = parse(json!(format!("{FAKE}\n{FAKE}"))).unwrap_err();
    assert!(!format!("{fault:?}").contains(FAKE));
    let fault = parse(json!({ "env": FAKE })).unwrap_err();
    assert!(!format!("{fault:?}").contains(FAKE), "a key written as a variable's name");
}

#[test]
fn a_name_written_as_the_key_is_known() {
    for (key, is) in [
        ("$NAME", true),
        ("${NAME}", true),
        ("env:NAME", true),
        ("${NAME", false),
        ("$", false),
        (FAKE, false),
    ] {
        assert_eq!(is_reference(&ApiKey::new(key)), is, "{key}");
    }
}

#[test]
fn without_a_command() {
    for (source, expected) in [
        (KeySource::None, Ok(None)),
        (KeySource::Env("SET".into()), Ok(Some(ApiKey::new(FAKE)))),
        (KeySource::Env("UNSET".into()), Err(KeyError::NotSet("UNSET".into()))),
        (KeySource::Literal(ApiKey::new(FAKE)), Ok(Some(ApiKey::new(FAKE)))),
    ] {
        assert_eq!(resolve(&source), expected, "{source:?}");
    }
    assert!(matches!(resolve(&KeySource::Env("BLANK".into())), Err(KeyError::Empty(_))));
    assert!(matches!(resolve(&KeySource::Env("BROKEN".into())), Err(KeyError::Malformed(_))));
}

#[test]
fn commands_are_refused_and_missing_ones_named() {
    let missing = KeySource::Command(vec!["no-such-program-foretype".into()]);
    assert_eq!(missing.resolve(false), Err(KeyError::CommandRefused));
    assert!(matches!(missing.resolve(true), Err(KeyError::CommandNotStarted { .. })));
}

#[cfg(unix)]
#[test]
fn commands() {
    let shell = |script: &str| KeySource::Command(vec!["sh".into(), "-c".into(), script.into()]);
    for (script, expected) in [
        (format!("echo '  {FAKE}  '"), Some(FAKE)),
        (format!("printf {FAKE}"), Some(FAKE)),
        // More than a pipe holds follows the first line.
        (format!("echo {FAKE}; head -c 300000 /dev/zero"), Some(FAKE)),
        (format!("echo {FAKE}; exit 3"), None),
        (format!("echo {FAKE} >&2"), None),
        ("printf '\\377\\n'".to_owned(), None),
        ("head -c 300000 /dev/zero".to_owned(), None),
    ] {
        let got = resolve(&shell(&script));
        if let Err(error) = &got {
            assert!(!format!("{error} {error:?}").contains(FAKE), "{script}");
        }
        let got = got.ok().flatten();
        assert_eq!(got.as_ref().map(ApiKey::expose), expected, "{script}");
    }
}

#[cfg(unix)]
#[test]
fn a_command_that_does_not_end_is_ended() {
    for script in ["exec sleep 600", "echo x; exec sleep 600"] {
        let source = KeySource::Command(vec!["sh".into(), "-c".into(), script.into()]);
        let got = source.resolve_with(true, |_| None, Duration::from_millis(50));
        assert!(matches!(got, Err(KeyError::CommandTimedOut { .. })), "{script}");
    }
}

#[test]
fn a_usual_key_may_be_missing() {
    assert_eq!(resolve(&KeySource::Usual("SET")), Ok(Some(ApiKey::new(FAKE))));
    assert_eq!(resolve(&KeySource::Usual("NOT_THERE")), Ok(None));
    assert_eq!(resolve(&KeySource::Usual("BLANK")), Ok(None));
    assert!(resolve(&KeySource::Usual("BROKEN")).is_err());
    let remedy = KeySource::Usual("OPENAI_API_KEY").remedy();
    assert_eq!(remedy, "set the environment variable `OPENAI_API_KEY`, or `api_key`");
}
