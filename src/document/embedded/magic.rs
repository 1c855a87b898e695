//! IPython's cell magics.

use super::named;
use crate::document::language::Language;

/// The language of a notebook cell by its first line: `%%bash`, `%%writefile x.toml`.
/// `None` means that the cell's own language goes on, as after `%%time`.
/// <https://ipython.readthedocs.io/en/stable/interactive/magics.html#cell-magics>
pub fn cell_magic(first_line: &str) -> Option<Language> {
    let magic = first_line.strip_prefix("%%")?;
    // `%% Section` is MATLAB's.
    let (name, arguments) = magic.split_once(char::is_whitespace).unwrap_or((magic, ""));
    let mut words = arguments.split_ascii_whitespace();
    match name.trim() {
        "writefile" | "file" => {
            let path = words.find(|word| !word.starts_with('-'))?;
            let path = path.trim_matches(['"', '\'']);
            Some(Language::from_path(path).unwrap_or(Language::PLAIN_TEXT))
        }
        "script" => {
            let known = words.find_map(Language::from_interpreter);
            Some(known.unwrap_or(Language::PLAIN_TEXT))
        }
        "bash" | "sh" | "system" | "sx" | "!" => Some(named("shellscript")),
        "html" | "HTML" => Some(named("html")),
        "javascript" | "js" => Some(named("javascript")),
        "SVG" | "svg" => Some(named("xml")),
        "latex" => Some(named("latex")),
        "markdown" => Some(named("markdown")),
        "perl" => Some(named("perl")),
        "pypy" | "python" | "python2" | "python3" => Some(named("python")),
        "ruby" => Some(named("ruby")),
        "R" => Some(named("r")),
        "julia" => Some(named("julia")),
        "octave" => Some(named("matlab")),
        "cmd" => Some(named("bat")),
        "cython" => Some(named("cython")),
        "sql" | "bigquery" | "sparksql" => Some(named("sql")),
        "css" => Some(named("css")),
        "yaml" => Some(named("yaml")),
        "rust" => Some(named("rust")),
        "cu" | "cuda" => Some(named("cuda-cpp")),
        _ => None,
    }
}
