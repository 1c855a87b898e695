//! The language of a document: which one it is, by the names that editors use for it, by its
//! path or by its first line, and what the rest of the program needs to know about it.
//!
//! Everything that is known about a language stands in one row of the table.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

mod first_line;
mod row;
mod table;
#[cfg(test)]
mod tests;

use row::Row;
use table::{PLAIN, ROWS};

/// A language of the table. Equal, ordered and hashed by its canonical id.
#[derive(Clone, Copy)]
pub struct Language(&'static Row);

/// The syntax trees that we can build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Grammar {
    Rust,
    Python,
    /// JSX too.
    JavaScript,
    TypeScript,
    Tsx,
    Go,
    Java,
    C,
    Cpp,
}

/// How a language holds other languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// Elements whose text is another language: `<script>`, `<style>`.
    Markup,
    /// Markup of single-file components: exact-case names, self-closing elements.
    Component,
    /// Fenced code blocks.
    Markdown,
    /// HTML with islands of PHP.
    Php,
}

impl Language {
    /// What a document is as long as nothing better is known.
    pub const PLAIN_TEXT: Self = Self(&PLAIN);

    /// Decides on a document's language. The editor's `languageId` decides if it is known and
    /// says more than plain text, else the path, else the first line.
    pub fn detect(id: Option<&str>, path: &str, first_line: &str) -> Self {
        id.and_then(Self::from_id)
            .filter(|language| *language != Self::PLAIN_TEXT)
            .or_else(|| Self::from_path(path))
            .or_else(|| Self::from_shebang(first_line))
            .unwrap_or(Self::PLAIN_TEXT)
    }

    /// By an LSP `languageId` or any other name: VS Code's ids, Vim's file types (compound ones
    /// too), Helix's names, Emacs's major modes. Case does not matter, `_` and blanks are `-`.
    pub fn from_id(id: &str) -> Option<Self> {
        let id = id.trim().to_ascii_lowercase().replace(['_', ' '], "-");
        // Emacs: `python-ts-mode`; eglot drops `-mode`.
        let mode = id.strip_suffix("-mode").unwrap_or(&id);
        let mode = mode.strip_suffix("-ts").unwrap_or(mode);
        let known = |name: &str| INDEX.ids.get(name).copied();
        known(&id)
            .or_else(|| known(mode))
            // Vim: `yaml.ansible` is `yaml` with additions.
            .or_else(|| id.contains('.').then(|| id.split('.').find_map(known)).flatten())
            .map(Self)
    }

    /// By a file name, a path (`/` or `\`) or the path of a URI: the whole file name, else the
    /// extension. Case does not matter, except that `.C` is C++.
    pub fn from_path(path: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let name = name.strip_suffix('~').unwrap_or(name);
        by_file_name(name).or_else(|| by_extension(name)).or_else(|| by_stem(name)).map(Self)
    }

    /// Every extension of the table, without the first dot, with its language.
    pub(crate) fn extensions() -> impl Iterator<Item = (&'static str, Self)> {
        INDEX.extensions.iter().map(|(extension, row)| (*extension, Self(row)))
    }

    /// By a script's first line: `#!/usr/bin/env -S python3 -u`, else a Vim or Emacs modeline.
    pub fn from_shebang(first_line: &str) -> Option<Self> {
        let line = first_line.trim_start_matches('\u{feff}').trim();
        first_line::interpreter(line)
            .and_then(Self::from_interpreter)
            .or_else(|| first_line::modeline(line).and_then(Self::from_id))
    }

