//! A frame's body as JSON. Editors that count in UTF-16 can cut a character in two: half of one
//! is no Unicode text, and a strict reader would refuse the whole message, edit and all.

use serde_json::Value;

/// U+FFFD as it stands in place of half a character: as long as what it replaces, in every unit.
const ESCAPED: &[u8; 6] = br"\ufffd";
const ENCODED: [u8; 3] = [0xef, 0xbf, 0xbd];

/// Reads a body. Half a surrogate pair, escaped or as three bytes, becomes U+FFFD: one UTF-16
/// unit, as the client counts it.
///
/// # Errors
/// If it is no JSON even so.
pub fn read(body: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(body).or_else(|error| {
        let mut mended = body.to_vec();
        if mend_bytes(&mut mended) | mend_escapes(&mut mended) {
            serde_json::from_slice(&mended)
        } else {
            Err(error)
        }
    })
}

/// Surrogates as bytes; valid UTF-8 holds none of these.
fn mend_bytes(body: &mut [u8]) -> bool {
    let mut mended = false;
    let mut at = 0;
    while let Some(three) = body.get_mut(at..at + 3) {
        if matches!(three, [0xed, 0xa0..=0xbf, 0x80..=0xbf]) {
            three.copy_from_slice(&ENCODED);
            mended = true;
        }
        at += 1;
    }
    mended
}

/// Surrogates as escapes that are not one of a pair.
fn mend_escapes(body: &mut [u8]) -> bool {
    let mut mended = false;
    let mut at = 0;
    while let Some(escape) = body.get(at..) {
        let Some(next) = memchr::memchr(b'\\', escape) else { break };
        at += next;
        at += match (unit(body, at), unit(body, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                if let Some(escape) = body.get_mut(at..at + 6) {
                    escape.copy_from_slice(ESCAPED);
                    mended = true;
                }
                6
            }
            _ => 2,
        };
    }
    mended
}

/// The UTF-16 unit whose escape begins at a byte.
fn unit(body: &[u8], at: usize) -> Option<u16> {
    let digits = body.get(at..at + 6)?.strip_prefix(br"\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_character_is_one_unit() {
        for (body, want) in [
            (&br#""a\ud83d""#[..], "a\u{fffd}"),
            (br#""\ude00'""#, "\u{fffd}'"),
            (br#""\uD83D\uDE00\uD83D""#, "\u{1f600}\u{fffd}"),
            (br#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (br#""\\ud83d\ud83d""#, "\\ud83d\u{fffd}"),
            (b"\"a\xed\xa0\xbdb\"", "a\u{fffd}b"),
        ] {
            assert_eq!(read(body).ok(), Some(Value::from(want)), "{}", body.escape_ascii());
        }
        for body in [&br#""\ud83"#[..], b"\"\xff\"", br#"{"a":"\ud83d""#, b"", br"\"] {
            assert!(read(body).is_err(), "{}", body.escape_ascii());
        }
    }
}
