#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
use super::super::redact::redact;
use super::*;

/// `len` letters and digits that no one would take for a real secret.
pub(super) fn body(len: usize) -> String {
    "a1B2c3D4e5F6g7H8".chars().cycle().take(len).collect()
}

pub(super) fn digits(len: usize) -> String {
    "0123456789abcdef".chars().cycle().take(len).collect()
}

pub(super) fn upper_body(len: usize) -> String {
    "A2B3C4D5".chars().cycle().take(len).collect()
}

/// A private key's marker.
pub(super) fn marker(word: &str) -> String {
    format!("-----{word} PRIVATE KEY-----")
}

/// A PEM private key with three lines, joined by `newline`.
pub(super) fn key(label: &str, newline: &str) -> String {
    let (long, short) = (body(64), "c2hvcnQ=");
    let lines = ["-----BEG".to_owned() + "IN " + label + "-----", long.clone(), long, short.into()];
    let end = "-----E".to_owned() + "ND " + label + "-----";
    lines.join(newline) + newline + &end
}

/// Every kind of secret that stands for itself, as it is written.
pub(super) fn secrets() -> Vec<(&'static str, String)> {
    let vendor = |kind, a: &str, b: &str, tail: String| (kind, format!("{a}{b}{tail}"));
    vec![
        vendor("aws-key", "AK", "IA", upper_body(16)),
        vendor("aws-key", "AS", "IA", upper_body(16)),
        vendor("github-token", "gh", "p_", body(36)),
        vendor("github-token", "gh", "o_", body(36)),
        vendor("github-token", "gh", "u_", body(36)),
        vendor("github-token", "gh", "s_", format!("123_{}.{}.{}", body(40), body(80), body(43))),
        vendor("github-token", "gh", "r_", body(76)),
        vendor("github-token", "github", "_pat_", format!("{}_{}", body(22), body(59))),
        vendor("gitlab-token", "gl", "pat-", body(20)),
        vendor("gitlab-token", "gl", "pat-", format!("{}.01.{}", body(27), body(9))),
        vendor("slack-token", "xo", "xb-", format!("123456789012-1234567890123-{}", body(24))),
        vendor("slack-token", "xo", "xp-", format!("1-2-3-{}", body(32))),
        vendor("stripe-key", "sk_", "live_", body(24)),
        vendor("stripe-key", "rk_", "live_", body(99)),
        vendor("stripe-key", "sk_", "test_", body(24)),
        vendor("openai-key", "s", "k-", body(48)),
        vendor("openai-key", "s", "k-proj-", format!("{}-_{}", body(74), body(60))),
        vendor("anthropic-key", "s", "k-ant-api03-", format!("{}-{}_AA", body(60), body(32))),
        vendor("google-key", "AI", "za", body(35)),
        vendor("google-oauth", "ya", "29.", format!("{}-{}", body(30), body(60))),
        vendor("google-oauth", "GOC", "SPX-", body(28)),
        vendor("hugging-face-token", "h", "f_", body(34)),
        vendor("npm-token", "np", "m_", body(36)),
        vendor("pypi-token", "py", "pi-AgE", body(150)),
        vendor("sendgrid-key", "S", "G.", format!("{}.{}", body(22), body(43))),
        vendor("twilio-key", "S", "K", digits(32)),
        vendor("digitalocean-token", "dop", "_v1_", digits(64)),
        vendor("databricks-token", "da", "pi", digits(32)),
        vendor("shopify-token", "shp", "at_", digits(32)),
        vendor("doppler-token", "dp.", "pt.", body(43)),
        vendor("vault-token", "hv", "s.", body(90)),
        vendor("age-key", "AGE-", "SECRET-KEY-1", upper_body(58)),
        vendor("telegram-token", "1234567890", ":AA", body(33)),
        vendor("jwt", "ey", "J", format!("{}.eyJ{}.{}", body(30), body(60), body(43))),
        ("discord-token", ["MTIzNDU2Nzg5MDEyMzQ1Njc4", &body(6), &body(38)].join(".")),
        ("discord-token", ["MTIzNDU2Nzg5MDEyMzQ1Njc4OQ", &body(6), &body(27)].join(".")),
        ("private-key", key("RSA PRIVATE KEY", "\n")),
        ("private-key", key("PRIVATE KEY", "\r\n")),
        ("private-key", key("OPENSSH PRIVATE KEY", "\\n")),
        ("private-key", key("EC PRIVATE KEY", "\n    ")),
        ("private-key", key("PRIVATE KEY", "\\n\" +\n    \"")),
        ("private-key", key("PRIVATE KEY", "\n# ")),
        ("private-key", key("PGP PRIVATE KEY BLOCK", "\n")),
        (
            "private-key",
            key("RSA PRIVATE KEY", "\n").replacen(
                "-\n",
                "-\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,1F\n\n",
                1,
            ),
        ),
    ]
}

#[test]
fn every_rule_is_compiled() {
    assert!(LITERALS.is_some());
    for rule in RULES {
        assert!(rule.kind.len() <= 24, "{}", rule.kind);
        assert!(
            rule.kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        );
        assert_eq!(next_literal(rule.literal, 0), Some(0), "{}", rule.literal);
    }
}