    /// By any word that people use for a language, as after a Markdown fence: an id, an
    /// extension, a file name.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().trim_start_matches('.');
        Self::from_id(word)
            .or_else(|| find(&INDEX.extensions, word).map(Self))
            .or_else(|| Self::from_path(word))
    }

    /// By the name of an interpreter: `python3.12`, `/bin/bash`, `node.exe`.
    pub(crate) fn from_interpreter(command: &str) -> Option<Self> {
        let name = command.rsplit(['/', '\\']).next().unwrap_or(command);
        let name = name.strip_suffix(".exe").unwrap_or(name);
        let unversioned =
            name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
        find(&INDEX.interpreters, name).or_else(|| find(&INDEX.interpreters, unversioned)).map(Self)
    }

    /// The canonical id: VS Code's where it has one.
    /// <https://code.visualstudio.com/docs/languages/identifiers>
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// The name to show to people.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// What begins a comment that goes to the end of the line.
    pub fn line_comment(self) -> Option<&'static str> {
        self.0.line
    }

    /// What begins and ends a comment that may span lines.
    pub fn block_comment(self) -> Option<(&'static str, &'static str)> {
        self.0.block
    }

    /// The grammar for its syntax tree, if there is one.
    pub fn grammar(self) -> Option<Grammar> {
        self.0.grammar
    }

    /// Whether indentation makes the blocks.
    pub fn by_indentation(self) -> bool {
        self.0.indent
    }

    /// Whether such documents hold secrets by nature.
    pub fn is_secret(self) -> bool {
        self.0.secret
    }

    /// Whether parts of such a document may be in other languages: see
    /// [`language_at`](crate::document::embedded::language_at).
    pub fn embeds(self) -> bool {
        self.0.host.is_some()
    }

    /// The string delimiters that come in pairs; Rust's and Lisp's `'` do not.
    pub fn quotes(self) -> &'static [char] {
        self.0.quotes
    }

    /// How it holds other languages.
    pub(crate) fn host(self) -> Option<Host> {
        self.0.host
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Language {}

impl Hash for Language {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl PartialOrd for Language {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Language {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id().cmp(other.id())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({})", self.id())
    }
}

type Names = HashMap<&'static str, &'static Row>;

/// The table by each kind of name. Paths are looked up for every file of a workspace, so this
/// is a hash look-up and not a walk over the table.
struct Index {
    ids: Names,
    extensions: Names,
    files: Names,
    interpreters: Names,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| Index {
    ids: names(|row| (row.id, row.ids)),
    extensions: names(|row| ("", row.ext)),
    files: names(|row| ("", row.files)),
    interpreters: names(|row| ("", row.run)),
});

fn names(of: impl Fn(&Row) -> (&'static str, &'static str)) -> Names {
    ROWS.iter()
        .flat_map(|row| {
            let (id, words) = of(row);
            let id = Some(id).filter(|id| !id.is_empty());
            let words = words.split_ascii_whitespace().chain(id);
            words.map(move |word| (word, row))
        })
        .collect()
}

/// What has capitals in the table is found only as written there.
fn find(names: &Names, name: &str) -> Option<&'static Row> {
    let row = names.get(name).copied();
    row.or_else(|| names.get(name.to_ascii_lowercase().as_str()).copied())
}

fn by_file_name(name: &str) -> Option<&'static Row> {
    let environment = [".env.", ".env-", ".env_"].iter().any(|start| {
        let head = name.get(..start.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(start))
    });
    // `.env.pl` is a file of secrets before it is Perl.
    find(&INDEX.files, if environment { ".env" } else { name })
}

fn by_extension(name: &str) -> Option<&'static Row> {
    let after = |(dot, _)| name.get(dot + 1..);
    let mut dots = name.rmatch_indices('.').filter_map(after);
    let last = dots.next()?;
    let both = dots.next().and_then(|both| find(&INDEX.extensions, both));
    both.or_else(|| find(&INDEX.extensions, last))
}

/// `Dockerfile.dev`, and files to be filled in: `config.yaml.example`, `version.h.in`.
fn by_stem(name: &str) -> Option<&'static Row> {
    const TEMPLATES: [&str; 10] =
        ["in", "orig", "bak", "old", "example", "sample", "dist", "template", "tmpl", "tpl"];
    let (stem, last) = name.rsplit_once('.')?;
    if TEMPLATES.iter().any(|t| t.eq_ignore_ascii_case(last)) {
        return by_file_name(stem).or_else(|| by_extension(stem));
    }
    let (kind, _) = name.split_once('.')?;
    let is_kind = kind.to_ascii_lowercase().ends_with("file") && last != "lock";
    is_kind.then(|| find(&INDEX.files, kind)).flatten()
}
