//! How a project writes: documentation comments, by language and by what the file does already.

use crate::document::language::Language;
use crate::project::Docstrings;

/// How documentation comments are written in a language, in words for a model; `text` is the file, and
/// `project` how its docstrings are written elsewhere.
#[must_use]
pub fn documentation(language: Language, text: &str, project: Option<Docstrings>) -> &'static str {
    match language.id() {
        "rust" => {
            "rustdoc: `///` lines above the item and its attributes, a sentence first, then `# Errors`, `# Panics` and `# Examples` where they apply"
        }
        "python" => python(Docstrings::of(text).or(project).unwrap_or(Docstrings::Google)),
        "javascript" | "javascriptreact" => {
            "JSDoc: `/** … */` above it, with `@param {Type} name` and `@returns {Type}`"
        }
        "typescript" | "typescriptreact" => {
            "TSDoc: `/** … */` above it, with `@param name -` and `@returns`, without types"
        }
        "go" => {
            "a Go doc comment: `//` lines right above it that begin with its name, in full sentences"
        }
        "java" => {
            "Javadoc: `/** … */` above it and its annotations, with `@param`, `@return` and `@throws`"
        }
        "c" | "cpp" => {
            if text.contains("///") && !text.contains("/**") {
                "Doxygen: `///` lines above it, with `@param` and `@return`"
            } else {
                "Doxygen: `/** … */` above it, with `@param` and `@return`"
            }
        }
        _ => "is usual in the language",
    }
}

const fn python(style: Docstrings) -> &'static str {
    match style {
        Docstrings::Numpy => {
            "a NumPy docstring: a sentence first, then `Parameters`, `Returns` and `Raises`, each underlined with dashes"
        }
        Docstrings::Rest => {
            "a reST docstring: a sentence first, then `:param name:`, `:returns:` and `:raises Error:`"
        }
        Docstrings::Google => {
            "a Google docstring: a sentence first, then `Args:`, `Returns:` and `Raises:`"
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_file_s_own_style_goes_on() {
        for (id, text, want) in [
            ("python", "", "Google"),
            ("python", "    Args:\n        a: it\n    Returns:\n        b", "Google"),
            ("python", "    Parameters\n    ----------\n    a\n", "NumPy"),
            ("python", "    :param a: it\n    :returns: b\n", "reST"),
            ("rust", "", "rustdoc"),
            ("cpp", "/// A.\nint a;", "`///`"),
            ("cpp", "", "`/** … */`"),
            ("typescript", "", "TSDoc"),
            ("ruby", "", "usual"),
        ] {
            let got = documentation(Language::from_id(id).unwrap(), text, None);
            assert!(got.contains(want), "{id}: {got}");
        }
    }

    #[test]
    fn a_file_without_any_writes_as_the_project() {
        let python =
            |text, project| documentation(Language::from_id("python").unwrap(), text, project);
        assert!(python("", Some(Docstrings::Numpy)).contains("NumPy"));
        assert!(python("    :param a: it\n", Some(Docstrings::Numpy)).contains("reST"));
    }
}
