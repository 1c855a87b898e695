//! What a single line of code is, by its words: opens a block, goes on from the one above, belongs
//! to a chain such as if–else, declares something.

use crate::document::language::Language;

/// Words that begin a line which belongs to the block above.
const CHAIN: [&str; 18] = [
    "else",
    "elif",
    "elsif",
    "elseif",
    "except",
    "finally",
    "catch",
    "rescue",
    "ensure",
    "when",
    "case",
    "default",
    "then",
    "while",
    "until",
    "in",
    "otherwise",
    "elsewhere",
];
/// Words by which a chain may begin.
const CHAINABLE: [&str; 16] = [
    "if", "else", "elif", "elsif", "try", "do", "for", "while", "match", "switch", "case", "with",
    "begin", "unless", "catch", "except",
];
/// Words that close a block.
const ENDS: [&str; 13] = [
    "end",
    "fi",
    "done",
    "esac",
    "endif",
    "endfor",
    "endwhile",
    "endfunction",
    "endforeach",
    "endswitch",
    "loop",
    "next",
    "wend",
];
/// Words that begin a declaration.
const DECLARES: [&str; 40] = [
    "fn",
    "pub",
    "def",
    "class",
    "func",
    "function",
    "struct",
    "enum",
    "impl",
    "trait",
    "interface",
    "type",
    "module",
    "mod",
    "namespace",
    "union",
    "record",
    "object",
    "public",
    "private",
    "protected",
    "internal",
    "static",
    "export",
    "abstract",
    "override",
    "async",
    "unsafe",
    "extern",
    "const",
    "virtual",
    "final",
    "data",
    "sealed",
    "fun",
    "macro_rules!",
    "template",
    "describe",
    "it",
    "test",
];

/// The word that a line begins with, closers aside.
pub(in crate::completion) fn first_word(line: &str) -> &str {
    let body = line.trim_start().trim_start_matches(['}', ')', ']', ' ', '@']);
    let end = body.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '!'));
    body.get(..end.unwrap_or(body.len())).unwrap_or("")
}

/// Whether blocks end with a word.
pub(in crate::completion) fn by_words(language: Language) -> bool {
    matches!(
        language.id(),
        "ruby"
            | "crystal"
            | "lua"
            | "elixir"
            | "julia"
            | "shellscript"
            | "fish"
            | "vb"
            | "matlab"
            | "fortran"
            | "zsh"
            | "makefile"
            | "cmake"
            | "erlang"
            | "verilog"
            | "pascal"
            | "vim"
            | "viml"
            | "sql"
    )
}

/// Whether a line is nothing but what closes a block by a word: `end`, `fi`, `end)`.
pub(in crate::completion) fn is_end_word(line: &str) -> bool {
    let body = line.trim();
    let body = body.strip_prefix("<?php ").map_or(body, |tag| tag.trim_end_matches("?>").trim());
    let word = first_word(body);
    let bare = word.len() == body.trim_end_matches([')', ']', '}', ';', ',', '.']).len();
    ENDS.contains(&word) && (bare || word == "done" || word == "end")
}

/// Whether a line goes on with the construct above: `else`, `} catch`, `except:`.
pub(in crate::completion) fn is_chain(line: &str) -> bool {
    let body = line.trim_start();
    let closes = body.starts_with('}');
    let word = first_word(body);
    match word {
        "while" | "until" => closes,
        "in" => false,
        "case" | "default" | "when" => !closes,
        _ => CHAIN.contains(&word),
    }
}

/// Whether a line belongs to an `if` or a `try` before it and can stand nowhere else.
pub(in crate::completion) fn is_else(line: &str) -> bool {
    let body = line.trim_start();
    matches!(
        first_word(body),
        "else" | "elif" | "elsif" | "except" | "finally" | "catch" | "rescue"
    ) && !body.starts_with('@')
        && body.trim_end().ends_with([':', '{'])
}

