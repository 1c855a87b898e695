//! Reads a file's symbols, imports and identifiers from its syntax tree.
//!
//! One walk over the tree does it all: a table for each grammar says by node kind what to do. Errors
//! in the code cost the definitions they stand in, nothing more.

use std::collections::HashMap;
use std::sync::OnceLock;

use tree_sitter::{Language, Node, Parser, Range as TreeRange, Tree};

use super::names::{Name, Names};
use super::source::{Family, Source};
use super::symbol::{FileSymbols, Symbol};

mod c;
mod doc;
mod go;
mod java;
mod python;
mod reader;
mod rust;
mod script;
mod signature;

use reader::{New, Reader};

/// Files over this size (bytes) are not read: generated, or data.
pub const MAX_FILE_BYTES: usize = 1024 * 1024;

/// At most that many definitions of one file; machines write more.
const MAX_SYMBOLS: usize = 20_000;

/// Trees deeper than this (nodes) are not followed further down.
const MAX_DEPTH: usize = 600;

/// At most that many macro calls of one file are looked into.
const MAX_WRAPPED: usize = 1_000;

/// What to do with a node of some kind.
#[derive(Clone, Copy)]
enum Role {
    /// Look into it.
    Plain,
    /// An identifier: note it.
    Mention,
    /// Nothing of interest in it.
    Skip,
    /// Ask the language.
    On(Handler),
}

/// A language's answer to one node.
type Handler = for<'t> fn(&mut Reader<'_>, Node<'t>) -> Enter;

/// How to go on with the nodes inside.
enum Enter {
    Into,
    Skip,
    /// In a scope of its own.
    Scope(Scope),
}

/// What the nodes being walked stand in.
#[derive(Debug, Clone, Copy)]
struct Scope {
    /// The innermost definition.
    symbol: u32,
    /// The type whose members stand here.
    owner: Name,
    kind: ScopeKind,
    /// Whether what stands here is exported (ECMAScript), or a trait's (Rust).
    open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ScopeKind {
    Module,
    Type,
    /// A function: what it defines is its own.
    Body,
}

const TOP: Scope =
    Scope { symbol: u32::MAX, owner: Name::NONE, kind: ScopeKind::Module, open: false };

/// A language's table, by node kind.
struct Grammar {
    language: Language,
    roles: Vec<Role>,
}

/// A parser for every language, kept between files.
#[derive(Default)]
pub struct Extractor {
    parsers: HashMap<Source, Parser>,
}

impl Extractor {
    /// Reads one file. `path` is below the workspace folder; a text over [`MAX_FILE_BYTES`] or a
    /// language without grammar gives nothing.
    pub fn read(
        &mut self,
        path: &str,
        source: Source,
        text: &str,
        names: &Names,
    ) -> Option<FileSymbols> {
        if text.len() > MAX_FILE_BYTES {
            return None;
        }
        let tree = self.parse(source, text, &[])?;
        let mut reader = Reader::new(source, text, names);
        reader.walk(&tree, TOP);
        // Wrapped items may hold wrapped items.
        for _ in 0..MAX_WRAPPED {
            let Some((scope, range)) = reader.wrapped.pop() else { break };
            if let Some(tree) = self.parse(source, text, &[range]) {
                reader.walk(&tree, scope);
            }
        }
        Some(reader.finish(path))
    }

    fn parse(&mut self, source: Source, text: &str, ranges: &[TreeRange]) -> Option<Tree> {
        let parser = self.parsers.entry(source).or_insert_with(|| {
            let mut parser = Parser::new();
            // A grammar of another ABI gives a parser that parses nothing.
            let _ = parser.set_language(&grammar(source).language);
            parser
        });
        parser.reset();
        parser.set_included_ranges(ranges).ok()?;
        parser.parse(text, None)
    }
}

fn grammar(source: Source) -> &'static Grammar {
    static GRAMMARS: [OnceLock<Grammar>; 9] = [const { OnceLock::new() }; 9];
    let make = || {
        let language = source.grammar();
        let table = match source.family() {
            Family::Rust => rust::ROLES,
            Family::Python => python::ROLES,
            Family::Script => script::ROLES,
            Family::Go => go::ROLES,
            Family::Java => java::ROLES,
            Family::C => c::ROLES,
        };
        let role = |id| {
            let kind = u16::try_from(id).ok().and_then(|id| language.node_kind_for_id(id));
            let row = kind.and_then(|kind| table.iter().find(|(name, _)| *name == kind));
            row.map_or(Role::Plain, |(_, role)| *role)
        };
        let roles = (0..language.node_kind_count()).map(role).collect();
        Grammar { language, roles }
    };
    static NONE: OnceLock<Grammar> = OnceLock::new();
    GRAMMARS.get(source as usize).unwrap_or(&NONE).get_or_init(make)
}

#[cfg(test)]
mod tests;