#[test]
fn a_secret_is_replaced_wherever_it_stands() {
    let around = [
        ("", ""),
        ("let key = \"", "\";"),
        ("KEY=", "\nNEXT=1"),
        ("- ", " # note"),
        ("<a>", "</a>"),
        ("'line\\n", "\\n'"),
        ("curl 'https://x.dev/?token%3D", "&a=1'"),
        ("Ünï (", ") ü"),
        ("text `", "`."),
        ("x\n-", "\n"),
    ];
    for (kind, secret) in secrets() {
        for (before, after) in around {
            let text = format!("{before}{secret}{after}");
            let expected = format!("{before}<redacted:{kind}>{after}");
            assert_eq!(redact(&text).as_str(), expected, "{kind} in {text}");
        }
    }
}

#[test]
fn a_secret_that_its_place_tells() {
    let (b40, hex32) = (body(40), digits(32));
    let b64 = body(86) + "==";
    let cases = [
        ("aws-secret", "aws_secret_access_key = ", b40.as_str(), "\n"),
        ("aws-secret", "AWS_SECRET_ACCESS_KEY=", &b40, ""),
        ("aws-secret", "\"SecretAccessKey\": \"", &b40, "\","),
        ("aws-secret", "secretAccessKey: '", &b40, "' }"),
        ("aws-secret", "env[\"AWS_SECRET_ACCESS_KEY\"] = \"", &b40, "\""),
        ("aws-secret", "setenv('AWS_SECRET_ACCESS_KEY', '", &b40, "')"),
        ("twilio-token", "TWILIO_AUTH_TOKEN=", &hex32, ""),
        ("azure-key", "AccountName=a;AccountKey=", &b64, ";EndpointSuffix=b"),
        (
            "slack-webhook",
            "https://hooks.slack.com/services/",
            "T00000000/B00000000/a1b2c3d4e5f6a1b2c3d4e5f6",
            "\"",
        ),
        ("bearer-token", "Authorization: Bearer ", &b40, "\r\n"),
        ("bearer-token", "{\"Authorization\": \"Bearer ", &b40, "\"}"),
        ("basic-credentials", "Authorization: Basic ", "dXNlcjpodW50ZXIy", "'"),
        ("basic-credentials", "\"Authorization\": \"Basic ", "dXNlcjpodW50ZXIy", "\""),
        ("password", "postgres://app:", "hunter2", "@db.example.com:5432/app"),
        ("password", "redis://:", "s3cr3t", "@localhost:6379"),
        ("password", "\"mongodb+srv://u:", "p@ss%40wörd", "@a.example,b.example/x\""),
        ("password", "https://me:", "x-oauth", "@example.com/r.git"),
        ("password", "amqp://${USER}:", "hunter2", "@mq"),
        ("password", "mysql://root:", "$tr0ng!pw", "@h"),
        ("password", "ftp://u:", "{odd@pw}", "@h"),
    ];
    for (kind, before, secret, after) in cases {
        let text = format!("{before}{secret}{after}");
        let expected = format!("{before}<redacted:{kind}>{after}");
        assert_eq!(redact(&text).as_str(), expected, "{text}");
    }
}

#[test]
fn a_token_in_front_of_a_password() {
    let token = ["gh", "p_", &body(36)].concat();
    let text = format!("https://{token}:x-oauth@h");
    let expected = "https://<redacted:github-token>:<redacted:password>@h";
    assert_eq!(redact(&text).as_str(), expected);
}

#[test]
fn a_private_key_cut_by_the_window() {
    let whole = key("RSA PRIVATE KEY", "\n");
    let mark = "<redacted:private-key>";
    let second_line = whole.find('\n').unwrap() + 1;
    for end in second_line + 16..whole.len() - 33 {
        let text = format!("a = 1\n{}", &whole[..end]);
        assert_eq!(redact(&text).as_str().trim_end(), format!("a = 1\n{mark}"), "to {end}");
    }
    // From the marker's dashes on, the marker's remains stay with the text.
    let text = format!("{}\nlet x = 1;\n", &whole[..second_line + 64]);
    assert_eq!(redact(&text).as_str(), format!("{mark}\nlet x = 1;\n"));
    for start in second_line..second_line + 80 {
        let text = format!("{}\nlet x = 1;", &whole[start..]);
        assert_eq!(
            redact(&text).as_str().trim_start(),
            format!("{mark}\nlet x = 1;"),
            "from {start}"
        );
    }
    let two = format!("{whole}\n{whole}\n");
    assert_eq!(redact(&two).as_str(), format!("{mark}\n{mark}\n"));
    let tiny = ["-----BEG", "IN PRIVATE KEY-----\nabc\n-----E", "ND PRIVATE KEY-----"].concat();
    assert_eq!(redact(&tiny).as_str(), mark);
}

#[test]
fn hostile_text_takes_linear_time() {
    // Quadratic work on these would take minutes, and be seen.
    let (first, last) = (marker("BEGIN"), marker("END"));
    let begin = format!("{first}\n{} x ", body(40));
    let end = format!("{}\n{last}", body(40));
    let bits = [
        "://",
        "://a:",
        "eyJ",
        "eyJ ",
        ".eyJaaaaaaaaaaa",
        "sk-ant--",
        "-sk-ant-",
        "Bearer ",
        "AccountKey=",
        ":AA",
        "SG.",
        "aws_secret_access_key=",
        "a.bcdefg.",
        &format!("{first}\n"),
        &format!("{last}\n"),
        &format!("{first}\nab\n-----END "),
        "\\n",
        "MTIz",
        &begin,
        &end,
    ];
    for bit in bits {
        let once = redact(&bit.repeat((256 << 10) / bit.len()));
        assert_eq!(redact(once.as_str()), once, "{bit}");
    }
}
