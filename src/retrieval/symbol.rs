//! What a file defines, imports and mentions.

use std::ops::Range;
use std::sync::Arc;

use super::mentions::Mentions;
use super::names::Name;
use super::said::{Said, Texts};
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
    /// The type it is a member of.
    pub owner: Name,
    /// The whole definition, in bytes.
    pub range: Range<u32>,
    /// The line of its name, counted from 0.
    pub line: u32,
    /// Where its types begin in the file's pool of types.
    pub(super) types: u16,
    pub(super) signature_len: u16,
    pub(super) doc_len: u16,
    /// What it is.
    pub kind: Kind,
    pub(super) marks: Marks,
}

/// What is so or not of a definition, and how many types it gives, in one byte: there are hundreds of
/// thousands of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks(pub u8);

impl Marks {
    const PUBLIC: u8 = 1;
    const RESTRICTED: u8 = 2;
    const SHOWN_INSIDE: u8 = 4;
    const TYPES: u32 = 3;
    /// It gives no more types.
    pub const MOST_TYPES: usize = 31;

    const fn has(self, bit: u8) -> bool {
        self.0 & bit > 0
    }

    fn set(&mut self, bit: u8, is_so: bool) {
        self.0 = self.0 & !bit | if is_so { bit } else { 0 };
    }

    pub fn set_public(&mut self, is_so: bool) {
        self.set(Self::PUBLIC, is_so);
    }

    pub fn set_restricted(&mut self, is_so: bool) {
        self.set(Self::RESTRICTED, is_so);
    }

    pub fn set_shown_inside(&mut self, is_so: bool) {
        self.set(Self::SHOWN_INSIDE, is_so);
    }

    /// How many types it gives; of more, the first.
    pub fn set_types(&mut self, count: usize) {
        let count = u8::try_from(count.min(Self::MOST_TYPES)).unwrap_or(0);
        self.0 = self.0 & !(u8::MAX << Self::TYPES) | count << Self::TYPES;
    }

    const fn types(self) -> u8 {
        self.0 >> Self::TYPES
    }
}

impl Symbol {
    /// Bytes of its signature.
    #[must_use]
    pub const fn signature_len(&self) -> usize {
        self.signature_len as usize
    }

    /// Bytes of the first sentence of its documentation; 0 for none.
    #[must_use]
    pub const fn doc_len(&self) -> usize {
        self.doc_len as usize
    }

    /// Whether other files can use it, as far as the text says.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        self.marks.has(Marks::PUBLIC)
    }

    /// Whether it is for its own package alone: `pub(…)` in Rust.
    #[must_use]
    pub const fn is_restricted(&self) -> bool {
        self.marks.has(Marks::RESTRICTED)
    }

    /// Whether the container's signature shows it already.
    #[must_use]
    pub const fn is_shown_inside(&self) -> bool {
        self.marks.has(Marks::SHOWN_INSIDE)
    }

    fn types(&self) -> Range<usize> {
        let start = usize::from(self.types);
        start..start + usize::from(self.marks.types())
    }
}

/// One name that a file takes from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// From where, as the language writes it: `crate::store`, `..models`, `./x.js`, `java.util`,
    /// `foo/bar.h`; the file of a Rust module that is not named so.
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
    /// Every identifier in the text.
    pub mentions: Mentions,
    /// The package that the file says it belongs to (Go, Java).
    pub package: Box<str>,
    pub(super) said: Said,
    pub(super) type_pool: Box<[Name]>,
}

impl FileSymbols {
    /// What its definitions say.
    #[must_use]
    pub fn texts(&self) -> Texts {
        self.said.read(&self.symbols)
    }

    /// Types it gives: a function's result, a field's type, an alias's target.
    #[must_use]
    pub fn types(&self, symbol: &Symbol) -> &[Name] {
        self.type_pool.get(symbol.types()).unwrap_or(&[])
    }

    /// Bytes of memory it takes, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.path.len()
            + self.symbols.len() * size_of::<Symbol>()
            + self.imports.iter().map(|of| size_of::<Import>() + of.path.len()).sum::<usize>()
            + size_of_val(&*self.parents)
            + self.mentions.bytes()
            + self.package.len()
            + self.said.bytes()
            + size_of_val(&*self.type_pool)
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
