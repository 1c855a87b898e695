//! Go packages, Java packages, C and C++ headers: what is found by the end of a path.

use super::{Found, Resolver};
use crate::retrieval::index::FileId;
use crate::retrieval::index::paths::{ends_with, join};
use crate::retrieval::names::Name;
use crate::retrieval::symbol::{FileSymbols, Import};

impl Resolver<'_> {
    /// All files of the package.
    pub(super) fn go(&self, path: &str) -> Vec<FileId> {
        let paths = self.index.paths();
        for package in &paths.manifests().packages {
            if let Some(rest) = path.strip_prefix(package.name.as_str())
                && (rest.is_empty() || rest.starts_with('/'))
                && let Some(folder) = join(&package.folder, rest)
            {
                return paths.folder(&folder).to_vec();
            }
        }
        // Without its go.mod: the folder that agrees with most of the path, two parts at least.
        let mut suffix = path;
        while suffix.contains('/') {
            if let Some(folder) = paths.folders_ending(suffix).next() {
                return paths.folder(folder).to_vec();
            }
            suffix = suffix.split_once('/').map_or("", |(_, rest)| rest);
        }
        Vec::new()
    }

    /// A class, a class's static member, or a package.
    pub(super) fn java(&self, import: &Import) -> Found {
        let paths = self.index.paths();
        let folder = import.path.replace('.', "/");
        if import.name == Name::GLOB {
            let found = paths.folders_ending(&folder).next();
            return (Vec::new(), found.map_or(Vec::new(), |found| paths.folder(found).to_vec()));
        }
        let name = self.index.names().text(import.name);
        for class in [format!("{folder}/{name}.java"), format!("{folder}.java")] {
            let file = class.rsplit('/').next().unwrap_or("");
            let found = paths.named(file).iter().find(|path| ends_with(path, &class));
            if let Some(id) = found.and_then(|path| paths.id(path)) {
                let here = self.index.definitions(import.name).iter().copied();
                return (here.filter(|at| at.file == id).collect(), Vec::new());
            }
        }
        Found::default()
    }

    /// A header: beside the file, else the one whose path ends so.
    pub(super) fn include(&self, from: &FileSymbols, path: &str) -> Vec<FileId> {
        let paths = self.index.paths();
        let beside = join(from.folder(), path).and_then(|path| paths.id(&path));
        if let Some(id) = beside {
            return vec![id];
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let found = paths.named(name).iter().find(|other| ends_with(other, path));
        found.and_then(|path| paths.id(path)).into_iter().collect()
    }
}
