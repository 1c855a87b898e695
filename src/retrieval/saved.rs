//! A folder's symbols in a [sealed] file, so that definitions are there at once when
//! the folder is opened again.
//!
//! The program's version; the names that files have, each with its length; what definitions say alike;
//! what the manifests say; the files. Numbers of names are given anew, so that names that no file has any more go.

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use super::index::Index;
use super::index::manifests::{Manifests, Package};
use super::mentions::Mentions;
use super::names::{Name, Names};
use super::said::Dictionary;
use super::source::Source;
use super::symbol::{FileSymbols, Import, Kind, Marks, Symbol};
use crate::sealed::{self, In, Magic, Out, Unusable};

/// What such a file begins with.
pub const MAGIC: Magic = *b"FTSYMBL\n";
/// Of the format. What is read of a file is another thing with another version of the program, which
/// is written too.
pub const VERSION: u32 = 4;

const PROGRAM: &str = env!("CARGO_PKG_VERSION");
/// Names that every table begins with.
const FIXED: usize = 3;

impl Index {
    /// Writes the symbols beside the path and puts them in its place only when they are whole.
    ///
    /// # Errors
    /// When the folder or the file cannot be written, or the disk is full; what stood there stays.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        sealed::save(path, MAGIC, VERSION, |out| self.write(out))
    }

    /// Reads saved symbols.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn load(path: &Path) -> Result<Self, Unusable> {
        sealed::load(path, MAGIC, VERSION, take)
    }

    fn write<W: Write>(&self, out: &mut Out<W>) -> io::Result<()> {
        out.text(PROGRAM)?;
        let numbers = self.write_names(out)?;
        let dictionary = self.names().dictionary().bytes();
        out.count(dictionary.len())?;
        out.bytes(dictionary)?;
        self.paths().manifests().write(out)?;
        out.count(self.len())?;
        let numbered = |name: Name| numbers.get(name.0 as usize).copied().unwrap_or(0);
        self.files().try_for_each(|(_, file)| write_file(file, &numbered, out))
    }

    /// Writes the names that files have; their new numbers, by the old ones and in their order.
    fn write_names<W: Write>(&self, out: &mut Out<W>) -> io::Result<Vec<u32>> {
        let view = self.names().view();
        let mut numbers = vec![0_u32; view.len()];
        numbers.iter_mut().take(FIXED).for_each(|used| *used = 1);
        for (_, file) in self.files() {
            for_each_name(file, |name| {
                if let Some(used) = numbers.get_mut(name.0 as usize) {
                    *used = 1;
                }
            });
        }
        out.count(numbers.iter().filter(|used| **used > 0).count())?;
        let mut next = 0;
        for (old, number) in (0..).zip(&mut numbers) {
            if *number > 0 {
                out.text(view.text(Name(old)))?;
                *number = next;
                next += 1;
            }
        }
        Ok(numbers)
    }
}

fn for_each_name(file: &FileSymbols, mut each: impl FnMut(Name)) {
    for symbol in &file.symbols {
        each(symbol.name);
        each(symbol.owner);
    }
    for import in &file.imports {
        each(import.name);
        each(import.alias);
    }
    for (owner, parent) in &file.parents {
        each(*owner);
        each(*parent);
    }
    file.mentions.iter().chain(file.type_pool.iter().copied()).for_each(each);
}

fn write_file<W: Write>(
    file: &FileSymbols,
    numbered: &impl Fn(Name) -> u32,
    out: &mut Out<W>,
) -> io::Result<()> {
    out.text(&file.path)?;
    out.bytes(&[file.source as u8])?;
    out.long(file.stamp)?;
    out.text(&file.package)?;
    let (packed, len, with) = file.said.parts();
    out.bytes(&[u8::from(with)])?;
    out.short(len)?;
    out.count(packed.len())?;
    out.bytes(packed)?;
    out.count(file.type_pool.len())?;
    file.type_pool.iter().try_for_each(|name| out.short(numbered(*name)))?;
    out.count(file.symbols.len())?;
    for symbol in &file.symbols {
        out.bytes(&[symbol.kind as u8, symbol.marks.0])?;
        let numbers = [
            numbered(symbol.name),
            numbered(symbol.owner),
            symbol.range.start,
            symbol.range.end,
            symbol.line,
            u32::from(symbol.signature_len),
            u32::from(symbol.doc_len),
            u32::from(symbol.types),
        ];
        numbers.into_iter().try_for_each(|number| out.short(number))?;
    }
    out.count(file.imports.len())?;
    for import in &file.imports {
        out.text(&import.path)?;
        let numbers = [numbered(import.name), numbered(import.alias), import.uses];
        numbers.into_iter().try_for_each(|number| out.short(number))?;
        out.bytes(&[u8::from(import.reexport)])?;
    }
    out.count(file.parents.len())?;
    for (owner, parent) in &file.parents {
        out.short(numbered(*owner))?;
        out.short(numbered(*parent))?;
    }
    // Ascending: each by its distance from the one before.
    out.count(file.mentions.len())?;
    let mut last = 0;
    for name in file.mentions.iter() {
        let number = numbered(name);
        out.short(number.wrapping_sub(last))?;
        last = number;
    }
    Ok(())
}

