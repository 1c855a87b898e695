//! A request's body as JSON text. Prompts are long strings: stretches without anything to escape
//! are found eight bytes at a time and copied as they are.

use serde_json::Value;

/// Writes a value as JSON (RFC 8259).
#[must_use]
pub fn text(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(size(value) + size(value) / 16 + 64);
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::Object(fields) => {
            out.push(b'{');
            for (index, (name, field)) in fields.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_string(name, out);
                out.push(b':');
                write(field, out);
            }
            out.push(b'}');
        }
        other => out.extend_from_slice(other.to_string().as_bytes()),
    }
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let plain = plain_prefix(rest);
        let (copy, after) = rest.split_at(plain);
        out.extend_from_slice(copy);
        let Some((byte, after)) = after.split_first() else { break };
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control => out.extend_from_slice(format!("\\u{control:04x}").as_bytes()),
        }
        rest = after;
    }
    out.push(b'"');
}

/// Bytes at the beginning that need no escape.
fn plain_prefix(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (words, _) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let quote = zero(word ^ (ONES * u64::from(b'"')));
        let backslash = zero(word ^ (ONES * u64::from(b'\\')));
        let found = control | quote | backslash;
        if found != 0 {
            // The lowest bit found is exact; borrows reach higher bytes only.
            return index * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let tail = words.len() * 8;
    let rest = bytes.get(tail..).unwrap_or_default();
    let special = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
    tail + rest.iter().position(special).unwrap_or(rest.len())
}

/// Bytes of text in a value, roughly.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| name.len() + size(field) + 4).sum()
        }
        _ => 8,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn reads_back_as_it_was() {
        for value in [
            json!(null),
            json!({}),
            json!([1, -2.5, true, "a\"b\\c\n\r\t\u{0}\u{1f}\u{7f}ü日\u{1F600}"]),
            json!({ "a b": [{ "c": [] }], "": "x".repeat(100) }),
        ] {
            assert_eq!(serde_json::from_slice::<Value>(&text(&value)).unwrap(), value);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_reads_back(source in any::<String>(), pad in 0..16_usize) {
            let value = json!({ "prompt": format!("{}{source}\n\"{source}", "x".repeat(pad)) });
            prop_assert_eq!(serde_json::from_slice::<Value>(&text(&value)).unwrap(), value);
        }
    }
}
