//! Rust: crates, modules and the files they lie in.

use super::{Found, Resolver};
use crate::retrieval::index::FileId;
use crate::retrieval::index::paths::join;
use crate::retrieval::names::Name;
use crate::retrieval::symbol::{FileSymbols, Import, Kind};

/// Crates that come with the compiler.
const BUILT_IN: [&str; 5] = ["std", "core", "alloc", "proc_macro", "test"];

impl Resolver<'_> {
    pub(super) fn rust(&self, from: &FileSymbols, import: &Import, hops: u32) -> Found {
        if is_file(&import.path) {
            return (Vec::new(), self.named_file(&from.path, &import.path).into_iter().collect());
        }
        let mut parts: Vec<&str> =
            import.path.split("::").filter(|part| !part.is_empty()).collect();
        if parts.first().is_some_and(|first| BUILT_IN.contains(first)) {
            return Found::default();
        }
        let name = self.index.names().text(import.name);
        let whole = import.name == Name::GLOB;
        // `use super::*` and `use crate` have nothing after the module.
        if !whole {
            parts.push(&name);
        }
        let found = self.rust_path(from, &parts, whole, hops);
        if found.0.is_empty() && found.1.is_empty() && !whole {
            return (self.by_name(import, "::"), Vec::new());
        }
        found
    }

    fn rust_path(&self, from: &FileSymbols, parts: &[&str], whole: bool, hops: u32) -> Found {
        let own = module_folder(&from.path);
        let Some((first, rest)) = parts.split_first() else { return Found::default() };
        match *first {
            "crate" | "$crate" => {
                let Some(root) = self.crate_root(&from.path) else { return Found::default() };
                self.rust_in(&root, rest, whole, hops)
            }
            "self" => self.rust_below(from, &own, rest, whole, hops),
            "super" => {
                let ups = rest.iter().take_while(|part| **part == "super").count();
                let mut folder = own;
                for _ in 0..=ups {
                    folder = parent(&folder).to_owned();
                }
                let rest = rest.get(ups..).unwrap_or(&[]);
                // `super` inside an inline module is the file itself; then its folder has nothing
                // of that name.
                self.rust_in(&folder, rest, whole, hops)
            }
            name => {
                for package in &self.index.paths().manifests().packages {
                    if package.name == name {
                        let source = format!("{}/src", package.folder);
                        let source = source.trim_start_matches('/');
                        return self.rust_in(source, rest, whole, hops);
                    }
                }
                let here = self.rust_below(from, &own, parts, whole, hops);
                if !(here.0.is_empty() && here.1.is_empty()) {
                    return here;
                }
                // Tests, examples and binaries name their own crate.
                let mut at = parent(&from.path);
                loop {
                    let source = if at.is_empty() { "src".into() } else { format!("{at}/src") };
                    if self.index.id(&format!("{source}/lib.rs")).is_some() {
                        return self.rust_in(&source, rest, whole, hops);
                    }
                    if at.is_empty() {
                        return Found::default();
                    }
                    at = parent(at);
                }
            }
        }
    }

    /// A path below a file's own module.
    fn rust_below(
        &self,
        from: &FileSymbols,
        own: &str,
        parts: &[&str],
        whole: bool,
        hops: u32,
    ) -> Found {
        let found = self.rust_in(own, parts, whole, hops);
        if is_target(&from.path) && found.0.is_empty() && found.1.is_empty() {
            return self.rust_in(parent(&from.path), parts, whole, hops);
        }
        found
    }

    /// A path below the module whose submodules lie in `folder`.
    fn rust_in(&self, folder: &str, parts: &[&str], whole: bool, hops: u32) -> Found {
        let mut folder = folder.to_owned();
        let mut file = self.module_file(&folder);
        let mut left = parts;
        while let Some((first, rest)) = left.split_first() {
            let below = format!("{folder}/{first}");
            let below = below.trim_start_matches('/');
            let moved = file.and_then(|file| self.moved(file, first));
            let Some(next) = moved.or_else(|| self.module_file(below)) else { break };
            file = Some(next);
            folder = match self.index.file(next).filter(|_| moved.is_some()) {
                Some(file) => module_folder(&file.path),
                None => below.to_owned(),
            };
            left = rest;
        }
        let Some(file) = file else { return Found::default() };
        let Some(first) = left.first() else { return (Vec::new(), vec![file]) };
        let Some(name) = self.index.names().get(first) else { return Found::default() };
        if whole && self.is_module(file, name) {
            // All of a module that stands in this file.
            return (Vec::new(), vec![file]);
        }
        let found = self.in_file(file, name, hops);
        // A re-exported module, or an item of one.
        if let (Some(module), [_, rest @ ..]) = (found.1.first(), left)
            && !rest.is_empty()
            && let Some(path) = self.index.file(*module).map(|file| file.path.to_string())
            && hops < super::MAX_HOPS
        {
            return self.rust_in(&module_folder(&path), rest, whole, hops + 1);
        }
        // An item of an inline module, or an enum's variants.
        if let [_, .., last] = left
            && let Some(name) = self.index.names().get(last)
            && !whole
        {
            let inner = self.index.definitions(name).iter().copied();
            let inner: Vec<_> = inner.filter(|at| at.file == file).collect();
            if !inner.is_empty() {
                return (inner, Vec::new());
            }
            return self.in_file(file, name, hops);
        }
        found
    }

    /// The module of that name whose file a file names otherwise.
    fn moved(&self, file: FileId, name: &str) -> Option<FileId> {
        let (from, name) = (self.index.file(file)?, self.index.names().get(name)?);
        let moved = from.imports.iter().find(|of| of.alias == name && is_file(&of.path))?;
        self.named_file(&from.path, &moved.path)
    }

    /// The file that a file names with its `#[path]` or by the modules around the name.
    fn named_file(&self, from: &str, path: &str) -> Option<FileId> {
        let at = match path.strip_prefix("self::") {
            Some(path) => join(&module_folder(from), path),
            None => join(parent(from), path),
        }?;
        if at.ends_with(".rs") { self.index.id(&at) } else { self.module_file(&at) }
    }

    /// Whether a file has a module of that name in it.
    fn is_module(&self, file: FileId, name: Name) -> bool {
        self.index
            .definitions(name)
            .iter()
            .filter(|at| at.file == file)
            .any(|at| self.index.symbol(*at).is_some_and(|(_, symbol)| symbol.kind == Kind::Module))
    }

    /// The file of the module whose submodules lie in `folder`.
    fn module_file(&self, folder: &str) -> Option<FileId> {
        let index = self.index;
        index
            .id(&format!("{folder}.rs"))
            .or_else(|| index.id(format!("{folder}/mod.rs").trim_start_matches('/')))
            .or_else(|| index.id(format!("{folder}/lib.rs").trim_start_matches('/')))
            .or_else(|| index.id(format!("{folder}/main.rs").trim_start_matches('/')))
    }

    /// The folder that a file's crate has its modules in.
    fn crate_root(&self, path: &str) -> Option<String> {
        let mut at = parent(path);
        loop {
            let found = ["lib.rs", "main.rs"].into_iter().any(|name| {
                self.index.id(format!("{at}/{name}").trim_start_matches('/')).is_some()
            });
            if found {
                return Some(at.to_owned());
            }
            if at.is_empty() {
                return None;
            }
            at = parent(at);
        }
    }
}

/// Whether Cargo makes a crate of a file, by where it lies: its modules lie beside it.
fn is_target(path: &str) -> bool {
    let mut folders = parent(path).rsplit('/');
    match folders.next() {
        Some("tests" | "benches" | "examples") => folders.all(|folder| folder != "src"),
        Some("bin") => folders.next() == Some("src"),
        _ => false,
    }
}

/// Whether an import's path is a file's.
fn is_file(path: &str) -> bool {
    path.contains('/') || path.ends_with(".rs")
}

/// Where a file's submodules lie: `a/b` for `a/b.rs`, `a` for `a/mod.rs`.
fn module_folder(path: &str) -> String {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    if matches!(name, "mod" | "lib" | "main") { folder.to_owned() } else { stem.to_owned() }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
