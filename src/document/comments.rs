//! Which lines are comments, as far as lines tell: no tree is needed, and a string that looks like one is
//! taken for it.

use super::language::Language;

/// A text's lines, one after the other.
pub struct Comments {
    line: Option<&'static str>,
    block: Option<(&'static str, &'static str)>,
    inside: bool,
}

impl Comments {
    /// From a text's first line on.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let (line, block) = (language.line_comment(), language.block_comment());
        Self { line, block, inside: false }
    }

    /// Whether the next line is one.
    pub fn line(&mut self, text: &str) -> bool {
        let text = text.trim_start();
        if self.inside {
            self.inside = !self.block.is_some_and(|(_, close)| text.contains(close));
            return true;
        }
        if self.line.is_some_and(|mark| text.starts_with(mark)) {
            return true;
        }
        let Some((open, close)) = self.block else { return false };
        let Some(rest) = text.strip_prefix(open) else { return false };
        self.inside = !rest.contains(close);
        true
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_comments_in_each_language() {
        for (name, text, want) in [
            ("a.rs", "// a\nlet b = 1; // c\n/* d\n* e\n*/\n*f = 2;\n  /// g\n#[h]", "x.xxx.x."),
            ("a.py", "# a\nb = 1 # c\n    # d\n// e", "x.x."),
            ("a.c", "#include <a.h>\n/* a */\nint b;\n/**\n * c\n */ int d;\nint e;", ".x.xxx."),
            ("a.lua", "-- a\nlocal b = 1", "x."),
        ] {
            let mut comments = Comments::new(Language::from_path(name).unwrap());
            let found: String =
                text.lines().map(|line| if comments.line(line) { 'x' } else { '.' }).collect();
            assert_eq!(found, want, "{name}");
        }
    }
}
