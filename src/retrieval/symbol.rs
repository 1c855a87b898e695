//! What a file defines, imports and mentions.

use std::ops::Range;
use std::sync::Arc;

use super::names::Name;
use super::source::Source;

/// What kind of thing a definition defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Kind {
    Function,
    /// A function of a type.
    Method,
    /// Class, struct, union, record.
    Class,
    /// Trait, interface, protocol.
    Interface,
    Enum,
    /// One value of an enum.
    Variant,
    /// Another name for a type.
    Alias,
    /// A constant or a variable of a module.
    Constant,
    /// A field or property of a type.
    Field,
    Macro,
    Module,
}

impl Kind {
    /// Every one, by its number.
    pub const ALL: [Self; 11] = [
        Self::Function,
        Self::Method,
        Self::Class,
        Self::Interface,
        Self::Enum,
        Self::Variant,
        Self::Alias,
        Self::Constant,
        Self::Field,
        Self::Macro,
        Self::Module,
    ];

    /// Whether it has members.
    #[must_use]
    pub const fn is_type(self) -> bool {
        matches!(self, Self::Class | Self::Interface | Self::Enum | Self::Alias)
    }

    /// Whether it is reached through a value or a type.
    #[must_use]
    pub const fn is_member(self) -> bool {
        matches!(self, Self::Method | Self::Field | Self::Variant)
    }
}

/// One definition. Positions are of the file's text as it was when it was read.
#[derive(Debug, Clone)]
pub struct Symbol {
    /// Its identifier.
    pub name: Name,
    /// What it is.
    pub kind: Kind,
    /// Whether other files can use it, as far as the text says.
    pub public: bool,
    /// Whether the container's signature shows it already.
    pub shown_inside: bool,
    /// The type it is a member of.
    pub owner: Name,
    /// The symbol it stands in, by its place in [`FileSymbols::symbols`]; `u32::MAX` for none. Rust's
    /// `impl` blocks are none.
    pub container: u32,
    /// The whole definition, in bytes.
    pub range: Range<u32>,
    /// The line of its name, counted from 0.
    pub line: u32,
    pub(super) signature: Span,
    pub(super) doc: Span,
    pub(super) types: Span,
}

/// A part of a file's pool: offset and length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub start: u32,
    pub len: u32,
}

impl Span {
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }
}

/// One name that a file takes from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// From where, as the language writes it: `crate::store`, `..models`, `./x.js`, `java.util`,
    /// `foo/bar.h`.
    pub path: Arc<str>,
    /// The name there; [`Name::NONE`] is the module itself, [`Name::GLOB`] everything.
    pub name: Name,
    /// What it is called here.
    pub alias: Name,
    /// Whether others can take it from here.
    pub reexport: bool,
    /// How often the text names it besides.
    pub uses: u32,
}

/// Everything that is known of one file. Immutable; replaced as a whole.
#[derive(Debug)]
pub struct FileSymbols {
    /// Below the workspace folder, `/` between folders.
    pub path: Arc<str>,
    /// Its language.
    pub source: Source,
    /// What tells its text from another ([`stamp_of`](crate::code::stamp_of)), where it is kept in step
    /// with a file; else 0.
    pub stamp: u64,
    /// Definitions in the order of the text.
    pub symbols: Box<[Symbol]>,
    /// Imports in the order of the text.
    pub imports: Box<[Import]>,
    /// (type, its parent class, trait or interface).
    pub parents: Box<[(Name, Name)]>,
    /// Every identifier in the text, each once, ascending.
    pub mentions: Box<[Name]>,
    /// The package that the file says it belongs to (Go, Java).
    pub package: Box<str>,
    pub(super) pool: Box<str>,
    pub(super) type_pool: Box<[Name]>,
}

impl FileSymbols {
    /// The declaration without its body, on one line.
    #[must_use]
    pub fn signature(&self, symbol: &Symbol) -> &str {
        self.pool.get(symbol.signature.range()).unwrap_or("")
    }

    /// The first sentence of its documentation, or nothing.
    #[must_use]
    pub fn doc(&self, symbol: &Symbol) -> &str {
        self.pool.get(symbol.doc.range()).unwrap_or("")
    }

    /// Types it gives: a function's result, a field's type, an alias's target.
    #[must_use]
    pub fn types(&self, symbol: &Symbol) -> &[Name] {
        self.type_pool.get(symbol.types.range()).unwrap_or(&[])
    }

    /// Bytes of memory it takes, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.path.len()
            + self.symbols.len() * size_of::<Symbol>()
            + self.imports.iter().map(|of| size_of::<Import>() + of.path.len()).sum::<usize>()
            + size_of_val(&*self.parents)
            + size_of_val(&*self.mentions)
            + self.package.len()
            + self.pool.len()
            + size_of_val(&*self.type_pool)
    }

    /// Whether an identifier stands anywhere in the text.
    #[must_use]
    pub fn mentions(&self, name: Name) -> bool {
        self.mentions.binary_search(&name).is_ok()
    }

    /// The file's folder, without a `/` at the end; empty for the workspace folder.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The file's name without its last extension.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}
