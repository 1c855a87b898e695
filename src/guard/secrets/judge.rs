//! Whether a secret stands where a rule's literal was found, and how far it goes.
//!
//! Every judgement is such that replacing another secret in the text never turns a no into a
//! yes: redacting twice is redacting once.

use super::super::private_keys;
use super::Secret;
use super::rules::Shape::{Assigned, KeyBegin, KeyEnd, Numbered, Parts, Password, Token, Value};
use super::rules::{Alphabet, Rule, Run, url_safe, word};

impl Rule {
    /// The secret at the literal at byte `at`, if there is one; nothing before byte `floor`,
    /// where the last secret ended, counts.
    pub(super) fn judge(&self, text: &str, at: usize, floor: usize) -> Option<Secret> {
        let bytes = text.as_bytes();
        let after = at + self.literal.len();
        // Whether it begins here is asked first: it keeps overlapping runs from being read over
        // and over.
        let (start, end) = match &self.shape {
            Token(run) => {
                starts_here(bytes, at, floor, run.alphabet).then_some(())?;
                (at, run.end(bytes, after)?)
            }
            Value(run) => (after, run.end(bytes, after)?),
            Assigned(run) => {
                let value = assigned(bytes, after)?;
                (value, run.end(bytes, value)?)
            }
            Parts(lengths) => {
                starts_here(bytes, at, floor, url_safe).then_some(())?;
                (at, parts_end(bytes, after, lengths)?)
            }
            Numbered(run) => {
                let before = bytes.get(floor..at)?.iter().rev().take(11);
                let digits = before.take_while(|b| b.is_ascii_digit()).count();
                let start = (8..=10).contains(&digits).then(|| at - digits)?;
                starts_here(bytes, start, floor, word).then_some(())?;
                (start, run.end(bytes, after)?)
            }
            Password => password(text, after)?,
            KeyBegin => (at, private_keys::from_begin(text, at)?),
            KeyEnd => private_keys::from_end(text, at, floor)?,
        };
        let kind = self.kind;
        Some(Secret { start, end, kind })
    }
}

impl Run {
    /// Where the run that begins at byte `from` ends, if it is one.
    fn end(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..)?;
        let len = rest.iter().take(self.max).take_while(|b| (self.alphabet)(**b)).count();
        let body = rest.get(..len)?;
        // A full stop ends the sentence, not the secret.
        let dots = body.iter().rev().take_while(|b| **b == b'.').count();
        let (body, next) = rest.split_at_checked(len - dots)?;
        // In the middle of a word nothing ends: what ends there ends before the word.
        let word_len = body.iter().rev().take_while(|b| word(**b)).count();
        let cut = next.first().is_some_and(|b| word(*b));
        let body = body.get(..body.len() - if cut { word_len } else { 0 })?;
        let fits = body.len() >= self.min && (!self.digit || body.iter().any(u8::is_ascii_digit));
        fits.then_some(from + body.len())
    }
}

/// Whether a secret of `alphabet` can begin at byte `at`: not within a longer word. An escape
/// (`\n`, `%3D`) and the sign that begins a line of a diff are not part of the word.
fn starts_here(bytes: &[u8], at: usize, floor: usize, alphabet: Alphabet) -> bool {
    let back = |n: usize| at.checked_sub(n).and_then(|i| bytes.get(i)).copied();
    let Some(last) = back(1).filter(|_| at > floor) else {
        return true;
    };
    let fresh = !word(last) && !alphabet(last);
    let escaped = matches!((back(2), last), (Some(b'\\'), b'n' | b'r' | b't'));
    let encoded = back(3) == Some(b'%') && last.is_ascii_hexdigit();
    let diff = matches!(last, b'-' | b'+') && back(2).is_none_or(|b| b == b'\n');
    fresh || escaped || encoded || diff
}

/// Where the value begins that is assigned to the name that ends at byte `from`.
fn assigned(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let between = |b: &u8| b.is_ascii_whitespace() || b"\"'`\\:=>,])(".contains(b);
    let gap = rest.iter().take(24).take_while(|b| between(b)).count();
    let sign = rest.iter().take(gap).any(|b| matches!(b, b':' | b'=' | b','));
    sign.then_some(from + gap)
}

/// Where a secret ends whose first part goes on at byte `from`, in parts between dots of at
/// least `lengths` bytes.
fn parts_end(bytes: &[u8], from: usize, lengths: &[usize]) -> Option<usize> {
    let mut pos = from;
    for (i, min) in lengths.iter().enumerate() {
        let rest = bytes.get(pos..)?;
        let len = rest.iter().take_while(|b| url_safe(**b)).count();
        pos += len;
        if len < *min {
            return None;
        }
        if i + 1 < lengths.len() {
            (bytes.get(pos) == Some(&b'.')).then_some(())?;
            pos += 1;
        }
    }
    Some(pos)
}

/// The password in the URL whose `://` ends at byte `from`, unless it only stands for one.
/// RFC 3986 section 3.2: the authority ends at a slash, its user part at the last `@`.
fn password(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let ends = |c: char| c.is_whitespace() || "/?#\"'`<>\\|".contains(c);
    let authority = rest.get(..rest.find(ends).unwrap_or(rest.len()))?;
    let user_info = authority.get(..authority.rfind('@')?)?;
    let colon = user_info.find([':', '@']).filter(|i| user_info.get(*i..=*i) == Some(":"))?;
    // A colon inside a hole, as in `{user:?}`, separates nothing.
    let user = user_info.get(..colon)?;
    (user.matches('{').count() == user.matches('}').count()).then_some(())?;
    let secret = user_info.get(colon + 1..)?;
    let start = from + colon + 1;
    (!stands_for_password(secret)).then_some((start, start + secret.len()))
}

/// Whether it is a variable, a format's hole or a word in a password's place.
fn stands_for_password(text: &str) -> bool {
    let name = |s: &str| !s.is_empty() && s.bytes().all(word);
    let lower = text.to_ascii_lowercase();
    let masked = text.bytes().all(|b| b"*.xX_".contains(&b));
    let variable = text.strip_prefix(['$', ':']).is_some_and(name);
    let percent = text
        .strip_prefix('%')
        .is_some_and(|rest| rest.len() == 1 || rest.strip_suffix('%').is_some_and(name));
    // A hole with an `@` in it may be two things, and then is none.
    let hole = !text.contains('@')
        && [("{", "}"), ("${", "}"), ("#{", "}"), ("$(", ")"), ("%(", ")s"), ("[", "]")]
            .iter()
            .any(|(open, close)| text.starts_with(open) && text.ends_with(close));
    let words = lower.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-'));
    let named = matches!(lower.as_str(), "pass" | "passwd" | "pwd" | "pw")
        || (words && lower.ends_with("password"));
    masked || variable || percent || hole || named
}
