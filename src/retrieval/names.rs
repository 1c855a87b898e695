//! Identifiers as small numbers, shared by everything that is indexed.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::ops::Range;

use parking_lot::{RwLock, RwLockReadGuard};

use super::tight;

/// An identifier. The number says nothing but identity: it differs from run to run, so nothing may
/// be ordered by it that a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Name(pub u32);

impl Name {
    /// No name.
    pub const NONE: Self = Self(0);
    /// `*` of an import.
    pub const GLOB: Self = Self(1);
    /// `default` of an ECMAScript module.
    pub const DEFAULT: Self = Self(2);

    /// Whether it is a name at all.
    #[must_use]
    pub const fn is_some(self) -> bool {
        self.0 != 0
    }
}

/// A word inside an identifier: `read` and `line` in `readLine`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part(pub u32);

/// The names that have a word are known up to so many; a word of more says little.
pub const RARE: usize = 60;

/// All identifiers seen so far. Only grows: a name that no file has any more costs its bytes until
/// the index is built anew.
pub struct Names {
    table: RwLock<Table>,
}

#[derive(Default)]
struct Table {
    /// By hash, each name's number and one more, 0 for free; a power of two long. Where a place is
    /// taken the next one is looked at.
    slots: Vec<u32>,
    /// All texts, one after the other, and where each ends.
    text: String,
    text_ends: Vec<u32>,
    /// All words of each, likewise.
    parts: Vec<Part>,
    part_ends: Vec<u32>,
    part_numbers: HashMap<Box<str>, Part>,
    /// The names that have a part, and how many there are: of more than [`RARE`] only that is kept.
    with_part: Vec<(Vec<Name>, u32)>,
}

/// The names as of now, for many questions in a row. Nothing new is taken while one is held, so it
/// is held shortly.
pub struct View<'a>(RwLockReadGuard<'a, Table>);

impl Default for Names {
    fn default() -> Self {
        let names = Self { table: RwLock::default() };
        for fixed in ["", "*", "default"] {
            names.add(fixed);
        }
        names
    }
}

impl Names {
    /// The number of an identifier, a new one if it was not seen before.
    pub fn add(&self, text: &str) -> Name {
        if let Ok(name) = self.table.read().find(text) {
            return name;
        }
        let mut table = self.table.write();
        match table.find(text) {
            Ok(name) => name,
            Err(_) => table.add(text),
        }
    }