fn take<R: Read>(from: &mut In<R>) -> Option<Index> {
    if from.text()? != PROGRAM {
        return None;
    }
    let names = Names::default();
    let count = from.count(1)?;
    for _ in 0..count {
        names.add(&from.text()?);
    }
    // Two of one text would leave numbers without a name.
    if names.len() != count || count < FIXED {
        return None;
    }
    let dictionary = from.count(1)?;
    names.dictionary().set(from.bytes(dictionary)?);
    let mut index = Index::new(Arc::new(names));
    index.set_manifests(Manifests::take(from)?);
    for _ in 0..from.count(1)? {
        let file = take_file(from, count, index.names().dictionary())?;
        index.replace(file);
    }
    Some(index)
}

fn take_file<R: Read>(
    from: &mut In<R>,
    names: usize,
    dictionary: &Dictionary,
) -> Option<FileSymbols> {
    let name = |from: &mut In<R>| from.short().filter(|n| (*n as usize) < names).map(Name);
    let path = from.text()?;
    let source = *Source::ALL.get(byte(from)? as usize)?;
    let stamp = from.long()?;
    let package = from.text()?;
    let (with, len) = (byte(from)? > 0, from.short()?);
    let packed = from.count(1)?;
    let said = dictionary.packed(from.bytes(packed)?.into(), len, with)?;
    let type_pool = many(from, 1, name)?;
    let symbols = many(from, 10, |from| {
        let (kind, marks) = (*Kind::ALL.get(byte(from)? as usize)?, byte(from)?);
        Some(Symbol {
            name: name(from)?,
            owner: name(from)?,
            range: from.short()?..from.short()?,
            line: from.short()?,
            signature_len: from.short()?.try_into().ok()?,
            doc_len: from.short()?.try_into().ok()?,
            types: from.short()?.try_into().ok()?,
            kind,
            marks: Marks(marks),
        })
    })?;
    let mut last: Option<Arc<str>> = None;
    let imports = many(from, 5, |from| {
        let path = from.text()?;
        // Many names come from one place.
        let path = last.take().filter(|last| **last == *path).unwrap_or_else(|| path.into());
        last = Some(Arc::clone(&path));
        let (of, alias, uses) = (name(from)?, name(from)?, from.short()?);
        Some(Import { path, name: of, alias, uses, reexport: byte(from)? > 0 })
    })?;
    let parents = many(from, 2, |from| Some((name(from)?, name(from)?)))?;
    let mut last = 0_u32;
    let mentions = many(from, 1, |from| {
        last = last.checked_add(from.short()?).filter(|n| (*n as usize) < names)?;
        Some(Name(last))
    })?;
    let mentions = Mentions::of(mentions.into());
    let (path, package) = (path.into(), package.into());
    #[rustfmt::skip]
    let file = FileSymbols {
        path, source, stamp, symbols, imports, parents, mentions, package, said, type_pool,
    };
    Some(file)
}

fn byte<R: Read>(from: &mut In<R>) -> Option<u8> {
    let mut byte = [0];
    from.fill(&mut byte)?;
    let [byte] = byte;
    Some(byte)
}

/// So many as are said to be there, of at least `each` bytes.
fn many<R: Read, T>(
    from: &mut In<R>,
    each: u64,
    mut one: impl FnMut(&mut In<R>) -> Option<T>,
) -> Option<Box<[T]>> {
    let count = from.count(each)?;
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        all.push(one(from)?);
    }
    Some(all.into())
}

impl Manifests {
    fn write<W: Write>(&self, out: &mut Out<W>) -> io::Result<()> {
        out.count(self.packages.len())?;
        for Package { name, folder, entry } in &self.packages {
            [name, folder, entry].into_iter().try_for_each(|text| out.text(text))?;
        }
        out.count(self.aliases.len())?;
        for (pattern, target) in &self.aliases {
            out.text(pattern)?;
            out.text(target)?;
        }
        Ok(())
    }

    fn take<R: Read>(from: &mut In<R>) -> Option<Self> {
        let packages = many(from, 3, |from| {
            let (name, folder, entry) = (from.text()?, from.text()?, from.text()?);
            Some(Package { name, folder, entry })
        })?;
        let aliases = many(from, 2, |from| Some((from.text()?, from.text()?)))?;
        Some(Self { packages: packages.into(), aliases: aliases.into() })
    }
}

#[cfg(test)]
mod tests;
