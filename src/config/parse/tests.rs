use super::super::{tree, values::Provider};
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
    let fault = provider::<Provider>(&value(json!("clippy"))).unwrap_err();
    let known =
        "provider `clippy` is not known to this version; it has `openai-compatible`, `llama-cpp`, ";
    assert!(fault.message.starts_with(known), "{}", fault.message);
    assert!(fault.message.ends_with(" or `fireworks`"), "{}", fault.message);
    assert!(fault.remedy.contains("`openai-compatible` at a `url`"), "{}", fault.remedy);
    let fault = provider::<Provider>(&value(json!("llama_cpp"))).unwrap_err();
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
        Ok(Price { input: 1.0, output: 0.5 })
    );
    for bad in [
        json!(1),
        json!({"input": 1}),
        json!({"input": 1, "output": -1}),
        json!({"input": 1, "output": 1, "x": 1}),
    ] {
        assert!(price(&value(bad.clone())).is_err(), "{bad}");
    }
}
