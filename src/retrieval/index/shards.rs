//! From a name to a list, in parts that are shared until they change.

use std::sync::Arc;

use crate::retrieval::names::Name;
use crate::retrieval::tight;

mod runs;

use runs::Runs;

/// Into how many parts the table falls: replacing a file copies the parts that hold its names.
const SHARDS: usize = 1024;

/// A list that is longer stands by itself, so that it is not moved with its neighbours.
const LONG: usize = 32;

/// A table of lists whose clone is cheap and whose change copies little.
pub(super) struct Shards<V> {
    shards: Arc<Vec<Arc<Shard<V>>>>,
    /// A list that grows longer is only counted from then on.
    longest: usize,
}

/// Names are ascending in each; every name is in one of them at most.
#[derive(Clone)]
struct Shard<V> {
    /// Most names stand in one place.
    ones: Vec<(u32, V)>,
    some: Runs<V>,
    many: Vec<(u32, Arc<Vec<V>>)>,
    counted: Vec<(u32, u32)>,
}

impl<V> Default for Shard<V> {
    fn default() -> Self {
        Self { ones: Vec::new(), some: Runs::default(), many: Vec::new(), counted: Vec::new() }
    }
}

impl<V> Clone for Shards<V> {
    fn clone(&self) -> Self {
        Self { shards: Arc::clone(&self.shards), longest: self.longest }
    }
}

/// Where a name is, or where it would be.
fn find<T>(in_: &[(u32, T)], name: Name) -> Result<usize, usize> {
    in_.binary_search_by_key(&name.0, |(name, _)| *name)
}

fn there<T>(in_: &[(u32, T)], name: Name) -> Option<&T> {
    in_.get(find(in_, name).ok()?).map(|(_, value)| value)
}

fn there_mut<T>(in_: &mut [(u32, T)], name: Name) -> Option<&mut T> {
    let at = find(in_, name).ok()?;
    in_.get_mut(at).map(|(_, value)| value)
}

/// Puts a name in that is not there.
fn put<T>(in_: &mut Vec<(u32, T)>, name: Name, value: T) {
    let place = find(in_, name).unwrap_or_else(|place| place);
    tight::insert(in_, place, (name.0, value));
}

impl<V: Copy + PartialEq> Shard<V> {
    fn get(&self, name: Name) -> &[V] {
        if let Some(value) = there(&self.ones, name) {
            return std::slice::from_ref(value);
        }
        let some = self.some.get(name);
        some.unwrap_or_else(|| there(&self.many, name).map_or(&[], |values| values.as_slice()))
    }

    fn add(&mut self, name: Name, value: V, longest: usize) {
        if let Some(count) = there_mut(&mut self.counted, name) {
            *count += 1;
            return;
        }
        let len = self.get(name).len();
        if len >= longest {
            self.take(name);
            put(&mut self.counted, name, u32::try_from(len + 1).unwrap_or(u32::MAX));
        } else if len == 0 {
            put(&mut self.ones, name, value);
        } else if len == 1 {
            let mut values = self.take(name);
            values.push(value);
            self.some.insert(name, &values);
        } else if len < LONG {
            self.some.push(name, value);
        } else if len == LONG {
            let mut values = self.take(name);
            values.push(value);
            put(&mut self.many, name, Arc::new(values));
        } else if let Some(values) = there_mut(&mut self.many, name) {
            tight::push(Arc::make_mut(values), value);
        }
    }

    /// Takes a name's whole list out.
    fn take(&mut self, name: Name) -> Vec<V> {
        let values = self.get(name).to_vec();
        if let Ok(at) = find(&self.ones, name) {
            self.ones.remove(at);
        } else if let Ok(at) = find(&self.many, name) {
            self.many.remove(at);
        } else {
            self.some.remove(name);
        }
        values
    }

    fn remove(&mut self, name: Name, gone: impl Fn(&V) -> bool) {
        if let Ok(at) = find(&self.counted, name)
            && let Some((_, count)) = self.counted.get_mut(at)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.counted.remove(at);
            }
            return;
        }
        let Some(place) = self.get(name).iter().position(gone) else { return };
        if self.get(name).len() > LONG + 1 {
            if let Some(values) = there_mut(&mut self.many, name) {
                Arc::make_mut(values).remove(place);
            }
            return;
        }
        let mut values = self.take(name);
        values.remove(place);
        match values.as_slice() {
            [] => {}
            [one] => put(&mut self.ones, name, *one),
            values => self.some.insert(name, values),
        }
    }

    fn bytes(&self) -> usize {
        let lists = self.many.iter().map(|(_, list)| 40 + list.capacity() * size_of::<V>());
        self.ones.capacity() * size_of::<(u32, V)>()
            + self.some.bytes()
            + self.many.capacity() * 16
            + self.counted.capacity() * 8
            + lists.sum::<usize>()
    }
}

