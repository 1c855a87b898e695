//! What installed packages offer: the symbols of those that open files import, read from the sources
//! that a package manager has put on this machine (Cargo's registry, a virtual environment's
//! `site-packages`, `node_modules`, Go's module cache).
//!
//! Reading them takes up to a second each, so it is done ahead, in the background, once for each version
//! of a package. A [`Library`] is a snapshot, as an index is one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::extract::Extractor;
use super::index::Index;
use super::index::manifests::{Manifests, Package};
use super::mentions::Mentions;
use super::names::Names;
use super::source::{Family, Source};
use crate::guard::secret_kind;
use crate::project::reading;

pub mod installed;
#[cfg(test)]
mod tests;

pub use installed::{Homes, Installed, find, wanted};

/// Of one package: files, and bytes of them.
const FILES: usize = 300;
const BYTES: u64 = 3 * 1024 * 1024;
/// Folders that are looked into for them.
const FOLDERS: usize = 600;
/// Packages that are kept; more are not read.
const PACKAGES: usize = 64;
/// Folders of a package that say nothing of how it is used.
const NOT_READ: [&str; 10] = [
    "tests",
    "test",
    "testing",
    "examples",
    "benches",
    "docs",
    "node_modules",
    "__pycache__",
    "testdata",
    "fuzz",
];

/// The symbols of installed packages.
#[derive(Clone)]
pub struct Library {
    index: Index,
    manifests: Manifests,
    /// By the name that imports give them: the version, nothing where nothing of it was found.
    packages: Arc<BTreeMap<String, Option<String>>>,
}

impl Library {
    /// One without packages, over the names of the workspace's index: what is asked is asked by them.
    #[must_use]
    pub fn new(names: Arc<Names>) -> Self {
        Self { index: Index::new(names), manifests: Manifests::default(), packages: Arc::default() }
    }

    /// The symbols.
    #[must_use]
    pub const fn index(&self) -> &Index {
        &self.index
    }

    /// Whether a package has been looked for, found or not.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.packages.contains_key(name) || self.packages.len() >= PACKAGES
    }

    /// The version of a package that was found.
    #[must_use]
    pub fn version(&self, name: &str) -> Option<&str> {
        self.packages.get(name)?.as_deref()
    }

    /// Notes that nothing of a package is installed, so that it is not looked for again.
    pub fn add_missing(&mut self, name: &str) {
        Arc::make_mut(&mut self.packages).entry(name.to_owned()).or_default();
    }

    /// Reads a package. It blocks.
    pub fn add(&mut self, extractor: &mut Extractor, package: &Installed) {
        let shown = if package.version.is_empty() {
            package.name.clone()
        } else {
            format!("{}-{}", package.name, package.version)
        };
        let mut read = 0;
        for (below, file) in files(package) {
            let Some(source) = Source::from_path(&below) else { continue };
            let Some(text) = reading::whole(&file, BYTES) else { continue };
            read += text.len() as u64;
            if read > BYTES {
                break;
            }
            let path = format!("{shown}/{below}");
            if let Some(mut file) = extractor.read(&path, source, &text, self.index.names()) {
                // What it mentions is of no interest, and most of what a file takes.
                file.mentions = Mentions::default();
                self.index.replace(file);
            }
        }
        if !package.import.is_empty() {
            let entry = match package.entry.as_str() {
                "" => String::new(),
                entry => format!("{shown}/{entry}"),
            };
            let known = Package { name: package.import.clone(), folder: shown, entry };
            self.manifests.packages.push(known);
            // The longest first, as the workspace's own.
            self.manifests
                .packages
                .sort_by(|a, b| b.name.len().cmp(&a.name.len()).then_with(|| a.name.cmp(&b.name)));
            self.index.set_manifests(self.manifests.clone());
        }
        let version = Some(package.version.clone());
        Arc::make_mut(&mut self.packages).insert(package.key.clone(), version);
    }
}

/// The files of a package that are read, by their path in it: those nearest to its top.
fn files(package: &Installed) -> Vec<(String, PathBuf)> {
    if package.folder.is_file() {
        let name = reading::name(&package.folder);
        return vec![(name, package.folder.clone())];
    }
    let top = package.folder.join(&package.below);
    let (mut folders, mut files) = (vec![top], Vec::new());
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut entries: Vec<_> = entries.take(4_096).collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            // A link leads elsewhere, or in a circle.
            let Ok(kind) = entry.file_type() else { continue };
            // What a crate has for browsers is called like what it has for everybody else.
            let browsers = package.family == Family::Rust && matches!(&*name, "wasm" | "wasm.rs");
            let hidden = name.starts_with('.') || NOT_READ.contains(&&*name) || browsers;
            if kind.is_dir() && !hidden && package.deep && folders.len() < FOLDERS {
                folders.push(path);
            } else if kind.is_file()
                && !browsers
                && is_read(package.family, &name)
                && files.len() < FILES
            {
                files.push((path_below(&package.folder, &path), path));
            }
        }
    }
    files.retain(|(below, _)| secret_kind(below).is_none());
    files
}

/// Whether a file of a package says what it offers.
fn is_read(family: Family, name: &str) -> bool {
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match family {
        Family::Rust => ends(&[".rs"]) && name != "build.rs",
        Family::Python => ends(&[".py", ".pyi"]) && name != "conftest.py",
        Family::Script => ends(&[".d.ts", ".d.mts", ".d.cts"]),
        Family::Go => ends(&[".go"]) && !ends(&["_test.go"]),
        Family::Java | Family::C => false,
    }
}

fn path_below(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
