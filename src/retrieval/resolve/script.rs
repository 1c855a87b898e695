//! JavaScript and TypeScript: relative paths, aliases, packages of the workspace.

use super::{Found, Resolver};
use crate::retrieval::index::FileId;
use crate::retrieval::index::paths::join;
use crate::retrieval::names::Name;
use crate::retrieval::symbol::{FileSymbols, Import};

/// In the order in which TypeScript and bundlers look.
const EXTENSIONS: [&str; 9] =
    [".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts"];

impl Resolver<'_> {
    pub(super) fn script(&self, from: &FileSymbols, import: &Import, hops: u32) -> Found {
        let Some(id) = self.script_file(from, &import.path) else {
            // Of a package with several folders of sources, its name may be all there is.
            let outside = import.path.starts_with('.') || matches!(import.name, Name::NONE);
            let by_name = if outside { Vec::new() } else { self.by_name(import, "/") };
            return (by_name, Vec::new());
        };
        match import.name {
            Name::NONE | Name::GLOB => (Vec::new(), vec![id]),
            Name::DEFAULT => {
                let found = self.in_file(id, Name::DEFAULT, hops);
                if found.0.is_empty() && found.1.is_empty() {
                    // `module.exports = { … }`: the whole is taken.
                    return (Vec::new(), vec![id]);
                }
                found
            }
            name => {
                let found = self.in_file(id, name, hops);
                if found.0.is_empty() && found.1.is_empty() {
                    let inner = self.index.definitions(name).iter().copied();
                    return (inner.filter(|at| at.file == id).collect(), Vec::new());
                }
                found
            }
        }
    }

    fn script_file(&self, from: &FileSymbols, path: &str) -> Option<FileId> {
        if path.starts_with('.') {
            return self.script_path(&join(from.folder(), path)?);
        }
        let manifests = self.index.paths().manifests();
        for (before, target) in &manifests.aliases {
            if let Some(rest) = path.strip_prefix(before.as_str())
                && let Some(found) = self.script_path(&join(target, rest)?)
            {
                return Some(found);
            }
        }
        for package in &manifests.packages {
            let Some(rest) = path.strip_prefix(package.name.as_str()) else { continue };
            if rest.is_empty() {
                let entry = self.index.id(&package.entry);
                return entry
                    .or_else(|| self.script_path(&join(&package.folder, "src")?))
                    .or_else(|| self.script_path(&package.folder));
            }
            if let Some(rest) = rest.strip_prefix('/') {
                return self
                    .script_path(&join(&package.folder, rest)?)
                    .or_else(|| self.script_path(&join(&package.folder, &format!("src/{rest}"))?));
            }
        }
        None
    }

    fn script_path(&self, path: &str) -> Option<FileId> {
        let index = self.index;
        if let Some(id) = index.id(path) {
            return Some(id);
        }
        // `./a.js` in TypeScript means `./a.ts`.
        let bare = [".js", ".jsx", ".mjs", ".cjs"].iter().find_map(|end| path.strip_suffix(end));
        for stem in [Some(path), bare].into_iter().flatten() {
            for extension in EXTENSIONS {
                if let Some(id) = index.id(&format!("{stem}{extension}")) {
                    return Some(id);
                }
            }
        }
        let folder = format!("{path}/index");
        let folder = folder.trim_start_matches('/');
        EXTENSIONS.iter().find_map(|extension| index.id(&format!("{folder}{extension}")))
    }
}
