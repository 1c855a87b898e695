use super::super::{tree, values::Price};
use super::*;
use serde_json::json;

fn value(json: serde_json::Value) -> Value {
    tree::from_json(&json).unwrap().value
}

#[test]
fn whole_numbers() {
    for (json, expected) in [
        (json!(5), Some(5)),
        (json!(5.0), Some(5)),
        (json!(0), None),
        (json!(-1), None),
        (json!(5.5), None),
        (json!("5"), None),
        (json!(true), None),
        (json!(u64::MAX), None),
        (json!(11), None),
    ] {
        assert_eq!(whole(&value(json.clone()), &(1..=10)).ok(), expected, "{json}");
    }
}

#[test]
fn providers() {
    let fault = runner(&value(json!("clippy"))).unwrap_err();
    let known =
        "provider `clippy` is not known to this version; it has `openai-compatible`, `llama-cpp`, ";
    assert!(fault.message.starts_with(known), "{}", fault.message);
    assert!(fault.message.ends_with(" or `workspace`"), "{}", fault.message);
    assert!(fault.remedy.contains("`openai-compatible` at a `url`"), "{}", fault.remedy);
    let fault = runner(&value(json!("llama_cpp"))).unwrap_err();
    assert_eq!(fault.remedy, "did you mean `llama-cpp`?");
}

#[test]
fn templates() {
    for (text, good) in [
        ("auto", true),
        ("suffix", true),
        ("qwen", true),
        ("<P>{prefix}<S>{suffix}<M>", true),
        ("chat", false),
        ("qwenn", false),
        ("", false),
        ("<P>{prefix}", false),
        ("{prefix}{prefix}{suffix}", false),
        ("{prefix}{suffix}{no\nsuch}", false),
    ] {
        match template(&value(json!(text))) {
            Ok(kept) => assert_eq!((kept.as_str(), good), (text, true)),
            Err(fault) => {
                assert!(!good, "{text}: {fault:?}");
                assert!(!format!("{}{}", fault.message, fault.remedy).contains('\n'));
            }
        }
    }
    let fault = template(&value(json!("qwenn"))).unwrap_err();
    assert_eq!(fault.remedy, "did you mean `qwen`?");
}

#[test]
fn glob_lists() {
    for (glob, good) in [
        ("**/generated/**", true),
        ("*.{a,b}", true),
        ("[]a]", true),
        ("[!]]x", true),
        ("\\{", true),
        ("!src/**", false),
        ("#x", false),
        ("[a", false),
        ("[]", false),
        ("{a", false),
        ("a}", false),
        ("a\\", false),
        ("a\nb", false),
        (" a", false),
        ("", false),
    ] {
        assert_eq!(globs(&value(json!([glob]))).is_ok(), good, "{glob}");
    }
    assert!(globs(&value(json!("*.x"))).is_err());
    assert!(globs(&value(json!([1]))).is_err());
}

#[test]
fn durations() {
    for (json, expected) in [
        (json!("30m"), Some("30m")),
        (json!("1h30m"), Some("1h30m")),
        (json!("-1s"), Some("-1s")),
        (json!(-1), Some("-1s")),
        (json!("30"), None),
        (json!("m"), None),
        (json!(""), None),
        (json!("30 m"), None),
    ] {
        assert_eq!(keep_alive(&value(json.clone())).ok().as_deref(), expected, "{json}");
    }
}

#[test]
fn prices() {
    assert_eq!(
        price(&value(json!({"input": 1, "output": 0.5}))),
        Ok(Price { input: 1.0, output: 0.5, cached: None })
    );
    for bad in [
        json!(1),
        json!({"input": 1}),
        json!({"input": 1, "output": -1}),
        json!({"input": 1, "output": 1, "x": 1}),
        json!({"input": 1, "output": 1, "cached": "1"}),
    ] {
        assert!(price(&value(bad.clone())).is_err(), "{bad}");
    }
}

#[test]
fn limits_and_caps() {
    let some = limits(&value(json!({"requestsPerMinute": 60, "concurrent": 2}))).unwrap();
    assert_eq!((some.requests_per_minute, some.concurrent), (Some(60), Some(2)));
    assert_eq!(some.tokens_per_minute, None);
    let some = caps(&value(json!({"cost_per_day": 0.5, "tokens_per_month": 0}))).unwrap();
    assert_eq!((some.cost_per_day, some.tokens_per_month), (Some(0.5), Some(0)));
    for (bad, message) in [
        (json!({"requests_per_minute": 0}), "`requests_per_minute` 0 is out of range"),
        (json!({"requests_per_hour": 1}), "has an unknown `requests_per_hour` in it"),
        (json!(60), "is a whole number"),
    ] {
        assert_eq!(limits(&value(bad.clone())).unwrap_err().message, message, "{bad}");
    }
    assert!(caps(&value(json!({"cost_per_day": -1}))).is_err());
}

#[test]
fn bodies() {
    let body = json!({"top_k": 20, "provider": {"order": ["a", 1.5, true]}});
    assert_eq!(json!(extra_body(&value(body.clone())).unwrap()), body);
    for bad in [json!({"stream": false}), json!({"messages": []}), json!("x"), json!([1])] {
        assert!(extra_body(&value(bad.clone())).is_err(), "{bad}");
    }
    let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
    assert!(extra_body(&value(json!({"a": deep}))).is_err());
}

#[test]
fn files() {
    let home = std::env::home_dir().unwrap();
    let root = if cfg!(windows) { "C:\\ca.pem" } else { "/ca.pem" };
    for (written, path) in [
        ("~/ca.pem", Some(home.join("ca.pem"))),
        (root, Some(root.into())),
        ("ca.pem", None),
        ("./ca.pem", None),
        ("~other/ca.pem", None),
        ("", None),
    ] {
        assert_eq!(file(&value(json!(written))).ok(), path, "{written}");
    }
}

#[test]
fn versions() {
    for (written, good) in [("2024-10-21", true), ("preview", true), ("a&b=c", false), ("", false)]
    {
        assert_eq!(api_version(&value(json!(written))).is_ok(), good, "{written}");
    }
}
