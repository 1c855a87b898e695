//! Literals that are no strings between quotes: characters, regular expressions, here-documents.

/// The length of `<<~WORD` and its like, and the word.
pub(super) fn here_document(left: &str) -> Option<(usize, String)> {
    let body = left.strip_prefix("<<")?;
    let body = body.strip_prefix('<').unwrap_or(body);
    let body = body.trim_start_matches(['-', '~', '"', '\'']);
    let end = body.find(|c: char| !(c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit()));
    let word = body.get(..end.unwrap_or(body.len()))?;
    let named = word.len() >= 2 && word.starts_with(|c: char| c.is_ascii_uppercase());
    let quoted =
        usize::from(body.get(word.len()..).is_some_and(|left| left.starts_with(['"', '\''])));
    named.then(|| (left.len() - body.len() + word.len() + quoted, word.to_owned()))
}

/// Length of `'a'`, `'\n'`, `'\u{1f600}'`; 1 for the quote of a lifetime.
pub(super) fn char_literal(left: &str) -> usize {
    let mut chars = left.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            let end = left.get(3..).and_then(|left| left.find('\''));
            end.filter(|end| *end < 12).map_or(1, |end| 3 + end + 1)
        }
        Some((_, c)) if c != '\'' && c != '\n' => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        _ => 1,
    }
}

/// Whether a slash after `last` begins a regular expression and does not divide.
pub(super) const fn is_value_expected(last: char) -> bool {
    matches!(
        last,
        '(' | ',' | '=' | ':' | '[' | '!' | '&' | '|' | '?' | '{' | '}' | ';' | '\n' | '>' | '+'
    )
}

/// Length of a regular expression that ends on its line.
pub(super) fn regex(left: &str) -> Option<usize> {
    let mut class = false;
    let mut escaped = false;
    for (at, c) in left.char_indices().skip(1) {
        match c {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '/' if !class => return (at > 1).then_some(at + 1),
            _ => {}
        }
    }
    None
}
