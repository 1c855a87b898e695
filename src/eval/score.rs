//! How near a suggestion comes to what stood there.

use crate::document::words::is_word;

/// A suggestion compared with the hidden code.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// They are the same, blanks at the end aside.
    pub exact: bool,
    /// 1 minus the edit distance, in parts of the longer one (Levenshtein).
    pub similarity: f64,
    /// Characters at its beginning that are right.
    pub leading: usize,
    /// The same in whole words: what a user keeps who accepts word by word as far as it is right.
    pub saved: usize,
    /// Characters that were hidden.
    pub hidden: usize,
}

/// Compares. Where one line was hidden, what a suggestion says of further lines is not looked at.
#[must_use]
pub fn score(suggestion: &str, hidden: &str) -> Score {
    let normal = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    let (mut got, want) = (normal(suggestion), normal(hidden));
    if !want.contains('\n') {
        got.truncate(got.find('\n').unwrap_or(got.len()));
        got.truncate(got.trim_end().len());
    }
    let same = got.chars().zip(want.chars()).take_while(|(one, other)| one == other).count();
    let saved: usize = words(&got)
        .zip(words(&want))
        .take_while(|(one, other)| one == other)
        .map(|(word, _)| word.chars().count())
        .sum();
    Score {
        exact: got == want,
        similarity: strsim::normalized_levenshtein(&got, &want),
        leading: same,
        saved,
        hidden: want.chars().count(),
    }
}

/// Words, each with the blanks before it; what is no word is cut into single characters.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let blanks = rest.len() - rest.trim_start().len();
        let word = rest.get(blanks..)?;
        let first = word.chars().next()?;
        let len = if is_word(first) {
            word.find(|c| !is_word(c)).unwrap_or(word.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at_checked(blanks + len)?;
        rest = after;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_characters() {
        for (got, want, exact, leading, saved) in [
            ("foo(bar);", "foo(bar);", true, 9, 9),
            ("foo(bar);  \n", "foo(bar);", true, 9, 9),
            ("foo(bar);\nmore", "foo(bar);", true, 9, 9),
            // `fo` is right, but no whole word.
            ("fox(bar)", "foo(bar)", false, 2, 0),
            ("foo(baz)", "foo(bar)", false, 6, 4),
            ("a + c", "a  + c", false, 2, 1),
            ("", "foo(bar)", false, 0, 0),
            ("日本(語)", "日本(字)", false, 3, 3),
            ("a\r\nb", "a\nb", true, 3, 3),
            ("a", "a\nb", false, 1, 1),
        ] {
            let score = score(got, want);
            assert_eq!(
                (score.exact, score.leading, score.saved),
                (exact, leading, saved),
                "{got:?} for {want:?}"
            );
        }
        assert!((score("abcd", "abxd").similarity - 0.75).abs() < 1e-9);
    }
}
