//! The index's vocabulary and, beside it, the words that only open files have.

use std::collections::HashMap;

use super::lexer::Kind;
use super::vocabulary::{BUILT_IN, Id, Vocabulary};

/// Words of two vocabularies under one numbering: first the index's, then the newer ones.
#[derive(Debug, Clone)]
pub struct Lexicon<'a> {
    base: &'a Vocabulary,
    newer: Vocabulary,
}

impl<'a> Lexicon<'a> {
    /// With the newer words of an overlay.
    pub fn with(base: &'a Vocabulary, newer: Vocabulary) -> Self {
        Lexicon { base, newer }
    }

    /// The newer words alone.
    pub fn into_newer(self) -> Vocabulary {
        self.newer
    }

    fn split(&self, id: Id) -> (&Vocabulary, Id) {
        match id.checked_sub(self.base.len() as Id) {
            Some(beyond) => (&self.newer, beyond + BUILT_IN),
            None => (self.base, id),
        }
    }

    /// The word's number.
    pub fn get(&self, word: &str) -> Option<Id> {
        let newer = || self.newer.get(word).map(|id| id - BUILT_IN + self.base.len() as Id);
        self.base.get(word).or_else(newer)
    }

    /// The word's number, given to it now if it is new.
    pub fn insert(&mut self, word: &str, kind: Kind) -> Id {
        if let Some(id) = self.base.get(word) {
            return id;
        }
        match self.newer.insert(word, kind) {
            id if id < BUILT_IN => id,
            id => id - BUILT_IN + self.base.len() as Id,
        }
    }

    /// The word as it is written.
    pub fn text(&self, id: Id) -> &str {
        let (words, id) = self.split(id);
        words.text(id)
    }

    /// What the word is.
    pub fn kind(&self, id: Id) -> Kind {
        let (words, id) = self.split(id);
        words.kind(id)
    }

    /// See [`Vocabulary::class`]; a newer word is never common.
    pub fn class(&self, id: Id) -> Id {
        let (words, own) = self.split(id);
        match words.class(own) {
            class if class == own => id,
            class => class,
        }
    }
}

/// A hash map over numbers that are well spread by one multiplication.
pub type IdMap<V> = HashMap<Id, V, std::hash::BuildHasherDefault<IdHasher>>;

/// See [`IdMap`].
#[derive(Debug, Default, Clone, Copy)]
pub struct IdHasher(u64);

impl std::hash::Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = (self.0 ^ u64::from(value)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
