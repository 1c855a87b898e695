//! From a name to a list, in parts that are shared until they change.

use std::sync::Arc;

use crate::retrieval::names::Name;
use crate::retrieval::tight;

/// Into how many parts the table falls: replacing a file copies the parts that hold its names.
const SHARDS: usize = 1024;

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
    several: Vec<(u32, Arc<Vec<V>>)>,
    counted: Vec<(u32, u32)>,
}

impl<V> Default for Shard<V> {
    fn default() -> Self {
        Self { ones: Vec::new(), several: Vec::new(), counted: Vec::new() }
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
        let Some(shard) = self.shard(name) else { return &[] };
        if let Ok(at) = find(&shard.ones, name) {
            return shard.ones.get(at).map_or(&[], |(_, value)| std::slice::from_ref(value));
        }
        there(&shard.several, name).map_or(&[], |values| values.as_slice())
    }

    /// The list's length.
    pub(super) fn count(&self, name: Name) -> usize {
        let counted = self.shard(name).and_then(|shard| there(&shard.counted, name));
        counted.map_or_else(|| self.get(name).len(), |count| *count as usize)
    }

    pub(super) fn add(&mut self, name: Name, value: V) {
        let longest = self.longest;
        let Some(Shard { ones, several, counted }) = self.shard_mut(name) else { return };
        if let Ok(at) = find(counted, name) {
            if let Some((_, count)) = counted.get_mut(at) {
                *count += 1;
            }
        } else if let Ok(at) = find(several, name) {
            let Some((_, values)) = several.get_mut(at) else { return };
            if values.len() < longest {
                tight::push(Arc::make_mut(values), value);
                return;
            }
            let count = u32::try_from(values.len() + 1).unwrap_or(u32::MAX);
            several.remove(at);
            let place = find(counted, name).unwrap_or_else(|place| place);
            tight::insert(counted, place, (name.0, count));
        } else {
            match find(ones, name) {
                Ok(at) => {
                    let (_, first) = ones.remove(at);
                    let place = find(several, name).unwrap_or_else(|place| place);
                    tight::insert(several, place, (name.0, Arc::new(vec![first, value])));
                }
                Err(place) => tight::insert(ones, place, (name.0, value)),
            }
        }
    }

    /// Bytes of memory it takes, about.
    pub(super) fn bytes(&self) -> usize {
        let shard = |shard: &Arc<Shard<V>>| {
            let lists = shard.several.iter().map(|(_, list)| 40 + list.capacity() * size_of::<V>());
            shard.ones.capacity() * size_of::<(u32, V)>()
                + shard.several.capacity() * 16
                + shard.counted.capacity() * 8
                + lists.sum::<usize>()
        };
        self.shards.iter().map(shard).sum()
    }

    /// Takes out one of those that are `gone`.
    pub(super) fn remove(&mut self, name: Name, gone: impl Fn(&V) -> bool) {
        let Some(Shard { ones, several, counted }) = self.shard_mut(name) else { return };
        if let Ok(at) = find(ones, name) {
            if ones.get(at).is_some_and(|(_, value)| gone(value)) {
                ones.remove(at);
            }
        } else if let Ok(at) = find(several, name) {
            let Some((_, values)) = several.get_mut(at) else { return };
            let values = Arc::make_mut(values);
            if let Some(at) = values.iter().position(gone) {
                values.remove(at);
            }
            if values.is_empty() {
                several.remove(at);
            }
        } else if let Ok(at) = find(counted, name)
            && let Some((_, count)) = counted.get_mut(at)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counted.remove(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
