//! How languages write what a scan must know: comments, strings, brackets.

use crate::document::language::Language;

/// How a language writes what a scan must know.
#[derive(Clone, Copy)]
pub(super) struct Syntax {
    pub(super) comment: Option<&'static str>,
    /// Only at a line's beginning or after a blank.
    pub(super) comment_apart: bool,
    pub(super) block: Option<(&'static str, &'static str)>,
    pub(super) quotes: &'static [char],
    /// Strings of one quote go over lines.
    pub(super) long_quotes: bool,
    pub(super) triple: bool,
    /// `'a'` is a character, `'a` is not.
    pub(super) chars: bool,
    /// `/…/` is a text where a value is expected.
    pub(super) regex: bool,
    /// Backtick strings have holes.
    pub(super) holes: bool,
    /// `<<WORD` begins a here-document.
    pub(super) here: bool,
    /// Brackets pair.
    pub(super) brackets: bool,
    /// A `)` may stand for itself: the patterns of the shell's `case`.
    pub(super) patterns: bool,
}

impl Syntax {
    pub(super) fn of(language: Language) -> Self {
        let id = language.id();
        let any = |ids: &[&str]| ids.contains(&id);
        let prose = any(&["plaintext", "markdown", "latex", "restructuredtext", "html", "xml"])
            || any(&["asciidoc", "vue", "svelte", "git-commit", "diff", "log"]);
        let script = any(&["javascript", "javascriptreact", "typescript", "typescriptreact"]);
        Self {
            comment: language.line_comment(),
            comment_apart: any(&["shellscript", "yaml", "perl", "php", "makefile", "fish", "zsh"]),
            block: language.block_comment(),
            quotes: if prose { &[] } else { language.quotes() },
            long_quotes: any(&["rust", "shellscript", "ruby", "php", "sql", "elixir", "perl"])
                || any(&["lua", "zsh", "fish", "julia", "ocaml", "haskell", "clojure", "lisp"]),
            triple: any(&["python", "kotlin", "java", "scala", "swift", "toml", "groovy", "dart"])
                || any(&["csharp", "julia", "elixir", "nim", "gdscript", "cython", "mojo"]),
            chars: id == "rust",
            regex: script,
            holes: script,
            here: any(&["shellscript", "ruby", "perl", "php", "zsh"]),
            brackets: !any(&["markdown", "plaintext", "restructuredtext", "latex", "asciidoc"]),
            patterns: any(&["shellscript", "zsh"]),
        }
    }
}