/// Whether a line is an end tag and no more.
pub(in crate::completion) fn is_end_tag(line: &str) -> bool {
    let body = line.trim();
    let name = body.strip_prefix("</").and_then(|left| left.strip_suffix('>'));
    name.is_some_and(|name| !name.contains(['<', '>', ' ']))
}

/// Whether such a line may follow the construct that begins with `head`.
pub(in crate::completion) fn can_chain(head: &str) -> bool {
    let word = first_word(head);
    let unlabelled = head.trim_start().strip_prefix(word).map_or("", str::trim_start);
    CHAINABLE.contains(&word)
        || unlabelled.starts_with("if ")
        || head.contains("= if ")
        || head.contains(" try ")
}

/// Whether a line begins a construct whose brace may stand below.
pub(in crate::completion) fn is_header(head: &str) -> bool {
    matches!(
        first_word(head),
        "if" | "for"
            | "foreach"
            | "while"
            | "switch"
            | "using"
            | "lock"
            | "else"
            | "do"
            | "try"
            | "catch"
            | "finally"
            | "fixed"
            | "synchronized"
            | "unsafe"
    )
}

/// Whether what is half a word may become one that closes or chains.
pub(in crate::completion) fn may_become_chain(half: &str) -> bool {
    let body = half.trim_start_matches(['}', ' ']);
    !body.is_empty()
        && body.chars().all(|c| c.is_ascii_lowercase())
        && CHAIN.iter().chain(&ENDS).any(|word| word.starts_with(body))
}

/// Whether a line declares something that stands for itself.
pub(in crate::completion) fn declares(line: &str) -> bool {
    DECLARES.contains(&first_word(line))
}

/// Whether a line is a comment, an attribute or a decorator: it belongs to what follows.
pub(in crate::completion) fn is_prelude(line: &str, language: Language) -> bool {
    let body = line.trim_start();
    let attribute = match language.id() {
        "rust" | "php" => body.starts_with("#["),
        "csharp" => body.starts_with('[') && body.trim_end().ends_with(']'),
        _ => false,
    };
    is_comment(line, language) || attribute || body.starts_with('@') || body.starts_with("template")
}

/// Where the first line that has anything on it ends (bytes), once its line break has come.
pub(in crate::completion) fn first_line(text: &str) -> Option<usize> {
    let lead = text.len() - text.trim_start().len();
    Some(lead + text.get(lead..)?.find('\n')?)
}

/// A line that does not stand twice by chance.
pub(in crate::completion) fn is_significant(line: &str) -> bool {
    line.chars().filter(|c| c.is_alphanumeric()).count() >= 6
}

/// Whether a line is only a comment.
pub(in crate::completion) fn is_comment(line: &str, language: Language) -> bool {
    let body = line.trim_start();
    language.line_comment().is_some_and(|mark| body.starts_with(mark))
        || language.block_comment().is_some_and(|(mark, _)| body.starts_with(mark))
}

/// Whether a line, whole, opens a block without a bracket: Python's colon, Ruby's `do`, the shell's
/// `then`.
pub(in crate::completion) fn opens_body(line: &str, language: Language) -> bool {
    let body = code_of(line, language);
    if language.by_indentation() {
        return body.ends_with(':');
    }
    if language.id() == "php" {
        return body.ends_with("): ?>") || body.ends_with("):") || body.ends_with("else: ?>");
    }
    if !by_words(language) {
        return false;
    }
    let word = first_word(body);
    let last = body.rsplit([' ', '\t', ';']).next().unwrap_or("");
    let block_bar = body.ends_with('|') && (body.contains(" do |") || body.contains("{ |"));
    match language.id() {
        "ruby" | "crystal" => {
            let starts = matches!(
                word,
                "def"
                    | "class"
                    | "module"
                    | "if"
                    | "unless"
                    | "while"
                    | "until"
                    | "case"
                    | "begin"
                    | "for"
                    | "else"
                    | "elsif"
                    | "rescue"
                    | "ensure"
                    | "when"
            );
            (starts && !is_end_word(last)) || last == "do" || block_bar
        }
        "lua" => {
            matches!(last, "do" | "then" | "else" | "repeat")
                || word == "function"
                || body.contains("function(")
                || body.contains("function (")
                || body.starts_with("local function")
        }
        "elixir" => last == "do" || body.ends_with("->") || last == "else",
        "julia" | "matlab" => matches!(
            word,
            "function" | "if" | "for" | "while" | "struct" | "module" | "begin" | "else" | "try"
        ),
        "sql" => false,
        _ => matches!(last, "do" | "then" | "else" | "in" | "begin") || word == "case",
    }
}

