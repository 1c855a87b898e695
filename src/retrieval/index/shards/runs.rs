//! Short lists of names, one after the other: one list costs eight bytes beside what it holds.

use std::ops::Range;

use crate::retrieval::names::Name;
use crate::retrieval::tight;

/// Lists by name.
#[derive(Clone)]
pub(super) struct Runs<V> {
    /// Names, ascending, each with where its list ends.
    ends: Vec<(u32, u32)>,
    values: Vec<V>,
}

impl<V> Default for Runs<V> {
    fn default() -> Self {
        Self { ends: Vec::new(), values: Vec::new() }
    }
}

impl<V: Copy> Runs<V> {
    fn find(&self, name: Name) -> Result<usize, usize> {
        self.ends.binary_search_by_key(&name.0, |(name, _)| *name)
    }

    fn end(&self, place: usize) -> usize {
        self.ends.get(place).map_or(self.values.len(), |(_, end)| *end as usize)
    }

    /// The values of the list at a place.
    fn range(&self, place: usize) -> Range<usize> {
        place.checked_sub(1).map_or(0, |before| self.end(before))..self.end(place)
    }

    /// A name's list, if there is one.
    pub(super) fn get(&self, name: Name) -> Option<&[V]> {
        self.values.get(self.range(self.find(name).ok()?))
    }

    /// Moves the ends of the lists from a place on.
    fn shift(&mut self, from: usize, by: isize) {
        for (_, end) in self.ends.iter_mut().skip(from) {
            let moved = (*end as usize).saturating_add_signed(by);
            *end = u32::try_from(moved).unwrap_or(u32::MAX);
        }
    }

    /// Puts in the list of a name that has none.
    pub(super) fn insert(&mut self, name: Name, list: &[V]) {
        let Err(place) = self.find(name) else { return };
        let start = self.range(place).start;
        tight::reserve(&mut self.values, list.len());
        self.values.splice(start..start, list.iter().copied());
        tight::insert(&mut self.ends, place, (name.0, u32::try_from(start).unwrap_or(u32::MAX)));
        self.shift(place, list.len().cast_signed());
    }

    /// Puts a value at the end of a list that is there.
    pub(super) fn push(&mut self, name: Name, value: V) {
        let Ok(place) = self.find(name) else { return };
        let end = self.end(place);
        tight::insert(&mut self.values, end, value);
        self.shift(place, 1);
    }

    /// Takes a name's list out.
    pub(super) fn remove(&mut self, name: Name) {
        let Ok(place) = self.find(name) else { return };
        let range = self.range(place);
        self.shift(place, -range.len().cast_signed());
        self.values.drain(range);
        self.ends.remove(place);
    }

    /// Bytes of memory they take, about.
    pub(super) fn bytes(&self) -> usize {
        self.ends.capacity() * 8 + self.values.capacity() * size_of::<V>()
    }
}
