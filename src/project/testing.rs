//! Where a project has the tests of a file, or would have them.

mod go;
mod java;
mod native;
mod python;
mod rust;
mod script;

use std::path::{Path, PathBuf};

use super::Project;
use super::framework::Kind;
use crate::document::language::Language;

/// What is to be tested.
#[derive(Clone, Copy)]
pub struct Code<'a> {
    /// The file.
    pub file: &'a Path,
    /// Its text, or as much of it as matters.
    pub text: &'a str,
    /// Its language.
    pub language: Language,
    /// Whether there is such a file, on disk or in the editor.
    pub exists: &'a dyn Fn(&Path) -> bool,
}

/// Where its tests go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file; `None` for the one with the code.
    pub file: Option<PathBuf>,
    /// It is there already.
    pub exists: bool,
    /// How tests there get at the code, for a model.
    pub import: String,
}

impl Place {
    fn here(import: &str) -> Self {
        Self { file: None, exists: true, import: import.to_owned() }
    }

    fn known(file: PathBuf, import: String) -> Self {
        Self { file: Some(file), exists: true, import }
    }

    fn new(file: PathBuf, import: String) -> Self {
        Self { file: Some(file), exists: false, import }
    }
}

/// Whether a Rust file says that its tests are in a file of their own.
pub(crate) fn has_test_file(text: &str) -> bool {
    rust::in_a_file(text).is_some()
}

/// Finds the place; `None` for languages whose customs are not known. Reads the file system. What a
/// link leads to outside of the project is not there.
#[must_use]
pub fn place(project: &Project, code: &Code<'_>) -> Option<Place> {
    let exists = |path: &Path| (code.exists)(path) && lies_in(path, &project.top);
    let Code { file, text, language, .. } = *code;
    let code = &Code { file, text, language, exists: &exists };
    let place = match code.language.id() {
        "rust" => rust::place(project, code),
        "python" => python::place(project, code),
        "javascript" | "javascriptreact" | "typescript" | "typescriptreact" => {
            script::place(project, code)
        }
        "go" => go::place(code),
        "java" => java::place(project, code),
        "c" | "cpp" => native::place(project, code),
        _ => return None,
    };
    Some(place)
}

impl Project {
    /// The folders from a file's own to the topmost of the project.
    fn above<'a>(&self, file: &'a Path) -> Vec<&'a Path> {
        let inside = |folder: &&Path| folder.starts_with(&self.top);
        file.ancestors().skip(1).take_while(inside).collect()
    }

    /// The folder of the project, or the file's own where it is in none.
    fn home<'a>(&'a self, file: &'a Path) -> &'a Path {
        self.folder.as_deref().or_else(|| file.parent()).unwrap_or(file)
    }

    /// Whether a folder is there, and not somewhere else by a link.
    fn has_folder(&self, folder: &Path) -> bool {
        folder.is_dir() && lies_in(folder, &self.top)
    }

    const fn uses(&self, kind: Kind) -> bool {
        self.framework.kind as u8 == kind as u8
    }
}

/// Whether a file or a folder lies below another folder by its real path, or would once it is made.
pub(crate) fn lies_in(path: &Path, top: &Path) -> bool {
    // Nothing is linked in a folder that is not there yet.
    let Ok(top) = top.canonicalize() else { return true };
    // A link that leads nowhere is there, and leads away.
    let there = path.ancestors().find(|path| path.symlink_metadata().is_ok());
    let real = there.and_then(|path| path.canonicalize().ok());
    real.is_some_and(|real| real.starts_with(&top) && (real != top || there != Some(path)))
}

/// What of the path between two folders a folder of tests may repeat: all of it, all without its
/// beginnings (`src`, a package's name), nothing.
fn repeated(above: &Path, own: &Path) -> Vec<PathBuf> {
    let Ok(between) = own.strip_prefix(above) else { return vec![PathBuf::new()] };
    let parts: Vec<_> = between.components().collect();
    (0..=parts.len()).map(|skip| parts.iter().skip(skip).collect()).collect()
}

/// The first of the files that is there: in the folders named `tests` above a file, by all the ways
/// that they repeat its path.
fn in_test_folders(
    project: &Project,
    code: &Code<'_>,
    tests: &[&str],
    names: &[String],
) -> Option<PathBuf> {
    let own = code.file.parent()?;
    for folder in project.above(code.file) {
        for tests in tests {
            let tests = folder.join(tests);
            if !project.has_folder(&tests) {
                continue;
            }
            for part in repeated(folder, own) {
                let found = names.iter().map(|name| tests.join(&part).join(name));
                if let Some(found) = found.into_iter().find(|file| (code.exists)(file)) {
                    return Some(found);
                }
            }
            let deeper = super::reading::below(&tests).into_iter();
            let mut named = deeper.filter(|file| names.contains(&super::reading::name(file)));
            if let Some(found) = named.next() {
                return Some(found);
            }
        }
    }
    None
}

/// The nearest folder of tests above a file.
fn nearest_folder(project: &Project, file: &Path, tests: &[&str]) -> Option<(PathBuf, PathBuf)> {
    project.above(file).into_iter().find_map(|folder| {
        let found =
            tests.iter().map(|name| folder.join(name)).find(|tests| project.has_folder(tests))?;
        Some((folder.to_path_buf(), found))
    })
}

/// Where in a folder of tests a new file goes: where it repeats the path of the code already.
fn mirrored(project: &Project, above: &Path, tests: &Path, own: &Path) -> PathBuf {
    let parts = repeated(above, own).into_iter();
    let there = parts.map(|part| tests.join(part)).find(|folder| project.has_folder(folder));
    there.unwrap_or_else(|| tests.to_path_buf())
}

/// The path from a folder to a file, with `/`; beginning with `./` or `../`.
fn relative(from: &Path, to: &Path) -> String {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().count() - common;
    let down: PathBuf = to.components().skip(common).collect();
    let down = down.to_string_lossy().replace('\\', "/");
    if up == 0 { format!("./{down}") } else { format!("{}{down}", "../".repeat(up)) }
}
