//! All files' symbols, to be asked by name, by owner and by path.
//!
//! An [`Index`] is a snapshot: it never changes under a reader, and a clone costs a few reference
//! counts. Replacing a file gives its holder a changed index, of which all but the touched shards
//! are shared with the one before.

use std::sync::Arc;

use super::names::{Name, Names};
use super::symbol::{FileSymbols, Kind, Symbol};

pub mod manifests;
pub mod paths;
mod shards;

use manifests::Manifests;
use paths::Paths;
use shards::Shards;

/// The files that mention a name are kept up to so many; then they are only counted.
const MOST_MENTIONS: usize = 100;

/// A file of the index. Numbers of files that are gone are used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A definition: its file and its place in [`FileSymbols::symbols`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolRef {
    /// The file.
    pub file: FileId,
    /// Its place there.
    pub place: u32,
}

/// The workspace's symbols as of one moment.
#[derive(Clone)]
pub struct Index {
    names: Arc<Names>,
    files: Arc<Vec<Option<Arc<FileSymbols>>>>,
    free: Arc<Vec<FileId>>,
    paths: Arc<Paths>,
    definitions: Shards<SymbolRef>,
    members: Shards<SymbolRef>,
    parents: Shards<Name>,
    mentions: Shards<FileId>,
}

impl Default for Index {
    fn default() -> Self {
        Self::new(Arc::default())
    }
}

impl Index {
    /// An empty index over these names.
    #[must_use]
    pub fn new(names: Arc<Names>) -> Self {
        Self {
            names,
            files: Arc::default(),
            free: Arc::default(),
            paths: Arc::default(),
            definitions: Shards::new(usize::MAX),
            members: Shards::new(usize::MAX),
            parents: Shards::new(usize::MAX),
            mentions: Shards::new(MOST_MENTIONS),
        }
    }

    /// The identifiers.
    #[must_use]
    pub fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// Puts a file in, in place of what its path had before. Its names must be this index's.
    pub fn replace(&mut self, file: FileSymbols) {
        let file = Arc::new(file);
        let id = match self.paths.id(&file.path) {
            Some(id) => {
                self.forget(id);
                id
            }
            None => {
                let id = Arc::make_mut(&mut self.free).pop().unwrap_or_else(|| {
                    let files = Arc::make_mut(&mut self.files);
                    files.push(None);
                    FileId(u32::try_from(files.len() - 1).unwrap_or(u32::MAX))
                });
                Arc::make_mut(&mut self.paths).add(&file.path, id);
                id
            }
        };
        for (place, symbol) in (0..).zip(&*file.symbols) {
            let reference = SymbolRef { file: id, place };
            self.definitions.add(symbol.name, reference);
            if symbol.owner.is_some() {
                self.members.add(symbol.owner, reference);
            }
        }
        for (owner, parent) in &*file.parents {
            self.parents.add(*owner, *parent);
        }
        for name in file.mentions.iter() {
            self.mentions.add(name, id);
        }
        if let Some(slot) = Arc::make_mut(&mut self.files).get_mut(id.0 as usize) {
            *slot = Some(file);
        }
    }

    /// Takes a file out.
    pub fn remove(&mut self, path: &str) {
        let Some(id) = self.paths.id(path) else { return };
        self.forget(id);
        Arc::make_mut(&mut self.paths).remove(path, id);
        Arc::make_mut(&mut self.free).push(id);
    }

    /// Takes a file's names out of the tables.
    fn forget(&mut self, id: FileId) {
        let slot = Arc::make_mut(&mut self.files).get_mut(id.0 as usize);
        let Some(old) = slot.and_then(Option::take) else { return };
        for symbol in &*old.symbols {
            self.definitions.remove(symbol.name, |at: &SymbolRef| at.file == id);
            if symbol.owner.is_some() {
                self.members.remove(symbol.owner, |at: &SymbolRef| at.file == id);
            }
        }
        for (owner, parent) in &*old.parents {
            self.parents.remove(*owner, |of: &Name| of == parent);
        }
        for name in old.mentions.iter() {
            self.mentions.remove(name, |at: &FileId| *at == id);
        }
    }

    /// Says what the workspace's manifests say.
    pub fn set_manifests(&mut self, manifests: Manifests) {
        Arc::make_mut(&mut self.paths).manifests = Arc::new(manifests);
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len() - self.free.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of memory it takes, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let files = self.files().map(|(_, file)| 24 + file.bytes());
        files.sum::<usize>()
            + self.names.bytes()
            + self.definitions.bytes()
            + self.members.bytes()
            + self.parents.bytes()
            + self.mentions.bytes()
    }

    /// A file by its number.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&Arc<FileSymbols>> {
        self.files.get(id.0 as usize)?.as_ref()
    }

    /// Every file.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &Arc<FileSymbols>)> {
        (0..).map(FileId).zip(&*self.files).filter_map(|(id, file)| Some((id, file.as_ref()?)))
    }

    /// A file's number by its path.
    #[must_use]
    pub fn id(&self, path: &str) -> Option<FileId> {
        self.paths.id(path)
    }

    /// The tables of paths.
    #[must_use]
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// A definition and its file.
    #[must_use]
    pub fn symbol(&self, at: SymbolRef) -> Option<(&Arc<FileSymbols>, &Symbol)> {
        let file = self.file(at.file)?;
        Some((file, file.symbols.get(at.place as usize)?))
    }

    /// Where a name is defined, in no order.
    #[must_use]
    pub fn definitions(&self, name: Name) -> &[SymbolRef] {
        self.definitions.get(name)
    }

    /// The members of all types of that name, in no order.
    #[must_use]
    pub fn members(&self, owner: Name) -> &[SymbolRef] {
        self.members.get(owner)
    }

    /// The parents of all types of that name, in no order.
    #[must_use]
    pub fn parents(&self, owner: Name) -> &[Name] {
        self.parents.get(owner)
    }

    /// In how many files an identifier stands.
    #[must_use]
    pub fn mention_count(&self, name: Name) -> usize {
        self.mentions.count(name)
    }

    /// The files in which an identifier stands, in no order; none where there are many.
    #[must_use]
    pub fn mentions(&self, name: Name) -> &[FileId] {
        self.mentions.get(name)
    }

    /// A file's definitions that are no type's members.
    pub fn top_level(&self, id: FileId) -> impl Iterator<Item = (SymbolRef, &Symbol)> {
        let symbols = self.file(id).map_or(&[][..], |file| &file.symbols);
        (0..)
            .zip(symbols)
            .filter(|(_, symbol)| !symbol.owner.is_some() && symbol.kind != Kind::Module)
            .map(move |(place, symbol)| (SymbolRef { file: id, place }, symbol))
    }
}

#[cfg(test)]
mod tests;