    /// The number of an identifier that was seen before.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<Name> {
        self.table.read().find(text).ok()
    }

    /// The text of a name.
    #[must_use]
    pub fn text(&self, name: Name) -> String {
        self.table.read().text(name).to_owned()
    }

    /// For many questions in a row.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View(self.table.read())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.read().text_ends.len()
    }

    /// Bytes of memory they take, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let table = self.table.read();
        let with_part = table.with_part.iter().map(|(names, _)| 32 + names.capacity() * 4);
        let words = table.part_numbers.keys().map(|word| 26 + word.len());
        table.text.capacity()
            + (table.slots.len()
                + table.text_ends.capacity()
                + table.parts.capacity()
                + table.part_ends.capacity())
                * 4
            + with_part.sum::<usize>()
            + words.sum::<usize>()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Table {
    /// A text's number, or the place that it would have.
    fn find(&self, text: &str) -> Result<Name, usize> {
        let Some(mask) = self.slots.len().checked_sub(1) else { return Err(0) };
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let mut slot = hasher.finish() as usize & mask;
        loop {
            match self.slots.get(slot).copied().unwrap_or(0) {
                0 => return Err(slot),
                taken if self.text(Name(taken - 1)) == text => return Ok(Name(taken - 1)),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    /// Gives every name a place in a table twice as large.
    fn grow(&mut self) {
        let len = (self.slots.len() * 2).max(1024);
        self.slots = vec![0; len];
        for number in 0..u32::try_from(self.text_ends.len()).unwrap_or(u32::MAX) {
            self.place(Name(number));
        }
    }

    fn place(&mut self, name: Name) {
        if let Err(slot) = self.find(self.text(name))
            && let Some(slot) = self.slots.get_mut(slot)
        {
            *slot = name.0 + 1;
        }
    }

    fn text(&self, name: Name) -> &str {
        self.text.get(nth(&self.text_ends, name.0)).unwrap_or("")
    }

    fn parts(&self, name: Name) -> &[Part] {
        self.parts.get(nth(&self.part_ends, name.0)).unwrap_or(&[])
    }

    fn add(&mut self, text: &str) -> Name {
        let name = Name(u32::try_from(self.text_ends.len()).unwrap_or(u32::MAX));
        let first = self.parts.len();
        for_each_part(text, |part| {
            let part = self.part_numbers.get(part).copied().unwrap_or_else(|| {
                let next = Part(u32::try_from(self.with_part.len()).unwrap_or(u32::MAX));
                self.part_numbers.insert(part.into(), next);
                tight::push(&mut self.with_part, (Vec::new(), 0));
                next
            });
            if !self.parts.iter().skip(first).any(|known| *known == part) {
                tight::push(&mut self.parts, part);
                if let Some((names, count)) = self.with_part.get_mut(part.0 as usize) {
                    *count += 1;
                    match *count as usize {
                        ..=RARE => tight::push(names, name),
                        _ => *names = Vec::new(),
                    }
                }
            }
        });
        if self.text.capacity() - self.text.len() < text.len() {
            self.text.reserve_exact(text.len().max(self.text.len() / 8));
        }
        self.text.push_str(text);
        tight::push(&mut self.text_ends, u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        tight::push(&mut self.part_ends, u32::try_from(self.parts.len()).unwrap_or(u32::MAX));
        if self.text_ends.len() * 4 > self.slots.len() * 3 {
            self.grow();
        } else {
            self.place(name);
        }
        name
    }
}

/// Where the `n`th of things lies that stand one after the other.
fn nth(ends: &[u32], n: u32) -> Range<usize> {
    let end = ends.get(n as usize).copied().unwrap_or(0);
    let start = n.checked_sub(1).and_then(|before| ends.get(before as usize)).copied().unwrap_or(0);
    start as usize..end as usize
}

impl View<'_> {
    /// The number of an identifier that was seen before.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<Name> {
        self.0.find(text).ok()
    }

    /// The text of a name.
    #[must_use]
    pub fn text(&self, name: Name) -> &str {
        self.0.text(name)
    }

    /// The words a name is made of, each once.
    #[must_use]
    pub fn parts(&self, name: Name) -> &[Part] {
        self.0.parts(name)
    }

    /// The number of a word.
    #[must_use]
    pub fn part(&self, word: &str) -> Option<Part> {
        self.0.part_numbers.get(word).copied()
    }

    /// The names that have a word in them; none where there are more than [`RARE`].
    #[must_use]
    pub fn with_part(&self, part: Part) -> &[Name] {
        self.0.with_part.get(part.0 as usize).map_or(&[], |(names, _)| names)
    }

    /// How many names have a word in them.
    #[must_use]
    pub fn count_with_part(&self, part: Part) -> usize {
        self.0.with_part.get(part.0 as usize).map_or(0, |(_, count)| *count as usize)
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.text_ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Calls `each` with the words of an identifier: `HTTPServer2_name` has `http`, `server` and
/// `name`. Words of one letter and digits say nothing.
pub fn for_each_part(identifier: &str, mut each: impl FnMut(&str)) {
    let mut word = String::new();
    let mut chars = identifier.chars().peekable();
    let mut last_lower = false;
    while let Some(c) = chars.next() {
        if !c.is_alphabetic() {
            flush(&mut word, &mut each);
            last_lower = false;
            continue;
        }
        let next_lower = chars.peek().is_some_and(|next| next.is_lowercase());
        // `readLine` breaks before `L`; `HTTPServer` before `S`, as a lower letter follows.
        if c.is_uppercase() && (last_lower || next_lower) {
            flush(&mut word, &mut each);
        }
        last_lower = c.is_lowercase();
        word.extend(c.to_lowercase());
    }
    flush(&mut word, &mut each);
}

fn flush(word: &mut String, each: &mut impl FnMut(&str)) {
    if word.len() > 1 {
        // `files` and `file` are one word.
        let stem = word.strip_suffix('s').filter(|stem| stem.len() > 2 && !stem.ends_with('s'));
        each(stem.unwrap_or(word));
    }
    word.clear();
}

/// A hasher for small numbers: one multiplication. Never iterate what it orders where the order
/// shows.
#[derive(Default, Clone, Copy)]
pub struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 29);
    }
}

/// A map whose keys are small numbers.
pub type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_fall_into_words() {
        for (identifier, words) in [
            ("readLine", vec!["read", "line"]),
            ("HTTPServer2_name", vec!["http", "server", "name"]),
            ("__init__", vec!["init"]),
            ("files", vec!["file"]),
            ("class", vec!["class"]),
            ("x", vec![]),
        ] {
            let mut found = Vec::new();
            for_each_part(identifier, |part| found.push(part.to_owned()));
            assert_eq!(found, words, "{identifier}");
        }
    }

    #[test]
    fn a_name_is_the_same_again() {
        let names = Names::default();
        let (a, b) = (names.add("alpha"), names.add("beta"));
        assert_ne!(a, b);
        assert_eq!(names.add("alpha"), a);
        assert_eq!(names.text(b), "beta");
        assert_eq!(names.get("gamma"), None);
    }

    #[test]
    fn the_names_of_a_rare_word_are_known_and_those_of_others_counted() {
        let names = Names::default();
        for number in 0..=RARE {
            let new = names.add(&format!("read_{number}x{}", "y".repeat(number)));
            let view = names.view();
            let part = view.part("read").unwrap();
            assert_eq!(view.count_with_part(part), number + 1);
            if number < RARE {
                assert_eq!(view.with_part(part).len(), number + 1);
                assert_eq!(view.with_part(part).last(), Some(&new));
            } else {
                assert!(view.with_part(part).is_empty());
            }
        }
    }
}
