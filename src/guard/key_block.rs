//! A cursor inside a private key that is longer than a prompt's windows: then neither of its
//! markers is in the prompt, and what is left looks like any base64.

use std::borrow::Cow;

/// Lines of at least this many characters of base64 are a key's body (RFC 7468, section 2: 64).
const LONG: usize = 40;
/// A key of more lines than this is no key.
const MAX_LINES: usize = 4_000;

/// Whether the cursor stands in a private key's body: `lines` from the cursor's line upwards.
/// Looks at two lines where there is no key.
pub fn inside_private_key<'a>(lines: impl Iterator<Item = Cow<'a, str>>) -> bool {
    let mut body = 0;
    for (index, line) in lines.take(MAX_LINES).enumerate() {
        let line = line.trim();
        if line.len() >= LONG && line.bytes().all(is_base64) {
            body += 1;
            continue;
        }
        // The cursor's own line may be new.
        if index == 0 && line.bytes().all(is_base64) {
            continue;
        }
        return body > 0 && line.starts_with("-----BEGIN ") && line.contains("PRIVATE KEY");
    }
    false
}

const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_keys_body_counts() {
        let row = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7".to_owned();
        let key = concat!("-----BEGIN ", "PRIVATE KEY-----").to_owned();
        let certificate = "-----BEGIN CERTIFICATE-----".to_owned();
        let empty = String::new();
        let code = "    let value = 1;".to_owned();
        for (name, lines, want) in [
            ("in the body", vec![&row, &row, &key], true),
            ("on a new line of it", vec![&empty, &row, &key], true),
            ("after the first marker", vec![&empty, &key], false),
            ("a certificate", vec![&row, &row, &certificate], false),
            ("base64 in code", vec![&row, &row, &code], false),
            ("code", vec![&code, &code, &key], false),
            ("nothing", vec![], false),
        ] {
            let lines = lines.into_iter().map(|line| Cow::Borrowed(line.as_str()));
            assert_eq!(inside_private_key(lines), want, "{name}");
        }
    }
}
