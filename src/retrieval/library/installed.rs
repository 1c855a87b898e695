//! Which packages a file imports, and where their sources lie.

use std::path::{Path, PathBuf};

use crate::retrieval::source::Family;
use crate::retrieval::symbol::{FileSymbols, Import};

mod go;
mod python;
mod rust;
mod script;

/// A package on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// What was looked for, by [`wanted`].
    pub key: String,
    /// Its own name, for people: `serde_json`, `@scope/name`, `example.com/module`.
    pub name: String,
    /// Its version; empty where it is not known.
    pub version: String,
    /// Its folder, or its one file.
    pub folder: PathBuf,
    /// The part of the folder that is read; empty for all of it.
    pub below: String,
    /// Whether what lies deeper in it is read as well.
    pub deep: bool,
    /// The language that uses it.
    pub family: Family,
    /// What imports call it where they are followed by name; empty where they are followed by path.
    pub import: String,
    /// The file that importing it means, in its folder; empty where that follows from the folder.
    pub entry: String,
}

/// Where package managers keep what they have installed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Homes {
    /// Cargo's home (The Cargo Book, "Cargo Home").
    pub cargo: Option<PathBuf>,
    /// The virtual environment that is active.
    pub python: Option<PathBuf>,
    /// Go's module cache.
    pub go: Option<PathBuf>,
}

impl Homes {
    /// As the environment of this process says, else where they usually are.
    #[must_use]
    pub fn of_environment() -> Self {
        let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let home = || variable("HOME").or_else(|| variable("USERPROFILE"));
        let gopath = || variable("GOPATH").or_else(|| Some(home()?.join("go")));
        Self {
            cargo: variable("CARGO_HOME").or_else(|| Some(home()?.join(".cargo"))),
            python: variable("VIRTUAL_ENV"),
            go: variable("GOMODCACHE").or_else(|| Some(gopath()?.join("pkg").join("mod"))),
        }
    }
}

/// The packages that a file imports, each once, in the order of the imports: names by which [`find`]
/// looks for them. What is the project's own or comes with the language is none.
#[must_use]
pub fn wanted(file: &FileSymbols) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let family = file.source.family();
    for key in file.imports.iter().filter_map(|import| key(family, import)) {
        if !found.contains(&key) {
            found.push(key);
        }
    }
    found
}

fn key(family: Family, import: &Import) -> Option<String> {
    match family {
        Family::Rust => rust::key(&import.path),
        Family::Python => python::key(&import.path),
        Family::Script => script::key(&import.path),
        Family::Go => go::key(&import.path),
        Family::Java | Family::C => None,
    }
}

/// Looks for a package. `folders`: the file's own, then those above it up to the workspace folder. It
/// blocks.
#[must_use]
pub fn find(key: &str, family: Family, folders: &[&Path], homes: &Homes) -> Option<Installed> {
    match family {
        Family::Rust => rust::find(key, folders, homes.cargo.as_deref()?),
        Family::Python => python::find(key, folders, homes.python.as_deref()),
        Family::Script => script::find(key, folders),
        Family::Go => go::find(key, folders, homes.go.as_deref()?),
        Family::Java | Family::C => None,
    }
}

/// Whether a name is one folder's, and no way to another.
fn is_plain(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-.@+~!".contains(c);
    !name.is_empty() && name.len() <= 128 && name.chars().all(fits) && !name.starts_with('.')
}
