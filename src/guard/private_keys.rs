//! Private keys in PEM and OpenPGP armour (RFC 7468 section 10, RFC 9580 section 6.2), whole or
//! cut by the window they are seen through.
//!
//! Code that only names the markers, as a parser does, has no key beside them and stays.

/// A base64 word at least this long, in bytes, is key material rather than a word of code.
const LONG: usize = 16;

/// Key material before an END marker without its BEGIN must be this long in all, in bytes.
const MIN_HEADLESS: usize = 32;

/// Longest label between a marker's dashes, in bytes.
const MAX_LABEL: usize = 64;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// The key whose BEGIN marker stands at byte `at`: the byte after it. A key without an END
/// marker goes as far as its base64 does.
pub(super) fn from_begin(text: &str, at: usize) -> Option<usize> {
    let body_start = at + marker_len(text.get(at..)?, BEGIN)?;
    let body = text.get(body_start..)?;
    // A marker of another block ends the search, so that all of them together stay linear.
    let body = body.get(..body.find(BEGIN).unwrap_or(body.len()))?;
    let end = find_end(body);
    let bytes = body.as_bytes();
    let first = skip_headers(body);
    if word_len(bytes, first) >= LONG {
        let len = end.map_or_else(|| words_end(bytes, first), |(_, after)| after);
        return Some(body_start + len);
    }
    let (marker, after) = end?;
    is_bare_base64(body.get(..marker)?).then_some(body_start + after)
}

/// The key whose END marker stands at byte `at`, with no BEGIN before it at or after byte
/// `floor`: its first byte and the byte after it.
pub(super) fn from_end(text: &str, at: usize, floor: usize) -> Option<(usize, usize)> {
    let after = at + marker_len(text.get(at..)?, END)?;
    let bytes = text.as_bytes();
    let (mut pos, mut start) = (at, None);
    let (mut total, mut evident) = (0, false);
    loop {
        let word_end = skip_gap_back(bytes, pos, floor);
        let word_start = word_back(bytes, word_end, floor);
        let word = bytes.get(word_start..word_end)?;
        let last_line = pos == at && word.len() >= 4;
        let first_line = word_start == floor;
        if word.len() >= LONG {
            total += word.len();
            evident |= is_mixed(word);
        } else if word.is_empty() || !(last_line || first_line || is_operator(word)) {
            break;
        }
        if word.len() >= LONG || (first_line && total > 0) {
            // The letter of an escaped newline is not the key's.
            let escaped = word_start > floor && is_escape(bytes, word_start - 1);
            start = Some(word_start + usize::from(escaped));
        }
        pos = word_start;
    }
    let found = total >= MIN_HEADLESS && evident;
    start.filter(|_| found).map(|start| (start, after))
}

/// Length in bytes of the marker that `text` begins with, if it is a private key's.
fn marker_len(text: &str, opening: &str) -> Option<usize> {
    let rest = text.strip_prefix(opening)?;
    let len = rest
        .bytes()
        .take(MAX_LABEL + 1)
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b' ')
        .count();
    let (label, dashes) = rest.split_at_checked(len)?;
    let private = label.ends_with("PRIVATE KEY") || label.ends_with("PRIVATE KEY BLOCK");
    (private && dashes.starts_with("-----")).then_some(opening.len() + len + 5)
}

/// Where the first private key's END marker stands in `body`, and the byte after it.
fn find_end(body: &str) -> Option<(usize, usize)> {
    body.match_indices(END).find_map(|(at, _)| Some((at, at + marker_len(body.get(at..)?, END)?)))
}

/// The byte of the first word after the header lines that old formats have.
fn skip_headers(body: &str) -> usize {
    const NAMES: [&str; 5] = ["Proc-Type:", "DEK-Info:", "Version:", "Comment:", "Charset:"];
    let bytes = body.as_bytes();
    let mut pos = skip_to_word(bytes, 0);
    while let Some(rest) = body.get(pos..)
        && NAMES.iter().any(|name| rest.starts_with(name))
    {
        let line = rest.find(['\n', '\r', '\\']).unwrap_or(rest.len());
        pos = skip_to_word(bytes, pos + line);
    }
    pos
}

/// Where the base64 that begins at byte `pos` ends: at the first thing that is neither a long
/// word nor what may stand between two of them.
fn words_end(bytes: &[u8], mut pos: usize) -> usize {
    let mut end = pos;
    loop {
        pos = skip_to_word(bytes, pos);
        let len = word_len(bytes, pos);
        let word = bytes.get(pos..pos + len).unwrap_or_default();
        pos += len;
        let last_line = len > 0 && (pos == bytes.len() || word.ends_with(b"="));
        if len >= LONG || last_line {
            end = pos;
        }
        if len < LONG {
            return end;
        }
    }
}

/// The byte of the first word at or after byte `pos`, past operators that join strings.
fn skip_to_word(bytes: &[u8], mut pos: usize) -> usize {
    loop {
        pos = skip_gap(bytes, pos);
        let len = word_len(bytes, pos);
        match bytes.get(pos..pos + len) {
            Some(word) if len > 0 && is_operator(word) => pos += len,
            _ => return pos,
        }
    }
}

/// Whether `body` begins with a line break and has nothing but base64, one word on a line.
fn is_bare_base64(body: &str) -> bool {
    let lines = body.replace("\\n", "\n").replace("\\r", "\r");
    lines.starts_with(['\n', '\r'])
        && lines.lines().any(|line| !line.trim().is_empty())
        && lines.lines().all(|line| line.trim().bytes().all(is_base64))
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// What may stand between two words of a key: blanks, the string syntax of many languages, and
/// the marks of a comment or a diff at a line's start.
fn is_gap(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b',' | b'.' | b'|' | b'#' | b'*' | b'-')
}

/// Whether an escape such as `\n` stands at byte `at`.
fn is_escape(bytes: &[u8], at: usize) -> bool {
    bytes.get(at) == Some(&b'\\') && matches!(bytes.get(at + 1), Some(b'n' | b'r' | b't'))
}

/// A word of signs alone: an operator that joins strings, or a comment's slashes.
fn is_operator(word: &[u8]) -> bool {
    word.len() <= 2 && word.iter().all(|b| matches!(b, b'+' | b'/'))
}

fn is_mixed(word: &[u8]) -> bool {
    word.iter().any(u8::is_ascii_uppercase)
        && word.iter().any(u8::is_ascii_lowercase)
        && word.iter().any(u8::is_ascii_digit)
}

fn word_len(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().take_while(|b| is_base64(**b)).count()
}

fn skip_gap(bytes: &[u8], mut pos: usize) -> usize {
    loop {
        if is_escape(bytes, pos) {
            pos += 2;
        } else if bytes.get(pos).is_some_and(|b| is_gap(*b)) {
            pos += 1;
        } else {
            return pos;
        }
    }
}

fn skip_gap_back(bytes: &[u8], mut pos: usize, floor: usize) -> usize {
    while pos > floor {
        if pos >= floor + 2 && is_escape(bytes, pos - 2) {
            pos -= 2;
        } else if bytes.get(pos - 1).is_some_and(|b| is_gap(*b)) {
            pos -= 1;
        } else {
            break;
        }
    }
    pos
}

fn word_back(bytes: &[u8], mut pos: usize, floor: usize) -> usize {
    while pos > floor && bytes.get(pos - 1).is_some_and(|b| is_base64(*b)) {
        pos -= 1;
    }
    pos
}
