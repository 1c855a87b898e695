//! [`Redacted`]: text whose secrets are replaced by placeholders, and how it is made and cut.

use super::secrets::{self, Secret};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// How every placeholder begins. The angle brackets are in no secret's alphabet, so that a
/// placeholder is never taken for a secret or for a part of one; there is no quote, backslash
/// or interpolation sign in it, so that a string literal stays one.
const OPEN: &str = "<redacted:";
const CLOSE: char = '>';

/// Longest kind that a placeholder names, in bytes.
const MAX_KIND: usize = 24;

/// Fewest bytes of [`OPEN`] at the end of a text that count as a half placeholder: fewer are
/// common in code (`a <`, `<re`).
const MIN_HALF: usize = 5;

/// Text that may go into a prompt. Only [`redact`] and [`redact_split`] make it from raw text.
///
/// A clone shares the text. `Debug` shows the length alone.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Redacted(Arc<str>);

/// Replaces every known secret in `raw` by a placeholder; everything else stays byte for byte.
pub fn redact(raw: &str) -> Redacted {
    Redacted(render(raw, 0..raw.len(), &secrets::find(raw)))
}

/// Redacts `raw` as a whole and splits it at byte `at` (clamped down to a char boundary), as a
/// document is split at the cursor.
///
/// A secret that crosses the split is replaced whole; its placeholder ends the first part.
pub fn redact_split(raw: &str, at: usize) -> (Redacted, Redacted) {
    let at = floor_boundary(raw, at);
    let found = secrets::find(raw);
    let (before, after) = found.split_at(found.partition_point(|secret| secret.start < at));
    let resume = before.last().map_or(at, |secret| secret.end.max(at));
    (Redacted(render(raw, 0..at, before)), Redacted(render(raw, resume..raw.len(), after)))
}

/// The secrets of `raw` in order: the bytes of each, and the placeholder that stands for it in
/// [`redact`]'s text. For putting them back into what a model returns, never to be sent or logged.
pub fn hidden(raw: &str) -> Vec<(Range<usize>, String)> {
    let found = secrets::find(raw);
    let named = |secret: &Secret| format!("{OPEN}{}{CLOSE}", secret.kind);
    found.iter().map(|secret| (secret.start..secret.end, named(secret))).collect()
}

/// `raw` with its secrets replaced and as many lines as before: for what is kept of a workspace, and said
/// again. It is no [`Redacted`]: what goes into a prompt is looked through once more.
#[must_use]
pub fn without_secrets(raw: String) -> String {
    let found = hidden(&raw);
    if found.is_empty() {
        return raw;
    }
    let mut out = String::with_capacity(raw.len());
    let mut done = 0;
    for (range, placeholder) in found {
        out.push_str(raw.get(done..range.start).unwrap_or_default());
        out.push_str(&placeholder);
        let lines = raw.get(range.clone()).unwrap_or_default().matches('\n').count();
        out.extend(std::iter::repeat_n('\n', lines));
        done = range.end;
    }
    out.push_str(raw.get(done..).unwrap_or_default());
    out
}

/// Whether `text` contains a placeholder, or ends in the beginning of one. A suggestion that
/// does is not fit to be shown.
pub fn has_placeholder(text: &str) -> bool {
    text.contains(OPEN)
        || (MIN_HALF..OPEN.len()).any(|n| OPEN.get(..n).is_some_and(|half| text.ends_with(half)))
}

