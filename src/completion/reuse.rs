//! Reuse of a suggestion while it is typed: what is left of it after the text typed since, also
//! where the editor closed brackets and quotes by itself, typed over them or indented a new line.

/// What is left of a suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Still to insert at the cursor; may be empty where everything has been typed.
    Left(String),
    /// More has been typed than the text has so far, and all of it agrees.
    Ahead,
    /// What was typed is something else.
    Diverged,
}

/// What is left of `suggestion` when `typed` stands before the cursor and `after` between the
/// cursor and the text that followed the suggestion's place (auto-closed brackets and the like).
#[must_use]
pub fn rest(suggestion: &str, typed: &str, after: &str) -> Rest {
    if !is_closing(after) {
        return Rest::Diverged;
    }
    let (s, t) = common(suggestion, typed);
    if t == typed.len() {
        return Rest::Left(suggestion.get(s..).unwrap_or("").to_owned());
    }
    let open = typed.get(t..).unwrap_or("");
    if s == suggestion.len() { Rest::Ahead } else { indented(suggestion, s, typed, open) }
}

/// Whether a suggestion may still come to what stands in its place now (`typed`, including
/// anything after the cursor): false once they differ in more than closing brackets.
#[must_use]
pub fn agrees(suggestion: &str, typed: &str) -> bool {
    let (s, t) = common(suggestion, typed);
    let open = typed.get(t..).unwrap_or("");
    open.is_empty()
        || s == suggestion.len()
        || is_closing(open)
        || indented(suggestion, s, typed, open) != Rest::Diverged
}

/// How many bytes of each agree, a new line's indentation counted as agreeing with a shorter or
/// longer one of the same line once both go on with the same text. A suggestion that has come to
/// the indentation of a line only has all of it agreeing, whatever was typed there.
fn common(suggestion: &str, typed: &str) -> (usize, usize) {
    let (mut s, mut t) = (0, 0);
    loop {
        let (left, right) = (suggestion.get(s..).unwrap_or(""), typed.get(t..).unwrap_or(""));
        let (Some(a), Some(b)) = (left.chars().next(), right.chars().next()) else { return (s, t) };
        if a != b {
            return (s, t);
        }
        s += a.len_utf8();
        t += b.len_utf8();
        if a == '\n' {
            // The editor's own indentation of the new line stands for the model's.
            let (left, right) = (suggestion.get(s..).unwrap_or(""), typed.get(t..).unwrap_or(""));
            let (a, b) = (blanks(left), blanks(right));
            let goes_on =
                right.get(b..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('\n'));
            if goes_on {
                s += a;
                t += b;
            }
        }
    }
}

/// The typed text ends within the indentation of a line, deeper than or different from the
/// suggestion's: what is left begins with the line's first character.
fn indented(suggestion: &str, s: usize, typed: &str, open: &str) -> Rest {
    let line = typed.rsplit('\n').next().unwrap_or("");
    let at_line = suggestion.get(..s).is_some_and(|done| {
        done.rsplit('\n').next().is_some_and(|line| blanks(line) == line.len())
            && done.contains('\n')
    });
    if at_line && !line.is_empty() && blanks(line) == line.len() && blanks(open) == open.len() {
        let left = suggestion.get(s..).unwrap_or("");
        return Rest::Left(left.get(blanks(left)..).unwrap_or("").to_owned());
    }
    Rest::Diverged
}

/// Bytes of leading blanks (spaces and tabs).
fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// Only what an editor puts behind the cursor by itself: closers, quotes, blanks and line breaks
/// between them.
fn is_closing(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ')' | ']' | '}' | '>' | '"' | '\'' | '`' | ' ' | '\t' | '\n'))
        && text.len() <= 64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left() {
        let left = |text: &str| Rest::Left(text.to_owned());
        for (suggestion, typed, after, want) in [
            // Nothing typed, part of it, all of it, and backspaced.
            ("alpha(beta)", "", "", left("alpha(beta)")),
            ("alpha(beta)", "alp", "", left("ha(beta)")),
            ("alpha(beta)", "alpha(beta)", "", left("")),
            ("größe = 1", "grö", "", left("ße = 1")),
            // Something else.
            ("alpha(beta)", "alx", "", Rest::Diverged),
            ("alpha(beta)", "Alp", "", Rest::Diverged),
            ("alpha", "alpha(", "", Rest::Ahead),
            ("", "a", "", Rest::Ahead),
            // Brackets and quotes the editor closed.
            ("alpha(beta)", "alpha(", ")", left("beta)")),
            ("f([1])", "f([", "])", left("1])")),
            ("say(\"hi\")", "say(\"", "\")", left("hi\")")),
            ("alpha(beta)", "alpha", " other", Rest::Diverged),
            // Typed over: the closer typed stands where the editor's stood.
            ("alpha()\n", "alpha()", "", left("\n")),
            // A new line with the editor's indentation, shallower, equal, deeper, tabs.
            ("{\n    x", "{\n", "", left("    x")),
            ("{\n    x", "{\n  ", "", left("  x")),
            ("{\n    x", "{\n    ", "\n}", left("x")),
            ("{\n    x", "{\n        ", "", left("x")),
            ("{\n\tx = 1", "{\n        ", "", left("x = 1")),
            ("{\n    let x = 1;", "{\n  let", "", left(" x = 1;")),
            ("{\n\tlet x = 1;", "{\n let", "", left(" x = 1;")),
            ("{\n\tlet x;\n}", "{\n    let x", "\n}", left(";\n}")),
            // A line deeper than expected but with other text.
            ("{\n    x", "{\n        y", "", Rest::Diverged),
            ("a\nb", "a ", "", Rest::Diverged),
        ] {
            assert_eq!(rest(suggestion, typed, after), want, "{suggestion:?} {typed:?} {after:?}");
        }
    }

    #[test]
    fn a_growing_text_agrees_until_it_differs() {
        for (suggestion, typed, want) in [
            ("", "anything", true),
            ("alp", "alpha", true),
            ("alpha", "alp", true),
            ("alpha", "alx", false),
            ("alpha(b", "alpha()", true),
            ("alpha(b", "alpha(c)", false),
            ("{\n    x", "{\n        ", true),
            ("{\n    x", "{\n        y", false),
            // The suggestion has come to the line's indentation only.
            ("{\n    ", "{\n  y", true),
        ] {
            assert_eq!(agrees(suggestion, typed), want, "{suggestion:?} {typed:?}");
        }
    }
}
