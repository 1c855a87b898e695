//! What the lexer has to know of a language: its comments and quotes, by the file's name.

/// The few ways in which languages' comments and strings differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// `#` begins a comment.
    pub hash_comments: bool,
    /// `//` and `/* */` are comments.
    pub slash_comments: bool,
    /// A single quote begins a lifetime or holds one character.
    pub lifetimes: bool,
    /// Backticks hold text over several lines.
    pub backticks: bool,
    /// Three quotes hold text over several lines; where a line begins with them they are a comment.
    pub triple_quotes: bool,
    /// A letter or two may stand before a string's quote.
    pub string_prefixes: bool,
    /// Raw strings are fenced with `#`.
    pub raw_hashes: bool,
}

const C_LIKE: Dialect = Dialect {
    hash_comments: false,
    slash_comments: true,
    lifetimes: false,
    backticks: false,
    triple_quotes: false,
    string_prefixes: false,
    raw_hashes: false,
};

impl Dialect {
    /// By the ending of the file's name; C's ways where it is not known.
    pub fn of(path: &str) -> Dialect {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        match name.rsplit('.').next().unwrap_or(name) {
            "rs" => Dialect { lifetimes: true, string_prefixes: true, raw_hashes: true, ..C_LIKE },
            "py" | "pyi" | "pyw" => Dialect {
                hash_comments: true,
                slash_comments: false,
                triple_quotes: true,
                string_prefixes: true,
                ..C_LIKE
            },
            "js" | "jsx" | "cjs" | "mjs" | "ts" | "tsx" | "cts" | "mts" | "go" | "vue"
            | "svelte" => Dialect { backticks: true, ..C_LIKE },
            "java" | "kt" | "swift" | "scala" => Dialect { triple_quotes: true, ..C_LIKE },
            "rb" | "sh" | "bash" | "zsh" | "fish" | "yaml" | "yml" | "toml" | "cfg" | "ini"
            | "r" | "pl" | "ex" | "exs" | "nix" | "cmake" | "txt" | "Makefile" | "Dockerfile" => {
                Dialect { hash_comments: true, slash_comments: false, ..C_LIKE }
            }
            _ => C_LIKE,
        }
    }
}
