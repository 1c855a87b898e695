//! From an import to the workspace's files and definitions.
//!
//! What cannot be found by path (a package that is not the workspace's, a path made at run time) is
//! looked for by name among the files whose path has parts of the import's; what is not found so is
//! no one's.

use super::index::{FileId, Index, SymbolRef};
use super::names::Name;
use super::source::Family;
use super::symbol::{FileSymbols, Import, Symbol};

mod packages;
mod python;
mod rust;
mod script;

/// Re-exports are followed that far.
const MAX_HOPS: u32 = 5;

/// What a file's imports give it.
#[derive(Debug, Default, Clone)]
pub struct Imported {
    /// Definitions that are imported by name, in the order of the imports.
    pub symbols: Vec<(SymbolRef, Name)>,
    /// Files that are imported as a whole (modules, packages, `*`, headers), and what they are
    /// called here.
    pub files: Vec<(FileId, Name)>,
}

/// Follows all of a file's imports.
#[must_use]
pub fn imports(index: &Index, file: &FileSymbols) -> Imported {
    let mut found = Imported::default();
    let resolver = Resolver { index };
    let own = index.id(&file.path);
    for import in &*file.imports {
        let (symbols, files) = resolver.import(file, import, 0);
        for at in symbols.into_iter().filter(|at| Some(at.file) != own) {
            if !found.symbols.contains(&(at, import.alias)) {
                found.symbols.push((at, import.alias));
            }
        }
        for id in files.into_iter().filter(|id| Some(*id) != own) {
            if !found.files.contains(&(id, import.alias)) {
                found.files.push((id, import.alias));
            }
        }
    }
    found
}

/// What a file passes on from others, at most `most` definitions: a package's `__init__.py`, an
/// `index.ts`, a module's `pub use`.
#[must_use]
pub fn passed_on(index: &Index, id: FileId, most: usize) -> Vec<SymbolRef> {
    let resolver = Resolver { index };
    let mut found = Vec::new();
    let Some(file) = index.file(id) else { return found };
    for import in file.imports.iter().filter(|import| import.reexport) {
        if found.len() >= most {
            break;
        }
        let (symbols, files) = resolver.import(file, import, 1);
        found.extend(symbols);
        if import.name == Name::GLOB {
            for id in files {
                found.extend(index.top_level(id).filter(|(_, s)| s.is_public()).map(|(at, _)| at));
            }
        }
    }
    found.truncate(most);
    found
}

struct Resolver<'a> {
    index: &'a Index,
}

type Found = (Vec<SymbolRef>, Vec<FileId>);

impl Resolver<'_> {
    /// What one import gives: definitions, or whole files.
    fn import(&self, from: &FileSymbols, import: &Import, hops: u32) -> Found {
        if hops > MAX_HOPS || import.path.is_empty() {
            return Found::default();
        }
        match from.source.family() {
            Family::Rust => self.rust(from, import, hops),
            Family::Python => self.python(from, import, hops),
            Family::Script => self.script(from, import, hops),
            Family::Go => (Vec::new(), self.go(&import.path)),
            Family::Java => self.java(import),
            Family::C => (Vec::new(), self.include(from, &import.path)),
        }
    }

    /// A name that a file defines at its top level or passes on.
    fn in_file(&self, id: FileId, name: Name, hops: u32) -> Found {
        let Some(file) = self.index.file(id) else { return Found::default() };
        let own: Vec<SymbolRef> = self
            .index
            .definitions(name)
            .iter()
            .copied()
            .filter(|at| at.file == id && self.is_top(file, *at))
            .collect();
        if !own.is_empty() || hops > MAX_HOPS {
            return (own, Vec::new());
        }
        for import in file.imports.iter().filter(|import| import.alias == name && import.reexport) {
            // `module.exports = name`, `export default name`.
            let found = if import.path.is_empty() {
                self.in_file_once(id, import.name, hops)
            } else {
                self.import(file, import, hops + 1)
            };
            if !(found.0.is_empty() && found.1.is_empty()) {
                return found;
            }
        }
        for import in
            file.imports.iter().filter(|import| import.name == Name::GLOB && import.reexport)
        {
            for target in self.import(file, import, hops + 1).1 {
                if target != id {
                    let found = self.in_file(target, name, hops + 1);
                    if !found.0.is_empty() {
                        return found;
                    }
                }
            }
        }
        Found::default()
    }

    /// The same, of a name that the file gives another one.
    fn in_file_once(&self, id: FileId, name: Name, hops: u32) -> Found {
        let Some(file) = self.index.file(id) else { return Found::default() };
        let own = self.index.definitions(name).iter().copied();
        let own: Vec<_> = own.filter(|at| at.file == id && self.is_top(file, *at)).collect();
        if !own.is_empty() {
            return (own, Vec::new());
        }
        // Imported there, and passed on under another name.
        let passed =
            file.imports.iter().find(|import| import.alias == name && !import.path.is_empty());
        passed.map_or_else(Found::default, |import| self.import(file, import, hops + 1))
    }

    fn is_top(&self, file: &FileSymbols, at: SymbolRef) -> bool {
        let symbol = file.symbols.get(at.place as usize);
        symbol.is_some_and(|symbol: &Symbol| !symbol.kind.is_member())
    }

    /// By name alone, where the definition's path has parts of the import's.
    fn by_name(&self, import: &Import, separator: &str) -> Vec<SymbolRef> {
        let mut best: (usize, Vec<SymbolRef>) = (1, Vec::new());
        for at in self.index.definitions(import.name) {
            let Some((file, symbol)) = self.index.symbol(*at) else { continue };
            if symbol.kind.is_member() {
                continue;
            }
            let parts = import.path.split(separator).filter(|part| !part.is_empty());
            let shared =
                parts.filter(|part| file.path.split(['/', '.']).any(|of| of == *part)).count();
            match shared.cmp(&best.0) {
                std::cmp::Ordering::Greater => best = (shared, vec![*at]),
                std::cmp::Ordering::Equal => best.1.push(*at),
                std::cmp::Ordering::Less => {}
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests;
