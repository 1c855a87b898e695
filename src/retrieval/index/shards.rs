//! From a name to a list, in parts that are shared until they change.

use std::sync::Arc;

use crate::retrieval::names::{Name, NumberMap};

/// Into how many parts the table falls: replacing a file copies the parts that hold its names.
const SHARDS: usize = 1024;

/// A table of lists whose clone is cheap and whose change copies little.
pub(super) struct Shards<V> {
    shards: Arc<Vec<Shard<V>>>,
}

type Shard<V> = Arc<NumberMap<u32, Arc<Vec<V>>>>;

impl<V> Clone for Shards<V> {
    fn clone(&self) -> Self {
        Self { shards: Arc::clone(&self.shards) }
    }
}

impl<V: Clone> Default for Shards<V> {
    fn default() -> Self {
        Self { shards: Arc::new((0..SHARDS).map(|_| Arc::default()).collect()) }
    }
}

impl<V: Clone + PartialEq> Shards<V> {
    pub(super) fn get(&self, name: Name) -> &[V] {
        let shard = self.shards.get(name.0 as usize % SHARDS);
        shard.and_then(|shard| shard.get(&name.0)).map_or(&[], |list| list.as_slice())
    }

    pub(super) fn add(&mut self, name: Name, value: V) {
        if let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(name.0 as usize % SHARDS) {
            let list = Arc::make_mut(shard).entry(name.0).or_default();
            Arc::make_mut(list).push(value);
        }
    }

    /// Takes out what is `gone`.
    pub(super) fn remove(&mut self, name: Name, gone: impl Fn(&V) -> bool) {
        self.change(name, |list| list.retain(|value| !gone(value)));
    }

    /// Takes out one of those that are equal.
    pub(super) fn remove_one(&mut self, name: Name, value: &V) {
        self.change(name, |list| {
            if let Some(at) = list.iter().position(|other| other == value) {
                list.swap_remove(at);
            }
        });
    }

    fn change(&mut self, name: Name, change: impl FnOnce(&mut Vec<V>)) {
        if self.get(name).is_empty() {
            return;
        }
        if let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(name.0 as usize % SHARDS) {
            let shard = Arc::make_mut(shard);
            if let Some(list) = shard.get_mut(&name.0) {
                let list = Arc::make_mut(list);
                change(list);
                if list.is_empty() {
                    shard.remove(&name.0);
                }
            }
        }
    }
}
