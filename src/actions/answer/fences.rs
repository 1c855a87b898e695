//! Fenced code in an answer (CommonMark 0.31, section 4.5), read as leniently as models write it.

use crate::document::language::Language;

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fence {
    /// The first word behind the opening fence: a language, mostly.
    pub(super) word: String,
    /// Its lines, each with a line feed.
    pub(super) code: String,
    /// It has an end.
    pub(super) closed: bool,
}

impl Fence {
    /// The language that it says it is in.
    pub(super) fn language(&self) -> Option<Language> {
        Language::from_word(&self.word).filter(|language| *language != Language::PLAIN_TEXT)
    }

    /// Whether it says that it is a diff.
    pub(super) fn is_diff(&self) -> bool {
        matches!(self.word.to_ascii_lowercase().as_str(), "diff" | "patch" | "udiff")
    }
}

/// A line that opens or closes a fence.
#[derive(Clone, Copy)]
struct Mark<'a> {
    indent: usize,
    c: char,
    count: usize,
    info: &'a str,
}

/// All fenced blocks of a text, in order; `nests` where code of the language may hold fences of its
/// own, as Markdown does.
pub(super) fn fences(text: &str, nests: bool) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut open: Option<(Mark<'_>, Fence, usize)> = None;
    for line in text.split_inclusive('\n') {
        let mark = mark(line);
        let Some((opened, fence, depth)) = &mut open else {
            if let Some(mark) = mark {
                let word = mark.info.trim_start_matches('{').trim_start_matches('.');
                let end = word.find([' ', '\t', ',', '{', '}', ':']).unwrap_or(word.len());
                let word = word.get(..end).unwrap_or("").to_owned();
                open = Some((mark, Fence { word, code: String::new(), closed: false }, 0));
            }
            continue;
        };
        if let Some(mark) = mark
            && mark.c == opened.c
            && mark.indent <= opened.indent + 3
        {
            let nests = nests || fence.language().is_some_and(|inner| inner.id() == "markdown");
            if mark.info.is_empty() && *depth > 0 {
                *depth -= 1;
            } else if mark.info.is_empty() && mark.count >= opened.count {
                fence.closed = true;
                found.extend(open.take().map(|(_, fence, _)| fence));
                continue;
            } else if nests && !mark.info.is_empty() && mark.count <= opened.count {
                *depth += 1;
            }
        }
        // What the fence is indented by belongs to the list that it stands in.
        let blanks = line.bytes().take(opened.indent).take_while(|b| *b == b' ').count();
        fence.code.push_str(line.get(blanks..).unwrap_or(line));
        if !line.ends_with('\n') {
            fence.code.push('\n');
        }
    }
    found.extend(open.map(|(_, fence, _)| fence));
    found
}

fn mark(line: &str) -> Option<Mark<'_>> {
    let body = line.trim_start_matches(' ');
    let indent = line.len() - body.len();
    let c = body.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let count = body.chars().take_while(|other| *other == c).count();
    let info = body.get(count..)?.trim();
    // Backticks behind backticks are code in a line of prose.
    (count >= 3 && !(c == '`' && info.contains('`'))).then_some(Mark { indent, c, count, info })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String, bool)> {
        fences(text, false).into_iter().map(|f| (f.word, f.code, f.closed)).collect()
    }

    #[test]
    fn words_ends_and_indentation() {
        for (text, want) in [
            ("x\n```rust\na\n```\ny", vec![("rust", "a\n", true)]),
            ("```\na\n```\n~~~py x\nb\n~~~", vec![("", "a\n", true), ("py", "b\n", true)]),
            ("````\n```\na\n```\n````\n", vec![("", "```\na\n```\n", true)]),
            ("1. so\n   ```js\n   a\n     b\n   ```\n", vec![("js", "a\n  b\n", true)]),
            ("```go\na\n", vec![("go", "a\n", false)]),
            ("```rs\nlet a;", vec![("rs", "let a;\n", false)]),
            ("``` {.rust}\na\n```", vec![("rust", "a\n", true)]),
            ("use ``` and ```\n", vec![]),
            ("```a`b```\n", vec![]),
            // A fence in a doc string stands deeper than one that closes.
            (
                "```py\ndef f():\n    '''\n    ```\n    x\n    ```\n    '''\n```\n",
                vec![("py", "def f():\n    '''\n    ```\n    x\n    ```\n    '''\n", true)],
            ),
            (
                "```markdown\n# a\n```sh\nls\n```\nb\n```\n",
                vec![("markdown", "# a\n```sh\nls\n```\nb\n", true)],
            ),
        ] {
            let want: Vec<_> =
                want.into_iter().map(|(w, c, e)| (w.to_owned(), c.to_owned(), e)).collect();
            assert_eq!(read(text), want, "{text:?}");
        }
    }
}
