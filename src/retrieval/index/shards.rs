//! From a name to a list, in parts that are shared until they change.

use std::sync::Arc;

use crate::retrieval::names::{Name, NumberMap};

/// Into how many parts the table falls: replacing a file copies the parts that hold its names.
const SHARDS: usize = 1024;

/// A table of lists whose clone is cheap and whose change copies little.
pub(super) struct Shards<V> {
    shards: Arc<Vec<Shard<V>>>,
    /// A list that grows longer is only counted from then on.
    longest: usize,
}

type Shard<V> = Arc<NumberMap<u32, List<V>>>;

/// Most names are defined once.
#[derive(Clone)]
enum List<V> {
    One(V),
    Several(Arc<Vec<V>>),
    Counted(usize),
}

impl<V> Clone for Shards<V> {
    fn clone(&self) -> Self {
        Self { shards: Arc::clone(&self.shards), longest: self.longest }
    }
}

impl<V: Clone + PartialEq> Shards<V> {
    pub(super) fn new(longest: usize) -> Self {
        Self { shards: Arc::new((0..SHARDS).map(|_| Arc::default()).collect()), longest }
    }

    /// The list; empty where it is only counted.
    pub(super) fn get(&self, name: Name) -> &[V] {
        match self.list(name) {
            Some(List::One(value)) => std::slice::from_ref(value),
            Some(List::Several(values)) => values,
            _ => &[],
        }
    }

    /// The list's length.
    pub(super) fn count(&self, name: Name) -> usize {
        match self.list(name) {
            Some(List::Counted(count)) => *count,
            _ => self.get(name).len(),
        }
    }

    fn list(&self, name: Name) -> Option<&List<V>> {
        self.shards.get(name.0 as usize % SHARDS)?.get(&name.0)
    }

    pub(super) fn add(&mut self, name: Name, value: V) {
        let longest = self.longest;
        let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(name.0 as usize % SHARDS) else {
            return;
        };
        let shard = Arc::make_mut(shard);
        match shard.get_mut(&name.0) {
            None => {
                shard.insert(name.0, List::One(value));
            }
            Some(List::Counted(count)) => *count += 1,
            Some(list) => {
                let longer = match list {
                    List::Several(values) if values.len() < longest => {
                        Arc::make_mut(values).push(value);
                        return;
                    }
                    List::Several(values) => List::Counted(values.len() + 1),
                    List::One(first) => List::Several(Arc::new(vec![first.clone(), value])),
                    List::Counted(count) => List::Counted(*count + 1),
                };
                *list = longer;
            }
        }
    }

    /// Bytes of memory it takes, about.
    pub(super) fn bytes(&self) -> usize {
        let list = |list: &List<V>| match list {
            List::Several(values) => 40 + values.capacity() * size_of::<V>(),
            _ => 0,
        };
        let shard = |shard: &Shard<V>| {
            shard.capacity() * (size_of::<(u32, List<V>)>() + 1) * 8 / 7
                + shard.values().map(list).sum::<usize>()
        };
        self.shards.iter().map(shard).sum()
    }

    /// Takes out one of those that are `gone`.
    pub(super) fn remove(&mut self, name: Name, gone: impl Fn(&V) -> bool) {
        let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(name.0 as usize % SHARDS) else {
            return;
        };
        let shard = Arc::make_mut(shard);
        let empty = match shard.get_mut(&name.0) {
            None => return,
            Some(List::One(value)) => gone(value),
            Some(List::Several(values)) => {
                let values = Arc::make_mut(values);
                if let Some(at) = values.iter().position(gone) {
                    values.remove(at);
                }
                values.is_empty()
            }
            Some(List::Counted(count)) => {
                *count = count.saturating_sub(1);
                *count == 0
            }
        };
        if empty {
            shard.remove(&name.0);
        }
    }
}
