//! How a Python project writes its docstrings: what its tools are told, else what its files do.

use std::path::Path;

use toml::{Table, Value};

use super::reading;
use crate::document::line_ending::normalise;

/// Files that are looked at.
const FILES: usize = 12;
/// Bytes of each.
const BYTES: u64 = 32 * 1024;

/// A style of docstrings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Docstrings {
    /// `Args:`, `Returns:`.
    Google,
    /// `Parameters` and a line of dashes.
    Numpy,
    /// `:param name:`.
    Rest,
}

impl Docstrings {
    /// The style of a text, by the marks that each has and the others have not.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        strongest(count(text))
    }
}

type Counts = [(usize, Docstrings); 3];

fn count(text: &str) -> Counts {
    let text = normalise(text);
    let count = |marks: &[&str]| marks.iter().map(|mark| text.matches(mark).count()).sum::<usize>();
    let headings = |dash: &str| text.matches(dash).count();
    [
        (count(&["Args:\n", "Returns:\n", "Raises:\n", "Yields:\n"]), Docstrings::Google),
        (headings("    ----"), Docstrings::Numpy),
        (count(&[":param ", ":return:", ":returns:", ":raises "]), Docstrings::Rest),
    ]
}

fn strongest(counts: Counts) -> Option<Docstrings> {
    let best = counts.into_iter().rev().max_by_key(|(count, _)| *count);
    best.filter(|(count, _)| *count > 0).map(|(_, style)| style)
}

/// The project's, from what `ruff` or `pydocstyle` is told, else from the neighbours of a file.
pub(super) fn of_project(file: &Path, folders: &[&Path]) -> Option<Docstrings> {
    told(folders).or_else(|| seen(file, folders))
}

fn told(folders: &[&Path]) -> Option<Docstrings> {
    let (_, text) = reading::nearest(folders, "pyproject.toml")?;
    let manifest: Table = text.parse().ok()?;
    let tool = manifest.get("tool")?;
    let ruff = |tool: &Value| {
        let lint = tool.get("ruff")?;
        let lint = lint.get("lint").unwrap_or(lint);
        Some(lint.get("pydocstyle")?.get("convention")?.as_str()?.to_owned())
    };
    let own = |tool: &Value| Some(tool.get("pydocstyle")?.get("convention")?.as_str()?.to_owned());
    match ruff(tool).or_else(|| own(tool))?.as_str() {
        "google" => Some(Docstrings::Google),
        "numpy" => Some(Docstrings::Numpy),
        _ => None,
    }
}

fn seen(file: &Path, folders: &[&Path]) -> Option<Docstrings> {
    let mut total = count("");
    let mut read = 0;
    for folder in folders.iter().take(2) {
        let names = reading::names(folder);
        for name in names.iter().filter(|name| name.ends_with(".py")) {
            let other = folder.join(name);
            if read == FILES || other == file {
                continue;
            }
            read += 1;
            let text = reading::beginning(&other, BYTES).unwrap_or_default();
            for (sum, (count, _)) in total.iter_mut().zip(count(&text)) {
                sum.0 += count;
            }
        }
    }
    strongest(total)
}
