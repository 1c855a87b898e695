//! Tags that some models put around their answer, some with the file's path.

use super::{AnswerError, patch};

/// Their names.
const TAGS: [&str; 8] =
    ["code", "answer", "output", "result", "response", "solution", "tried", "file"];

/// What stands between tags that are around all of an answer, or all of it behind a line of prose. What
/// the code itself begins with is none.
pub(super) fn unwrapped<'a>(text: &'a str, region: &str) -> &'a str {
    let trimmed = text.trim();
    for tag in TAGS {
        let close = format!("</{tag}>");
        if region.contains(&format!("<{tag}>")) || region.contains(&format!("<{tag} ")) {
            continue;
        }
        let Some(opened) = opened(trimmed, tag) else { continue };
        let Some(inside) = trimmed.get(opened.inside..) else { continue };
        // A fence of its own may hold such tags as code.
        let fenced = trimmed.get(..opened.at).is_some_and(|head| head.contains("```"));
        if let Some((inside, rest)) = inside.rsplit_once(&close).filter(|_| !fenced)
            && !rest.contains("```")
        {
            return inside.strip_prefix('\n').unwrap_or(inside).trim_end();
        }
    }
    text
}

/// What of an answer is for a file, where it has tags with paths: all of it where there are none.
///
/// # Errors
/// [`AnswerError::OtherFile`] where they are all of other files, [`AnswerError::Blocks`] where several are
/// of this one: how they belong together is not said.
pub(super) fn of_file<'a>(
    text: &'a str,
    region: &str,
    file: Option<&str>,
) -> Result<&'a str, AnswerError> {
    let Some(file) = file else { return Ok(text) };
    for tag in TAGS {
        if region.contains(&format!("<{tag}")) {
            continue;
        }
        let (mut rest, mut own, mut others) = (text, Vec::new(), 0);
        while let Some(opened) = opened(rest, tag) {
            let Some((inside, below)) = rest
                .get(opened.inside..)
                .and_then(|inside| inside.split_once(&format!("</{tag}>")))
            else {
                break;
            };
            match opened.path {
                Some(path) if !patch::is_own(path, file) => others += 1,
                Some(_) => own.push(inside),
                None => {}
            }
            rest = below;
        }
        match own.as_slice() {
            [] if others > 0 => return Err(AnswerError::OtherFile),
            [one] if others > 0 => return Ok(one.strip_prefix('\n').unwrap_or(one)),
            [_, _, ..] => return Err(AnswerError::Blocks),
            _ => {}
        }
    }
    Ok(text)
}

/// A tag that opens.
struct Opened<'a> {
    at: usize,
    /// Behind it.
    inside: usize,
    /// The file that it names.
    path: Option<&'a str>,
}

/// The first tag of a name that stands at the beginning, or on a line of its own; with attributes or
/// without.
fn opened<'a>(text: &'a str, tag: &str) -> Option<Opened<'a>> {
    let start = format!("<{tag}");
    text.match_indices(&start).find_map(|(at, _)| {
        let first = at == 0 || text.get(..at).is_some_and(|head| head.ends_with('\n'));
        let rest = text.get(at + start.len()..).filter(|_| first)?;
        let (attributes, behind) = rest.split_once('>')?;
        let plain = attributes.is_empty();
        let named = attributes.starts_with(' ') && attributes.contains('=');
        let alone = behind.is_empty() || behind.starts_with('\n');
        if !(plain || named && !attributes.contains(['\n', '<'])) || !(alone || at == 0) {
            return None;
        }
        let value = |key: &str| {
            let rest = attributes.split_once(key)?.1;
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            rest.get(1..)?.split(quote).next()
        };
        let path = value("path=").or_else(|| value("file=")).or_else(|| value("filename="));
        Some(Opened { at, inside: at + start.len() + attributes.len() + 1, path })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_around_an_answer_are_none_of_it() {
        for (text, region, want) in [
            ("<code>\nx = 1\n</code>\n", "y", "x = 1"),
            ("<code>x = 1</code>", "y", "x = 1"),
            ("<code path=\"a.py\">\nx = 1\n</code>", "y", "x = 1"),
            ("Here:\n<file path='a.py' lines='1'>\nx = 1\n</file>", "y", "x = 1"),
            ("Here it is:\n<answer>\n    x = 1\n</answer>\nDone.", "y", "    x = 1"),
            ("<answer>\n```py\nx\n```\n</answer>", "y", "```py\nx\n```"),
            ("```html\n<code>\nx\n</code>\n```", "y", "```html\n<code>\nx\n</code>\n```"),
            ("<code>\nx\n</code>", "<code>\ny\n</code>", "<code>\nx\n</code>"),
            ("<code id='a'>\nx\n</code>", "<code id='b'>", "<code id='a'>\nx\n</code>"),
            ("<codex>\nx\n</codex>", "y", "<codex>\nx\n</codex>"),
            ("a <code>x</code> b", "y", "a <code>x</code> b"),
            ("<code>\nx = 1", "y", "<code>\nx = 1"),
        ] {
            assert_eq!(unwrapped(text, region), want, "{text}");
        }
    }

    #[test]
    fn of_several_files_the_own_one_counts() {
        let one = |path: &str, code: &str| format!("<code path=\"{path}\">\n{code}\n</code>\n");
        let (own, other) = (one("src/a.py", "x = 1"), one("src/b.py", "y = 1"));
        for (text, want) in [
            (own.clone(), Ok(own.as_str())),
            (other.clone(), Err(AnswerError::OtherFile)),
            (format!("{other}\n{own}"), Ok("x = 1\n")),
            (format!("{own}{own}"), Err(AnswerError::Blocks)),
            ("x = 1".to_owned(), Ok("x = 1")),
        ] {
            assert_eq!(of_file(&text, "", Some("/p/src/a.py")), want, "{text}");
        }
        assert_eq!(of_file(&other, "<code>", Some("/p/a.py")), Ok(other.as_str()));
    }
}
