#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
use super::super::redact::redact;
use super::tests::{body, digits, key, marker, upper_body};

#[test]
fn ordinary_text_is_left_alone() {
    let sha512 = "sha512-".to_owned() + &body(86) + "==";
    let image =
        format!("data:image/png;base64,iVBORw0KGgo{}/{}+{}=", body(200), body(99), body(50));
    let map = format!("//# sourceMappingURL=data:application/json;base64,eyJ{}", body(300));
    let texts: Vec<String> = [
        "",
        "é",
        "\u{0}",
        "fn main() { println!(\"{}\", 1 << 2); }",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "123e4567-e89b-12d3-a456-426614174000",
        "git clone git@github.com:owner/repo.git && git clone https://github.com/owner/repo",
        &sha512,
        &image,
        &map,
        "checksum = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"",
        // Beginnings of tokens, and words that begin like them.
        "ghp_",
        "the prefix `ghp_` marks a token",
        "ghp_short",
        "sk-",
        "risk-assessment-of-2024-and-beyond-it",
        "sk-folding-cube",
        ".sk-cube-grid-with-a-very-long-class-name-1",
        "task-force",
        "hf_hub_download(repo_id)",
        "npm_config_registry",
        "npm_lifecycle_event_and_other_variables_here",
        "AKIA",
        "ASIA_PACIFIC_REGION_NAMES",
        "SKIP_TESTS",
        "TASK0123456789abcdef",
        "SG.Namespace.Type",
        "SG.some_object.method_name_that_is_long()",
        "pk_live_a1B2c3D4e5F6g7H8a1B2c3D4",
        "hvs.read_secret_version_by_path(p)",
        "eyJust.words.here",
        "dapi.call()",
        "xoxb-your-token-here",
        "sk-ant-your-api-key-goes-here",
        "sk-proj-your-key-goes-here-please",
        "AIzaSyShort",
        "map[:AA]",
        "10:AA:BB:CC:DD:EE:FF",
        "https://discord.com/api/webhooks/",
        // Not at a word's beginning.
        &format!("x{}{}{}", "AK", "IA", upper_body(16)),
        &format!("my_{}{}{}", "gh", "p_", body(36)),
        &format!("{}{}{}", "AK", "IA", upper_body(40)),
        &format!("{}{}{}", "da", "pi", digits(40)),
        // Names of secrets without one.
        "aws_secret_access_key = os.environ[\"AWS_SECRET_ACCESS_KEY\"]",
        "secretAccessKey: credentials.secretAccessKey,",
        "const secretAccessKey = await getSecretAccessKeyFromTheKeychainOfThisUser();",
        "AccountKey=${KEY}",
        "Authorization: Bearer ${token}",
        "Authorization: Bearer <token>",
        "`Bearer ` + token",
        "Bearer YOUR_ACCESS_TOKEN_GOES_HERE",
        "bearer authentication-is-not-supported-here",
        "Authorization: Basic ",
        "Basic authentication",
        // URLs without a password.
        "http://localhost:8080/@scope/x",
        "https://user@example.com:443/a",
        "https://a.example:80",
        "ssh://git@github.com:22/o/r",
        "https://example.com/a:b@c",
        "see https://x.dev: mail me@x.dev",
        "http://[::1]:80/",
        "\"://\" + user + \":\" + pw + \"@\"",
        "postgres://user:$PASS@host",
        "postgres://user:${PASS}@host",
        "postgres://user:${DB_PASS:-x}@host",
        "postgres://${user}:${password}@${host}/db",
        "postgres://{user}:{password}@{host}",
        "f\"{a.user:?}:{b}@{c}://{x:?}:{y}@{z}\"",
        "postgres://user:<password>@host",
        "postgres://user:password@host",
        "postgres://user:YOUR_PASSWORD@host",
        "postgres://user:db-password@host",
        "postgres://user:****@host",
        "postgres://user:xxxx@host",
        "postgres://user:...@host",
        "postgres://user:pass@host",
        "postgres://user:[password]@host",
        "postgres://%s:%s@%s",
        "postgres://{}:{}@{}",
        "mysql://%(user)s:%(pw)s@h",
        "mysql://u:%DB_PASS%@h",
        "postgres://user:@host",
        "postgres://user:#{pw}@host",
        "/users/:id/:name@x",
        // Markers without a key, certificates and public keys.
        "if text.contains(\"{first}\") { return Err(Found); }",
        "const BEGIN: &str = \"{first}\";\nconst END: &str = \"{last}\";\n",
        "a = \"{first}\"\nb = \"{last}\"\nc = 1",
        "assert!(p.starts_with(\"{first}\\n\"));\nassert!(p.ends_with(\"\\n{last}\"));",
        "{first}\n...\n{last}",
        "{first}",
        "let aVeryLongNameOfAFunctionInDeedIs32 = \"{last}\";",
        &key("CERTIFICATE", "\n"),
        &key("PUBLIC KEY", "\n"),
        &key("RSA PUBLIC KEY", "\\n"),
        &key("PGP MESSAGE", "\n"),
    ]
    .map(|text| text.replace("{first}", &marker("BEGIN")).replace("{last}", &marker("END")))
    .to_vec();
    for text in texts {
        assert_eq!(redact(&text).as_str(), text);
        assert_eq!(redact(&format!("a\n{text}\nb")).as_str(), format!("a\n{text}\nb"));
    }
}
