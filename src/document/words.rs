//! The words of code, where no tree is asked.

/// A character that a word goes on with.
#[must_use]
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The words of some code, numbers among them.
pub fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c| !is_word(c)).filter(|word| !word.is_empty())
}

/// Words, and every other character that is no blank.
pub fn tokens(code: &str) -> impl Iterator<Item = &str> {
    let mut rest = code;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let end = if is_word(first) { word } else { first.len_utf8() };
        let (token, left) = rest.split_at_checked(end)?;
        rest = left;
        Some(token)
    })
}
