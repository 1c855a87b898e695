//! Words and their numbers: an interner that spends about eight bytes a word beyond its text.

use super::lexer::{DEEPER, Kind, SAME, SHALLOWER};

/// A word's number; at most [`MAX_WORDS`] of them, so that one fits into 23 bits.
pub type Id = u32;

/// The number that stands before every file; no word has it.
pub const FILE: Id = 0;
/// [`SAME`].
pub const LINE_SAME: Id = 1;
/// [`DEEPER`].
pub const LINE_DEEPER: Id = 2;
/// [`SHALLOWER`].
pub const LINE_SHALLOWER: Id = 3;
/// Stands for every word beyond [`MAX_WORDS`].
pub const UNKNOWN: Id = 4;
/// The classes of what is not common, see [`Vocabulary::class`]: names by their case, text, numbers.
const CLASS_NAME: Id = 5;
const CLASS_TYPE: Id = 6;
const CLASS_CONSTANT: Id = 7;
const CLASS_TEXT: Id = 8;
const CLASS_NUMBER: Id = 9;
/// How many numbers are built in.
pub const BUILT_IN: Id = 10;

/// How many words a vocabulary takes, overlays' words left room for.
pub const MAX_WORDS: usize = (1 << 23) - (1 << 20);

/// Whether the number is one of a line's end.
pub fn is_line(id: Id) -> bool {
    (LINE_SAME..=LINE_SHALLOWER).contains(&id)
}

/// An append-only table of words.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    text: String,
    /// Where each word ends in `text`.
    ends: Vec<u32>,
    /// A word's [`Kind`] with [`COMMON`] set or not.
    tags: Vec<u8>,
    /// Open addressing: a word's number and one more, 0 for free; a power of two long.
    table: Vec<u32>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        let mut own = Vocabulary {
            text: String::new(),
            ends: Vec::new(),
            tags: Vec::new(),
            table: vec![0; 1024],
        };
        let lines = ["\u{0}file", SAME, DEEPER, SHALLOWER, "\u{0}unknown"];
        let classes = ["\u{0}name", "\u{0}type", "\u{0}constant", "\u{0}text", "\u{0}number"];
        for text in lines.into_iter().chain(classes) {
            own.insert(text, Kind::Line);
        }
        own
    }
}

impl Vocabulary {
    /// How many words it has, the built-in ones included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never true: the built-in ones are always there.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The word as it is written; empty for a number that it has not given.
    pub fn text(&self, id: Id) -> &str {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends.get(id - 1).copied().unwrap_or(u32::MAX) };
        let end = self.ends.get(id).copied().unwrap_or(0);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// What the word is; a mark for a number that it has not given.
    pub fn kind(&self, id: Id) -> Kind {
        match self.tags.get(id as usize).map_or(TAG_MARK, |tag| tag & !COMMON) {
            TAG_NAME | TAG_TYPE | TAG_CONSTANT => Kind::Word,
            TAG_TEXT => Kind::Text,
            TAG_NUMBER => Kind::Number,
            TAG_LINE => Kind::Line,
            _ => Kind::Mark,
        }
    }

    /// The number that stands for the word where only the shape of the code counts: its own for
    /// marks, line ends and common words, one for all others of its sort.
    pub fn class(&self, id: Id) -> Id {
        match self.tags.get(id as usize).copied().unwrap_or(TAG_MARK) {
            TAG_NAME => CLASS_NAME,
            TAG_TYPE => CLASS_TYPE,
            TAG_CONSTANT => CLASS_CONSTANT,
            TAG_TEXT => CLASS_TEXT,
            TAG_NUMBER => CLASS_NUMBER,
            _ => id,
        }
    }

    /// Marks the words that are a class of their own.
    pub fn set_common(&mut self, is_common: impl Fn(Id) -> bool) {
        for (id, tag) in self.tags.iter_mut().enumerate() {
            *tag = (*tag & !COMMON) | if is_common(id as Id) { COMMON } else { 0 };
        }
    }

