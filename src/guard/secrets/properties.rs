#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
use super::super::redact::{redact, redact_split};
use super::tests::{body, digits, secrets};
use super::*;
use proptest::prelude::*;

/// Text out of pieces that rules look at, so that they meet in every order.
fn pieces() -> impl Strategy<Value = String> {
    let mut parts: Vec<String> = RULES.iter().map(|rule| rule.literal.to_owned()).collect();
    parts.extend(secrets().into_iter().map(|(_, secret)| secret));
    let signs = "\n \" ' \\n @ : / . - _ = + % , < > {} $ é a 7 u:p@h = \\ ( Basic digits 12345678 \
        <redacted:x> -----BEGIN -----END PRIVATE KEY----- Proc-Type: %3D";
    parts.extend(signs.split(' ').map(str::to_owned));
    parts.extend([6, 16, 22, 24, 27, 31, 33, 35, 39, 40, 43].map(body));
    parts.extend([" ", "\n", "\\n", "\r\n"].map(str::to_owned));
    parts.extend([32, 64].map(digits));
    let bit = prop_oneof![8 => prop::sample::select(parts), 1 => "\\PC{0,4}"];
    prop::collection::vec(bit, 0..14).prop_map(|bits| bits.concat())
}

/// The parts of `redacted` between placeholders are in `raw`, in order, from end to end.
fn keeps_the_rest(raw: &str, found: &[Secret], redacted: &str) -> bool {
    let mut expected = String::new();
    let mut done = 0;
    for secret in found {
        assert!(secret.start >= done && secret.end > secret.start, "{secret:?}");
        expected += &raw[done..secret.start];
        expected += &format!("<redacted:{}>", secret.kind);
        done = secret.end;
    }
    expected += &raw[done..];
    expected == redacted
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn redacting_twice_is_redacting_once(raw in pieces()) {
        let once = redact(&raw);
        let twice = redact(once.as_str());
        prop_assert_eq!(twice.as_str(), once.as_str());
        prop_assert!(keeps_the_rest(&raw, &find(&raw), once.as_str()));
    }

    #[test]
    fn any_text_can_be_redacted_and_split(raw in prop_oneof![pieces(), any::<String>()], at in 0usize..600) {
        let (first, second) = redact_split(&raw, at);
        let whole = redact(&raw);
        prop_assert_eq!([first.as_str(), second.as_str()].concat(), whole.as_str());
    }

    #[test]
    fn words_around_secrets_stay(words in prop::collection::vec("[a-zé]{1,9}", 2..6), index in 0usize..44) {
        let all = secrets();
        let (kind, secret) = &all[index % all.len()];
        let raw = words.join(&format!(" {secret} "));
        let expected = words.join(&format!(" <redacted:{kind}> "));
        let redacted = redact(&raw);
        prop_assert_eq!(redacted.as_str(), expected);
    }
}