impl Redacted {
    /// Redacted texts with our own words around them: the first word, the first text, the second
    /// word, and so on. Words are the program's, never a document's.
    pub(crate) fn around(words: &[&str], texts: &[&Self]) -> Self {
        let size = |all: usize, text: &&Self| all + text.len();
        let own: usize = words.iter().map(|word| word.len()).sum();
        let mut out = String::with_capacity(texts.iter().fold(own, size));
        let mut texts = texts.iter();
        for word in words {
            out.push_str(word);
            out.push_str(texts.next().map_or("", |text| text.as_str()));
        }
        Self(out.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The beginning, at most `max_bytes` long. Ends at a char boundary; a placeholder that
    /// does not fit is left out whole.
    #[must_use]
    pub fn keep_start(&self, max_bytes: usize) -> Self {
        if max_bytes >= self.len() {
            return self.clone();
        }
        let mut cut = floor_boundary(&self.0, max_bytes);
        if let Some(around) = placeholder_around(&self.0, cut) {
            cut = around.start;
        }
        Self(self.0.get(..cut).unwrap_or_default().into())
    }

    /// The end, at most `max_bytes` long. Begins at a char boundary; a placeholder that does
    /// not fit is left out whole.
    #[must_use]
    pub fn keep_end(&self, max_bytes: usize) -> Self {
        if max_bytes >= self.len() {
            return self.clone();
        }
        let mut cut = ceil_boundary(&self.0, self.len() - max_bytes);
        if let Some(around) = placeholder_around(&self.0, cut) {
            cut = around.end;
        }
        Self(self.0.get(cut..).unwrap_or_default().into())
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redacted({} bytes)", self.len())
    }
}

/// The part `range` of `raw` with `found` (ascending, all starting in `range`) replaced.
fn render(raw: &str, range: Range<usize>, found: &[Secret]) -> Arc<str> {
    if found.is_empty() {
        return raw.get(range).unwrap_or_default().into();
    }
    let mut out = String::with_capacity(range.len());
    let mut done = range.start;
    for secret in found {
        out.push_str(raw.get(done..secret.start).unwrap_or_default());
        out.push_str(OPEN);
        out.push_str(secret.kind);
        out.push(CLOSE);
        done = secret.end;
    }
    out.push_str(raw.get(done..range.end).unwrap_or_default());
    out.into()
}

/// The placeholder that byte `cut` stands inside of, its edges not counted.
fn placeholder_around(text: &str, cut: usize) -> Option<Range<usize>> {
    let from = floor_boundary(text, cut.saturating_sub(OPEN.len() + MAX_KIND));
    let to = floor_boundary(text, cut.saturating_add(OPEN.len()));
    let start = from + text.get(from..to)?.rfind(OPEN)?;
    let kind_start = start + OPEN.len();
    let kind_len = text
        .get(kind_start..)?
        .bytes()
        .take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
        .take(MAX_KIND)
        .count();
    let close = kind_start + kind_len;
    let whole = text.get(close..)?.starts_with(CLOSE);
    let end = close + CLOSE.len_utf8();
    (whole && start < cut && cut < end).then_some(start..end)
}

/// The last char boundary at or before byte `at`.
fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first char boundary at or after byte `at`.
fn ceil_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = concat!("gh", "p_0123456789abcdefghijABCDEFGHIJ012345");
    const MARK: &str = "<redacted:github-token>";

    #[test]
    fn what_is_kept_has_no_secrets_and_all_its_lines() {
        let block =
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----";
        let text = format!("a\nkey = \"{KEY}\"\npem = \"\"\"{block}\"\"\"\nb\n");
        let kept = without_secrets(text.clone());
        assert_eq!(kept.lines().count(), text.lines().count());
        assert!(!kept.contains(KEY) && !kept.contains("MIIE"), "{kept}");
        assert!(kept.contains(MARK) && kept.ends_with("\nb\n"), "{kept}");
        assert_eq!(without_secrets("plain".to_owned()), "plain");
    }

    #[test]
    fn a_split_keeps_a_crossing_secret_whole_in_the_first_part() {
        let raw = format!("a = \"{KEY}\" # é");
        let (first, second) = ("a = \"".to_owned(), "\" # é".to_owned());
        let with = format!("{first}{MARK}");
        let led = format!("{MARK}{second}");
        let end = 5 + KEY.len();
        let cases = [
            (0, "", format!("{first}{led}")),
            (5, first.as_str(), led),
            (6, with.as_str(), second.clone()),
            (end - 1, with.as_str(), second.clone()),
            (end, with.as_str(), second.clone()),
            (end + 2, &format!("{with}\" "), "# é".to_owned()),
            // Inside é, and past the end.
            (raw.len() - 1, &format!("{with}\" # "), "é".to_owned()),
            (usize::MAX, &format!("{with}{second}"), String::new()),
        ];
        for (at, before, after) in cases {
            let (a, b) = redact_split(&raw, at);
            assert_eq!((a.as_str(), b.as_str()), (before, after.as_str()), "{at}");
        }
    }

    #[test]
    fn half_and_whole_placeholders_are_seen() {
        let cases = [
            ("let key = \"<redacted:aws-key>\";", true),
            ("x<redacted:aw", true),
            ("x<redacted:", true),
            ("x<redacted", true),
            ("x<reda", true),
            ("x<red", false),
            ("a < b", false),
            ("if a <", false),
            ("<redacted> but other words", false),
            ("a redacted: note", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(has_placeholder(text), expected, "{text:?}");
        }
    }

    #[test]
    fn cuts_respect_chars_and_placeholders() {
        let text = redact(&format!("é {KEY} ü"));
        assert_eq!(text.as_str(), format!("é {MARK} ü"));
        let inside = 3 + MARK.len() - 1;
        let starts = [
            (0, ""),
            (1, ""),
            (2, "é"),
            (3, "é "),
            (4, "é "),
            (inside, "é "),
            (inside + 1, &format!("é {MARK}")),
        ];
        for (max, expected) in starts {
            assert_eq!(text.keep_start(max).as_str(), expected, "start {max}");
        }
        let ends = [
            (0, ""),
            (1, ""),
            (2, "ü"),
            (3, " ü"),
            (4, " ü"),
            (inside - 1, " ü"),
            (inside + 1, &format!("{MARK} ü")),
        ];
        for (max, expected) in ends {
            assert_eq!(text.keep_end(max).as_str(), expected, "end {max}");
        }
        assert_eq!(text.keep_end(usize::MAX), text);
        assert_eq!(text.keep_start(usize::MAX), text);
    }

    #[test]
    fn debug_shows_no_text() {
        assert_eq!(format!("{:?}", redact("secret plan")), "Redacted(11 bytes)");
        assert_eq!(format!("{:?}", Redacted::default()), "Redacted(0 bytes)");
        assert!(Redacted::default().is_empty());
    }

    proptest! {
        #[test]
        fn cuts_are_parts_within_the_limit(text in "(é|a|<redacted:aws-key>|<redacted:){0,12}", max in 0usize..120) {
            let text = Redacted(text.into());
            let (start, end) = (text.keep_start(max), text.keep_end(max));
            prop_assert!(start.len() <= max && text.as_str().starts_with(start.as_str()));
            prop_assert!(end.len() <= max && text.as_str().ends_with(end.as_str()));
        }
    }
}