    /// The word's number, if it has one.
    pub fn get(&self, word: &str) -> Option<Id> {
        let mask = self.table.len() - 1;
        let mut slot = hash(word) as usize & mask;
        loop {
            match self.table.get(slot).copied().unwrap_or(0) {
                0 => return None,
                entry if self.text(entry - 1) == word => return Some(entry - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    /// The words that begin so, the word itself left out.
    pub fn starting_with<'v>(&'v self, begun: &'v str) -> impl Iterator<Item = Id> + 'v {
        let (text, begun) = (self.text.as_bytes(), begun.as_bytes());
        let first = begun.first().copied().unwrap_or(0);
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let fits = move |start: usize, end: usize| {
            end > start + begun.len()
                && text.get(start) == Some(&first)
                && text.get(start..).is_some_and(|rest| rest.starts_with(begun))
        };
        let words = starts.zip(&self.ends).zip(0..);
        words.filter(move |((start, end), _)| fits(*start as usize, **end as usize)).map(|it| it.1)
    }

    /// The word's number, given to it now if it is new; [`UNKNOWN`] where the table is full.
    pub fn insert(&mut self, word: &str, kind: Kind) -> Id {
        if let Some(id) = self.get(word) {
            return id;
        }
        let room = u32::try_from(self.text.len() + word.len()).is_ok();
        if self.len() >= MAX_WORDS || !room {
            return UNKNOWN;
        }
        let id = self.len() as Id;
        self.text.push_str(word);
        self.ends.push(self.text.len() as u32);
        self.tags.push(tag(word, kind));
        if self.len() * 4 > self.table.len() * 3 {
            self.grow();
        } else {
            self.place(id);
        }
        id
    }

    fn place(&mut self, id: Id) {
        let mask = self.table.len() - 1;
        let mut slot = hash(self.text(id)) as usize & mask;
        while self.table.get(slot).copied().unwrap_or(0) != 0 {
            slot = (slot + 1) & mask;
        }
        if let Some(free) = self.table.get_mut(slot) {
            *free = id + 1;
        }
    }

    fn grow(&mut self) {
        self.table = vec![0; self.table.len() * 2];
        for id in 0..self.len() as Id {
            self.place(id);
        }
    }

    /// What is saved of it: the words one after the other, where each ends, and their tags.
    pub(super) fn columns(&self) -> (&str, &[u32], &[u8]) {
        (&self.text, &self.ends, &self.tags)
    }

    /// From what was saved; none where it does not fit together.
    pub(super) fn from_columns(text: String, ends: Vec<u32>, tags: Vec<u8>) -> Option<Self> {
        let whole = ends.last().is_some_and(|&end| end as usize == text.len());
        let bounds = ends.iter().all(|&end| text.is_char_boundary(end as usize));
        if !(whole && bounds && ends.is_sorted() && ends.len() == tags.len()) {
            return None;
        }
        let slots = (ends.len() * 2).next_power_of_two().max(1024);
        let mut own = Vocabulary { text, ends, tags, table: vec![0; slots] };
        for id in 0..own.len() as Id {
            own.place(id);
        }
        Some(own)
    }

    /// Bytes of memory it holds.
    pub fn bytes(&self) -> usize {
        self.text.capacity()
            + self.ends.capacity() * 4
            + self.tags.capacity()
            + self.table.capacity() * 4
    }

    /// Gives back what it keeps for growing.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.tags.shrink_to_fit();
    }
}

const COMMON: u8 = 0x80;
const TAG_MARK: u8 = 0;
const TAG_LINE: u8 = 1;
const TAG_NAME: u8 = 2;
const TAG_TYPE: u8 = 3;
const TAG_CONSTANT: u8 = 4;
const TAG_TEXT: u8 = 5;
const TAG_NUMBER: u8 = 6;

fn tag(word: &str, kind: Kind) -> u8 {
    match kind {
        Kind::Mark => TAG_MARK,
        Kind::Line => TAG_LINE,
        Kind::Text => TAG_TEXT,
        Kind::Number => TAG_NUMBER,
        Kind::Word => {
            let lower = word.chars().any(char::is_lowercase);
            let upper = word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
            match (upper, lower) {
                (true, true) => TAG_TYPE,
                (true, false) if word.len() > 1 => TAG_CONSTANT,
                (true, false) => TAG_TYPE,
                _ => TAG_NAME,
            }
        }
    }
}

/// Eight bytes at a time; no defence against an adversary is needed, for the worst is a slow index.
fn hash(word: &str) -> u64 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut state = word.len() as u64;
    for chunk in word.as_bytes().chunks(8) {
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
        state = (state.rotate_left(23) ^ u64::from_le_bytes(bytes)).wrapping_mul(K);
    }
    state ^ (state >> 29)
}