/// Whether a statement goes on below a line that ends like this.
pub(in crate::completion) fn goes_on(line: &str, language: Language) -> bool {
    let body = code_of(line, language);
    if body.ends_with('\\') {
        return true;
    }
    if matches!(language.id(), "markdown" | "plaintext" | "yaml") {
        return false;
    }
    let unclosed = ["++", "--", "*/", "/>", "</", "->", "=>"].iter().any(|end| body.ends_with(end));
    if unclosed {
        return body.ends_with("=>") || (body.ends_with("->") && language.id() != "rust");
    }
    body.ends_with([',', '=', '+', '-', '*', '/', '%', '&', '|', '^', '<', '?', '.', '(', '[', '{'])
        || [" and", " or", " not", " in", " is", " instanceof", "::"]
            .iter()
            .any(|end| body.ends_with(end))
}

/// Whether a line goes on with the statement above it: a method of a chain, an operator.
pub(in crate::completion) fn continues(line: &str, language: Language) -> bool {
    let body = line.trim_start();
    if matches!(language.id(), "markdown" | "plaintext" | "yaml") {
        return false;
    }
    // A path, a spread, a pointer or a sign begin a statement of their own.
    (body.starts_with('.') && !body.starts_with("..") && !body.starts_with("./"))
        || body.starts_with("?.")
        || ["&&", "||", "|>", "?:", "??", "and ", "or ", "<<", ">>", "== "]
            .iter()
            .any(|begin| body.starts_with(begin))
        || (body.starts_with(['+', '?', ':', '|'])
            && !body.starts_with("++")
            && !body.starts_with("::"))
        || (body.starts_with("->") && language.id() == "php")
        || (body.trim_end() == "{" && !language.by_indentation())
        || (first_word(body) == "where" && language.id() == "rust")
}

/// A line without a comment at its end and without trailing blanks.
pub(in crate::completion) fn code_of(line: &str, language: Language) -> &str {
    let line = line.trim_end();
    let Some(mark) = language.line_comment() else { return line };
    let mut quote: Option<char> = None;
    let mut escaped = false;
    let mut blank = true;
    for (at, c) in line.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if language.quotes().contains(&c) => quote = Some(c),
            None if blank && line.get(at..).is_some_and(|left| left.starts_with(mark)) => {
                return line.get(..at).unwrap_or("").trim_end();
            }
            None => {}
        }
        blank = c.is_whitespace()
            || (mark.starts_with('/') && matches!(c, ';' | '{' | '}' | ')' | ','));
    }
    line
}

/// Whether lines that begin with `#` are directives of a preprocessor.
pub(in crate::completion) fn has_directives(language: Language) -> bool {
    matches!(
        language.id(),
        "c" | "cpp" | "csharp" | "objective-c" | "objective-cpp" | "glsl" | "hlsl"
    )
}

/// Whether a statement ends with its line unless the line says otherwise: no method of a chain on
/// the next one belongs to it.
pub(in crate::completion) fn ends_with_line(language: Language) -> bool {
    language.by_indentation()
        || matches!(
            language.id(),
            "go" | "shellscript"
                | "sql"
                | "yaml"
                | "toml"
                | "makefile"
                | "dockerfile"
                | "html"
                | "xml"
                | "css"
                | "lua"
                | "elixir"
                | "julia"
                | "r"
                | "ini"
                | "properties"
                | "dotenv"
        )
}
