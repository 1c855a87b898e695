//! What a project is made with, found from its files: the main dependencies, what its tests are
//! written with, where they are, how it writes its docstrings.
//!
//! All of it reads the file system, so none of it belongs on the message path. Anybody can have
//! written those files: what is broken, huge or no file at all is passed over, links to folders are
//! not followed, and of what is read only names and version numbers go on.

mod docstrings;
mod framework;
mod go;
mod java;
pub(crate) mod known;
mod locked;
mod native;
mod node;
mod python;
pub(crate) mod reading;
mod rust;
mod stack;
pub mod testing;

use std::path::{Path, PathBuf};

pub use self::docstrings::Docstrings;
pub use self::framework::{Framework, Kind};
use self::locked::LOCKS;
use self::stack::Stack;
use crate::document::language::Language;

/// Folders above a file that is in no workspace folder.
const DEEPEST: usize = 16;

/// What is known of the project that a file is in, for the file's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// The folder of the nearest manifest.
    pub folder: Option<PathBuf>,
    /// The folder above which nothing is looked at.
    pub top: PathBuf,
    /// The manifests that were read.
    pub manifests: Vec<PathBuf>,
    /// The language's version and the main dependencies, each with its version: `axum 0.8`.
    pub stack: Vec<String>,
    /// What its tests are written with.
    pub framework: Framework,
    /// How it writes docstrings, for Python.
    pub docstrings: Option<Docstrings>,
}

/// What a language's manifests say.
#[derive(Default)]
struct Found {
    folder: Option<PathBuf>,
    manifests: Vec<PathBuf>,
    stack: Stack,
    framework: Option<Framework>,
}

impl Found {
    /// A manifest that was read; the first one is the nearest.
    fn manifest(&mut self, file: &Path) {
        if self.folder.is_none() {
            self.folder = file.parent().map(Path::to_path_buf);
        }
        self.manifests.push(file.to_path_buf());
    }
}

impl Project {
    /// Looks from a file up to the workspace folder that holds it.
    #[must_use]
    pub fn read(file: &Path, root: Option<&Path>, language: Language) -> Self {
        let folders = folders(file, root);
        let top = folders.last().map_or_else(PathBuf::new, |top| (*top).to_path_buf());
        let mut found = match language.id() {
            "rust" => rust::read(&folders),
            "python" => python::read(&folders),
            "javascript" | "javascriptreact" | "typescript" | "typescriptreact" => {
                node::read(&folders)
            }
            "go" => go::read(&folders),
            "java" => java::read(&folders),
            "c" | "cpp" => native::read(&folders, language.id() == "cpp"),
            _ => Found::default(),
        };
        let package = found.folder.as_deref();
        locked::complete(&mut found.stack, &folders, package, language.id());
        let docstrings = match language.id() {
            "python" => docstrings::of_project(file, &folders),
            _ => None,
        };
        Self {
            folder: found.folder,
            top,
            manifests: found.manifests,
            stack: found.stack.finish(),
            framework: found.framework.unwrap_or_else(|| Framework::usual(language)),
            docstrings,
        }
    }
}

/// The folders to look in, the file's own first.
fn folders<'a>(file: &'a Path, root: Option<&Path>) -> Vec<&'a Path> {
    let mut folders = Vec::new();
    for folder in file.ancestors().skip(1).take(DEEPEST) {
        folders.push(folder);
        if root == Some(folder) || (root.is_none() && folder.join(".git").exists()) {
            return folders;
        }
    }
    // In no project, the user's other folders are none of its.
    if root.is_none() {
        folders.truncate(1);
    }
    folders
}

/// Whether a file of that name says what a project is made with.
#[must_use]
pub fn is_manifest(name: &str) -> bool {
    let fits = |(before, after): &(&str, &str)| name.starts_with(before) && name.ends_with(after);
    MANIFESTS.contains(&name) || is_lock(name) || PATTERNS.iter().any(fits)
}

/// Whether a file of that name says which versions of its dependencies a project has.
#[must_use]
pub fn is_lock(name: &str) -> bool {
    LOCKS.contains(&name)
}

/// The names of all that [`is_manifest`], as patterns for those who watch files.
pub fn watched() -> impl Iterator<Item = String> {
    let names = MANIFESTS.iter().chain(LOCKS).map(|name| (*name).to_owned());
    names.chain(PATTERNS.map(|(before, after)| format!("{before}*{after}")))
}

/// How the names of some begin and end.
const PATTERNS: [(&str, &str); 3] =
    [("requirements", ".txt"), ("vitest.config.", ""), ("jest.config.", "")];

/// The others by name.
const MANIFESTS: [&str; 19] = [
    "Cargo.toml",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "pytest.ini",
    "tox.ini",
    "Pipfile",
    "conftest.py",
    "package.json",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "libs.versions.toml",
    "CMakeLists.txt",
    "Makefile",
    "meson.build",
    "conanfile.txt",
    "vcpkg.json",
];
