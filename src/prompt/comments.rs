//! Other files as comments before the prefix, for models whose format has no place for them.

use std::borrow::Cow;

use super::FimPrompt;

/// How a line becomes a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// What stands before it.
    pub open: &'static str,
    /// What stands behind it; empty where a comment goes to the end of the line.
    pub close: &'static str,
}

impl Comment {
    /// As a language writes it; `None` for one without comments.
    #[must_use]
    pub fn of(language: crate::document::language::Language) -> Option<Self> {
        let line = language.line_comment().map(|open| Self { open, close: "" });
        line.or_else(|| language.block_comment().map(|(open, close)| Self { open, close }))
    }

    fn line(self, out: &mut String, text: &str) {
        // A comment that ends too early would be code.
        if !self.close.is_empty() && text.contains(self.close) {
            return;
        }
        out.push_str(self.open);
        for part in [text, self.close] {
            if !part.is_empty() {
                out.push(' ');
                out.push_str(part);
            }
        }
        out.push('\n');
    }
}

/// The prefix, with the files before it: a line with each one's path, then its text. Where the
/// language has no comments, the prefix alone.
#[must_use]
pub fn prefix(prompt: &FimPrompt) -> Cow<'_, str> {
    let prefix = prompt.prefix.as_str();
    let Some(comment) = prompt.comment.filter(|_| !prompt.files.is_empty()) else {
        return Cow::Borrowed(prefix);
    };
    let size: usize = prompt.files.iter().map(|file| file.text.len() * 5 / 4 + 80).sum();
    let mut out = String::with_capacity(size + prefix.len());
    for file in &*prompt.files {
        comment.line(&mut out, &format!("Path: {}", file.path.replace(['\n', '\r'], "_")));
        file.text.as_str().lines().for_each(|line| comment.line(&mut out, line));
    }
    out.push_str(prefix);
    Cow::Owned(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::language::Language;
    use crate::guard::redact;
    use crate::prompt::ContextFile;

    #[test]
    fn every_line_is_a_comment_of_the_language() {
        let file = |path: &str, text: &str| ContextFile { path: path.into(), text: redact(text) };
        for (id, files, want) in [
            (
                "python",
                vec![file("a.py", "class A\n\n    def b(self)\n"), file("b.py", "x")],
                "# Path: a.py\n# class A\n#\n#     def b(self)\n# Path: b.py\n# x\nnow\n",
            ),
            ("rust", vec![file("a\n.rs", "fn a()\n")], "// Path: a_.rs\n// fn a()\nnow\n"),
            (
                "css",
                vec![file("a.css", "a { }\n/* x */ b { }\n")],
                "/* Path: a.css */\n/* a { } */\nnow\n",
            ),
            ("json", vec![file("a.json", "{}")], "now\n"),
            ("rust", vec![], "now\n"),
        ] {
            let comment = Comment::of(Language::from_id(id).unwrap());
            let files = files.into();
            let prompt =
                FimPrompt { files, comment, prefix: redact("now\n"), ..FimPrompt::default() };
            assert_eq!(prefix(&prompt), want, "{id}");
        }
    }
}