impl<V: Copy + PartialEq> Shards<V> {
    pub(super) fn new(longest: usize) -> Self {
        Self { shards: Arc::new((0..SHARDS).map(|_| Arc::default()).collect()), longest }
    }

    fn shard(&self, name: Name) -> Option<&Shard<V>> {
        self.shards.get(name.0 as usize % SHARDS).map(AsRef::as_ref)
    }

    fn shard_mut(&mut self, name: Name) -> Option<&mut Shard<V>> {
        Arc::make_mut(&mut self.shards).get_mut(name.0 as usize % SHARDS).map(Arc::make_mut)
    }

    /// The list; empty where it is only counted.
    pub(super) fn get(&self, name: Name) -> &[V] {
        self.shard(name).map_or(&[], |shard| shard.get(name))
    }

    /// The list's length.
    pub(super) fn count(&self, name: Name) -> usize {
        let counted = self.shard(name).and_then(|shard| there(&shard.counted, name));
        counted.map_or_else(|| self.get(name).len(), |count| *count as usize)
    }

    pub(super) fn add(&mut self, name: Name, value: V) {
        let longest = self.longest;
        if let Some(shard) = self.shard_mut(name) {
            shard.add(name, value, longest);
        }
    }

    /// Bytes of memory it takes, about.
    pub(super) fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| shard.bytes()).sum()
    }

    /// Takes out one of those that are `gone`.
    pub(super) fn remove(&mut self, name: Name, gone: impl Fn(&V) -> bool) {
        if let Some(shard) = self.shard_mut(name) {
            shard.remove(name, gone);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_list_grows_long_and_short_again() {
        let mut table = Shards::new(usize::MAX);
        let (name, other) = (Name(5), Name(5 + 1024));
        table.add(other, 7);
        table.add(other, 8);
        let mut expected = Vec::new();
        for value in 0..2 * LONG {
            table.add(name, value);
            expected.push(value);
            assert_eq!(table.get(name), expected);
        }
        while let Some(value) = expected.pop() {
            table.remove(name, |known| *known == value);
            assert_eq!(table.get(name), expected);
            assert_eq!(table.count(name), expected.len());
            assert_eq!(table.get(other), [7, 8]);
        }
    }

    #[test]
    fn a_list_grows_is_counted_and_goes() {
        let mut table = Shards::new(3);
        let before = table.clone();
        let (name, other) = (Name(5), Name(5 + 1024));
        table.add(other, 9_u32);
        for (value, want) in [(1, vec![1]), (2, vec![1, 2]), (3, vec![1, 2, 3]), (4, vec![])] {
            table.add(name, value);
            assert_eq!(table.get(name), want);
            assert_eq!(table.count(name), value as usize);
        }
        for left in (0..4).rev() {
            table.remove(name, |_| true);
            assert_eq!(table.count(name), left);
        }
        table.add(name, 7);
        table.add(name, 8);
        table.remove(name, |value| *value == 7);
        assert_eq!((table.get(name), table.get(other)), (&[8][..], &[9][..]));
        table.remove(name, |_| true);
        table.remove(other, |value| *value == 1);
        assert_eq!((table.get(name), table.get(other)), (&[][..], &[9][..]));
        assert!(before.get(other).is_empty(), "a snapshot stays as it was");
    }

    proptest! {
        /// Whatever is put in and taken out, each name has what one would expect.
        #[test]
        fn lists_are_those_of_a_plain_table(
            steps in prop::collection::vec((0..12_u32, 0..4_u32, any::<bool>()), 0..600),
        ) {
            let mut table = Shards::new(usize::MAX);
            let mut plain: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for (name, value, comes) in steps {
                // Names of one part and of another; a few have most.
                let name = Name(name * name / 20 * SHARDS as u32 + name % 2);
                let list = plain.entry(name.0).or_default();
                if comes || value == 0 {
                    table.add(name, value);
                    list.push(value);
                } else {
                    table.remove(name, |known| *known == value);
                    if let Some(at) = list.iter().position(|known| *known == value) {
                        list.remove(at);
                    }
                }
                for (name, list) in &plain {
                    prop_assert_eq!(table.get(Name(*name)), list.as_slice());
                }
            }
        }
    }
}
